//! Building a network layer by layer.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::number_field::NumberInput;
use super::state::Session;
use crate::network::{LayerConfig, NetworkConfig, outline};

/// What a new layer is at first.
const NEW: [(&str, LayerConfig); 4] = [
    ("Convolution", LayerConfig::Conv { channels: 16 }),
    ("Pool", LayerConfig::Pool),
    ("Fully connected", LayerConfig::Dense { width: 128 }),
    ("Dropout", LayerConfig::Dropout { rate: 0.25 }),
];

/// Changes the network of the form, so that the change can be undone.
pub fn change(session: Session, network: NetworkConfig) {
    let before = session.network.get_untracked();
    if before != network {
        session.network_before.set(Some(before));
        session.network.set(network);
    }
}

fn change_layers(session: Session, with: impl FnOnce(&mut Vec<LayerConfig>)) {
    let mut network = session.network.get_untracked();
    with(&mut network.layers);
    change(session, network);
}

/// Undoes the last change; undoing that brings the change back.
fn undo(session: Session) {
    if let Some(before) = session.network_before.get_untracked() {
        change(session, before);
    }
}

/// Where a new layer goes so that the network can be built: layers that need an image before the
/// first fully connected one, the others at the end.
fn place_for(layer: LayerConfig, layers: &[LayerConfig]) -> usize {
    let connected = |layer: &LayerConfig| matches!(layer, LayerConfig::Dense { .. });
    match layer {
        LayerConfig::Conv { .. } | LayerConfig::Pool => {
            layers.iter().position(connected).unwrap_or(layers.len())
        }
        LayerConfig::Dense { .. } | LayerConfig::Dropout { .. } => layers.len(),
    }
}

/// Gives an element the keyboard once the page has followed a change.
fn focus_soon(id: String) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id);
        let element = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(element) = element {
            // Fails only for an element that cannot have it.
            let _ = element.focus();
        }
    });
}

/// The layers as a list that can be changed.
#[component]
pub fn LayerBuilder() -> impl IntoView {
    let session = Session::from_context();
    let shape = Memo::new(move |_| {
        session
            .dataset
            .with(|open| open.as_ref().map(|open| open.dataset.shape))
    });
    // What each layer makes of an image, or why it cannot, as far as that is known.
    let outcomes = Memo::new(move |_| {
        let Some(shape) = shape.get() else {
            return Vec::new();
        };
        session.network.with(|network| {
            outline(network, shape)
                .map(|layer| layer.map(|(shape, count)| (shape.to_string(), count)))
                .collect()
        })
    });
    let places = move || {
        session
            .network
            .with(|network| (0..network.layers.len()).collect::<Vec<_>>())
    };
    let add = move |layer: LayerConfig| {
        let place = session
            .network
            .with_untracked(|network| place_for(layer, &network.layers));
        change_layers(session, |layers| layers.insert(place, layer));
        focus_soon(format!("layer-{place}"));
    };
    view! {
        <ol class="layers" aria-label="Layers">
            <For each=places key=|place| *place let:place>
                <Row place outcome=Signal::derive(move || outcomes.with(|all| all.get(place).cloned())) />
            </For>
        </ol>
        <div class="row layer-tools">
            {NEW.map(|(name, layer)| view! {
                <button on:click=move |_| add(layer) aria-label=format!("Add: {name}")>{format!("+ {name}")}</button>
            })}
            <button
                class="quiet"
                disabled=move || session.network_before.with(Option::is_none)
                on:click=move |_| undo(session)
            >
                "Undo"
            </button>
        </div>
    }
}

type Outcome = Option<Result<(String, usize), crate::network::ConfigError>>;

/// One layer of the list. Rows belong to places, not to layers, so that what a visitor holds with
/// the keyboard stays.
#[component]
fn Row(place: usize, outcome: Signal<Outcome>) -> impl IntoView {
    let session = Session::from_context();
    let layer = Memo::new(move |_| {
        session
            .network
            .with(|network| network.layers.get(place).copied())
    });
    let count = Memo::new(move |_| session.network.with(|network| network.layers.len()));
    let number = place + 1;
    let kind = move || match layer.get() {
        Some(LayerConfig::Conv { .. }) => "Conv 3×3",
        Some(LayerConfig::Pool) => "Pool 2×2",
        Some(LayerConfig::Dense { .. }) => "FC",
        Some(LayerConfig::Dropout { .. }) => "Dropout",
        None => "",
    };
    let kind = Memo::new(move |_| kind());
    let set = move |new: LayerConfig| {
        change_layers(session, |layers| {
            if let Some(layer) = layers.get_mut(place) {
                *layer = new;
            }
        });
    };
    let value = move || {
        match kind.get() {
        "Conv 3×3" => Some(view! {
            <NumberInput step="1" name=format!("Layer {number}: channels")
                value=Signal::derive(move || match layer.get() { Some(LayerConfig::Conv { channels }) => channels, _ => 0 })
                set=move |channels| set(LayerConfig::Conv { channels }) />
        }.into_any()),
        "FC" => Some(view! {
            <NumberInput step="1" name=format!("Layer {number}: neurons")
                value=Signal::derive(move || match layer.get() { Some(LayerConfig::Dense { width }) => width, _ => 0 })
                set=move |width| set(LayerConfig::Dense { width }) />
        }.into_any()),
        "Dropout" => Some(view! {
            <NumberInput step="0.05" name=format!("Layer {number}: probability")
                value=Signal::derive(move || match layer.get() { Some(LayerConfig::Dropout { rate }) => rate, _ => 0.0 })
                set=move |rate| set(LayerConfig::Dropout { rate }) />
        }.into_any()),
        _ => None,
    }
    };
    let shape = move || match outcome.get() {
        Some(Ok((shape, _))) => shape,
        Some(Err(_)) | None => "–".into(),
    };
    let error = move || match outcome.get() {
        Some(Err(error)) => {
            Some(view! { <p class="failure small" role="alert">{error.to_string()}</p> })
        }
        _ => None,
    };
    let shift = move |to: usize, button: &str| {
        change_layers(session, |layers| {
            if place < layers.len() && to < layers.len() {
                layers.swap(place, to);
            }
        });
        // At an end of the list that button no longer works, but the other one does.
        let last = count.get_untracked().saturating_sub(1);
        let button = match to {
            0 => "down",
            to if to == last => "up",
            _ => button,
        };
        focus_soon(format!("layer-{to}-{button}"));
    };
    let is_last = move || count.get() <= place + 1;
    let remove = move |_| {
        change_layers(session, |layers| {
            if place < layers.len() {
                layers.remove(place);
            }
        });
        let left = count.get_untracked();
        if left > 0 {
            focus_soon(format!("layer-{}", place.min(left - 1)));
        }
    };
    view! {
        <li id=format!("layer-{place}") tabindex="-1">
            <div class="layer">
                <span>{move || kind.get()}</span>
                <span class="layer-value">{value}</span>
                <span class="soft layer-shape" data-testid=format!("shape-{number}")>{shape}</span>
                <span class="layer-moves">
                    <button class="quiet" id=format!("layer-{place}-up") disabled=place == 0
                        aria-label=format!("Move layer {number} up")
                        on:click=move |_| shift(place - 1, "up")>"↑"</button>
                    <button class="quiet" id=format!("layer-{place}-down") disabled=is_last
                        aria-label=format!("Move layer {number} down")
                        on:click=move |_| shift(place + 1, "down")>"↓"</button>
                    <button class="quiet" aria-label=format!("Remove layer {number}") on:click=remove>"×"</button>
                </span>
            </div>
            {error}
        </li>
    }
}
