//! A network: what it is made of, how it is trained, and what it shows.
//!
//! [`NetworkConfig`] and [`TrainingConfig`] say what is to happen, [`Plan`] what comes of it for
//! images of one shape, [`Device`] where; a [`Training`] does it, an [`Observer`] takes what the
//! network shows ([`Observed`]), a [`Checkpoint`] is where training stands.
//!
//! A network is a function of **one long parameter vector** (`Layout`): its layers are views into
//! that vector, its gradient is a vector of the same layout, and an [`OptimizerState`] a few
//! vectors more. Nothing else changes during training, so a [`Training`] can be observed, copied to
//! another device or continued from a checkpoint at any step. Everything random (initial weights,
//! order of the batches, dropout, shifts) comes from the host's own generator and is a pure
//! function of seed, epoch and step, so every device starts from the same bits and sees the same
//! batches.
//!
//! There are two engines behind [`Training`]: `host`, our own kernels on the processor, which are
//! part of the core; and, with the feature `trainer`, `graphics`: shaders of our own on WebGPU, run by
//! burn's runtime.

mod batches;
mod checkpoint;
mod config;
pub mod device;
mod divergence;
mod engine;
mod error;
#[cfg(feature = "trainer")]
mod graphics;
mod host;
mod init;
mod inputs;
mod layers;
mod observed;
mod observer;
mod optimizer;
mod parameters;
mod plan;
mod random;
mod saved;
mod schedule;
mod setup;
#[cfg(any(test, all(feature = "trainer", target_arch = "wasm32")))]
mod shader;
mod training;

#[cfg(all(any(feature = "trainer", feature = "web"), target_arch = "wasm32"))]
pub mod adapter;

pub use checkpoint::{Checkpoint, NamedArray};
pub use config::{
    ConfigError, DeviceInfo, DeviceKind, Optimizer, TrainingConfig, adapter_name, automatic_device,
    is_software,
};
pub use device::Device;
pub use divergence::Divergence;
pub use error::TrainingError;
pub use inputs::TrainInputs;
pub use layers::{LayerConfig, NetworkConfig, Preset};
pub use observed::{Observed, Scores, score};
pub use observer::{Keep, Observer};
pub use optimizer::OptimizerState;
pub use plan::{ConvActivations, LayerShape, ObservedLayer, Plan, outline};
pub use saved::{SavedError, SavedTraining, TrainedOn};
pub use schedule::Schedule;
pub use setup::Setup;
pub use training::{StepOutcome, Training};
