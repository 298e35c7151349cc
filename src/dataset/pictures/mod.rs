//! The visitor's own pictures: a folder or a zip archive with one folder for each class.
//!
//! - [`Pictures`] reads them, one picture a step, and makes a [`Dataset`](super::Dataset).
//! - [`PictureConfig`] says how large they become, and whether they keep their colours.
//!
//! Which file is of which class and part, is decided by its path alone; docs/FORMATS.md says how.

mod decoding;
mod error;
mod folders;
mod note;
mod reading;

use serde::{Deserialize, Serialize};

pub use decoding::{MOST_PICTURE_BYTES, MOST_PICTURE_PIXELS};
pub use error::PicturesError;
pub use folders::is_named_like_a_picture;
pub use note::PicturesNote;
pub use reading::{MOST_BYTES, Pictures, PicturesOpened};

/// Whether pictures keep their colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colours {
    /// One value for each pixel: its brightness.
    Grey,
    /// Red, green and blue.
    Rgb,
}

impl Colours {
    /// Values for each pixel.
    pub fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// How pictures become images of one shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureConfig {
    /// Rows and columns; taken as at least 4 and at most 256.
    pub side: usize,
    /// Whether they keep their colours.
    pub colours: Colours,
    /// Of the split into training and test, where the folders do not say it.
    pub seed: u64,
}

impl PictureConfig {
    /// The side that is used.
    fn sides(&self) -> usize {
        self.side.clamp(4, 256)
    }
}
