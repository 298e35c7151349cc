//! Points and trails.

use std::collections::BTreeMap;

use super::svg::{Svg, number, polyline};
use super::{Picture, Trails};
use crate::canvas::colour::Rgb;
use crate::canvas::glyph::{GlyphSpec, Shape};
use crate::canvas::mark::{Emphasis, Mark};
use crate::canvas::palette::{Theme, class_color};
use crate::canvas::scatter::{GROWTH, ScatterStyle, ring_width};
use crate::canvas::shade::at_step;
use crate::canvas::trail_painter::TrailStyle;
use crate::canvas::viewport::{Bounds, PixelMap, Viewport};
use crate::trails::TrailPaths;

/// Bytes of the look of a point: fill and outline (red, green, blue), shape, emphasis.
pub const LOOK_BYTES: usize = 8;

/// Shades of a colour along a trail; each is a path of its own.
const SHADES: usize = 12;

/// Free room around the points, CSS pixels.
const MARGIN: f64 = 16.0;

/// Height of a picture, as a share of its width.
const HEIGHTS: [f64; 2] = [0.6, 1.0];

/// The looks of points, to be sent with a figure.
pub fn looks_of(marks: &[Mark]) -> Vec<u8> {
    let bytes = |mark: &Mark| {
        let (fill, outline) = (mark.fill, mark.outline);
        [
            fill.r,
            fill.g,
            fill.b,
            outline.r,
            outline.g,
            outline.b,
            mark.shape as u8,
            mark.emphasis as u8,
        ]
    };
    marks.iter().flat_map(bytes).collect()
}

fn mark_of(look: [u8; LOOK_BYTES]) -> Mark {
    let [r, g, b, outline_r, outline_g, outline_b, shape, emphasis] = look;
    Mark {
        fill: Rgb { r, g, b },
        outline: Rgb::new(outline_r, outline_g, outline_b),
        shape: if shape == Shape::Triangle as u8 {
            Shape::Triangle
        } else {
            Shape::Disc
        },
        emphasis: match emphasis {
            0 => Emphasis::Hidden,
            1 => Emphasis::Dimmed,
            2 => Emphasis::Normal,
            _ => Emphasis::Selected,
        },
    }
}

/// Whether a point stands out.
pub(super) fn is_selected(looks: &[u8], index: usize) -> bool {
    let looks = looks.as_chunks::<LOOK_BYTES>().0;
    looks
        .get(index)
        .is_some_and(|look| mark_of(*look).emphasis == Emphasis::Selected)
}

/// What a picture has, as far as its key explains it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signs {
    pub triangles: bool,
    pub selected: bool,
}

/// Points ready to be drawn in a given width.
pub(super) struct Plot<'a> {
    picture: &'a Picture,
    theme: Theme,
    viewport: Viewport,
    marks: Vec<Mark>,
}

impl<'a> Plot<'a> {
    pub fn new(picture: &'a Picture, width: f64, theme: Theme) -> Self {
        let bounds = picture.bounds.or_else(|| Bounds::of(&picture.positions));
        let share = bounds.map_or(HEIGHTS[1], |bounds| {
            let extent = |k: usize| bounds.max[k] - bounds.min[k];
            extent(1) / extent(0)
        });
        let share = if share.is_finite() { share } else { HEIGHTS[1] };
        let height = (width * share.clamp(HEIGHTS[0], HEIGHTS[1])).round();
        // What the visitor zoomed to goes to the very edge.
        let margin = if picture.is_detail { 0.0 } else { MARGIN };
        let viewport = match bounds {
            Some(bounds) => Viewport::fit_bounds(bounds, width, height, margin),
            None => Viewport::fit(&[], width, height, margin),
        };
        let looks = picture.looks.as_chunks::<LOOK_BYTES>().0;
        Self {
            picture,
            theme,
            viewport,
            marks: looks.iter().map(|look| mark_of(*look)).collect(),
        }
    }

    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    pub fn height(&self) -> f64 {
        self.viewport.size()[1]
    }

    pub fn signs(&self) -> Signs {
        let drawn = |mark: &&Mark| mark.emphasis != Emphasis::Hidden;
        let drawn = self.marks.iter().filter(drawn);
        Signs {
            triangles: self.picture.has_points
                && drawn.clone().any(|mark| mark.shape == Shape::Triangle),
            selected: drawn
                .clone()
                .any(|mark| mark.emphasis == Emphasis::Selected),
        }
    }

    /// Draws into the rectangle from (0, 0) to width and height.
    pub fn draw(&self, svg: &mut Svg, labels: &[u8]) {
        let map = self.viewport.pixel_map();
        if let Some(trails) = &self.picture.trails {
            self.trails(svg, trails, labels, &map);
        }
        if self.picture.has_points {
            self.points(svg, &map);
        }
    }

    fn points(&self, svg: &mut Svg, map: &PixelMap) {
        let positions = self.picture.positions.as_chunks::<2>().0;
        let n = positions.len();
        let style = ScatterStyle::for_points(n, &self.viewport, 1.0, self.theme);
        let style = match self.picture.trails {
            Some(_) => style.over_trails(),
            None => style,
        };
        let mut order: Vec<(Mark, [f64; 2])> = self
            .marks
            .iter()
            .zip(positions)
            .map(|(mark, place)| (*mark, place.map(f64::from)))
            .filter(|(mark, place)| {
                let reach = f64::from(2.0 * style.radius * GROWTH);
                mark.emphasis != Emphasis::Hidden && self.viewport.shows(*place, reach)
            })
            .collect();
        // As on the page: what stands out above the rest, discs below triangles, by index.
        order.sort_by_key(|(mark, _)| (mark.emphasis, mark.shape as u8));
        svg.begin("g", &[("id", "points")]);
        for (mark, place) in order {
            self.point(svg, &style, mark, map.pixel(place));
        }
        svg.end();
    }

    fn point(&self, svg: &mut Svg, style: &ScatterStyle, mark: Mark, at: [f64; 2]) {
        let (radius, opacity) = match mark.emphasis {
            Emphasis::Selected => (style.radius * GROWTH, 1.0),
            Emphasis::Dimmed => (style.radius, style.dimmed_opacity),
            _ => (style.radius, style.opacity),
        };
        let (radius, outline) = (f64::from(radius), f64::from(style.outline));
        let selected = mark.emphasis == Emphasis::Selected;
        if selected {
            // A ring around the glyph, drawn as a larger one below it.
            let ring = f64::from(ring_width(style.radius));
            let colour = self.theme.foreground();
            let at = Glyph {
                at,
                radius: radius + ring,
                outline: 0.0,
                opacity: 1.0,
                class: "ring",
            };
            at.draw(svg, mark.shape, colour, colour);
        }
        let opacity = f64::from(opacity);
        let glyph = Glyph {
            at,
            radius,
            outline,
            opacity,
            class: "",
        };
        glyph.draw(svg, mark.shape, mark.fill, mark.outline);
    }

    fn trails(&self, svg: &mut Svg, trails: &Trails, labels: &[u8], map: &PixelMap) {
        let paths = TrailPaths {
            vertices: trails.vertices.clone(),
            times: trails.times.clone(),
            starts: trails.starts.clone(),
        };
        let shown = |trail: &usize| {
            let emphasis = self.marks.get(*trail).map(|mark| mark.emphasis);
            matches!(emphasis, Some(Emphasis::Normal | Emphasis::Selected))
        };
        let shown: Vec<usize> = (0..paths.count()).filter(shown).collect();
        let style = TrailStyle::for_trails(shown.len(), 1.0, self.theme);
        // Paths by step, the earlier below, and by class within each.
        let mut strokes: BTreeMap<(usize, u8), Vec<String>> = BTreeMap::new();
        for trail in shown {
            let label = labels.get(trail).copied().unwrap_or(0);
            let (vertices, times) = paths.trail(trail);
            let places = vertices.iter().map(|v| map.pixel(v.map(f64::from)));
            let places: Vec<[f64; 2]> = places.collect();
            let mut from = 0;
            for to in 1..places.len() {
                let shade = shade_at(times[to]);
                let goes_on = to + 1 < places.len() && shade_at(times[to + 1]) == shade;
                if !goes_on {
                    let path = polyline(places[from..=to].iter().copied());
                    strokes.entry((shade, label)).or_default().push(path);
                    from = to;
                }
            }
        }
        let opacity = number(f64::from(style.opacity));
        svg.begin(
            "g",
            &[
                ("id", "trails"),
                ("fill", "none"),
                ("stroke-width", "1"),
                ("stroke-linejoin", "round"),
            ],
        );
        for ((shade, label), paths) in strokes {
            let time = shade as f64 / (SHADES - 1) as f64;
            let colour = at_step(class_color(usize::from(label)), time, self.theme).css();
            svg.begin("g", &[("stroke", &colour)]);
            for path in paths {
                svg.empty("path", &[("d", &path), ("stroke-opacity", &opacity)]);
            }
            svg.end();
        }
        svg.end();
    }
}

fn shade_at(time: f32) -> usize {
    ((time * (SHADES - 1) as f32 + 0.5) as usize).min(SHADES - 1)
}

/// Where a glyph is and how large; its outline lies inside its edge.
pub(super) struct Glyph {
    pub at: [f64; 2],
    pub radius: f64,
    pub outline: f64,
    pub opacity: f64,
    /// What it is, where it is no point.
    pub class: &'static str,
}

impl Glyph {
    pub fn draw(&self, svg: &mut Svg, shape: Shape, fill: Rgb, outline: Rgb) {
        let (fill, stroke) = (fill.css(), outline.css());
        let (width, opacity) = (number(self.outline), number(self.opacity));
        let mut attributes: Vec<(&str, &str)> = Vec::with_capacity(8);
        if !self.class.is_empty() {
            attributes.push(("class", self.class));
        }
        attributes.push(("fill", &fill));
        if self.outline > 0.0 {
            attributes.extend([("stroke", stroke.as_str()), ("stroke-width", &width)]);
        }
        if self.opacity < 1.0 {
            attributes.push(("opacity", &opacity));
        }
        let [x, y] = self.at;
        let inset = self.outline / 2.0;
        match shape {
            Shape::Disc => {
                let numbers = [x, y, (self.radius - inset).max(0.0)].map(number);
                attributes.extend([
                    ("cx", numbers[0].as_str()),
                    ("cy", &numbers[1]),
                    ("r", &numbers[2]),
                ]);
                svg.empty("circle", &attributes);
            }
            Shape::Triangle => {
                // Up from its centre are two apothems, down is one; half a side is √3 of them.
                let spec = GlyphSpec {
                    shape,
                    radius: self.radius as f32,
                    outline: 0.0,
                    opacity: 1.0,
                };
                let apothem = (f64::from(spec.reach()) / 2.0 - inset).max(0.0);
                let half = 3f64.sqrt() * apothem;
                let corners = [
                    [x, y - 2.0 * apothem],
                    [x + half, y + apothem],
                    [x - half, y + apothem],
                ];
                let path = format!("{}Z", polyline(corners));
                attributes.push(("d", &path));
                svg.empty("path", &attributes);
            }
        }
    }
}
