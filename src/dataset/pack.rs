//! Our packed format: a whole data set in one small file, for the sets shipped with the page.
//!
//! A readable JSON header, then labels and pixels compressed by gzip, so that the file is small
//! whether or not the host compresses what it sends. docs/FORMATS.md describes it byte by byte;
//! scripts/make_digits.py writes one from Python.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use serde::{Deserialize, Serialize};

use super::gunzip::{MOST_UNPACKED_BYTES, gunzip};
use super::{
    Dataset, DatasetError, ImageShape, Lookalike, Part, Split, check_description, stratified_split,
};

/// The first eight bytes. Like PNG's, they break when a transfer changes line ends or drops bit 7.
pub(super) const MAGIC: [u8; 8] = *b"\x89HAP\r\n\x1a\n";
/// The version of the format that is written, and the only one that is read.
const VERSION: u16 = 1;
/// So many bytes more than the header says are counted, to be named in a message; others are not even
/// unpacked.
const MOST_TRAILING_BYTES: u64 = 1 << 20;
/// Bytes in front of the JSON header: magic, version (u16), header length (u32), little-endian.
const PREFIX: usize = MAGIC.len() + 2 + 4;

/// How the observations of a pack become a training and a test part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Division {
    /// By chance, class by class, as [`stratified_split`] does.
    BySeed {
        /// The share that becomes the test part, between 0 and 1.
        test_fraction: f64,
        /// The seed of the choice.
        seed: u64,
    },
    /// As the authors of the data set divided it: the first ones train, the others test.
    Given {
        /// Observations in the training part.
        train: usize,
    },
    /// Not at all: they are only a piece of one part of a data set, see
    /// [`Pieces`](super::Pieces).
    Piece {
        /// The part.
        part: Part,
        /// The places of the observations in that part: ranges, the end not included.
        places: Vec<(u32, u32)>,
    },
}

/// A data set before it is divided, as the file holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// What a visitor reads.
    pub name: String,
    /// Licence and citation, in one line.
    pub source: String,
    /// The shape of every image.
    pub shape: ImageShape,
    /// One name per class, in the order of the labels.
    pub class_names: Vec<String>,
    /// How to divide the observations.
    pub division: Division,
    /// All observations.
    pub observations: Split,
}

/// The JSON header.
#[derive(Serialize, Deserialize)]
struct Header {
    name: String,
    source: String,
    shape: ImageShape,
    class_names: Vec<String>,
    count: usize,
    division: Division,
}

impl Pack {
    /// Writes the file.
    ///
    /// # Errors
    /// [`DatasetError::Invalid`] where the fields contradict each other, as for [`Dataset::new`].
    pub fn encode(&self) -> Result<Vec<u8>, DatasetError> {
        self.check()?;
        let invalid = |why: String| DatasetError::Invalid {
            dataset: self.name.clone(),
            why,
        };
        let header = serde_json::to_vec(&Header {
            name: self.name.clone(),
            source: self.source.clone(),
            shape: self.shape,
            class_names: self.class_names.clone(),
            count: self.observations.len(),
            division: self.division.clone(),
        })
        .map_err(|error| invalid(error.to_string()))?;
        let header_length = u32::try_from(header.len())
            .map_err(|_| invalid("its names and source are longer than 4 GiB".to_owned()))?;

        let mut file = MAGIC.to_vec();
        file.extend(VERSION.to_le_bytes());
        file.extend(header_length.to_le_bytes());
        file.extend(header);
        let mut payload = GzEncoder::new(file, Compression::best());
        payload
            .write_all(&self.observations.labels)
            .and_then(|()| payload.write_all(&self.observations.images))
            .and_then(|()| payload.finish())
            .map_err(|error| invalid(error.to_string()))
    }

    /// Reads a file that was written by [`Pack::encode`] or scripts/make_digits.py.
    ///
    /// # Errors
    /// What is wrong with the file: empty, of another kind or version, cut off, with a header
    /// that makes no sense, damaged, or with a header that contradicts what follows.
    pub fn decode(file: &str, bytes: &[u8]) -> Result<Pack, DatasetError> {
        if bytes.is_empty() {
            return Err(DatasetError::EmptyFile {
                file: file.to_owned(),
            });
        }
        let Some(rest) = bytes.strip_prefix(&MAGIC) else {
            return Err(DatasetError::NotAPack {
                file: file.to_owned(),
                looks_like: Lookalike::of(bytes),
            });
        };
        let cut_off = |expected: u64| DatasetError::Truncated {
            file: file.to_owned(),
            expected,
            found: bytes.len() as u64,
        };
        let &[v0, v1, l0, l1, l2, l3, ref rest @ ..] = rest else {
            return Err(cut_off(PREFIX as u64));
        };
        let found = u16::from_le_bytes([v0, v1]);
        if found != VERSION {
            return Err(DatasetError::PackVersion {
                file: file.to_owned(),
                found,
                supported: VERSION,
            });
        }
        let header_length = u32::from_le_bytes([l0, l1, l2, l3]);
        let Some((header, payload)) = rest.split_at_checked(header_length as usize) else {
            return Err(cut_off(PREFIX as u64 + u64::from(header_length)));
        };
        let header: Header =
            serde_json::from_slice(header).map_err(|error| DatasetError::PackHeader {
                file: file.to_owned(),
                why: error.to_string(),
            })?;
        let observations = unpack_observations(file, payload, header.count, header.shape)?;
        let pack = Pack {
            name: header.name,
            source: header.source,
            shape: header.shape,
            class_names: header.class_names,
            division: header.division,
            observations,
        };
        pack.check()?;
        Ok(pack)
    }

    /// Divides the observations into training and test.
    ///
    /// # Errors
    /// [`DatasetError::TooFewToSplit`] where there is only one, and [`DatasetError::Invalid`]
    /// where the fields contradict each other or a part would be empty.
    pub fn into_dataset(self) -> Result<Dataset, DatasetError> {
        let Pack {
            name,
            source,
            shape,
            class_names,
            division,
            mut observations,
        } = self;
        let pixels = shape.pixels();
        let (train, test) = match division {
            Division::BySeed { .. } if observations.len() < 2 => {
                return Err(DatasetError::TooFewToSplit {
                    dataset: name,
                    observations: observations.len(),
                });
            }
            Division::BySeed {
                test_fraction,
                seed,
            } => {
                let (train, test) = stratified_split(&observations.labels, test_fraction, seed);
                (
                    observations.select(pixels, &train),
                    observations.select(pixels, &test),
                )
            }
            Division::Given { train } => {
                let labels_from = train.min(observations.labels.len());
                let images_from = train.saturating_mul(pixels).min(observations.images.len());
                let test = Split {
                    labels: observations.labels.split_off(labels_from),
                    images: observations.images.split_off(images_from),
                };
                (observations, test)
            }
            Division::Piece { .. } => {
                return Err(DatasetError::Invalid {
                    dataset: name,
                    why: "it is only a piece of a data set".to_owned(),
                });
            }
        };
        Dataset::new(name, source, shape, class_names, train, test)
    }

    fn check(&self) -> Result<(), DatasetError> {
        check_description(&self.name, self.shape, &self.class_names)?;
        self.observations.check(
            &self.name,
            "only",
            self.shape.pixels(),
            self.class_names.len(),
        )?;
        let invalid = |why: String| {
            Err(DatasetError::Invalid {
                dataset: self.name.clone(),
                why,
            })
        };
        match &self.division {
            Division::BySeed { test_fraction, .. }
                if !(*test_fraction > 0.0 && *test_fraction < 1.0) =>
            {
                invalid(format!(
                    "its test fraction {test_fraction} is not between 0 and 1"
                ))
            }
            Division::Given { train } if *train == 0 || *train >= self.observations.len() => {
                invalid(format!(
                    "it gives {train} of its {} observations to training, so a part would be empty",
                    self.observations.len(),
                ))
            }
            Division::Piece { places, .. } => {
                let length = |&(from, to): &(u32, u32)| u64::from(to.saturating_sub(from));
                let places: u64 = places.iter().map(length).sum();
                if places == self.observations.len() as u64 {
                    return Ok(());
                }
                invalid(format!(
                    "it gives places to {places} of its {} observations",
                    self.observations.len(),
                ))
            }
            _ => Ok(()),
        }
    }
}

/// Unpacks `count` labels and as many images, and checks that this is what there is.
fn unpack_observations(
    file: &str,
    payload: &[u8],
    count: usize,
    shape: ImageShape,
) -> Result<Split, DatasetError> {
    let expected = (count as u64).saturating_mul((shape.pixels() as u64).saturating_add(1));
    // A bomb with a header of its own size is stopped by the usual limit, any other one much earlier.
    let limit = MOST_UNPACKED_BYTES.min(expected.saturating_add(MOST_TRAILING_BYTES));
    let mut labels = match gunzip(file, payload, limit) {
        Err(DatasetError::TooLarge { .. }) if limit < MOST_UNPACKED_BYTES => {
            return Err(DatasetError::TrailingBytes {
                file: file.to_owned(),
                expected,
                found: limit + 1,
            });
        }
        unpacked => unpacked?,
    };
    let found = labels.len() as u64;
    let file = file.to_owned();
    match found.cmp(&expected) {
        std::cmp::Ordering::Less => Err(DatasetError::Truncated {
            file,
            expected,
            found,
        }),
        std::cmp::Ordering::Greater => Err(DatasetError::TrailingBytes {
            file,
            expected,
            found,
        }),
        std::cmp::Ordering::Equal => {
            let images = labels.split_off(count.min(labels.len()));
            Ok(Split { images, labels })
        }
    }
}
