//! The perceptron itself: a function of images and of the parameter vector.

use burn::tensor::activation::relu;
use burn::tensor::{Gradients, Tensor, module::linear};

use super::parameters::{Block, Layout, Parameters};

/// One affine map, `x·weight + bias`.
#[derive(Clone, Debug)]
struct Layer {
    /// inputs × outputs.
    weight: Tensor<2>,
    /// outputs.
    bias: Tensor<1>,
}

/// A multilayer perceptron whose layers are views into a parameter vector: making one costs
/// nothing, and it keeps showing the parameters it was made from.
#[derive(Clone, Debug)]
pub struct Mlp {
    layout: Layout,
    layers: Vec<Layer>,
}

impl Mlp {
    /// The perceptron with these parameters, to be applied.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        let layout = parameters.layout.clone();
        let view = |block: &Block| {
            let range = block.start..block.start + block.len();
            parameters.vector.clone().slice(range)
        };
        let layers = layout
            .blocks
            .chunks(2)
            .map(|pair| Layer {
                weight: view(&pair[0]).reshape([pair[0].shape[0], pair[0].shape[1]]),
                bias: view(&pair[1]),
            })
            .collect();
        Self { layout, layers }
    }

    /// The same perceptron, remembering what is computed with it for [`Self::gradient`].
    #[must_use]
    pub fn differentiable(mut self) -> Self {
        for layer in &mut self.layers {
            layer.weight = layer.weight.clone().autodiff().require_grad();
            layer.bias = layer.bias.clone().autodiff().require_grad();
        }
        self
    }

    /// Logits, images × classes, of scaled images, images × pixels.
    ///
    /// `masks`, where given, has one tensor for each hidden layer, images × width, that its
    /// activations are multiplied by: dropout.
    #[must_use]
    pub fn forward(&self, images: Tensor<2>, masks: Option<&[Tensor<2>]>) -> Tensor<2> {
        let mut x = images;
        for (index, layer) in self.layers.iter().enumerate() {
            x = linear(x, layer.weight.clone(), Some(layer.bias.clone()));
            if index + 1 < self.layers.len() {
                x = relu(x);
                if let Some(mask) = masks.and_then(|masks| masks.get(index)) {
                    x = x * mask.clone();
                }
            }
        }
        x
    }

    /// Activations of every hidden layer after the rectifier, images × width each, without
    /// dropout; and the logits, images × classes.
    #[must_use]
    pub fn forward_observed(&self, images: Tensor<2>) -> (Vec<Tensor<2>>, Tensor<2>) {
        let mut hidden = Vec::with_capacity(self.layers.len());
        let mut x = images;
        for (index, layer) in self.layers.iter().enumerate() {
            x = linear(x, layer.weight.clone(), Some(layer.bias.clone()));
            if index + 1 < self.layers.len() {
                x = relu(x);
                hidden.push(x.clone());
            }
        }
        (hidden, x)
    }

    /// The gradient for all parameters, in the layout of the parameter vector, zero in its
    /// padding.
    pub(crate) fn gradient(&self, gradients: &mut Gradients) -> Tensor<1> {
        let mut parts = Vec::with_capacity(self.layout.blocks.len() * 2);
        for (pair, layer) in self.layout.blocks.chunks(2).zip(&self.layers) {
            let weight = layer.weight.grad_remove(gradients).map(|g| {
                let values = g.dims().iter().product::<usize>();
                g.reshape([values])
            });
            let bias = layer.bias.grad_remove(gradients);
            for (block, part) in pair.iter().zip([weight, bias]) {
                let device = layer.bias.device().without_autodiff();
                let (part, padding) = match part {
                    Some(part) => (Some(part), block.padded() - block.len()),
                    None => (None, block.padded()),
                };
                parts.extend(part);
                if padding > 0 {
                    parts.push(Tensor::zeros([padding], &device));
                }
            }
        }
        Tensor::cat(parts, 0)
    }
}
