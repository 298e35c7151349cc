//! Zip archives: many files in one, read and written in memory.
//!
//! - [`Zip`] lists the files of an archive, stored or deflated, with or without zip64.
//! - [`Unpacking`] takes one of them out, a buffer at a time, within an [`Allowance`].
//! - [`ZipWriter`] makes an archive.
//!
//! What an archive says of itself is a claim: nothing is allocated by it, every byte that comes out
//! is counted against the allowance, and length and checksum must be right in the end. So an archive
//! that would unpack to more than there is room for (a "zip bomb") costs no more than the allowance.

mod error;
mod unpacking;
mod writer;
mod zip;

pub use error::ArchiveError;
pub use unpacking::{Allowance, Unpacking};
pub use writer::ZipWriter;
pub use zip::{Entry, Zip};

/// Whether a file begins like a zip archive: with a first entry, or with the end of an empty one.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}
