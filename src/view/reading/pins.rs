//! Pinning observations, so that their images stay beside the picture.

use leptos::prelude::*;

use super::state::{Insets, Pin, no_pins};
use crate::view::session::{addressing, undoing};
use crate::view::state::{Session, View};

/// More observations than this are not pinned at once.
const MOST: usize = 12;

/// Pins observations; where all of them are pinned, takes them out. Can be undone.
pub fn toggle(session: Session, chosen: &[Pin]) {
    if chosen.is_empty() {
        return;
    }
    let reading = session.reading;
    addressing::settle(session);
    reading.pins.update(|history| {
        let mut pins = history.present().clone();
        if chosen.iter().all(|pin| pins.contains(pin)) {
            pins.retain(|pin| !chosen.contains(pin));
        } else {
            let new = chosen.iter().filter(|pin| !history.present().contains(pin));
            pins.extend(new);
        }
        history.push(pins);
    });
    let mut changed = vec![undoing::PINS];
    if reading.insets.get_untracked() == Insets::None {
        reading.insets.set(Insets::Pinned);
        // That they are shown belongs to the same step.
        if addressing::remember_now(session) {
            changed.push(undoing::SETTINGS);
        }
    }
    undoing::made(session, changed);
}

/// Pins the observation under the pointer, or takes it out; only where insets are shown.
pub fn toggle_hovered(session: Session) {
    if session.view.get_untracked() == View::Projections
        && let Some(pin) = session.hovered.get_untracked()
    {
        toggle(session, &[pin]);
    }
}

/// Another data set has other observations.
pub fn follow(session: Session) {
    let id = session.dataset_id();
    let size = session.subset_size;
    Effect::new(move |_| {
        id.track();
        size.track();
        session.reading.pins.set(no_pins());
    });
}

/// Pins the selected observations: by touch, where there is no key and no double click.
#[component]
pub fn PinButton() -> impl IntoView {
    let session = Session::from_context();
    let selected = Memo::new(move |_| -> Vec<Pin> {
        let part = session.last_selected_part.get();
        session.selection(part).with(|history| {
            let few = history.present().count() <= MOST;
            let pins = history.present().iter().map(|index| (part, index));
            if few { pins.collect() } else { Vec::new() }
        })
    });
    let are_pinned = move || {
        let selected = selected.get();
        let pinned = |pins: &[Pin]| selected.iter().all(|pin| pins.contains(pin));
        !selected.is_empty() && session.reading.pins.with(|pins| pinned(pins.present()))
    };
    view! {
        <Show when=move || session.view.get() == View::Projections>
            <button
                class="quiet"
                title=format!("Show the images of the selected observations, at most {MOST}, beside the points")
                disabled=move || selected.with(Vec::is_empty)
                on:click=move |_| toggle(session, &selected.get_untracked())
            >
                {move || if are_pinned() { "Unpin" } else { "Pin" }}
            </button>
        </Show>
    }
}
