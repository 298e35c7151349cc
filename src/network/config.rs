//! What to train and how: plain settings, checked before anything runs.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Schedule;

/// The largest batch, in images.
const MAX_BATCH: usize = 65_536;
/// The largest weight decay: at a learning rate of 1 it takes everything away.
const MOST_WEIGHT_DECAY: f32 = 1.0;
/// The furthest that augmentation moves an image, in pixels.
const MOST_SHIFT: usize = 16;

/// How a gradient becomes a change of the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Optimizer {
    /// Adam (Kingma and Ba 2015) with β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    Adam,
    /// Stochastic gradient descent with momentum: v ← momentum·v + g, w ← w − rate·v.
    Sgd {
        /// Share of the last velocity that is kept, 0 ≤ `momentum` < 1; 0 is plain descent.
        momentum: f32,
    },
}

impl Optimizer {
    /// The learning rate that is usual for it.
    #[must_use]
    pub const fn usual_rate(self) -> f32 {
        match self {
            Self::Adam => 0.001,
            Self::Sgd { .. } => 0.05,
        }
    }
}

/// How to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    /// The update rule.
    pub optimizer: Optimizer,
    /// Size of a step, > 0. About 0.001 for Adam, 0.05 for descent with momentum 0.9.
    pub learning_rate: f32,
    /// Images per step, ≥ 1; a batch larger than the training set is cut to it.
    pub batch_size: usize,
    /// Passes over the training set; 0 shows the activations before training and nothing else.
    pub epochs: u32,
    /// Decides initial weights, order of the batches, dropout and shifts.
    pub seed: u64,
    /// How the learning rate changes while training.
    #[serde(default)]
    pub schedule: Schedule,
    /// Share of every weight and bias that an update takes away beside the gradient, per unit of
    /// the learning rate (decoupled: Loshchilov and Hutter 2019); 0 for none.
    #[serde(default)]
    pub weight_decay: f32,
    /// Each image is moved by up to so many pixels to each side, anew at every step; what comes in
    /// at an edge repeats it. 0 for none.
    #[serde(default)]
    pub shifts: usize,
    /// Whether pixel values are standardised, channel by channel, to mean 0 and deviation 1 over
    /// the training images; else they are divided by the largest of them.
    #[serde(default)]
    pub standardise: bool,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            optimizer: Optimizer::Adam,
            learning_rate: 1e-3,
            batch_size: 64,
            epochs: 20,
            seed: 42,
            schedule: Schedule::Constant,
            weight_decay: 0.0,
            shifts: 0,
            standardise: false,
        }
    }
}

impl TrainingConfig {
    /// Checks every setting.
    ///
    /// # Errors
    /// Names the first setting that cannot be used, and what could be.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if !(self.learning_rate.is_finite() && self.learning_rate > 0.0) {
            return Err(ConfigError::LearningRate(self.learning_rate));
        }
        if self.batch_size == 0 || self.batch_size > MAX_BATCH {
            return Err(ConfigError::BatchSize(self.batch_size));
        }
        if let Optimizer::Sgd { momentum } = self.optimizer
            && !(0.0..1.0).contains(&momentum)
        {
            return Err(ConfigError::Momentum(momentum));
        }
        if let Schedule::Step { every, factor } = self.schedule
            && (every == 0 || !(factor > 0.0 && factor <= 1.0))
        {
            return Err(ConfigError::Schedule { every, factor });
        }
        if !(0.0..=MOST_WEIGHT_DECAY).contains(&self.weight_decay) {
            return Err(ConfigError::WeightDecay(self.weight_decay));
        }
        if self.shifts > MOST_SHIFT {
            return Err(ConfigError::Shifts(self.shifts));
        }
        Ok(())
    }
}

/// A setting that cannot be used, and what could be.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ConfigError {
    /// Too many layers.
    #[error("{layers} layers are too many: choose at most {most}")]
    TooManyLayers {
        /// Layers, those without weights included.
        layers: usize,
        /// The most there may be.
        most: usize,
    },
    /// Too many weights and biases.
    #[error(
        "{parameters} weights and biases do not fit into memory: choose narrower layers, or a \
         pool before the first fully connected one, for at most {most}"
    )]
    TooManyParameters {
        /// Weights and biases.
        parameters: usize,
        /// The most there may be.
        most: usize,
    },
    /// A fully connected layer is empty or too wide.
    #[error("layer {place} has {width} neurons: choose 1 to {most}")]
    Width {
        /// The layer, counted from 1.
        place: usize,
        /// Its neurons.
        width: usize,
        /// The most there may be.
        most: usize,
    },
    /// A convolution has no feature map or too many.
    #[error("layer {place} has {channels} channels: choose 1 to {most}")]
    Channels {
        /// The layer, counted from 1.
        place: usize,
        /// Its feature maps.
        channels: usize,
        /// The most there may be.
        most: usize,
    },
    /// A layer that needs an image comes after a fully connected one.
    #[error(
        "layer {place} is {layer}, which needs an image: move it before the first fully \
         connected layer"
    )]
    NoImage {
        /// The layer, counted from 1.
        place: usize,
        /// What it is.
        layer: &'static str,
    },
    /// There is nothing left to pool.
    #[error(
        "layer {place} pools 2×2 pixels of a {height}×{width} image: remove it, or a pool \
         before it"
    )]
    PoolTooSmall {
        /// The layer, counted from 1.
        place: usize,
        /// Rows that arrive at it.
        height: usize,
        /// Columns that arrive at it.
        width: usize,
    },
    /// Dropout is no probability below 1.
    #[error("layer {place} has a dropout of {rate}: choose 0 (none) up to, but not including, 1")]
    Dropout {
        /// The layer, counted from 1.
        place: usize,
        /// Its probability.
        rate: f32,
    },
    /// The schedule's step is empty, or its factor outside its range.
    #[error(
        "multiplying the learning rate by {factor} every {every} epochs cannot be done: choose \
         at least 1 epoch and a factor above 0, at most 1"
    )]
    Schedule {
        /// Epochs between two changes.
        every: u32,
        /// What the rate is multiplied by.
        factor: f32,
    },
    /// The weight decay is outside its range.
    #[error("a weight decay of {0} cannot be used: choose 0 (none) to {MOST_WEIGHT_DECAY}")]
    WeightDecay(f32),
    /// Images would be moved too far.
    #[error("shifts of {0} pixels cannot be used: choose 0 (none) to {MOST_SHIFT}")]
    Shifts(usize),
    /// The learning rate is not a positive number.
    #[error("a learning rate of {0} cannot be used: choose a number above 0, such as 0.001")]
    LearningRate(f32),
    /// The batch is empty or too large.
    #[error("a batch of {0} images cannot be used: choose 1 to {MAX_BATCH}")]
    BatchSize(usize),
    /// What the layers make of a batch does not fit into memory.
    #[error("a batch of {batch} images does not fit into memory: choose at most {most}")]
    BatchMemory {
        /// Images in a batch.
        batch: usize,
        /// How many would fit.
        most: usize,
    },
    /// The momentum is outside its range.
    #[error("a momentum of {0} cannot be used: choose 0 up to, but not including, 1")]
    Momentum(f32),
}

/// Where a network is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The processor, by kernels of our own.
    Cpu,
    /// The graphics processor, by burn on WebGPU.
    WebGpu,
}

/// The device a network is trained on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Where it computes.
    pub kind: DeviceKind,
    /// What the browser calls it, for the visitor.
    pub name: String,
    /// Whether a WebGPU adapter is only imitated by the processor, which is slower than the CPU.
    pub software: bool,
}

/// The device to use where the visitor has not chosen one: a real graphics adapter if there is
/// one (`Some(false)`), else the CPU (no adapter: `None`; a software adapter: `Some(true)`).
#[must_use]
pub fn automatic_device(software_adapter: Option<bool>) -> DeviceKind {
    match software_adapter {
        Some(false) => DeviceKind::WebGpu,
        Some(true) | None => DeviceKind::Cpu,
    }
}

/// Whether an adapter's vendor, architecture or description tell that the processor imitates it.
#[must_use]
pub fn is_software(names: &[impl AsRef<str>]) -> bool {
    const SOFTWARE: [&str; 5] = [
        "swiftshader",
        "llvmpipe",
        "lavapipe",
        "basic render",
        "software",
    ];
    names.iter().any(|name| {
        let name = name.as_ref().to_lowercase();
        SOFTWARE.iter().any(|known| name.contains(known))
    })
}

/// One name made of an adapter's vendor, architecture and description, each said once.
#[must_use]
pub fn adapter_name(names: &[impl AsRef<str>]) -> String {
    let mut name = String::new();
    for part in names.iter().map(|part| part.as_ref().trim()) {
        if part.is_empty() || name.to_lowercase().contains(&part.to_lowercase()) {
            continue;
        }
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(part);
    }
    if name.is_empty() {
        name.push_str("graphics adapter");
    }
    name
}
