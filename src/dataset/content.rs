//! Recognising what a file holds by its first bytes, and reading it as that.

use super::cifar10::{Cifar10Reader, RECORD};
use super::gunzip::{gunzip, is_gzip};
use super::idx::Idx;
use super::svhn::SvhnReader;
use super::{DatasetError, ImageShape, Lookalike, NamedFile, Split};

/// First bytes that are enough to recognise any file.
pub(super) const ENOUGH_TO_RECOGNISE: usize = 512;

/// The content of one official file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Images or labels of MNIST.
    Idx(Idx),
    /// Images and labels of SVHN.
    Svhn {
        /// Of every image.
        shape: ImageShape,
        /// The images and labels.
        split: Split,
    },
    /// A batch of CIFAR-10.
    Cifar10(Split),
}

impl Content {
    /// Observations in the file.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Idx(idx) => idx.count(),
            Self::Svhn { split, .. } | Self::Cifar10(split) => split.len(),
        }
    }

    /// The shape of the images, where there are any.
    pub(super) fn shape(&self) -> Option<ImageShape> {
        match self {
            Self::Idx(Idx::Images { shape, .. }) | Self::Svhn { shape, .. } => Some(*shape),
            Self::Idx(Idx::Labels(_)) => None,
            Self::Cifar10(_) => Some(super::cifar10::SHAPE),
        }
    }
}

/// Reads a file of a kind that was recognised, whatever pieces it comes in.
#[derive(Debug)]
pub(super) enum ContentReader {
    /// IDX, which is small enough to be parsed at its end.
    Idx(NamedFile),
    Svhn(SvhnReader),
    Cifar10(Cifar10Reader),
    /// A gzipped file inside an archive, unpacked at its end.
    Gzip(NamedFile),
}

impl ContentReader {
    /// A reader for a file that begins with `first`: [`ENOUGH_TO_RECOGNISE`] bytes, or all there
    /// are. They are to be pushed, too. `size` is that of the (unpacked) file, where it is known;
    /// no more than `room` bytes are reserved for what a file only claims to hold.
    ///
    /// # Errors
    /// [`DatasetError::EmptyFile`], [`DatasetError::Truncated`], [`DatasetError::NotWholeRecords`]
    /// or [`DatasetError::WrongMagic`].
    pub(super) fn recognise(
        file: &str,
        first: &[u8],
        size: Option<u64>,
        room: usize,
    ) -> Result<Self, DatasetError> {
        if first.is_empty() {
            return Err(DatasetError::EmptyFile {
                file: file.to_owned(),
            });
        }
        let &[a, b, c, d, ..] = first else {
            return Err(DatasetError::Truncated {
                file: file.to_owned(),
                expected: 4,
                found: first.len() as u64,
            });
        };
        if let [0, 0, 8, 1 | 3] = [a, b, c, d] {
            return Ok(Self::Idx(NamedFile {
                name: file.to_owned(),
                bytes: Vec::new(),
            }));
        }
        let looks_like = Lookalike::of(first);
        // A batch of CIFAR-10 has no magic number: it begins with a label, and its size tells.
        // (A dark first image can look like other IDX files; where the size fits, it is an image.)
        let label_first = looks_like == Lookalike::Unknown && a < 10;
        let dark = matches!(looks_like, Lookalike::OtherIdx | Lookalike::SwappedIdx);
        match (looks_like, size) {
            (Lookalike::Matlab, _) => Ok(Self::Svhn(SvhnReader::new(file, room))),
            (_, Some(size)) if (label_first || dark) && size.is_multiple_of(RECORD as u64) => {
                Ok(Self::Cifar10(Cifar10Reader::new(file, Some(size), room)))
            }
            (_, Some(size)) if label_first && named_like_a_batch(file) => {
                Err(DatasetError::NotWholeRecords {
                    file: file.to_owned(),
                    record: RECORD,
                    found: size,
                })
            }
            (_, None) if label_first => Ok(Self::Cifar10(Cifar10Reader::new(file, None, room))),
            _ => Err(DatasetError::WrongMagic {
                file: file.to_owned(),
                found: u32::from_be_bytes([a, b, c, d]),
                looks_like,
            }),
        }
    }

    /// As [`recognise`](Self::recognise), for a file inside an archive, which may be gzipped.
    pub(super) fn recognise_member(
        file: &str,
        first: &[u8],
        size: u64,
        room: usize,
    ) -> Result<Self, DatasetError> {
        if is_gzip(first) {
            return Ok(Self::Gzip(NamedFile {
                name: file.to_owned(),
                bytes: Vec::new(),
            }));
        }
        Self::recognise(file, first, Some(size), room)
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), DatasetError> {
        match self {
            Self::Idx(file) | Self::Gzip(file) => {
                file.bytes.extend_from_slice(bytes);
                Ok(())
            }
            Self::Svhn(reader) => reader.push(bytes),
            Self::Cifar10(reader) => reader.push(bytes),
        }
    }

    /// The content, at the end of the file. Where it is still packed, it may unpack to `allowance` bytes,
    /// which then has so many less.
    ///
    /// # Errors
    /// What is wrong with the file as a whole.
    pub(super) fn finish(self, allowance: &mut u64) -> Result<Content, DatasetError> {
        match self {
            Self::Idx(file) => Idx::parse(file.name, file.bytes).map(Content::Idx),
            Self::Svhn(reader) => reader
                .finish()
                .map(|(shape, split)| Content::Svhn { shape, split }),
            Self::Cifar10(reader) => reader.finish().map(Content::Cifar10),
            Self::Gzip(file) => {
                let bytes = gunzip(&file.name, &file.bytes, *allowance)?;
                *allowance = allowance.saturating_sub(bytes.len() as u64);
                drop(file.bytes);
                let first = &bytes[..bytes.len().min(ENOUGH_TO_RECOGNISE)];
                let size = Some(bytes.len() as u64);
                let mut reader = Self::recognise(&file.name, first, size, bytes.len())?;
                reader.push(&bytes)?;
                reader.finish(allowance)
            }
        }
    }
}

fn named_like_a_batch(file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    file.contains("batch") || file.contains("cifar")
}
