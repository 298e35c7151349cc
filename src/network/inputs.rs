//! The images a network is trained on.

use std::sync::Arc;

use super::TrainingError;

/// Labelled images to train on. Cloning is cheap: the pixels are shared.
#[derive(Clone, Debug)]
pub struct TrainInputs {
    images: Arc<[u8]>,
    labels: Arc<[u8]>,
    pixels: usize,
    classes: usize,
    scale: f32,
}

impl TrainInputs {
    /// Takes n images of `pixels` values each (n × pixels, row-major, channels included) with one
    /// label below `classes` each.
    ///
    /// A network sees every value divided by the largest one among these images, so between 0
    /// and 1; images observed later are divided by the same number.
    ///
    /// # Errors
    /// Says what does not fit together.
    pub fn new(
        images: impl Into<Arc<[u8]>>,
        labels: impl Into<Arc<[u8]>>,
        pixels: usize,
        classes: usize,
    ) -> Result<Self, TrainingError> {
        let (images, labels) = (images.into(), labels.into());
        if labels.is_empty() || pixels == 0 {
            return Err(TrainingError::NoImages);
        }
        if !(1..=256).contains(&classes) {
            return Err(TrainingError::Classes(classes));
        }
        check(&images, &labels, pixels, classes)?;
        let largest = images.iter().copied().max().unwrap_or(0).max(1);
        Ok(Self {
            images,
            labels,
            pixels,
            classes,
            scale: 1.0 / f32::from(largest),
        })
    }

    /// Number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image; never so for inputs that were accepted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Values per image.
    #[must_use]
    pub fn pixels(&self) -> usize {
        self.pixels
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// What a pixel value is multiplied by before a network sees it.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// Checks other images, to be observed, against these.
    pub(crate) fn check(&self, images: &[u8], labels: &[u8]) -> Result<(), TrainingError> {
        check(images, labels, self.pixels, self.classes)
    }

    /// Label of an image.
    pub(crate) fn label(&self, image: usize) -> u8 {
        self.labels[image]
    }

    /// Appends the scaled pixels of an image.
    pub(crate) fn push_image(&self, image: usize, to: &mut Vec<f32>) {
        let start = image * self.pixels;
        self.push_scaled(&self.images[start..start + self.pixels], to);
    }

    /// Appends scaled pixels.
    pub(crate) fn push_scaled(&self, pixels: &[u8], to: &mut Vec<f32>) {
        to.extend(pixels.iter().map(|&p| f32::from(p) * self.scale));
    }
}

/// Checks that images and labels fit together.
fn check(images: &[u8], labels: &[u8], pixels: usize, classes: usize) -> Result<(), TrainingError> {
    if Some(images.len()) != labels.len().checked_mul(pixels) {
        return Err(TrainingError::ImageSize {
            values: images.len(),
            images: labels.len(),
            pixels,
        });
    }
    if let Some(at) = labels
        .iter()
        .position(|&label| usize::from(label) >= classes)
    {
        return Err(TrainingError::Label {
            image: at,
            label: labels[at],
            classes,
        });
    }
    Ok(())
}
