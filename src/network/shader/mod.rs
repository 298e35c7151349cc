//! A network as shaders for WebGPU: which there are, on which buffers, in which order.
//!
//! All of it is plain data, made once for each network and batch size; `graphics::webgpu` runs it.
//! burn's tensors would do as well (`graphics` has the same network in them, for tests), but they
//! take 47 dispatches for a step of a perceptron with two hidden layers, where ten are enough, and
//! their matrix products are made for large matrices on large GPUs. docs/TRAINING.md has the
//! numbers.

mod convolution;
mod product;
mod program;
pub(super) mod recipe;
mod values;
