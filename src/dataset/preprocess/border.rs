//! What lies beyond the border of an image: its mirror image, the border itself twice.

/// The index in 0..n that stands for `position` by reflection about the edges of the border
/// pixels, (d c b a | a b c d | d c b a), as often as needed; scipy.ndimage calls it "reflect".
/// n must not be 0.
pub(super) fn reflect(position: isize, n: usize) -> usize {
    let n = n as isize;
    let within = position.rem_euclid(2 * n);
    within.min(2 * n - 1 - within) as usize
}

/// Writes a line of values with `radius` reflected values at either end into `padded`.
pub(super) fn pad(line: impl ExactSizeIterator<Item = f32>, radius: usize, padded: &mut Vec<f32>) {
    let n = line.len();
    padded.clear();
    padded.resize(radius, 0.0);
    padded.extend(line);
    padded.resize(n + 2 * radius, 0.0);
    for distance in 1..=radius {
        let (before, after) = (-(distance as isize), (n + distance - 1) as isize);
        padded[radius - distance] = padded[radius + reflect(before, n)];
        padded[radius + n + distance - 1] = padded[radius + reflect(after, n)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reflects_about_the_edge_of_the_border_pixels_again_and_again() {
        let around: Vec<usize> = (-7..10).map(|position| reflect(position, 3)).collect();
        assert_eq!(around, [0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2]);
        assert!((-5..5).all(|position| reflect(position, 1) == 0));
    }

    #[test]
    fn a_padded_line_goes_on_in_its_mirror_image() {
        let mut padded = Vec::new();
        pad([1.0, 2.0, 3.0].into_iter(), 4, &mut padded);
        assert_eq!(
            padded,
            [3.0, 3.0, 2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 1.0]
        );
    }
}
