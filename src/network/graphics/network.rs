//! A network as burn's operations: a function of images and of the parameter vector.

use std::sync::Arc;

use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Gradients, Tensor, TensorData, Transaction};

use super::read::{read, values};
use crate::dataset::ImageShape;
use crate::network::plan::{KERNEL, Operation, POOL};
use crate::network::{ConvActivations, LayerShape, Plan, TrainingError};

/// Weight and bias of a layer.
#[derive(Clone, Debug)]
struct Weights {
    /// Inputs × outputs; a kernel has (3 · 3 · channels in) × channels out.
    weight: Tensor<2>,
    /// Outputs.
    bias: Tensor<1>,
}

/// What goes from layer to layer.
#[derive(Clone)]
enum Flow {
    /// n × values, channel-last.
    Flat(Tensor<2>),
    /// n × channels × height × width, as burn convolves.
    Maps(Tensor<4>),
}

impl Flow {
    fn flat(self) -> Tensor<2> {
        match self {
            Self::Flat(x) => x,
            Self::Maps(x) => {
                let [n, channels, height, width] = x.dims();
                x.permute([0, 2, 3, 1])
                    .reshape([n, height * width * channels])
            }
        }
    }

    fn maps(self, shape: ImageShape) -> Tensor<4> {
        match self {
            Self::Flat(x) => maps(x, shape),
            Self::Maps(x) => x,
        }
    }
}

fn maps(x: Tensor<2>, shape: ImageShape) -> Tensor<4> {
    let n = x.dims()[0];
    x.reshape([n, shape.height, shape.width, shape.channels])
        .permute([0, 3, 1, 2])
}

/// A network whose weights are views into a parameter vector: making one costs nothing, and it
/// keeps showing the parameters it was made from.
#[derive(Clone, Debug)]
pub(crate) struct BurnNetwork {
    plan: Arc<Plan>,
    watched: bool,
    weights: Vec<Weights>,
}

impl BurnNetwork {
    /// The network with these parameters, to be applied.
    pub(super) fn new(plan: Arc<Plan>, parameters: &Tensor<1>, watched: bool) -> Self {
        let weights = plan
            .layout
            .pairs()
            .map(|(weight, bias)| {
                let outputs = bias.len();
                let inputs = weight.len() / outputs;
                let [weight, bias] =
                    [weight, bias].map(|block| parameters.clone().slice(block.range()));
                Weights {
                    weight: weight.reshape([inputs, outputs]),
                    bias,
                }
            })
            .collect();
        Self {
            plan,
            watched,
            weights,
        }
    }

    /// The same network, remembering what is computed with it for [`Self::gradient`].
    pub(super) fn differentiable(mut self) -> Self {
        for layer in &mut self.weights {
            layer.weight = layer.weight.clone().autodiff().require_grad();
            layer.bias = layer.bias.clone().autodiff().require_grad();
        }
        self
    }

    /// Logits, n × classes, of n × pixels. `masks` has one tensor for each dropout; without,
    /// nothing is dropped.
    pub(super) fn forward(&self, images: Tensor<2>, masks: &[Tensor<2>]) -> Tensor<2> {
        self.apply(images, masks, |_, _| ())
    }

    /// Applies all layers and shows `seen` what each makes of the images.
    fn apply(
        &self,
        images: Tensor<2>,
        masks: &[Tensor<2>],
        mut seen: impl FnMut(usize, &Flow),
    ) -> Tensor<2> {
        let mut x = Flow::Flat(images);
        let mut masks = masks.iter();
        for (place, layer) in self.plan.layers.iter().enumerate() {
            x = match layer.operation {
                Operation::Conv { input, .. } => {
                    let weights = &self.weights[layer.block / 2];
                    Flow::Maps(convolve(x.maps(input), weights, input))
                }
                Operation::Pool { input } => {
                    let options = MaxPoolOptions::new([POOL; 2]);
                    Flow::Maps(max_pool2d(x.maps(input), options))
                }
                Operation::Dense { rectified, .. } => {
                    let Weights { weight, bias } = &self.weights[layer.block / 2];
                    let y = linear(x.flat(), weight.clone(), Some(bias.clone()));
                    Flow::Flat(if rectified { relu(y) } else { y })
                }
                Operation::Dropout { .. } => match (masks.next(), x, layer.output) {
                    (Some(mask), Flow::Maps(x), LayerShape::Image(shape)) => {
                        Flow::Maps(x * maps(mask.clone(), shape))
                    }
                    (Some(mask), x, _) => Flow::Flat(x.flat() * mask.clone()),
                    (None, x, _) => x,
                },
            };
            seen(place, &x);
        }
        x.flat()
    }

    /// The logits of n images, n × pixels, and the activations of the observed layers, n × width
    /// each.
    pub(crate) async fn observe(
        &self,
        images: Vec<f32>,
        n: usize,
        conv: Option<ConvActivations>,
    ) -> Result<(Vec<f32>, Vec<Vec<f32>>), TrainingError> {
        let device = self.weights[0].bias.device();
        let pixels = self.plan.input().pixels();
        let images = Tensor::<2>::from_data(TensorData::new(images, [n, pixels]), &device);
        let places: Vec<usize> = conv.map_or_else(Vec::new, |conv| {
            let places = self.plan.observed_places(conv);
            places.map(|(place, _)| place).collect()
        });
        let mut hidden = Vec::with_capacity(places.len());
        let logits = self.apply(images, &[], |place, x| {
            if places.contains(&place) {
                hidden.push(match (x.clone(), conv) {
                    (Flow::Maps(x), Some(ConvActivations::Average)) => {
                        let [n, channels, height, width] = x.dims();
                        let maps = x.reshape([n, channels, height * width]);
                        maps.mean_dim(2).reshape([n, channels])
                    }
                    (x, _) => x.flat(),
                });
            }
        });
        let mut reading = Transaction::default().register(logits);
        for layer in hidden {
            reading = reading.register(layer);
        }
        let mut read = read(reading.execute_async(), self.watched)
            .await?
            .into_iter()
            .map(values);
        let logits = read.next().transpose()?.unwrap_or_default();
        Ok((logits, read.collect::<Result<_, _>>()?))
    }

    /// The gradient for all parameters, in the layout of the parameter vector, zero in its
    /// padding.
    pub(super) fn gradient(&self, gradients: &mut Gradients) -> Tensor<1> {
        let layout = &self.plan.layout;
        let mut parts = Vec::with_capacity(layout.blocks.len() * 2);
        for ((weight, bias), layer) in layout.pairs().zip(&self.weights) {
            let of_weight = layer.weight.grad_remove(gradients).map(|g| {
                let values = g.dims().iter().product::<usize>();
                g.reshape([values])
            });
            let of_bias = layer.bias.grad_remove(gradients);
            for (block, part) in [(weight, of_weight), (bias, of_bias)] {
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

/// 3×3 convolution and rectifier, n × channels × height × width.
fn convolve(x: Tensor<4>, weights: &Weights, input: ImageShape) -> Tensor<4> {
    let outputs = weights.bias.dims()[0];
    let kernel = weights
        .weight
        .clone()
        .reshape([KERNEL, KERNEL, input.channels, outputs])
        .permute([3, 2, 0, 1]);
    let options = ConvOptions::new([1; 2], [KERNEL / 2; 2], [1; 2], 1);
    relu(conv2d(x, kernel, Some(weights.bias.clone()), options))
}
