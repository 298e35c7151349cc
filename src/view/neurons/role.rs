//! The role of the chosen neurons: which observations activate them, of which classes. Where several
//! are chosen, their mean activation counts.

use std::sync::Arc;

use leptos::prelude::*;

use super::colouring::{Colours, Range, on_scale};
use super::scale::{Bar, ScaleLegend};
use crate::analysis::Representation;
use crate::canvas::history::History;
use crate::canvas::palette::class_color;
use crate::canvas::selection::Combine;
use crate::neurons::{
    ActivationHistogram, DiscriminativeMap, mean_by_class, mean_over_neurons,
    strongest_observations,
};
use crate::view::caption::Caption;
use crate::view::frame::theme;
use crate::view::naming;
use crate::view::notice::FailureBox;
use crate::view::projection_panel::{Busy, layout_name};
use crate::view::scatter::ScatterView;
use crate::view::session::{projecting, relating, selecting};
use crate::view::state::{Layout, Session};
use crate::view::thumbnail::Thumbnail;

/// Images of the observations that activate a neuron most.
const STRONGEST: usize = 24;
/// Bins of the histograms.
const BINS: usize = 24;

/// What the chosen neurons make of each observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The layer and epoch.
    representation: Representation,
    /// The chosen neurons, ascending.
    neurons: Vec<u32>,
    /// Their mean activation by each observation.
    values: Vec<f32>,
    /// The class of each observation.
    labels: Vec<u8>,
}

/// The layer after training; before, where there is no after.
fn observed(session: Session) -> Option<Representation> {
    let [before, after] = session
        .neurons
        .pictures
        .map(|picture| picture.representation.get());
    after.or(before)
}

/// Follows the chosen neurons; `None` while there are none.
pub fn follow(session: Session) -> Memo<Option<Arc<Response>>> {
    Memo::new(move |_| {
        let representation = observed(session)?;
        let neurons: Vec<u32> = session
            .neurons
            .selected
            .with(|history| history.present().iter().collect());
        session.analysis.with(|analysis| {
            let activations = analysis.activations(representation)?;
            let labels = analysis.subset(representation.part).labels.clone();
            let width = activations.len().checked_div(labels.len())?;
            let values = mean_over_neurons(activations, width, &neurons).ok()?;
            Some(Arc::new(Response {
                representation,
                neurons,
                values,
                labels,
            }))
        })
    })
}

/// The observations as the layer sees them, in the colours of their activation of chosen neurons.
#[component]
pub fn ObservationPanel(
    /// What the chosen neurons respond to.
    response: Memo<Option<Arc<Response>>>,
) -> impl IntoView {
    let session = Session::from_context();
    // The activations themselves: a layer of another network has the same name.
    let shown = Memo::new_with_compare(
        move |_| {
            let representation = observed(session)?;
            let activations = session
                .analysis
                .with(|analysis| analysis.activations(representation).cloned())?;
            Some((representation, activations))
        },
        |old, new| match (old, new) {
            (Some(Some(old)), Some(Some(new))) => old.0 != new.0 || !Arc::ptr_eq(&old.1, &new.1),
            (Some(None), Some(None)) => false,
            _ => true,
        },
    );
    view! {
        <section class="panel" aria-label="Observations of the neurons">
            {move || shown.get().map(|(representation, _)| view! { <Observations representation response /> })}
        </section>
    }
}

#[component]
fn Observations(
    representation: Representation,
    response: Memo<Option<Arc<Response>>>,
) -> impl IntoView {
    let session = Session::from_context();
    let panel = session.neurons.observations;
    panel.representation.set(representation);
    projecting::follow(session, panel);
    on_cleanup(move || projecting::abandon(session, panel));
    let range = move || Range::of(&response.get()?.values);
    let tinted = Memo::new(move |_| {
        let response = response.get()?;
        let range = Range::of(&response.values)?;
        let marks = on_scale(&response.values, range, theme(session.dark.get()));
        Some(Arc::new(marks))
    });
    let what = Signal::derive(move || {
        response.get().map_or_else(String::new, |response| {
            format!("Activation of {}", name(&response.neurons))
        })
    });
    view! {
        <header class="panel-head"><h2>"Observations"</h2></header>
        <div
            class="stage"
            data-layout=move || layout_name(&panel.layout.get())
            data-points=move || panel.positions.with(|positions| positions.len() / 2)
        >
            <ScatterView panel tinted />
            {move || match panel.layout.get() {
                Layout::Failed(failure) => Some(view! {
                    <div class="empty">
                        <FailureBox failure />
                        <button on:click=move |_| projecting::restart(session, panel)>"Try again"</button>
                    </div>
                }),
                _ => None,
            }}
            <Busy panel />
        </div>
        <ScaleLegend what range=Signal::derive(range) bar=Bar::Sequential />
        <Caption panel />
    }
}

/// "neuron 12"; "the mean of 5 neurons". Counted from 1.
fn name(neurons: &[u32]) -> String {
    match neurons {
        [neuron] => format!("neuron {}", neuron + 1),
        neurons => format!("{} neurons, their mean", neurons.len()),
    }
}

/// What the chosen neurons respond to, below the pictures.
#[component]
pub fn Role(
    /// What the colours say.
    colours: Colours,
    /// What the chosen neurons respond to.
    response: Memo<Option<Arc<Response>>>,
) -> impl IntoView {
    let session = Session::from_context();
    let selected = session.neurons.selected;
    let title = move || match response.get() {
        None => {
            "Click a neuron, or draw a lasso around some, to see what they respond to.".to_owned()
        }
        Some(response) => {
            let name = name(&response.neurons);
            let mut title = name[..1].to_uppercase();
            title.push_str(&name[1..]);
            title
        }
    };
    let powers = move || {
        let response = response.get()?;
        let [neuron] = response.neurons[..] else {
            return None;
        };
        let of = |side: usize, when: &str| {
            let map = colours.maps[side].get()?;
            power(session, &map, neuron).map(|power| format!("{when}: {power}"))
        };
        let both = [of(0, "before training"), of(1, "after training")];
        Some(both.into_iter().flatten().collect::<Vec<_>>().join("; "))
    };
    view! {
        <section class="role" aria-label="Role of the chosen neurons">
            <div class="strip-head">
                <p aria-live="polite">
                    <b data-testid="role-title">{title}</b>
                    <span class="soft small" data-testid="role-power">{powers}</span>
                </p>
                <button class="quiet" disabled=move || !selected.with(History::can_undo)
                    on:click=move |_| selected.update(|history| { history.undo(); })>"Undo"</button>
                <button class="quiet" disabled=move || !selected.with(History::can_redo)
                    on:click=move |_| selected.update(|history| { history.redo(); })>"Redo"</button>
                <button class="quiet" disabled=move || response.get().is_none()
                    on:click=move |_| relating::clear(session)>"Clear"</button>
            </div>
            {move || response.get().map(|response| view! {
                <Strongest response=response.clone() />
                <Histograms response />
            })}
        </section>
    }
}

/// What a neuron tells apart, in words.
fn power(session: Session, map: &DiscriminativeMap, neuron: u32) -> Option<String> {
    let neuron = neuron as usize;
    let score = *map.scores.get(neuron)?;
    Some(match *map.classes.get(neuron)? {
        Some(class) => format!(
            "discriminates {} best, S = {score:.4}",
            naming::class(session, class)
        ),
        None => "tells no class apart".to_owned(),
    })
}

/// The images that activate the neurons most, strongest first.
#[component]
fn Strongest(response: Arc<Response>) -> impl IntoView {
    let session = Session::from_context();
    let part = response.representation.part;
    let strongest = strongest_observations(&response.values, 1, 0, STRONGEST).unwrap_or_default();
    let has_images = session.has_images();
    view! {
        <div class="strip-images" data-testid="role-strongest" tabindex="-1">
            {strongest.into_iter().map(|(index, value)| {
                let label = response.labels.get(index as usize).copied().unwrap_or(0);
                let name = format!(
                    "{part} observation {}, class {}, activation {value:.3}",
                    index + 1,
                    naming::class(session, label),
                );
                view! {
                    <button
                        style=format!("--class: {}", class_color(usize::from(label)).css())
                        aria-label=name.clone()
                        title=name
                        data-class=label.to_string()
                        on:pointerenter=move |_| session.hovered.set(Some((part, index)))
                        on:pointerleave=move |_| session.hovered.set(None)
                        on:focus=move |_| session.hovered.set(Some((part, index)))
                        on:click=move |_| selecting::select(session, part, &[index], Combine::Replace)
                    >
                        {has_images.then(|| view! { <Thumbnail part index side=40 /> })}
                        <small>{format!("{value:.2}")}</small>
                    </button>
                }
            }).collect_view()}
        </div>
    }
}

/// How often each class activates the neurons how strongly: shares of the class, all on one scale.
#[component]
fn Histograms(response: Arc<Response>) -> impl IntoView {
    let session = Session::from_context();
    let Response { values, labels, .. } = &*response;
    let histogram = ActivationHistogram::new(values, 1, labels, 0, BINS);
    let means = mean_by_class(values, labels);
    let (Ok(histogram), Ok(means)) = (histogram, means) else {
        return ().into_any();
    };
    let shares = |class: usize| -> Vec<f32> {
        let counts = histogram.of_class(class).unwrap_or_default();
        let all: u32 = counts.iter().sum();
        let share = |&count: &u32| count as f32 / all.max(1) as f32;
        counts.iter().map(share).collect()
    };
    let highest = (0..means.len())
        .flat_map(shares)
        .fold(f32::MIN_POSITIVE, f32::max);
    let range = format!(
        "Activation from {:.2} (left) to {:.2} (right), and its mean, for each class",
        histogram.least, histogram.greatest
    );
    let rows = means.iter().enumerate().filter_map(|(class, mean)| {
        let mean = (*mean)?;
        let name = naming::class(session, class as u8);
        let bars = bars(&shares(class), highest);
        let says = format!("{name}: mean activation {mean:.3}");
        Some(view! {
            <li style=format!("--class: {}", class_color(class).css()) data-class=class.to_string() data-mean=mean.to_string() title=says>
                <span><span class="swatch"></span>{name}</span>
                <b>{format!("{mean:.2}")}</b>
                <svg viewBox=format!("0 0 {} 1", histogram.bins) preserveAspectRatio="none" aria-hidden="true">
                    <path d=bars fill="var(--class)" />
                </svg>
            </li>
        })
    });
    view! {
        <p class="soft small">{range}</p>
        <ul class="histograms" data-testid="role-classes">{rows.collect_view()}</ul>
    }
    .into_any()
}

/// Bars from the bottom of a box that is as wide as there are bars and 1 high.
fn bars(shares: &[f32], highest: f32) -> String {
    let bar = |(at, share): (usize, &f32)| {
        let height = share / highest;
        format!("M{at} 1h1v-{height:.4}h-1z")
    };
    shares.iter().enumerate().map(bar).collect()
}
