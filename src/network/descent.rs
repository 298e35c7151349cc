//! One step down the slope of the loss.

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use super::{Mlp, OptimizerState, Parameters};

/// Updates parameters with one batch and returns its logits, batch × classes.
///
/// The gradient of the mean cross-entropy with respect to the logits is (softmax − target) / n.
/// It is given to the differentiation as a constant, by differentiating Σ logits · gradient: half
/// the dispatches of differentiating the logarithm of the softmax.
pub(crate) fn descend(
    parameters: &mut Parameters,
    optimizer: &mut OptimizerState,
    images: Tensor<2>,
    targets: Tensor<2>,
    masks: &[Tensor<2>],
) -> Tensor<2> {
    let network = Mlp::new(parameters).differentiable();
    let masks: Vec<_> = masks.iter().map(|mask| mask.clone().autodiff()).collect();
    let logits = network.forward(images.autodiff(), Some(&masks));
    let plain = logits.clone().inner();
    let size = plain.dims()[0] as f32;
    let slope = (softmax(plain.clone(), 1) - targets).div_scalar(size);
    let mut gradients = (logits * slope.autodiff()).sum().backward();
    let gradient = network.gradient(&mut gradients);
    drop(network);
    parameters.vector = optimizer.update(parameters.vector.clone(), gradient);
    plain
}

/// 1 where a row's label is, else 0: labels × classes.
pub(crate) fn one_hot(labels: &[u8], classes: usize, device: &Device) -> Tensor<2> {
    let mut values = vec![0.0; labels.len() * classes];
    for (row, &label) in values.chunks_exact_mut(classes).zip(labels) {
        row[usize::from(label)] = 1.0;
    }
    Tensor::from_data(TensorData::new(values, [labels.len(), classes]), device)
}
