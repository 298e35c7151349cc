//! A network in training on the processor.

use std::sync::Arc;

use super::pass::Pass;
use crate::network::optimizer::OptimizerState;
use crate::network::{ConvActivations, LayerShape, Plan, Scores, score};

/// Parameters, what the optimizer remembers, and buffers.
#[derive(Clone, Debug)]
pub(crate) struct HostEngine {
    network: HostNetwork,
    optimizer: OptimizerState<Vec<f32>>,
    gradient: Vec<f32>,
}

impl HostEngine {
    /// A network with these parameters, in the layout of the plan.
    pub(crate) fn new(
        plan: Arc<Plan>,
        values: Vec<f32>,
        optimizer: OptimizerState<Vec<f32>>,
    ) -> Self {
        Self {
            gradient: vec![0.0; values.len()],
            network: HostNetwork {
                plan,
                parameters: Arc::new(values),
                pass: Pass::default(),
            },
            optimizer,
        }
    }

    /// Updates the network with one batch, n × pixels. Returns what it thought of it before.
    pub(crate) fn step(
        &mut self,
        images: &[f32],
        labels: &[u8],
        masks: &[Vec<f32>],
        rate: f64,
    ) -> Scores {
        let HostNetwork {
            plan,
            parameters,
            pass,
        } = &mut self.network;
        let n = labels.len();
        let classes = plan.classes();
        pass.forward(plan, parameters, images, n, masks);
        let scores = score(pass.logits(), labels, classes);
        // The gradient of the mean cross-entropy for the logits: (softmax − target) / n.
        let mut slope = scores.probabilities.clone();
        for (row, &label) in slope.chunks_exact_mut(classes).zip(labels) {
            row[usize::from(label)] -= 1.0;
            for value in row {
                *value /= n as f32;
            }
        }
        pass.backward(
            plan,
            parameters,
            images,
            n,
            masks,
            slope,
            &mut self.gradient,
        );
        let parameters = Arc::make_mut(parameters);
        self.optimizer.update(parameters, &self.gradient, rate);
        scores
    }

    /// The network as it is now, with buffers of its own.
    pub(crate) fn network(&self) -> HostNetwork {
        HostNetwork {
            plan: self.network.plan.clone(),
            parameters: self.network.parameters.clone(),
            pass: Pass::default(),
        }
    }

    /// All parameters, in the layout of the plan.
    pub(crate) fn parameters(&self) -> &[f32] {
        &self.network.parameters
    }

    /// What the optimizer remembers.
    pub(crate) fn optimizer(&self) -> &OptimizerState<Vec<f32>> {
        &self.optimizer
    }
}

/// A network to be applied.
#[derive(Clone, Debug)]
pub(crate) struct HostNetwork {
    plan: Arc<Plan>,
    parameters: Arc<Vec<f32>>,
    pass: Pass,
}

impl HostNetwork {
    /// The logits of n images, n × pixels, and the activations of the observed layers, n × width
    /// each.
    pub(crate) fn observe(
        &mut self,
        images: &[f32],
        n: usize,
        conv: Option<ConvActivations>,
    ) -> (Vec<f32>, Vec<Vec<f32>>) {
        let plan = &self.plan;
        self.pass.forward(plan, &self.parameters, images, n, &[]);
        let layers = conv.map_or_else(Vec::new, |conv| {
            plan.observed_places(conv)
                .map(|(place, _)| {
                    let output = self.pass.output(place);
                    match (plan.layers[place].output, conv) {
                        (LayerShape::Image(shape), ConvActivations::Average) => {
                            channel_means(output, shape.height * shape.width, shape.channels)
                        }
                        _ => output.to_vec(),
                    }
                })
                .collect()
        });
        (self.pass.logits().to_vec(), layers)
    }
}

/// The mean of each feature map: n × area × channels to n × channels.
fn channel_means(maps: &[f32], area: usize, channels: usize) -> Vec<f32> {
    let mut means = Vec::with_capacity(maps.len() / area.max(1));
    for image in maps.chunks_exact(area * channels) {
        let start = means.len();
        means.resize(start + channels, 0.0);
        let sums = &mut means[start..];
        for pixel in image.chunks_exact(channels) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += value;
            }
        }
        for sum in sums {
            *sum /= area as f32;
        }
    }
    means
}
