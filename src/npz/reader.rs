//! Reading the arrays of a file, one after the other.

use std::collections::VecDeque;

use super::NpzError;
use super::array::{Array, Shape};
use super::decoding::Decoding;
use super::header::{self, Header};
use crate::archive::{Allowance, Entry, Unpacking, Zip};

/// The most that the arrays of a file may take together, unpacked: 1 GiB, in the file and in memory.
pub const MOST_UNPACKED_BYTES: u64 = 1 << 30;
/// Bytes unpacked in one step: some ten milliseconds.
const SLICE: usize = 1 << 20;
/// The most texts of an array: names and labels, not books.
const MOST_TEXTS: usize = 1 << 20;

/// What one step of an [`NpzReader`] brought.
#[derive(Debug)]
pub enum Step {
    /// More is to come of the same array.
    Working,
    /// An array is complete: its name, without ".npy", and the array.
    Array(String, Array),
    /// All arrays were read.
    Done,
}

/// A file of arrays that is being read.
///
/// ```
/// use hidden_activity::npz::{NpzReader, NpzWriter, Step, Values};
///
/// let mut writer = NpzWriter::default();
/// writer.floats("fc1", &[2, 2], &[1.0, 2.0, 3.0, 4.0])?;
/// let mut reader = NpzReader::open("mine.npz", writer.finish()?)?;
/// loop {
///     match reader.advance()? {
///         Step::Working => {}
///         Step::Array(name, array) => {
///             assert_eq!((name.as_str(), array.shape.to_string().as_str()), ("fc1", "(2, 2)"));
///             assert_eq!(array.values, Values::Floats(vec![1.0, 2.0, 3.0, 4.0]));
///         }
///         Step::Done => break,
///     }
/// }
/// # Ok::<(), hidden_activity::npz::NpzError>(())
/// ```
#[derive(Debug)]
pub struct NpzReader {
    zip: Zip,
    waiting: VecDeque<Entry>,
    current: Option<Current>,
    unpacked: Allowance,
    /// Bytes that arrays may still take in memory.
    memory_left: u64,
    limit: u64,
    buffer: Vec<u8>,
    packed_bytes: usize,
}

#[derive(Debug)]
struct Current {
    unpacking: Unpacking,
    decoding: Decoding,
}

impl NpzReader {
    /// Begins to read a file.
    ///
    /// # Errors
    /// [`NpzError::Archive`], and [`NpzError::NoArray`] where no entry is named `….npy`.
    pub fn open(file: &str, bytes: Vec<u8>) -> Result<Self, NpzError> {
        Self::with_limit(file, bytes, MOST_UNPACKED_BYTES)
    }

    /// As [`open`](Self::open), with another limit than [`MOST_UNPACKED_BYTES`].
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn with_limit(file: &str, bytes: Vec<u8>, limit: u64) -> Result<Self, NpzError> {
        Self::of(Zip::open(file, bytes)?, limit)
    }

    /// Begins to read the arrays of an archive that is open.
    ///
    /// # Errors
    /// [`NpzError::NoArray`] where no entry is named `….npy`.
    pub fn of(zip: Zip, limit: u64) -> Result<Self, NpzError> {
        let waiting: VecDeque<Entry> = zip
            .entries()
            .iter()
            .filter(|entry| entry.name.ends_with(".npy"))
            .cloned()
            .collect();
        if waiting.is_empty() {
            return Err(NpzError::NoArray {
                file: zip.file().to_owned(),
            });
        }
        let packed_bytes = waiting.iter().map(Entry::packed_size).sum();
        Ok(Self {
            zip,
            waiting,
            current: None,
            unpacked: Allowance::new(limit),
            memory_left: limit,
            limit,
            buffer: vec![0; SLICE],
            packed_bytes,
        })
    }

    /// How much of the file is read, 0 to 1.
    pub fn progress(&self) -> f32 {
        let current = self
            .current
            .as_ref()
            .map_or(0, |c| c.unpacking.packed_left());
        let waiting: usize = self.waiting.iter().map(Entry::packed_size).sum();
        let left = (current + waiting) as f64;
        (1.0 - left / self.packed_bytes.max(1) as f64).clamp(0.0, 1.0) as f32
    }

    /// Reads on, for some ten milliseconds.
    ///
    /// # Errors
    /// What is wrong with the array. Reading cannot go on after that.
    pub fn advance(&mut self) -> Result<Step, NpzError> {
        let Some(mut current) = self.current.take() else {
            let Some(entry) = self.waiting.pop_front() else {
                return Ok(Step::Done);
            };
            self.current = Some(self.begin(&entry)?);
            return Ok(Step::Working);
        };
        let filled = current
            .unpacking
            .fill(&mut self.buffer, &mut self.unpacked)?;
        current.decoding.push(&self.buffer[..filled])?;
        if filled == self.buffer.len() {
            self.current = Some(current);
            return Ok(Step::Working);
        }
        let (name, array) = current.decoding.finish()?;
        Ok(Step::Array(name, array))
    }

    /// Reads the header of an array.
    fn begin(&mut self, entry: &Entry) -> Result<Current, NpzError> {
        let name = entry.name.trim_end_matches(".npy").to_owned();
        let mut unpacking = self.zip.unpack(entry)?;
        let mut begin = Vec::new();
        let cut_off = || NpzError::Header {
            array: name.clone(),
            why: "it is cut off".to_owned(),
        };
        // The fixed part, which says how long the whole is, and then the whole.
        let length = loop {
            match header::length(&name, &begin)? {
                Some(length) if begin.len() >= length => break length,
                Some(length) => {
                    let more = length - begin.len();
                    if !self.append(&mut unpacking, &mut begin, more)? {
                        return Err(cut_off());
                    }
                }
                None => {
                    if !self.append(&mut unpacking, &mut begin, header::SHORTEST)? {
                        return Err(cut_off());
                    }
                }
            }
        };
        let header = Header::parse(&name, &begin[..length])?;
        let too_large = || NpzError::TooLarge {
            file: self.zip.file().to_owned(),
            array: name.clone(),
            shape: Shape(header.shape.clone()),
            limit: self.limit,
        };
        if header.dtype.is_text() && header.count > MOST_TEXTS {
            return Err(too_large());
        }
        let memory = (header.count as u64).saturating_mul(header.dtype.bytes_in_memory());
        self.memory_left = self.memory_left.checked_sub(memory).ok_or_else(too_large)?;
        Ok(Current {
            unpacking,
            decoding: {
                let mut decoding = Decoding::new(name, header);
                decoding.push(&begin[length..])?;
                decoding
            },
        })
    }

    /// Appends exactly so many bytes, and says whether there were as many.
    fn append(
        &mut self,
        unpacking: &mut Unpacking,
        to: &mut Vec<u8>,
        count: usize,
    ) -> Result<bool, NpzError> {
        let into = &mut self.buffer[..count];
        let filled = unpacking.fill(into, &mut self.unpacked)?;
        to.extend_from_slice(&into[..filled]);
        Ok(filled == count)
    }
}
