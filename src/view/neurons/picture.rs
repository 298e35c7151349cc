//! The neurons of a layer at one epoch: the picture, its progress and its caption.

use std::sync::Arc;

use leptos::prelude::*;

use super::colouring::Colours;
use super::state::{Colouring, NeuronPicture, PLACES, Scoring};
use crate::analysis::{NeuronMap, Source};
use crate::canvas::palette::class_color;
use crate::canvas::selection::Combine;
use crate::view::hover_card::corner;
use crate::view::naming;
use crate::view::notice::FailureBox;
use crate::view::projection_panel::layout_name;
use crate::view::scatter::{Points, PointsView};
use crate::view::session::relating;
use crate::view::state::{Layout, Session};

/// One picture with its heading.
#[component]
pub fn NeuronPanel(
    /// Which.
    picture: NeuronPicture,
    /// What the colours say.
    colours: Colours,
) -> impl IntoView {
    let session = Session::from_context();
    let side = picture.side;
    let name = ["before training", "after training"][side];
    let title = move || match picture.representation.get() {
        Some(representation) => naming::title(session, representation),
        None => ["Before training", "After training"][side].to_owned(),
    };
    view! {
        <section class="panel" aria-label=format!("Neurons {name}")>
            <header class="panel-head"><h2>{title}</h2></header>
            <div
                class="stage"
                data-layout=move || layout_name(&picture.layout.get())
                data-scoring=move || scoring_name(&picture.scoring.get())
                data-points=move || picture.positions.with(|positions| positions.len() / 2)
            >
                <Plot picture colours />
                <Show when=move || picture.representation.get().is_none()><Absence side /></Show>
                {move || failure(picture).map(|failure| view! {
                    <div class="empty">
                        <FailureBox failure />
                        <button on:click=move |_| relating::restart(session, picture)>"Try again"</button>
                    </div>
                })}
                <Busy picture />
            </div>
            <Caption picture />
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
fn failure(picture: NeuronPicture) -> Option<crate::worker::protocol::Failure> {
    match picture.layout.get() {
        Layout::Failed(failure) => Some(failure),
        _ => None,
    }
}

/// The neurons in the plane.
#[component]
fn Plot(picture: NeuronPicture, colours: Colours) -> impl IntoView {
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
        label: Signal::derive(move || {
            let what = picture.representation.get();
            let what = what.map_or_else(String::new, |what| naming::title(session, what));
            format!("Neurons: {what}. Use [ and ] to visit neurons, Enter to select.")
        }),
        space: picture.representation.into(),
        positions: picture.positions,
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
    view! { <PointsView points room=None trails=None card /> }
}

/// What is known of the neuron under the pointer.
#[component]
fn Card(
    picture: NeuronPicture,
    colours: Colours,
    neuron: u32,
    place: [f64; 2],
    room: [f64; 2],
) -> impl IntoView {
    let session = Session::from_context();
    let at = neuron as usize;
    let best = move || {
        let map = colours.maps[picture.side].get()?;
        let class = (*map.classes.get(at)?)?;
        Some((class, *map.scores.get(at)?))
    };
    let value = move || colours.values[picture.side].get()?.get(at).copied();
    let says = move || match colours.colouring.get() {
        Colouring::Map => None,
        Colouring::OneClass => {
            let class = naming::class(session, session.neurons.class.get());
            value().map(|score| format!("S against class {class}’s rest: {score:.4}"))
        }
        Colouring::MeanActivation => value().map(|mean| format!("Mean activation {mean:.3}")),
    };
    let [left, top] = corner(place, room);
    view! {
        <div class="hover-card" role="status" data-testid="neuron-card" style=format!("left: {left}px; top: {top}px")>
            <div>
                <div><b>{format!("Neuron {}", at + 1)}</b></div>
                {move || best().map(|(class, score)| view! {
                    <div>
                        <span class="swatch" style=format!("--class: {}", class_color(usize::from(class)).css())></span>
                        "Discriminates " <b>{naming::class(session, class)}</b> {format!(" best, S = {score:.4}")}
                    </div>
                })}
                {move || says().map(|says| view! { <div>{says}</div> })}
            </div>
        </div>
    }
}

/// Where there are no neurons yet.
#[component]
fn Absence(side: usize) -> impl IntoView {
    let session = Session::from_context();
    let (strong, text) = match side {
        0 => (
            "There is nothing to compare with",
            "A network trained here has its activations before training, too.",
        ),
        _ => (
            "The neurons follow when the training ends",
            "Each is a point: near each other are those whose activations go together.",
        ),
    };
    let none = move || {
        session
            .analysis
            .with(|analysis| analysis.snapshots.is_empty())
    };
    view! {
        <div class="empty">
            {move || if none() {
                view! {
                    <strong>"There are no neurons yet"</strong>
                    <p>"Train a network, and see here which of its neurons are alike, and which class each tells apart."</p>
                }.into_any()
            } else {
                view! { <strong>{strong}</strong><p>{text}</p> }.into_any()
            }}
        </div>
    }
}

/// Progress of layout and scores, with a way to end both.
#[component]
fn Busy(picture: NeuronPicture) -> impl IntoView {
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
fn Caption(picture: NeuronPicture) -> impl IntoView {
    let session = Session::from_context();
    let map = Memo::new(move |_| {
        let representation = picture.representation.get()?;
        let known = session
            .analysis
            .with(|analysis| analysis.neuron_maps.get(&representation).cloned());
        Some((representation, known.unwrap_or_default()))
    });
    let stopped = move || {
        picture.layout.get() == Layout::Stopped || picture.scoring.get() == Scoring::Stopped
    };
    view! {
        <div class="caption" data-testid=format!("caption-neurons-{}", picture.side)>
            {move || map.get().map(|(representation, NeuronMap { layout, discrimination })| {
                let observations = session.analysis.with(|a| a.subset(representation.part).len());
                let untrained = matches!(representation.source, Source::Layer { epoch: 0, .. });
                view! {
                    {layout.map(|layout| view! {
                        <b>{layout.positions.len() / 2}</b> " neurons, metric MDS of 1 − |r|, stress "
                        <b data-testid=format!("neuron-stress-{}", picture.side)
                            title="Kruskal’s normalised stress: 0 is perfect, 0.2 is poor. Neurons that all go different ways cannot be laid out in a plane without.">
                            {format!("{:.3}", layout.stress.normalised)}
                        </b>
                    })}
                    {discrimination.map(|found| format!(
                        " · {} extremely randomized trees per class on {observations} {} observations{}",
                        found.config.trees,
                        representation.part,
                        if untrained { ", of random weights" } else { "" },
                    ))}
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
