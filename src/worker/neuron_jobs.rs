//! What page and projection worker say to each other about the neurons of a layer.

use serde::{Deserialize, Serialize};

use super::attachment::Bulk;
use crate::neurons::{DiscriminativeScores, ForestConfig};
use crate::projection::{MdsConfig, Stress};

/// Neurons to lay out.
#[derive(Debug, Serialize, Deserialize)]
pub struct NeuronLayoutJob {
    /// Their activations, n × d, row-major: a column for each neuron.
    pub activations: Bulk<f32>,
    /// n.
    pub observations: u32,
    /// d.
    pub neurons: u32,
    /// How.
    pub config: MdsConfig,
}

/// Neurons in the plane.
#[derive(Debug, Serialize, Deserialize)]
pub struct NeuronLayoutResult {
    /// d × 2, row-major.
    pub positions: Bulk<f32>,
    /// How far distances in the plane are from the dissimilarities.
    pub stress: Stress,
    /// Iterations done.
    pub iterations: u32,
    /// Neurons that never change, ascending.
    pub constant: Vec<u32>,
}

/// Neurons whose power to tell classes apart is asked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct DiscriminationJob {
    /// Their activations, n × d, row-major: a column for each neuron.
    pub activations: Bulk<f32>,
    /// d.
    pub neurons: u32,
    /// Class of each observation (n).
    pub labels: Bulk<u8>,
    /// How the forests are grown.
    pub config: ForestConfig,
}

/// Scores by the trees that stand.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentScores {
    values: Bulk<f32>,
    neurons: u32,
    /// Trees that stand, of all classes together.
    pub trees: u32,
}

impl SentScores {
    /// The scores by so many trees.
    pub fn new(scores: &DiscriminativeScores, trees: usize) -> Self {
        Self {
            values: scores.values().to_vec().into(),
            neurons: scores.neurons() as u32,
            trees: trees as u32,
        }
    }

    /// The scores; `None` where what arrived is no table.
    pub fn into_scores(self) -> Option<DiscriminativeScores> {
        DiscriminativeScores::from_values(self.values.into_inner(), self.neurons as usize)
    }
}
