//! One of the two projections: what it shows, the picture, and its caption.

use leptos::prelude::*;

use super::caption::Caption;
use super::naming;
use super::neurons::response::{TintNote, tint};
use super::notice::FailureBox;
use super::options::options;
use super::scatter::ScatterView;
use super::session::{projecting, training};
use super::state::{Layout, Panel, Run, Session};
use super::subscriptions::{leaving, view_memo};
use crate::analysis::{Analysis, Representation, Source};
use crate::dataset::Part;

/// A projection with its controls.
#[component]
pub fn ProjectionPanel(
    /// Which.
    panel: Panel,
) -> impl IntoView {
    let session = Session::from_context();
    let name = if panel.place == 0 { "Left" } else { "Right" };
    let waiting = Memo::new(move |_| projecting::waits_for_training(session, panel));
    let title = move || {
        if waiting.get() {
            "After training".to_owned()
        } else {
            naming::title(session, panel.representation.get())
        }
    };
    view! {
        <section class="panel" aria-label=format!("{name} projection")>
            <header class="panel-head">
                <h2>{title}</h2>
                <Chooser panel name />
            </header>
            <div
                class="stage"
                data-layout=move || layout_name(&panel.layout.get())
                data-points=move || panel.positions.with(|positions| positions.len() / 2)
            >
                <ScatterView panel tinted=tint(session, panel) />
                <Show when=move || waiting.get()>
                    <Invitation />
                </Show>
                {move || match panel.layout.get() {
                    Layout::Absent if !waiting.get() => Some(view! { <Absence panel /> }.into_any()),
                    Layout::Failed(failure) => {
                        Some(
                            view! {
                                <div class="empty">
                                    <FailureBox failure />
                                    <button on:click=move |_| projecting::restart(session, panel)>"Try again"</button>
                                </div>
                            }
                                .into_any(),
                        )
                    }
                    _ => None,
                }}
                <Busy panel />
            </div>
            <TintNote panel />
            <Caption panel />
        </section>
    }
}

/// The state of a layout as the page's `data-layout` tells it.
pub fn layout_name(layout: &Layout) -> &'static str {
    match layout {
        Layout::Absent => "absent",
        Layout::Running { .. } => "running",
        Layout::Finished => "finished",
        Layout::Stopped => "stopped",
        Layout::Failed(_) => "failed",
    }
}

/// Chooses layer, epoch and subset.
#[component]
fn Chooser(panel: Panel, name: &'static str) -> impl IntoView {
    let session = Session::from_context();
    let choose = move |representation: Representation| {
        panel.chosen.set(true);
        panel.representation.set(representation);
    };
    let layers = Memo::new(move |_| session.analysis.with(Analysis::hidden_layers));
    let epochs = Memo::new(move |_| session.analysis.with(Analysis::epochs));
    let source = move |event| {
        let value = event_target_value(&event);
        let now = panel.representation.get_untracked();
        let epoch = match now.source {
            Source::Layer { epoch, .. } => epoch,
            Source::Pixels if panel.place == 0 => {
                epochs.get_untracked().first().copied().unwrap_or(0)
            }
            Source::Pixels => epochs.get_untracked().last().copied().unwrap_or(0),
        };
        choose(Representation {
            source: match value.parse() {
                Ok(index) => Source::Layer { index, epoch },
                Err(_) => Source::Pixels,
            },
            ..now
        });
    };
    let epoch = move |event| {
        if let (Ok(epoch), Source::Layer { index, .. }) = (
            event_target_value(&event).parse(),
            panel.representation.get_untracked().source,
        ) {
            choose(Representation {
                source: Source::Layer { index, epoch },
                ..panel.representation.get_untracked()
            });
        }
    };
    let part = move |event| {
        choose(Representation {
            part: if event_target_value(&event) == "train" {
                Part::Train
            } else {
                Part::Test
            },
            ..panel.representation.get_untracked()
        });
    };
    let has_images = Memo::new(move |_| session.has_images());
    let has_parts =
        Memo::new(move |_| session.analysis.with(|analysis| !analysis.train.is_empty()));
    let shown_layer = move || match panel.representation.get().source {
        Source::Pixels => None,
        Source::Layer { index, .. } => Some(index),
    };
    let shown_epoch = move || match panel.representation.get().source {
        Source::Pixels => None,
        Source::Layer { epoch, .. } => Some(epoch),
    };
    view! {
        <select aria-label=format!("{name}: layer") on:change=source>
            <Show when=move || has_images.get()>
                <option value="pixels" prop:selected=move || shown_layer().is_none()>"Raw pixels"</option>
            </Show>
            {move || options((0..layers.get()).map(|index| (index, naming::layer(session, index))), shown_layer())}
        </select>
        <Show when=move || shown_epoch().is_some()>
            <select aria-label=format!("{name}: epoch") on:change=epoch>
                {move || options(epochs.get().into_iter().map(|epoch| (epoch, naming::epoch(epoch))), shown_epoch())}
            </select>
        </Show>
        <Show when=move || has_parts.get()>
            <select aria-label=format!("{name}: subset") on:change=part>
                <option value="test" selected=move || panel.representation.get().part == Part::Test>"Test"</option>
                <option value="train" selected=move || panel.representation.get().part == Part::Train>"Training"</option>
            </select>
        </Show>
    }
}

/// In the right panel, before there is a network.
#[component]
fn Invitation() -> impl IntoView {
    let session = Session::from_context();
    view! {
        <div class="empty">
            <strong>"What will a network make of these images?"</strong>
            <p>"Train one, and the activations of its hidden layers appear here, beside those before training."</p>
            {leaving(move || if session.run.with(Run::is_active) {
                view! { <p>"Training. The projection follows when it ends."</p> }.into_any()
            } else {
                view! {
                    <button
                        class="primary"
                        disabled=leaving(move || session.dataset.with(Option::is_none))
                        on:click=move |_| training::start(session)
                    >
                        "Train a network"
                    </button>
                }.into_any()
            })}
        </div>
    }
}

/// Where the chosen layer or epoch does not exist.
#[component]
fn Absence(panel: Panel) -> impl IntoView {
    let session = Session::from_context();
    view! {
        <div class="empty">
            {leaving(move || if session.dataset.with(Option::is_none) {
                view! {
                    <strong>{move || if session.opening.with(Option::is_some) { "Loading the images" } else { "No images are open" }}</strong>
                }.into_any()
            } else {
                view! {
                    <strong>"There are no activations for this choice"</strong>
                    <p>"The network was not trained that far, memory was too short to keep them, or the file does not have them."</p>
                    <Show when=leaving(move || session.has_images())>
                        <button on:click=move |_| {
                            panel.chosen.set(true);
                            panel.representation.update(|r| r.source = Source::Pixels);
                        }>"Show the raw pixels"</button>
                    </Show>
                }.into_any()
            })}
        </div>
    }
}

/// Progress of the layout, with a way to end it.
#[component]
pub fn Busy(
    /// Whose.
    panel: Panel,
) -> impl IntoView {
    let session = Session::from_context();
    let running = view_memo(move || matches!(panel.layout.get(), Layout::Running { .. }));
    let fraction = move || match panel.layout.get() {
        Layout::Running { progress, .. } => progress.fraction,
        _ => 1.0,
    };
    let words = move || match panel.layout.get() {
        Layout::Running {
            progress,
            iteration,
            ..
        } => {
            if iteration == 0 {
                progress.stage
            } else {
                format!("Iteration {iteration} of {}", session.method().iterations())
            }
        }
        _ => String::new(),
    };
    let paused =
        view_memo(move || matches!(panel.layout.get(), Layout::Running { paused: true, .. }));
    view! {
        <Show when=move || running.get()>
            <div class="busy">
                <span>{leaving(words)}</span>
                <progress max="1" value=leaving(move || fraction().to_string()) aria-label="Progress of the projection"></progress>
                <button class="quiet" on:click=move |_| projecting::hold(session, panel, !paused.get_untracked())>
                    {move || if paused.get() { "Go on" } else { "Pause" }}
                </button>
                <button class="quiet" on:click=move |_| projecting::cancel(session, panel)>"Stop"</button>
            </div>
        </Show>
    }
}
