//! What to train and how; with the feature `trainer` also the training itself.
//!
//! Always there, plain data that the page, the workers and the analysis file share:
//! [`MlpConfig`] and [`TrainingConfig`] say what is to happen, [`DeviceKind`] and [`DeviceInfo`]
//! where, [`Observed`] what a network showed, [`Checkpoint`] where training stood.
//!
//! With the feature `trainer`, a network is a function of **one long parameter vector**
//! ([`Parameters`]): its layers are views into that vector, its gradient is a vector of the same
//! layout, and the [`OptimizerState`] a few vectors more. Nothing else changes during training,
//! so a [`Training`] can be observed, copied to another device or continued from a checkpoint at
//! any step. Everything random (initial weights, order of the batches, dropout) comes from the
//! host's own generator and is a pure function of seed, epoch and step, so the CPU and the GPU
//! start from the same bits and see the same batches.

mod checkpoint;
mod config;
mod observed;

#[cfg(all(any(feature = "trainer", feature = "web"), target_arch = "wasm32"))]
pub mod adapter;

#[cfg(feature = "trainer")]
mod batches;
#[cfg(feature = "trainer")]
mod descent;
#[cfg(feature = "trainer")]
pub mod device;
#[cfg(feature = "trainer")]
mod error;
#[cfg(feature = "trainer")]
mod health;
#[cfg(feature = "trainer")]
mod init;
#[cfg(feature = "trainer")]
mod inputs;
#[cfg(feature = "trainer")]
mod mlp;
#[cfg(feature = "trainer")]
mod observer;
#[cfg(feature = "trainer")]
mod optimizer;
#[cfg(feature = "trainer")]
mod parameters;
#[cfg(feature = "trainer")]
mod random;
#[cfg(feature = "trainer")]
mod training;

pub use checkpoint::{Checkpoint, NamedArray};
pub use config::{
    ConfigError, DeviceInfo, DeviceKind, MlpConfig, Optimizer, TrainingConfig, adapter_name,
    automatic_device, is_software,
};
pub use observed::{Observed, Scores, score};

#[cfg(feature = "trainer")]
pub use burn::tensor::Device;
#[cfg(feature = "trainer")]
pub use error::TrainingError;
#[cfg(feature = "trainer")]
pub use init::initial_parameters;
#[cfg(feature = "trainer")]
pub use inputs::TrainInputs;
#[cfg(feature = "trainer")]
pub use mlp::Mlp;
#[cfg(feature = "trainer")]
pub use observer::{Keep, Observer};
#[cfg(feature = "trainer")]
pub use optimizer::OptimizerState;
#[cfg(feature = "trainer")]
pub use parameters::Parameters;
#[cfg(feature = "trainer")]
pub use training::{StepOutcome, Training};
