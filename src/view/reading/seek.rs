//! Showing an observation everywhere: selected, hovered and in view.

use leptos::prelude::*;

use crate::canvas::selection::Combine;
use crate::canvas::viewport::Viewport;
use crate::dataset::Part;
use crate::view::session::selecting;
use crate::view::state::{Panel, Session};

/// An observation nearer to the edge than this counts as out of view, CSS pixels.
const EDGE: f64 = 12.0;

/// Selects an observation, hovers it, and has both projections bring it into view.
pub fn seek(session: Session, part: Part, index: u32, how: Combine) {
    selecting::select(session, part, &[index], how);
    session.hovered.set(Some((part, index)));
    session.reading.sought.update(|sought| {
        let turn = sought.map_or(0, |(_, turn)| turn.wrapping_add(1));
        *sought = Some(((part, index), turn));
    });
}

/// Moves the view of a projection where what is sought lies outside.
pub fn follow(session: Session, panel: Panel, viewport: RwSignal<Viewport>) {
    Effect::new(move |_| {
        let Some(((part, index), _)) = session.reading.sought.get() else {
            return;
        };
        if panel.representation.get_untracked().part != part {
            return;
        }
        let at = index as usize * 2;
        let place = panel.positions.with_untracked(|positions| {
            Some([*positions.get(at)?, *positions.get(at + 1)?].map(f64::from))
        });
        let Some(place) = place else {
            return;
        };
        let view = viewport.get_untracked();
        let ([x, y], [width, height]) = (view.to_pixel(place), view.size());
        let is_in_view = x > EDGE && y > EDGE && x < width - EDGE && y < height - EDGE;
        if !is_in_view {
            viewport.set(view.panned(width / 2.0 - x, height / 2.0 - y));
        }
    });
}
