//! One file in the IDX format, as MNIST is published in: images or labels.
//!
//! A file is a big-endian header (magic number; count; for images also rows and columns; each
//! 4 bytes) and then one unsigned byte per value. See docs/FORMATS.md.

use super::{DatasetError, ImageShape, Lookalike, OfficialSet};

/// The first four bytes of a file of images: unsigned bytes (8) in 3 dimensions.
const IMAGES_MAGIC: u32 = 0x0803;
/// The first four bytes of a file of labels: unsigned bytes (8) in 1 dimension.
const LABELS_MAGIC: u32 = 0x0801;
/// Labels are digits.
const CLASSES: u8 = 10;

/// The content of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Idx {
    /// Grey images: n × height × width, row-major.
    Images {
        /// Their shape, with one channel.
        shape: ImageShape,
        /// How many there are.
        count: usize,
        /// Their values.
        values: Vec<u8>,
    },
    /// Labels, each 0 to 9.
    Labels(Vec<u8>),
}

impl Idx {
    /// Observations in the file.
    pub(super) fn count(&self) -> usize {
        match self {
            Idx::Images { count, .. } => *count,
            Idx::Labels(labels) => labels.len(),
        }
    }

    /// Reads an unpacked file.
    ///
    /// # Errors
    /// The [`DatasetError`] that says what is wrong with this one file.
    pub(super) fn parse(name: String, bytes: Vec<u8>) -> Result<Idx, DatasetError> {
        match header_word(&name, &bytes, 0)? {
            IMAGES_MAGIC => parse_images(name, bytes),
            LABELS_MAGIC => parse_labels(name, bytes),
            found => Err(DatasetError::WrongMagic {
                file: name,
                found,
                looks_like: Lookalike::of(&bytes),
            }),
        }
    }
}

fn parse_images(file: String, mut bytes: Vec<u8>) -> Result<Idx, DatasetError> {
    const HEADER: usize = 16;
    // The last word first, so that a cut header is reported with its whole length.
    let width = header_word(&file, &bytes, 3)?;
    let height = header_word(&file, &bytes, 2)?;
    let count = header_word(&file, &bytes, 1)?;
    if count == 0 {
        return Err(DatasetError::NoObservations {
            file,
            held: "images",
        });
    }
    if height == 0 || width == 0 {
        return Err(DatasetError::NoPixels {
            file,
            height,
            width,
        });
    }
    let values = u64::from(count)
        .saturating_mul(u64::from(height))
        .saturating_mul(u64::from(width));
    check_size(
        &file,
        values.saturating_add(HEADER as u64),
        bytes.len() as u64,
    )?;
    bytes.drain(..HEADER);
    Ok(Idx::Images {
        shape: ImageShape {
            height: height as usize,
            width: width as usize,
            channels: 1,
        },
        count: count as usize,
        values: bytes,
    })
}

fn parse_labels(file: String, mut bytes: Vec<u8>) -> Result<Idx, DatasetError> {
    const HEADER: usize = 8;
    let count = header_word(&file, &bytes, 1)?;
    if count == 0 {
        return Err(DatasetError::NoObservations {
            file,
            held: "labels",
        });
    }
    check_size(&file, u64::from(count) + HEADER as u64, bytes.len() as u64)?;
    bytes.drain(..HEADER);
    match bytes.iter().position(|&label| label >= CLASSES) {
        Some(index) => Err(DatasetError::LabelOutOfRange {
            file,
            set: OfficialSet::Mnist,
            index,
            label: f64::from(bytes[index]),
        }),
        None => Ok(Idx::Labels(bytes)),
    }
}

/// Word `index` of the header, or the error that the file is too short for it.
fn header_word(file: &str, bytes: &[u8], index: usize) -> Result<u32, DatasetError> {
    let start = index * 4;
    match bytes.get(start..start + 4) {
        Some(&[a, b, c, d]) => Ok(u32::from_be_bytes([a, b, c, d])),
        _ => Err(DatasetError::Truncated {
            file: file.to_owned(),
            expected: start as u64 + 4,
            found: bytes.len() as u64,
        }),
    }
}

/// Compares the size that the header promises with the size there is.
fn check_size(file: &str, expected: u64, found: u64) -> Result<(), DatasetError> {
    let file = file.to_owned();
    match found.cmp(&expected) {
        std::cmp::Ordering::Less => Err(DatasetError::Truncated {
            file,
            expected,
            found,
        }),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(DatasetError::TrailingBytes {
            file,
            expected,
            found,
        }),
    }
}
