//! The gradient of the loss for one batch.

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use super::network::BurnNetwork;

/// A batch on a device.
pub(super) struct Batch {
    /// n × pixels.
    images: Tensor<2>,
    /// 1 where an image's label is, else 0: n × classes.
    targets: Tensor<2>,
    /// One for each dropout, n × values.
    masks: Vec<Tensor<2>>,
}

impl Batch {
    /// Sends images, labels and masks to a device.
    pub(super) fn new(
        images: Vec<f32>,
        labels: &[u8],
        masks: Vec<Vec<f32>>,
        classes: usize,
        device: &Device,
    ) -> Self {
        let matrix = |values: Vec<f32>| {
            let columns = values.len() / labels.len().max(1);
            Tensor::from_data(TensorData::new(values, [labels.len(), columns]), device)
        };
        let mut targets = vec![0.0; labels.len() * classes];
        for (row, &label) in targets.chunks_exact_mut(classes).zip(labels) {
            row[usize::from(label)] = 1.0;
        }
        Self {
            images: matrix(images),
            targets: matrix(targets),
            masks: masks.into_iter().map(matrix).collect(),
        }
    }
}

/// The logits of a batch, n × classes, and the gradient of its mean cross-entropy for all
/// parameters.
///
/// The gradient with respect to the logits is (softmax − target) / n. It is given to the
/// differentiation as a constant, by differentiating Σ logits · gradient: half the dispatches of
/// differentiating the logarithm of the softmax.
pub(super) fn descend(network: BurnNetwork, batch: Batch) -> (Tensor<2>, Tensor<1>) {
    let network = network.differentiable();
    let masks: Vec<_> = batch.masks.into_iter().map(Tensor::autodiff).collect();
    let logits = network.forward(batch.images.autodiff(), &masks);
    let plain = logits.clone().inner();
    let size = plain.dims()[0] as f32;
    let slope = (softmax(plain.clone(), 1) - batch.targets).div_scalar(size);
    let mut gradients = (logits * slope.autodiff()).sum().backward();
    let gradient = network.gradient(&mut gradients);
    (plain, gradient)
}
