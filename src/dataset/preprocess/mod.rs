//! What is done to images before a network sees them, as in the paper.
//!
//! - [`Preprocessing`] says which steps; its run turns one [`Dataset`] into another.
//! - [`to_grey`], [`Gaussian`] and [`sobel_magnitude`] are the steps, on `f32` images, equal to
//!   those of scipy.ndimage.
//! - [`Standardisation`] is an affine map per channel, computed on the training part. Its results
//!   are no pixel values, so it belongs to the network's inputs and not to a [`Dataset`].
//!
//! [`Dataset`]: super::Dataset

mod border;
mod error;
mod gaussian;
mod grey;
mod pipeline;
mod preview;
mod sobel;
mod standardisation;

pub use error::PreprocessingError;
pub use gaussian::{Gaussian, MOST_SIGMA};
pub use grey::to_grey;
pub use pipeline::{Filter, Preprocessed, Preprocessing, PreprocessingRun};
pub use preview::Preview;
pub use sobel::sobel_magnitude;
pub use standardisation::Standardisation;
