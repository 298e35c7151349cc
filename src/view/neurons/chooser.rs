//! Which neurons are shown, and what their colours say.

use leptos::prelude::*;

use super::colouring::{Colours, Range};
use super::scale::{Bar, ScaleLegend};
use super::state::Colouring;
use crate::analysis::Analysis;
use crate::dataset::Part;
use crate::view::naming;
use crate::view::session::relating;
use crate::view::state::Session;

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
        neurons
            .colouring
            .set(match event_target_value(&event).as_str() {
                "class" => Colouring::OneClass,
                "mean" => Colouring::MeanActivation,
                _ => Colouring::Map,
            });
    };
    let is = move |colouring: Colouring| colours.colouring.get() == colouring;
    let any = Memo::new(move |_| relating::any_observation(session));
    view! {
        <div class="neuron-controls">
            <select aria-label="Neurons: layer" on:change=layer>
                {move || (0..layers.get()).map(|index| view! {
                    <option value=index.to_string() selected=move || neurons.layer.get() == index>
                        {naming::layer(session, index)}
                    </option>
                }).collect_view()}
            </select>
            <Show when=move || has_parts.get()>
                <select aria-label="Neurons: subset" on:change=part>
                    <option value="test" selected=move || neurons.part.get() == Part::Test>"Test"</option>
                    <option value="train" selected=move || neurons.part.get() == Part::Train>"Training"</option>
                </select>
            </Show>
            <select aria-label="Neurons: colours" on:change=colouring>
                <option value="map" selected=move || is(Colouring::Map)>"Discriminative map"</option>
                <option value="class" selected=move || is(Colouring::OneClass)>"One class against the rest"</option>
                <option value="mean" selected=move || is(Colouring::MeanActivation) disabled=move || !any.get()>
                    "Mean activation of the selected observations"
                </option>
            </select>
            <Show when=move || is(Colouring::OneClass)><ClassMenu /></Show>
            <Show when=move || is(Colouring::Map)><Threshold colours /></Show>
            <Legend colours />
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
            {move || (0..classes.get()).map(|index| {
                let own = u8::try_from(index).unwrap_or(u8::MAX);
                view! {
                    <option value=own.to_string() selected=move || class.get() == own>
                        {naming::class(session, own)}
                    </option>
                }
            }).collect_view()}
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
        let map = colours.maps[1].get().or_else(|| colours.maps[0].get())?;
        Some(format!(
            "S ≥ {least:.3}: {} neurons",
            map.reaching(least).len()
        ))
    };
    view! {
        <label class="threshold">
            <span>"Score from"</span>
            <input
                type="range" min="0" max="1" step="0.01"
                aria-label="Least score of the map"
                aria-valuetext=move || reaching().unwrap_or_default()
                prop:value=move || threshold.get().to_string()
                on:input=move |event| {
                    if let Ok(share) = event_target_value(&event).parse::<f32>() {
                        threshold.set(share.clamp(0.0, 1.0));
                    }
                }
            />
            <span class="soft small" data-testid="neurons-reaching">{reaching}</span>
        </label>
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
            format!("Score for {class} against the rest")
        }
        _ => "Mean activation".to_owned(),
    });
    view! {
        <Show
            when=move || is_map.get()
            fallback=move || view! { <ScaleLegend what range=colours.range bar=Bar::Sequential /> }
        >
            <ScaleLegend what=Signal::stored("Score for the neuron’s class".to_owned()) range=scores bar=Bar::Strength />
        </Show>
    }
}
