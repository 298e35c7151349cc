//! A training as a file: the safetensors format, which Python opens too.
//!
//! ```python
//! from safetensors.numpy import load_file
//! weights = load_file("hidden-activity.safetensors")   # weights["fc1.weight"]: inputs × outputs
//! ```
//!
//! Weights and biases are tensors of their own; what the optimizer remembers are vectors over all
//! parameters in the same order, each tensor padded with zeros to a multiple of 64 values. Network,
//! settings, kind of data and where the training stood are JSON in the file's metadata.

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Checkpoint, ConfigError, NamedArray, Plan, Setup, TrainingError};
use crate::dataset::ImageShape;
use crate::ordering::order;

/// What the metadata calls this kind of file, with the version of what is in it.
const FORMAT: &str = "hidden-activity training 1";
/// Tensors whose names begin so belong to the optimizer.
const OPTIMIZER: [&str; 2] = ["adam.", "sgd."];

/// The data a network was trained on, as far as the network depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainedOn {
    /// Name of the data set.
    pub name: String,
    /// Shape of its images.
    pub shape: ImageShape,
    /// Names of its classes.
    pub class_names: Vec<String>,
}

/// A training that was saved: all that is needed to go on, but for the images.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedTraining {
    /// Network and settings.
    pub setup: Setup,
    /// What it was trained on.
    pub data: TrainedOn,
    /// Weights, optimizer and where the training stood.
    pub checkpoint: Checkpoint,
}

/// Why a file is no training, or one that cannot be used here.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SavedError {
    /// Not a safetensors file.
    #[error(
        "this is not a whole safetensors file ({0}). Choose a file that \"Save\" of this page made"
    )]
    Unreadable(String),
    /// A safetensors file of another program.
    #[error(
        "this safetensors file does not say which network it belongs to ({0}). Choose a file that \
         \"Save\" of this page made"
    )]
    Foreign(String),
    /// Network and weights in the file contradict each other.
    #[error(transparent)]
    Network(#[from] ConfigError),
    /// Network and weights in the file contradict each other.
    #[error(transparent)]
    Weights(#[from] TrainingError),
    /// The data set that is open has another kind of images or classes.
    #[error(
        "this network was trained on {trained}, and {open} is open. Open {name} or a data set of \
         the same shape and number of classes first"
    )]
    OtherData {
        /// Shape and classes of the network.
        trained: String,
        /// Shape and classes of the open data set.
        open: String,
        /// The data set it was trained on.
        name: String,
    },
}

/// Where a training stood.
#[derive(Serialize, Deserialize)]
struct Standing {
    epoch: u32,
    step: u32,
    updates: u64,
}

impl SavedTraining {
    /// The file.
    ///
    /// # Errors
    /// [`SavedError::Unreadable`] where two arrays have one name or a shape that is not theirs.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SavedError> {
        let Checkpoint {
            epoch,
            step,
            updates,
            weights,
            optimizer,
        } = &self.checkpoint;
        let (epoch, step, updates) = (*epoch, *step, *updates);
        let unreadable = |error: &dyn std::fmt::Display| SavedError::Unreadable(error.to_string());
        let bytes: Vec<(&NamedArray, Vec<u8>)> = weights
            .iter()
            .chain(optimizer)
            .map(|array| {
                let values = array.data.iter().flat_map(|value| value.to_le_bytes());
                (array, values.collect())
            })
            .collect();
        let tensors = bytes
            .iter()
            .map(|(array, bytes)| {
                let view = TensorView::new(Dtype::F32, array.shape.clone(), bytes)
                    .map_err(|error| unreadable(&error))?;
                Ok((array.name.as_str(), view))
            })
            .collect::<Result<Vec<_>, SavedError>>()?;
        let json = |value: Result<String, serde_json::Error>| value.map_err(|e| unreadable(&e));
        let standing = Standing {
            epoch,
            step,
            updates,
        };
        let metadata = [
            ("format".to_owned(), FORMAT.to_owned()),
            (
                "setup".to_owned(),
                json(serde_json::to_string(&self.setup))?,
            ),
            ("data".to_owned(), json(serde_json::to_string(&self.data))?),
            (
                "standing".to_owned(),
                json(serde_json::to_string(&standing))?,
            ),
        ];
        serialize(tensors, Some(metadata.into_iter().collect())).map_err(|error| unreadable(&error))
    }

    /// Reads a file, and checks that its weights are those of its network.
    ///
    /// # Errors
    /// Says what is wrong with the file and which to choose instead.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SavedError> {
        let unreadable = |error: &dyn std::fmt::Display| SavedError::Unreadable(error.to_string());
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| unreadable(&error))?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| unreadable(&error))?;
        let entry = |key: &str| {
            let metadata = header.metadata().as_ref();
            let value = metadata.and_then(|metadata| metadata.get(key));
            value.ok_or_else(|| SavedError::Foreign(format!("it has no entry \"{key}\"")))
        };
        let format = entry("format")?;
        if format != FORMAT {
            return Err(SavedError::Foreign(format!("its format is \"{format}\"")));
        }
        let setup: Setup = parse(entry("setup")?)?;
        let data: TrainedOn = parse(entry("data")?)?;
        let standing: Standing = parse(entry("standing")?)?;
        let plan = Plan::new(&setup.network, data.shape, data.class_names.len())?;
        let mut arrays = Vec::new();
        for (name, view) in file.tensors() {
            if view.dtype() != Dtype::F32 {
                return Err(SavedError::Foreign(format!(
                    "{name} is not of 32-bit floats"
                )));
            }
            let (values, _) = view.data().as_chunks::<4>();
            arrays.push(NamedArray {
                name,
                shape: view.shape().to_vec(),
                data: values
                    .iter()
                    .map(|bytes| f32::from_le_bytes(*bytes))
                    .collect(),
            });
        }
        let (optimizer, found): (Vec<_>, Vec<_>) = arrays.into_iter().partition(|array| {
            OPTIMIZER
                .iter()
                .any(|prefix| array.name.starts_with(prefix))
        });
        let sorted = order(optimizer.len(), &|a, b| {
            optimizer[a].name.cmp(&optimizer[b].name)
        });
        let mut optimizer: Vec<_> = optimizer.into_iter().map(Some).collect();
        let optimizer = sorted
            .into_iter()
            .filter_map(|at| optimizer[at as usize].take())
            .collect();
        let weights = plan.layout.sort(found)?;
        plan.layout.join(&weights)?;
        Ok(Self {
            setup,
            data,
            checkpoint: Checkpoint {
                epoch: standing.epoch,
                step: standing.step,
                updates: standing.updates,
                weights,
                optimizer,
            },
        })
    }

    /// Checks that the network can be applied to a data set's images.
    ///
    /// # Errors
    /// [`SavedError::OtherData`] where shape or number of classes differ.
    pub fn check(&self, shape: ImageShape, classes: usize) -> Result<(), SavedError> {
        let own = (self.data.shape, self.data.class_names.len());
        if own == (shape, classes) {
            return Ok(());
        }
        let describe =
            |(shape, classes): (ImageShape, usize)| format!("{shape} images of {classes} classes");
        Err(SavedError::OtherData {
            trained: describe(own),
            open: format!("a data set of {}", describe((shape, classes))),
            name: self.data.name.clone(),
        })
    }
}

fn parse<T: for<'de> Deserialize<'de>>(json: &str) -> Result<T, SavedError> {
    serde_json::from_str(json).map_err(|error| SavedError::Foreign(error.to_string()))
}
