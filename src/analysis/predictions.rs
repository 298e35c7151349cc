//! What the network says of each observation.

use serde::{Deserialize, Serialize};

use crate::dataset::MOST_CLASSES;

/// The predictions for n observations at one epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Predictions {
    /// The most probable class of each observation: n.
    pub predicted: Vec<u8>,
    /// The softmax output: n × classes, row-major.
    pub probabilities: Vec<f32>,
}

/// Why probabilities are not those of some observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PredictionsError {
    /// A label is one byte.
    #[error("a network with {classes} classes cannot be shown: use 1 to {MOST_CLASSES}")]
    Classes {
        /// How many classes were given.
        classes: usize,
    },
    /// Not a whole number of rows.
    #[error(
        "{values} probabilities are not a whole number of observations of {classes} classes: compute them anew"
    )]
    Shape {
        /// How many probabilities were given.
        values: usize,
        /// How many classes were given.
        classes: usize,
    },
}

impl Predictions {
    /// Predicts the most probable class of each row, the lower where two tie, 0 where none is a number.
    ///
    /// # Errors
    /// [`PredictionsError`] where `probabilities` is not n × `classes` with 1 to 256 classes.
    pub fn from_probabilities(
        probabilities: Vec<f32>,
        classes: usize,
    ) -> Result<Self, PredictionsError> {
        if classes == 0 || classes > MOST_CLASSES {
            return Err(PredictionsError::Classes { classes });
        }
        if !probabilities.len().is_multiple_of(classes) {
            return Err(PredictionsError::Shape {
                values: probabilities.len(),
                classes,
            });
        }
        let predicted = probabilities
            .chunks_exact(classes)
            .map(most_probable)
            .collect();
        Ok(Self {
            predicted,
            probabilities,
        })
    }

    /// Observations.
    pub fn len(&self) -> usize {
        self.predicted.len()
    }

    /// Whether there is no observation.
    pub fn is_empty(&self) -> bool {
        self.predicted.is_empty()
    }

    /// Classes, by the number of probabilities per observation; 0 where there is no observation.
    pub fn classes(&self) -> usize {
        self.probabilities
            .len()
            .checked_div(self.len())
            .unwrap_or(0)
    }

    /// The probability that the network gives observation `index` of being of `class`, where there
    /// are both.
    pub fn probability(&self, index: usize, class: u8) -> Option<f32> {
        let classes = self.classes();
        let class = usize::from(class);
        if class >= classes {
            return None;
        }
        self.probabilities
            .get(index.checked_mul(classes)? + class)
            .copied()
    }

    /// The share of observations whose predicted class is their label, 0 to 1.
    ///
    /// None where there is no observation, or not one label for each.
    pub fn accuracy(&self, labels: &[u8]) -> Option<f32> {
        if self.is_empty() || labels.len() != self.len() {
            return None;
        }
        let right = self.len() - self.misclassified(labels).len();
        Some((right as f64 / self.len() as f64) as f32)
    }

    /// The sorted indices of the observations whose predicted class is not their label.
    ///
    /// Observations without a label, or labels without an observation, are left out.
    pub fn misclassified(&self, labels: &[u8]) -> Vec<u32> {
        (0..=u32::MAX)
            .zip(self.predicted.iter().zip(labels))
            .filter_map(|(index, (predicted, label))| (predicted != label).then_some(index))
            .collect()
    }
}

/// The first class with the highest probability.
fn most_probable(row: &[f32]) -> u8 {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, &probability) in (0..=u8::MAX).zip(row) {
        if probability > best.1 {
            best = (class, probability);
        }
    }
    best.0
}
