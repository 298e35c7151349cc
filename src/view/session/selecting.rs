//! Selecting observations, and hiding classes.

use leptos::prelude::*;

use super::relating;
use crate::canvas::selection::{Combine, Selection};
use crate::dataset::Part;
use crate::view::state::{Session, View};

/// Combines observations with those already selected. Can be undone.
pub fn select(session: Session, part: Part, indices: &[u32], how: Combine) {
    session.selection(part).update(|history| {
        let mut selection = history.present().clone();
        let chosen = Selection::from_indices(selection.universe(), indices);
        selection.combine(&chosen, how);
        history.push(selection);
    });
    session.last_selected_part.set(part);
    session.neurons.selected_last.set(false);
}

/// Whether the last selection was one of neurons, which stay out of sight in the other views.
fn neurons_are_meant(session: Session) -> bool {
    session.view.get_untracked() == View::Neurons && session.neurons.selected_last.get_untracked()
}

/// Selects nothing, in both subsets; where neurons are shown, also none of them. Can be undone.
pub fn clear(session: Session) {
    if session.view.get_untracked() == View::Neurons {
        relating::clear(session);
    }
    for part in [Part::Test, Part::Train] {
        let empty = session
            .selection(part)
            .with_untracked(|h| h.present().is_empty());
        if !empty {
            session.selection(part).update(|history| {
                let none = Selection::none(history.present().universe());
                history.push(none);
            });
        }
    }
}

/// Takes back the last change of the selection.
pub fn undo(session: Session) {
    if neurons_are_meant(session) {
        session.neurons.selected.update(|history| {
            history.undo();
        });
        return;
    }
    let part = session.last_selected_part.get_untracked();
    session.selection(part).update(|history| {
        history.undo();
    });
}

/// Makes the change that was taken back.
pub fn redo(session: Session) {
    if neurons_are_meant(session) {
        session.neurons.selected.update(|history| {
            history.redo();
        });
        return;
    }
    let part = session.last_selected_part.get_untracked();
    session.selection(part).update(|history| {
        history.redo();
    });
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
