//! Sorting, once for all.

use std::cmp::Ordering;

/// The numbers from 0 to `n` − 1 in the order that `compare` gives them; equal ones keep theirs.
///
/// The standard library's sort is copied for every kind of item and comparison, some four kilobytes
/// each time. What need not be fast to the last microsecond shares this one, so that the page stays
/// small.
#[inline(never)]
pub fn order(n: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.sort_by(|&a, &b| compare(a as usize, b as usize));
    order
}

/// [`order`] by falling values, of equal ones the lower index first; what is not a number comes last.
pub fn falling(values: &[f32]) -> Vec<u32> {
    let value = |at: usize| match values[at] {
        value if value.is_nan() => f32::NEG_INFINITY,
        value => value,
    };
    order(values.len(), &|a, b| value(b).total_cmp(&value(a)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ones_keep_their_order() {
        assert_eq!(
            falling(&[1.0, 3.0, 1.0, f32::INFINITY, 3.0]),
            [3, 1, 4, 0, 2]
        );
        assert_eq!(falling(&[f32::NAN, -1.0, -f32::NAN, 2.0]), [3, 1, 0, 2]);
        assert_eq!(order(3, &|a, b| b.cmp(&a)), [2, 1, 0]);
        assert!(falling(&[]).is_empty());
    }
}
