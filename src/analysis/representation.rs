//! What a projection shows: which part of the data set, seen through what.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::dataset::Part;

/// The epoch of activations that came from elsewhere without one: the network as it was given.
pub const AS_GIVEN: u32 = u32::MAX;

/// One set of feature vectors of the chosen observations.
///
/// Ordered by part, then pixels before layers, then layer, then epoch, as menus list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Representation {
    /// Whose observations.
    pub part: Part,
    /// What their features are.
    pub source: Source,
}

/// Where the features of an observation come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The image itself.
    Pixels,
    /// The activations of a hidden layer, after the ReLU.
    Layer {
        /// Which hidden layer, from 0; shown to visitors from 1.
        index: usize,
        /// After how many epochs of training; 0 is before training, [`AS_GIVEN`] is not known.
        epoch: u32,
    },
}

impl Source {
    /// Whether a trained network made these features, so that its predictions mean something.
    pub fn is_trained(self) -> bool {
        matches!(self, Source::Layer { epoch: 1.., .. })
    }
}

/// "test · layer 4 · epoch 10" for the layer of index 3; "train · pixels".
impl fmt::Display for Representation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · {}", self.part, self.source)
    }
}

/// "layer 4 · epoch 10" for the layer of index 3; "layer 4 · as given"; "pixels".
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Pixels => f.write_str("pixels"),
            Source::Layer {
                index,
                epoch: AS_GIVEN,
            } => write!(f, "layer {} · as given", index.saturating_add(1)),
            Source::Layer { index, epoch } => {
                write!(f, "layer {} · epoch {epoch}", index.saturating_add(1))
            }
        }
    }
}
