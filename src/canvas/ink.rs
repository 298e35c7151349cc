//! Ink of many colours, gathered from lines and then poured over a picture.

use super::colour::Rgb;
use super::raster::Raster;
use crate::projection::lanes::Lanes;

/// Numbers per pixel: ink times red, green and blue (0 to 255), and ink.
const PARTS: usize = 4;

/// How much ink lies on each pixel, and its colour. Ink adds up in any order; opacity is
/// 1 − exp(−ink), which is that of layers upon layers.
#[derive(Clone, Debug, Default)]
pub(super) struct Ink {
    width: usize,
    height: usize,
    /// (height + 3) × (width + 2): pixel (x, y) is at (x + 1, y + 1). The border takes what is
    /// laid beside the picture; the last row is spare, for rounding.
    parts: Vec<[f32; PARTS]>,
    /// First and last row with ink, in rows of `parts`.
    touched: Option<[usize; 2]>,
}

impl Ink {
    /// Changes the size; where it changes, all ink is gone.
    pub fn resize(&mut self, width: usize, height: usize) {
        if (self.width, self.height) != (width, height) || self.parts.is_empty() {
            (self.width, self.height) = (width, height);
            self.parts.clear();
            self.parts
                .resize(self.stride() * (height + 3), [0.0; PARTS]);
            self.touched = None;
        }
    }

    /// Pixels in a row, with its border.
    fn stride(&self) -> usize {
        self.width + 2
    }

    /// Draws a line of `ink` per pixel of its length, device pixels from the top left corner. A line
    /// is about a pixel wide; of one through the middle of pixels, each gets `ink`.
    ///
    /// Along the axis in which the line goes farther, every column of pixels gets what lies in it,
    /// shared between the two pixels that the line runs between. What two lines that follow each
    /// other leave in the column of their joint adds up to a whole: they join without gap or blot.
    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], ink: f32, colour: Rgb) {
        // Pixel centres at whole numbers, with the border counted.
        let [mut from, mut to] = [[from[0] + 0.5, from[1] + 0.5], [to[0] + 0.5, to[1] + 0.5]];
        let along = [to[0] - from[0], to[1] - from[1]];
        if !(along[0].is_finite() && along[1].is_finite()) {
            return;
        }
        let limits = [self.width as f32 + 1.0, self.height as f32 + 1.0];
        if !(is_within(from, limits) && is_within(to, limits)) {
            let Some(part) = visible_part(from, along, [0.0; 2], limits) else {
                return;
            };
            let start = from;
            for k in 0..2 {
                from[k] = within(start[k] + along[k] * part[0], 0.0, limits[k]);
                to[k] = within(start[k] + along[k] * part[1], 0.0, limits[k]);
            }
        }
        let (top, bottom) = if from[1] < to[1] {
            (from[1], to[1])
        } else {
            (to[1], from[1])
        };
        self.touch(top as usize, bottom as usize + 1);
        let [r, g, b] = [
            f32::from(colour.r),
            f32::from(colour.g),
            f32::from(colour.b),
        ];
        let colour = Lanes::load(&[r, g, b, 1.0], 0);
        let stride = self.stride();
        if along[0].abs() >= along[1].abs() {
            if along[0] != 0.0 {
                let way = Way::new(from, to, along[1] / along[0], limits[1]);
                self.columns(way, [1, stride], ink, colour);
            }
        } else {
            let swapped = |[x, y]: [f32; 2]| [y, x];
            let way = Way::new(swapped(from), swapped(to), along[0] / along[1], limits[0]);
            self.columns(way, [stride, 1], ink, colour);
        }
    }

    fn touch(&mut self, first: usize, last: usize) {
        self.touched = Some(match self.touched {
            Some(rows) => [rows[0].min(first), rows[1].max(last)],
            None => [first, last],
        });
    }

    /// Lays ink into every column along a line; `strides` from column to column and across.
    #[inline]
    fn columns(&mut self, way: Way, strides: [usize; 2], ink: f32, colour: Lanes) {
        let ink = ink * (1.0 + way.slope * way.slope).sqrt();
        let (first, last) = ((way.start + 0.5) as usize, (way.end + 0.5) as usize);
        for column in first..=last {
            let middle = column as f32;
            let low = if column == first {
                way.start
            } else {
                middle - 0.5
            };
            let high = if column == last {
                way.end
            } else {
                middle + 0.5
            };
            let amount = ink * (high - low);
            let across = way.across + way.slope * (0.5 * (low + high) - way.start);
            let across = within(across, 0.0, way.limit);
            let near = across as usize;
            let share = across - near as f32;
            let at = column * strides[0] + near * strides[1];
            self.lay(at, amount * (1.0 - share), colour);
            self.lay(at + strides[1], amount * share, colour);
        }
    }

    #[inline]
    fn lay(&mut self, at: usize, amount: f32, colour: Lanes) {
        let pixel = &mut self.parts[at];
        let sum = Lanes::load(pixel, 0) + colour * Lanes::splat(amount);
        sum.store(pixel, 0);
    }

    /// Blends all ink over a picture of the same size, and is empty afterwards.
    pub fn pour(&mut self, raster: &mut Raster) {
        let Some([first, last]) = self.touched.take() else {
            return;
        };
        let stride = self.stride();
        for row in first..=last.min(self.height + 1) {
            let line = &mut self.parts[row * stride..(row + 1) * stride];
            let is_seen = (1..=self.height).contains(&row);
            if let Some(pixels) = is_seen.then(|| raster.row_mut(row - 1)).flatten() {
                pour_row(line[1..].as_flattened(), pixels);
            }
            line.fill([0.0; PARTS]);
        }
    }
}

/// A line along the axis in which it goes farther.
struct Way {
    /// Where it starts and ends along that axis, start ≤ end.
    start: f32,
    end: f32,
    /// Where it starts across, how far it goes across per unit along, and the greatest place across.
    across: f32,
    slope: f32,
    limit: f32,
}

impl Way {
    /// Ends: along, across.
    #[inline]
    fn new(from: [f32; 2], to: [f32; 2], slope: f32, limit: f32) -> Self {
        let (from, to) = if from[0] <= to[0] {
            (from, to)
        } else {
            (to, from)
        };
        Self {
            start: from[0],
            end: to[0],
            across: from[1],
            slope,
            limit,
        }
    }
}

#[inline]
fn is_within(place: [f32; 2], limits: [f32; 2]) -> bool {
    place[0] >= 0.0 && place[1] >= 0.0 && place[0] <= limits[0] && place[1] <= limits[1]
}

/// The nearest number from `low` to `high`. Comparisons, because `f32::min` and `f32::max` are calls
/// of a function in WebAssembly.
#[inline]
fn within(x: f32, low: f32, high: f32) -> f32 {
    if x > low {
        if x < high { x } else { high }
    } else {
        low
    }
}

/// The part of a line within a rectangle, as shares of its way from `from` along `along`.
pub(super) fn visible_part(
    from: [f32; 2],
    along: [f32; 2],
    low: [f32; 2],
    high: [f32; 2],
) -> Option<[f32; 2]> {
    let (mut start, mut end) = (0.0_f32, 1.0_f32);
    for k in 0..2 {
        if along[k] == 0.0 {
            if !(from[k] >= low[k] && from[k] <= high[k]) {
                return None;
            }
            continue;
        }
        let ends = [low[k], high[k]].map(|limit| (limit - from[k]) / along[k]);
        start = start.max(ends[0].min(ends[1]));
        end = end.min(ends[0].max(ends[1]));
    }
    (start < end).then_some([start, end])
}

/// Blends a row of ink over a row of pixels.
fn pour_row(ink: &[f32], pixels: &mut [[u8; 4]]) {
    let (blocks, rest) = ink.as_chunks::<{ 4 * PARTS }>();
    let whole = pixels.len() - pixels.len() % 4;
    for (block, pixels) in blocks.iter().zip(pixels[..whole].chunks_exact_mut(4)) {
        pour_four(block, pixels);
    }
    if whole < pixels.len() {
        // What lies beyond the row is a border without a pixel.
        let mut block = [0.0; 4 * PARTS];
        let from = blocks.get(whole / 4).map_or(rest, |block| &block[..]);
        block[..from.len()].copy_from_slice(from);
        pour_four(&block, &mut pixels[whole..]);
    }
}

/// Blends four pixels' ink over them; over the first of them, where they are fewer.
fn pour_four(ink: &[f32; 4 * PARTS], pixels: &mut [[u8; 4]]) {
    if ink[3] + ink[7] + ink[11] + ink[15] == 0.0 {
        return;
    }
    let rows = [0, 4, 8, 12].map(|at| Lanes::load(ink, at));
    let [red, green, blue, amount] = Lanes::transpose(rows);
    let clear = (Lanes::zero() - amount).exp_of_negative();
    let least = Lanes::splat(1e-20);
    let cover = (Lanes::splat(1.0) - clear) / amount.max(least);
    let clear = clear.to_array();
    let colours = [red, green, blue].map(|part| (part * cover).to_array());
    for (k, pixel) in pixels.iter_mut().enumerate() {
        for (byte, colour) in pixel.iter_mut().zip(&colours) {
            *byte = (f32::from(*byte) * clear[k] + colour[k] + 0.5) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All ink, and its centre of mass.
    fn weigh(ink: &Ink) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for (at, pixel) in ink.parts.iter().enumerate() {
            let amount = f64::from(pixel[3]);
            sums[0] += amount;
            sums[1] += amount * (at % ink.stride()) as f64;
            sums[2] += amount * (at / ink.stride()) as f64;
        }
        [sums[0], sums[1] / sums[0], sums[2] / sums[0]]
    }

    #[test]
    fn ink_is_in_proportion_to_length_however_a_line_is_cut() {
        let from = [7.3_f32, 11.9];
        for to in [
            [30.2, 12.7],
            [8.1, 33.0],
            [7.9, 12.0],
            [33.3, 37.9],
            [7.3, 2.0],
            [1.5, 11.9],
        ] {
            let length = f64::from(to[0] - from[0]).hypot(f64::from(to[1] - from[1]));
            for parts in [1, 2, 3, 40] {
                let mut ink = Ink::default();
                ink.resize(40, 40);
                let at = |k: usize| {
                    let share = k as f32 / parts as f32;
                    [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share)
                };
                for k in 0..parts {
                    ink.line(at(k), at(k + 1), 0.5, Rgb::new(200, 0, 0));
                }
                let [amount, x, y] = weigh(&ink);
                assert!((amount - 0.5 * length).abs() < 1e-4 * (1.0 + length));
                // Pixel centres are at halves, and the border is a pixel wide. What lies in a part of
                // a column at either end counts in its middle.
                let middle = [0, 1].map(|k| f64::from(from[k] + to[k]) / 2.0 + 0.5);
                let room = 0.01 + 0.25 / length;
                assert!((x - middle[0]).abs() < room && (y - middle[1]).abs() < room);
            }
        }
    }
}
