//! The neurons of a layer at one epoch.

use std::sync::Arc;

use leptos::prelude::*;

use super::best::summary;
use super::caption::{Busy, Caption};
use super::card::Card;
use super::colouring::Colours;
use super::drawn::Drawn;
use super::state::{NeuronPicture, PLACES, Scoring};
use crate::analysis::{Analysis, Source};
use crate::canvas::selection::Combine;
use crate::view::exporting::What;
use crate::view::naming;
use crate::view::notice::FailureBox;
use crate::view::options::options;
use crate::view::projection_panel::layout_name;
use crate::view::scatter::{Points, PointsView};
use crate::view::session::relating;
use crate::view::state::{Layout, Run, Session};
use crate::worker::protocol::Failure;

/// One picture with its heading.
#[component]
pub fn NeuronPanel(
    /// Which.
    picture: NeuronPicture,
    /// What the colours say.
    colours: Colours,
    /// Both pictures as they are drawn.
    drawn: Drawn,
) -> impl IntoView {
    let session = Session::from_context();
    let side = picture.side;
    let name = ["left", "right"][side];
    let title = move || match picture.representation.get() {
        Some(representation) => naming::title(session, representation),
        None => ["Before training", "After training"][side].to_owned(),
    };
    view! {
        <section class="panel" aria-label=format!("Neurons on the {name}")>
            <header class="panel-head"><h2>{title}</h2><EpochMenu picture name /></header>
            <div
                class="stage"
                data-layout=move || layout_name(&picture.layout.get())
                data-scoring=move || scoring_name(&picture.scoring.get())
                data-points=move || picture.positions.with(|positions| positions.len() / 2)
            >
                <Plot picture colours drawn />
                <Show when=move || picture.representation.get().is_none()><Absence side /></Show>
                {move || failure(picture).map(|failure| view! {
                    <div class="empty">
                        <FailureBox failure />
                        <button on:click=move |_| relating::restart(session, picture)>"Try again"</button>
                    </div>
                })}
                <Busy picture />
            </div>
            <Caption picture drawn />
        </section>
    }
}

fn scoring_name(scoring: &Scoring) -> &'static str {
    match scoring {
        Scoring::Absent => "absent",
        Scoring::Running { .. } => "running",
        Scoring::Finished => "finished",
        Scoring::Stopped => "stopped",
        Scoring::Failed(_) => "failed",
    }
}

/// Without a layout there is nothing to look at; without scores there is.
fn failure(picture: NeuronPicture) -> Option<Failure> {
    match picture.layout.get() {
        Layout::Failed(failure) => Some(failure),
        _ => None,
    }
}

/// Chooses the epoch.
#[component]
fn EpochMenu(picture: NeuronPicture, name: &'static str) -> impl IntoView {
    let session = Session::from_context();
    let epochs = Memo::new(move |_| session.analysis.with(Analysis::epochs));
    let shown = Memo::new(move |_| match picture.representation.get()?.source {
        Source::Layer { epoch, .. } => Some(epoch),
        Source::Pixels => None,
    });
    let choose = move |event| {
        picture
            .chosen_epoch
            .set(event_target_value(&event).parse().ok());
    };
    view! {
        <Show when=move || { epochs.with(Vec::len) > 1 }>
            <select aria-label=format!("Neurons on the {name}: epoch") on:change=choose>
                {move || options(epochs.get().into_iter().map(|epoch| (epoch, naming::epoch(epoch))), shown.get())}
            </select>
        </Show>
    }
}

/// The neurons in the plane.
#[component]
fn Plot(picture: NeuronPicture, colours: Colours, drawn: Drawn) -> impl IntoView {
    let session = Session::from_context();
    let neurons = session.neurons;
    let side = picture.side;
    let visible = Memo::new(move |_| colours.visible(session, side));
    let marks = Memo::new(move |_| {
        let visible = visible.get();
        Arc::new(colours.marks(session, picture, visible.as_deref()))
    });
    let points = Points {
        place: PLACES[side],
        what: What::Neurons(picture, colours),
        about: Signal::derive(move || summary(session, picture, colours).unwrap_or_default()),
        label: Signal::derive(move || {
            let what = picture.representation.get();
            let what = what.map_or_else(String::new, |what| naming::title(session, what));
            format!("Neurons: {what}. Use [ and ] to visit neurons, Enter to select.")
        }),
        space: picture.representation.into(),
        positions: drawn.positions[side],
        marks,
        visible,
        hovered: Memo::new(move |_| neurons.hovered.get()),
        hover: Callback::new(move |neuron: Option<u32>| neurons.hovered.set(neuron)),
        select: Callback::new(move |(indices, how): (Vec<u32>, Combine)| {
            relating::select(session, &indices, how);
        }),
        clear: Callback::new(move |()| relating::clear(session)),
    };
    let card =
        move |neuron, place, room| view! { <Card picture colours neuron place room /> }.into_any();
    view! { <PointsView points room=Some(drawn.room) trails=None card /> }
}

/// Where there are no neurons (yet).
#[component]
fn Absence(side: usize) -> impl IntoView {
    let session = Session::from_context();
    let words = move || {
        let epochs = session.analysis.with(|analysis| analysis.epochs().len());
        match (epochs, side) {
            (0, _) => (
                "There are no neurons yet",
                "Train a network, and see here which of its neurons are alike, and which class each tells apart.",
            ),
            (_, 1) if session.run.with(Run::is_active) => (
                "The neurons follow when the training ends",
                "Each is a point: near each other are those whose activations go together.",
            ),
            (1, 0) => (
                "There is nothing to compare with",
                "A network trained here has its activations before training, too.",
            ),
            _ => (
                "The activations of this layer were not kept",
                "Memory was too short for them. Choose another layer or epoch.",
            ),
        }
    };
    view! {
        <div class="empty">
            <strong>{move || words().0}</strong>
            <p>{move || words().1}</p>
        </div>
    }
}
