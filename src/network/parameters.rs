//! The parameters of a network as one long vector, and where each layer's are in it.

use burn::tensor::{Device, Tensor, TensorData};

use super::{MlpConfig, NamedArray, TrainingError};

/// Blocks start at multiples of this many values. A GPU can bind part of a buffer only at
/// multiples of 256 bytes; with blocks placed so, a layer's weights are a view, not a copy.
const ALIGNMENT: usize = 64;

/// Where one weight matrix or bias lies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    /// Its name in a checkpoint.
    pub(crate) name: String,
    /// Its shape: inputs × outputs, or outputs.
    pub(crate) shape: Vec<usize>,
    /// Index of its first value.
    pub(crate) start: usize,
}

impl Block {
    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Number of values up to the next block.
    pub(crate) fn padded(&self) -> usize {
        self.len().next_multiple_of(ALIGNMENT)
    }
}

/// Where everything lies in the parameter vector of a perceptron: weight and bias of each layer
/// in turn, each block padded with zeros to the next multiple of 64 values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    /// Weight, bias, weight, bias, …
    pub(crate) blocks: Vec<Block>,
    /// Length of the vector.
    pub(crate) len: usize,
}

impl Layout {
    /// Layout of a perceptron for images of `inputs` values and `classes` classes.
    pub(crate) fn new(mlp: &MlpConfig, inputs: usize, classes: usize) -> Self {
        let widths = mlp.widths(inputs, classes);
        let mut layout = Self {
            blocks: Vec::new(),
            len: 0,
        };
        for (layer, pair) in widths.windows(2).enumerate() {
            let name = if layer < mlp.hidden.len() {
                format!("layer{}", layer + 1)
            } else {
                "output".into()
            };
            layout.push(format!("{name}.weight"), vec![pair[0], pair[1]]);
            layout.push(format!("{name}.bias"), vec![pair[1]]);
        }
        layout
    }

    fn push(&mut self, name: String, shape: Vec<usize>) {
        let block = Block {
            name,
            shape,
            start: self.len,
        };
        self.len += block.padded();
        self.blocks.push(block);
    }

    /// Takes the vector apart into named arrays, without the padding.
    pub(crate) fn split(&self, values: &[f32]) -> Vec<NamedArray> {
        self.blocks
            .iter()
            .map(|block| NamedArray {
                name: block.name.clone(),
                shape: block.shape.clone(),
                data: values[block.start..block.start + block.len()].to_vec(),
            })
            .collect()
    }

    /// Puts named arrays together again.
    ///
    /// # Errors
    /// Names the first array that is missing or has another shape.
    pub(crate) fn join(&self, arrays: &[NamedArray]) -> Result<Vec<f32>, TrainingError> {
        if arrays.len() != self.blocks.len() {
            return Err(TrainingError::Checkpoint(format!(
                "it holds {} arrays instead of {}",
                arrays.len(),
                self.blocks.len()
            )));
        }
        let mut values = vec![0.0; self.len];
        for (block, array) in self.blocks.iter().zip(arrays) {
            if block.name != array.name
                || block.shape != array.shape
                || block.len() != array.data.len()
            {
                return Err(TrainingError::Checkpoint(format!(
                    "it holds {} of shape {:?} where {} of shape {:?} belongs",
                    array.name, array.shape, block.name, block.shape
                )));
            }
            values[block.start..block.start + block.len()].copy_from_slice(&array.data);
        }
        Ok(values)
    }
}

/// All parameters of a perceptron, on a device.
#[derive(Clone, Debug)]
pub struct Parameters {
    pub(crate) layout: Layout,
    pub(crate) vector: Tensor<1>,
}

impl Parameters {
    /// Loads host values, as long as the layout.
    pub(crate) fn load(layout: Layout, values: Vec<f32>, device: &Device) -> Self {
        let vector = vector(values, device);
        Self { layout, vector }
    }
}

/// A vector of host values on a device.
pub(crate) fn vector(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let len = values.len();
    Tensor::from_data(TensorData::new(values, [len]), device)
}
