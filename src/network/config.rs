//! What to train and how: plain settings, checked before anything runs.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most hidden layers a network may have.
const MAX_LAYERS: usize = 32;
/// The widest a hidden layer may be, in neurons.
const MAX_WIDTH: usize = 16_384;
/// The largest batch, in images.
const MAX_BATCH: usize = 65_536;

/// A multilayer perceptron: rectified linear hidden layers and a softmax over the classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MlpConfig {
    /// Neurons of each hidden layer, from the input to the output. Empty is allowed and makes a
    /// softmax regression, which has no hidden activity to show.
    pub hidden: Vec<usize>,
    /// Probability that a hidden neuron is silenced in a training step, 0 ≤ `dropout` < 1.
    pub dropout: f32,
}

impl MlpConfig {
    /// The network of the paper: four hidden layers of 1,000 neurons.
    #[must_use]
    pub fn paper() -> Self {
        Self {
            hidden: vec![1000; 4],
            dropout: 0.0,
        }
    }

    /// A network for small machines: four hidden layers of 128 neurons.
    #[must_use]
    pub fn light() -> Self {
        Self {
            hidden: vec![128; 4],
            dropout: 0.0,
        }
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// Names the first setting that cannot be used, and what could be.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.hidden.len() > MAX_LAYERS {
            return Err(ConfigError::TooManyLayers(self.hidden.len()));
        }
        for (layer, &width) in self.hidden.iter().enumerate() {
            if width == 0 || width > MAX_WIDTH {
                return Err(ConfigError::Width {
                    layer: layer + 1,
                    width,
                });
            }
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(ConfigError::Dropout(self.dropout));
        }
        Ok(())
    }

    /// Widths from the input to the output, both included: `inputs`, the hidden layers, `classes`.
    #[must_use]
    pub fn widths(&self, inputs: usize, classes: usize) -> Vec<usize> {
        let mut widths = Vec::with_capacity(self.hidden.len() + 2);
        widths.push(inputs);
        widths.extend(&self.hidden);
        widths.push(classes);
        widths
    }

    /// Number of weights and biases for images of `inputs` pixels and `classes` classes.
    #[must_use]
    pub fn parameter_count(&self, inputs: usize, classes: usize) -> usize {
        self.widths(inputs, classes)
            .windows(2)
            .map(|pair| (pair[0] + 1).saturating_mul(pair[1]))
            .fold(0, usize::saturating_add)
    }
}

impl Default for MlpConfig {
    fn default() -> Self {
        Self::light()
    }
}

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
    /// Decides initial weights, order of the batches and dropout.
    pub seed: u64,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            optimizer: Optimizer::Adam,
            learning_rate: 1e-3,
            batch_size: 64,
            epochs: 20,
            seed: 42,
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
        Ok(())
    }
}

/// A setting that cannot be used, and what could be.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ConfigError {
    /// Too many hidden layers.
    #[error("{0} hidden layers are too many: choose at most {MAX_LAYERS}")]
    TooManyLayers(usize),
    /// A hidden layer is empty or too wide.
    #[error("hidden layer {layer} has {width} neurons: choose 1 to {MAX_WIDTH}")]
    Width {
        /// The layer, counted from 1.
        layer: usize,
        /// Its neurons.
        width: usize,
    },
    /// Dropout is no probability below 1.
    #[error("a dropout of {0} cannot be used: choose 0 (none) up to, but not including, 1")]
    Dropout(f32),
    /// The learning rate is not a positive number.
    #[error("a learning rate of {0} cannot be used: choose a number above 0, such as 0.001")]
    LearningRate(f32),
    /// The batch is empty or too large.
    #[error("a batch of {0} images cannot be used: choose 1 to {MAX_BATCH}")]
    BatchSize(usize),
    /// The momentum is outside its range.
    #[error("a momentum of {0} cannot be used: choose 0 up to, but not including, 1")]
    Momentum(f32),
}

/// Where a network is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The processor, through burn's `flex` backend.
    Cpu,
    /// The graphics processor, through WebGPU.
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
