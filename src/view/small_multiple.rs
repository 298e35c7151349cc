//! A step of an evolution as a small picture.

use std::cell::RefCell;

use leptos::prelude::*;

use super::frame::{drawn_canvas, theme};
use super::scatter::{looks_of, show, shown_by_legend};
use super::state::Session;
use super::subscriptions::view_memo;
use crate::analysis::Representation;
use crate::canvas::mark::emphasise;
use crate::canvas::raster::Raster;
use crate::canvas::scatter::{Scatter, ScatterPainter, ScatterStyle};
use crate::canvas::viewport::{Bounds, Viewport};

/// Free room around the points, CSS pixels.
const MARGIN: f64 = 5.0;

/// The layout of one step, within the bounds of all.
#[component]
pub fn SmallMultiple(
    /// Which step of the evolution.
    step: usize,
    /// What it is of.
    representation: Representation,
) -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let marks = view_memo(move || {
        let mut marks = looks_of(session, representation);
        let visible = shown_by_legend(session, representation.part);
        session
            .selection(representation.part)
            .with(|history| emphasise(&mut marks, history.present(), visible.as_deref()));
        marks
    });
    let brushes = RefCell::new((Raster::default(), ScatterPainter::new()));
    let watch = move || {
        marks.track();
        evolution.positions.track();
    };
    let (canvas_ref, _) = drawn_canvas(watch, move |canvas, size| {
        let (raster, painter) = &mut *brushes.borrow_mut();
        let steps = evolution.steps.with_untracked(Vec::len).max(1);
        evolution.positions.with_untracked(|all| {
            let bounds = Bounds::of(all);
            let length = all.len() / steps;
            let positions = all.get(step * length..(step + 1) * length).unwrap_or(&[]);
            let viewport = match bounds {
                Some(bounds) => Viewport::fit_bounds(bounds, size.width, size.height, MARGIN),
                None => Viewport::fit(&[], size.width, size.height, MARGIN),
            };
            let theme = theme(session.dark.get_untracked());
            let style = ScatterStyle::for_points(length / 2, &viewport, size.ratio, theme);
            let scatter = Scatter {
                positions,
                marks: &marks.get_untracked(),
                viewport: &viewport,
                hovered: None,
            };
            painter.paint(raster, scatter, style);
        });
        show(canvas, raster);
    });
    view! { <canvas node_ref=canvas_ref aria-hidden="true"></canvas> }
}
