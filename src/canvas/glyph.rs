//! The shapes of observations, as masks of how much of each pixel they cover.
//!
//! A mask is computed once per shape, size and sub-pixel position, when a point first needs it, and
//! stamped for every point:
//! drawing a point is then a few short loops over bytes. Colour is no part of a mask, so that a
//! continuous colouring costs no more than ten classes.

use std::cell::OnceCell;

/// The outline of an observation's glyph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Shape {
    /// A circle: correctly classified, or not classified at all.
    #[default]
    Disc,
    /// An equilateral triangle standing on its side: misclassified.
    Triangle,
}

/// Sub-pixel positions per axis: a glyph is drawn at most an eighth of a pixel from its place.
pub const PHASES: i32 = 4;

/// The weight of an opaque pixel.
pub const FULL: u16 = 256;

/// The largest radius a mask is made for, device pixels.
const MAX_RADIUS: f32 = 64.0;

/// Samples per axis in pixels that an edge crosses; each is itself smoothed over its width.
const SAMPLES: i32 = 4;

/// Size and weight of a glyph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GlyphSpec {
    /// What is drawn.
    pub shape: Shape,
    /// The radius of the disc, device pixels; a triangle has the area of that disc.
    pub radius: f32,
    /// Width of the outline, inside the shape's edge, device pixels.
    pub outline: f32,
    /// 0 (nothing is seen) to 1 (nothing shines through).
    pub opacity: f32,
}

impl GlyphSpec {
    /// The same with values that can be drawn.
    fn clamped(self) -> Self {
        let radius = if self.radius.is_finite() {
            self.radius.clamp(0.0, MAX_RADIUS)
        } else {
            0.0
        };
        let outline = if self.outline.is_finite() {
            self.outline.clamp(0.0, radius)
        } else {
            0.0
        };
        let opacity = if self.opacity.is_finite() {
            self.opacity.clamp(0.0, 1.0)
        } else {
            1.0
        };
        Self {
            shape: self.shape,
            radius,
            outline,
            opacity,
        }
    }

    /// How far the glyph may reach from its centre along an axis, device pixels.
    pub fn reach(self) -> f32 {
        match self.shape {
            Shape::Disc => self.clamped().radius,
            Shape::Triangle => 2.0 * apothem(self.clamped().radius),
        }
    }

    /// The distance of the shape's edge, moved inwards by `inset`, from (x, y) relative to the
    /// centre, y down: negative inside. Device pixels.
    fn edge_distance(self, inset: f32, x: f32, y: f32) -> f32 {
        match self.shape {
            // Not `hypot`, which guards against overflow at several times the price.
            Shape::Disc => (x * x + y * y).sqrt() - (self.radius - inset),
            Shape::Triangle => {
                let slope = 0.75f32.sqrt() * x.abs() - 0.5 * y;
                slope.max(y) - (apothem(self.radius) - inset)
            }
        }
    }

    /// The share of the unit pixel around (x, y) that the shape covers, 0 to 1.
    fn coverage(self, inset: f32, x: f32, y: f32) -> f32 {
        let distance = self.edge_distance(inset, x, y);
        if distance.abs() > std::f32::consts::FRAC_1_SQRT_2 {
            return if distance < 0.0 { 1.0 } else { 0.0 };
        }
        let mut covered = 0.0;
        for row in 0..SAMPLES {
            for column in 0..SAMPLES {
                let at = |k: i32| (k as f32 + 0.5) / SAMPLES as f32 - 0.5;
                let distance = self.edge_distance(inset, x + at(column), y + at(row));
                covered += (0.5 - distance * SAMPLES as f32).clamp(0.0, 1.0);
            }
        }
        covered / (SAMPLES * SAMPLES) as f32
    }
}

/// The distance of a triangle's sides from its centre where its area is that of a disc.
fn apothem(radius: f32) -> f32 {
    // Area of an equilateral triangle with apothem a: 3·√3·a².
    radius * (std::f32::consts::PI / 27f32.sqrt()).sqrt()
}

/// One row of a mask, in columns from its left edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaskRow {
    /// First column that is covered at all.
    pub start: u16,
    /// One past the last.
    pub end: u16,
    /// First column of the run that only the fill covers, and wholly.
    pub solid_start: u16,
    /// One past its last.
    pub solid_end: u16,
}

/// How much a glyph covers of each pixel around it, at one sub-pixel position.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// First column, relative to the pixel the glyph's centre is in.
    pub left: i32,
    /// First row, relative to the same pixel.
    pub top: i32,
    /// Columns.
    pub width: usize,
    /// One entry per row.
    pub rows: Vec<MaskRow>,
    /// Weights of fill and outline, of [`FULL`] together at most; `rows × width`, row-major.
    pub weights: Vec<[u16; 2]>,
    /// The weight of the fill in solid runs.
    pub solid: u16,
}

impl Mask {
    /// The mask of a glyph centred at (x, y) in the unit pixel (0, 0), 0 ≤ x, y < 1.
    fn new(spec: GlyphSpec, x: f32, y: f32) -> Self {
        let reach = spec.reach();
        let span = |c: f32| ((c - reach).floor() as i32, (c + reach).ceil() as i32);
        let ((left, right), (top, bottom)) = (span(x), span(y));
        let width = (right - left) as usize;
        let solid = (spec.opacity * f32::from(FULL)).round() as u16;
        let mut rows = Vec::with_capacity((bottom - top) as usize);
        let mut weights = Vec::with_capacity(rows.capacity() * width);
        for row in top..bottom {
            for column in left..right {
                let (dx, dy) = (column as f32 + 0.5 - x, row as f32 + 0.5 - y);
                let weight = |inset: f32| {
                    (spec.coverage(inset, dx, dy) * spec.opacity * f32::from(FULL)).round() as u16
                };
                let whole = weight(0.0);
                let fill = if whole == 0 { 0 } else { weight(spec.outline) };
                weights.push([fill, whole - fill.min(whole)]);
            }
            rows.push(MaskRow::of(&weights[weights.len() - width..], solid));
        }
        Self {
            left,
            top,
            width,
            rows,
            weights,
            solid,
        }
    }
}

impl MaskRow {
    fn of(weights: &[[u16; 2]], solid: u16) -> Self {
        let covered = |w: &[u16; 2]| w[0] + w[1] > 0;
        let whole = |w: &[u16; 2]| *w == [solid, 0];
        let start = weights.iter().position(covered).unwrap_or(0);
        let end = weights.iter().rposition(covered).map_or(start, |e| e + 1);
        let inner = &weights[start..end];
        let solid_start = start + inner.iter().position(whole).unwrap_or(0);
        let run = weights[solid_start..end].iter().take_while(|w| whole(w));
        let solid_end = solid_start + run.count();
        Self {
            start: start as u16,
            end: end as u16,
            solid_start: solid_start as u16,
            solid_end: solid_end as u16,
        }
    }
}

/// The masks of one glyph at all sub-pixel positions.
#[derive(Clone, Debug)]
pub struct GlyphMasks {
    spec: GlyphSpec,
    masks: [OnceCell<Mask>; (PHASES * PHASES) as usize],
}

impl GlyphMasks {
    /// The masks of a glyph, none of them computed yet; a radius above 64 device pixels counts as 64.
    pub fn new(spec: GlyphSpec) -> Self {
        let masks = Default::default();
        Self { spec, masks }
    }

    /// What the masks were made for.
    pub fn spec(&self) -> GlyphSpec {
        self.spec
    }

    /// The mask for a glyph at `x, y` in units of 1/[`PHASES`] device pixel, and the pixel its
    /// centre is in.
    #[inline]
    pub fn at(&self, x: i32, y: i32) -> (&Mask, i32, i32) {
        let (column, row) = (x.rem_euclid(PHASES), y.rem_euclid(PHASES));
        let part = |phase: i32| phase as f32 / PHASES as f32;
        let mask = self.masks[(row * PHASES + column) as usize]
            .get_or_init(|| Mask::new(self.spec.clamped(), part(column), part(row)));
        (mask, x.div_euclid(PHASES), y.div_euclid(PHASES))
    }
}
