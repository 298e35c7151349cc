//! Networks on WebGPU: the shaders of `network::shader`, which burn's runtime, cubecl, runs.

mod engine;
mod gpu;

pub(crate) use engine::{WebGpuEngine, WebGpuNetwork, vector};
pub(crate) use gpu::Gpu;
