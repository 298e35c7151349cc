//! What was changed one after the other, so that undo takes back the last change, wherever it was made:
//! selections of test or training observations or of neurons, pinned observations, and settings of the view.

use leptos::prelude::*;

use super::addressing;
use crate::canvas::history::History;
use crate::canvas::selection::Selection;
use crate::dataset::Part;
use crate::view::state::Session;

/// The number of the neurons' selection; those of observations have the numbers of
/// [`Session::selections`].
pub const NEURONS: usize = 2;
/// The number of the pinned observations.
pub const PINS: usize = 3;

/// The number of the settings: what the figures show, and how.
pub const SETTINGS: usize = 4;

/// Changes, each by the numbers of what it was of.
#[derive(Default)]
pub struct Changes {
    past: Vec<Vec<usize>>,
    undone: Vec<Vec<usize>>,
}

fn histories(session: Session) -> [RwSignal<History<Selection>>; 3] {
    let [test, train] = session.selections;
    [test, train, session.neurons.selected]
}

/// Makes selections the present ones; what changes is one step for undo.
pub fn make(session: Session, selections: Vec<(usize, Selection)>) {
    addressing::settle(session);
    let mut changed = Vec::new();
    for (number, selection) in selections {
        let history = histories(session)[number];
        if history.with_untracked(|history| *history.present() != selection) {
            history.update(|history| history.push(selection));
            changed.push(number);
        }
    }
    if !changed.is_empty() {
        made(session, changed);
    }
}

/// Remembers that these were changed in one step.
pub fn made(session: Session, numbers: Vec<usize>) {
    session.changes.update_value(|changes| {
        changes.past.push(numbers);
        changes.undone.clear();
    });
}

/// Empties these selections in one step.
pub fn clear(session: Session, numbers: &[usize]) {
    let none = |&number: &usize| {
        let universe = |history: &History<Selection>| history.present().universe();
        let n = histories(session)[number].with_untracked(universe);
        (number, Selection::none(n))
    };
    make(session, numbers.iter().map(none).collect());
}

/// Takes back the last change, or with `again` makes the last one that was taken back. Changes of
/// selections that have begun anew since, as with other data, are passed over.
pub fn step(session: Session, again: bool) {
    addressing::settle(session);
    let next = move || {
        let changes = session.changes.try_update_value(|changes| {
            let (from, to) = if again {
                (&mut changes.undone, &mut changes.past)
            } else {
                (&mut changes.past, &mut changes.undone)
            };
            let change = from.pop()?;
            to.push(change.clone());
            Some(change)
        });
        changes.flatten()
    };
    while let Some(change) = next() {
        let mut moved = false;
        for number in change {
            moved |= if number == PINS {
                turn(session.reading.pins, again)
            } else if number == SETTINGS {
                let moved = turn(session.settings, again);
                if moved {
                    let settings = session
                        .settings
                        .with_untracked(|history| history.present().clone());
                    addressing::choose(session, &settings);
                }
                moved
            } else {
                if number < NEURONS {
                    let part = [Part::Test, Part::Train][number];
                    session.last_selected_part.set(part);
                }
                turn(histories(session)[number], again)
            };
        }
        if moved {
            return;
        }
    }
}

/// One step back or forth, where there is one.
fn turn<T: Clone + PartialEq + Send + Sync + 'static>(
    history: RwSignal<History<T>>,
    again: bool,
) -> bool {
    let is_possible = history.with_untracked(|history| can(history, again));
    if is_possible {
        history.update(|history| {
            let _ = if again {
                history.redo()
            } else {
                history.undo()
            };
        });
    }
    is_possible
}

fn can<T: Clone + PartialEq>(history: &History<T>, again: bool) -> bool {
    if again {
        history.can_redo()
    } else {
        history.can_undo()
    }
}

/// Whether [`step`] would do something.
pub fn can_step(session: Session, again: bool) -> bool {
    histories(session)
        .into_iter()
        .any(|history| history.with(|history| can(history, again)))
        || session.reading.pins.with(|pins| can(pins, again))
        || session.settings.with(|settings| can(settings, again))
}
