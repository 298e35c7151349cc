//! Where the points of a layout start.

use super::random::{generator, normal};

/// Standard deviation of a starting layout along its first axis.
const SPREAD: f32 = 1e-4;

/// Normally distributed around the origin with standard deviation 1e-4: n × 2, interleaved.
pub(crate) fn random_layout(n: usize, seed: u64) -> Vec<f32> {
    let mut random = generator(seed, 2);
    (0..2 * n).map(|_| SPREAD * normal(&mut random)).collect()
}

/// The first two columns of principal coordinates (n × k, row-major), scaled to a standard
/// deviation of 1e-4 along the first; an axis without variance is filled at random, for points on
/// a line would never leave it.
pub(crate) fn principal_layout(coordinates: &[f32], k: usize, seed: u64) -> Vec<f32> {
    let n = coordinates.len() / k.max(1);
    let mut layout = random_layout(n, seed);
    let deviation = |axis: usize| {
        if axis >= k {
            return 0.0;
        }
        let squares: f64 = coordinates
            .chunks_exact(k)
            .map(|row| f64::from(row[axis]).powi(2))
            .sum();
        (squares / n as f64).sqrt()
    };
    let first = deviation(0);
    if first <= f64::from(f32::MIN_POSITIVE) {
        return layout;
    }
    let scale = (f64::from(SPREAD) / first) as f32;
    for axis in 0..2 {
        if deviation(axis) > 1e-6 * first {
            for (point, row) in layout.chunks_exact_mut(2).zip(coordinates.chunks_exact(k)) {
                point[axis] = row[axis] * scale;
            }
        }
    }
    layout
}
