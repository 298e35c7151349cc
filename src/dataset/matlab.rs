//! MATLAB files of version 5 ("level 5 MAT-files"), variable by variable, as they come.
//!
//! A file is a header of 128 bytes and then elements: a tag (type and size, 4 bytes each), then the
//! data. An array is an element of elements: flags, dimensions, name, values. It may be packed by
//! zlib into an element of its own, which is how SVHN is published. Values pass through here in the
//! pieces in which they come, so that no more than a piece is ever held. (The crates for this format
//! read a file into memory whole, and each array again, at a size that the file claims.) See
//! MathWorks, "MAT-File Format", chapter 1; docs/FORMATS.md tells what is read of it.

use flate2::{Decompress, FlushDecompress, Status};

use super::DatasetError;

/// Bytes in front of the first element.
const HEADER: usize = 128;
/// Bytes of a tag.
const TAG: usize = 8;
/// The most bytes in front of an array's values; only names and dimensions make it longer.
const LONGEST_DESCRIPTION: usize = 1024;
/// Bytes that are unpacked at a time.
const UNPACKED_AT_ONCE: usize = 1 << 16;

/// Types of elements.
const MI_MATRIX: u32 = 14;
const MI_COMPRESSED: u32 = 15;

/// What kind of numbers the values of an array are stored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
}

impl Number {
    fn of_type(number: u32) -> Option<Self> {
        Some(match number {
            1 => Self::I8,
            2 => Self::U8,
            3 => Self::I16,
            4 => Self::U16,
            5 => Self::I32,
            6 => Self::U32,
            7 => Self::F32,
            9 => Self::F64,
            _ => return None,
        })
    }

    /// Bytes of one value.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// The value whose bytes (as many as [`bytes`](Self::bytes) says) these are.
    pub(super) fn value(self, bytes: &[u8]) -> f64 {
        let mut word = [0; 8];
        for (to, from) in word.iter_mut().zip(bytes) {
            *to = *from;
        }
        let [a, b, c, d, ..] = word;
        match self {
            Self::I8 => f64::from(a as i8),
            Self::U8 => f64::from(a),
            Self::I16 => f64::from(i16::from_le_bytes([a, b])),
            Self::U16 => f64::from(u16::from_le_bytes([a, b])),
            Self::I32 => f64::from(i32::from_le_bytes([a, b, c, d])),
            Self::U32 => f64::from(u32::from_le_bytes([a, b, c, d])),
            Self::F32 => f64::from(f32::from_le_bytes([a, b, c, d])),
            Self::F64 => f64::from_le_bytes(word),
        }
    }
}

/// An array of numbers, before its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Array {
    /// The variable.
    pub name: String,
    /// Its dimensions; the first one runs fastest through the values.
    pub dimensions: Vec<u64>,
    /// How its values are stored.
    pub number: Number,
    /// Bytes of all values.
    pub size: u64,
}

/// What is met in a file.
#[derive(Debug)]
pub(super) enum Event<'a> {
    /// A variable begins.
    Begin(Array),
    /// The next bytes of its values.
    Values(&'a [u8]),
    /// All its values have come.
    End,
}

type Outcome = Result<(), DatasetError>;

/// Reads a file, whatever pieces it comes in.
#[derive(Debug)]
pub(super) struct MatlabReader {
    file: String,
    at: At,
    /// Bytes of a header or tag that is not complete yet.
    begun: Vec<u8>,
    /// Bytes that have come.
    found: u64,
}

#[derive(Debug)]
enum At {
    Header,
    Tag,
    Element { left: u64, packing: Packing },
}

#[derive(Debug)]
enum Packing {
    /// An array as it is.
    Plain(ArrayReader),
    /// An array packed by zlib.
    Packed {
        inflate: Box<Decompress>,
        unpacked: Box<[u8]>,
        array: ArrayReader,
        /// Whether the end of the packed data was met, and so its checksum was compared.
        ended: bool,
    },
    /// Something else.
    Foreign,
}

impl MatlabReader {
    pub(super) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            at: At::Header,
            begun: Vec::new(),
            found: 0,
        }
    }

    /// Takes the next bytes, and says what is met in them.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] and [`DatasetError::BigEndian`], and what `on_event` returns.
    pub(super) fn push(
        &mut self,
        mut bytes: &[u8],
        on_event: &mut dyn FnMut(Event<'_>) -> Outcome,
    ) -> Outcome {
        self.found += bytes.len() as u64;
        while !bytes.is_empty() {
            match &mut self.at {
                At::Header => {
                    if fill(&mut self.begun, HEADER, &mut bytes) {
                        self.check_header()?;
                        self.begun.clear();
                        self.at = At::Tag;
                    }
                }
                At::Tag => {
                    if fill(&mut self.begun, TAG, &mut bytes) {
                        self.at = element(&self.file, &self.begun, on_event)?;
                        self.begun.clear();
                    }
                }
                At::Element { left, packing } => {
                    let (now, later) = split_at_most(bytes, *left);
                    packing.push(&self.file, now, on_event)?;
                    *left -= now.len() as u64;
                    bytes = later;
                }
            }
            if let At::Element { left: 0, packing } = &self.at {
                packing.check_end(&self.file)?;
                self.at = At::Tag;
            }
        }
        Ok(())
    }

    /// Checks that the file ended where an element ended.
    ///
    /// # Errors
    /// [`DatasetError::Truncated`].
    pub(super) fn finish(self) -> Outcome {
        let missing = match self.at {
            At::Header => (HEADER - self.begun.len()) as u64,
            At::Tag if self.begun.is_empty() => return Ok(()),
            At::Tag => (TAG - self.begun.len()) as u64,
            At::Element { left, .. } => left,
        };
        Err(DatasetError::Truncated {
            file: self.file,
            expected: self.found + missing,
            found: self.found,
        })
    }

    fn check_header(&self) -> Outcome {
        match self.begun.get(HEADER - 4..HEADER) {
            Some([0, 1, b'I', b'M']) => Ok(()),
            Some([1, 0, b'M', b'I']) => Err(DatasetError::BigEndian {
                file: self.file.clone(),
            }),
            _ => Err(damaged(
                &self.file,
                "its header names no version of the format that exists",
            )),
        }
    }
}

/// The element that a tag announces.
fn element(
    file: &str,
    tag: &[u8],
    on_event: &mut dyn FnMut(Event<'_>) -> Outcome,
) -> Result<At, DatasetError> {
    let mut size = u64::from(word(tag, 4));
    let packing = match word(tag, 0) {
        MI_MATRIX => {
            let mut array = ArrayReader::default();
            array.push(file, tag, on_event)?;
            Packing::Plain(array)
        }
        MI_COMPRESSED => Packing::Packed {
            inflate: Box::new(Decompress::new(true)),
            unpacked: vec![0; UNPACKED_AT_ONCE].into(),
            array: ArrayReader::default(),
            ended: false,
        },
        _ => {
            size = size.next_multiple_of(8);
            Packing::Foreign
        }
    };
    Ok(At::Element {
        left: size,
        packing,
    })
}

impl Packing {
    fn push(
        &mut self,
        file: &str,
        mut bytes: &[u8],
        on_event: &mut dyn FnMut(Event<'_>) -> Outcome,
    ) -> Outcome {
        match self {
            Self::Foreign => Ok(()),
            Self::Plain(array) => array.push(file, bytes, on_event),
            Self::Packed {
                inflate,
                unpacked,
                array,
                ended,
            } => loop {
                let (read, written) = (inflate.total_in(), inflate.total_out());
                let status = inflate
                    .decompress(bytes, unpacked, FlushDecompress::None)
                    .map_err(|error| damaged(file, &error.to_string()))?;
                let read = (inflate.total_in() - read) as usize;
                let written = (inflate.total_out() - written) as usize;
                array.push(file, &unpacked[..written], on_event)?;
                bytes = &bytes[read..];
                // Where the output was filled, more may wait inside, even without input.
                let more = !bytes.is_empty() || written == unpacked.len();
                *ended = status == Status::StreamEnd;
                if *ended || !more || (read == 0 && written == 0) {
                    return Ok(());
                }
            },
        }
    }

    /// Checks that an array's values ended with its element.
    fn check_end(&self, file: &str) -> Outcome {
        let complete = match self {
            Self::Foreign => true,
            Self::Plain(array) => array.stage == Stage::Rest,
            Self::Packed { array, ended, .. } => array.stage == Stage::Rest && *ended,
        };
        if complete {
            return Ok(());
        }
        Err(damaged(file, "a variable ends before all its values came"))
    }
}

/// Reads one array element, tag included.
#[derive(Debug, Default)]
struct ArrayReader {
    stage: Stage,
    /// What has come of the description.
    begun: Vec<u8>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Stage {
    /// In front of the values.
    #[default]
    Description,
    /// Within the values.
    Values { left: u64 },
    /// After the values, or in an element that is no array of numbers.
    Rest,
}

impl ArrayReader {
    fn push(
        &mut self,
        file: &str,
        bytes: &[u8],
        on_event: &mut dyn FnMut(Event<'_>) -> Outcome,
    ) -> Outcome {
        match self.stage {
            Stage::Rest => Ok(()),
            Stage::Values { left } => {
                let (now, _) = split_at_most(bytes, left);
                if !now.is_empty() {
                    on_event(Event::Values(now))?;
                }
                let left = left - now.len() as u64;
                self.stage = Stage::Values { left };
                if left == 0 {
                    self.stage = Stage::Rest;
                    on_event(Event::End)?;
                }
                Ok(())
            }
            Stage::Description => {
                let (now, later) = split_at_most(bytes, LONGEST_DESCRIPTION as u64);
                self.begun.extend_from_slice(now);
                match describe(&self.begun) {
                    Described::NotYet if self.begun.len() < LONGEST_DESCRIPTION => Ok(()),
                    Described::NotYet => Err(damaged(
                        file,
                        "the description of a variable does not end where it should",
                    )),
                    Described::Foreign => {
                        self.stage = Stage::Rest;
                        Ok(())
                    }
                    Described::Array(array, used) => {
                        self.stage = Stage::Values { left: array.size };
                        on_event(Event::Begin(array))?;
                        let begun = std::mem::take(&mut self.begun);
                        self.push(file, &begun[used.min(begun.len())..], on_event)?;
                        self.push(file, later, on_event)
                    }
                }
            }
        }
    }
}

enum Described {
    /// More bytes are needed.
    NotYet,
    /// No array of numbers.
    Foreign,
    /// An array, and the bytes in front of its values.
    Array(Array, usize),
}

/// Reads what stands in front of an array's values, as far as it is there.
fn describe(bytes: &[u8]) -> Described {
    // Numbers are stored by classes 6 (double) to 13 (unsigned, 32 bits).
    const NUMERIC: std::ops::RangeInclusive<u8> = 6..=13;
    if bytes.len() < TAG {
        return Described::NotYet;
    }
    if word(bytes, 0) != MI_MATRIX {
        return Described::Foreign;
    }
    let Some((flags, at)) = subelement(bytes, TAG) else {
        return Described::NotYet;
    };
    if !flags
        .data
        .first()
        .is_some_and(|class| NUMERIC.contains(class))
    {
        return Described::Foreign;
    }
    let Some((dimensions, at)) = subelement(bytes, at) else {
        return Described::NotYet;
    };
    let Some((name, at)) = subelement(bytes, at) else {
        return Described::NotYet;
    };
    let Some(values) = Tag::at(bytes, at) else {
        return Described::NotYet;
    };
    let Some(number) = Number::of_type(values.kind) else {
        return Described::Foreign;
    };
    let dimensions = dimensions
        .data
        .as_chunks::<4>()
        .0
        .iter()
        // A negative dimension is none.
        .map(|&chunk| u64::try_from(i32::from_le_bytes(chunk)).unwrap_or(0))
        .collect();
    let array = Array {
        name: String::from_utf8_lossy(name.data).into_owned(),
        dimensions,
        number,
        size: values.size as u64,
    };
    Described::Array(array, values.data_at)
}

/// The tag of an element within an array.
struct Tag {
    kind: u32,
    size: usize,
    /// Where its data begins.
    data_at: usize,
    /// Where the next element begins.
    next: usize,
}

impl Tag {
    fn at(bytes: &[u8], at: usize) -> Option<Tag> {
        let tag = bytes.get(at..at.checked_add(TAG)?)?;
        let (kind, size) = (word(tag, 0), word(tag, 4));
        // Data of at most four bytes may stand in the tag itself, its size in the type's upper half.
        let small = (kind >> 16) as usize;
        if small != 0 {
            return Some(Tag {
                kind: kind & 0xffff,
                size: small.min(4),
                data_at: at + 4,
                next: at + TAG,
            });
        }
        let size = size as usize;
        Some(Tag {
            kind,
            size,
            data_at: at + TAG,
            next: (at + TAG).checked_add(size.checked_next_multiple_of(8)?)?,
        })
    }
}

struct Subelement<'a> {
    data: &'a [u8],
}

/// The element at `at`, and where the next one begins.
fn subelement(bytes: &[u8], at: usize) -> Option<(Subelement<'_>, usize)> {
    let tag = Tag::at(bytes, at)?;
    let data = bytes.get(tag.data_at..tag.data_at.checked_add(tag.size)?)?;
    Some((Subelement { data }, tag.next))
}

/// Adds bytes to `begun` until there are `wanted`, and says whether there are.
fn fill(begun: &mut Vec<u8>, wanted: usize, bytes: &mut &[u8]) -> bool {
    let (now, later) = bytes.split_at((wanted - begun.len()).min(bytes.len()));
    begun.extend_from_slice(now);
    *bytes = later;
    begun.len() == wanted
}

fn split_at_most(bytes: &[u8], most: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(most).map_or(bytes.len(), |most| most.min(bytes.len())))
}

/// The unsigned number of 32 bits at a place where there is one.
fn word(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

fn damaged(file: &str, why: &str) -> DatasetError {
    DatasetError::Damaged {
        file: file.to_owned(),
        why: why.to_owned(),
    }
}
