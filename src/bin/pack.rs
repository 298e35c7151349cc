//! Turns official files into packs that a site offers: `make data DIR=folder`.
//!
//!     pack FOLDER DATA
//!
//! Every official file of MNIST, SVHN or CIFAR-10 below FOLDER is used, whatever folder it is in.
//! Each data set becomes packs in DATA/<id>, and DATA/manifest.json lists them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hidden_activity::dataset::{
    DATA_SEED, DatasetError, DatasetFiles, FileReading, Manifest, OfficialSet, SiteFile, SiteSet,
    cut,
};

/// Why nothing, or not all, could be packed.
#[derive(Debug, thiserror::Error)]
enum PackError {
    #[error("usage: pack FOLDER DATA, or make data DIR=FOLDER")]
    Usage,
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    #[error(
        "{0} holds no complete part of MNIST, SVHN or CIFAR-10: it should hold their official files, such as {example}",
        example = OfficialSet::Svhn.official_files()
    )]
    Nothing(PathBuf),
}

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let outcome = match arguments.as_slice() {
        [folder, data] => pack(folder, data),
        _ => Err(PackError::Usage),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pack: {error}");
            ExitCode::FAILURE
        }
    }
}

fn pack(folder: &Path, data: &Path) -> Result<(), PackError> {
    let mut files = DatasetFiles::default();
    for path in files_below(folder)? {
        take(&path, &mut files)?;
    }
    let ready: Vec<OfficialSet> = files
        .sets()
        .into_iter()
        .filter(|&set| files.is_ready(set))
        .collect();
    if ready.is_empty() {
        return Err(PackError::Nothing(folder.to_owned()));
    }
    let mut manifest = manifest_of(data)?;
    for set in ready {
        let assembled = files.assemble(set, DATA_SEED)?;
        for note in &assembled.notes {
            println!("  {set}: {note}");
        }
        let dataset = assembled.dataset;
        let folder = data.join(set.id());
        // Packs of an earlier run, of which there may have been more.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(at(&folder))?;
        }
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let mut packs = Vec::new();
        for (number, piece) in cut(&dataset).iter().enumerate() {
            let bytes = piece.encode()?;
            let name = format!("{}/{number:03}.pack", set.id());
            write(&data.join(&name), &bytes)?;
            packs.push(SiteFile {
                name,
                bytes: bytes.len() as u64,
            });
        }
        let packed = SiteSet {
            id: set.id().to_owned(),
            name: dataset.name.clone(),
            train: dataset.train.len(),
            test: dataset.test.len(),
            files: packs,
        };
        println!(
            "{set}: {} to train on, {} to test with; {} packs of {:.1} MB in sum",
            packed.train,
            packed.test,
            packed.files.len(),
            packed.bytes() as f64 / 1e6,
        );
        manifest.put(packed);
    }
    write(&data.join("manifest.json"), manifest.to_json().as_bytes())
}

/// Reads a file and keeps it, or says why it is of no use.
fn take(path: &Path, files: &mut DatasetFiles) -> Result<(), PackError> {
    let file = fs::File::open(path).map_err(at(path))?;
    let size = file.metadata().map_err(at(path))?.len();
    let read = FileReading::new(path.to_string_lossy(), size, file).run();
    match read.and_then(|read| {
        read.into_iter()
            .map(|file| files.add(file))
            .collect::<Result<Vec<_>, _>>()
    }) {
        Ok(added) => {
            for added in added {
                println!("{}: {added}", path.display());
            }
        }
        Err(error) => println!("not used: {error}"),
    }
    Ok(())
}

/// What is offered already: by an earlier run, or by what comes with the page.
fn manifest_of(data: &Path) -> Result<Manifest, PackError> {
    for name in ["manifest.json", "shipped.json"] {
        let path = data.join(name);
        if path.exists() {
            let text = fs::read_to_string(&path).map_err(at(&path))?;
            return Ok(Manifest::parse(&text)?);
        }
    }
    Ok(Manifest::default())
}

/// All files below a folder, in order.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, PackError> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(at(folder))?;
    for entry in entries {
        let entry = entry.map_err(at(folder))?;
        let kind = entry.file_type().map_err(at(folder))?;
        if kind.is_dir() {
            found.extend(files_below(&entry.path())?);
        } else if entry.path().is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PackError> {
    fs::write(path, bytes).map_err(at(path))
}

/// Names the place of an error.
fn at(path: &Path) -> impl Fn(io::Error) -> PackError {
    let path = path.to_owned();
    move |error| PackError::File(path.clone(), error)
}
