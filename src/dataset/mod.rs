//! Labelled images: formats, splits and subsets.
//!
//! Whatever the format, the way is the same: bytes of named files in, a [`Dataset`] out, or a
//! [`DatasetError`] that names the file, says what is wrong and what to do about it.
//!
//! - [`FileReading`] reads one official file of MNIST, SVHN or CIFAR-10, or an archive of them, in
//!   slices, and [`DatasetFiles`] collects them; they may arrive one by one. [`Opening`] does both
//!   for the files that a visitor gives.
//! - [`pictures`] are the visitor's own, in one folder for each class.
//! - [`Pack`] is our own packed format for the sets that are shipped with the page; a large set is
//!   [`cut`] into several, which [`Pieces`] puts together again, and [`Manifest`] lists them.
//! - [`StreetDigits`] are drawn, not read.
//! - [`Standardisation`] is what a network's inputs may go through.
//! - [`stratified_split`] and [`stratified_subset`] choose observations class by class, by seed.
//!
//! No parser trusts a size that a file claims: memory grows only with the bytes that are there,
//! and decompression stops at [`MOST_UNPACKED_BYTES`].

mod cifar10;
mod content;
mod error;
mod files;
mod gunzip;
mod idx;
mod manifest;
mod matlab;
mod official;
mod opening;
mod pack;
pub mod pictures;
mod pieces;
pub mod preprocess;
mod reading;
mod role;
mod sniff;
mod split;
mod street_digits;
mod svhn;
mod tarball;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use error::DatasetError;
pub use files::{Added, Assembled, DatasetFiles, Note};
pub use gunzip::MOST_UNPACKED_BYTES;
pub use manifest::{Manifest, SiteFile, SiteSet};
pub use official::OfficialSet;
pub use opening::{Given, Opened, Opening};
pub use pack::{Division, Pack};
pub use pieces::{DATA_SEED, FIRST_OBSERVATIONS, Pieces, cut};
pub use preprocess::{Preprocessing, PreprocessingError, Standardisation};
pub use reading::{FileReading, ReadFile};
pub use role::{Kind, Role};
pub use sniff::Lookalike;
pub use split::{stratified_split, stratified_subset};
pub use street_digits::{
    MOST_STREET_DIGITS, Polarity, StreetDigits, StreetDigitsDrawing, StreetDigitsError,
};

/// The most classes a data set can have, since a label is one byte.
pub const MOST_CLASSES: usize = 256;

/// A file as the visitor dropped it, or as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// Its name; folders in front of it are ignored.
    pub name: String,
    /// Its content, compressed or not.
    pub bytes: Vec<u8>,
}

/// The shape that every image of a data set has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImageShape {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values per pixel position: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
}

impl ImageShape {
    /// That of a data set without images.
    const NONE: Self = Self {
        height: 0,
        width: 0,
        channels: 1,
    };

    /// Values per image, height × width × channels; `usize::MAX` where that is not a number that
    /// fits, which no file can match.
    pub fn pixels(&self) -> usize {
        self.height
            .saturating_mul(self.width)
            .saturating_mul(self.channels)
    }
}

/// Height × width, and the channels where there are several: "28×28", "32×32×3".
impl fmt::Display for ImageShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.height, self.width)?;
        if self.channels != 1 {
            write!(f, "×{}", self.channels)?;
        }
        Ok(())
    }
}

/// One of the two parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The observations that a network learns from.
    Train,
    /// The observations that it is judged by.
    Test,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Train => "train",
            Part::Test => "test",
        })
    }
}

/// Labelled images of one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// n × height × width × channels, row-major, 0 to 255.
    pub images: Vec<u8>,
    /// One class index per image.
    pub labels: Vec<u8>,
}

impl Split {
    /// Observations.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no observation.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Image `index`, where an image has `pixels` values; empty where there is no such image.
    fn image(&self, pixels: usize, index: usize) -> &[u8] {
        let start = index.saturating_mul(pixels);
        let range = start..start.saturating_add(pixels);
        self.images.get(range).unwrap_or_default()
    }

    /// The observations at `indices`, in that order; indices beyond the last are left out.
    fn select(&self, pixels: usize, indices: &[u32]) -> Split {
        let mut chosen = Split {
            images: Vec::with_capacity(indices.len().saturating_mul(pixels).min(self.images.len())),
            labels: Vec::with_capacity(indices.len()),
        };
        for &index in indices {
            let index = index as usize;
            if let Some(&label) = self.labels.get(index) {
                chosen.images.extend_from_slice(self.image(pixels, index));
                chosen.labels.push(label);
            }
        }
        chosen
    }

    /// Checks that images and labels agree with each other, the shape and the classes.
    fn check(
        &self,
        dataset: &str,
        part: &str,
        pixels: usize,
        classes: usize,
    ) -> Result<(), DatasetError> {
        let invalid = |why: String| DatasetError::Invalid {
            dataset: dataset.to_owned(),
            why,
        };
        if self.labels.is_empty() {
            return Err(invalid(format!("its {part} part has no observation")));
        }
        if self.labels.len().checked_mul(pixels) != Some(self.images.len()) {
            return Err(invalid(format!(
                "its {part} part has {} labels of {pixels} pixel values each, but {} pixel values",
                self.labels.len(),
                self.images.len(),
            )));
        }
        match self
            .labels
            .iter()
            .position(|&label| usize::from(label) >= classes)
        {
            Some(at) => Err(invalid(format!(
                "its {part} part gives observation {at} the class {}, but there are {classes} classes, counted from 0",
                self.labels[at],
            ))),
            None => Ok(()),
        }
    }
}

/// Checks what [`Dataset`] and [`Pack`] say of every image: its shape and the classes.
fn check_description(
    dataset: &str,
    shape: ImageShape,
    class_names: &[String],
) -> Result<(), DatasetError> {
    check_shape(dataset, shape)?;
    check_classes(dataset, class_names)
}

fn check_shape(dataset: &str, shape: ImageShape) -> Result<(), DatasetError> {
    if shape.pixels() == 0 {
        return Err(DatasetError::Invalid {
            dataset: dataset.to_owned(),
            why: format!("images of {shape} have no pixel"),
        });
    }
    Ok(())
}

fn check_classes(dataset: &str, class_names: &[String]) -> Result<(), DatasetError> {
    let invalid = |why: String| DatasetError::Invalid {
        dataset: dataset.to_owned(),
        why,
    };
    if class_names.is_empty() || class_names.len() > MOST_CLASSES {
        return Err(invalid(format!(
            "it names {} classes, where 1 to {MOST_CLASSES} are possible",
            class_names.len(),
        )));
    }
    Ok(())
}

/// A set of labelled images of one shape, split into a part to learn from and a part to judge by.
///
/// Made by [`Dataset::new`], which checks that its fields agree; or by [`Dataset::to_look_at`], and
/// then there is no part to learn from, and perhaps no images, only labels.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dataset {
    /// What a visitor reads, such as "MNIST".
    pub name: String,
    /// Licence and citation, in one line.
    pub source: String,
    /// The shape of every image; 0×0 where there are none.
    pub shape: ImageShape,
    /// One name per class, in the order of the labels.
    pub class_names: Vec<String>,
    /// The observations to learn from; none where the set is only to be looked at.
    pub train: Split,
    /// The observations to judge by.
    pub test: Split,
}

impl Dataset {
    /// Puts a data set together.
    ///
    /// # Errors
    /// [`DatasetError::Invalid`] where an image has no pixel, there are no classes or more than
    /// [`MOST_CLASSES`], a part is empty, labels and images of a part differ in number, or a
    /// label names no class.
    pub fn new(
        name: String,
        source: String,
        shape: ImageShape,
        class_names: Vec<String>,
        train: Split,
        test: Split,
    ) -> Result<Self, DatasetError> {
        check_description(&name, shape, &class_names)?;
        train.check(&name, "training", shape.pixels(), class_names.len())?;
        test.check(&name, "test", shape.pixels(), class_names.len())?;
        Ok(Self {
            name,
            source,
            shape,
            class_names,
            train,
            test,
        })
    }

    /// Puts a data set together whose observations are only to be looked at, because what is known of
    /// them (activations) comes from elsewhere. All are in the test part.
    ///
    /// `shape` is that of the images, where there are images; without, `observations.images` is empty.
    ///
    /// # Errors
    /// [`DatasetError::Invalid`], as for [`Dataset::new`].
    pub fn to_look_at(
        name: String,
        source: String,
        shape: Option<ImageShape>,
        class_names: Vec<String>,
        observations: Split,
    ) -> Result<Self, DatasetError> {
        if let Some(shape) = shape {
            check_shape(&name, shape)?;
        }
        check_classes(&name, &class_names)?;
        let shape = shape.unwrap_or(ImageShape::NONE);
        observations.check(&name, "only", shape.pixels(), class_names.len())?;
        Ok(Self {
            name,
            source,
            shape,
            class_names,
            train: Split::default(),
            test: observations,
        })
    }

    /// Whether there are images, and not only labels.
    pub fn has_images(&self) -> bool {
        self.shape.pixels() > 0
    }

    /// Whether a network can be trained on it: there are images to learn from.
    pub fn is_trainable(&self) -> bool {
        self.has_images() && !self.train.is_empty()
    }

    /// The observations of one part.
    pub fn split(&self, part: Part) -> &Split {
        match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        }
    }

    /// Observations of one part.
    pub fn len(&self, part: Part) -> usize {
        self.split(part).len()
    }

    /// Classes.
    pub fn classes(&self) -> usize {
        self.class_names.len()
    }

    /// One image: height × width × channels, row-major. Empty where the part has no such image.
    pub fn image(&self, part: Part, index: usize) -> &[u8] {
        self.split(part).image(self.shape.pixels(), index)
    }

    /// The images at `indices`, one after the other. Those beyond the last observation are left out.
    pub fn images_at(&self, part: Part, indices: &[u32]) -> Vec<u8> {
        let images = indices
            .iter()
            .flat_map(|&index| self.image(part, index as usize));
        images.copied().collect()
    }

    /// The label of each observation at `indices`, in that order.
    ///
    /// # Errors
    /// [`DatasetError::NoSuchObservation`] where an index lies beyond the last observation.
    pub fn labels_at(&self, part: Part, indices: &[u32]) -> Result<Vec<u8>, DatasetError> {
        let labels = &self.split(part).labels;
        indices
            .iter()
            .map(|&index| {
                labels
                    .get(index as usize)
                    .copied()
                    .ok_or_else(|| self.no_such(part, index))
            })
            .collect()
    }

    /// The images at `indices`, in that order, as numbers from 0 (black) to 1 (white):
    /// n × pixels, row-major.
    ///
    /// # Errors
    /// [`DatasetError::NoSuchObservation`] where an index lies beyond the last observation.
    pub fn to_f32(&self, part: Part, indices: &[u32]) -> Result<Vec<f32>, DatasetError> {
        let pixels = self.shape.pixels();
        let split = self.split(part);
        if let Some(&index) = indices.iter().find(|&&index| index as usize >= split.len()) {
            return Err(self.no_such(part, index));
        }
        let mut values = Vec::with_capacity(indices.len().saturating_mul(pixels));
        for &index in indices {
            let image = split.image(pixels, index as usize);
            values.extend(image.iter().map(|&value| f32::from(value) / 255.0));
        }
        Ok(values)
    }

    fn no_such(&self, part: Part, index: u32) -> DatasetError {
        DatasetError::NoSuchObservation {
            dataset: self.name.clone(),
            part,
            index,
            observations: self.len(part),
        }
    }
}
