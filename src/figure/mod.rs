//! Figures to take away: a description of what the page shows becomes an SVG document, a CSV file, or
//! a table for screen readers. Pure text, no browser; the projection worker runs it.
//!
//! The page describes a figure once ([`Figure`]); [`draw`] and [`Table::of`] do the rest. Points look as
//! on the page because their [`marks`](Picture::looks) come from there and their sizes, shades and
//! colours from [`crate::canvas`].

mod carrying;
mod chart;
mod csv;
mod describing;
mod html;
mod key;
mod matrix;
mod naming;
mod scatter;
mod sheet;
mod svg;
mod table;
mod text;

use crate::canvas::palette::Theme;
use crate::canvas::viewport::Bounds;

pub use carrying::Parcel;
pub use chart::{Axis, Chart, Series, Stroke};
pub use csv::to_csv;
pub use describing::describe_observations;
pub use html::{ROWS_OF_A_PAGE, TablePages};
pub use matrix::Matrix;
pub use naming::file_name;
pub use scatter::{LOOK_BYTES, looks_of};
pub use sheet::draw;
pub use table::{Cell, Table};

/// A figure as the page shows it, with the numbers behind it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Its heading.
    pub title: String,
    /// Lines below the picture.
    pub caption: Vec<String>,
    /// The figure in words, for those who do not see it.
    pub summary: String,
    /// Whether it is drawn on a dark ground.
    pub dark: bool,
    /// Names of the classes; a class without one is called by its number.
    pub classes: Vec<String>,
    /// The picture.
    pub content: Content,
}

/// What a figure shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Observations in the plane: a projection, or a moment of an evolution with its trails.
    Observations(Picture, Observations),
    /// Neurons in the plane.
    Neurons(Picture, Neurons),
    /// Curves, or a Shepard diagram.
    Chart(Chart),
    /// A confusion matrix.
    Matrix(Matrix),
}

/// Points in the plane as they are drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    /// n × 2, row-major, data units with y up.
    pub positions: Vec<f32>,
    /// The look of each point: n × [`LOOK_BYTES`], from [`looks_of`].
    pub looks: Vec<u8>,
    /// Whether the points themselves are drawn, and not only their trails.
    pub has_points: bool,
    /// What the picture encloses; `None` for just its points.
    pub bounds: Option<Bounds>,
    /// Whether that is only a part of the picture, which the visitor had zoomed to.
    pub is_detail: bool,
    /// The way of each point, drawn below the points.
    pub trails: Option<Trails>,
    /// What the colours say.
    pub key: Key,
}

/// Trails from step to step, as [`crate::trails::TrailPaths`] has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trails {
    /// Vertices of all trails, one trail after the other: m × 2, row-major.
    pub vertices: Vec<f32>,
    /// When each vertex is passed (m), from 0 at the first step to 1 at the last.
    pub times: Vec<f32>,
    /// Where each trail's vertices begin; n + 1 entries, the last is m.
    pub starts: Vec<u32>,
}

/// What the colours of points say.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Key {
    /// Their class; of what is misclassified, the predicted one.
    #[default]
    Classes,
    /// The class that a neuron discriminates best; its strength, how well.
    Strength(Scale),
    /// A quantity, on the sequential scale.
    Sequential(Scale),
}

/// A scale of colours.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scale {
    /// What it measures.
    pub what: String,
    /// Where it begins.
    pub least: f32,
    /// Where it ends.
    pub greatest: f32,
}

/// What is known of n observations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observations {
    /// Place of each in its split, from 0.
    pub indices: Vec<u32>,
    /// Class of each.
    pub labels: Vec<u8>,
    /// Predicted class of each; empty where there is no network.
    pub predicted: Vec<u8>,
    /// Probability of that class; empty where it is not known.
    pub probabilities: Vec<f32>,
    /// Names of the layouts: those of an evolution's steps, or a single empty one.
    pub steps: Vec<String>,
    /// The layouts one after the other, each n × 2, row-major.
    pub layouts: Vec<f32>,
    /// The neighborhood hit of each observation in each layout, one layout after the other; empty where
    /// they are not known.
    pub hits: Vec<f32>,
    /// A quantity by which they are coloured; without a name there is none.
    pub quantity: Quantity,
}

/// What is known of n neurons.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Neurons {
    /// The class that each discriminates best, [`NO_CLASS`] for none; empty before there are scores.
    pub classes: Vec<u32>,
    /// The score of each for that class.
    pub scores: Vec<f32>,
    /// A quantity by which they are coloured instead.
    pub quantity: Quantity,
}

/// Of a neuron that tells no class apart.
pub const NO_CLASS: u32 = u32::MAX;

/// A number for each point; none where there are no values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quantity {
    /// What it is.
    pub name: String,
    /// n values, or none.
    pub values: Vec<f32>,
}

impl Default for Content {
    fn default() -> Self {
        Self::Observations(Picture::default(), Observations::default())
    }
}

impl Figure {
    /// Light or dark.
    pub fn theme(&self) -> Theme {
        if self.dark { Theme::Dark } else { Theme::Light }
    }

    /// What a class is called.
    pub fn class_name(&self, class: usize) -> String {
        let name = self.classes.get(class);
        name.cloned().unwrap_or_else(|| class.to_string())
    }
}
