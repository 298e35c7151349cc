//! NumPy's files: named arrays in a zip archive (`.npz`), read and written.
//!
//! Source of the format: "numpy.lib.format" in the NumPy manual, versions 1.0 to 3.0 of `.npy`.
//!
//! - [`NpzReader`] reads array after array, a slice of the file at a time.
//! - [`Array`] is what it gives: a shape and [`Values`] in row-major order, whatever their type
//!   and order in the file.
//! - [`NpzWriter`] writes arrays that `numpy.load` opens, and other files beside them.
//!
//! Why the few lines of a header are parsed here and not by a crate: `npyz` and `ndarray-npy` both
//! use a general parser of Python literals, which adds 75 kB (gzipped) to a module of the page, reads
//! recursively, and allocates what the header claims.

mod array;
mod decoding;
mod dtype;
mod error;
mod header;
mod reader;
mod writer;

pub use array::{Array, Shape, Values};
pub use error::NpzError;
pub use reader::{MOST_UNPACKED_BYTES, NpzReader, Step};
pub use writer::NpzWriter;

/// The first six bytes of every `.npy` file.
pub const NPY_MAGIC: [u8; 6] = *b"\x93NUMPY";
