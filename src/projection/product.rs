//! The one matrix product that everything dense here is made of.

use super::lanes::Lanes;

/// A matrix read by strides: entry (row, column) stands at `row * row_stride + column * column_stride`.
#[derive(Clone, Copy)]
pub(crate) struct Strided<'a> {
    /// The entries.
    pub values: &'a [f32],
    /// Distance between two rows.
    pub row_stride: usize,
    /// Distance between two columns.
    pub column_stride: usize,
}

/// The shape of a product: `rows × inner` times `inner × columns`.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Rows of the left matrix and of the result.
    pub rows: usize,
    /// Columns of the left matrix, rows of the right one.
    pub inner: usize,
    /// Columns of the right matrix and of the result.
    pub columns: usize,
}

/// `c += a · b`, with `b` and `c` row-major (row lengths `b_stride` and `c_stride`).
///
/// Works on tiles of four rows by eight columns that stay in registers over the whole inner
/// dimension: two loads and four broadcasts feed eight products and eight sums.
pub(crate) fn multiply_add(
    shape: Shape,
    a: Strided<'_>,
    b: &[f32],
    b_stride: usize,
    c: &mut [f32],
    c_stride: usize,
) {
    let Shape {
        rows,
        inner,
        columns,
    } = shape;
    if rows == 0 || inner == 0 || columns == 0 {
        return;
    }
    assert!(a.values.len() > (rows - 1) * a.row_stride + (inner - 1) * a.column_stride);
    assert!(b.len() >= (inner - 1) * b_stride + columns);
    assert!(c.len() >= (rows - 1) * c_stride + columns);
    let mut column = 0;
    while column < columns {
        let width = (columns - column).min(8);
        let mut row = 0;
        while row < rows {
            let height = (rows - row).min(4);
            if width == 8 && height == 4 {
                // SAFETY: the tile lies inside the matrices, whose sizes were checked above.
                unsafe { tile(row, column, inner, a, b, b_stride, c, c_stride) };
            } else {
                for i in row..row + height {
                    for j in column..column + width {
                        let mut sum = 0.0;
                        for k in 0..inner {
                            sum += a.values[i * a.row_stride + k * a.column_stride]
                                * b[k * b_stride + j];
                        }
                        c[i * c_stride + j] += sum;
                    }
                }
            }
            row += height;
        }
        column += width;
    }
}

/// # Safety
/// Rows `row..row + 4` and columns `column..column + 8` must lie inside the matrices.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
unsafe fn tile(
    row: usize,
    column: usize,
    inner: usize,
    a: Strided<'_>,
    b: &[f32],
    b_stride: usize,
    c: &mut [f32],
    c_stride: usize,
) {
    let mut sums = [[Lanes::zero(); 2]; 4];
    // SAFETY: as the caller promises.
    unsafe {
        let left = a.values.as_ptr().add(row * a.row_stride);
        let right = b.as_ptr().add(column);
        for k in 0..inner {
            let b0 = Lanes::load_raw(right.add(k * b_stride));
            let b1 = Lanes::load_raw(right.add(k * b_stride + 4));
            for (i, sum) in sums.iter_mut().enumerate() {
                let factor = Lanes::splat(*left.add(i * a.row_stride + k * a.column_stride));
                sum[0] += factor * b0;
                sum[1] += factor * b1;
            }
        }
        for (i, sum) in sums.iter().enumerate() {
            let to = c.as_mut_ptr().add((row + i) * c_stride + column);
            (Lanes::load_raw(to) + sum[0]).store_raw(to);
            (Lanes::load_raw(to.add(4)) + sum[1]).store_raw(to.add(4));
        }
    }
}

/// Σ a·b with four partial sums of four lanes each. The slices must be of the same length.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let length = a.len().min(b.len());
    let mut sums = [Lanes::zero(); 4];
    let mut at = 0;
    while at + 16 <= length {
        for (block, sum) in sums.iter_mut().enumerate() {
            *sum += Lanes::load(a, at + 4 * block) * Lanes::load(b, at + 4 * block);
        }
        at += 16;
    }
    let mut rest = 0.0;
    for i in at..length {
        rest += a[i] * b[i];
    }
    ((sums[0] + sums[1]) + (sums[2] + sums[3])).sum() + rest
}

#[cfg(test)]
mod tests {
    use super::{Shape, Strided, dot, multiply_add};

    fn sequence(length: usize, step: f32) -> Vec<f32> {
        (0..length)
            .map(|i| (i as f32 * step).fract() - 0.5)
            .collect()
    }

    #[test]
    fn product_agrees_with_the_definition() {
        for (rows, inner, columns) in [(1, 1, 1), (4, 3, 8), (7, 5, 19), (12, 33, 24)] {
            let a = sequence(rows * inner, 0.37);
            let b = sequence(inner * columns, 0.61);
            let mut c = vec![1.0; rows * columns];
            let left = Strided {
                values: &a,
                row_stride: 1,
                column_stride: rows,
            };
            let shape = Shape {
                rows,
                inner,
                columns,
            };
            multiply_add(shape, left, &b, columns, &mut c, columns);
            for i in 0..rows {
                for j in 0..columns {
                    let expected: f32 = 1.0
                        + (0..inner)
                            .map(|k| a[k * rows + i] * b[k * columns + j])
                            .sum::<f32>();
                    assert!((c[i * columns + j] - expected).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn dot_product_takes_every_element() {
        let ones = vec![1.0; 37];
        assert_eq!(dot(&ones, &ones), 37.0);
    }
}
