//! From a gradient to a change of the parameters: Adam, and descent with momentum.
//!
//! burn's own optimizers keep a state per weight matrix, which costs a GPU some ten dispatches
//! for each, and can be saved only by reading it synchronously, which a browser cannot do. These
//! see all parameters as one vector: ten dispatches for a whole network, and a state that is a
//! few vectors. `tests/network_optimizer.rs` holds them against burn's.

use burn::tensor::{Device, Tensor};

use super::parameters::vector;
use super::{NamedArray, Optimizer, TrainingError};

/// Adam's decay of the mean of gradients.
const BETA_1: f64 = 0.9;
/// Adam's decay of the mean of squared gradients.
const BETA_2: f64 = 0.999;
/// What keeps Adam from dividing by zero.
const EPSILON: f64 = 1e-8;

/// What an optimizer remembers between updates.
#[derive(Clone, Debug)]
pub struct OptimizerState {
    rule: Optimizer,
    learning_rate: f64,
    /// Updates done.
    updates: u64,
    /// The rule's vectors, as named by [`names`]; empty before the first update.
    memory: Vec<Tensor<1>>,
}

/// Names of the vectors a rule remembers.
fn names(rule: Optimizer) -> &'static [&'static str] {
    match rule {
        Optimizer::Adam => &["adam.gradient_sum", "adam.square_sum"],
        Optimizer::Sgd { .. } => &["sgd.velocity"],
    }
}

impl OptimizerState {
    /// An optimizer that has done nothing yet.
    #[must_use]
    pub fn new(rule: Optimizer, learning_rate: f32) -> Self {
        Self {
            rule,
            learning_rate: f64::from(learning_rate),
            updates: 0,
            memory: Vec::new(),
        }
    }

    /// An optimizer that goes on after `updates` updates with the arrays of [`Self::memory`].
    pub(crate) fn load(
        rule: Optimizer,
        learning_rate: f32,
        updates: u64,
        arrays: &[NamedArray],
        len: usize,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        let mut state = Self::new(rule, learning_rate);
        state.updates = updates;
        if updates == 0 {
            return Ok(state);
        }
        let names = names(rule);
        let fits = arrays.len() == names.len()
            && names
                .iter()
                .zip(arrays)
                .all(|(&name, array)| array.name == name && array.data.len() == len);
        if !fits {
            return Err(TrainingError::Checkpoint(format!(
                "its optimizer state is not that of {rule:?} for {len} parameters"
            )));
        }
        state.memory = arrays
            .iter()
            .map(|array| vector(array.data.clone(), device))
            .collect();
        Ok(state)
    }

    /// Updates done.
    #[must_use]
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// The vectors it remembers, with their names.
    pub(crate) fn memory(&self) -> impl Iterator<Item = (&'static str, &Tensor<1>)> {
        names(self.rule).iter().copied().zip(&self.memory)
    }

    /// A copy in memory of its own, so that an update of it cannot reuse this one's.
    pub(crate) fn separate(&self) -> Self {
        let mut copy = self.clone();
        for vector in &mut copy.memory {
            *vector = vector.clone().mul_scalar(1.0);
        }
        copy
    }

    /// Parameters after one more update; all vectors have one layout.
    #[must_use]
    pub fn update(&mut self, parameters: Tensor<1>, gradient: Tensor<1>) -> Tensor<1> {
        self.updates += 1;
        let rate = self.learning_rate;
        let mut memory = std::mem::take(&mut self.memory).into_iter();
        match self.rule {
            // With sums instead of means, m = (1 − β₁)·M and v = (1 − β₂)·V, the factors move
            // into two scalars: w ← w − size · M / (√V + ε'), four dispatches fewer.
            Optimizer::Adam => {
                let time = self.updates.min(i32::MAX as u64) as i32;
                let root = ((1.0 - BETA_2) / (1.0 - BETA_2.powi(time))).sqrt();
                let size = rate * (1.0 - BETA_1) / (1.0 - BETA_1.powi(time)) / root;
                let square = gradient.clone() * gradient.clone();
                let (first, second) = match (memory.next(), memory.next()) {
                    (Some(first), Some(second)) => (
                        first.mul_scalar(BETA_1) + gradient,
                        second.mul_scalar(BETA_2) + square,
                    ),
                    _ => (gradient, square),
                };
                let scale = second.clone().sqrt().add_scalar(EPSILON / root);
                let change = (first.clone() / scale).mul_scalar(size);
                self.memory = vec![first, second];
                parameters - change
            }
            Optimizer::Sgd { momentum } => {
                let velocity = match memory.next() {
                    Some(velocity) if momentum > 0.0 => velocity.mul_scalar(momentum) + gradient,
                    _ => gradient,
                };
                self.memory = vec![velocity.clone()];
                parameters - velocity.mul_scalar(rate)
            }
        }
    }
}
