//! One pass through all layers, forward and back.

use super::convolution::{self, Scratch};
use super::dense::{self, Packing};
use super::pool;
use crate::network::Plan;
use crate::network::plan::Operation;

/// What every layer made of a batch, and buffers that are kept between batches.
#[derive(Clone, Debug, Default)]
pub(super) struct Pass {
    /// One for each layer, n × values.
    outputs: Vec<Vec<f32>>,
    /// The gradient for the output of the layer at hand, and for its input.
    slopes: [Vec<f32>; 2],
    packing: Packing,
    scratch: Scratch,
}

impl Pass {
    /// What a layer made of the last batch.
    pub(super) fn output(&self, place: usize) -> &[f32] {
        &self.outputs[place]
    }

    /// The logits of the last batch, n × classes.
    pub(super) fn logits(&self) -> &[f32] {
        self.outputs.last().map_or(&[], Vec::as_slice)
    }

    /// Applies all layers to n images, n × pixels. `masks` has one for each dropout, n × values;
    /// without, nothing is dropped.
    pub(super) fn forward(
        &mut self,
        plan: &Plan,
        parameters: &[f32],
        images: &[f32],
        n: usize,
        masks: &[Vec<f32>],
    ) {
        self.outputs.resize_with(plan.layers.len(), Vec::new);
        let mut masks = masks.iter();
        for (place, layer) in plan.layers.iter().enumerate() {
            let (before, rest) = self.outputs.split_at_mut(place);
            let input = before.last().map_or(images, Vec::as_slice);
            let out = &mut rest[0];
            out.resize(n * layer.output.values(), 0.0);
            match layer.operation {
                Operation::Conv { input: shape, .. } => {
                    let (weight, bias) = plan.layout.pair(layer.block);
                    let (weight, bias) = (weight.of(parameters), bias.of(parameters));
                    let (packing, scratch) = (&mut self.packing, &mut self.scratch);
                    convolution::forward(input, shape, weight, bias, packing, scratch, out);
                    rectify(out);
                }
                Operation::Pool { input: shape } => pool::forward(input, shape, out),
                Operation::Dense { rectified, .. } => {
                    let (weight, bias) = plan.layout.pair(layer.block);
                    let (weight, bias) = (weight.of(parameters), bias.of(parameters));
                    dense::forward(input, n, weight, bias, &mut self.packing, out);
                    if rectified {
                        rectify(out);
                    }
                }
                Operation::Dropout { .. } => match masks.next() {
                    Some(mask) => {
                        for ((out, value), mask) in out.iter_mut().zip(input).zip(mask) {
                            *out = value * mask;
                        }
                    }
                    None => out.copy_from_slice(input),
                },
            }
        }
    }

    /// Goes back through all layers from the gradient for the logits, n × classes, and sets
    /// `gradient` to that of all parameters. Must follow [`Self::forward`] of the same batch.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn backward(
        &mut self,
        plan: &Plan,
        parameters: &[f32],
        images: &[f32],
        n: usize,
        masks: &[Vec<f32>],
        slope: Vec<f32>,
        gradient: &mut [f32],
    ) {
        gradient.fill(0.0);
        let [mut at, mut next] = std::mem::take(&mut self.slopes);
        at.clear();
        at.extend(slope);
        let first = plan.layers.iter().position(|layer| layer.parameters > 0);
        let mut masks = masks.iter().rev();
        for (place, layer) in plan.layers.iter().enumerate().rev() {
            // Nothing before the first weights wants a gradient.
            let wanted = Some(place) > first;
            let input = match place.checked_sub(1) {
                Some(before) => self.outputs[before].as_slice(),
                None => images,
            };
            let output = self.outputs[place].as_slice();
            next.resize(input.len(), 0.0);
            let packing = &mut self.packing;
            match layer.operation {
                Operation::Conv {
                    input: shape,
                    channels,
                } => {
                    let (weight, bias) = plan.layout.pair(layer.block);
                    through_rectifier(&mut at, output);
                    let [of_weight, of_bias] = weight.and(bias, gradient);
                    let scratch = &mut self.scratch;
                    convolution::parameter_gradients(
                        input, shape, &at, packing, scratch, of_weight, of_bias,
                    );
                    if wanted {
                        let kernel = weight.of(parameters);
                        convolution::input_gradient(
                            &at, shape, kernel, channels, packing, scratch, &mut next,
                        );
                    }
                }
                Operation::Dense {
                    width, rectified, ..
                } => {
                    let (weight, bias) = plan.layout.pair(layer.block);
                    if rectified {
                        through_rectifier(&mut at, output);
                    }
                    let [of_weight, of_bias] = weight.and(bias, gradient);
                    dense::parameter_gradients(input, &at, n, packing, of_weight, of_bias);
                    if wanted {
                        let weight = weight.of(parameters);
                        dense::input_gradient(&at, n, weight, width, packing, &mut next);
                    }
                }
                Operation::Pool { input: shape } => {
                    pool::input_gradient(input, shape, output, &at, &mut next);
                }
                Operation::Dropout { .. } => match masks.next() {
                    Some(mask) => {
                        for ((next, slope), mask) in next.iter_mut().zip(&at).zip(mask) {
                            *next = slope * mask;
                        }
                    }
                    None => next.copy_from_slice(&at),
                },
            }
            if !wanted {
                break;
            }
            std::mem::swap(&mut at, &mut next);
        }
        self.slopes = [at, next];
    }
}

/// Sets what is below zero to zero. What is not a number stays, so that divergence shows.
fn rectify(values: &mut [f32]) {
    for value in values {
        *value = if *value < 0.0 { 0.0 } else { *value };
    }
}

/// Lets the gradient through where the rectifier let the value through.
fn through_rectifier(slope: &mut [f32], output: &[f32]) {
    for (slope, output) in slope.iter_mut().zip(output) {
        *slope = if *output > 0.0 { *slope } else { 0.0 };
    }
}
