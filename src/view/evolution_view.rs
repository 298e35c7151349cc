//! How the representation evolves: one sequence of layers or epochs, laid out together.

use std::sync::Arc;

use leptos::prelude::*;

use super::caption::hit_text;
use super::evolution_chooser::EvolutionChooser;
use super::evolution_curves::EvolutionCurves;
use super::evolution_marks::{MarkControls, Marks};
use super::evolution_steps::Steps;
use super::glossary::{prose, term};
use super::naming;
use super::notice::FailureBox;
use super::player::{Player, PlayerBar};
use super::prediction_history::Past;
use super::projection_panel::layout_name;
use super::scatter::ScatterView;
use super::session::{bundling, evolving};
use super::state::{Layout, Measured, Panel, Session};
use super::trail_controls::TrailControls;
use super::trail_layer::TrailView;
use crate::analysis::{Along, Evolution};
use crate::canvas::animation::between_steps;
use crate::canvas::viewport::Bounds;
use crate::embedding::Figure;
use crate::projection::NeighborhoodHit;

/// The place of this picture beside those of the two projections.
pub const PLACE: usize = 3;

/// The figure with its controls.
#[component]
pub fn EvolutionFigure() -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let found = Memo::new(move |_| found(session));
    let panel = picture(session);
    let trails = TrailView::default();
    if session.embed == Some(Figure::Evolution) {
        trails.shown.set(false);
    }
    let marks = Marks::new(session);
    let player = Player::new(session);
    let past = Past {
        steps: evolution.steps,
        ways: marks.ways,
    };
    bundling::follow(session, trails);
    let room = Signal::derive(move || evolution.positions.with(|positions| Bounds::of(positions)));
    let too_short = move || evolution.steps.with(|steps| steps.len() < 2);
    view! {
        <section class="panel evolution" aria-label="Evolution" on:keydown:capture=move |event| player.on_key(&event)>
            <header class="panel-head">
                <h2>{move || heading(session)}</h2>
                <EvolutionChooser />
            </header>
            <div class="evolution-body">
                <div class="evolution-picture">
                    <div
                        class="stage"
                        data-layout=move || layout_name(&evolution.layout.get())
                        data-points=move || panel.positions.with(|positions| positions.len() / 2)
                        data-trails=move || trails.bundled.with(|trails| trails.as_ref().map_or(0, |trails| trails.straight.count()))
                    >
                        <ScatterView panel room trails marked=marks.marked past />
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
                    <Show when=move || !too_short()>
                        <PlayerBar player panel />
                        <div class="trail-row"><TrailControls trails /><MarkControls marks /></div>
                    </Show>
                </div>
                <Show when=move || !too_short()><EvolutionCurves found player /></Show>
            </div>
            <Show when=move || !too_short()><Steps player /></Show>
            <Caption found />
        </section>
    }
}

/// What the evolution is of, in words.
pub fn heading(session: Session) -> String {
    match session.evolution.sequence.get().along {
        Along::Layers { epoch: 0 } => "Over the layers, before training".to_owned(),
        Along::Layers { epoch } => format!("Over the layers, after epoch {epoch}"),
        Along::Epochs { layer, .. } => {
            format!("{} over the epochs", naming::layer(session, layer))
        }
    }
}

/// What is known of the sequence as it is chosen.
pub fn found(session: Session) -> Option<Arc<Evolution>> {
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
        let mut now = Vec::new();
        evolution
            .positions
            .with(|positions| between_steps(positions, n, at, &mut now));
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
                let (first, last) = (found.hits.first().map(hit_text), found.hits.last().map(hit_text));
                let reservation = found.hits.last().and_then(NeighborhoodHit::reservation);
                let k = found.hits.first().map_or(0, |hit| hit.k);
                let n = found.positions.len() / 2 / found.steps.len().max(1);
                let part = session.evolution.sequence.get().part;
                let divergences: Vec<_> = found.divergences.iter().map(|kl| format!("{kl:.3}")).collect();
                view! {
                    {term("nh", "NH")} " from " <b>{first}</b> " to " <b>{last}</b> {format!(" (k = {k}) · {n} {part} observations")}
                    <span class="details">
                        {prose(&format!(
                            " · [dynamic-tsne|dynamic t-SNE], [lambda|λ] = {}, [perplexity|perplexity] {}, [kl|KL] {} · mean squared movement ",
                            found.config.lambda, found.config.perplexity, divergences.join(", "),
                        ))}
                        <span data-testid="evolution-movement">{format!("{:.3}", found.movement)}</span>
                    </span>
                    {reservation.map(|why| view! { <span class="note">{why}</span> })}
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
