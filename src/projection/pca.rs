//! Principal component analysis, at once or in slices.

use super::error::{ProjectionError, check_matrix};
use super::pca_fit::PcaFit;
use super::product::{Shape, Strided, multiply_add};

/// Rows taken into cache together.
pub(crate) const BLOCK: usize = 32;

/// The directions of greatest variance of a matrix, and the projection onto them.
///
/// Each component is signed so that its entry of greatest magnitude is positive, as scikit-learn
/// does since 1.5.
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// Mean of each column: d.
    pub mean: Vec<f32>,
    /// Components, orthonormal: k × d, row-major, by descending variance. A component beyond the
    /// rank of the data may be zero.
    pub components: Vec<f32>,
    /// Variance along each component (divided by n − 1): k.
    pub explained_variance: Vec<f32>,
    pub(crate) d: usize,
}

impl Pca {
    /// Finds the first `k` components (fewer where n or d is less) of `data`: n × d, row-major.
    ///
    /// Exact through the covariance matrix, or the Gram matrix where n < d, when the lesser of n
    /// and d is at most 96; by Chebyshev-filtered subspace iteration from a random block of
    /// `seed` beyond.
    pub fn fit(
        data: &[f32],
        n: usize,
        d: usize,
        k: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        check_matrix(data, n, d)?;
        let mut fit = PcaFit::new(n, d, k, seed);
        while !fit.advance(data) {}
        Ok(fit.finish(data))
    }

    /// Number of components.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.explained_variance.len()
    }

    /// Coordinates of the rows of `data` (n × d, row-major) along the components: n × k, row-major.
    #[must_use]
    pub fn transform(&self, data: &[f32]) -> Vec<f32> {
        let k = self.dimensions();
        let n = data.len() / self.d;
        let mut coordinates = vec![0.0; n * k];
        self.transform_rows(data, 0, n, &mut coordinates);
        coordinates
    }

    /// As [`Self::transform`], for rows `from..to` only.
    pub(crate) fn transform_rows(
        &self,
        data: &[f32],
        from: usize,
        to: usize,
        coordinates: &mut [f32],
    ) {
        let (d, k) = (self.d, self.dimensions());
        let mut by_feature = vec![0.0; d * k];
        for c in 0..k {
            for j in 0..d {
                by_feature[j * k + c] = self.components[c * d + j];
            }
        }
        let mut block = vec![0.0; BLOCK * d];
        for start in (from..to).step_by(BLOCK) {
            let rows = BLOCK.min(to - start);
            centre(&data[start * d..(start + rows) * d], &self.mean, &mut block);
            let left = Strided {
                values: &block,
                row_stride: d,
                column_stride: 1,
            };
            let shape = Shape {
                rows,
                inner: d,
                columns: k,
            };
            multiply_add(
                shape,
                left,
                &by_feature,
                k,
                &mut coordinates[start * k..(start + rows) * k],
                k,
            );
        }
    }
}

/// Rows less the mean, into the beginning of `block`.
pub(crate) fn centre(rows: &[f32], mean: &[f32], block: &mut [f32]) {
    for (row, to) in rows
        .chunks_exact(mean.len())
        .zip(block.chunks_exact_mut(mean.len()))
    {
        for ((to, &x), &m) in to.iter_mut().zip(row).zip(mean) {
            *to = x - m;
        }
    }
}
