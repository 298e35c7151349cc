//! Progress of a picture of neurons, and the line below it.

use leptos::prelude::*;

use super::drawn::Drawn;
use super::state::{NeuronPicture, Scoring};
use crate::analysis::NeuronMap;
use crate::view::glossary::prose;
use crate::view::notice::FailureBox;
use crate::view::session::relating;
use crate::view::state::{Layout, Session};

/// Progress of layout and scores, with a way to end both.
#[component]
pub fn Busy(
    /// Of which picture.
    picture: NeuronPicture,
) -> impl IntoView {
    let session = Session::from_context();
    let running = Memo::new(move |_| {
        matches!(picture.layout.get(), Layout::Running { .. })
            || matches!(picture.scoring.get(), Scoring::Running { .. })
    });
    let words = move || match (picture.layout.get(), picture.scoring.get()) {
        (Layout::Running { progress, .. }, _) => progress.stage,
        (_, Scoring::Running { trees, .. }) => format!("{trees} trees stand"),
        _ => String::new(),
    };
    let fraction = move || {
        let layout = match picture.layout.get() {
            Layout::Running { progress, .. } => progress.fraction,
            _ => 1.0,
        };
        let scores = match picture.scoring.get() {
            Scoring::Running { fraction, .. } => fraction,
            _ => 1.0,
        };
        (layout + scores) / 2.0
    };
    view! {
        <Show when=move || running.get()>
            <div class="busy">
                <span>{words}</span>
                <progress max="1" value=move || fraction().to_string() aria-label="Progress of the neurons"></progress>
                <button class="quiet" on:click=move |_| relating::cancel(session, picture)>"Stop"</button>
            </div>
        </Show>
    }
}

/// The line below a picture.
#[component]
pub fn Caption(
    /// Of which picture.
    picture: NeuronPicture,
    /// Both pictures as they are drawn.
    drawn: Drawn,
) -> impl IntoView {
    let session = Session::from_context();
    let side = picture.side;
    let map = Memo::new(move |_| Some((picture.representation.get()?, picture.found(session)?)));
    let stopped = move || {
        picture.layout.get() == Layout::Stopped || picture.scoring.get() == Scoring::Stopped
    };
    view! {
        <div class="caption" data-testid=format!("caption-neurons-{side}")>
            {move || map.get().map(|(representation, NeuronMap { layout, discrimination })| {
                let part = representation.part;
                let observations = session.analysis.with(|a| a.subset(part).len());
                let dead = layout.as_ref().is_some_and(|layout| layout.constant.len() * 2 == layout.positions.len());
                view! {
                    {layout.map(|layout| view! {
                        <b>{layout.positions.len() / 2}</b> " neurons"
                        {constant(layout.constant.len())}
                        {prose(" · [mds|metric MDS] of [correlation|1 − |r|], [stress|stress] ")}
                        <b data-testid=format!("neuron-stress-{side}")>
                            {format!("{:.3}", layout.stress.normalised)}
                        </b>
                    })}
                    <span class="details">
                    {move || (side == 1).then(|| drawn.apart.get()).flatten().map(|apart| view! {
                        {prose(", [procrustes|turned to fit] the other picture: ")}
                        <span data-testid="neurons-apart" title="Root mean square of the distances between a neuron’s places in both pictures">{format!("{apart:.3}")}</span>
                        " apart"
                    })}
                    {dead.then(|| view! {
                        <span class="note">"Every neuron of this layer is constant: it tells the next layer nothing, and where the neurons lie means nothing."</span>
                    })}
                    {discrimination.map(|found| prose(&format!(
                        " · {} [extra-trees|extremely randomized trees] per class on {observations} {part} observations",
                        found.config.trees,
                    )))}
                    </span>
                }
            })}
            {move || match picture.scoring.get() {
                Scoring::Failed(failure) => Some(view! { <FailureBox failure /> }),
                _ => None,
            }}
            {move || stopped().then(|| view! {
                <span class="note">
                    "Stopped. "
                    <button class="quiet" on:click=move |_| relating::restart(session, picture)>"Compute it to the end"</button>
                </span>
            })}
        </div>
    }
}

/// How many neurons never change.
pub fn constant(count: usize) -> Option<String> {
    (count > 0).then(|| format!(", {count} constant"))
}
