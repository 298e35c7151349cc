//! Taking one file out of an archive.

use std::io::{BufRead, Read};
use std::ops::Range;
use std::sync::Arc;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::ArchiveError;
use super::zip::{Entry, Packing};

/// How many bytes may still be unpacked, of all files of an archive together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    limit: u64,
    left: u64,
}

impl Allowance {
    /// So many bytes in all.
    pub fn new(limit: u64) -> Self {
        Self { limit, left: limit }
    }

    /// How many are left.
    pub fn left(&self) -> u64 {
        self.left
    }
}

/// One file on its way out of an archive, checked as it comes.
#[derive(Debug)]
pub struct Unpacking {
    file: String,
    entry: String,
    source: Source,
    crc: Crc,
    expected_crc: u32,
    expected_size: u64,
    size: u64,
    ended: bool,
}

#[derive(Debug)]
enum Source {
    Stored(Window),
    Deflated(DeflateDecoder<Window>),
}

/// A range of bytes in memory that are shared, so that whoever reads them borrows nothing.
#[derive(Debug)]
struct Window {
    bytes: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Window {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        Ok(self.bytes.get(self.range.clone()).unwrap_or_default())
    }

    fn consume(&mut self, read: usize) {
        self.range.start = self.range.start.saturating_add(read).min(self.range.end);
    }
}

impl Unpacking {
    pub(super) fn new(
        file: &str,
        bytes: Arc<Vec<u8>>,
        entry: &Entry,
    ) -> Result<Self, ArchiveError> {
        let window = Window {
            bytes,
            range: entry.range.clone(),
        };
        let source = match &entry.packing {
            Packing::Stored => Source::Stored(window),
            Packing::Deflated => Source::Deflated(DeflateDecoder::new(window)),
            Packing::Encrypted => {
                return Err(ArchiveError::Encrypted {
                    file: file.to_owned(),
                    entry: entry.name.clone(),
                });
            }
            Packing::Other(method) => {
                return Err(ArchiveError::Method {
                    file: file.to_owned(),
                    entry: entry.name.clone(),
                    method: method.clone(),
                });
            }
        };
        Ok(Self {
            file: file.to_owned(),
            entry: entry.name.clone(),
            source,
            crc: Crc::new(),
            expected_crc: entry.crc,
            expected_size: entry.claimed_size,
            size: 0,
            ended: false,
        })
    }

    /// Packed bytes that are still to be read.
    pub fn packed_left(&self) -> usize {
        let window = match &self.source {
            Source::Stored(window) => window,
            Source::Deflated(decoder) => decoder.get_ref(),
        };
        window.range.len()
    }

    /// Fills the buffer as far as there are bytes. Fewer than it holds came out exactly where the
    /// file ended, and then it was as long and had the checksum that the archive says.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`], and [`ArchiveError::TooLarge`] where the allowance is used up.
    pub fn fill(
        &mut self,
        buffer: &mut [u8],
        allowance: &mut Allowance,
    ) -> Result<usize, ArchiveError> {
        let mut filled = 0;
        while filled < buffer.len() && !self.ended {
            let read = match &mut self.source {
                Source::Stored(window) => window.read(&mut buffer[filled..]),
                Source::Deflated(decoder) => decoder.read(&mut buffer[filled..]),
            }
            .map_err(|error| self.damaged(error.to_string()))?;
            if read == 0 {
                self.ended = true;
                self.check()?;
            }
            self.crc.update(&buffer[filled..filled + read]);
            filled += read;
            self.size += read as u64;
            allowance.left =
                allowance
                    .left
                    .checked_sub(read as u64)
                    .ok_or_else(|| ArchiveError::TooLarge {
                        file: self.file.clone(),
                        limit: allowance.limit,
                    })?;
            if self.size > self.expected_size {
                return Err(self.damaged(format!(
                    "it is longer than the {} bytes it should have",
                    self.expected_size
                )));
            }
        }
        Ok(filled)
    }

    /// The whole rest at once.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn read_to_end(mut self, allowance: &mut Allowance) -> Result<Vec<u8>, ArchiveError> {
        const CHUNK: usize = 64 << 10;
        let mut all = Vec::new();
        loop {
            let before = all.len();
            all.resize(before + CHUNK, 0);
            let filled = self.fill(&mut all[before..], allowance)?;
            all.truncate(before + filled);
            if filled < CHUNK {
                return Ok(all);
            }
        }
    }

    fn check(&self) -> Result<(), ArchiveError> {
        if self.size != self.expected_size {
            return Err(self.damaged(format!(
                "{} bytes came out where {} should",
                self.size, self.expected_size
            )));
        }
        if self.crc.sum() != self.expected_crc {
            return Err(self.damaged("its checksum is wrong".to_owned()));
        }
        Ok(())
    }

    fn damaged(&self, why: String) -> ArchiveError {
        ArchiveError::Damaged {
            file: self.file.clone(),
            entry: self.entry.clone(),
            why,
        }
    }
}
