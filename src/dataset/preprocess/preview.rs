//! What preprocessing does, on a handful of images, to be looked at.

use super::{Preprocessing, PreprocessingError, Standardisation};
use crate::dataset::ImageShape;

/// Deviations from the mean that are shown as black and white, where images are standardised.
const SHOWN_DEVIATIONS: f32 = 2.5;

/// Images after preprocessing, as bytes to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The shape of each.
    pub shape: ImageShape,
    /// Each height × width × channels, row-major, 0 to 255.
    pub images: Vec<Vec<u8>>,
}

impl Preprocessing {
    /// Applies all steps to a few images of one shape (height × width × channels each, 0 to 255).
    ///
    /// What the steps take from the whole training part, the largest value and the mean and
    /// deviation of each channel, is taken from these images alone. Standardised values are shown
    /// with the mean in the middle between black and white, which stand for 2.5 deviations.
    ///
    /// # Errors
    /// As [`Self::filter`].
    pub fn preview(
        &self,
        shape: ImageShape,
        images: &[&[u8]],
    ) -> Result<Preview, PreprocessingError> {
        let mut filter = self.filter(shape)?;
        let shape = filter.shape();
        let mut bytes: Vec<Vec<u8>> = if self.changes_pixels() {
            let values: Vec<Vec<f32>> = images.iter().map(|image| filter.apply(image)).collect();
            let largest = values.iter().flatten().copied().fold(0.0, f32::max);
            let scale = if largest > 0.0 { 255.0 / largest } else { 1.0 };
            let byte = |value: &f32| (value * scale + 0.5) as u8;
            values
                .iter()
                .map(|image| image.iter().map(byte).collect())
                .collect()
        } else {
            images.iter().map(|image| image.to_vec()).collect()
        };
        if self.standardise {
            let standardisation = Standardisation::of_images(&bytes.concat(), shape);
            for image in &mut bytes {
                let mut values: Vec<f32> = image.iter().map(|&value| f32::from(value)).collect();
                standardisation.apply(&mut values);
                for (byte, value) in image.iter_mut().zip(values) {
                    *byte = (127.5 * (1.0 + value / SHOWN_DEVIATIONS) + 0.5) as u8;
                }
            }
        }
        Ok(Preview {
            shape,
            images: bytes,
        })
    }
}
