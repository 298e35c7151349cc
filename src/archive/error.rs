//! Everything that can be wrong with an archive, in words a visitor can act on.

use crate::analysis::format_bytes;

/// What is wrong with an archive, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The directory of the archive cannot be read.
    #[error("{file} cannot be opened as a zip archive ({why}): download or copy it again")]
    Unreadable {
        /// The archive.
        file: String,
        /// What the reader says.
        why: String,
    },

    /// More files than any data set has.
    #[error("{file} holds more than {most} files: pack fewer of them")]
    TooManyEntries {
        /// The archive.
        file: String,
        /// The most files that are listed.
        most: usize,
    },

    /// One of its files cannot be unpacked as it should.
    #[error("{entry} in {file} is damaged or cut off ({why}): download or copy {file} again")]
    Damaged {
        /// The archive.
        file: String,
        /// The file in it.
        entry: String,
        /// What is wrong.
        why: String,
    },

    /// Protected by a password.
    #[error("{entry} in {file} is protected by a password: pack it again without one")]
    Encrypted {
        /// The archive.
        file: String,
        /// The file in it.
        entry: String,
    },

    /// Compressed by something else than deflate.
    #[error(
        "{entry} in {file} is compressed by a method that this page cannot undo ({method}): pack it again as an ordinary zip archive (deflate)"
    )]
    Method {
        /// The archive.
        file: String,
        /// The file in it.
        entry: String,
        /// The method, as the zip specification names it.
        method: String,
    },

    /// More comes out than there is room for.
    #[error("{file} unpacks to more than {}, the most that this page opens: leave out what is not needed", format_bytes(*.limit))]
    TooLarge {
        /// The archive.
        file: String,
        /// The most bytes that are unpacked.
        limit: u64,
    },

    /// The archive could not be written.
    #[error("the archive could not be written ({why}): try with less in it")]
    Unwritable {
        /// What the writer says.
        why: String,
    },
}
