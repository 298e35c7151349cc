//! The images a network is trained on, and how it sees them.

use std::sync::Arc;

use super::TrainingError;
use crate::dataset::{ImageShape, Standardisation};

/// Labelled images to train on. Cloning is cheap: the pixels are shared.
#[derive(Clone, Debug)]
pub struct TrainInputs {
    images: Arc<[u8]>,
    labels: Arc<[u8]>,
    shape: ImageShape,
    classes: usize,
    scale: f32,
    /// What a network sees of each pixel value: 256 numbers for each channel.
    seen: Arc<[[f32; 256]]>,
}

/// What every possible pixel value is mapped to.
fn table(map: impl Fn(f32) -> f32) -> [f32; 256] {
    std::array::from_fn(|value| map(value as f32))
}

impl TrainInputs {
    /// Takes n images of one shape (n × height × width × channels, row-major) with one label below
    /// `classes` each.
    ///
    /// A network sees every value divided by the largest one among these images, so between 0
    /// and 1; images observed later are divided by the same number. [`Self::standardised`] changes
    /// that.
    ///
    /// # Errors
    /// Says what does not fit together.
    pub fn new(
        images: impl Into<Arc<[u8]>>,
        labels: impl Into<Arc<[u8]>>,
        shape: ImageShape,
        classes: usize,
    ) -> Result<Self, TrainingError> {
        let (images, labels) = (images.into(), labels.into());
        if labels.is_empty() || shape.pixels() == 0 {
            return Err(TrainingError::NoImages);
        }
        if !(1..=256).contains(&classes) {
            return Err(TrainingError::Classes(classes));
        }
        check(&images, &labels, shape.pixels(), classes)?;
        let largest = images.iter().copied().max().unwrap_or(0).max(1);
        let scale = 1.0 / f32::from(largest);
        let seen = vec![table(|value| value * scale); shape.channels];
        Ok(Self {
            images,
            labels,
            shape,
            classes,
            scale,
            seen: seen.into(),
        })
    }

    /// The same images, seen with mean 0 and deviation 1 over all of them in every channel.
    #[must_use]
    pub fn standardised(mut self) -> Self {
        let Standardisation { mean, std } = Standardisation::of_images(&self.images, self.shape);
        let channels = mean.iter().zip(&std);
        self.seen = channels
            .map(|(mean, std)| table(|value| (value - mean) / std))
            .collect();
        self
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

    /// The shape of an image.
    #[must_use]
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// What a pixel value is multiplied by before a network sees it, unless it is standardised.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// Checks other images, to be observed, against these.
    pub(crate) fn check(&self, images: &[u8], labels: &[u8]) -> Result<(), TrainingError> {
        check(images, labels, self.shape.pixels(), self.classes)
    }

    /// Label of an image.
    pub(crate) fn label(&self, image: usize) -> u8 {
        self.labels[image]
    }

    /// Appends an image as a network sees it, moved by so many pixels down and to the right. What
    /// comes in at an edge repeats it.
    pub(crate) fn push_image(&self, image: usize, [down, right]: [isize; 2], to: &mut Vec<f32>) {
        let pixels = self.shape.pixels();
        let image = &self.images[image * pixels..][..pixels];
        if [down, right] == [0, 0] {
            return self.push_seen(image, to);
        }
        let ImageShape {
            height,
            width,
            channels,
        } = self.shape;
        let clamp = |at: usize, by: isize, most: usize| at.saturating_add_signed(-by).min(most - 1);
        for y in 0..height {
            let row = &image[clamp(y, down, height) * width * channels..][..width * channels];
            for x in 0..width {
                let pixel = &row[clamp(x, right, width) * channels..][..channels];
                self.push_seen(pixel, to);
            }
        }
    }

    /// Appends whole pixels as a network sees them.
    pub(crate) fn push_seen(&self, pixels: &[u8], to: &mut Vec<f32>) {
        if let [seen] = &*self.seen {
            to.extend(pixels.iter().map(|&value| seen[usize::from(value)]));
            return;
        }
        for pixel in pixels.chunks_exact(self.seen.len()) {
            let values = pixel.iter().zip(&*self.seen);
            to.extend(values.map(|(&value, seen)| seen[usize::from(value)]));
        }
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn inputs(images: Vec<u8>, channels: usize) -> TrainInputs {
        let shape = ImageShape {
            height: 2,
            width: 3,
            channels,
        };
        let labels = vec![0; images.len() / shape.pixels()];
        TrainInputs::new(images, labels, shape, 1).unwrap()
    }

    #[test]
    fn shifts_repeat_the_edge() {
        let inputs = inputs(vec![1, 2, 3, 4, 5, 6], 1);
        let seen = |shift| {
            let mut values = Vec::new();
            inputs.push_image(0, shift, &mut values);
            let whole = values.iter().map(|v| (v * 6.0).round() as u8);
            whole.collect::<Vec<_>>()
        };
        assert_eq!(seen([0, 0]), [1, 2, 3, 4, 5, 6]);
        assert_eq!(seen([0, 1]), [1, 1, 2, 4, 4, 5]);
        assert_eq!(seen([-1, -1]), [5, 6, 6, 5, 6, 6]);
        assert_eq!(seen([5, -9]), [3, 3, 3, 3, 3, 3]);
    }

    #[test]
    fn standardised_channels_have_mean_0_and_deviation_1() {
        let images: Vec<u8> = (0..60_u32).map(|i| (i * 37 % 251) as u8).collect();
        let inputs = inputs(images.clone(), 2).standardised();
        let mut values = Vec::new();
        inputs.push_seen(&images, &mut values);
        for channel in 0..2 {
            let of: Vec<f32> = values.iter().copied().skip(channel).step_by(2).collect();
            let mean = of.iter().sum::<f32>() / 30.0;
            let variance = of.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 30.0;
            assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-5);
        }
        assert!(Standardisation::of_images(&images, inputs.shape()).mean[0] > 1.0);
    }
}
