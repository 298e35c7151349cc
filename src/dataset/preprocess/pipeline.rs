//! The steps of preprocessing in their order, applied to a whole data set in small slices.

use serde::{Deserialize, Serialize};

use super::{Gaussian, PreprocessingError, Standardisation, sobel_magnitude, to_grey};
use crate::dataset::{Dataset, DatasetError, ImageShape, Part, Split};

/// What is done to every image, in this order: grey, Gaussian blur, Sobel, standardisation.
///
/// The paper applied the Sobel operator and a Gaussian blur to SVHN, so that the polarity of a
/// digit, bright on dark or dark on bright, no longer matters. The blur comes first here, because
/// a derivative strengthens noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preprocessing {
    /// Colour to brightness, ITU-R BT.601. Grey images stay as they are.
    pub grayscale: bool,
    /// Standard deviation of a Gaussian blur, pixels; `None` for no blur.
    pub gaussian_sigma: Option<f32>,
    /// Each channel to the length of its gradient.
    pub sobel: bool,
    /// Each channel to mean 0 and deviation 1 over the training part.
    pub standardise: bool,
}

impl Preprocessing {
    /// Whether the pixels of the images change; standardisation alone does not change them.
    pub fn changes_pixels(&self) -> bool {
        self.grayscale || self.gaussian_sigma.is_some() || self.sobel
    }

    /// What is done, in the order it is done: "grey, Gaussian σ 1, Sobel"; empty for nothing.
    pub fn describe(&self) -> String {
        let steps = [
            self.grayscale.then(|| "grey".to_owned()),
            self.gaussian_sigma
                .map(|sigma| format!("Gaussian σ {sigma}")),
            self.sobel.then(|| "Sobel".to_owned()),
            self.standardise.then(|| "standardised".to_owned()),
        ];
        let steps: Vec<String> = steps.into_iter().flatten().collect();
        steps.join(", ")
    }

    /// The shape that images of `shape` have afterwards.
    ///
    /// # Errors
    /// [`PreprocessingError::Channels`] where they are to become grey and have neither 1 nor 3
    /// channels.
    pub fn shape(&self, shape: ImageShape) -> Result<ImageShape, PreprocessingError> {
        if !self.grayscale {
            return Ok(shape);
        }
        match shape.channels {
            1 | 3 => Ok(ImageShape {
                channels: 1,
                ..shape
            }),
            other => Err(PreprocessingError::Channels(other)),
        }
    }

    /// Makes ready for images of this shape.
    ///
    /// # Errors
    /// As [`Self::shape`] and [`Gaussian::new`].
    pub fn filter(&self, shape: ImageShape) -> Result<Filter, PreprocessingError> {
        Ok(Filter {
            from: shape,
            to: self.shape(shape)?,
            gaussian: self.gaussian_sigma.map(Gaussian::new).transpose()?,
            sobel: self.sobel,
        })
    }

    /// Starts to apply the steps to all images of a data set.
    ///
    /// # Errors
    /// As [`Self::filter`].
    pub fn start<'a>(
        &self,
        dataset: &'a Dataset,
    ) -> Result<PreprocessingRun<'a>, PreprocessingError> {
        Ok(PreprocessingRun {
            what: *self,
            filter: self.filter(dataset.shape)?,
            dataset,
            measured: 0,
            largest: 0.0,
            train: Vec::new(),
            test: Vec::new(),
        })
    }
}

/// Grey, blur and Sobel for images of one shape.
#[derive(Clone, Debug)]
pub struct Filter {
    from: ImageShape,
    to: ImageShape,
    gaussian: Option<Gaussian>,
    sobel: bool,
}

impl Filter {
    /// The shape of what [`Self::apply`] returns.
    pub fn shape(&self) -> ImageShape {
        self.to
    }

    /// One image (height × width × channels, row-major, 0 to 255) after all steps but
    /// standardisation: values from 0, where 1 is a full 255, interleaved in the shape
    /// [`Self::shape`]. An image of another size than expected gives what its whole rows give.
    pub fn apply(&mut self, image: &[u8]) -> Vec<f32> {
        let mut values: Vec<f32> = image
            .iter()
            .map(|&value| f32::from(value) / 255.0)
            .collect();
        if self.to.channels != self.from.channels {
            values = to_grey(&values);
        }
        if self.gaussian.is_none() && !self.sobel {
            return values;
        }
        let (channels, width) = (self.to.channels, self.to.width);
        for channel in 0..channels {
            let mut plane: Vec<f32> = values
                .iter()
                .skip(channel)
                .step_by(channels)
                .copied()
                .collect();
            if let Some(gaussian) = &mut self.gaussian {
                gaussian.blur(&mut plane, width);
            }
            if self.sobel {
                plane = sobel_magnitude(&plane, width);
            }
            let places = values.iter_mut().skip(channel).step_by(channels);
            for (place, value) in places.zip(plane) {
                *place = value;
            }
        }
        values
    }
}

/// A data set with the steps applied, and what its network's inputs go through besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocessed {
    /// The images after all steps but standardisation, under a name that says what was done.
    pub dataset: Dataset,
    /// What standardises them, where that was asked for.
    pub standardisation: Option<Standardisation>,
}

/// Preprocessing under way, some images at a time.
///
/// The images are filtered twice, first those of the training part to find their largest value,
/// then all of them to be stored as multiples of 1/255 of it: keeping the results in between
/// would take four times the memory of the data set.
#[derive(Clone, Debug)]
pub struct PreprocessingRun<'a> {
    what: Preprocessing,
    filter: Filter,
    dataset: &'a Dataset,
    measured: usize,
    largest: f32,
    train: Vec<u8>,
    test: Vec<u8>,
}

impl PreprocessingRun<'_> {
    /// Filters up to so many images more; true when nothing is left to do.
    pub fn advance(&mut self, images: usize) -> bool {
        for _ in 0..images {
            if self.done() == self.total() {
                break;
            }
            self.next_image();
        }
        self.done() == self.total()
    }

    /// Images filtered so far, those of the training part counted in both passes.
    pub fn done(&self) -> usize {
        let pixels = self.filter.to.pixels();
        self.measured + (self.train.len() + self.test.len()) / pixels
    }

    /// Images to filter in all.
    pub fn total(&self) -> usize {
        if self.what.changes_pixels() {
            2 * self.dataset.train.len() + self.dataset.test.len()
        } else {
            0
        }
    }

    fn next_image(&mut self) {
        let (train, pixels) = (self.dataset.train.len(), self.filter.to.pixels());
        if self.measured < train {
            let values = self
                .filter
                .apply(self.dataset.image(Part::Train, self.measured));
            self.largest = values.into_iter().fold(self.largest, f32::max);
            self.measured += 1;
            return;
        }
        let (part, stored) = if self.train.len() < train * pixels {
            (Part::Train, &mut self.train)
        } else {
            (Part::Test, &mut self.test)
        };
        let image = self.dataset.image(part, stored.len() / pixels);
        // Images without any light stay without.
        let scale = if self.largest > 0.0 {
            255.0 / self.largest
        } else {
            1.0
        };
        // Values of the test part may lie above all of the training part: a cast saturates.
        let values = self.filter.apply(image).into_iter();
        stored.extend(values.map(|value| (value * scale + 0.5) as u8));
    }

    /// Does what is still to do and gives the result.
    ///
    /// # Errors
    /// As [`Dataset::new`], though what was made here agrees with itself.
    pub fn finish(mut self) -> Result<Preprocessed, DatasetError> {
        self.advance(usize::MAX);
        let (before, done) = (self.dataset, self.what.describe());
        let part = |changed: Vec<u8>, split: &Split| Split {
            images: if self.what.changes_pixels() {
                changed
            } else {
                split.images.clone()
            },
            labels: split.labels.clone(),
        };
        let dataset = Dataset::new(
            if done.is_empty() {
                before.name.clone()
            } else {
                format!("{} ({done})", before.name)
            },
            before.source.clone(),
            self.filter.to,
            before.class_names.clone(),
            part(self.train, &before.train),
            part(self.test, &before.test),
        )?;
        let standardisation = self.what.standardise.then(|| Standardisation::of(&dataset));
        Ok(Preprocessed {
            dataset,
            standardisation,
        })
    }
}
