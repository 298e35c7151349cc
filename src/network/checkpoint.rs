//! Where training stood: enough to go on from there, on any device.

use serde::{Deserialize, Serialize};

/// An array with a name, row-major.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedArray {
    /// What it is, such as `layer1.weight` or `adam.second_moment`.
    pub name: String,
    /// Its shape; a weight is inputs × outputs.
    pub shape: Vec<usize>,
    /// Its values.
    pub data: Vec<f32>,
}

/// Everything that training changes. Together with the same images, network and settings it
/// continues exactly as if it had never stopped; on another device, up to rounding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Epochs finished.
    pub epoch: u32,
    /// Steps done in the epoch under way; 0 between epochs.
    pub step: u32,
    /// Updates done since the beginning, which Adam's bias correction needs.
    pub updates: u64,
    /// Weights and biases, `layer1.weight`, `layer1.bias`, …, `output.weight`, `output.bias`.
    pub weights: Vec<NamedArray>,
    /// The optimizer's memory, one array as long as all parameters with their padding for each
    /// quantity. Empty before the first update.
    pub optimizer: Vec<NamedArray>,
}
