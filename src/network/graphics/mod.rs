//! Networks on a GPU: burn's tensors on WebGPU.
//!
//! Natively the same code runs on burn's own processor backend, which is how tests hold our own
//! kernels (`network::host`) against burn's.

mod descent;
mod engine;
pub(crate) mod health;
mod network;
mod optimizer;
mod read;

pub(crate) use engine::{BurnEngine, vector};
pub(crate) use network::BurnNetwork;
