//! The guided tour through the paper's hypotheses, and the gallery of its figures: steps that set the
//! views up, and verdicts computed from what the page shows. What they say is data (public/story.json),
//! what they compare is [`crate::story`].

mod action;
mod arranging;
mod bar;
mod following;
mod gallery;
mod memento;
pub mod state;
mod subject;
mod verdict_box;

use leptos::prelude::*;

use bar::Bar;
use following::Tour;
use gallery::Gallery;
use state::Story;

/// The tour and the gallery, once one of them is wanted.
#[component]
pub fn StoryView() -> impl IntoView {
    let tour = Tour::begin();
    let story = Story::from_context();
    let open = Memo::new(move |_| story.at.with(Option::is_some));
    view! {
        <Show when=move || open.get()><Bar tour /></Show>
        <Gallery tour />
    }
}
