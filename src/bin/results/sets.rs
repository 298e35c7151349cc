//! The data sets that experiments are done on.

use std::path::Path;

use hidden_activity::dataset::{Dataset, DatasetFiles, NamedFile, Pack, StreetDigits};

/// Of everything random that concerns data.
pub const DATA_SEED: u64 = 2017;

/// A data set by name, and how it is had; `None` where its files are not there.
pub struct Set {
    /// For the table.
    pub name: &'static str,
    /// From the folder of official files.
    pub load: fn(&Path) -> Result<Option<Loaded>, String>,
}

/// A data set, and what is known of it beyond the classes.
pub struct Loaded {
    /// The data set.
    pub dataset: Dataset,
    /// Where it was drawn by us: which digit has which polarity.
    pub street: Option<StreetDigits>,
}

/// All of them, in the order of the table.
pub const SETS: [Set; 5] = [
    Set {
        name: "digits",
        load: |_| {
            let bytes = include_bytes!("../../../public/data/digits.pack");
            let dataset = Pack::decode("digits", bytes)
                .and_then(Pack::into_dataset)
                .map_err(|error| error.to_string())?;
            Ok(Some(Loaded {
                dataset,
                street: None,
            }))
        },
    },
    Set {
        name: "MNIST",
        load: |folder| official(&folder.join("mnist")),
    },
    Set {
        name: "street digits",
        load: |_| {
            let what = StreetDigits {
                train: 10_000,
                test: 2_000,
                seed: DATA_SEED,
            };
            let mut drawing = what.start().map_err(|error| error.to_string())?;
            while !drawing.advance(500) {}
            Ok(Some(Loaded {
                dataset: drawing.finish().map_err(|error| error.to_string())?,
                street: Some(what),
            }))
        },
    },
    Set {
        name: "SVHN",
        load: |folder| official(&folder.join("svhn")),
    },
    Set {
        name: "CIFAR-10",
        load: |folder| official(&folder.join("cifar10")),
    },
];

/// The one data set that the files of a folder make.
fn official(folder: &Path) -> Result<Option<Loaded>, String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(None);
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut files = DatasetFiles::default();
    for path in paths {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if name.ends_with(".md") {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        files
            .read(NamedFile { name, bytes })
            .map_err(|error| error.to_string())?;
    }
    let Some(set) = files.sets().first().copied() else {
        return Ok(None);
    };
    let assembled = files
        .assemble(set, DATA_SEED)
        .map_err(|error| error.to_string())?;
    Ok(Some(Loaded {
        dataset: assembled.dataset,
        street: None,
    }))
}
