//! A picture in memory, in the layout of a canvas' `ImageData`.

use super::colour::Rgb;
use super::glyph::{FULL, GlyphMasks, Mask, PHASES};

/// `width × height` opaque RGBA pixels, row-major from the top, in device pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Raster {
    /// A black picture.
    pub fn new(width: usize, height: usize) -> Self {
        let mut raster = Self::default();
        raster.resize(width, height);
        raster.clear(Rgb::default());
        raster
    }

    /// Changes the size; nothing is allocated where the size stays or shrinks. What the picture
    /// shows is undefined until it is cleared.
    pub fn resize(&mut self, width: usize, height: usize) {
        self.width = width;
        self.height = height;
        self.pixels.resize(width * height * 4, 255);
    }

    /// Takes another picture over; nothing is allocated where it is not larger.
    pub fn copy_from(&mut self, other: &Self) {
        (self.width, self.height) = (other.width, other.height);
        self.pixels.clone_from(&other.pixels);
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The bytes, `height × width × 4`, for `ImageData`.
    pub fn bytes(&self) -> &[u8] {
        &self.pixels
    }

    /// The colour of a pixel; `None` outside the picture.
    pub fn pixel(&self, x: usize, y: usize) -> Option<Rgb> {
        if x >= self.width {
            return None;
        }
        let pixels = self.pixels.as_chunks::<4>().0;
        let &[r, g, b, _] = pixels.get(y * self.width + x)?;
        Some(Rgb { r, g, b })
    }

    /// The pixels of a row, R, G, B, A each; `None` outside the picture.
    pub(super) fn row_mut(&mut self, y: usize) -> Option<&mut [[u8; 4]]> {
        let pixels = self.pixels.as_chunks_mut::<4>().0;
        pixels.get_mut(y * self.width..(y + 1) * self.width)
    }

    /// Makes every pixel `colour`.
    pub fn clear(&mut self, colour: Rgb) {
        let pixels = self.pixels.as_chunks_mut::<4>().0;
        pixels.fill(packed(colour).to_le_bytes());
    }

    /// Draws a glyph with its centre at (x, y), device pixels from the top left corner, to the
    /// nearest quarter of a pixel. What lies outside the picture is cut off; a position that is
    /// not finite is skipped.
    #[inline]
    pub fn draw(&mut self, glyph: &GlyphMasks, x: f64, y: f64, fill: Rgb, outline: Rgb) {
        let reach = f64::from(glyph.spec().reach()) + 1.0;
        let seen = x > -reach
            && y > -reach
            && x < self.width as f64 + reach
            && y < self.height as f64 + reach;
        if !seen {
            return;
        }
        let phase = |v: f64| (v * f64::from(PHASES) + 0.5).floor() as i32;
        let (mask, column, row) = glyph.at(phase(x), phase(y));
        self.stamp(mask, column, row, fill, outline);
    }

    /// Lays a mask over the picture, relative to the pixel at (column, row).
    fn stamp(&mut self, mask: &Mask, column: i32, row: i32, fill: Rgb, outline: Rgb) {
        let (left, top) = (column + mask.left, row + mask.top);
        let first_row = (-top).clamp(0, mask.rows.len() as i32) as usize;
        let rows_left = (self.height as i32 - top).clamp(0, mask.rows.len() as i32) as usize;
        let first_column = (-left).clamp(0, mask.width as i32) as usize;
        let columns_left = (self.width as i32 - left).clamp(0, mask.width as i32) as usize;
        let ink = Ink::new(fill, outline, mask.solid);
        let pixels = self.pixels.as_chunks_mut::<4>().0;
        for k in first_row..rows_left {
            let row = mask.rows[k];
            let clip = |c: u16| usize::from(c).clamp(first_column, columns_left.max(first_column));
            let (start, end) = (clip(row.start), clip(row.end));
            if start >= end {
                continue;
            }
            let line = (top + k as i32) as usize * self.width;
            let at = (line as isize + left as isize + start as isize) as usize;
            let run = &mut pixels[at..at + (end - start)];
            let weights = &mask.weights[k * mask.width + start..k * mask.width + end];
            let solid = clip(row.solid_start) - start..clip(row.solid_end) - start;
            ink.blend(&mut run[..solid.start], &weights[..solid.start]);
            ink.fill(&mut run[solid.clone()]);
            ink.blend(&mut run[solid.end..], &weights[solid.end..]);
        }
    }
}

/// The two colours of a glyph, taken apart for blending: red and blue share one word and green
/// has another, so that each product of a byte and a weight has sixteen bits of its own.
struct Ink {
    fill: [u32; 2],
    outline: [u32; 2],
    /// The fill as a whole pixel.
    opaque: u32,
    /// The weight of the fill in solid runs.
    solid: u32,
}

const RED_BLUE: u32 = 0x00ff_00ff;
const GREEN: u32 = 0x0000_00ff;
const ALPHA: u32 = 0xff00_0000;
/// Half a unit in each lane: rounds instead of cutting off.
const HALF: u32 = 0x0080_0080;

impl Ink {
    fn new(fill: Rgb, outline: Rgb, solid: u16) -> Self {
        Self {
            fill: lanes(packed(fill)),
            outline: lanes(packed(outline)),
            opaque: packed(fill),
            solid: u32::from(solid),
        }
    }

    /// Blends fill and outline by the weights of each pixel.
    #[inline]
    fn blend(&self, pixels: &mut [[u8; 4]], weights: &[[u16; 2]]) {
        for (pixel, &[fill, outline]) in pixels.iter_mut().zip(weights) {
            let (fill, outline) = (u32::from(fill), u32::from(outline));
            let ground = u32::from(FULL) - fill - outline;
            let under = lanes(u32::from_le_bytes(*pixel));
            let mixed = [0, 1].map(|k| {
                under[k] * ground + self.fill[k] * fill + self.outline[k] * outline + HALF
            });
            *pixel = joined(mixed).to_le_bytes();
        }
    }

    /// Lays the fill over pixels that it covers wholly.
    #[inline]
    fn fill(&self, pixels: &mut [[u8; 4]]) {
        if self.solid == u32::from(FULL) {
            pixels.fill(self.opaque.to_le_bytes());
            return;
        }
        let ground = u32::from(FULL) - self.solid;
        let ink = self.fill.map(|lane| lane * self.solid + HALF);
        for pixel in pixels {
            let under = lanes(u32::from_le_bytes(*pixel));
            let mixed = [0, 1].map(|k| under[k] * ground + ink[k]);
            *pixel = joined(mixed).to_le_bytes();
        }
    }
}

/// An opaque pixel as the word whose little-endian bytes are R, G, B, A.
fn packed(colour: Rgb) -> u32 {
    u32::from_le_bytes([colour.r, colour.g, colour.b, 255])
}

/// Red and blue, and green, each byte with eight zero bits above it.
#[inline]
fn lanes(pixel: u32) -> [u32; 2] {
    [pixel & RED_BLUE, (pixel >> 8) & GREEN]
}

/// The opaque pixel of lanes that were multiplied by weights of 256 together.
#[inline]
fn joined(lanes: [u32; 2]) -> u32 {
    ((lanes[0] >> 8) & RED_BLUE) | (lanes[1] & (GREEN << 8)) | ALPHA
}
