//! How the representation evolves: one sequence of layers or epochs, laid out together.

use std::sync::Arc;

use leptos::prelude::*;

use super::caption::percent;
use super::evolution_chooser::EvolutionChooser;
use super::frame::{animate, prefers_less_motion};
use super::naming;
use super::notice::FailureBox;
use super::projection_panel::layout_name;
use super::scatter::ScatterView;
use super::session::{bundling, evolving};
use super::small_multiple::SmallMultiple;
use super::state::{EvolutionView, Layout, Measured, Panel, Session};
use super::trail_controls::TrailControls;
use super::trail_layer::TrailView;
use crate::analysis::{Along, Evolution, Representation, Source};
use crate::canvas::animation::{ease, interpolate};
use crate::canvas::viewport::Bounds;
use crate::projection::NeighborhoodHit;

/// From one step to the next, milliseconds.
const GLIDE_MS: f64 = 450.0;
/// The place of this picture beside those of the two projections.
const PLACE: usize = 3;

/// The figure with its controls.
#[component]
pub fn EvolutionFigure() -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let found = Memo::new(move |_| found(session));
    let panel = picture(session);
    let trails = TrailView::default();
    bundling::follow(session, trails);
    let room = Signal::derive(move || evolution.positions.with(|positions| Bounds::of(positions)));
    let heading = move || match evolution.sequence.get().along {
        Along::Layers { epoch: 0 } => "Over the layers, before training".to_owned(),
        Along::Layers { epoch } => format!("Over the layers, after epoch {epoch}"),
        Along::Epochs { layer, .. } => {
            format!("{} over the epochs", naming::layer(session, layer))
        }
    };
    let too_short = move || evolution.steps.with(|steps| steps.len() < 2);
    view! {
        <section class="panel evolution" aria-label="Evolution">
            <header class="panel-head">
                <h2>{heading}</h2>
                <EvolutionChooser />
            </header>
            <div
                class="stage"
                data-layout=move || layout_name(&evolution.layout.get())
                data-points=move || panel.positions.with(|positions| positions.len() / 2)
                data-trails=move || trails.bundled.with(|trails| trails.as_ref().map_or(0, |trails| trails.straight.count()))
            >
                <ScatterView panel room trails />
                <Show when=too_short><TooShort /></Show>
                {move || match evolution.layout.get() {
                    Layout::Failed(failure) => Some(view! {
                        <div class="empty">
                            <FailureBox failure />
                            <button on:click=move |_| evolving::restart(session)>"Try again"</button>
                        </div>
                    }),
                    _ => None,
                }}
                <Busy />
            </div>
            <Show when=move || !too_short()><TrailControls trails /></Show>
            <Steps panel />
            <Caption found />
        </section>
    }
}

/// What is known of the sequence as it is chosen.
fn found(session: Session) -> Option<Arc<Evolution>> {
    let sequence = session.evolution.sequence.get();
    let settled = session.evolution.layout.get() == Layout::Finished;
    let found = session
        .analysis
        .with(|analysis| analysis.evolutions.get(&sequence).cloned());
    found.filter(|_| settled)
}

/// The picture between two steps, as a panel that shows the nearer one's representation.
fn picture(session: Session) -> Panel {
    let evolution = session.evolution;
    let panel = Panel {
        place: PLACE,
        representation: RwSignal::new(session.panels[0].representation.get_untracked()),
        chosen: RwSignal::new(true),
        layout: evolution.layout,
        positions: RwSignal::default(),
        job: RwSignal::new(None),
        quality: RwSignal::new(Measured::No),
    };
    Effect::new(move |_| {
        let at = evolution.at.get();
        let shown = evolution
            .steps
            .with(|steps| steps.get(at.round() as usize).copied());
        if let Some(shown) = shown
            && panel.representation.get_untracked() != shown
        {
            panel.representation.set(shown);
        }
    });
    Effect::new(move |_| {
        let at = evolution.at.get();
        let n = evolution.steps.with(Vec::len);
        let now = evolution
            .positions
            .with(|positions| between(positions, n, at));
        panel.positions.set(Arc::new(now));
    });
    // A shorter sequence may not have the step that was shown.
    Effect::new(move |_| {
        let last = evolution.steps.with(|steps| steps.len().saturating_sub(1));
        if evolution.at.get_untracked() > last as f32 {
            evolution.at.set(last as f32);
        }
    });
    panel
}

/// The layout at a place of a sequence of `steps` layouts, n × 2.
fn between(positions: &[f32], steps: usize, at: f32) -> Vec<f32> {
    if steps == 0 || positions.is_empty() {
        return Vec::new();
    }
    let length = positions.len() / steps;
    let from = (at.max(0.0) as usize).min(steps - 1);
    let to = (from + 1).min(steps - 1);
    let layout = |step: usize| &positions[step * length..(step + 1) * length];
    let mut now = Vec::new();
    interpolate(layout(from), layout(to), at - from as f32, &mut now);
    now
}

/// Moves the picture to a step: by a glide, unless the visitor asked for less motion. The newest of
/// several glides has its way.
fn show_step(session: Session, step: usize) {
    let EvolutionView { at, glide, .. } = session.evolution;
    let goal = step as f32;
    let own = glide.get_value().wrapping_add(1);
    glide.set_value(own);
    if prefers_less_motion() {
        at.set(goal);
        return;
    }
    let from = at.get_untracked();
    animate(move |passed| {
        if glide.try_get_value() != Some(own) {
            return false;
        }
        let t = (passed / GLIDE_MS).min(1.0) as f32;
        at.set(if t >= 1.0 {
            goal
        } else {
            from + (goal - from) * ease(t)
        });
        t < 1.0
    });
}

/// A step in few words, beside the others of its sequence.
fn short_title(session: Session, along: Along, step: Representation) -> String {
    match (along, step.source) {
        (Along::Layers { .. }, Source::Layer { index, .. }) => naming::layer(session, index),
        (Along::Epochs { .. }, Source::Layer { epoch, .. }) => naming::epoch(epoch),
        (_, Source::Pixels) => "Pixels".into(),
    }
}

/// Every step as a small picture with its neighborhood hit, and the slider over them.
#[component]
fn Steps(panel: Panel) -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let last = move || evolution.steps.with(|steps| steps.len().saturating_sub(1));
    let current = Memo::new(move |_| evolution.at.get().round() as usize);
    let hit = move |step: usize| {
        found(session).and_then(|found| found.hits.get(step).map(|hit| percent(hit.overall)))
    };
    let shown_title = move || naming::title(session, panel.representation.get());
    view! {
        <Show when=move || { last() > 0 }>
            <input
                class="time"
                type="range"
                min="0"
                max=move || last().to_string()
                step="1"
                prop:value=move || current.get().to_string()
                aria-label="Step of the evolution"
                aria-valuetext=shown_title
                on:input=move |event| {
                    if let Ok(step) = event_target_value(&event).parse() {
                        show_step(session, step);
                    }
                }
            />
            <ol class="steps">
                {move || {
                    let along = evolution.sequence.get().along;
                    evolution.steps.get().into_iter().enumerate().map(|(step, representation)| view! {
                        <li>
                            <button
                                aria-pressed=move || (current.get() == step).to_string()
                                title=naming::title(session, representation)
                                on:click=move |_| show_step(session, step)
                            >
                                <SmallMultiple step representation />
                                <span>{short_title(session, along, representation)}</span>
                                <b data-testid=format!("evolution-nh-{step}")>{move || hit(step).unwrap_or_else(|| "–".into())}</b>
                            </button>
                        </li>
                    }).collect_view()
                }}
            </ol>
        </Show>
    }
}

/// Where there is nothing to compare yet.
#[component]
fn TooShort() -> impl IntoView {
    let session = Session::from_context();
    let trained = move || {
        session
            .analysis
            .with(|analysis| !analysis.snapshots.is_empty())
    };
    view! {
        <div class="empty">
            {move || if trained() {
                view! {
                    <strong>"This sequence has fewer than two steps"</strong>
                    <p>"Choose another, or train with more layers or epochs; memory decides which activations are kept."</p>
                }.into_any()
            } else {
                view! {
                    <strong>"Nothing has evolved yet"</strong>
                    <p>"Train a network, and see here how the images move from layer to layer and from epoch to epoch."</p>
                }.into_any()
            }}
        </div>
    }
}

/// Progress of the layouts, with ways to hold and to end them.
#[component]
fn Busy() -> impl IntoView {
    let session = Session::from_context();
    let layout = session.evolution.layout;
    let running = Memo::new(move |_| matches!(layout.get(), Layout::Running { .. }));
    let paused = Memo::new(move |_| matches!(layout.get(), Layout::Running { paused: true, .. }));
    let fraction = move || match layout.get() {
        Layout::Running { progress, .. } => progress.fraction,
        _ => 1.0,
    };
    let words = move || match layout.get() {
        Layout::Running {
            progress,
            iteration: 0,
            ..
        } => progress.stage,
        Layout::Running { iteration, .. } => {
            format!("Iteration {iteration} of {}", session.tsne.get().iterations)
        }
        _ => String::new(),
    };
    view! {
        <Show when=move || running.get()>
            <div class="busy">
                <span>{words}</span>
                <progress max="1" value=move || fraction().to_string() aria-label="Progress of the evolution"></progress>
                <button class="quiet" on:click=move |_| evolving::hold(session, !paused.get_untracked())>
                    {move || if paused.get() { "Go on" } else { "Pause" }}
                </button>
                <button class="quiet" on:click=move |_| evolving::cancel(session)>"Stop"</button>
            </div>
        </Show>
    }
}

/// The line below the figure.
#[component]
fn Caption(found: Memo<Option<Arc<Evolution>>>) -> impl IntoView {
    let session = Session::from_context();
    view! {
        <div class="caption" data-testid="caption-evolution">
            {move || found.get().map(|found| {
                let hit = |hit: &NeighborhoodHit| percent(hit.overall);
                let (first, last) = (found.hits.first().map(hit), found.hits.last().map(hit));
                let k = found.hits.first().map_or(0, |hit| hit.k);
                let n = found.positions.len() / 2 / found.steps.len().max(1);
                let part = session.evolution.sequence.get().part;
                let divergences: Vec<_> = found.divergences.iter().map(|kl| format!("{kl:.3}")).collect();
                view! {
                    "NH from " <b>{first}</b> " to " <b>{last}</b> {format!(" (k = {k}) · {n} {part} observations · ")}
                    <span title="Rauber, Falcão and Telea 2016: Σ KL + λ/2n Σ ‖y[t] − y[t+1]‖². A larger λ keeps each observation nearer to its own place.">
                        {format!("dynamic t-SNE, λ = {}, perplexity {}", found.config.lambda, found.config.perplexity)}
                    </span>
                    {format!(", KL {} · mean squared movement ", divergences.join(", "))}
                    <span data-testid="evolution-movement">{format!("{:.3}", found.movement)}</span>
                    {found.notes.iter().map(|note| view! { <span class="note">{note.to_string()}</span> }).collect_view()}
                }
            })}
            {move || (session.evolution.layout.get() == Layout::Stopped).then(|| view! {
                <span class="note">
                    "Stopped. "
                    <button class="quiet" on:click=move |_| evolving::restart(session)>"Compute it to the end"</button>
                </span>
            })}
        </div>
    }
}
