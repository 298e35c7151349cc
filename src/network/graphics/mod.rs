//! Networks on a GPU: WebGPU, through burn's runtime.
//!
//! In the browser a network runs by shaders of our own (`webgpu`). Natively there is the same
//! network in burn's tensors, on burn's own processor backend: that is how tests hold our kernels
//! (`network::host`) against burn's.

pub(crate) mod health;
#[cfg(target_arch = "wasm32")]
mod webgpu;

#[cfg(not(target_arch = "wasm32"))]
mod descent;
#[cfg(not(target_arch = "wasm32"))]
mod engine;
#[cfg(not(target_arch = "wasm32"))]
mod network;
#[cfg(not(target_arch = "wasm32"))]
mod optimizer;
#[cfg(not(target_arch = "wasm32"))]
mod read;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use engine::{BurnEngine as GraphicsEngine, vector};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use network::BurnNetwork as GraphicsNetwork;
#[cfg(target_arch = "wasm32")]
pub(crate) use webgpu::{
    Gpu as Opened, WebGpuEngine as GraphicsEngine, WebGpuNetwork as GraphicsNetwork, vector,
};

/// A graphics device that is open.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) type Opened = burn::tensor::Device;
