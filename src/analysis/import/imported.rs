//! What a file of activations holds, and what views make of it.

use std::sync::Arc;

use super::note::ImportNote;
use crate::analysis::{AS_GIVEN, Analysis, Curves, Evaluation, Predictions, Snapshot, Subset};
use crate::dataset::{Dataset, DatasetError, ImageShape, Part, Split};

/// Activations of a network of the visitor, and what they are of.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The file's name without ".npz".
    pub name: String,
    /// Class of each observation: n.
    pub labels: Vec<u8>,
    /// One name per class, in the order of the labels.
    pub class_names: Vec<String>,
    /// What was shown to the network, where the file has it.
    pub images: Option<ImportedImages>,
    /// What the network made of them.
    pub network: ImportedNetwork,
    /// What was adapted or left out.
    pub notes: Vec<ImportNote>,
}

/// What a network made of n observations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedNetwork {
    /// Names of the layers, in the order in which the file first has them.
    pub layer_names: Arc<Vec<String>>,
    /// Ascending; without a number only where it is the only one.
    pub epochs: Vec<ImportedEpoch>,
}

/// Images as bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedImages {
    /// The shape of each.
    pub shape: ImageShape,
    /// n × height × width × channels, row-major.
    pub pixels: Vec<u8>,
}

/// The network after one epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedEpoch {
    /// After how many epochs of training, where the file says it.
    pub epoch: Option<u32>,
    /// For each of [`ImportedNetwork::layer_names`] its activations, where this epoch has them.
    pub layers: Vec<Option<ImportedLayer>>,
    /// What the network says of each observation; empty where the file does not say, and without
    /// probabilities where it gives only classes.
    pub predictions: Predictions,
}

/// The activations of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedLayer {
    /// Neurons, or values of all channels and places.
    pub width: usize,
    /// n × width, row-major.
    pub values: Arc<Vec<f32>>,
}

impl Imported {
    /// The observations as a data set to look at, all in its test part, and the network.
    ///
    /// # Errors
    /// [`DatasetError::Invalid`] where fields were changed so that they contradict each other.
    pub fn into_parts(self) -> Result<(Dataset, ImportedNetwork), DatasetError> {
        let (shape, pixels) = match self.images {
            Some(images) => (Some(images.shape), images.pixels),
            None => (None, Vec::new()),
        };
        let observations = Split {
            images: pixels,
            labels: self.labels,
        };
        let source = "Activations that you saved yourself".to_owned();
        let dataset =
            Dataset::to_look_at(self.name, source, shape, self.class_names, observations)?;
        Ok((dataset, self.network))
    }
}

impl ImportedNetwork {
    /// Memory of all activations, in bytes.
    pub fn bytes(&self) -> u64 {
        self.epochs
            .iter()
            .flat_map(|epoch| epoch.layers.iter().flatten())
            .map(|layer| layer.values.len() as u64 * 4)
            .sum()
    }

    /// What is known of at most `subset_size` observations of the data set that came with the network,
    /// classes in proportion, fixed by the seed: activations, predictions, and how accuracy went from
    /// epoch to epoch.
    ///
    /// Activations are shared with `self` where all observations are taken.
    pub fn analysis(&self, dataset: &Dataset, subset_size: usize, seed: u64) -> Analysis {
        let mut analysis = Analysis {
            test: Arc::new(Subset::choose(dataset, Part::Test, subset_size, seed)),
            layer_names: self.layer_names.clone(),
            ..Analysis::default()
        };
        let indices = &analysis.test.indices;
        for epoch in &self.epochs {
            let layers = epoch
                .layers
                .iter()
                .map(|layer| layer.as_ref().map(|layer| layer.rows(indices)))
                .collect();
            let classes = epoch.predictions.classes();
            let predicted = &epoch.predictions.predicted;
            let snapshot = Snapshot {
                layers,
                predictions: Predictions {
                    predicted: indices
                        .iter()
                        .filter_map(|&index| predicted.get(index as usize).copied())
                        .collect(),
                    probabilities: rows(&epoch.predictions.probabilities, classes, indices),
                },
            };
            let number = epoch.epoch.unwrap_or(AS_GIVEN);
            analysis
                .snapshots
                .insert((number, Part::Test), Arc::new(snapshot));
        }
        analysis.curves = Arc::new(self.curves(&dataset.test.labels));
        analysis
    }

    /// Accuracy and loss of numbered epochs with predictions.
    fn curves(&self, labels: &[u8]) -> Curves {
        let evaluations = self.epochs.iter().filter_map(|epoch| {
            Some(Evaluation {
                epoch: epoch.epoch?,
                train_loss: None,
                train_accuracy: None,
                test_loss: cross_entropy(&epoch.predictions, labels),
                test_accuracy: epoch.predictions.accuracy(labels)?,
            })
        });
        Curves {
            train_loss: Vec::new(),
            evaluations: evaluations.collect(),
        }
    }
}

impl ImportedLayer {
    /// The activations of some observations, ascending and each once; shared where they are all.
    fn rows(&self, indices: &[u32]) -> Arc<Vec<f32>> {
        if indices.len().saturating_mul(self.width) == self.values.len() {
            return self.values.clone();
        }
        Arc::new(rows(&self.values, self.width, indices))
    }
}

fn rows(values: &[f32], width: usize, indices: &[u32]) -> Vec<f32> {
    indices
        .iter()
        .filter_map(|&index| {
            let start = (index as usize).checked_mul(width)?;
            values.get(start..start.checked_add(width)?)
        })
        .flatten()
        .copied()
        .collect()
}

/// Mean of −ln p of the right class, in nats; not a number without probabilities.
fn cross_entropy(predictions: &Predictions, labels: &[u8]) -> f32 {
    let sum: Option<f64> = (0..)
        .zip(labels)
        .map(|(index, &label)| {
            let probability = predictions.probability(index, label)?;
            // As trainings do, so that one certain error does not make it infinite.
            Some(
                -f64::from(probability)
                    .max(f64::from(f32::MIN_POSITIVE))
                    .ln(),
            )
        })
        .sum();
    sum.map_or(f32::NAN, |sum| (sum / labels.len() as f64) as f32)
}
