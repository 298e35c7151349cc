//! Pictures one by one into a data set.

use super::PictureConfig;
use super::decoding::{MOST_PICTURE_BYTES, decode};
use super::error::PicturesError;
use super::folders::{Place, Sorted, sort};
use super::note::PicturesNote;
use crate::archive::{Allowance, Zip};
use crate::dataset::{Dataset, DatasetError, ImageShape, NamedFile, Part, Split, stratified_split};

/// The most bytes that pictures may unpack to, and that images may take: 1 GiB each.
pub const MOST_BYTES: u64 = 1 << 30;
/// The share of observations that become the test part where the folders do not say it.
const TEST_FRACTION: f64 = 0.2;
/// Pictures that are named where they cannot be decoded.
const MOST_NAMED: usize = 5;

/// Where the bytes of pictures come from.
#[derive(Debug)]
enum Source {
    Zip(Zip, Allowance),
    Files(Vec<NamedFile>),
}

/// A collection of pictures that is being read.
#[derive(Debug)]
pub struct Pictures {
    name: String,
    config: PictureConfig,
    source: Source,
    class_names: Vec<String>,
    places: Vec<Place>,
    next: usize,
    /// What was decoded so far, and of each the part it is of.
    images: Split,
    parts: Vec<Option<Part>>,
    not_square: usize,
    not_decoded: usize,
    named: Vec<(String, String)>,
    notes: Vec<PicturesNote>,
}

/// A data set made of pictures, and what to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct PicturesOpened {
    /// The data set.
    pub dataset: Dataset,
    /// What a visitor should know.
    pub notes: Vec<PicturesNote>,
}

impl Pictures {
    /// Begins to read a zip archive of folders.
    ///
    /// # Errors
    /// [`PicturesError::Archive`], and where there are no pictures, no folders, or too many of them.
    pub fn from_zip(
        file: &str,
        bytes: Vec<u8>,
        config: PictureConfig,
    ) -> Result<Self, PicturesError> {
        Self::of_zip(Zip::open(file, bytes)?, config)
    }

    /// Begins to read an archive that is open.
    ///
    /// # Errors
    /// As [`from_zip`](Self::from_zip).
    pub fn of_zip(zip: Zip, config: PictureConfig) -> Result<Self, PicturesError> {
        let file = zip.file().to_owned();
        let sorted = sort(&file, zip.entries().iter().map(|entry| entry.name.as_str()))?;
        let name = file.strip_suffix(".zip").unwrap_or(&file);
        Self::new(
            name,
            Source::Zip(zip, Allowance::new(MOST_BYTES)),
            sorted,
            config,
        )
    }

    /// Begins to read files whose names are paths, such as "cats/1.png"; `name` is what the whole is
    /// called.
    ///
    /// # Errors
    /// As [`from_zip`](Self::from_zip), without [`PicturesError::Archive`].
    pub fn from_files(
        name: &str,
        files: Vec<NamedFile>,
        config: PictureConfig,
    ) -> Result<Self, PicturesError> {
        let sorted = sort(name, files.iter().map(|file| file.name.as_str()))?;
        Self::new(name, Source::Files(files), sorted, config)
    }

    fn new(
        name: &str,
        source: Source,
        sorted: Sorted,
        config: PictureConfig,
    ) -> Result<Self, PicturesError> {
        let bytes_each = config.sides() * config.sides() * config.colours.channels();
        let pictures = sorted.places.len();
        if pictures as u64 * bytes_each as u64 > MOST_BYTES {
            return Err(PicturesError::TooLarge {
                pictures,
                bytes_each,
                limit: MOST_BYTES,
            });
        }
        Ok(Self {
            name: name.to_owned(),
            config,
            source,
            class_names: sorted.class_names,
            places: sorted.places,
            next: 0,
            images: Split::default(),
            parts: Vec::new(),
            not_square: 0,
            not_decoded: 0,
            named: Vec::new(),
            notes: sorted.notes,
        })
    }

    /// Pictures in all.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none; there always is one.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many of them are read, 0 to 1.
    pub fn progress(&self) -> f32 {
        self.next as f32 / self.places.len().max(1) as f32
    }

    /// Reads the next picture, and says whether all are read. One that cannot be decoded is skipped.
    ///
    /// # Errors
    /// [`PicturesError::Archive`] where pictures unpack to more than [`MOST_BYTES`].
    pub fn advance(&mut self) -> Result<bool, PicturesError> {
        let Some(&place) = self.places.get(self.next) else {
            return Ok(true);
        };
        self.next += 1;
        let (path, bytes) = self.source.bytes(place.file)?;
        let small =
            bytes.and_then(|bytes| decode(&bytes, self.config.sides(), self.config.colours));
        match small {
            Ok(small) => {
                self.not_square += usize::from(!small.square);
                self.images.images.extend(small.pixels);
                self.images.labels.push(place.class);
                self.parts.push(place.part);
            }
            Err(why) => {
                self.not_decoded += 1;
                if self.named.len() < MOST_NAMED {
                    self.named.push((path, why));
                }
            }
        }
        Ok(self.next == self.places.len())
    }

    /// Makes the data set, once [`advance`](Self::advance) has read all.
    ///
    /// # Errors
    /// [`PicturesError::NoneDecoded`], and [`PicturesError::Dataset`] where there is a single one.
    pub fn finish(mut self) -> Result<PicturesOpened, PicturesError> {
        if self.images.is_empty() {
            let (first, why) = self.named.into_iter().next().unwrap_or_default();
            return Err(PicturesError::NoneDecoded {
                name: self.name,
                pictures: self.not_decoded,
                first,
                why,
            });
        }
        if self.not_decoded > 0 {
            self.notes.push(PicturesNote::NotDecoded {
                count: self.not_decoded,
                first: self.named,
            });
        }
        if self.not_square > 0 {
            self.notes.push(PicturesNote::NotSquare {
                count: self.not_square,
            });
        }
        let side = self.config.sides();
        let shape = ImageShape {
            height: side,
            width: side,
            channels: self.config.colours.channels(),
        };
        let of = |part: Part| {
            (0..=u32::MAX)
                .zip(&self.parts)
                .filter_map(move |(index, of)| (*of == Some(part)).then_some(index))
                .collect::<Vec<u32>>()
        };
        let (mut train, mut test) = (of(Part::Train), of(Part::Test));
        if train.is_empty() || test.is_empty() {
            if self.images.len() < 2 {
                return Err(DatasetError::TooFewToSplit {
                    dataset: self.name,
                    observations: self.images.len(),
                }
                .into());
            }
            (train, test) = stratified_split(&self.images.labels, TEST_FRACTION, self.config.seed);
            self.notes.push(PicturesNote::SplitBySeed {
                train: train.len(),
                test: test.len(),
            });
        }
        let dataset = Dataset::new(
            self.name,
            "Pictures of your own".to_owned(),
            shape,
            self.class_names,
            self.images.select(shape.pixels(), &train),
            self.images.select(shape.pixels(), &test),
        )?;
        Ok(PicturesOpened {
            dataset,
            notes: self.notes,
        })
    }
}

impl Source {
    /// The path and the bytes of a file, or what is wrong with it. An archive that unpacks to too
    /// much is wrong as a whole. Files of a folder are given up once read.
    fn bytes(&mut self, file: usize) -> Result<(String, Result<Vec<u8>, String>), PicturesError> {
        match self {
            Self::Files(files) => {
                let Some(file) = files.get_mut(file) else {
                    return Ok((String::new(), Err("it is gone".to_owned())));
                };
                let bytes = std::mem::take(&mut file.bytes);
                Ok((
                    file.name.clone(),
                    within_limit(bytes.len() as u64).map(|()| bytes),
                ))
            }
            Self::Zip(zip, allowance) => {
                let Some(entry) = zip.entries().get(file) else {
                    return Ok((String::new(), Err("it is gone".to_owned())));
                };
                let path = entry.name.clone();
                if let Err(why) = within_limit(entry.claimed_size) {
                    return Ok((path, Err(why)));
                }
                let unpacked = zip
                    .unpack(entry)
                    .and_then(|unpacking| unpacking.read_to_end(allowance));
                match unpacked {
                    Ok(bytes) => Ok((path, Ok(bytes))),
                    Err(error @ crate::archive::ArchiveError::TooLarge { .. }) => Err(error.into()),
                    Err(error) => Ok((path, Err(error.to_string()))),
                }
            }
        }
    }
}

fn within_limit(bytes: u64) -> Result<(), String> {
    if bytes > MOST_PICTURE_BYTES {
        return Err(format!(
            "its file has more than {} MiB",
            MOST_PICTURE_BYTES >> 20
        ));
    }
    Ok(())
}
