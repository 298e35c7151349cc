//! From a gradient to a change of the parameters: Adam, and descent with momentum, both with
//! decoupled weight decay.
//!
//! All parameters are one vector, so what an optimizer remembers is a few vectors more. On the
//! processor an update is one pass over them; on a GPU it is about ten dispatches
//! (`graphics/optimizer.rs`), where burn's own optimizers cost that much for each weight matrix.
//! `tests/network_mathematics.rs` holds both against burn's.

use super::{NamedArray, Optimizer, TrainingConfig, TrainingError};

/// Adam's decay of the mean of gradients.
const BETA_1: f64 = 0.9;
/// Adam's decay of the mean of squared gradients.
const BETA_2: f64 = 0.999;
/// What keeps Adam from dividing by zero.
const EPSILON: f64 = 1e-8;

/// What an optimizer remembers between updates, in vectors of kind `V`.
#[derive(Clone, Debug)]
pub struct OptimizerState<V> {
    rule: Optimizer,
    weight_decay: f64,
    /// Updates done.
    updates: u64,
    /// The rule's vectors, as named by [`names`]; empty before the first update.
    pub(crate) memory: Vec<V>,
}

/// The numbers of one update.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Update {
    /// With sums instead of means, m = (1 − β₁)·M and v = (1 − β₂)·V, Adam's factors move into two
    /// scalars: w ← w·shrink − size · M / (√V + ε).
    Adam {
        keep_first: f32,
        keep_second: f32,
        size: f32,
        epsilon: f32,
        shrink: f32,
    },
    /// v ← keep·v + g, w ← w·shrink − size·v.
    Momentum { keep: f32, size: f32, shrink: f32 },
}

/// Names of the vectors a rule remembers.
fn names(rule: Optimizer) -> &'static [&'static str] {
    match rule {
        Optimizer::Adam => &["adam.gradient_sum", "adam.square_sum"],
        Optimizer::Sgd { .. } => &["sgd.velocity"],
    }
}

impl<V> OptimizerState<V> {
    /// An optimizer that has done nothing yet.
    #[must_use]
    pub fn new(config: &TrainingConfig) -> Self {
        Self {
            rule: config.optimizer,
            weight_decay: f64::from(config.weight_decay),
            updates: 0,
            memory: Vec::new(),
        }
    }

    /// An optimizer that goes on after `updates` updates with the arrays of [`Self::memory`], each
    /// `len` values, turned into vectors by `vector`.
    pub(crate) fn load(
        config: &TrainingConfig,
        updates: u64,
        arrays: &[NamedArray],
        len: usize,
        vector: impl FnMut(&NamedArray) -> V,
    ) -> Result<Self, TrainingError> {
        let mut state = Self::new(config);
        state.updates = updates;
        if updates == 0 {
            return Ok(state);
        }
        let names = names(state.rule);
        let fits = arrays.len() == names.len()
            && names
                .iter()
                .zip(arrays)
                .all(|(&name, array)| array.name == name && array.data.len() == len);
        if !fits {
            return Err(TrainingError::Checkpoint(format!(
                "its optimizer state is not that of {} for {len} parameters",
                match state.rule {
                    Optimizer::Adam => "Adam",
                    Optimizer::Sgd { .. } => "momentum descent",
                }
            )));
        }
        state.memory = arrays.iter().map(vector).collect();
        Ok(state)
    }

    /// The rule of the updates.
    #[cfg_attr(
        not(all(feature = "trainer", target_arch = "wasm32")),
        allow(dead_code)
    )]
    pub(crate) fn rule(&self) -> Optimizer {
        self.rule
    }

    /// Updates done.
    #[must_use]
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// The vectors it remembers, with their names.
    pub(crate) fn memory(&self) -> impl Iterator<Item = (&'static str, &V)> {
        names(self.rule).iter().copied().zip(&self.memory)
    }

    /// Counts one more update and says what it does, at a learning rate.
    pub(crate) fn next_update(&mut self, rate: f64) -> Update {
        // Of a file, which may claim any number.
        self.updates = self.updates.saturating_add(1);
        let shrink = (1.0 - rate * self.weight_decay) as f32;
        match self.rule {
            Optimizer::Adam => {
                let time = self.updates.min(i32::MAX as u64) as i32;
                let root = ((1.0 - BETA_2) / (1.0 - BETA_2.powi(time))).sqrt();
                let size = rate * (1.0 - BETA_1) / (1.0 - BETA_1.powi(time)) / root;
                Update::Adam {
                    keep_first: BETA_1 as f32,
                    keep_second: BETA_2 as f32,
                    size: size as f32,
                    epsilon: (EPSILON / root) as f32,
                    shrink,
                }
            }
            Optimizer::Sgd { momentum } => Update::Momentum {
                keep: momentum,
                size: rate as f32,
                shrink,
            },
        }
    }
}

impl OptimizerState<Vec<f32>> {
    /// Updates parameters at a learning rate. Both slices have one layout.
    pub fn update(&mut self, parameters: &mut [f32], gradient: &[f32], rate: f64) {
        let update = self.next_update(rate);
        match update {
            Update::Adam {
                keep_first,
                keep_second,
                size,
                epsilon,
                shrink,
            } => {
                self.memory.resize_with(2, || vec![0.0; parameters.len()]);
                let [first, second] = self.memory.as_mut_slice() else {
                    return;
                };
                let all = parameters.iter_mut().zip(gradient).zip(first).zip(second);
                for (((parameter, &slope), first), second) in all {
                    *first = *first * keep_first + slope;
                    *second = *second * keep_second + slope * slope;
                    let change = *first / (second.sqrt() + epsilon) * size;
                    *parameter = *parameter * shrink - change;
                }
            }
            Update::Momentum { keep, size, shrink } => {
                self.memory.resize_with(1, || vec![0.0; parameters.len()]);
                let all = parameters.iter_mut().zip(gradient).zip(&mut self.memory[0]);
                for ((parameter, &slope), velocity) in all {
                    *velocity = *velocity * keep + slope;
                    *parameter = *parameter * shrink - *velocity * size;
                }
            }
        }
    }
}
