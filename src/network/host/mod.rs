//! Networks on the processor: kernels of our own on plain slices.
//!
//! Everything is made of one matrix product (`product.rs`): a fully connected layer is one, a
//! convolution is three (one for each row of its kernel) over the rows of an image, its gradients
//! are products of the same kind. Products, sums and the updates are plain IEEE 754 operations
//! without fused multiply-add, in a fixed order, so a training gives the same bits on every
//! machine but for logarithm, exponential and cosine of the platform, which enter through initial
//! weights, softmax and schedule.

mod convolution;
mod dense;
mod engine;
mod pass;
mod pool;
#[allow(unsafe_code)]
mod product;

pub(crate) use engine::{HostEngine, HostNetwork};
