//! The scores S_{c,j} as a table.

use serde::{Deserialize, Serialize};

/// The power of each neuron to tell each class from the rest: S_{c,j} ≥ 0, which sum to 1 over the
/// neurons j of a layer for each class c. A class without observations has scores of 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiscriminativeScores {
    classes: usize,
    neurons: usize,
    /// classes × neurons.
    values: Vec<f32>,
}

impl DiscriminativeScores {
    /// `values`: classes × neurons, row-major.
    pub(super) fn new(values: Vec<f32>, classes: usize, neurons: usize) -> Self {
        Self {
            classes,
            neurons,
            values,
        }
    }

    /// A table that was taken apart with [`values`](Self::values): classes × neurons, row-major.
    /// `None` where the values are not whole rows of at least one neuron.
    pub fn from_values(values: Vec<f32>, neurons: usize) -> Option<Self> {
        let is_table = neurons > 0 && values.len().is_multiple_of(neurons);
        is_table.then(|| Self {
            classes: values.len() / neurons,
            neurons,
            values,
        })
    }

    /// Classes, from 0 to the greatest label.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Neurons.
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// S_{c,j} of all neurons j for class c; `None` for a class beyond the greatest label.
    pub fn of_class(&self, class: usize) -> Option<&[f32]> {
        self.values.chunks_exact(self.neurons).nth(class)
    }

    /// S_{c,j} of all classes c for neuron j; empty where there is no such neuron.
    pub fn of_neuron(&self, neuron: usize) -> Vec<f32> {
        let rows = self.values.chunks_exact(self.neurons);
        rows.filter_map(|row| row.get(neuron)).copied().collect()
    }

    /// All scores, classes × neurons, row-major.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The greatest of all scores: where a scale of colours ends. 0 where there is none.
    pub fn greatest(&self) -> f32 {
        self.values.iter().copied().fold(0.0, f32::max)
    }
}
