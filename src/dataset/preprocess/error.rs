//! What cannot be done to images, in words a visitor can act on.

use super::MOST_SIGMA;

/// Why images cannot be prepared as asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PreprocessingError {
    /// A blur of no width, or of too much.
    #[error(
        "a Gaussian blur of {0} pixels is not possible: choose more than 0 and at most {MOST_SIGMA}"
    )]
    Sigma(f32),

    /// Grey from something other than grey or red, green and blue.
    #[error(
        "images of {0} channels have no known colours to turn into grey: leave grey out, or use images with 1 or 3 channels"
    )]
    Channels(usize),
}
