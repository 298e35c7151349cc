//! Why pictures are no data set, in words a visitor can act on.

use crate::analysis::format_bytes;
use crate::archive::ArchiveError;
use crate::dataset::{DatasetError, MOST_CLASSES};

/// What is wrong with a collection of pictures, and what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PicturesError {
    /// The archive they are in.
    #[error(transparent)]
    Archive(#[from] ArchiveError),

    /// The data set they would make.
    #[error(transparent)]
    Dataset(#[from] DatasetError),

    /// No file that is named like a picture.
    #[error(
        "{name} holds no picture among its {files} files: put PNG, JPEG, BMP or GIF files into one folder for each class"
    )]
    NoPictures {
        /// The folder or archive.
        name: String,
        /// Files in it.
        files: usize,
    },

    /// Pictures in no folder.
    #[error(
        "the {pictures} pictures of {name} are in no folder, so nothing says their class: put those of each class into a folder of its own"
    )]
    NoClasses {
        /// The folder or archive.
        name: String,
        /// Pictures in it.
        pictures: usize,
    },

    /// More folders than a label of one byte tells apart.
    #[error(
        "{name} has {classes} folders of pictures, and this page tells at most {MOST_CLASSES} classes apart: leave some out"
    )]
    TooManyClasses {
        /// The folder or archive.
        name: String,
        /// Folders with pictures.
        classes: usize,
    },

    /// All images together would take too much memory.
    #[error(
        "{pictures} pictures of {bytes_each} bytes each take more than {}: choose a smaller size, grey instead of colours, or fewer pictures",
        format_bytes(*.limit)
    )]
    TooLarge {
        /// Pictures.
        pictures: usize,
        /// Bytes of each once resized.
        bytes_each: usize,
        /// The most bytes.
        limit: u64,
    },

    /// No picture could be decoded.
    #[error(
        "none of the {pictures} pictures of {name} can be decoded (the first, {first}: {why}): convert them to PNG or JPEG"
    )]
    NoneDecoded {
        /// The folder or archive.
        name: String,
        /// Pictures that were tried.
        pictures: usize,
        /// The path of the first.
        first: String,
        /// What is wrong with it.
        why: String,
    },
}
