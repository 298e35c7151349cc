//! What can go wrong while training, and what to do then.

use thiserror::Error;

use super::{ConfigError, Divergence};

/// Why training could not start or go on.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TrainingError {
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is nothing to train on.
    #[error("there are no images to train on: choose a data set first")]
    NoImages,
    /// The number of classes cannot be used.
    #[error("{0} classes cannot be used: a data set needs 1 to 256")]
    Classes(usize),
    /// Images and labels do not fit together.
    #[error(
        "{values} pixel values do not make {images} images of {pixels} pixels: \
         load images and labels of the same data set"
    )]
    ImageSize {
        /// Pixel values given.
        values: usize,
        /// Images, as there are labels.
        images: usize,
        /// Values per image.
        pixels: usize,
    },
    /// A label is outside the classes.
    #[error(
        "image {image} has label {label}, but there are only {classes} classes (0 to {}): \
         check the labels file", classes - 1
    )]
    Label {
        /// The image, from 0.
        image: usize,
        /// Its label.
        label: u8,
        /// Number of classes.
        classes: usize,
    },
    /// The training makes the network worse and worse.
    #[error(
        "training diverged in epoch {epoch}, step {step}: {sign}. \
         Start again with a smaller learning rate"
    )]
    Diverged {
        /// The epoch, from 1.
        epoch: u32,
        /// The step within it, from 1.
        step: u32,
        /// By what that is known.
        sign: Divergence,
    },
    /// A checkpoint belongs to another network or optimizer.
    #[error("the saved state does not fit this network: {0}. Start training anew")]
    Checkpoint(String),
    /// The device failed: lost, out of memory, or an error inside it.
    #[error("the device failed: {0}. Go on with the CPU from the last epoch")]
    Device(String),
}
