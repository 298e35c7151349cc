//! 3×3 convolutions with zeros around the image: forward, and the gradients.
//!
//! Images lie channel-last, so the three pixels under one row of the kernel are one run of
//! 3 × channels values, and the next window begins `channels` values further. A row of windows
//! therefore is a matrix that need not be built: one segment of the product for each kernel row.

use super::dense::{Packing, sum_rows};
use super::product::{COLUMNS, Left, ROWS, Size, multiply_add, pack};
use crate::dataset::ImageShape;
use crate::network::plan::KERNEL;

/// Buffers of a convolution, kept between calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// One image with a border of zeros.
    padded: Vec<f32>,
    /// The kernel turned around, for the gradient of the input.
    turned: Vec<f32>,
}

/// The shape of an image with its border.
fn with_border(shape: ImageShape) -> ImageShape {
    ImageShape {
        height: shape.height + KERNEL - 1,
        width: shape.width + KERNEL - 1,
        channels: shape.channels,
    }
}

/// Makes room for an image and its border, all zero.
fn clear_border(padded: &mut Vec<f32>, shape: ImageShape) {
    padded.clear();
    padded.resize(with_border(shape).pixels(), 0.0);
}

/// Copies an image inside the border, which stays.
fn fill(padded: &mut [f32], image: &[f32], shape: ImageShape) {
    let row = shape.width * shape.channels;
    let padded_row = with_border(shape).width * shape.channels;
    let inside = padded[padded_row + shape.channels..].chunks_mut(padded_row);
    for (to, from) in inside.zip(image.chunks_exact(row)) {
        to[..row].copy_from_slice(from);
    }
}

/// Adds the convolution of every image to `out`: n × height × width × channels of `shape`, to
/// n × height × width × `channels`. `kernel` is (3 · 3 · channels of `shape`) × `channels`.
fn convolve(
    images: &[f32],
    shape: ImageShape,
    kernel: &[f32],
    channels: usize,
    packing: &mut Packing,
    padded: &mut Vec<f32>,
    out: &mut [f32],
) {
    let run = KERNEL * shape.channels;
    let depth = KERNEL * run;
    pack::<COLUMNS>(&mut packing.right, kernel, [depth, channels], [channels, 1]);
    clear_border(padded, shape);
    let padded_row = with_border(shape).width * shape.channels;
    let size = Size {
        rows: shape.width,
        segments: KERNEL,
        inner: run,
        columns: channels,
    };
    let out_row = shape.width * channels;
    let outs = out.chunks_exact_mut(shape.height * out_row);
    for (image, out) in images.chunks_exact(shape.pixels()).zip(outs) {
        fill(padded, image, shape);
        for (y, out) in out.chunks_exact_mut(out_row).enumerate() {
            let windows = Left {
                values: &padded[y * padded_row..],
                tile: ROWS * shape.channels,
                row: shape.channels,
                segment: padded_row,
                column: 1,
            };
            multiply_add(size, windows, &packing.right, out, channels);
        }
    }
}

/// `out = images ∗ kernel + bias`.
pub(super) fn forward(
    images: &[f32],
    shape: ImageShape,
    kernel: &[f32],
    bias: &[f32],
    packing: &mut Packing,
    scratch: &mut Scratch,
    out: &mut [f32],
) {
    for pixel in out.chunks_exact_mut(bias.len()) {
        pixel.copy_from_slice(bias);
    }
    let channels = bias.len();
    convolve(
        images,
        shape,
        kernel,
        channels,
        packing,
        &mut scratch.padded,
        out,
    );
}

/// Adds the gradients of kernel and bias. `slope` is n × height × width × channels of the output.
pub(super) fn parameter_gradients(
    images: &[f32],
    shape: ImageShape,
    slope: &[f32],
    packing: &mut Packing,
    scratch: &mut Scratch,
    kernel: &mut [f32],
    bias: &mut [f32],
) {
    let channels = bias.len();
    sum_rows(slope, bias);
    clear_border(&mut scratch.padded, shape);
    let area = shape.height * shape.width;
    let run = KERNEL * shape.channels;
    let padded_row = with_border(shape).width * shape.channels;
    let size = Size {
        rows: run,
        segments: shape.height,
        inner: shape.width,
        columns: channels,
    };
    let slopes = slope.chunks_exact(area * channels);
    for (image, slope) in images.chunks_exact(shape.pixels()).zip(slopes) {
        fill(&mut scratch.padded, image, shape);
        pack::<COLUMNS>(&mut packing.right, slope, [area, channels], [channels, 1]);
        for (y, kernel) in kernel.chunks_exact_mut(run * channels).enumerate() {
            // The transposed matrix of windows: one row for each value under the kernel's row.
            let windows = Left {
                values: &scratch.padded[y * padded_row..],
                tile: ROWS,
                row: 1,
                segment: padded_row,
                column: shape.channels,
            };
            multiply_add(size, windows, &packing.right, kernel, channels);
        }
    }
}

/// The gradient for the images: the convolution of `slope` with the kernel turned by half a turn
/// and its channels exchanged.
pub(super) fn input_gradient(
    slope: &[f32],
    shape: ImageShape,
    kernel: &[f32],
    channels: usize,
    packing: &mut Packing,
    scratch: &mut Scratch,
    out: &mut [f32],
) {
    let inputs = shape.channels;
    scratch.turned.clear();
    scratch.turned.reserve(kernel.len());
    for place in (0..KERNEL * KERNEL).rev() {
        let block = &kernel[place * inputs * channels..][..inputs * channels];
        for channel in 0..channels {
            let column = block.iter().skip(channel).step_by(channels);
            scratch.turned.extend(column);
        }
    }
    out.fill(0.0);
    let from = ImageShape { channels, ..shape };
    let Scratch { padded, turned } = scratch;
    convolve(slope, from, turned, inputs, packing, padded, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(length: usize, step: f32) -> Vec<f32> {
        (0..length)
            .map(|i| (i as f32 * step).fract() - 0.5)
            .collect()
    }

    const SHAPES: [(ImageShape, usize); 5] = {
        const fn shape(height: usize, width: usize, channels: usize) -> ImageShape {
            ImageShape {
                height,
                width,
                channels,
            }
        }
        [
            (shape(1, 1, 1), 1),
            (shape(2, 5, 3), 4),
            (shape(7, 7, 1), 8),
            (shape(4, 6, 8), 9),
            (shape(5, 3, 2), 17),
        ]
    };

    /// Every (pixel, kernel place, input pixel) that meet, by the definition.
    fn meetings(shape: ImageShape) -> Vec<(usize, usize, usize)> {
        let (height, width) = (shape.height as isize, shape.width as isize);
        let mut all = Vec::new();
        for y in 0..height {
            for x in 0..width {
                for ky in 0..3 {
                    for kx in 0..3 {
                        let (iy, ix) = (y + ky - 1, x + kx - 1);
                        if (0..height).contains(&iy) && (0..width).contains(&ix) {
                            let place = ky * 3 + kx;
                            all.push((
                                (y * width + x) as usize,
                                place as usize,
                                (iy * width + ix) as usize,
                            ));
                        }
                    }
                }
            }
        }
        all
    }

    #[test]
    fn forward_and_gradients_agree_with_the_definition() {
        for (shape, channels) in SHAPES {
            let (n, area, inputs) = (2, shape.height * shape.width, shape.channels);
            let images = sequence(n * shape.pixels(), 0.37);
            let kernel = sequence(9 * inputs * channels, 0.61);
            let bias = sequence(channels, 0.23);
            let slope = sequence(n * area * channels, 0.71);
            let mut expected_out = vec![0.0; n * area * channels];
            let mut expected_kernel = vec![0.0; kernel.len()];
            let mut expected_images = vec![0.0; images.len()];
            for image in 0..n {
                for pixel in 0..area * channels {
                    expected_out[image * area * channels + pixel] = bias[pixel % channels];
                }
                for &(out, place, from) in &meetings(shape) {
                    for i in 0..inputs {
                        for o in 0..channels {
                            let (at_x, at_w, at_y) = (
                                (image * area + from) * inputs + i,
                                (place * inputs + i) * channels + o,
                                (image * area + out) * channels + o,
                            );
                            expected_out[at_y] += images[at_x] * kernel[at_w];
                            expected_kernel[at_w] += images[at_x] * slope[at_y];
                            expected_images[at_x] += kernel[at_w] * slope[at_y];
                        }
                    }
                }
            }
            let (mut packing, mut scratch) = (Packing::default(), Scratch::default());
            let mut out = vec![9.0; n * area * channels];
            forward(
                &images,
                shape,
                &kernel,
                &bias,
                &mut packing,
                &mut scratch,
                &mut out,
            );
            let mut found_kernel = vec![0.0; kernel.len()];
            let mut found_bias = vec![0.0; channels];
            parameter_gradients(
                &images,
                shape,
                &slope,
                &mut packing,
                &mut scratch,
                &mut found_kernel,
                &mut found_bias,
            );
            let mut found_images = vec![9.0; images.len()];
            input_gradient(
                &slope,
                shape,
                &kernel,
                channels,
                &mut packing,
                &mut scratch,
                &mut found_images,
            );
            for (found, expected) in [
                (&out, &expected_out),
                (&found_kernel, &expected_kernel),
                (&found_images, &expected_images),
            ] {
                for (a, b) in found.iter().zip(expected) {
                    assert!((a - b).abs() < 1e-4, "{a} instead of {b} for {shape:?}");
                }
            }
            for (o, found) in found_bias.iter().enumerate() {
                let expected: f32 = slope.iter().skip(o).step_by(channels).sum();
                assert!((found - expected).abs() < 1e-4);
            }
        }
    }
}
