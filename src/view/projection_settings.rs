//! How the projections are computed and scored.

use leptos::prelude::*;

use super::glossary::{about, term};
use super::number_field::NumberField;
use super::session::projecting;
use super::state::{Layout, Session};
use crate::projection::{Ending, Initialisation, LearningRate, Metric, TsneConfig};

/// The last group of the controls.
#[component]
pub fn ProjectionSettings() -> impl IntoView {
    let session = Session::from_context();
    // Edited here, used when asked for: each change would otherwise compute both layouts anew.
    let draft = RwSignal::new(session.tsne.get_untracked());
    let changed = move || draft.get() != session.tsne.get();
    let choose_method = move |event| {
        session.mds.set(match event_target_value(&event).as_str() {
            "euclidean" => Some(Metric::Euclidean),
            "cosine" => Some(Metric::Cosine),
            _ => None,
        });
    };
    let any_running = move || {
        session
            .panels
            .iter()
            .any(|panel| matches!(panel.layout.get(), Layout::Running { .. }))
    };
    // Whether what differs leaves the affinities and the start alone.
    let only_live = move || {
        let (draft, used) = (draft.get(), session.tsne.get());
        let live = draft.live();
        TsneConfig {
            learning_rate: live.learning_rate,
            theta: live.theta,
            early_exaggeration: live.early_exaggeration,
            exaggeration_iterations: live.exaggeration_iterations,
            iterations: live.iterations,
            ..used
        } == draft
    };
    let initialisation = move |event| {
        draft.update(|d| {
            d.initialisation = if event_target_value(&event) == "random" {
                Initialisation::Random
            } else {
                Initialisation::Pca
            };
        });
    };
    let automatic_rate = move || draft.with(|d| matches!(d.learning_rate, LearningRate::Auto));
    view! {
        <section class="group" aria-label="Projection settings">
            <h2>"Projection"</h2>
            <NumberField label="NH neighbours, k" term="nh" step="1"
                value=Signal::derive(move || session.k.get())
                set=move |k: u32| session.k.set(k.clamp(1, 50)) />
            <div class="field">
                {term("projection", "Method")}
                <select aria-label="Method of projection" on:change=choose_method>
                    <option value="tsne" selected=move || session.mds.get().is_none()>"t-SNE"</option>
                    <option value="euclidean" selected=move || session.mds.get() == Some(Metric::Euclidean)>"MDS, Euclidean"</option>
                    <option value="cosine" selected=move || session.mds.get() == Some(Metric::Cosine)>"MDS, cosine"</option>
                </select>
            </div>
            <details>
                <summary>"t-SNE"</summary>
                <NumberField label="Perplexity" term="perplexity" step="1" value=Signal::derive(move || draft.get().perplexity) set=move |v| draft.update(|d| d.perplexity = v) />
                <NumberField label="Iterations" step="50" value=Signal::derive(move || draft.get().iterations) set=move |v| draft.update(|d| d.iterations = v) />
                <NumberField label="Exaggeration" term="exaggeration" step="1" value=Signal::derive(move || draft.get().early_exaggeration) set=move |v| draft.update(|d| d.early_exaggeration = v) />
                <NumberField label="… iterations" step="10" value=Signal::derive(move || draft.get().exaggeration_iterations) set=move |v| draft.update(|d| d.exaggeration_iterations = v) />
                <div class="field">
                    {term("tsne-rate", "Learning rate")}
                    <select aria-label="Learning rate of t-SNE" on:change=move |event| draft.update(|d| {
                        d.learning_rate = if event_target_value(&event) == "auto" { LearningRate::Auto } else { LearningRate::Fixed(200.0) };
                    })>
                        <option value="auto" selected=automatic_rate>"Automatic"</option>
                        <option value="fixed" selected=move || !automatic_rate()>"Fixed"</option>
                    </select>
                </div>
                <Show when=move || !automatic_rate()>
                    <NumberField label="Rate" step="10"
                        value=Signal::derive(move || match draft.get().learning_rate { LearningRate::Fixed(rate) => rate, LearningRate::Auto => 200.0 })
                        set=move |v| draft.update(|d| d.learning_rate = LearningRate::Fixed(v)) />
                </Show>
                <div class="field">
                    {term("initialisation", "Initialisation")}
                    <select aria-label="Initialisation" on:change=initialisation>
                        <option value="pca" selected=move || draft.get().initialisation == Initialisation::Pca>"PCA"</option>
                        <option value="random" selected=move || draft.get().initialisation == Initialisation::Random>"Random"</option>
                    </select>
                </div>
                <NumberField label="Seed of t-SNE" step="1" value=Signal::derive(move || draft.get().seed) set=move |v| draft.update(|d| d.seed = v) />
                <div class="explained">
                    <label class="check">
                        <input type="checkbox" prop:checked=move || draft.get().reduce_to.is_some()
                            on:change=move |event| draft.update(|d| d.reduce_to = event_target_checked(&event).then_some(50)) />
                        "Reduce to 50 dimensions by PCA first"
                    </label>
                    {about("pca", "PCA")}
                </div>
                <label class="check">
                    <input type="checkbox" prop:checked=move || draft.get().ending == Ending::WhenConverged
                        on:change=move |event| draft.update(|d| d.ending = if event_target_checked(&event) { Ending::WhenConverged } else { Ending::AfterAllIterations }) />
                    "Stop when it has converged"
                </label>
                <NumberField label="Accuracy θ" term="theta" step="0.1" value=Signal::derive(move || draft.get().theta) set=move |v| draft.update(|d| d.theta = v) />
                <Show when=move || any_running() && changed() && only_live()>
                    <p class="row small">
                        <button on:click=move |_| projecting::adjust(session, draft.get_untracked().live())>"Change while it runs"</button>
                    </p>
                </Show>
                <div class="row">
                    <button disabled=move || !changed() on:click=move |_| session.tsne.set(draft.get_untracked())>"Compute anew"</button>
                    <button class="quiet" disabled=move || draft.get() == TsneConfig::default() on:click=move |_| draft.set(TsneConfig::default())>"Defaults"</button>
                </div>
            </details>
            <div class="row">
                <button on:click=move |_| for panel in session.panels { projecting::restart(session, panel); }>"Run both again"</button>
            </div>
        </section>
    }
}
