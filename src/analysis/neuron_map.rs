//! What was found out about the neurons of one layer at one epoch.

use std::sync::Arc;

use crate::neurons::{DiscriminativeScores, ForestConfig};
use crate::projection::Stress;

/// The neurons of a layer: how alike they are, and which class each tells apart. Either may still be
/// missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NeuronMap {
    /// By metric MDS.
    pub layout: Option<Arc<NeuronLayout>>,
    /// By forests of extremely randomized trees.
    pub discrimination: Option<Arc<Discrimination>>,
}

/// Neurons in the plane, near each other where their activations go together: metric MDS of 1 − |r|.
#[derive(Debug, Clone, PartialEq)]
pub struct NeuronLayout {
    /// neurons × 2, row-major.
    pub positions: Arc<Vec<f32>>,
    /// How far distances in the plane are from the dissimilarities.
    pub stress: Stress,
    /// Iterations done.
    pub iterations: u32,
}

/// The power of each neuron to tell each class from the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Discrimination {
    /// S_{c,j}.
    pub scores: Arc<DiscriminativeScores>,
    /// How the forests were grown.
    pub config: ForestConfig,
}
