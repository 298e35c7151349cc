//! Which street digits cannot be drawn.

use super::MOST_STREET_DIGITS;

/// Why so many street digits are not drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreetDigitsError {
    /// A part without images.
    #[error(
        "{train} images to learn from and {test} to judge by are not enough: choose at least one of each"
    )]
    TooFew {
        /// Images asked for to learn from.
        train: usize,
        /// Images asked for to judge by.
        test: usize,
    },

    /// More than fit.
    #[error(
        "{train} + {test} street digits are too many: choose at most {MOST_STREET_DIGITS} together"
    )]
    TooMany {
        /// Images asked for to learn from.
        train: usize,
        /// Images asked for to judge by.
        test: usize,
    },
}
