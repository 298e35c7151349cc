//! Gaussian blur.

use super::PreprocessingError;
use super::border::{pad, reflect};

/// Deviations of the Gaussian at which its kernel ends, as in scipy.ndimage.
const TRUNCATE: f64 = 4.0;

/// The widest blur, pixels; no image that a network of ours learns from needs more.
pub const MOST_SIGMA: f32 = 16.0;

/// A blur with a sampled Gaussian, equal to `scipy.ndimage.gaussian_filter` with its defaults
/// (mode "reflect", truncate 4): rows and columns one after the other.
#[derive(Clone, Debug)]
pub struct Gaussian {
    /// Weights from −radius to radius; their sum is 1.
    kernel: Vec<f32>,
    padded: Vec<f32>,
    columns: Vec<f32>,
}

impl Gaussian {
    /// A blur of standard deviation `sigma`, pixels.
    ///
    /// # Errors
    /// [`PreprocessingError::Sigma`] unless it is above 0 and at most [`MOST_SIGMA`].
    pub fn new(sigma: f32) -> Result<Self, PreprocessingError> {
        // Written so that what is not a number is refused too.
        if !(sigma > 0.0 && sigma <= MOST_SIGMA) {
            return Err(PreprocessingError::Sigma(sigma));
        }
        let sigma = f64::from(sigma);
        let radius = (TRUNCATE * sigma + 0.5) as i32;
        let weights: Vec<f64> = (-radius..=radius)
            .map(|offset| {
                let deviations = f64::from(offset) / sigma;
                exponential(-0.5 * deviations * deviations)
            })
            .collect();
        let sum: f64 = weights.iter().sum();
        Ok(Self {
            kernel: weights
                .into_iter()
                .map(|weight| (weight / sum) as f32)
                .collect(),
            padded: Vec::new(),
            columns: Vec::new(),
        })
    }

    /// Blurs one channel (height × width, row-major) in place. A plane that is not whole rows of
    /// `width` is left as it is.
    pub fn blur(&mut self, plane: &mut [f32], width: usize) {
        if width == 0 || !plane.len().is_multiple_of(width) {
            return;
        }
        let height = plane.len() / width;
        let radius = self.kernel.len() / 2;
        self.columns.clear();
        self.columns.resize(plane.len(), 0.0);
        for (y, blurred) in self.columns.chunks_exact_mut(width).enumerate() {
            for (offset, weight) in self.kernel.iter().enumerate() {
                let from = reflect(y as isize + offset as isize - radius as isize, height);
                let row = &plane[from * width..(from + 1) * width];
                for (sum, value) in blurred.iter_mut().zip(row) {
                    *sum += weight * value;
                }
            }
        }
        let rows = plane.chunks_exact_mut(width);
        for (row, column_blurred) in rows.zip(self.columns.chunks_exact(width)) {
            pad(column_blurred.iter().copied(), radius, &mut self.padded);
            row.fill(0.0);
            for (offset, weight) in self.kernel.iter().enumerate() {
                for (sum, value) in row.iter_mut().zip(&self.padded[offset..]) {
                    *sum += weight * value;
                }
            }
        }
    }
}

/// e to the power of a number that is not positive, from arithmetic alone: the standard library's
/// may differ in its last bits from one machine to the next. Relative error below 1e-12.
fn exponential(x: f64) -> f64 {
    /// Kernels end where the exponent is −8 (and half a pixel more for narrow ones).
    const HALVINGS: i32 = 10;
    let small = x / f64::from(1 << HALVINGS);
    let mut power = 1.0;
    for term in (1..=12).rev() {
        power = 1.0 + small / f64::from(term) * power;
    }
    for _ in 0..HALVINGS {
        power *= power;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_agrees_with_the_standard_library() {
        for x in [0.0, -1e-9, -0.1, -1.0, -4.0, -8.0, -12.5, -60.0] {
            let expected = f64::exp(x);
            assert!(
                ((exponential(x) - expected) / expected).abs() < 1e-12,
                "{x}"
            );
        }
    }

    #[test]
    fn impossible_widths_are_refused_and_tiny_ones_change_nothing() {
        for sigma in [0.0, -1.0, f32::NAN, f32::INFINITY, 16.1] {
            assert!(matches!(
                Gaussian::new(sigma),
                Err(PreprocessingError::Sigma(_))
            ));
        }
        let mut plane = [1.0, 2.0, 3.0, 4.0];
        Gaussian::new(1e-30).unwrap().blur(&mut plane, 2);
        assert_eq!(plane, [1.0, 2.0, 3.0, 4.0]);
    }
}
