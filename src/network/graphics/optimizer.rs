//! The update of [`OptimizerState`] on a GPU: a handful of operations on whole vectors.

use burn::tensor::Tensor;

use crate::network::OptimizerState;
use crate::network::optimizer::Update;

impl OptimizerState<Tensor<1>> {
    /// A copy in memory of its own, so that an update of it cannot reuse this one's.
    pub(crate) fn separate(&self) -> Self {
        let mut copy = self.clone();
        for vector in &mut copy.memory {
            *vector = vector.clone().mul_scalar(1.0);
        }
        copy
    }

    /// Parameters after one more update at a learning rate; all vectors have one layout.
    #[must_use]
    pub fn update_tensor(
        &mut self,
        parameters: Tensor<1>,
        gradient: Tensor<1>,
        rate: f64,
    ) -> Tensor<1> {
        let update = self.next_update(rate);
        let mut memory = std::mem::take(&mut self.memory).into_iter();
        let shrunk = |parameters: Tensor<1>, shrink: f32| {
            if shrink == 1.0 {
                parameters
            } else {
                parameters.mul_scalar(shrink)
            }
        };
        match update {
            Update::Adam {
                keep_first,
                keep_second,
                size,
                epsilon,
                shrink,
            } => {
                let square = gradient.clone() * gradient.clone();
                let (first, second) = match (memory.next(), memory.next()) {
                    (Some(first), Some(second)) => (
                        first.mul_scalar(keep_first) + gradient,
                        second.mul_scalar(keep_second) + square,
                    ),
                    _ => (gradient, square),
                };
                let scale = second.clone().sqrt().add_scalar(epsilon);
                let change = (first.clone() / scale).mul_scalar(size);
                self.memory = vec![first, second];
                shrunk(parameters, shrink) - change
            }
            Update::Momentum { keep, size, shrink } => {
                let velocity = match memory.next() {
                    Some(velocity) if keep > 0.0 => velocity.mul_scalar(keep) + gradient,
                    _ => gradient,
                };
                self.memory = vec![velocity.clone()];
                shrunk(parameters, shrink) - velocity.mul_scalar(size)
            }
        }
    }
}
