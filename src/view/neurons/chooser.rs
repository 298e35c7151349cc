//! Which neurons are shown, and what their colours say.

use leptos::prelude::*;

use super::colouring::{Colours, Range};
use super::scale::{Bar, ScaleLegend};
use super::state::Colouring;
use crate::analysis::Analysis;
use crate::dataset::Part;
use crate::view::glossary::term;
use crate::view::naming;
use crate::view::number_field::NumberField;
use crate::view::options::options;
use crate::view::session::relating;
use crate::view::state::Session;

/// More trees than this take too long to be worth it.
const MOST_TREES: u32 = 1_000;

/// The controls above the pictures, with the legend of the colours.
#[component]
pub fn NeuronChooser(
    /// What the colours say.
    colours: Colours,
) -> impl IntoView {
    let session = Session::from_context();
    let neurons = session.neurons;
    let layers = Memo::new(move |_| session.analysis.with(Analysis::hidden_layers));
    let has_parts =
        Memo::new(move |_| session.analysis.with(|analysis| !analysis.train.is_empty()));
    let layer = move |event| {
        let chosen = event_target_value(&event).parse().ok();
        neurons.chosen_layer.set(chosen);
    };
    let part = move |event| {
        neurons.part.set(if event_target_value(&event) == "train" {
            Part::Train
        } else {
            Part::Test
        });
    };
    let colouring = move |event| {
        let value = event_target_value(&event);
        neurons.shows_mean.set(value == "mean");
        match value.as_str() {
            "map" => neurons.colouring.set(Colouring::Map),
            "class" => neurons.colouring.set(Colouring::OneClass),
            _ => {}
        }
    };
    let is = move |colouring: Colouring| colours.colouring.get() == colouring;
    let any = Memo::new(move |_| relating::any_observation(session));
    view! {
        <div class="neuron-controls">
            <select aria-label="Neurons: layer" on:change=layer>
                {move || options((0..layers.get()).map(|index| (index, naming::layer(session, index))), Some(neurons.layer.get()))}
            </select>
            <Show when=move || has_parts.get()>
                <select aria-label="Neurons: subset" on:change=part>
                    <option value="test" selected=move || neurons.part.get() == Part::Test>"Test"</option>
                    <option value="train" selected=move || neurons.part.get() == Part::Train>"Training"</option>
                </select>
            </Show>
            <select aria-label="Neurons: colours" on:change=colouring>
                <option value="map" prop:selected=move || is(Colouring::Map)>"Discriminative map"</option>
                <option value="class" prop:selected=move || is(Colouring::OneClass)>"One class against the rest"</option>
                <option value="mean" prop:selected=move || is(Colouring::MeanActivation) disabled=move || !any.get()>
                    "Mean activation by the selection"
                </option>
            </select>
            <Show when=move || is(Colouring::OneClass)><ClassMenu /></Show>
            <Show when=move || !is(Colouring::MeanActivation)><Threshold colours /></Show>
            <Legend colours />
            <Show when=move || is(Colouring::MeanActivation)>
                <button on:click=move |_| neurons.shows_mean.set(false)>"Back to the scores"</button>
            </Show>
            <Forests />
        </div>
    }
}

/// The class that is told from the rest.
#[component]
fn ClassMenu() -> impl IntoView {
    let session = Session::from_context();
    let class = session.neurons.class;
    let classes = Memo::new(move |_| {
        session.dataset.with(|open| {
            open.as_ref()
                .map_or(0, |open| open.dataset.class_names.len())
        })
    });
    view! {
        <select
            aria-label="Neurons: class"
            on:change=move |event| {
                if let Ok(chosen) = event_target_value(&event).parse() {
                    class.set(chosen);
                }
            }
        >
            {move || {
                let all = (0..classes.get()).map(|index| u8::try_from(index).unwrap_or(u8::MAX));
                options(all.map(|own| (own, naming::class(session, own))), Some(class.get()))
            }}
        </select>
    }
}

/// From which score on neurons are coloured.
#[component]
fn Threshold(colours: Colours) -> impl IntoView {
    let session = Session::from_context();
    let threshold = session.neurons.threshold;
    let reaching = move || {
        let least = colours.least_score(session);
        let counts = match colours.reaching(session) {
            [Some(left), Some(right)] => format!("{left} on the left, {right} on the right"),
            [left, right] => left.or(right)?.to_string(),
        };
        Some(format!("S ≥ {least:.3}: {counts}"))
    };
    view! {
        <div class="threshold">
            {term("discriminative", "Score from")}
            <input
                type="range" min="0" max="1" step="0.01"
                aria-label="Least score shown"
                aria-valuetext=move || reaching().unwrap_or_default()
                prop:value=move || threshold.get().to_string()
                on:input=move |event| {
                    if let Ok(share) = event_target_value(&event).parse::<f32>() {
                        threshold.set(share.clamp(0.0, 1.0));
                    }
                }
            />
            <span class="soft small" data-testid="neurons-reaching">{reaching}</span>
        </div>
    }
}

/// How the forests behind the scores are grown.
#[component]
fn Forests() -> impl IntoView {
    let forest = Session::from_context().neurons.forest;
    let trees = Signal::derive(move || forest.with(|forest| forest.trees));
    let seed = Signal::derive(move || forest.with(|forest| forest.seed));
    view! {
        <details class="forests">
            <summary>"Trees and seed"</summary>
            <NumberField label="Trees per class" term="extra-trees" step="10" value=trees
                set=move |trees: u32| forest.update(|forest| forest.trees = trees.clamp(1, MOST_TREES)) />
            <NumberField label="Seed of the trees" step="1" value=seed
                set=move |seed: u64| forest.update(|forest| forest.seed = seed) />
        </details>
    }
}

#[component]
fn Legend(colours: Colours) -> impl IntoView {
    let session = Session::from_context();
    let is_map = Memo::new(move |_| colours.colouring.get() == Colouring::Map);
    let scores = Signal::derive(move || {
        let greatest = colours.greatest_score.get();
        let least = colours.least_score(session);
        (greatest > 0.0).then_some(Range { least, greatest })
    });
    let what = Signal::derive(move || match colours.colouring.get() {
        Colouring::OneClass => {
            let class = naming::class(session, session.neurons.class.get());
            format!("S, class {class} against the rest")
        }
        _ => {
            let selected = session.selection(session.neurons.part.get());
            let count = selected.with(|history| history.present().count());
            let s = if count == 1 { "" } else { "s" };
            format!("Mean activation by {count} observation{s}")
        }
    });
    view! {
        <Show
            when=move || is_map.get()
            fallback=move || view! { <ScaleLegend what range=colours.range bar=Bar::Sequential /> }
        >
            <ScaleLegend what=Signal::stored("S for the neuron’s own class".to_owned()) range=scores bar=Bar::Strength />
        </Show>
    }
}
