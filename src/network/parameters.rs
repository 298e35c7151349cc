//! The parameters of a network as one long vector, and where each layer's are in it.

use std::ops::Range;

use super::plan::{KERNEL, Operation, Planned};
use super::{NamedArray, TrainingError};

/// Blocks start at multiples of this many values. A GPU can bind part of a buffer only at
/// multiples of 256 bytes; with blocks placed so, a layer's weights are a view, not a copy.
const ALIGNMENT: usize = 64;

/// Where one weight matrix or bias lies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    /// Its name in a checkpoint.
    pub(crate) name: String,
    /// Its shape: inputs × outputs, or 3 × 3 × channels in × channels out, or outputs.
    pub(crate) shape: Vec<usize>,
    /// Index of its first value.
    pub(crate) start: usize,
}

impl Block {
    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Where its values are.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.start + self.len()
    }

    /// Its values in a vector of the layout.
    pub(crate) fn of<'a>(&self, vector: &'a [f32]) -> &'a [f32] {
        &vector[self.range()]
    }

    /// Its values and those of a later block, to be changed.
    pub(crate) fn and<'a>(&self, later: &Self, vector: &'a mut [f32]) -> [&'a mut [f32]; 2] {
        let (own, others) = vector.split_at_mut(later.start);
        [&mut own[self.range()], &mut others[..later.len()]]
    }

    /// Number of values up to the next block.
    pub(crate) fn padded(&self) -> usize {
        self.len().next_multiple_of(ALIGNMENT)
    }
}

/// Named vectors, each as long as the parameter vector.
pub(crate) type NamedVectors = Vec<(&'static str, Vec<f32>)>;

/// Where everything lies in the parameter vector of a network: weight and bias of each layer that
/// has them in turn, each block padded with zeros to the next multiple of 64 values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    /// Weight, bias, weight, bias, …
    pub(crate) blocks: Vec<Block>,
    /// Length of the vector.
    pub(crate) len: usize,
}

impl Layout {
    /// Layout of planned layers, the last of which makes the logits.
    pub(crate) fn new(layers: &[Planned]) -> Self {
        let mut layout = Self {
            blocks: Vec::new(),
            len: 0,
        };
        let (mut convolutions, mut connected) = (0, 0);
        for layer in layers {
            let (name, shape, outputs) = match layer.operation {
                Operation::Conv { input, channels } => {
                    convolutions += 1;
                    let shape = vec![KERNEL, KERNEL, input.channels, channels];
                    (format!("conv{convolutions}"), shape, channels)
                }
                Operation::Dense {
                    inputs,
                    width,
                    rectified,
                } => {
                    connected += 1;
                    let name = if rectified {
                        format!("fc{connected}")
                    } else {
                        "output".into()
                    };
                    (name, vec![inputs, width], width)
                }
                Operation::Pool { .. } | Operation::Dropout { .. } => continue,
            };
            layout.push(format!("{name}.weight"), shape);
            layout.push(format!("{name}.bias"), vec![outputs]);
        }
        layout
    }

    /// The weight at an index of [`Self::blocks`] and the bias that follows it.
    pub(crate) fn pair(&self, weight: usize) -> (&Block, &Block) {
        (&self.blocks[weight], &self.blocks[weight + 1])
    }

    /// The weight and the bias of each layer that has them.
    pub(crate) fn pairs(&self) -> impl DoubleEndedIterator<Item = (&Block, &Block)> {
        let pairs = self.blocks.chunks_exact(2);
        pairs.map(|pair| (&pair[0], &pair[1]))
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
                data: block.of(values).to_vec(),
            })
            .collect()
    }

    /// The arrays in the order of the layout.
    ///
    /// # Errors
    /// Names the first array that is missing.
    pub(crate) fn sort(
        &self,
        mut arrays: Vec<NamedArray>,
    ) -> Result<Vec<NamedArray>, TrainingError> {
        let mut sorted = Vec::with_capacity(arrays.len());
        for block in &self.blocks {
            let place = arrays.iter().position(|array| array.name == block.name);
            let place = place
                .ok_or_else(|| TrainingError::Checkpoint(format!("{} is missing", block.name)))?;
            sorted.push(arrays.swap_remove(place));
        }
        sorted.extend(arrays);
        Ok(sorted)
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
        // All of them first: no memory is taken for weights that are only claimed.
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
        }
        let mut values = vec![0.0; self.len];
        for (block, array) in self.blocks.iter().zip(arrays) {
            values[block.range()].copy_from_slice(&array.data);
        }
        Ok(values)
    }
}
