//! Polarity hit: does a class fall into two clusters by something else than class?

use serde::{Deserialize, Serialize};

use super::error::ProjectionError;
use super::neighborhood_hit::neighborhood_hit;

/// The neighborhood hit of polarity within each class.
///
/// A point's neighbours are looked for among the points of its own class, and counted where they
/// share its polarity. With both polarities equally frequent in a class, 1 means that it is split
/// into clusters by polarity and about 0.5 that polarities are mixed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolarityHit {
    /// For each class, from 0 to the greatest label, the mean over its observations; `None` for a
    /// class of fewer than two.
    pub per_class: Vec<Option<f32>>,
    /// Mean over all observations that have a neighbour; `None` where none has.
    pub overall: Option<f32>,
}

/// Computes the polarity hit of `positions` (n × dims, row-major) with these classes (n) and these
/// polarities (n, any two or more labels), by `k` neighbours (6 in the paper), or all others of
/// the class where there are fewer.
///
/// # Errors
/// As [`neighborhood_hit`].
pub fn polarity_hit(
    positions: &[f32],
    dims: usize,
    classes: &[u8],
    polarities: &[u8],
    k: usize,
) -> Result<PolarityHit, ProjectionError> {
    let n = positions.len().checked_div(dims).unwrap_or(classes.len());
    for found in [classes.len(), polarities.len()] {
        if found != n {
            return Err(ProjectionError::WrongLabelCount { n, found });
        }
    }
    let greatest = classes.iter().max().copied();
    let mut per_class = Vec::new();
    let (mut sum, mut count) = (0.0, 0_usize);
    for class in 0..=greatest.unwrap_or(0) {
        let members = || (0..n).filter(|&i| classes[i] == class);
        let own: Vec<u8> = members().map(|i| polarities[i]).collect();
        if own.len() < 2 {
            per_class.push(None);
            continue;
        }
        let places: Vec<f32> = members()
            .flat_map(|i| &positions[i * dims..(i + 1) * dims])
            .copied()
            .collect();
        let hit = neighborhood_hit(&places, dims, &own, k)?.overall;
        per_class.push(Some(hit));
        sum += f64::from(hit) * own.len() as f64;
        count += own.len();
    }
    Ok(PolarityHit {
        per_class,
        overall: (count > 0).then(|| (sum / count as f64) as f32),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection::random::generator;
    use rand::Rng;

    /// Two classes far apart; 300 points each, whose polarity moves them by `split`.
    fn classes(split: f32) -> (Vec<f32>, Vec<u8>, Vec<u8>) {
        let mut random = generator(1, 0);
        let (mut positions, mut labels, mut polarities) = (vec![], vec![], vec![]);
        for index in 0..600_u32 {
            let (label, polarity) = ((index % 2) as u8, (index / 2 % 2) as u8);
            positions.push(100.0 * f32::from(label) + random.random::<f32>());
            positions.push(split * f32::from(polarity) + random.random::<f32>());
            labels.push(label);
            polarities.push(polarity);
        }
        (positions, labels, polarities)
    }

    #[test]
    fn split_classes_have_1_and_mixed_ones_a_half() {
        let (positions, labels, polarities) = classes(5.0);
        let split = polarity_hit(&positions, 2, &labels, &polarities, 6).unwrap();
        assert_eq!(split.overall, Some(1.0));
        assert_eq!(split.per_class, [Some(1.0), Some(1.0)]);
        let (positions, labels, polarities) = classes(0.0);
        let mixed = polarity_hit(&positions, 2, &labels, &polarities, 6).unwrap();
        let overall = mixed.overall.unwrap();
        assert!((overall - 0.5).abs() < 0.04, "{overall}");
    }

    #[test]
    fn other_classes_are_no_neighbours() {
        // Each point's nearest point is of the other class and polarity, its nearest of its own
        // class is of its polarity.
        let positions = [0.0, 0.1, 1.0, 1.1, 10.0, 10.1, 11.0, 11.1];
        let (labels, polarities) = ([0, 1, 0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 1, 0, 1, 0]);
        let hit = polarity_hit(&positions, 1, &labels, &polarities, 1).unwrap();
        assert_eq!(hit.overall, Some(1.0));
        assert_eq!(
            neighborhood_hit(&positions, 1, &polarities, 1)
                .unwrap()
                .overall,
            0.0
        );
    }

    #[test]
    fn lonely_classes_have_none_and_wrong_lengths_are_said() {
        let hit = polarity_hit(&[0.0, 1.0, 2.0], 1, &[0, 2, 2], &[0, 1, 1], 6).unwrap();
        assert_eq!(hit.per_class, [None, None, Some(1.0)]);
        assert_eq!(hit.overall, Some(1.0));
        let alone = polarity_hit(&[0.0], 1, &[0], &[0], 6).unwrap();
        assert_eq!((alone.per_class, alone.overall), (vec![None], None));
        assert!(polarity_hit(&[0.0, 1.0], 1, &[0, 0], &[0], 6).is_err());
        assert!(polarity_hit(&[0.0, 1.0], 1, &[0], &[0, 0], 6).is_err());
        assert!(polarity_hit(&[0.0, 1.0], 1, &[0, 0], &[0, 1], 0).is_err());
    }
}
