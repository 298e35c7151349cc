//! Thousands of trails as thin lines whose density can be read.

use super::colour::Rgb;
use super::glyph::{GlyphMasks, GlyphSpec, Shape};
use super::ink::{Ink, visible_part};
use super::mark::Emphasis;
use super::palette::Theme;
use super::raster::Raster;
use super::shade::at_step;
use super::viewport::{PixelMap, Viewport};
use crate::trails::TrailPaths;

/// Shades of a colour along a trail.
const SHADES: usize = 32;

/// Share of a line's opacity that a dimmed trail has.
const DIMMED: f32 = 0.2;

/// Opacity of a selected trail, relative to the others.
const SELECTED: f32 = 2.5;

/// Radius of the line of the hovered trail, and of its rim in the colour of the ground; CSS pixels.
const HOVERED: [f32; 2] = [1.5, 2.75];

/// Distance between the discs that make up the line of the hovered trail, CSS pixels.
const DISC_SPACING: f32 = 0.5;

/// Discs on one straight part of the hovered trail at most: enough for any screen.
const MOST_DISCS: f32 = 50_000.0;

/// How all trails of a picture are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrailStyle {
    /// Light or dark: trails become brighter or darker on the way.
    pub theme: Theme,
    /// Device pixels per CSS pixel.
    pub pixel_ratio: f64,
    /// Opacity of a single line where nothing crosses it, above 0 and below 1.
    pub opacity: f32,
}

/// Opacities of single lines, among very many trails and among few.
const OPACITIES: [f32; 2] = [0.06, 0.85];

/// So many trails are drawn at about 0.7 of full opacity.
const FEW_TRAILS: f32 = 600.0;

impl TrailStyle {
    /// The style for `n` trails on a screen of `pixel_ratio` device pixels per CSS pixel: the more
    /// trails, the more transparent.
    pub fn for_trails(n: usize, pixel_ratio: f64, theme: Theme) -> Self {
        let opacity = (FEW_TRAILS / (FEW_TRAILS + n as f32)).sqrt();
        Self {
            theme,
            pixel_ratio,
            opacity: opacity.clamp(OPACITIES[0], OPACITIES[1]),
        }
    }
}

/// What a picture of trails shows.
#[derive(Clone, Copy, Debug)]
pub struct TrailScene<'a> {
    /// The trails, data units.
    pub paths: &'a TrailPaths,
    /// The colour of each trail (n), as of its class. Where lengths differ, the shortest counts.
    pub colours: &'a [Rgb],
    /// How much each trail stands out (n).
    pub emphasis: &'a [Emphasis],
    /// Where positions fall.
    pub viewport: &'a Viewport,
    /// The trail under the pointer, drawn above all as a thick line.
    pub hovered: Option<u32>,
}

/// Draws trails, and keeps its memory from frame to frame.
///
/// A line lays down ink in proportion to its length. A pixel's opacity follows from all ink on it as
/// if the lines lay over each other one by one, and its colour is the mean of theirs: the picture
/// does not depend on the order of the trails.
#[derive(Clone, Debug, Default)]
pub struct TrailPainter {
    ink: Ink,
    shades: Vec<Shades>,
}

/// A colour from the first to the last step.
#[derive(Clone, Debug)]
struct Shades {
    colour: Rgb,
    theme: Theme,
    shades: [Rgb; SHADES],
}

impl TrailPainter {
    /// A painter that has not drawn yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws trails over what the raster shows: dimmed and normal ones, then selected ones, the
    /// hovered one last. The raster must have the size of the viewport in device pixels.
    pub fn paint(&mut self, raster: &mut Raster, scene: TrailScene<'_>, style: TrailStyle) {
        let opacity = if style.opacity > 0.0 {
            style.opacity.min(0.99)
        } else {
            return;
        };
        // So much ink gives this opacity: opacity = 1 − exp(−ink).
        let ink = -(1.0 - opacity).ln();
        let map = scene.viewport.pixel_map().scaled(style.pixel_ratio);
        let n = scene.paths.count();
        let n = n.min(scene.colours.len()).min(scene.emphasis.len());
        self.ink.resize(raster.width(), raster.height());
        for layer in [
            &[Emphasis::Dimmed, Emphasis::Normal][..],
            &[Emphasis::Selected],
        ] {
            for trail in 0..n {
                let emphasis = scene.emphasis[trail];
                if !layer.contains(&emphasis) {
                    continue;
                }
                let weight = match emphasis {
                    Emphasis::Hidden => continue,
                    Emphasis::Dimmed => DIMMED * ink,
                    Emphasis::Normal => ink,
                    Emphasis::Selected => SELECTED * ink,
                };
                let shades = self.shades(scene.colours[trail], style.theme);
                self.line(scene.paths, trail, &map, weight, shades);
            }
            self.ink.pour(raster);
        }
        if let Some(trail) = scene.hovered.map(|trail| trail as usize)
            && trail < n
            && scene.emphasis[trail] != Emphasis::Hidden
        {
            let shades = self.shades(scene.colours[trail], style.theme);
            thick_line(
                raster,
                scene.paths,
                trail,
                &map,
                &self.shades[shades],
                style,
            );
        }
    }

    /// Where the shades of a colour are kept.
    fn shades(&mut self, colour: Rgb, theme: Theme) -> usize {
        let held = |shades: &Shades| shades.colour == colour && shades.theme == theme;
        if let Some(found) = self.shades.iter().position(held) {
            return found;
        }
        // As many as there can be classes; what a page no longer uses goes with the rest.
        if self.shades.len() >= 256 {
            self.shades.clear();
        }
        let shade = |k: usize| at_step(colour, k as f64 / (SHADES - 1) as f64, theme);
        self.shades.push(Shades {
            colour,
            theme,
            shades: std::array::from_fn(shade),
        });
        self.shades.len() - 1
    }

    fn line(&mut self, paths: &TrailPaths, trail: usize, map: &PixelMap, ink: f32, shades: usize) {
        let (vertices, times) = paths.trail(trail);
        let shades = &self.shades[shades].shades;
        let mut from: Option<[f32; 2]> = None;
        for (vertex, &time) in vertices.iter().zip(times) {
            let [x, y] = map.pixel([f64::from(vertex[0]), f64::from(vertex[1])]);
            let to = [x as f32, y as f32];
            if let Some(from) = from {
                self.ink.line(from, to, ink, shades[shade_at(time)]);
            }
            from = Some(to);
        }
    }
}

fn shade_at(time: f32) -> usize {
    ((time * (SHADES - 1) as f32 + 0.5) as usize).min(SHADES - 1)
}

/// A line of discs with a rim in the colour of the ground, so that it stands out from the others.
fn thick_line(
    raster: &mut Raster,
    paths: &TrailPaths,
    trail: usize,
    map: &PixelMap,
    shades: &Shades,
    style: TrailStyle,
) {
    let (vertices, times) = paths.trail(trail);
    let ground = style.theme.background();
    let size = [raster.width() as f32, raster.height() as f32];
    let spacing = DISC_SPACING * style.pixel_ratio as f32;
    for (radius, is_rim) in [(HOVERED[1], true), (HOVERED[0], false)] {
        let radius = radius * style.pixel_ratio as f32;
        let disc = GlyphMasks::new(GlyphSpec {
            shape: Shape::Disc,
            radius,
            outline: 0.0,
            opacity: 1.0,
        });
        let mut from: Option<[f32; 2]> = None;
        for (vertex, &time) in vertices.iter().zip(times) {
            let to = map.pixel(vertex.map(f64::from)).map(|x| x as f32);
            let colour = if is_rim {
                ground
            } else {
                shades.shades[shade_at(time)]
            };
            let start = from.unwrap_or(to);
            from = Some(to);
            let along = [to[0] - start[0], to[1] - start[1]];
            let high = size.map(|x| x + radius);
            let Some([first, last]) = visible_part(start, along, [-radius; 2], high) else {
                continue;
            };
            let length = (along[0] * along[0] + along[1] * along[1]).sqrt() * (last - first);
            let parts = (length / spacing).ceil().clamp(1.0, MOST_DISCS);
            for part in 0..=parts as u32 {
                let share = first + (last - first) * (part as f32 / parts);
                let (x, y) = (start[0] + along[0] * share, start[1] + along[1] * share);
                raster.draw(&disc, x.into(), y.into(), colour, colour);
            }
        }
    }
}
