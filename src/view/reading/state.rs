//! What the page knows of the ways to read a picture: insets, mistakes, comparisons.

use std::sync::Arc;

use leptos::prelude::*;

pub use crate::address::Insets;
use crate::canvas::clusters::Cluster;
use crate::canvas::history::History;
use crate::dataset::Part;
use crate::view::state::SELECTION_HISTORY;

/// An observation that the visitor pinned.
pub type Pin = (Part, u32);

/// How the two projections are read.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Which insets there are.
    pub insets: RwSignal<Insets>,
    /// The pinned observations, in the order of pinning.
    pub pins: RwSignal<History<Vec<Pin>>>,
    /// The clusters of the left and of the right layout, once they are found.
    pub clusters: [RwSignal<Arc<Vec<Cluster>>>; 2],
    /// The projection whose predictions the visitor asked about; without, the right one counts.
    pub asked: RwSignal<Option<usize>>,
    /// The observation that both projections should have in view; the number tells two wishes apart.
    pub sought: RwSignal<Option<(Pin, u32)>>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            insets: RwSignal::new(Insets::Automatic),
            pins: RwSignal::new(no_pins()),
            clusters: [RwSignal::default(), RwSignal::default()],
            asked: RwSignal::new(None),
            sought: RwSignal::new(None),
        }
    }
}

/// Nothing pinned, and nothing to undo.
pub fn no_pins() -> History<Vec<Pin>> {
    History::new(Vec::new(), SELECTION_HISTORY)
}
