//! Which network a step is shown on: one that comes with the page, or the visitor's own.

use crate::analysis::Analysis;
use crate::story::{Example, Own, Step};
use crate::view::session::keeping;
use crate::view::state::{OpenDataset, Session, Shelved};
use leptos::prelude::*;

/// Whose network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// One that comes with the page.
    Example(Example),
    /// One that was trained or opened by the visitor.
    Own,
}

/// Data sets that were opened with an example, by their number.
pub type Opened = [(u32, Example)];

/// Whose network it is; `None` where there is none.
fn owner(
    open: &OpenDataset,
    analysis: &Analysis,
    trained_here: bool,
    opened: &Opened,
) -> Option<Subject> {
    if analysis.snapshots.is_empty() {
        return None;
    }
    let example = opened.iter().find(|(id, _)| *id == open.id);
    // A network that was trained on the images of an example is no longer the example.
    Some(match example {
        Some((_, example)) if !trained_here => Subject::Example(*example),
        _ => Subject::Own,
    })
}

fn of_shelved(entry: &Shelved, opened: &Opened) -> Option<Subject> {
    let trained_here = entry.checkpoint.is_some();
    owner(&entry.dataset, &entry.analysis, trained_here, opened)
}

/// Whose network the page shows, tracked.
pub fn shown(session: Session, opened: &Opened) -> Option<Subject> {
    let trained_here = session.checkpoint.with(Option::is_some);
    session.dataset.with(|open| {
        let open = open.as_ref()?;
        session
            .analysis
            .with(|analysis| owner(open, analysis, trained_here, opened))
    })
}

/// Where a network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the page.
    Here,
    /// On the shelf.
    Shelf(usize),
}

/// Where the visitor's own network is that a step can be shown on, the newest first; tracked.
pub fn own(session: Session, step: &Step, opened: &Opened) -> Option<Place> {
    let accepted = |open: &OpenDataset, own: Own| own.accepts(&open.dataset);
    let here = session
        .dataset
        .with(|open| open.as_ref().is_some_and(|open| accepted(open, step.own)));
    if here && shown(session, opened) == Some(Subject::Own) {
        return Some(Place::Here);
    }
    session.shelf.with(|shelf| {
        let is_own = |entry: &Shelved| {
            of_shelved(entry, opened) == Some(Subject::Own) && accepted(&entry.dataset, step.own)
        };
        shelf.iter().rposition(is_own).map(Place::Shelf)
    })
}

/// Where an example is that was opened before; tracked.
pub fn example(session: Session, example: Example, opened: &Opened) -> Option<Place> {
    let wanted = Some(Subject::Example(example));
    if shown(session, opened) == wanted {
        return Some(Place::Here);
    }
    session.shelf.with(|shelf| {
        let is_it = |entry: &Shelved| of_shelved(entry, opened) == wanted;
        shelf.iter().rposition(is_it).map(Place::Shelf)
    })
}

/// The example that the page was opened with: by its address, or by itself.
pub fn at_the_start(address: Option<&str>) -> Option<Example> {
    let address = address.unwrap_or(keeping::SHIPPED);
    Example::ALL
        .into_iter()
        .find(|example| address.ends_with(example.address()))
}
