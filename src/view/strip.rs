//! The images of the selected observations.

use leptos::prelude::*;

use super::frame::class_style;
use super::reading::pins::PinButton;
use super::session::{selecting, undoing};
use super::state::Session;
use super::thumbnail::Thumbnail;
use crate::canvas::selection::Combine;

/// More images than this are not drawn at once.
const MOST: usize = 120;

/// Below the projections.
#[component]
pub fn Strip() -> impl IntoView {
    let session = Session::from_context();
    let part = move || session.last_selected_part.get();
    let selected = Memo::new(move |_| {
        session
            .selection(part())
            .with(|history| history.present().iter().collect::<Vec<u32>>())
    });
    // What the right projection's network says, or the left one's.
    let predicted = Memo::new(move |_| {
        let part = part();
        session.analysis.with(|analysis| {
            session
                .panels
                .iter()
                .rev()
                .map(|panel| panel.representation.get())
                .find_map(|representation| {
                    let snapshot = analysis.snapshot_of(representation)?;
                    (representation.part == part).then(|| snapshot.predictions.predicted.clone())
                })
        })
    });
    let labels = move || {
        session
            .analysis
            .with(|analysis| analysis.subset(part()).clone())
    };
    let summary = move || {
        let selected = selected.get();
        if selected.is_empty() {
            return "Draw a lasso in a projection, or click a point, to see its images here."
                .into();
        }
        let labels = labels();
        // Where a network of the visitor's own came without predictions, there are none.
        let predicted = predicted.get().filter(|predicted| !predicted.is_empty());
        let wrong = predicted.map_or(0, |predicted| {
            let wrong = |i: &&u32| predicted.get(**i as usize) != labels.labels.get(**i as usize);
            selected.iter().filter(wrong).count()
        });
        let s = if selected.len() == 1 { "" } else { "s" };
        let mut text = format!("{} {} observation{s} selected", selected.len(), part());
        if wrong > 0 {
            text += &format!(", {wrong} misclassified");
        }
        if selected.len() > MOST {
            text += &format!("; the first {MOST} are shown");
        }
        text
    };
    view! {
        <section class="strip" aria-label="Selected images">
            <div class="strip-head">
                <p class="soft small" data-testid="selection-summary" aria-live="polite">{summary}</p>
                <PinButton />
                <button class="quiet" disabled=move || !undoing::can_step(session, false) on:click=move |_| selecting::undo(session)>"Undo"</button>
                <button class="quiet" disabled=move || !undoing::can_step(session, true) on:click=move |_| selecting::redo(session)>"Redo"</button>
                <button class="quiet" disabled=move || selected.get().is_empty() on:click=move |_| selecting::clear(session)>"Clear"</button>
            </div>
            <div class="strip-images" tabindex="-1">
                {move || {
                    let part = part();
                    let labels = labels();
                    let predicted = predicted.get();
                    selected.get().into_iter().take(MOST).map(|index| {
                        let label = labels.labels.get(index as usize).copied().unwrap_or(0);
                        let wrong = predicted.as_ref().and_then(|p| p.get(index as usize)).is_some_and(|p| *p != label);
                        let name = format!("{part} observation {}, class {label}{}", index + 1, if wrong { ", misclassified" } else { "" });
                        view! {
                            <button
                                class:wrong=wrong
                                style=class_style(usize::from(label))
                                aria-label=name.clone()
                                title=name
                                on:pointerenter=move |_| session.hovered.set(Some((part, index)))
                                on:pointerleave=move |_| session.hovered.set(None)
                                on:focus=move |_| session.hovered.set(Some((part, index)))
                                on:click=move |_| selecting::select(session, part, &[index], Combine::Replace)
                            >
                                <Thumbnail part index side=40 />
                            </button>
                        }
                    }).collect_view()
                }}
            </div>
        </section>
    }
}
