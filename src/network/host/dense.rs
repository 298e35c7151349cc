//! Fully connected layers: forward, and the gradients.

use super::product::{COLUMNS, Left, ROWS, Size, multiply_add, pack};

/// Buffers that products pack their matrices into, kept between calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Packing {
    pub(super) left: Vec<f32>,
    pub(super) right: Vec<f32>,
}

/// A row-major matrix as the left side of a product.
fn rows(values: &[f32], row: usize) -> Left<'_> {
    Left {
        values,
        tile: ROWS * row,
        row,
        segment: 0,
        column: 1,
    }
}

/// `out = input · weight + bias`: n × inputs, inputs × width, width, to n × width.
pub(super) fn forward(
    input: &[f32],
    n: usize,
    weight: &[f32],
    bias: &[f32],
    packing: &mut Packing,
    out: &mut [f32],
) {
    let width = bias.len();
    let inputs = weight.len() / width;
    for row in out.chunks_exact_mut(width) {
        row.copy_from_slice(bias);
    }
    pack::<COLUMNS>(&mut packing.right, weight, [inputs, width], [width, 1]);
    let size = Size {
        rows: n,
        segments: 1,
        inner: inputs,
        columns: width,
    };
    multiply_add(size, rows(input, inputs), &packing.right, out, width);
}

/// Adds the gradients of weight and bias: `inputᵀ · slope` and the sum of the rows of `slope`,
/// n × width.
pub(super) fn parameter_gradients(
    input: &[f32],
    slope: &[f32],
    n: usize,
    packing: &mut Packing,
    weight: &mut [f32],
    bias: &mut [f32],
) {
    let width = bias.len();
    let inputs = weight.len() / width;
    sum_rows(slope, bias);
    pack::<ROWS>(&mut packing.left, input, [n, inputs], [inputs, 1]);
    pack::<COLUMNS>(&mut packing.right, slope, [n, width], [width, 1]);
    let left = Left {
        values: &packing.left,
        tile: ROWS * n,
        row: 1,
        segment: 0,
        column: ROWS,
    };
    let size = Size {
        rows: inputs,
        segments: 1,
        inner: n,
        columns: width,
    };
    multiply_add(size, left, &packing.right, weight, width);
}

/// The gradient for the input, `slope · weightᵀ`: n × inputs.
pub(super) fn input_gradient(
    slope: &[f32],
    n: usize,
    weight: &[f32],
    width: usize,
    packing: &mut Packing,
    out: &mut [f32],
) {
    let inputs = weight.len() / width;
    out.fill(0.0);
    pack::<COLUMNS>(&mut packing.right, weight, [width, inputs], [1, width]);
    let size = Size {
        rows: n,
        segments: 1,
        inner: width,
        columns: inputs,
    };
    multiply_add(size, rows(slope, width), &packing.right, out, inputs);
}

/// Adds every row of `values` to `sums`.
pub(super) fn sum_rows(values: &[f32], sums: &mut [f32]) {
    for row in values.chunks_exact(sums.len()) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
}
