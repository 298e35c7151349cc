//! The trails of an evolution, below the points of its picture.

use std::sync::Arc;

use leptos::prelude::*;

use crate::canvas::colour::Rgb;
use crate::canvas::mark::{Emphasis, Mark};
use crate::canvas::palette::{Theme, class_color};
use crate::canvas::raster::Raster;
use crate::canvas::selection::Selection;
use crate::canvas::trail_hit::nearest_trail;
use crate::canvas::trail_painter::{TrailPainter, TrailScene, TrailStyle};
use crate::canvas::viewport::Viewport;
use crate::trails::{BundledTrails, TrailPaths};

/// How strongly trails are bundled, unless the visitor chooses otherwise.
const STRENGTH: f32 = 0.8;

/// What is known of an evolution's trails, and how the visitor wants to see them.
#[derive(Clone, Copy)]
pub struct TrailView {
    /// Whether they are drawn.
    pub shown: RwSignal<bool>,
    /// Whether the observations are drawn over them.
    pub points: RwSignal<bool>,
    /// From 0, straight, to 1, fully bundled.
    pub strength: RwSignal<f32>,
    /// The trails, once they are bundled.
    pub bundled: RwSignal<Option<Arc<BundledTrails>>>,
    /// How much of the bundling is done, while it lasts.
    pub bundling: RwSignal<Option<f32>>,
}

impl Default for TrailView {
    fn default() -> Self {
        Self {
            shown: RwSignal::new(true),
            points: RwSignal::new(true),
            strength: RwSignal::new(STRENGTH),
            bundled: RwSignal::new(None),
            bundling: RwSignal::new(None),
        }
    }
}

impl TrailView {
    /// Reads everything that a picture of the trails depends on.
    pub fn track(self) {
        self.shown.track();
        self.points.track();
        self.strength.track();
        self.bundled.track();
    }

    /// Whether there are trails to draw now.
    pub fn is_drawn(self) -> bool {
        self.shown.get_untracked() && self.bundled.with_untracked(Option::is_some)
    }

    /// Whether the observations are drawn: always, where there are no trails.
    pub fn has_points(self) -> bool {
        self.points.get_untracked() || !self.is_drawn()
    }
}

/// The picture around the trails.
pub struct Ground<'a> {
    /// Where positions fall.
    pub viewport: &'a Viewport,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
    /// Light or dark.
    pub theme: Theme,
    /// Class of each observation.
    pub labels: &'a [u8],
    /// Look of each observation.
    pub marks: &'a [Mark],
    /// The observation under the pointer.
    pub hovered: Option<u32>,
}

/// Draws trails, and keeps the picture of them for as long as only what lies above them changes.
#[derive(Default)]
pub struct TrailLayer {
    painter: TrailPainter,
    paths: TrailPaths,
    picture: Raster,
    painted: Option<Painted>,
}

/// What a picture of trails was made of.
struct Painted {
    trails: Arc<BundledTrails>,
    strength: f32,
    viewport: Viewport,
    ratio: f64,
    theme: Theme,
    colours: Vec<Rgb>,
    emphasis: Vec<Emphasis>,
}

impl Painted {
    fn shows_the_same_as(&self, other: &Self) -> bool {
        self.has_the_paths_of(other)
            && self.viewport == other.viewport
            && self.ratio == other.ratio
            && self.theme == other.theme
            && self.emphasis == other.emphasis
            && self.colours == other.colours
    }

    fn has_the_paths_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.trails, &other.trails) && self.strength == other.strength
    }
}

impl TrailLayer {
    /// Clears the raster, sizes it to the viewport in device pixels, and draws the trails; false,
    /// with the raster as it was, where there are none.
    pub fn paint(&mut self, raster: &mut Raster, view: TrailView, ground: &Ground<'_>) -> bool {
        let Some(trails) = view.bundled.get_untracked().filter(|_| view.is_drawn()) else {
            self.painted = None;
            return false;
        };
        let wanted = Painted {
            trails,
            strength: view.strength.get_untracked(),
            viewport: *ground.viewport,
            ratio: ground.ratio,
            theme: ground.theme,
            colours: ground
                .labels
                .iter()
                .map(|&label| class_color(usize::from(label)))
                .collect(),
            emphasis: ground.marks.iter().map(emphasis).collect(),
        };
        let last = self.painted.as_ref();
        if !last.is_some_and(|last| last.shows_the_same_as(&wanted)) {
            if !last.is_some_and(|last| last.has_the_paths_of(&wanted)) {
                wanted.trails.write_paths(wanted.strength, &mut self.paths);
            }
            self.paint_all(&wanted);
        }
        raster.copy_from(&self.picture);
        if let Some(hovered) = ground.hovered {
            self.paint_one(raster, &wanted, hovered);
        }
        self.painted = Some(wanted);
        true
    }

    /// The trail nearest to a place of the picture, CSS pixels, among those that were drawn last.
    pub fn nearest(&self, viewport: &Viewport, place: [f64; 2], reach: f64) -> Option<u32> {
        let emphasis = &self.painted.as_ref()?.emphasis;
        let drawn = Selection::from_fn(emphasis.len(), |i| emphasis[i] != Emphasis::Hidden);
        nearest_trail(&self.paths, viewport, place, reach, Some(&drawn))
    }

    fn paint_all(&mut self, wanted: &Painted) {
        let size = wanted.viewport.size();
        let [width, height] = size.map(|v| (v * wanted.ratio).round().max(1.0) as usize);
        if (self.picture.width(), self.picture.height()) != (width, height) {
            self.picture.resize(width, height);
        }
        self.picture.clear(wanted.theme.background());
        let shown = |emphasis: &&Emphasis| **emphasis != Emphasis::Hidden;
        let shown = wanted.emphasis.iter().filter(shown).count();
        let style = TrailStyle::for_trails(shown, wanted.ratio, wanted.theme);
        let scene = TrailScene {
            paths: &self.paths,
            colours: &wanted.colours,
            emphasis: &wanted.emphasis,
            viewport: &wanted.viewport,
            hovered: None,
        };
        self.painter.paint(&mut self.picture, scene, style);
    }

    /// Draws one trail as a thick line over the others, whether it is shown with them or not.
    fn paint_one(&mut self, raster: &mut Raster, wanted: &Painted, trail: u32) {
        let mut alone = vec![Emphasis::Hidden; wanted.emphasis.len()];
        let Some(own) = alone.get_mut(trail as usize) else {
            return;
        };
        *own = Emphasis::Normal;
        let scene = TrailScene {
            paths: &self.paths,
            colours: &wanted.colours,
            emphasis: &alone,
            viewport: &wanted.viewport,
            hovered: Some(trail),
        };
        let style = TrailStyle::for_trails(1, wanted.ratio, wanted.theme);
        self.painter.paint(raster, scene, style);
    }
}

/// How a trail stands out: where observations are selected, only theirs are drawn.
fn emphasis(mark: &Mark) -> Emphasis {
    match mark.emphasis {
        Emphasis::Hidden | Emphasis::Dimmed => Emphasis::Hidden,
        Emphasis::Normal | Emphasis::Selected => Emphasis::Normal,
    }
}
