//! Every figure of the paper, with what shows it here.

use leptos::html;
use leptos::prelude::*;

use super::bar::Languages;
use super::following::{Measured, Tour, dataset_name, judged};
use super::subject::Subject;
use super::verdict_box::{Numbers, reported};
use crate::story::{FIGURES, Figure, Kind, STEPS, step};
use crate::view::state::Run;

/// A dialog with a card for each figure.
#[component]
pub fn Gallery(tour: Tour) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = tour.story.gallery;
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && open.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog class="gallery" node_ref=dialog lang=move || tour.story.language.get().code()
            aria-label=move || tour.label("gallery") on:close=move |_| open.set(false)>
            <Show when=move || open.get()>
                <header>
                    <h2>{move || tour.label("gallery")}</h2>
                    <Languages tour />
                    <button on:click=move |_| close()>{move || tour.label("close")}</button>
                </header>
                <p class="soft">{move || tour.label("gallery_intro")}</p>
                <ul>
                    {FIGURES.map(|figure| view! { <li data-figure=figure.number.to_string()><Card tour figure close /></li> })}
                </ul>
            </Show>
        </dialog>
    }
}

/// What is known of a step: what the page shows now says, or what it said earlier in this visit.
fn measured(tour: Tour, at: usize) -> Option<Measured> {
    let own_step = &STEPS[at];
    let session = tour.session;
    let fits = match tour.subject() {
        Some(Subject::Example(example)) => example == own_step.example,
        Some(Subject::Own) => session.dataset.with(|open| {
            open.as_ref()
                .is_some_and(|open| own_step.own.accepts(&open.dataset))
        }),
        None => false,
    };
    if fits && !session.run.with(Run::is_active) {
        let verdict = judged(session, own_step);
        if !matches!(verdict.kind, Kind::NotYet(_)) {
            return Some((dataset_name(session), verdict));
        }
    }
    tour.seen.with(|seen| seen.get(own_step.id).cloned())
}

#[component]
fn Card(
    tour: Tour,
    figure: Figure,
    close: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let at = step(figure.step).unwrap_or(0);
    let own_step = &STEPS[at];
    let found = Memo::new(move |_| measured(tour, at));
    let shows = move || {
        tour.words(|_, words| {
            let figure = words.figures.get(&figure.number.to_string());
            figure.map(|figure| figure.shows.clone())
        })?
    };
    let on = move || {
        tour.words(|script, _| script.paper.get(own_step.id).map(|paper| paper.on.clone()))?
    };
    let paper = move || tour.words(|script, words| reported(script, words, own_step))?;
    view! {
        <h3>{move || tour.label("figure")} " " {figure.number.to_string()}</h3>
        <p>{shows}</p>
        <p class="soft small">
            {on}
            {move || own_step.hypothesis.map(|number| format!(" · {} {number}", tour.label("hypothesis")))}
            {move || paper().map(|paper| format!(" · {paper}"))}
        </p>
        {move || {
            let found = found.get();
            let name = found.as_ref().map_or_else(|| tour.label("unknown"), |(name, verdict)| {
                format!("{name}: {}", tour.label(verdict.kind.name()))
            });
            view! {
                <Numbers tour step=own_step verdict=found.map(|(_, verdict)| verdict) />
                <p class="soft small" data-testid="gallery-measured">{name}</p>
            }
        }}
        <button on:click=move |_| {
            close();
            tour.go(at);
        }>{move || tour.label("show")}</button>
    }
}
