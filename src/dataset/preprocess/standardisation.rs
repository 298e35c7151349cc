//! Standardisation: every channel moved and stretched to mean 0 and deviation 1.

use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, ImageShape};

/// The mean and the standard deviation of every channel over the training part, for pixel values
/// from 0 to 255.
///
/// x becomes (x − mean) / deviation, in the training and the test part alike, so that nothing of
/// the test part enters the network's inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standardisation {
    /// One mean per channel.
    pub mean: Vec<f32>,
    /// One deviation per channel, positive: that of the whole population (divided by n, as numpy
    /// does), and 1 for a channel whose values are all the same, which so becomes 0.
    pub std: Vec<f32>,
}

impl Standardisation {
    /// Computes both from the training part of a data set.
    pub fn of(dataset: &Dataset) -> Self {
        Self::of_images(&dataset.train.images, dataset.shape)
    }

    /// Computes both from images of one shape (n × height × width × channels, row-major).
    ///
    /// A shape without channels gives no mean; without images, means are 0 and deviations 1.
    /// Values beyond the last whole pixel are not looked at.
    pub fn of_images(images: &[u8], shape: ImageShape) -> Self {
        let channels = shape.channels;
        // Exact: the sums of whole numbers up to 255 and of their squares fit into 64 bits for
        // any number of images that fits into memory.
        let mut sums = vec![(0_u64, 0_u64); channels];
        let pixels = images.len().checked_div(channels).unwrap_or(0);
        if channels > 0 {
            for pixel in images.chunks_exact(channels) {
                for (sum, &value) in sums.iter_mut().zip(pixel) {
                    let value = u64::from(value);
                    sum.0 += value;
                    sum.1 += value * value;
                }
            }
        }
        let (mean, std) = sums
            .into_iter()
            .map(|(sum, squares)| mean_and_deviation(sum, squares, pixels as u64))
            .unzip();
        Self { mean, std }
    }

    /// Channels it was computed for.
    pub fn channels(&self) -> usize {
        self.mean.len()
    }

    /// Standardises interleaved values in place: value i belongs to channel i mod channels.
    ///
    /// `values` are pixel values from 0 to 255, whole pixels of [`Self::channels`] channels.
    /// A network that reads pixels divided by 255 gets the same from [`Self::scaled`].
    pub fn apply(&self, values: &mut [f32]) {
        if self.mean.is_empty() {
            return;
        }
        for pixel in values.chunks_mut(self.mean.len()) {
            for ((value, mean), std) in pixel.iter_mut().zip(&self.mean).zip(&self.std) {
                *value = (*value - mean) / std;
            }
        }
    }

    /// The same map for values that were multiplied by `scale` before, such as 1 / 255.
    pub fn scaled(&self, scale: f32) -> Self {
        let times = |numbers: &[f32]| numbers.iter().map(|number| number * scale).collect();
        Self {
            mean: times(&self.mean),
            std: times(&self.std),
        }
    }
}

/// Mean and population deviation of n values with this sum and this sum of squares.
fn mean_and_deviation(sum: u64, squares: u64, n: u64) -> (f32, f32) {
    if n == 0 {
        return (0.0, 1.0);
    }
    // n² times the variance, in whole numbers, so that nothing cancels.
    let spread = u128::from(n) * u128::from(squares) - u128::from(sum) * u128::from(sum);
    let mean = sum as f64 / n as f64;
    let deviation = if spread == 0 {
        1.0
    } else {
        (spread as f64).sqrt() / n as f64
    };
    (mean as f32, deviation as f32)
}
