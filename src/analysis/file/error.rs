//! Everything that can be wrong with an analysis file, in words a visitor can act on.

use super::DESCRIPTION;
use super::index::VERSION;
use crate::dataset::DatasetError;
use crate::npz::{NpzError, Shape};

/// Why a file is no analysis that can be shown, and what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AnalysisFileError {
    /// The archive or one of its arrays cannot be read.
    #[error(transparent)]
    Npz(#[from] NpzError),

    /// What the observations are makes no sense.
    #[error(transparent)]
    Dataset(#[from] DatasetError),

    /// Another kind of archive.
    #[error(
        "{file} holds no {DESCRIPTION}, so it is no analysis: choose a file that this page saved"
    )]
    NoDescription {
        /// The file.
        file: String,
    },

    /// The description cannot be understood.
    #[error("the {DESCRIPTION} of {file} cannot be read ({why}): save the analysis again")]
    Description {
        /// The file.
        file: String,
        /// Where and what.
        why: String,
    },

    /// Written by a later release.
    #[error(
        "{file} has version {version} of the format and this page reads up to {VERSION}: reload the page to get its newest release, or open the file where it was saved"
    )]
    Newer {
        /// The file.
        file: String,
        /// The file's version.
        version: u32,
    },

    /// An array that the description names.
    #[error("the array \"{array}\" is missing: save the analysis again")]
    Missing {
        /// Its name.
        array: String,
    },

    /// An array of another shape or type than the description says.
    #[error("the array \"{array}\" should be {expected} and is {found}: save the analysis again")]
    Array {
        /// Its name.
        array: String,
        /// What was expected.
        expected: String,
        /// What is there.
        found: String,
    },

    /// A number that is none.
    #[error(
        "the array \"{array}\" of shape {shape} has a value that is not a number, the {place}th: compute the analysis again"
    )]
    NotFinite {
        /// Its name.
        array: String,
        /// Its shape.
        shape: Shape,
        /// Which, from 0, in row-major order.
        place: usize,
    },
}

impl AnalysisFileError {
    pub(super) fn wrong_type(array: &str, expected: &str) -> Self {
        Self::Array {
            array: array.to_owned(),
            expected: expected.to_owned(),
            found: "of other values".to_owned(),
        }
    }
}
