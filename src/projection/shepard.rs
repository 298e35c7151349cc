//! The Shepard diagram: each pair of items by dissimilarity and by distance.

use rand::Rng;

use super::dissimilarity::Dissimilarities;
use super::error::{ProjectionError, check_matrix};
use super::random::generator;

/// Pairs (dissimilarity, distance in the layout) for a Shepard diagram: all of them, in order of
/// the items, or `most` drawn at random with this seed where there are more. `positions`: n × 2,
/// row-major.
pub fn shepard_diagram(
    dissimilarities: &Dissimilarities,
    positions: &[f32],
    most: usize,
    seed: u64,
) -> Result<Vec<[f32; 2]>, ProjectionError> {
    let n = dissimilarities.items();
    check_matrix(positions, n, 2)?;
    let pair = |i: usize, j: usize| {
        let (dx, dy) = (
            positions[2 * i] - positions[2 * j],
            positions[2 * i + 1] - positions[2 * j + 1],
        );
        [dissimilarities.row(i)[j], (dx * dx + dy * dy).sqrt()]
    };
    if n * (n - 1) / 2 <= most {
        return Ok((0..n)
            .flat_map(|i| (i + 1..n).map(move |j| (i, j)))
            .map(|(i, j)| pair(i, j))
            .collect());
    }
    let mut random = generator(seed, 5);
    Ok((0..most)
        .map(|_| {
            let i = random.random_range(0..n as u32) as usize;
            let j = random.random_range(0..n as u32 - 1) as usize;
            pair(i, if j < i { j } else { j + 1 })
        })
        .collect())
}
