//! How much better one layout separates each class than another.

use crate::projection::NeighborhoodHit;

/// The neighborhood hit of a class, or of all observations, in two layouts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HitPair {
    /// The class; `None` for the mean over all observations.
    pub class: Option<u8>,
    /// On the left, 0 to 1; none where the left layout has no observation of the class.
    pub left: Option<f32>,
    /// On the right, likewise.
    pub right: Option<f32>,
}

impl HitPair {
    /// By how much the right hit is greater, −1 to 1.
    pub fn difference(&self) -> Option<f32> {
        Some(self.right? - self.left?)
    }
}

/// Pairs the hits: all observations first, then the classes that either layout has.
pub fn compare_hits(left: &NeighborhoodHit, right: &NeighborhoodHit) -> Vec<HitPair> {
    let whole = HitPair {
        class: None,
        left: left.defined(),
        right: right.defined(),
    };
    let of = |hit: &NeighborhoodHit, class: u8| hit.per_class.get(usize::from(class)).copied();
    let classes = (0..=u8::MAX).map(|class| HitPair {
        class: Some(class),
        left: of(left, class).flatten(),
        right: of(right, class).flatten(),
    });
    let is_there = |pair: &HitPair| pair.left.is_some() || pair.right.is_some();
    std::iter::once(whole)
        .chain(classes.filter(is_there))
        .collect()
}

/// Where the axis of a chart of these pairs begins, 0 to 0.9: the tenth below the least hit, so that
/// differences between high hits can be seen.
pub fn axis_start(pairs: &[HitPair]) -> f32 {
    let hits = pairs
        .iter()
        .flat_map(|pair| [pair.left, pair.right])
        .flatten();
    let least = hits.fold(1.0, f32::min);
    ((least * 10.0).floor() / 10.0).clamp(0.0, 0.9)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(per_class: &[Option<f32>], overall: f32) -> NeighborhoodHit {
        NeighborhoodHit {
            k: 6,
            per_observation: Vec::new(),
            per_class: per_class.to_vec(),
            overall,
        }
    }

    #[test]
    fn classes_are_paired_after_the_whole() {
        let left = hit(&[Some(0.5), None, Some(0.75)], 0.625);
        let right = hit(&[Some(0.75), None, None, Some(1.0)], 0.875);
        let pairs = compare_hits(&left, &right);
        let classes: Vec<_> = pairs.iter().map(|pair| pair.class).collect();
        assert_eq!(classes, [None, Some(0), Some(2), Some(3)]);
        let differences: Vec<_> = pairs.iter().map(HitPair::difference).collect();
        assert_eq!(differences, [Some(0.25), Some(0.25), None, None]);
    }

    #[test]
    fn the_axis_begins_at_a_tenth_below_all() {
        let start = |least| {
            axis_start(&compare_hits(
                &hit(&[Some(least)], 0.9),
                &hit(&[Some(0.99)], 0.99),
            ))
        };
        assert_eq!(start(0.43), 0.4);
        assert_eq!(start(0.0), 0.0);
        assert_eq!(start(0.95), 0.9);
        assert_eq!(axis_start(&[]), 0.9);
    }
}
