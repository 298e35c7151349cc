//! Which colour is which class; hides and shows classes.

use leptos::prelude::*;

use super::frame::class_style;
use super::session::selecting;
use super::state::Session;

/// Above the projections, since it counts for both.
#[component]
pub fn Legend() -> impl IntoView {
    let session = Session::from_context();
    let classes = Memo::new(move |_| {
        session.dataset.with(|open| {
            open.as_ref()
                .map(|open| open.dataset.class_names.clone())
                .unwrap_or_default()
        })
    });
    let shown = move |class: usize| {
        session
            .hidden_classes
            .with(|hidden| !hidden.get(class).copied().unwrap_or(false))
    };
    let any_hidden = move || {
        session
            .hidden_classes
            .with(|h| h.iter().any(|hidden| *hidden))
    };
    view! {
        <div class="legend">
            <div class="classes" role="group" aria-label="Classes: press to hide or show, double-click to show one alone">
                {move || classes.get().into_iter().enumerate().map(|(class, name)| view! {
                    <button
                        aria-pressed=move || shown(class).to_string()
                        title="Hide or show this class; double-click shows it alone"
                        style=class_style(class)
                        on:click=move |_| selecting::toggle_class(session, class)
                        on:dblclick=move |_| selecting::only_class(session, class)
                    >
                        <span class="swatch"></span>{name}
                    </button>
                }).collect_view()}
            </div>
            <Show when=any_hidden>
                <button class="quiet" on:click=move |_| session.hidden_classes.update(|h| h.fill(false))>"Show all"</button>
            </Show>
            <span class="sign">
                <svg viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.5" fill="currentColor" /></svg>
                "classified right"
            </span>
            <span class="sign">
                <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M6 1l5.2 9.5H.8z" fill="currentColor" /></svg>
                "misclassified, in the predicted class’s colour"
            </span>
        </div>
    }
}
