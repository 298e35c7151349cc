//! Which sequence the evolution view shows, and how strongly its steps are tied together.

use leptos::prelude::*;

use super::naming;
use super::number_field::NumberField;
use super::options::options;
use super::state::{EVOLUTION_STEPS, Session};
use crate::analysis::{Along, Analysis};
use crate::dataset::Part;

/// λ at most: beyond, all layouts are the same.
const MOST_LAMBDA: f32 = 10.0;
/// Steps of an inter-epoch evolution at most.
const MOST_STEPS: usize = 24;

/// The controls beside the heading.
#[component]
pub fn EvolutionChooser() -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let layers = Memo::new(move |_| session.analysis.with(Analysis::hidden_layers));
    let epochs = Memo::new(move |_| session.analysis.with(Analysis::epochs));
    let along = Memo::new(move |_| evolution.sequence.get().along);
    let over_layers = move || matches!(along.get(), Along::Layers { .. });
    let choose = move |along| evolution.sequence.update(|sequence| sequence.along = along);
    let kind = move |event| {
        let last_epoch = epochs.get_untracked().last().copied().unwrap_or(0);
        choose(if event_target_value(&event) == "layers" {
            Along::Layers { epoch: last_epoch }
        } else {
            Along::Epochs {
                layer: layers.get_untracked().saturating_sub(1),
                most: EVOLUTION_STEPS,
            }
        });
    };
    let fixed = move |event| {
        let value = event_target_value(&event);
        let chosen = match along.get_untracked() {
            Along::Layers { epoch } => Along::Layers {
                epoch: value.parse().unwrap_or(epoch),
            },
            Along::Epochs { layer, most } => Along::Epochs {
                layer: value.parse().unwrap_or(layer),
                most,
            },
        };
        choose(chosen);
    };
    let part = move |event| {
        let part = if event_target_value(&event) == "train" {
            Part::Train
        } else {
            Part::Test
        };
        evolution.sequence.update(|sequence| sequence.part = part);
    };
    // The epoch whose layers, or the layer whose epochs.
    let fixed_choices = move || match along.get() {
        Along::Layers { epoch } => {
            let all = epochs.get().into_iter();
            let named: Vec<_> = all
                .map(|each| (each.to_string(), naming::epoch(each)))
                .collect();
            (named, epoch.to_string())
        }
        Along::Epochs { layer, .. } => {
            let named =
                (0..layers.get()).map(|each| (each.to_string(), naming::layer(session, each)));
            (named.collect(), layer.to_string())
        }
    };
    let most = move || match along.get() {
        Along::Epochs { most, .. } => most,
        Along::Layers { .. } => EVOLUTION_STEPS,
    };
    let choose_most = move |most: usize| {
        if let Along::Epochs { layer, .. } = along.get_untracked() {
            choose(Along::Epochs {
                layer,
                most: most.clamp(2, MOST_STEPS),
            });
        }
    };
    view! {
        <select aria-label="Evolution over" on:change=kind>
            <option value="layers" selected=over_layers>"Over the layers"</option>
            <option value="epochs" selected=move || !over_layers()>"Over the epochs"</option>
        </select>
        <select
            aria-label=move || if over_layers() { "Evolution: epoch" } else { "Evolution: layer" }
            on:change=fixed
        >
            {move || {
                let (all, chosen) = fixed_choices();
                options(all, Some(chosen))
            }}
        </select>
        <select aria-label="Evolution: subset" on:change=part>
            <option value="test" selected=move || evolution.sequence.get().part == Part::Test>"Test"</option>
            <option value="train" selected=move || evolution.sequence.get().part == Part::Train>"Training"</option>
        </select>
        <Show when=move || !over_layers()>
            <NumberField label="Steps" step="1" value=Signal::derive(most) set=choose_most />
        </Show>
        <NumberField label="Coherence λ" term="lambda" step="0.01"
            value=Signal::derive(move || evolution.lambda.get())
            set=move |lambda: f32| if lambda.is_finite() { evolution.lambda.set(lambda.clamp(0.0, MOST_LAMBDA)) } />
    }
}
