//! What is done to images before a network sees them, as in the paper.
//!
//! - [`Standardisation`] is an affine map per channel, computed on the training part. Its results
//!   are no pixel values, so it belongs to the network's inputs and not to a [`Dataset`].
//!
//! [`Dataset`]: super::Dataset

mod standardisation;

pub use standardisation::Standardisation;
