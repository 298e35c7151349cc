//! A scatter plot, drawn point by point into a raster.

use super::colour::Rgb;
use super::density::point_look;
use super::glyph::{GlyphMasks, GlyphSpec, Shape};
use super::mark::{Emphasis, Mark};
use super::palette::Theme;
use super::raster::Raster;
use super::viewport::{PixelMap, Viewport};

/// How all points of a plot are drawn. Lengths are CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScatterStyle {
    /// Light or dark.
    pub theme: Theme,
    /// Device pixels per CSS pixel.
    pub pixel_ratio: f64,
    /// Radius of a disc; a triangle has the area of that disc.
    pub radius: f32,
    /// Width of the outline, inside the glyph.
    pub outline: f32,
    /// Opacity of points, 0 to 1.
    pub opacity: f32,
    /// Opacity of dimmed points, 0 to 1.
    pub dimmed_opacity: f32,
}

/// How much larger selected and hovered points are.
pub(crate) const GROWTH: f32 = 1.35;

/// Width of the ring around a selected point: a share of its radius, and CSS pixels at most.
const RING: (f32, f32) = (0.3, 1.25);

/// Width of a glyph's outline: a share of the radius beyond 1, and CSS pixels at most.
const OUTLINE: (f32, f32) = (0.3, 0.9);

/// How much smaller points are over trails, which they would hide.
const OVER_TRAILS: f32 = 0.5;

/// Width and opacity of the halo around the hovered point; CSS pixels.
const HALO: (f32, f32) = (6.0, 0.28);

/// The width of the ring around a selected point, where points have this radius; CSS pixels.
pub(crate) fn ring_width(radius: f32) -> f32 {
    (RING.0 * radius * GROWTH).min(RING.1)
}

impl ScatterStyle {
    /// The style for `n` points in a viewport, on a screen of `pixel_ratio` device pixels per CSS
    /// pixel.
    pub fn for_points(n: usize, viewport: &Viewport, pixel_ratio: f64, theme: Theme) -> Self {
        let [width, height] = viewport.size();
        let look = point_look(n, width * height);
        Self {
            theme,
            pixel_ratio,
            radius: look.radius,
            outline: (OUTLINE.0 * (look.radius - 1.0)).clamp(0.0, OUTLINE.1),
            opacity: look.opacity,
            dimmed_opacity: 0.3 * look.opacity,
        }
    }

    /// The same for points over trails.
    pub fn over_trails(self) -> Self {
        Self {
            radius: OVER_TRAILS * self.radius,
            outline: OVER_TRAILS * self.outline,
            ..self
        }
    }

    /// A glyph `grown` by a factor, then by `rim` CSS pixels.
    fn glyph(&self, shape: Shape, grown: f32, rim: f32, outline: f32, opacity: f32) -> GlyphMasks {
        let ratio = self.pixel_ratio as f32;
        // For a triangle's sides to move out by `rim`, the disc of its area grows by more.
        let rim = match shape {
            Shape::Disc => rim,
            Shape::Triangle => rim * 1.286,
        };
        GlyphMasks::new(GlyphSpec {
            shape,
            radius: (self.radius * grown + rim) * ratio,
            outline: outline * ratio,
            opacity,
        })
    }
}

/// The masks of one shape in each look it can have.
#[derive(Clone, Debug)]
struct ShapeMasks {
    dimmed: GlyphMasks,
    normal: GlyphMasks,
    grown: GlyphMasks,
    ring: GlyphMasks,
}

impl ShapeMasks {
    fn new(style: &ScatterStyle, shape: Shape) -> Self {
        let ring = ring_width(style.radius);
        Self {
            dimmed: style.glyph(shape, 1.0, 0.0, style.outline, style.dimmed_opacity),
            normal: style.glyph(shape, 1.0, 0.0, style.outline, style.opacity),
            grown: style.glyph(shape, GROWTH, 0.0, style.outline, 1.0),
            ring: style.glyph(shape, GROWTH, ring, 0.0, 1.0),
        }
    }
}

#[derive(Clone, Debug)]
struct Masks {
    style: ScatterStyle,
    disc: ShapeMasks,
    triangle: ShapeMasks,
    halo: GlyphMasks,
}

impl Masks {
    fn new(style: ScatterStyle) -> Self {
        Self {
            style,
            disc: ShapeMasks::new(&style, Shape::Disc),
            triangle: ShapeMasks::new(&style, Shape::Triangle),
            halo: style.glyph(Shape::Disc, GROWTH, HALO.0, 0.0, HALO.1),
        }
    }

    fn of(&self, shape: Shape) -> &ShapeMasks {
        match shape {
            Shape::Disc => &self.disc,
            Shape::Triangle => &self.triangle,
        }
    }
}

/// What a plot shows.
#[derive(Clone, Copy, Debug)]
pub struct Scatter<'a> {
    /// `n × 2`, row-major, data units. What is not finite is not drawn.
    pub positions: &'a [f32],
    /// The look of each observation, `n`. Where the lengths differ, the shorter counts.
    pub marks: &'a [Mark],
    /// Where positions fall.
    pub viewport: &'a Viewport,
    /// The observation under the pointer, drawn above all with a halo.
    pub hovered: Option<u32>,
}

/// Draws scatter plots, and keeps what one frame can take over from the last.
#[derive(Clone, Debug, Default)]
pub struct ScatterPainter {
    masks: Option<Masks>,
    /// Observations in the order they are drawn.
    order: Vec<u32>,
}

/// Two layers, discs below triangles, for each emphasis.
const LAYERS: usize = 8;

impl ScatterPainter {
    /// A painter that has not drawn yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Clears the raster, sizes it to the viewport in device pixels, and draws the plot: dimmed
    /// observations first, then normal, then selected ones; within each, discs before triangles,
    /// by index; the hovered one last.
    pub fn paint(&mut self, raster: &mut Raster, scatter: Scatter<'_>, style: ScatterStyle) {
        let ratio = style.pixel_ratio;
        let [width, height] = scatter
            .viewport
            .size()
            .map(|v| (v * ratio).round().max(1.0) as usize);
        if (raster.width(), raster.height()) != (width, height) {
            raster.resize(width, height);
        }
        raster.clear(style.theme.background());
        self.paint_over(raster, scatter, style);
    }

    /// Draws the plot over what the raster shows, which must have the size of the viewport in device
    /// pixels.
    pub fn paint_over(&mut self, raster: &mut Raster, scatter: Scatter<'_>, style: ScatterStyle) {
        let ratio = style.pixel_ratio;
        let n = scatter.marks.len().min(scatter.positions.len() / 2);
        self.sort_into_layers(&scatter.marks[..n]);
        if self.masks.as_ref().is_none_or(|m| m.style != style) {
            self.masks = Some(Masks::new(style));
        }
        let Some(masks) = &self.masks else { return };
        let mut brush = Brush {
            raster,
            masks,
            positions: scatter.positions.as_chunks::<2>().0,
            map: scatter.viewport.pixel_map().scaled(ratio),
            foreground: style.theme.foreground(),
        };
        for &index in &self.order {
            brush.point(index, scatter.marks[index as usize]);
        }
        if let Some(index) = scatter.hovered
            && let Some(mark) = scatter.marks[..n].get(index as usize)
            && mark.emphasis != Emphasis::Hidden
        {
            brush.hovered(index, *mark);
        }
    }

    /// Counting sort by layer, stable by index, hidden ones left out.
    fn sort_into_layers(&mut self, marks: &[Mark]) {
        let layer = |mark: &Mark| mark.emphasis as usize * 2 + mark.shape as usize;
        let mut next = [0usize; LAYERS];
        for mark in marks {
            next[layer(mark)] += 1;
        }
        next[0] = 0;
        next[1] = 0;
        let mut total = 0;
        for count in &mut next {
            total += std::mem::replace(count, total);
        }
        self.order.resize(total, 0);
        for (mark, index) in marks.iter().zip(0u32..) {
            if mark.emphasis != Emphasis::Hidden {
                let place = &mut next[layer(mark)];
                self.order[*place] = index;
                *place += 1;
            }
        }
    }
}

/// All that drawing one point needs.
struct Brush<'a> {
    raster: &'a mut Raster,
    masks: &'a Masks,
    positions: &'a [[f32; 2]],
    map: PixelMap,
    foreground: Rgb,
}

impl Brush<'_> {
    fn pixel(&self, index: u32) -> [f64; 2] {
        self.map
            .pixel(self.positions[index as usize].map(f64::from))
    }

    fn point(&mut self, index: u32, mark: Mark) {
        let [x, y] = self.pixel(index);
        let masks = self.masks.of(mark.shape);
        let glyph = match mark.emphasis {
            Emphasis::Hidden => return,
            Emphasis::Dimmed => &masks.dimmed,
            Emphasis::Normal => &masks.normal,
            Emphasis::Selected => return self.ringed(x, y, mark),
        };
        self.raster.draw(glyph, x, y, mark.fill, mark.outline);
    }

    fn ringed(&mut self, x: f64, y: f64, mark: Mark) {
        let masks = self.masks.of(mark.shape);
        let ring = self.foreground;
        self.raster.draw(&masks.ring, x, y, ring, ring);
        self.raster
            .draw(&masks.grown, x, y, mark.fill, mark.outline);
    }

    fn hovered(&mut self, index: u32, mark: Mark) {
        let [x, y] = self.pixel(index);
        let colour = self.foreground;
        self.raster.draw(&self.masks.halo, x, y, colour, colour);
        self.ringed(x, y, mark);
    }
}
