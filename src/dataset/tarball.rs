//! The official files inside a tar archive, as they pass by.
//!
//! The `tar` crate knows what a header says; the blocks are walked here, because its own iterator
//! borrows its archive and so cannot be left between two slices of work.

use super::content::{ContentReader, ENOUGH_TO_RECOGNISE};
use super::gunzip::MOST_UNPACKED_BYTES;
use super::reading::ReadFile;
use super::{DatasetError, Lookalike};

/// Size of a header, and what sizes are rounded up to.
const BLOCK: usize = 512;
/// The longest name, or list of attributes, that is read.
const LONGEST_ATTRIBUTES: u64 = 1 << 16;
/// How many files of no use are named in a message.
const NAMED: usize = 4;

/// Reads an archive, whatever pieces it comes in.
#[derive(Debug)]
pub(super) struct Tarball {
    file: String,
    /// Memory that may be reserved for what a member claims to hold.
    room: usize,
    at: At,
    /// A header, or the first bytes of a member, not complete yet.
    begun: Vec<u8>,
    /// Bytes that have come.
    found: u64,
    /// The next member's name, where it did not fit into its header.
    long_name: Option<String>,
    read: Vec<ReadFile>,
    /// Bytes that gzipped members may still unpack to, all of them together.
    left_to_unpack: u64,
    /// The first members that were of no use, and what they look like.
    unused: Vec<(String, Lookalike)>,
}

#[derive(Debug)]
enum At {
    Header,
    /// Within a member, with so many bytes of it left, and then so many to skip.
    Member {
        left: u64,
        padding: u64,
        member: Member,
    },
    Padding {
        left: u64,
    },
    /// After the block of zeros that ends an archive.
    End,
}

#[derive(Debug)]
enum Member {
    /// A file whose first bytes are awaited.
    Unrecognised { name: String, size: u64 },
    /// A file of use.
    Content {
        name: String,
        reader: Box<ContentReader>,
    },
    /// The name of the next member, GNU's way.
    LongName,
    /// Attributes of the next member, the POSIX way.
    Attributes,
    /// Anything else.
    Unused,
}

impl Tarball {
    /// A reader that reserves no more than `room` bytes for what members only claim to hold.
    pub(super) fn new(file: &str, room: usize) -> Self {
        Self {
            file: file.to_owned(),
            room,
            at: At::Header,
            begun: Vec::new(),
            found: 0,
            long_name: None,
            read: Vec::new(),
            left_to_unpack: MOST_UNPACKED_BYTES,
            unused: Vec::new(),
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`], and what is wrong with a member.
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> Result<(), DatasetError> {
        self.found += bytes.len() as u64;
        while !bytes.is_empty() {
            match std::mem::replace(&mut self.at, At::End) {
                At::End => return Ok(()),
                At::Header => {
                    let now;
                    (now, bytes) = bytes.split_at((BLOCK - self.begun.len()).min(bytes.len()));
                    self.begun.extend_from_slice(now);
                    self.at = if self.begun.len() < BLOCK {
                        At::Header
                    } else {
                        let block = std::mem::take(&mut self.begun);
                        self.header(&block)?
                    };
                }
                At::Padding { left } => {
                    let skipped = left.min(bytes.len() as u64);
                    bytes = &bytes[skipped as usize..];
                    self.at = match left - skipped {
                        0 => At::Header,
                        left => At::Padding { left },
                    };
                }
                At::Member {
                    left,
                    padding,
                    mut member,
                } => {
                    let now;
                    (now, bytes) = bytes.split_at(left.min(bytes.len() as u64) as usize);
                    let left = left - now.len() as u64;
                    self.member(&mut member, now, left)?;
                    self.at = if left > 0 {
                        At::Member {
                            left,
                            padding,
                            member,
                        }
                    } else {
                        self.end_member(member)?;
                        match padding {
                            0 => At::Header,
                            left => At::Padding { left },
                        }
                    };
                }
            }
        }
        Ok(())
    }

    /// The files of use, at the end of the archive.
    ///
    /// # Errors
    /// [`DatasetError::Truncated`] where the archive ends within a member, and
    /// [`DatasetError::NothingInArchive`] where none of its files is of use.
    pub(super) fn finish(self) -> Result<Vec<ReadFile>, DatasetError> {
        let missing = match self.at {
            At::Header if self.begun.is_empty() => 0,
            At::Header => (BLOCK - self.begun.len()) as u64,
            // A header may claim any number of 64 bits.
            At::Member { left, padding, .. } => left.saturating_add(padding),
            At::Padding { left } => left,
            At::End => 0,
        };
        if missing > 0 {
            return Err(DatasetError::Truncated {
                file: self.file,
                expected: self.found.saturating_add(missing),
                found: self.found,
            });
        }
        if self.read.is_empty() {
            let known = |(_, like): &&(String, Lookalike)| *like != Lookalike::Unknown;
            return Err(DatasetError::NothingInArchive {
                file: self.file,
                looks_like: self.unused.iter().find(known).map(|(_, like)| *like),
                members: self.unused.into_iter().map(|(name, _)| name).collect(),
            });
        }
        Ok(self.read)
    }

    /// What follows a header.
    fn header(&mut self, block: &[u8]) -> Result<At, DatasetError> {
        if block.iter().all(|&byte| byte == 0) {
            return Ok(At::End);
        }
        let header = tar::Header::from_byte_slice(block);
        let damaged = |why: String| DatasetError::Damaged {
            file: self.file.clone(),
            why,
        };
        let noted = header.cksum().map_err(|error| damaged(error.to_string()))?;
        if noted != checksum(block) {
            return Err(damaged("the checksum of a header is wrong".to_owned()));
        }
        let size = header
            .entry_size()
            .map_err(|error| damaged(error.to_string()))?;
        let kind = header.entry_type();
        let member = if kind.is_gnu_longname() && size <= LONGEST_ATTRIBUTES {
            Member::LongName
        } else if kind.is_pax_local_extensions() && size <= LONGEST_ATTRIBUTES {
            Member::Attributes
        } else if kind.is_file() || kind.is_contiguous() {
            let short = || String::from_utf8_lossy(&header.path_bytes()).into_owned();
            let name = self.long_name.take().unwrap_or_else(short);
            Member::Unrecognised { name, size }
        } else {
            Member::Unused
        };
        let padding = size.wrapping_neg() % BLOCK as u64;
        if size == 0 {
            return Ok(At::Header);
        }
        Ok(At::Member {
            left: size,
            padding,
            member,
        })
    }

    /// Gives a member its next bytes, after which `left` are to come.
    fn member(&mut self, member: &mut Member, bytes: &[u8], left: u64) -> Result<(), DatasetError> {
        match member {
            Member::Unused => Ok(()),
            Member::LongName | Member::Attributes => {
                self.begun.extend_from_slice(bytes);
                Ok(())
            }
            Member::Content { reader, .. } => reader.push(bytes),
            Member::Unrecognised { name, size } => {
                self.begun.extend_from_slice(bytes);
                if self.begun.len() < ENOUGH_TO_RECOGNISE && left > 0 {
                    return Ok(());
                }
                let first = std::mem::take(&mut self.begun);
                let beginning = &first[..first.len().min(ENOUGH_TO_RECOGNISE)];
                let known = if is_leftover(name) {
                    None
                } else {
                    ContentReader::recognise_member(name, beginning, *size, self.room)
                        .ok()
                        .map(Box::new)
                };
                let name = std::mem::take(name);
                *member = match known {
                    Some(mut reader) => {
                        reader.push(&first)?;
                        Member::Content { name, reader }
                    }
                    None => {
                        if self.unused.len() < NAMED {
                            self.unused.push((name, Lookalike::of(beginning)));
                        }
                        Member::Unused
                    }
                };
                Ok(())
            }
        }
    }

    fn end_member(&mut self, member: Member) -> Result<(), DatasetError> {
        match member {
            Member::Content { name, reader } => {
                let content = reader.finish(&mut self.left_to_unpack)?;
                self.read.push(ReadFile::new(name, content)?);
            }
            Member::LongName => {
                let name = std::mem::take(&mut self.begun);
                let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
                self.long_name = Some(String::from_utf8_lossy(name).into_owned());
            }
            Member::Attributes => {
                let attributes = std::mem::take(&mut self.begun);
                let path = tar::PaxExtensions::new(&attributes)
                    .flatten()
                    .find(|attribute| attribute.key_bytes() == b"path")
                    .map(|path| String::from_utf8_lossy(path.value_bytes()).into_owned());
                if path.is_some() {
                    self.long_name = path;
                }
            }
            Member::Unrecognised { .. } | Member::Unused => {}
        }
        Ok(())
    }
}

/// Whether a file is what macOS puts beside each file of an archive.
fn is_leftover(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.starts_with("._")
}

/// The sum of a header's bytes, its own field taken as blanks.
fn checksum(block: &[u8]) -> u32 {
    const FIELD: std::ops::Range<usize> = 148..156;
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    let (before, after) = (&block[..FIELD.start], &block[FIELD.end..]);
    sum(before) + FIELD.len() as u32 * u32::from(b' ') + sum(after)
}
