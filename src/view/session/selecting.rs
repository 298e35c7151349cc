//! Selecting observations, and hiding classes.

use leptos::prelude::*;

use super::undoing::{self, NEURONS};
use crate::canvas::selection::{Combine, Selection};
use crate::dataset::Part;
use crate::view::state::Session;

/// Combines observations with those already selected. Can be undone.
pub fn select(session: Session, part: Part, indices: &[u32], how: Combine) {
    let mut selection = session
        .selection(part)
        .with_untracked(|history| history.present().clone());
    let chosen = Selection::from_indices(selection.universe(), indices);
    selection.combine(&chosen, how);
    undoing::make(session, vec![(usize::from(part == Part::Train), selection)]);
    session.last_selected_part.set(part);
}

/// Selects nothing, in both subsets, and chooses no neuron. Can be undone.
pub fn clear(session: Session) {
    undoing::clear(session, &[0, 1, NEURONS]);
}

/// Takes back the last change of selections or pins.
pub fn undo(session: Session) {
    undoing::step(session, false);
}

/// Makes the change that was taken back.
pub fn redo(session: Session) {
    undoing::step(session, true);
}

/// Shows a hidden class, or hides a shown one.
pub fn toggle_class(session: Session, class: usize) {
    session.hidden_classes.update(|hidden| {
        if let Some(hidden) = hidden.get_mut(class) {
            *hidden = !*hidden;
        }
    });
}

/// Shows one class alone; all of them, where it is alone already.
pub fn only_class(session: Session, class: usize) {
    session.hidden_classes.update(|hidden| {
        let alone = hidden
            .iter()
            .enumerate()
            .all(|(c, hidden)| *hidden == (c != class));
        for (c, hidden) in hidden.iter_mut().enumerate() {
            *hidden = !alone && c != class;
        }
    });
}
