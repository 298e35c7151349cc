//! Selecting observations, and hiding classes.

use leptos::prelude::*;

use super::relating;
use crate::canvas::history::{History, Turns};
use crate::canvas::selection::{Combine, Selection};
use crate::dataset::Part;
use crate::view::state::{Session, View};

/// Something that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Another selection of this subset.
    Selected(Part),
    /// Observations were pinned or taken out.
    Pinned,
}

/// Remembers whose turn it is to be undone.
pub fn made(session: Session, change: Change) {
    session
        .reading
        .turns
        .update_value(|turns| turns.made(change));
}

/// Makes this the selection of a subset.
fn change_to(session: Session, part: Part, selection: Selection) {
    let history = session.selection(part);
    if history.with_untracked(|history| *history.present() != selection) {
        made(session, Change::Selected(part));
        history.update(|history| history.push(selection));
    }
}

/// Combines observations with those already selected. Can be undone.
pub fn select(session: Session, part: Part, indices: &[u32], how: Combine) {
    let mut selection = session
        .selection(part)
        .with_untracked(|history| history.present().clone());
    let chosen = Selection::from_indices(selection.universe(), indices);
    selection.combine(&chosen, how);
    change_to(session, part, selection);
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
        let universe = session
            .selection(part)
            .with_untracked(|history| history.present().universe());
        change_to(session, part, Selection::none(universe));
    }
}

/// Changes the history that a change was made to; false where it no longer knows of that change,
/// such as after another data set was opened.
fn turn(session: Session, change: Change, back: bool) -> bool {
    fn step<T: Clone + PartialEq>(history: &mut History<T>, back: bool) -> bool {
        let there = if back { history.undo() } else { history.redo() };
        there.is_some()
    }
    match change {
        Change::Selected(part) => {
            session.last_selected_part.set(part);
            let history = session.selection(part);
            history.try_update(|history| step(history, back))
        }
        Change::Pinned => {
            let pins = session.reading.pins;
            pins.try_update(|history| step(history, back))
        }
    }
    .unwrap_or(false)
}

/// Whether a selection or pins can be taken back, or made again.
pub fn can_turn(session: Session, back: bool) -> bool {
    fn can<T: Clone + PartialEq>(history: &History<T>, back: bool) -> bool {
        if back {
            history.can_undo()
        } else {
            history.can_redo()
        }
    }
    session
        .selections
        .iter()
        .any(|selection| selection.with(|history| can(history, back)))
        || session.reading.pins.with(|history| can(history, back))
}

/// Takes back the last change of selections or pins.
pub fn undo(session: Session) {
    if neurons_are_meant(session) {
        session.neurons.selected.update(|history| {
            history.undo();
        });
        return;
    }
    let turns = session.reading.turns;
    while let Some(change) = turns.try_update_value(Turns::undo).flatten() {
        if turn(session, change, true) {
            return;
        }
    }
}

/// Makes the change that was taken back.
pub fn redo(session: Session) {
    if neurons_are_meant(session) {
        session.neurons.selected.update(|history| {
            history.redo();
        });
        return;
    }
    let turns = session.reading.turns;
    while let Some(change) = turns.try_update_value(Turns::redo).flatten() {
        if turn(session, change, false) {
            return;
        }
    }
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
