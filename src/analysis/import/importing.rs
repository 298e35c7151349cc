//! Reading a file of activations, a slice at a time, and putting together what it holds.

use std::collections::BTreeSet;

use super::classes::{Classes, Written};
use super::epochs::{LayerArray, check_epochs, give_epoch, put_together};
use super::error::ImportError;
use super::images::images;
use super::imported::{Imported, ImportedNetwork};
use super::naming::{Meaning, meaning};
use super::note::ImportNote;
use super::predictions::Said;
use crate::archive::Zip;
use crate::dataset::MOST_CLASSES;
use crate::npz::{Array, MOST_UNPACKED_BYTES, NpzError, NpzReader, Step, Values};

/// A file of activations that is being read.
///
/// ```
/// use hidden_activity::analysis::import::Importing;
/// use hidden_activity::npz::NpzWriter;
///
/// let mut file = NpzWriter::default();
/// file.integers("labels", &[3], &[0, 1, 0])?;
/// file.floats("epoch_2/fc1", &[3, 2], &[0.0, 1.0, 2.0, 0.5, 0.0, 0.0])?;
/// let mut importing = Importing::open("mine.npz", file.finish()?)?;
/// while !importing.advance()? {}
/// let imported = importing.finish()?;
/// assert_eq!(imported.network.layer_names.as_slice(), ["fc1"]);
/// assert_eq!(imported.network.epochs[0].epoch, Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Importing {
    file: String,
    reader: NpzReader,
    names: BTreeSet<String>,
    labels: Option<Array>,
    images: Option<Array>,
    class_names: Option<Array>,
    /// Epoch, name and array.
    predictions: Vec<(Option<u32>, String, Array)>,
    layers: Vec<LayerArray>,
}

impl Importing {
    /// Begins to read a file.
    ///
    /// # Errors
    /// [`ImportError::Npz`] where the file is no `.npz`.
    pub fn open(file: &str, bytes: Vec<u8>) -> Result<Self, ImportError> {
        Self::of(Zip::open(file, bytes).map_err(NpzError::from)?)
    }

    /// Begins to read an archive that is open.
    ///
    /// # Errors
    /// [`ImportError::Npz`] where it holds no array.
    pub fn of(zip: Zip) -> Result<Self, ImportError> {
        Ok(Self {
            file: zip.file().to_owned(),
            reader: NpzReader::of(zip, MOST_UNPACKED_BYTES)?,
            names: BTreeSet::new(),
            labels: None,
            images: None,
            class_names: None,
            predictions: Vec::new(),
            layers: Vec::new(),
        })
    }

    /// How much of the file is read, 0 to 1.
    pub fn progress(&self) -> f32 {
        self.reader.progress()
    }

    /// Reads on, for some ten milliseconds, and says whether the end is reached.
    ///
    /// # Errors
    /// [`ImportError::Npz`] for what is wrong with an array, and [`ImportError::Twice`].
    pub fn advance(&mut self) -> Result<bool, ImportError> {
        let (name, array) = match self.reader.advance()? {
            Step::Working => return Ok(false),
            Step::Done => return Ok(true),
            Step::Array(name, array) => (name, array),
        };
        if !self.names.insert(name.clone()) {
            return Err(ImportError::Twice {
                file: self.file.clone(),
                array: name,
            });
        }
        match meaning(&name) {
            Meaning::Labels => self.labels = Some(array),
            Meaning::Images => self.images = Some(array),
            Meaning::ClassNames => self.class_names = Some(array),
            Meaning::Predictions(epoch) => self.predictions.push((epoch, name, array)),
            Meaning::Layer(epoch, layer) => self.layers.push(LayerArray {
                epoch,
                layer,
                array_name: name,
                array,
            }),
        }
        Ok(false)
    }

    /// Puts together what was read, once [`advance`](Self::advance) reached the end.
    ///
    /// # Errors
    /// What is missing, or does not fit together.
    pub fn finish(self) -> Result<Imported, ImportError> {
        let mut notes = Vec::new();
        let Some(labels) = self.labels else {
            return Err(ImportError::NoLabels {
                file: self.file,
                found: self.names.into_iter().collect(),
            });
        };
        let written = written_labels(&labels)?;
        let observations = written.len();
        let images = match self.images {
            Some(array) => Some(images(array, observations, &mut notes)?),
            None => None,
        };

        // A single number or a list beside the layers is no layer.
        let (layers, others): (Vec<_>, Vec<_>) = self
            .layers
            .into_iter()
            .partition(|layer| layer.array.shape.0.len() >= 2);
        notes.extend(others.into_iter().map(|other| ImportNote::Unused {
            array: other.array_name,
            shape: other.array.shape,
        }));
        if layers.is_empty() && images.is_none() {
            return Err(ImportError::NothingToProject { file: self.file });
        }
        let mut predictions = self.predictions;
        check_epochs(&layers, &predictions)?;
        give_epoch(&self.file, &layers, &mut predictions, &mut notes)?;

        let names = self.class_names.map(class_names).transpose()?;
        let (classes, said) =
            read_predictions(&written, predictions, names, observations, &mut notes)?;
        let said = said
            .into_iter()
            .map(|(epoch, said)| (epoch, said.encode(&classes)))
            .collect();
        let (layer_names, epochs) = put_together(layers, said, observations, &mut notes)?;
        let name = self.file.strip_suffix(".npz").unwrap_or(&self.file);
        Ok(Imported {
            name: name.to_owned(),
            labels: classes.encode(&written),
            class_names: classes.names().to_vec(),
            images,
            network: ImportedNetwork {
                layer_names: layer_names.into(),
                epochs,
            },
            notes,
        })
    }
}

/// One class for each observation, and at least one observation.
fn written_labels(array: &Array) -> Result<Written, ImportError> {
    if array.shape.0.first() == Some(&0) {
        return Err(ImportError::NoObservations);
    }
    let written = match array.not_finite {
        None => Written::of(array),
        Some(_) => None,
    };
    let Some(written) = written else {
        let one_each = matches!(*array.shape.0.as_slice(), [_] | [_, 1]);
        return Err(ImportError::Labels {
            shape: array.shape.clone(),
            fractional: one_each,
        });
    };
    if u32::try_from(written.len()).is_err() {
        return Err(ImportError::TooManyObservations {
            observations: written.len(),
        });
    }
    Ok(written)
}

fn class_names(array: Array) -> Result<Vec<String>, ImportError> {
    let wrong = ImportError::ClassNames {
        shape: array.shape.clone(),
    };
    if array.shape.0.len() != 1 || array.values.is_empty() || array.values.len() > MOST_CLASSES {
        return Err(wrong);
    }
    match array.values {
        Values::Text(names) => Ok(names),
        Values::Bytes(names) => Ok(names.iter().map(ToString::to_string).collect()),
        Values::Integers(names) => Ok(names.iter().map(ToString::to_string).collect()),
        Values::Floats(_) => Err(wrong),
    }
}

/// Predictions by epoch.
type Sayings = Vec<(Option<u32>, Said)>;

/// Reads predictions, and decides with them how classes become bytes.
fn read_predictions(
    labels: &Written,
    arrays: Vec<(Option<u32>, String, Array)>,
    names: Option<Vec<String>>,
    observations: usize,
    notes: &mut Vec<ImportNote>,
) -> Result<(Classes, Sayings), ImportError> {
    let mut all = Vec::new();
    for (epoch, name, array) in arrays {
        let mut said = Said::of(&name, array, observations, notes)?;
        if said.class_columns() == 0 {
            said.reduce(&name, notes);
        }
        all.push((epoch, name, said));
    }
    let decide = |all: &[(Option<u32>, String, Said)], notes: &mut Vec<ImportNote>| {
        let mut written = vec![("labels".to_owned(), labels.clone())];
        written.extend(all.iter().filter_map(|(_, name, said)| match said {
            Said::Class(classes) => Some((name.clone(), classes.clone())),
            Said::Probabilities { .. } => None,
        }));
        let columns = all.iter().map(|(.., said)| said.class_columns()).max();
        Classes::decide(&written, names.clone(), columns.unwrap_or(0), notes)
    };
    let mut decided_notes = Vec::new();
    let mut classes = decide(&all, &mut decided_notes)?;
    let mut reduced = false;
    for (_, name, said) in &mut all {
        let columns = said.class_columns();
        if columns > 0 && !classes.follow_columns(columns) {
            said.reduce(name, notes);
            reduced = true;
        }
    }
    if reduced {
        // What the network says is now among the numbers that name classes.
        decided_notes.clear();
        classes = decide(&all, &mut decided_notes)?;
    }
    notes.extend(decided_notes);
    let sayings = all.into_iter().map(|(epoch, _, said)| (epoch, said));
    Ok((classes, sayings.collect()))
}
