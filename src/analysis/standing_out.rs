//! Which observations of an evolution are worth a look.

use super::Predictions;
use crate::ordering::falling;

/// Share of the observations that count as those that moved most, unless a number is given.
pub const MOVED_MOST: f32 = 0.05;

/// How many of `n` observations count as those that moved most, unless a number is given.
pub fn usual_count(n: usize) -> usize {
    ((n as f32 * MOVED_MOST).round() as usize).clamp(1.min(n), n)
}

/// The `count` observations with the longest ways (as of [`crate::trails::Trails::lengths`]) among
/// those that `counts` accepts, ascending; of equal ways the lower indices.
pub fn moved_most(ways: &[f32], count: usize, counts: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut chosen = vec![false; ways.len()];
    let ranked = falling(ways).into_iter().filter(|i| counts(*i));
    for index in ranked.take(count) {
        chosen[index as usize] = true;
    }
    (0..)
        .zip(chosen)
        .filter_map(|(index, chosen)| chosen.then_some(index))
        .collect()
}

/// The observations that are predicted to be of another class than before, ascending.
pub fn changed_prediction(before: &Predictions, after: &Predictions) -> Vec<u32> {
    let pairs = before.predicted.iter().zip(&after.predicted);
    (0u32..)
        .zip(pairs)
        .filter_map(|(index, (before, after))| (before != after).then_some(index))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_ways_are_found_whatever_their_order() {
        let ways = [1.0, 5.0, 2.0, 5.0, 0.0, 9.0];
        let all = |_| true;
        assert_eq!(moved_most(&ways, 3, all), [1, 3, 5]);
        assert_eq!(moved_most(&ways, 2, all), [1, 5], "the lower of two alike");
        assert_eq!(moved_most(&ways, 0, all), [0u32; 0]);
        assert_eq!(moved_most(&ways, 99, all).len(), 6);
        assert_eq!(moved_most(&ways, 2, |i| i != 5), [1, 3]);
    }

    #[test]
    fn one_in_twenty_moved_most_but_at_least_one() {
        let counts = [0, 1, 9, 10, 40, 797, 2000].map(usual_count);
        assert_eq!(counts, [0, 1, 1, 1, 2, 40, 100]);
    }

    #[test]
    fn a_changed_prediction_is_another_class_not_another_probability() {
        let of = |rows: &[f32]| Predictions::from_probabilities(rows.to_vec(), 2).unwrap();
        let before = of(&[0.9, 0.1, 0.2, 0.8, 0.6, 0.4]);
        let after = of(&[0.6, 0.4, 0.7, 0.3, 0.1, 0.9]);
        assert_eq!(changed_prediction(&before, &after), [1, 2]);
        assert!(changed_prediction(&before, &before).is_empty());
        assert!(changed_prediction(&before, &Predictions::default()).is_empty());
    }
}
