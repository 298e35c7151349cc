//! Everything that can be wrong with arrays in a file, in words a visitor can act on.

use super::array::Shape;
use crate::analysis::format_bytes;
use crate::archive::ArchiveError;

/// What is wrong with an `.npz` file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NpzError {
    /// The zip archive itself.
    #[error(transparent)]
    Archive(#[from] ArchiveError),

    /// No array in it.
    #[error("{file} holds no array: write it by numpy.savez_compressed")]
    NoArray {
        /// The file.
        file: String,
    },

    /// The beginning of an array cannot be read.
    #[error("the array \"{array}\" cannot be read ({why}): write it by numpy.savez_compressed")]
    Header {
        /// The array.
        array: String,
        /// What is wrong.
        why: String,
    },

    /// Python objects, which only Python can read.
    #[error(
        "the array \"{array}\" holds Python objects, which only Python can read: save it with a plain type, such as numpy.asarray(values, dtype=\"float32\"), or dtype=\"U\" for text"
    )]
    Objects {
        /// The array.
        array: String,
    },

    /// A type that is not read.
    #[error(
        "the array \"{array}\" has the type {dtype}, which this page does not read: convert it, for instance by .astype(\"float32\")"
    )]
    Type {
        /// The array.
        array: String,
        /// Its type, as NumPy names it.
        dtype: String,
    },

    /// Fewer or more values than its shape says.
    #[error(
        "the array \"{array}\" should have {expected} bytes of values by its shape {shape}, but has {found}: write the file again"
    )]
    Length {
        /// The array.
        array: String,
        /// Its shape.
        shape: Shape,
        /// Bytes of values that the shape asks for.
        expected: u64,
        /// Bytes there are, or at least.
        found: u64,
    },

    /// It would take more memory than there is.
    #[error(
        "with the array \"{array}\" of shape {shape}, {file} takes more than {}, the most that this page opens: save fewer observations or layers, or float32 and float16 instead of float64",
        format_bytes(*.limit)
    )]
    TooLarge {
        /// The file.
        file: String,
        /// The array.
        array: String,
        /// Its shape.
        shape: Shape,
        /// The most bytes that arrays may take.
        limit: u64,
    },

    /// A whole number beyond 64 bits with a sign.
    #[error(
        "the array \"{array}\" holds {value}, which is too large for a class or a value: check what was saved"
    )]
    Number {
        /// The array.
        array: String,
        /// The number.
        value: u64,
    },

    /// Text that is none.
    #[error("the array \"{array}\" holds text that is no valid Unicode: save it with dtype=\"U\"")]
    Text {
        /// The array.
        array: String,
    },

    /// The values to write do not fill the shape.
    #[error(
        "{values} values do not make an array \"{array}\" of shape {shape}: this is an error of this page"
    )]
    Unwritable {
        /// The array.
        array: String,
        /// How many values were given.
        values: usize,
        /// The shape.
        shape: Shape,
    },
}
