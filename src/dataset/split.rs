//! Choosing observations class by class, so that a choice looks like the whole.
//!
//! Everything is decided by the labels and a seed: the same on every machine, 32 bits or 64.

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::MOST_CLASSES;
use crate::ordering::order;

/// Splits observations into training and test, each class in the same proportion.
///
/// The test part gets n × `test_fraction` observations, rounded, and no fewer than 1 nor more
/// than n − 1 where the fraction is neither 0 nor 1 and n is at least 2. Each class gives its
/// share to within one observation, as in [`stratified_subset`]. A fraction outside 0 to 1 is
/// taken as the nearer of the two, and one that is not a number as 0.
///
/// Returns the sorted indices of (training, test); together they are all indices, once each.
pub fn stratified_split(labels: &[u8], test_fraction: f64, seed: u64) -> (Vec<u32>, Vec<u32>) {
    let fraction = test_fraction.clamp(0.0, 1.0);
    let n = labels.len();
    // A cast from f64 saturates, and takes what is not a number as 0.
    let mut size = (n as f64 * fraction).round() as usize;
    if n >= 2 && fraction > 0.0 && fraction < 1.0 {
        size = size.clamp(1, n - 1);
    }
    let test = stratified_subset(labels, size, seed);
    let mut chosen = test.iter().copied().peekable();
    let train = (0..=u32::MAX)
        .zip(labels)
        .map(|(index, _)| index)
        .filter(|&index| chosen.next_if_eq(&index).is_none())
        .collect();
    (train, test)
}

/// Chooses `size` observations, or all where there are no more, each class in proportion.
///
/// A class with share s = size × (its observations) / n gives ⌊s⌋ of them, and the classes with
/// the largest remainders one more (lower class first where they tie) until there are `size`.
/// Which ones they are is decided by the seed alone, so a class that gives more to a larger
/// subset gives the same ones and others.
///
/// Returns sorted indices into `labels`, which are counted up to `u32::MAX`.
pub fn stratified_subset(labels: &[u8], size: usize, seed: u64) -> Vec<u32> {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); MOST_CLASSES];
    for (index, &label) in (0..=u32::MAX).zip(labels) {
        members[usize::from(label)].push(index);
    }
    let counts: Vec<usize> = members.iter().map(Vec::len).collect();
    let shares = largest_remainder(&counts, size);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut chosen = vec![false; labels.len()];
    for (mut class, share) in members.into_iter().zip(shares) {
        class.shuffle(&mut rng);
        for index in class.into_iter().take(share) {
            chosen[index as usize] = true;
        }
    }
    (0..=u32::MAX)
        .zip(chosen)
        .filter_map(|(index, chosen)| chosen.then_some(index))
        .collect()
}

/// Shares `total`, or the sum of `counts` where that is less, among the counts in proportion.
fn largest_remainder(counts: &[usize], total: usize) -> Vec<usize> {
    let sum: usize = counts.iter().sum();
    let total = total.min(sum);
    // 128 bits, because a product of two sizes may not fit into one.
    let product = |count: usize| total as u128 * count as u128;
    let whole = (sum as u128).max(1);
    let mut shares: Vec<usize> = counts
        .iter()
        .map(|&count| (product(count) / whole) as usize)
        .collect();
    let remainder = |class: usize| product(counts[class]) % whole;
    let by_remainder = order(counts.len(), &|a, b| remainder(b).cmp(&remainder(a)));
    let left_over = total - shares.iter().sum::<usize>();
    for class in by_remainder.into_iter().take(left_over) {
        shares[class as usize] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_in_proportion_and_ties_go_to_the_lower_class() {
        assert_eq!(largest_remainder(&[50, 30, 20], 10), [5, 3, 2]);
        assert_eq!(largest_remainder(&[1, 1, 1], 2), [1, 1, 0]);
        assert_eq!(largest_remainder(&[10, 0, 1], 5), [5, 0, 0]);
        assert_eq!(largest_remainder(&[2, 3], 100), [2, 3]);
        assert_eq!(largest_remainder(&[0, 0], 4), [0, 0]);
    }
}
