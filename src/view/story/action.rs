//! What a visitor can do where a verdict is not known yet.

use leptos::prelude::*;

use super::following::{Standing, Tour};
use crate::story::{Kind, Missing, step};
use crate::view::session::training;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Train,
    GoWithout,
    Retry,
}

fn action(tour: Tour) -> Option<Action> {
    match tour.standing.get() {
        Standing::Failed => return Some(Action::Retry),
        Standing::Loading | Standing::Training => return None,
        Standing::Shown => {}
    }
    match tour.verdict.get()?.kind {
        Kind::NotYet(Missing::Network | Missing::Layout | Missing::Activations) => {
            tour.session.is_trainable().then_some(Action::Train)
        }
        Kind::NotYet(Missing::Unprocessed) => Some(Action::GoWithout),
        _ => None,
    }
}

/// The button, where there is something to do.
#[component]
pub fn ActionButton(tour: Tour) -> impl IntoView {
    let what = Memo::new(move |_| action(tour));
    let act = move |action| match action {
        Action::Train => {
            tour.prefers_own.set(true);
            training::start(tour.session);
        }
        Action::GoWithout => {
            if let Some(at) = step("polarity") {
                tour.go(at);
            }
        }
        Action::Retry => tour.retry(),
    };
    move || {
        what.get().map(|action| {
            let name = match action {
                Action::Train => "train",
                Action::GoWithout => "go_without",
                Action::Retry => "retry",
            };
            view! { <button class="primary" on:click=move |_| act(action)>{move || tour.label(name)}</button> }
        })
    }
}
