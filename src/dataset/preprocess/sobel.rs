//! The Sobel operator: how steeply brightness changes, whichever way.

use super::border::reflect;

/// The length of the gradient of one channel (height × width, row-major) by the Sobel operator,
/// √(s₀² + s₁²) where s₀ and s₁ are `scipy.ndimage.sobel` along rows and columns (mode
/// "reflect"). An edge from 0 to 1 gives 4. It does not tell bright on dark from dark on bright.
///
/// A plane that is not whole rows of `width` has no gradient: an empty vector.
pub fn sobel_magnitude(plane: &[f32], width: usize) -> Vec<f32> {
    if width == 0 || !plane.len().is_multiple_of(width) {
        return Vec::new();
    }
    let height = plane.len() / width;
    let row = |y: isize| {
        let from = reflect(y, height) * width;
        &plane[from..from + width]
    };
    let mut magnitude = Vec::with_capacity(plane.len());
    // Of each column of the three rows: the difference between the lower and the upper, and the
    // weighted sum; one more at either end.
    let mut difference = vec![0.0; width + 2];
    let mut smooth = vec![0.0; width + 2];
    for y in 0..height as isize {
        let (above, here, below) = (row(y - 1), row(y), row(y + 1));
        for x in 0..width {
            difference[x + 1] = below[x] - above[x];
            smooth[x + 1] = above[x] + 2.0 * here[x] + below[x];
        }
        for line in [&mut difference, &mut smooth] {
            line[0] = line[1];
            line[width + 1] = line[width];
        }
        magnitude.extend((0..width).map(|x| {
            let down = difference[x] + 2.0 * difference[x + 1] + difference[x + 2];
            let across = smooth[x + 2] - smooth[x];
            (down * down + across * across).sqrt()
        }));
    }
    magnitude
}
