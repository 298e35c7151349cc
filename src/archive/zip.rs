//! What is in an archive and where.

use std::ops::Range;
use std::sync::Arc;

use rawzip::{CompressionMethod, ZipArchive};

use super::{ArchiveError, Unpacking};

/// The most files that an archive may hold: far more than any data set, and few enough to list.
const MOST_ENTRIES: usize = 500_000;

/// An archive in memory, and what is in it.
#[derive(Clone, Debug)]
pub struct Zip {
    file: String,
    bytes: Arc<Vec<u8>>,
    entries: Vec<Entry>,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the archive, with `/` between folders. Not to be used as a path on a disk.
    pub name: String,
    /// How long it says that it is when unpacked, in bytes. Only a claim.
    pub claimed_size: u64,
    pub(super) packing: Packing,
    pub(super) crc: u32,
    /// Where its packed bytes are.
    pub(super) range: Range<usize>,
}

/// How the bytes of an entry are packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Stored,
    Deflated,
    Encrypted,
    /// Something else, by name.
    Other(String),
}

impl Entry {
    /// How long it is in the archive, in bytes.
    pub fn packed_size(&self) -> usize {
        self.range.len()
    }
}

impl Zip {
    /// Reads the directory of an archive; its folders are left out.
    ///
    /// # Errors
    /// [`ArchiveError::Unreadable`] where the file is no zip archive, is cut off, or its directory
    /// points at what is not there, and [`ArchiveError::TooManyEntries`].
    pub fn open(file: &str, bytes: Vec<u8>) -> Result<Self, ArchiveError> {
        let unreadable = |error: rawzip::Error| ArchiveError::Unreadable {
            file: file.to_owned(),
            why: error.to_string(),
        };
        let bytes = Arc::new(bytes);
        let archive = ZipArchive::from_slice(bytes.as_slice()).map_err(unreadable)?;
        let mut entries = Vec::new();
        for entry in archive.entries() {
            let entry = entry.map_err(unreadable)?;
            if entry.is_dir() {
                continue;
            }
            if entries.len() == MOST_ENTRIES {
                return Err(ArchiveError::TooManyEntries {
                    file: file.to_owned(),
                    most: MOST_ENTRIES,
                });
            }
            let method = entry.compression_method();
            let packing = if entry.flags().is_encrypted() {
                Packing::Encrypted
            } else if method == CompressionMethod::STORE {
                Packing::Stored
            } else if method == CompressionMethod::DEFLATE {
                Packing::Deflated
            } else {
                Packing::Other(method.to_string())
            };
            let (start, end) = archive
                .get_entry(entry.wayfinder())
                .map_err(unreadable)?
                .compressed_data_range();
            entries.push(Entry {
                name: String::from_utf8_lossy(entry.file_path().as_bytes()).replace('\\', "/"),
                claimed_size: entry.uncompressed_size_hint(),
                packing,
                crc: entry.crc32(),
                // Both lie within the bytes, so they fit.
                range: start as usize..end as usize,
            });
        }
        Ok(Self {
            file: file.to_owned(),
            bytes,
            entries,
        })
    }

    /// The name of the archive.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Its files, in the order of its directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Begins to take a file out.
    ///
    /// # Errors
    /// [`ArchiveError::Encrypted`] and [`ArchiveError::Method`].
    pub fn unpack(&self, entry: &Entry) -> Result<Unpacking, ArchiveError> {
        Unpacking::new(&self.file, self.bytes.clone(), entry)
    }
}
