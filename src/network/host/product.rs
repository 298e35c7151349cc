//! The matrix product that every layer is made of.
//!
//! `out += left · right`, in tiles of four rows by eight columns whose sums stay in registers over
//! the whole depth: two loads and four broadcasts feed eight products and eight sums. The right
//! matrix is packed beforehand into strips of eight columns, so that a tile reads it straight
//! through; the left one is read by strides, in *segments*. A segment is what makes a convolution
//! a product: its depth is not one run of values but one run for each row of the kernel (or of the
//! image), a fixed distance apart.

use crate::projection::lanes::Lanes;

/// Rows of a tile.
pub(super) const ROWS: usize = 4;
/// Columns of a tile.
pub(super) const COLUMNS: usize = 8;

/// The shape of a product.
#[derive(Clone, Copy)]
pub(super) struct Size {
    /// Rows of the left matrix and of the result.
    pub rows: usize,
    /// Runs that the depth consists of.
    pub segments: usize,
    /// Depth of one run.
    pub inner: usize,
    /// Columns of the right matrix and of the result.
    pub columns: usize,
}

/// A matrix read by strides: row 4t + r, segment s and column k of it stand at
/// `t * tile + r * row + s * segment + k * column`.
#[derive(Clone, Copy)]
pub(super) struct Left<'a> {
    /// The values.
    pub values: &'a [f32],
    /// Distance between the first rows of two tiles.
    pub tile: usize,
    /// Distance between two rows of a tile.
    pub row: usize,
    /// Distance between two segments.
    pub segment: usize,
    /// Distance between two columns of a segment.
    pub column: usize,
}

/// Packs a `depth × columns` matrix, whose entry (k, j) stands at `k * row + j * column`, into
/// strips of `WIDTH` columns, one behind the other, each depth × `WIDTH`; missing columns are 0.
pub(super) fn pack<const WIDTH: usize>(
    to: &mut Vec<f32>,
    values: &[f32],
    [depth, columns]: [usize; 2],
    [row, column]: [usize; 2],
) {
    let strips = columns.div_ceil(WIDTH);
    to.clear();
    to.resize(strips * depth * WIDTH, 0.0);
    if depth == 0 {
        return;
    }
    for (strip, to) in to.chunks_exact_mut(depth * WIDTH).enumerate() {
        let first = strip * WIDTH;
        let width = WIDTH.min(columns - first);
        if column == 1 {
            for (k, to) in to.chunks_exact_mut(WIDTH).enumerate() {
                let from = &values[k * row + first..][..width];
                to[..width].copy_from_slice(from);
            }
        } else {
            for j in 0..width {
                let from = &values[(first + j) * column..];
                for (k, to) in to.iter_mut().skip(j).step_by(WIDTH).enumerate() {
                    *to = from[k * row];
                }
            }
        }
    }
}

/// `out += left · right`, where `right` was packed into strips of [`COLUMNS`] columns and `out` is
/// row-major with rows `stride` apart.
pub(super) fn multiply_add(
    size: Size,
    left: Left<'_>,
    right: &[f32],
    out: &mut [f32],
    stride: usize,
) {
    let Size {
        rows,
        segments,
        inner,
        columns,
    } = size;
    let depth = segments * inner;
    if rows == 0 || depth == 0 || columns == 0 {
        return;
    }
    let last = rows - 1;
    let of_last = (last / ROWS) * left.tile + (last % ROWS) * left.row;
    let of_whole_tile = (rows / ROWS).saturating_sub(1) * left.tile + last.min(ROWS - 1) * left.row;
    let end =
        of_last.max(of_whole_tile) + (segments - 1) * left.segment + (inner - 1) * left.column;
    assert!(left.values.len() > end);
    assert!(right.len() >= columns.div_ceil(COLUMNS) * depth * COLUMNS);
    assert!(stride >= columns && out.len() >= last * stride + columns);
    for strip in 0..columns.div_ceil(COLUMNS) {
        let right = &right[strip * depth * COLUMNS..][..depth * COLUMNS];
        let width = COLUMNS.min(columns - strip * COLUMNS);
        for tile in 0..rows.div_ceil(ROWS) {
            let at = tile * ROWS * stride + strip * COLUMNS;
            let from = tile * left.tile;
            // SAFETY: the tile lies inside the three matrices, whose sizes were checked above.
            unsafe {
                match rows - tile * ROWS {
                    1 => product_tile::<1>(left, from, size, right, out, at, stride, width),
                    2 => product_tile::<2>(left, from, size, right, out, at, stride, width),
                    3 => product_tile::<3>(left, from, size, right, out, at, stride, width),
                    _ => product_tile::<4>(left, from, size, right, out, at, stride, width),
                }
            }
        }
    }
}

/// # Safety
/// `HEIGHT` rows of `left` from the value `from` on, `right` as one strip, and `HEIGHT` rows of
/// `width` values of `out` from `at` on must lie inside the slices.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
unsafe fn product_tile<const HEIGHT: usize>(
    left: Left<'_>,
    from: usize,
    size: Size,
    right: &[f32],
    out: &mut [f32],
    at: usize,
    stride: usize,
    width: usize,
) {
    let mut sums = [[Lanes::zero(); 2]; HEIGHT];
    // SAFETY: as the caller promises.
    unsafe {
        let mut strip = right.as_ptr();
        for segment in 0..size.segments {
            let mut values = left.values.as_ptr().add(from + segment * left.segment);
            for _ in 0..size.inner {
                let b0 = Lanes::load_raw(strip);
                let b1 = Lanes::load_raw(strip.add(4));
                for (row, sum) in sums.iter_mut().enumerate() {
                    let factor = Lanes::splat(*values.add(row * left.row));
                    sum[0] += factor * b0;
                    sum[1] += factor * b1;
                }
                strip = strip.add(COLUMNS);
                values = values.wrapping_add(left.column);
            }
        }
        for (row, sum) in sums.iter().enumerate() {
            let to = out.as_mut_ptr().add(at + row * stride);
            if width == COLUMNS {
                (Lanes::load_raw(to) + sum[0]).store_raw(to);
                (Lanes::load_raw(to.add(4)) + sum[1]).store_raw(to.add(4));
            } else {
                let values = sum.map(Lanes::to_array);
                for (column, value) in values.as_flattened().iter().take(width).enumerate() {
                    *to.add(column) += value;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(length: usize, step: f32) -> Vec<f32> {
        (0..length)
            .map(|i| (i as f32 * step).fract() - 0.5)
            .collect()
    }

    #[test]
    fn every_shape_of_tile_agrees_with_the_definition() {
        // Miri takes its time: there, each kind of tile once.
        let (most, by) = if cfg!(miri) { (6, 8) } else { (10, 1) };
        for rows in 1..most {
            for (segments, inner) in [(1, 1), (1, 7), (3, 5)] {
                for columns in (1..18).step_by(by) {
                    let depth = segments * inner;
                    let a = sequence(rows * depth, 0.37);
                    let b = sequence(depth * columns, 0.61);
                    let left = Left {
                        values: &a,
                        tile: ROWS * depth,
                        row: depth,
                        segment: inner,
                        column: 1,
                    };
                    let transposed: Vec<f32> = (0..columns * depth)
                        .map(|at| b[(at % depth) * columns + at / depth])
                        .collect();
                    let mut packed = Vec::new();
                    let mut packed_transposed = Vec::new();
                    pack::<COLUMNS>(&mut packed, &b, [depth, columns], [columns, 1]);
                    pack::<COLUMNS>(
                        &mut packed_transposed,
                        &transposed,
                        [depth, columns],
                        [1, depth],
                    );
                    assert_eq!(packed, packed_transposed);
                    let size = Size {
                        rows,
                        segments,
                        inner,
                        columns,
                    };
                    let mut out = vec![1.0; rows * columns];
                    multiply_add(size, left, &packed, &mut out, columns);
                    for i in 0..rows {
                        for j in 0..columns {
                            let products =
                                (0..depth).map(|k| a[i * depth + k] * b[k * columns + j]);
                            let expected = 1.0 + products.sum::<f32>();
                            assert!((out[i * columns + j] - expected).abs() < 1e-5);
                        }
                    }
                }
            }
        }
    }
}
