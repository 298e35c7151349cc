//! How the numbers go over the steps of an evolution, with a cursor where the picture is.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::caption::{nats, nats_tick, percent};
use super::chart::{Axes, LEFT, Line, RIGHT, Stroke, above, draw, rgb};
use super::css::Css;
use super::curves::{TEST, TRAIN, accuracies, key, losses};
use super::evolution_steps::short_title;
use super::exporting::{Curve, ExportMenu, Subject};
use super::frame::{drawn_canvas, text_scale, theme};
use super::glossary::term;
use super::player::Player;
use super::state::Session;
use super::subscriptions::view_memo;
use crate::analysis::{Along, Evaluation, Evolution, Representation, Source};

/// More steps, or longer names of them, than fit below a chart are numbered.
const MOST_NAMES: usize = 5;
const LONGEST_NAME: usize = 6;

/// Where the steps of the sequence lie on the horizontal axis: over the epochs at their epochs, over
/// the layers side by side.
pub fn places(session: Session) -> Vec<f32> {
    let over_epochs = matches!(session.evolution.sequence.get().along, Along::Epochs { .. });
    let steps = session.evolution.steps.get();
    let place = |(step, representation): (usize, &Representation)| match representation.source {
        Source::Layer { epoch, .. } if over_epochs => epoch as f32,
        _ => step as f32,
    };
    steps.iter().enumerate().map(place).collect()
}

/// The charts beside the picture.
#[component]
pub fn EvolutionCurves(
    /// The layouts with their neighborhood hits, once they are there.
    found: Memo<Option<Arc<Evolution>>>,
    /// Goes to the step that is clicked.
    player: Player,
) -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let over_epochs =
        view_memo(move || matches!(evolution.sequence.get().along, Along::Epochs { .. }));
    let step = view_memo(move || evolution.at.get().round() as usize);
    let evaluation = move || -> Option<Evaluation> {
        let step = evolution
            .steps
            .with(|steps| steps.get(step.get()).copied())?;
        let Source::Layer { epoch, .. } = step.source else {
            return None;
        };
        session
            .analysis
            .with(|analysis| analysis.curves.at_epoch(epoch).copied())
    };
    let hits = view_memo(move || -> Vec<(f32, f32)> {
        let found = found.get();
        let hits = found.iter().flat_map(|found| &found.hits);
        places(session)
            .into_iter()
            .zip(hits.map(|hit| hit.defined().unwrap_or(f32::NAN)))
            .collect()
    });
    let hit = move || {
        hits.with(|hits| hits.get(step.get()).copied())
            .map_or_else(|| "–".into(), |hit| percent(hit.1))
    };
    let share = |value: Option<f32>| value.map_or_else(|| "–".into(), percent);
    let trained = move || {
        over_epochs.get()
            && session
                .analysis
                .with(|analysis| !analysis.curves.evaluations.is_empty())
    };
    view! {
        <div class="evolution-curves">
            <figure
                class="chart rising"
                data-testid="evolution-nh-curve"
                data-values=move || serde_json::to_string(&hits.get()).unwrap_or_default()
            >
                <figcaption id="about-steps-nh"><strong>{term("nh", "NH")}</strong><span>{hit}</span></figcaption>
                <ExportMenu subject=Subject::Curve(Curve::Hit) name="neighborhood hit of the steps" />
                <Plot kind=Kind::Hit label="Neighborhood hit at each step" about="about-steps-nh" hits player />
            </figure>
            <Show when=trained>
                <figure class="chart rising">
                    <figcaption id="about-steps-accuracy">
                        <strong>{term("accuracy", "Accuracy")}</strong>
                        <span class="key" style=key(TRAIN)>"training " {move || share(evaluation().and_then(|e| e.train_accuracy))}</span>
                        <span class="key dashed" style=key(TEST)>"test " {move || share(evaluation().map(|e| e.test_accuracy))}</span>
                    </figcaption>
                    <ExportMenu subject=Subject::Curve(Curve::Accuracy) name="accuracy" />
                    <Plot kind=Kind::Accuracy label="Accuracy over the epochs" about="about-steps-accuracy" hits player />
                </figure>
                <figure class="chart">
                    <figcaption id="about-steps-loss">
                        <strong>{term("loss", "Loss")}</strong>
                        <span class="key" style=key(TRAIN)>"training " {move || nats(evaluation().and_then(|e| e.train_loss))}</span>
                        <span class="key dashed" style=key(TEST)>"test " {move || nats(evaluation().map(|e| e.test_loss))}</span>
                    </figcaption>
                    <ExportMenu subject=Subject::Curve(Curve::Loss) name="loss" />
                    <Plot kind=Kind::Loss label="Loss over the epochs" about="about-steps-loss" hits player />
                </figure>
            </Show>
        </div>
    }
}

/// What a chart shows.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Hit,
    Accuracy,
    Loss,
}

/// What the vertical axis of a chart goes over: shares of neighbours from just below the least to
/// just above the greatest, accuracy from 0 to 1, loss from 0.
fn heights(kind: Kind, lines: &[Line]) -> Range<f32> {
    let values = lines
        .iter()
        .flat_map(|line| line.points.iter().map(|p| p.1));
    let (least, greatest) = values.fold((1.0_f32, 0.0_f32), |(least, greatest), value| {
        (least.min(value), greatest.max(value))
    });
    match kind {
        Kind::Loss => 0.0..above(lines),
        Kind::Hit if least <= greatest => {
            let top = ((20.0 * greatest).ceil() / 20.0).clamp(0.1, 1.0);
            let bottom = ((20.0 * least).floor() / 20.0).min(top - 0.1);
            bottom.max(0.0)..top
        }
        Kind::Hit | Kind::Accuracy => 0.0..1.0,
    }
}

/// A chart over the places of the steps, whose cursor is where the picture is; a click goes to the
/// nearest step. The slider does the same for the keyboard.
#[component]
fn Plot(
    kind: Kind,
    label: &'static str,
    /// What describes it.
    about: &'static str,
    /// Place and neighborhood hit of each step, as far as they are known.
    hits: Memo<Vec<(f32, f32)>>,
    player: Player,
) -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let places = view_memo(move || places(session));
    let range = view_memo(move || {
        let over_epochs = matches!(evolution.sequence.get().along, Along::Epochs { .. });
        let trained = session.analysis.with(|analysis| {
            let last = analysis.curves.evaluations.last();
            last.filter(|_| over_epochs)
                .map_or(0.0, |last| last.epoch as f32)
        });
        let last = places.with(|places| places.last().copied().unwrap_or(1.0));
        (0.0, last.max(trained).max(1.0))
    });
    let names = view_memo(move || {
        let along = evolution.sequence.get().along;
        let steps = evolution.steps.get();
        let names = steps.iter().map(|step| short_title(session, along, *step));
        let names: Vec<String> = names.collect();
        let fits = names.len() <= MOST_NAMES && names.iter().all(|name| name.len() <= LONGEST_NAME);
        (matches!(along, Along::Layers { .. }), fits.then_some(names))
    });
    let (canvas_ref, size) = drawn_canvas(
        move || {
            session.analysis.track();
            session.dark.track();
            hits.track();
            range.track();
            names.track();
        },
        move |canvas, size| {
            untrack(|| {
                let theme = theme(session.dark.get());
                let lines = session.analysis.with(|analysis| match kind {
                    Kind::Accuracy => accuracies(&analysis.curves),
                    Kind::Loss => losses(&analysis.curves),
                    Kind::Hit => vec![Line {
                        points: hits.get(),
                        color: rgb(theme.foreground()),
                        stroke: Stroke::Dotted,
                    }],
                });
                let (first, last) = range.get();
                let (over_layers, names) = names.get();
                let x_label = |place: &f32| {
                    let step = place.round() as usize;
                    match &names {
                        // Plotters may ask for places between the steps.
                        _ if !over_layers => format!("{place:.0}"),
                        _ if (place - place.round()).abs() > 0.01 => String::new(),
                        Some(names) => names.get(step).cloned().unwrap_or_default(),
                        None => (step + 1).to_string(),
                    }
                };
                let axes = Axes {
                    x: first..last,
                    y: heights(kind, &lines),
                    x_labels: if over_layers { last as usize + 1 } else { 6 },
                    x_label: &x_label,
                    y_label: &|value| match kind {
                        Kind::Loss => nats_tick(*value),
                        _ => format!("{:.0}%", 100.0 * value),
                    },
                };
                // A chart that cannot be drawn is left out; its numbers stand above it.
                let _ = draw(canvas, size, theme, axes, &lines);
            });
        },
    );
    let share = move || {
        let at = evolution.at.get();
        let (first, last) = range.get();
        places.with(|places| {
            let from = *places.get(at as usize)?;
            let to = places.get(at as usize + 1).copied().unwrap_or(from);
            Some((from + (to - from) * at.fract() - first) / (last - first))
        })
    };
    let go = move |event: MouseEvent| {
        let canvas = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let Some(width) = canvas.map(|canvas| f64::from(canvas.client_width())) else {
            return;
        };
        let (first, last) = range.get_untracked();
        let [left, right] = [LEFT, RIGHT].map(|side| side * text_scale());
        let share = ((f64::from(event.offset_x()) - left) / (width - left - right)) as f32;
        let x = first + (last - first) * share;
        let nearest = places.with_untracked(|places| {
            let away = places.iter().map(|place| (place - x).abs()).enumerate();
            away.min_by(|a, b| a.1.total_cmp(&b.1))
                .map(|(step, _)| step)
        });
        if let Some(step) = nearest {
            player.show_step(step);
        }
    };
    view! {
        <div class="plot" on:click=go>
            <canvas class="curve" node_ref=canvas_ref role="img" aria-label=label aria-describedby=about></canvas>
            {move || share().filter(|_| size.get().width > 0.0).map(|share| view! {
                <i class="cursor" style=Css(format!("left: calc({}rem + (100% - {}rem) * {share:.4})", LEFT / 16.0, (LEFT + RIGHT) / 16.0))></i>
            })}
        </div>
    }
}
