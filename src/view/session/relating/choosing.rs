//! Choosing neurons, and what chosen observations do to them.

use leptos::prelude::*;

use crate::canvas::selection::{Combine, Selection};
use crate::view::session::undoing::{self, NEURONS};
use crate::view::state::{Session, View};

/// Observations that are selected in this view colour the neurons, until the visitor goes back to
/// scores.
pub fn link_observations(session: Session) {
    let neurons = session.neurons;
    let selected = Memo::new(move |_| {
        let part = neurons.part.get();
        let selected = session.selection(part);
        (part, selected.with(|history| history.present().clone()))
    });
    Effect::new(move |seen: Option<()>| {
        let any = selected.with(|(_, selection)| !selection.is_empty());
        // What was selected elsewhere colours nothing by itself.
        if seen.is_some() && session.view.get_untracked() == View::Neurons {
            neurons.shows_mean.set(any);
        }
    });
}

/// Whether observations are selected among those whose activations count.
pub fn any_observation(session: Session) -> bool {
    let part = session.neurons.part.get();
    session
        .selection(part)
        .with(|history| !history.present().is_empty())
}

/// Combines neurons with those already chosen. Can be undone.
pub fn select(session: Session, indices: &[u32], how: Combine) {
    let mut selection = session
        .neurons
        .selected
        .with_untracked(|history| history.present().clone());
    let chosen = Selection::from_indices(selection.universe(), indices);
    selection.combine(&chosen, how);
    undoing::make(session, vec![(NEURONS, selection)]);
}

/// Chooses no neuron. Can be undone.
pub fn clear(session: Session) {
    undoing::clear(session, &[NEURONS]);
}
