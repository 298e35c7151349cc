//! Choices of observations: their sizes, their proportions, and that they never change.

use hidden_activity::dataset::{stratified_split, stratified_subset};
use proptest::prelude::*;

/// How many of `chosen` have each label.
fn counts(labels: &[u8], chosen: &[u32]) -> [usize; 256] {
    let mut counts = [0; 256];
    for &index in chosen {
        counts[usize::from(labels[index as usize])] += 1;
    }
    counts
}

fn all(labels: &[u8]) -> Vec<u32> {
    (0..labels.len() as u32).collect()
}

#[test]
fn a_seed_means_the_same_choice_for_ever() {
    // Saved analyses and the shipped digits name observations by these; they must never change.
    let labels: Vec<u8> = (0..30).map(|i| i % 3).collect();
    assert_eq!(stratified_subset(&labels, 6, 1), [4, 5, 9, 23, 24, 28]);
    assert_ne!(
        stratified_subset(&labels, 6, 1),
        stratified_subset(&labels, 6, 2)
    );
}

#[test]
fn small_and_strange_splits() {
    assert_eq!(stratified_split(&[], 0.5, 1), (vec![], vec![]));
    assert_eq!(stratified_split(&[4], 0.5, 1), (vec![], vec![0]));
    assert_eq!(
        stratified_split(&[4, 4, 4], 0.0, 1),
        (vec![0, 1, 2], vec![])
    );
    assert_eq!(
        stratified_split(&[4, 4, 4], 7.0, 1),
        (vec![], vec![0, 1, 2])
    );
    assert_eq!(
        stratified_split(&[4, 4, 4], f64::NAN, 1),
        (vec![0, 1, 2], vec![])
    );
    // Neither part is empty where both were asked for.
    assert_eq!(stratified_split(&[4, 4, 4], 0.001, 1).1.len(), 1);
    assert_eq!(stratified_split(&[4, 4, 4], 0.999, 1).0.len(), 1);
}

proptest! {
    #[test]
    fn a_subset_has_its_size_and_proportions(labels in prop::collection::vec(0..12_u8, 0..300), size in 0..400_usize, seed: u64) {
        let chosen = stratified_subset(&labels, size, seed);
        let n = labels.len();
        prop_assert_eq!(chosen.len(), size.min(n));
        prop_assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(chosen.iter().all(|&index| (index as usize) < n));
        if size >= n {
            prop_assert_eq!(&chosen, &all(&labels));
        }
        let whole = counts(&labels, &all(&labels));
        for (part, whole) in counts(&labels, &chosen).into_iter().zip(whole) {
            let share = (chosen.len() * whole) as f64 / n.max(1) as f64;
            prop_assert!((part as f64 - share).abs() < 1.0);
        }
        prop_assert_eq!(stratified_subset(&labels, size, seed), chosen);
    }

    #[test]
    fn a_split_covers_everything_once(labels in prop::collection::vec(any::<u8>(), 2..300), fraction in 0.001..0.999_f64, seed: u64) {
        let (train, test) = stratified_split(&labels, fraction, seed);
        prop_assert!(!train.is_empty() && !test.is_empty());
        prop_assert!((test.len() as f64 - labels.len() as f64 * fraction).abs() <= 1.0);
        prop_assert!(train.windows(2).chain(test.windows(2)).all(|pair| pair[0] < pair[1]));
        let mut both = [train, test].concat();
        both.sort_unstable();
        prop_assert_eq!(both, all(&labels));
    }
}
