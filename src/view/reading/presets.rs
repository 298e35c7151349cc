//! Comparisons that are one click away.

use leptos::prelude::*;

use crate::analysis::{Analysis, Representation, Source};
use crate::dataset::Part;
use crate::view::state::Session;
use crate::view::subscriptions::{leaving, view_memo};

/// What differs between left and right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contrast {
    /// Before and after training: hypothesis 2 of the paper.
    Training,
    /// The first and the last hidden layer: hypothesis 3.
    Depth,
    /// The training and the test subset: hypothesis 4.
    Subset,
}

const CONTRASTS: [(Contrast, &str, &str); 3] = [
    (
        Contrast::Training,
        "Before | after",
        "One layer before training on the left, after it on the right",
    ),
    (
        Contrast::Depth,
        "First | last layer",
        "The first hidden layer on the left, the last one on the right",
    ),
    (
        Contrast::Subset,
        "Train | test",
        "One layer’s training observations on the left, its test observations on the right",
    ),
];

/// What the two projections show for a contrast, given what the right one shows; `None` where the
/// network has nothing to compare, or not all of it was kept.
fn pair(
    analysis: &Analysis,
    right: Representation,
    contrast: Contrast,
) -> Option<[Representation; 2]> {
    let epochs = analysis.epochs();
    let (&first, &newest) = (epochs.first()?, epochs.last()?);
    let deepest = analysis.hidden_layers().checked_sub(1)?;
    let (index, last) = match right.source {
        Source::Layer { index, epoch } if epoch != first => (index, epoch),
        Source::Layer { index, .. } => (index, newest),
        Source::Pixels => (deepest, newest),
    };
    let of = |part, index, epoch| Representation {
        part,
        source: Source::Layer { index, epoch },
    };
    let part = right.part;
    let pair = match contrast {
        Contrast::Training => [of(part, index, first), of(part, index, last)],
        Contrast::Depth => [of(part, 0, last), of(part, deepest, last)],
        Contrast::Subset => [of(Part::Train, index, last), of(Part::Test, index, last)],
    };
    let is_there = |of: &Representation| analysis.can_be_shown(*of);
    (pair[0] != pair[1] && pair.iter().all(is_there)).then_some(pair)
}

/// The buttons, once there is a network.
#[component]
pub fn Presets() -> impl IntoView {
    let session = Session::from_context();
    let shown = move || session.panels.map(|panel| panel.representation.get());
    let button = move |(contrast, name, title): (Contrast, &'static str, &'static str)| {
        let wanted = view_memo(move || {
            let right = shown()[1];
            session
                .analysis
                .with(|analysis| pair(analysis, right, contrast))
        });
        view! {
            <button
                title=title
                disabled=move || wanted.get().is_none()
                aria-pressed=leaving(move || (wanted.get() == Some(shown())).to_string())
                on:click=move |_| {
                    for (panel, representation) in session.panels.into_iter().zip(wanted.get_untracked().into_iter().flatten()) {
                        panel.chosen.set(true);
                        panel.representation.set(representation);
                    }
                }
            >
                {name}
            </button>
        }
    };
    let any = Memo::new(move |_| {
        session
            .analysis
            .with(|analysis| !analysis.snapshots.is_empty())
    });
    view! {
        <Show when=move || any.get()>
            <div class="presets" role="group" aria-label="Compare">
                <span class="soft">"Compare"</span>
                {CONTRASTS.map(button)}
            </div>
        </Show>
    }
}
