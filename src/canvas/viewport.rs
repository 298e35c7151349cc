//! Where a data position falls in the picture, and the way back.

use serde::{Deserialize, Serialize};

use super::finite_positions;

/// The least zoom: the data fill half of the picture.
pub const MIN_ZOOM: f64 = 0.5;

/// The greatest zoom, relative to a view of all data.
pub const MAX_ZOOM: f64 = 500.0;

/// The smallest rectangle around data, in data units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Least x and least y.
    pub min: [f64; 2],
    /// Greatest x and greatest y.
    pub max: [f64; 2],
}

impl Bounds {
    /// The bounds of the finite positions (`n × 2`, row-major); `None` where there is none.
    pub fn of(positions: &[f32]) -> Option<Self> {
        let mut bounds: Option<Self> = None;
        for (_, p) in finite_positions(positions) {
            let p = p.map(f64::from);
            let own = Self { min: p, max: p };
            bounds = Some(bounds.map_or(own, |b| b.union(own)));
        }
        bounds
    }

    /// The bounds of both.
    pub fn union(self, other: Self) -> Self {
        Self {
            min: [self.min[0].min(other.min[0]), self.min[1].min(other.min[1])],
            max: [self.max[0].max(other.max[0]), self.max[1].max(other.max[1])],
        }
    }

    /// The middle.
    pub fn center(self) -> [f64; 2] {
        [
            self.min[0] + (self.max[0] - self.min[0]) / 2.0,
            self.min[1] + (self.max[1] - self.min[1]) / 2.0,
        ]
    }

    fn clamp(self, p: [f64; 2]) -> [f64; 2] {
        [
            p[0].max(self.min[0]).min(self.max[0]),
            p[1].max(self.min[1]).min(self.max[1]),
        ]
    }

    fn is_valid(self) -> bool {
        (0..2).all(|k| {
            self.min[k].is_finite() && self.max[k].is_finite() && self.min[k] <= self.max[k]
        })
    }

    fn lerp(self, to: Self, t: f64) -> Self {
        Self {
            min: lerp(self.min, to.min, t),
            max: lerp(self.max, to.max, t),
        }
    }
}

/// A data unit square at the origin, for pictures without a finite position.
const UNIT: Bounds = Bounds {
    min: [-0.5, -0.5],
    max: [0.5, 0.5],
};

/// The mapping from data to CSS pixels: one scale for both axes, y up in the data and down in
/// pixels, pixel (0, 0) the top left corner of the picture.
///
/// Zoom is relative to the fit of the data's bounds, so that a stored viewport shows the same on a
/// picture of another size. The centre of the view never leaves the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Viewport {
    width: f64,
    height: f64,
    margin: f64,
    bounds: Bounds,
    center: [f64; 2],
    zoom: f64,
}

/// A viewport as someone may have written it.
#[derive(Deserialize)]
struct Stored {
    width: f64,
    height: f64,
    margin: f64,
    bounds: Bounds,
    center: [f64; 2],
    zoom: f64,
}

impl From<Stored> for Viewport {
    fn from(stored: Stored) -> Self {
        let fit = Self::fit_bounds(stored.bounds, stored.width, stored.height, stored.margin);
        fit.with_view(stored.center, stored.zoom)
    }
}

/// The data-to-pixel mapping as numbers: `px = x · scale + offset[0]`, `py = offset[1] − y · scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelMap {
    /// Pixels per data unit.
    pub scale: f64,
    /// The pixel of the data's origin.
    pub offset: [f64; 2],
}

impl PixelMap {
    /// The pixel of a data position.
    #[inline]
    pub fn pixel(self, data: [f64; 2]) -> [f64; 2] {
        [
            data[0] * self.scale + self.offset[0],
            self.offset[1] - data[1] * self.scale,
        ]
    }

    /// The same mapping to pixels of another size, as to device pixels by the device pixel ratio.
    pub fn scaled(self, ratio: f64) -> Self {
        Self {
            scale: self.scale * ratio,
            offset: self.offset.map(|o| o * ratio),
        }
    }
}

impl Viewport {
    /// All finite positions (`n × 2`, row-major) in a picture of `width × height` CSS pixels with
    /// `margin` CSS pixels free at each side. Without a finite position the unit square is shown.
    pub fn fit(positions: &[f32], width: f64, height: f64, margin: f64) -> Self {
        let bounds = Bounds::of(positions).unwrap_or(UNIT);
        Self::fit_bounds(bounds, width, height, margin)
    }

    /// All of `bounds` in a picture of `width × height` CSS pixels with `margin` free at each side.
    pub fn fit_bounds(bounds: Bounds, width: f64, height: f64, margin: f64) -> Self {
        let bounds = if bounds.is_valid() { bounds } else { UNIT };
        let size = |v: f64| if v.is_finite() { v.max(1.0) } else { 1.0 };
        Self {
            width: size(width),
            height: size(height),
            margin: if margin.is_finite() {
                margin.max(0.0)
            } else {
                0.0
            },
            bounds,
            center: bounds.center(),
            zoom: 1.0,
        }
    }

    /// The same part of the data in a picture of another size (CSS pixels).
    pub fn resized(self, width: f64, height: f64) -> Self {
        Self::fit_bounds(self.bounds, width, height, self.margin).with_view(self.center, self.zoom)
    }

    /// The viewport for data that moved to new bounds: a view of everything stays one, any other
    /// keeps its centre and scale as far as the new bounds allow.
    pub fn with_bounds(self, bounds: Bounds) -> Self {
        let fit = Self::fit_bounds(bounds, self.width, self.height, self.margin);
        if self.is_home() {
            fit
        } else {
            fit.with_view(self.center, self.scale() / fit.scale())
        }
    }

    /// The view of this place (data units), so much larger than a view of everything; what is outside the
    /// bounds, or no number, is left out.
    #[must_use]
    pub fn looking_at(self, center: [f64; 2], zoom: f64) -> Self {
        self.with_view(center, zoom)
    }

    /// The view of everything.
    pub fn home(self) -> Self {
        Self::fit_bounds(self.bounds, self.width, self.height, self.margin)
    }

    /// Whether this is the view of everything.
    pub fn is_home(&self) -> bool {
        self.zoom == 1.0 && self.center == self.bounds.center()
    }

    fn with_view(mut self, center: [f64; 2], zoom: f64) -> Self {
        if zoom.is_finite() {
            self.zoom = zoom.clamp(MIN_ZOOM, MAX_ZOOM);
        }
        if center[0].is_finite() && center[1].is_finite() {
            self.center = self.bounds.clamp(center);
        }
        self
    }

    /// Width and height of the picture, CSS pixels.
    pub fn size(&self) -> [f64; 2] {
        [self.width, self.height]
    }

    /// The bounds that zoom 1 shows, data units.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The data position in the middle of the picture.
    pub fn center(&self) -> [f64; 2] {
        self.center
    }

    /// How much larger than in a view of everything the data are shown.
    pub fn zoom(&self) -> f64 {
        self.zoom
    }

    /// CSS pixels per data unit.
    pub fn scale(&self) -> f64 {
        self.fit_scale() * self.zoom
    }

    fn fit_scale(&self) -> f64 {
        let room = |size: f64| (size - 2.0 * self.margin).max(1.0);
        let (width, height) = (room(self.width), room(self.height));
        let extent = |k: usize| self.bounds.max[k] - self.bounds.min[k];
        let scale = (width / extent(0)).min(height / extent(1));
        if scale.is_finite() {
            scale
        } else {
            width.min(height)
        }
    }

    /// The mapping as numbers, for a loop over many points.
    pub fn pixel_map(&self) -> PixelMap {
        let scale = self.scale();
        PixelMap {
            scale,
            offset: [
                self.width / 2.0 - self.center[0] * scale,
                self.height / 2.0 + self.center[1] * scale,
            ],
        }
    }

    /// The CSS pixel of a data position.
    pub fn to_pixel(&self, data: [f64; 2]) -> [f64; 2] {
        let scale = self.scale();
        [
            (data[0] - self.center[0]) * scale + self.width / 2.0,
            self.height / 2.0 - (data[1] - self.center[1]) * scale,
        ]
    }

    /// The data position of a CSS pixel.
    pub fn to_data(&self, pixel: [f64; 2]) -> [f64; 2] {
        let scale = self.scale();
        [
            self.center[0] + (pixel[0] - self.width / 2.0) / scale,
            self.center[1] - (pixel[1] - self.height / 2.0) / scale,
        ]
    }

    /// Whether a mark of `radius` CSS pixels at a data position can be seen; never for NaN.
    pub fn shows(&self, data: [f64; 2], radius: f64) -> bool {
        let [x, y] = self.to_pixel(data);
        x >= -radius && y >= -radius && x <= self.width + radius && y <= self.height + radius
    }

    /// Zooms by `factor`, the data under `pixel` staying where they are.
    pub fn zoomed(self, pixel: [f64; 2], factor: f64) -> Self {
        let zoom = (self.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
        if !zoom.is_finite() {
            return self;
        }
        let anchor = self.to_data(pixel);
        let shrink = self.zoom / zoom;
        let center = [0, 1].map(|k| anchor[k] + (self.center[k] - anchor[k]) * shrink);
        self.with_view(center, zoom)
    }

    /// Moves the data by `dx` to the right and `dy` down, CSS pixels.
    pub fn panned(self, dx: f64, dy: f64) -> Self {
        let scale = self.scale();
        let center = [self.center[0] - dx / scale, self.center[1] + dy / scale];
        self.with_view(center, self.zoom)
    }

    /// The viewport a part `t` (0 to 1) of the way to another, in the size of the other. The scale
    /// grows by equal factors in equal times and the centre goes along, so that the one data point
    /// which both show at the same pixel rests there throughout.
    pub fn lerp(self, to: Self, t: f64) -> Self {
        let from = self.resized(to.width, to.height);
        if t.is_nan() || t <= 0.0 {
            return from;
        }
        if t >= 1.0 {
            return to;
        }
        let (start, end) = (from.scale(), to.scale());
        let scale = start * (end / start).powf(t);
        let along = (1.0 / scale - 1.0 / start) / (1.0 / end - 1.0 / start);
        let along = if (end / start - 1.0).abs() > 1e-6 {
            along
        } else {
            t
        };
        let mut between = to;
        between.bounds = from.bounds.lerp(to.bounds, t);
        between.center = lerp(from.center, to.center, along);
        between.zoom = 1.0;
        between.zoom = scale / between.fit_scale();
        between
    }
}

fn lerp(a: [f64; 2], b: [f64; 2], t: f64) -> [f64; 2] {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}
