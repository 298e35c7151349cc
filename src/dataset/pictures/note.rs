//! What a visitor should know about how pictures were used.

use std::fmt;

/// Something that was left out or adapted. Its text is a clause without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PicturesNote {
    /// Some pictures cannot be decoded.
    NotDecoded {
        /// How many.
        count: usize,
        /// Paths of the first, each with what is wrong.
        first: Vec<(String, String)>,
    },
    /// Some files are not named like pictures.
    NoPictures {
        /// How many.
        count: usize,
        /// The path of the first.
        first: String,
    },
    /// Some pictures are in no folder of a class.
    NoClass {
        /// How many.
        count: usize,
        /// The path of the first.
        first: String,
    },
    /// A folder with pictures for validation, beside those for training and test.
    ValidationUnused {
        /// Pictures in it.
        count: usize,
    },
    /// Some pictures are not square.
    NotSquare {
        /// How many.
        count: usize,
    },
    /// Folders do not say what is for training and what for test.
    SplitBySeed {
        /// Training images.
        train: usize,
        /// Test images.
        test: usize,
    },
}

impl fmt::Display for PicturesNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDecoded { count, first } => {
                let list: Vec<String> = first
                    .iter()
                    .map(|(path, why)| format!("{path}: {why}"))
                    .collect();
                let more = if first.len() < *count { ", …" } else { "" };
                write!(
                    f,
                    "{count} pictures cannot be decoded and were skipped ({}{more})",
                    list.join(", ")
                )
            }
            Self::NoPictures { count, first } => write!(
                f,
                "{count} files are not PNG, JPEG, BMP or GIF and were skipped (such as {first})"
            ),
            Self::NoClass { count, first } => write!(
                f,
                "{count} pictures are in no folder of a class and were skipped (such as {first})"
            ),
            Self::ValidationUnused { count } => write!(
                f,
                "the {count} pictures for validation were not used, because there are others to test with"
            ),
            Self::NotSquare { count } => {
                write!(
                    f,
                    "{count} pictures are not square and were stretched to be"
                )
            }
            Self::SplitBySeed { train, test } => write!(
                f,
                "they were split by seed, class by class: {train} to train, {test} to test"
            ),
        }
    }
}
