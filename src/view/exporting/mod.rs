//! Figures to take away, and their numbers for screen readers. A figure is described here and made by
//! the projection worker ([`crate::figure`]). All but the menu is behind one
//! function, [`giving::give`]: nobody needs it before they ask.

mod charts;
mod describing;
pub mod giving;
mod menu;
mod neurons;
mod observations;
mod raster;
mod table;

use leptos::prelude::*;

use super::neurons::colouring::Colours;
use super::neurons::state::NeuronPicture;
use super::reading::ToldMemo;
use super::scatter::Points;
use super::state::Panel;
use super::trail_layer::TrailView;
use crate::canvas::viewport::Viewport;

pub use menu::ExportMenu;

/// A figure of the page.
#[derive(Clone, Copy)]
#[expect(
    clippy::large_enum_variant,
    reason = "handles on signals, copied once for each menu"
)]
pub enum Subject {
    /// Points as they are drawn, the view of them, and the trails below.
    Points(Points, RwSignal<Viewport>, Option<TrailView>),
    /// A curve.
    Curve(Curve),
    /// The confusion matrix.
    Confusion(ToldMemo),
    /// The Shepard diagram of a projection.
    Shepard(Panel),
}

/// What points are.
#[derive(Clone, Copy)]
pub enum What {
    /// Observations: a projection, or a moment of the evolution.
    Observations(Panel),
    /// Neurons, and what their colours say.
    Neurons(NeuronPicture, Colours),
}

/// What a curve is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// Mean cross-entropy over the epochs.
    Loss,
    /// Share classified right over the epochs.
    Accuracy,
    /// Neighborhood hit over the steps of the evolution.
    Hit,
}

/// As what a figure is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Lines and words.
    Svg,
    /// Pixels, two for each.
    Png,
    /// Numbers in a file.
    Csv,
    /// Numbers on the page.
    Table,
}
