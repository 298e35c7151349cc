//! The largest of each 2×2 pixels: forward, and the gradient.

use crate::dataset::ImageShape;
use crate::network::plan::POOL;

/// For each output pixel of an image its first value, and the first values of the four input
/// pixels it is made of.
fn windows(shape: ImageShape) -> impl Iterator<Item = (usize, [usize; 4])> {
    let (height, width) = (shape.height / POOL, shape.width / POOL);
    (0..height * width).map(move |out| {
        let (y, x) = (out / width * POOL, out % width * POOL);
        let at = |dy: usize, dx: usize| ((y + dy) * shape.width + x + dx) * shape.channels;
        let inputs = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
        (out * shape.channels, inputs)
    })
}

/// Values of one image after the pool.
fn pooled(shape: ImageShape) -> usize {
    (shape.height / POOL) * (shape.width / POOL) * shape.channels
}

/// n × height × width × channels of `shape`, to a quarter of the pixels.
pub(super) fn forward(images: &[f32], shape: ImageShape, out: &mut [f32]) {
    let channels = shape.channels;
    let outs = out.chunks_exact_mut(pooled(shape));
    for (image, out) in images.chunks_exact(shape.pixels()).zip(outs) {
        for (at, inputs) in windows(shape) {
            let [a, b, c, d] = inputs.map(|from| &image[from..from + channels]);
            let to = &mut out[at..at + channels];
            for ((((to, a), b), c), d) in to.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                // Not f32::max, which would drop what is not a number.
                let upper = if b > a { *b } else { *a };
                let lower = if d > c { *d } else { *c };
                *to = if lower > upper { lower } else { upper };
            }
        }
    }
}

/// The gradient for the images: each slope goes to the first of the four pixels that is the
/// largest. `out` of the forward pass is `pooled`.
pub(super) fn input_gradient(
    images: &[f32],
    shape: ImageShape,
    outputs: &[f32],
    slope: &[f32],
    out: &mut [f32],
) {
    let channels = shape.channels;
    out.fill(0.0);
    let slopes = slope.chunks_exact(pooled(shape));
    let outputs = outputs.chunks_exact(pooled(shape));
    let images = images.chunks_exact(shape.pixels());
    let outs = out.chunks_exact_mut(shape.pixels());
    for (((image, out), output), slope) in images.zip(outs).zip(outputs).zip(slopes) {
        for (at, inputs) in windows(shape) {
            let largest = &output[at..at + channels];
            let slope = &slope[at..at + channels];
            let [a, b, c, _] = inputs.map(|from| &image[from..from + channels]);
            for channel in 0..channels {
                let winner = match largest[channel] {
                    value if a[channel] == value => 0,
                    value if b[channel] == value => 1,
                    value if c[channel] == value => 2,
                    _ => 3,
                };
                out[inputs[winner] + channel] = slope[channel];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_wins_and_gets_the_slope_once() {
        // 3×5 pixels of two channels: the last row and column are left out.
        let shape = ImageShape {
            height: 3,
            width: 5,
            channels: 2,
        };
        let mut image: Vec<f32> = (0..30).map(|i| ((i * 7) % 11) as f32).collect();
        // A tie in the first window of channel 0: pixels (0, 0) and (1, 1).
        image[0] = 20.0;
        image[12] = 20.0;
        let mut out = vec![0.0; 4];
        forward(&image, shape, &mut out);
        let value = |y: usize, x: usize, c: usize| image[(y * 5 + x) * 2 + c];
        for (x, c) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let window = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(dy, dx)| value(dy, 2 * x + dx, c));
            assert_eq!(out[x * 2 + c], window.into_iter().fold(f32::MIN, f32::max));
        }
        let mut gradient = vec![9.0; 30];
        input_gradient(&image, shape, &out, &[1.0, 2.0, 3.0, 4.0], &mut gradient);
        assert_eq!(gradient.iter().sum::<f32>(), 10.0);
        assert_eq!(
            (gradient[0], gradient[12]),
            (1.0, 0.0),
            "the first of equals"
        );
        assert_eq!(gradient.iter().filter(|g| **g != 0.0).count(), 4);
    }
}
