//! The role of the chosen neurons: which observations activate them, of which classes.

use std::sync::Arc;

use leptos::prelude::*;

use super::colouring::Colours;
use super::histograms::Histograms;
use super::response::Response;
use crate::canvas::selection::Combine;
use crate::neurons::{DiscriminativeMap, strongest_observations};
use crate::view::frame::class_style;
use crate::view::naming;
use crate::view::session::{keeping, relating, selecting};
use crate::view::state::Session;
use crate::view::thumbnail::Thumbnail;

/// Images of the observations that activate a neuron most.
const STRONGEST: usize = 24;

/// What the chosen neurons respond to, below the pictures.
#[component]
pub fn Role(
    /// What the colours say.
    colours: Colours,
) -> impl IntoView {
    let session = Session::from_context();
    let response = session.neurons.response;
    let chosen = move || {
        session
            .neurons
            .selected
            .with(|history| !history.present().is_empty())
    };
    let title = move || match response.get() {
        None if chosen() => {
            "The activations were not saved: what these neurons respond to cannot be told."
                .to_owned()
        }
        None => {
            "Click a neuron, or draw a lasso around some, to see what they respond to.".to_owned()
        }
        Some(response) => {
            let name = response.name();
            name[..1].to_uppercase() + &name[1..]
        }
    };
    let powers = move || {
        let response = response.get()?;
        let [neuron] = response.neurons[..] else {
            return None;
        };
        let of = |side: usize| {
            let map = colours.maps[side].get()?;
            let shown = session.neurons.pictures[side].representation.get()?;
            let power = power(session, &map, neuron)?;
            Some(format!("{}: {power}", naming::moment(shown)))
        };
        let both = [of(0), of(1)];
        Some(both.into_iter().flatten().collect::<Vec<_>>().join("; "))
    };
    // Of what the page shows first there is a file with activations.
    let has_more = move || {
        session
            .dataset
            .with(|open| open.as_ref().is_some_and(|open| open.opened.is_none()))
            && response.with(Option::is_none)
            && chosen()
    };
    let fetch = move |_| {
        let selected = session.neurons.selected;
        session
            .wished_neurons
            .set_value(selected.with_untracked(|history| history.present().iter().collect()));
        keeping::open_url(session, keeping::SHIPPED_WITH_ACTIVATIONS);
    };
    view! {
        <section class="role" aria-label="Role of the chosen neurons">
            <div class="strip-head">
                <p aria-live="polite">
                    <b class:soft=move || response.with(Option::is_none) data-testid="role-title">{title}</b>
                    <span class="soft small" data-testid="role-power">{powers}</span>
                </p>
                <button class="quiet" disabled=move || !chosen()
                    on:click=move |_| relating::clear(session)>"Choose none"</button>
            </div>
            <Show when=has_more>
                <p><button disabled=move || session.opening.with(Option::is_some) on:click=fetch>"Open the same with activations (0.3 MB)"</button></p>
            </Show>
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
                        style=class_style(usize::from(label))
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
