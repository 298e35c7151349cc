//! Loss and accuracy while training.

use leptos::prelude::*;

use super::caption::{nats, nats_tick, percent};
use super::chart::{Axes, Line, Stroke, above, draw, rgb};
use super::css::Css;
use super::exporting::{Curve, ExportMenu, Subject};
use super::frame::{drawn_canvas, theme};
use super::glossary::term;
use super::state::Session;
use super::subscriptions::leaving;
use crate::analysis::Curves;
use crate::canvas::palette::CLASS_COLORS;

/// More points than this of a curve are thinned before drawing: a chart has few pixels.
const MOST_POINTS: usize = 400;

/// Colours of the training and of the test curve.
pub const TRAIN: usize = 0;
/// See [`TRAIN`].
pub const TEST: usize = 1;

/// The style of a curve's name.
pub fn key(class: usize) -> Css {
    Css(format!("--key: {}", CLASS_COLORS[class].css()))
}

/// Mean cross-entropy over the epochs.
#[component]
pub fn LossChart() -> impl IntoView {
    let session = Session::from_context();
    let last = move || {
        session.analysis.with(|analysis| {
            let curves = &analysis.curves;
            let train = curves.train_loss.last().map(|(_, loss)| *loss);
            let test = curves.evaluations.last().map(|e| e.test_loss);
            (train, test)
        })
    };
    view! {
        <figure class="chart" data-testid="loss-chart" data-losses=leaving(move || losses_json(session))>
            <figcaption id="about-loss">
                <strong>{term("loss", "Loss")}</strong>
                <span class="key" style=key(TRAIN)>"training " {leaving(move || nats(last().0))}</span>
                <span class="key dashed" style=key(TEST)>"test " {leaving(move || nats(last().1))}</span>
            </figcaption>
            <ExportMenu subject=Subject::Curve(Curve::Loss) name="loss" />
            <Chart
                label="Loss over the epochs"
                about="about-loss"
                lines=losses
                highest=None
            />
        </figure>
    }
}

/// The curves of the training's and the test observations' loss.
pub fn losses(curves: &Curves) -> Vec<Line> {
    let test = curves.evaluations.iter();
    lines(
        thin(&curves.train_loss),
        test.map(|e| (e.epoch as f32, e.test_loss)).collect(),
    )
}

/// The curves of the training's and the test observations' accuracy.
pub fn accuracies(curves: &Curves) -> Vec<Line> {
    let all = curves.evaluations.iter();
    let train = all
        .clone()
        .filter_map(|e| Some((e.epoch as f32, e.train_accuracy?)));
    lines(
        train.collect(),
        all.map(|e| (e.epoch as f32, e.test_accuracy)).collect(),
    )
}

fn lines(train: Vec<(f32, f32)>, test: Vec<(f32, f32)>) -> Vec<Line> {
    vec![
        Line {
            points: train,
            color: rgb(CLASS_COLORS[TRAIN]),
            stroke: Stroke::Solid,
        },
        Line {
            points: test,
            color: rgb(CLASS_COLORS[TEST]),
            stroke: Stroke::Dashed,
        },
    ]
}

/// The first mini-batch losses as JSON, for tests and for readers of the page's source.
fn losses_json(session: Session) -> String {
    session.analysis.with(|analysis| {
        let first: Vec<_> = analysis.curves.train_loss.iter().take(20).collect();
        serde_json::to_string(&first).unwrap_or_default()
    })
}

/// Share classified right over the epochs.
#[component]
pub fn AccuracyChart() -> impl IntoView {
    let session = Session::from_context();
    let last = move || {
        session.analysis.with(|analysis| {
            let last = analysis.curves.evaluations.last();
            (
                last.and_then(|e| e.train_accuracy),
                last.map(|e| e.test_accuracy),
            )
        })
    };
    let number = |value: Option<f32>| value.map_or_else(|| "–".into(), percent);
    view! {
        <figure class="chart rising" data-testid="accuracy-chart">
            <figcaption id="about-accuracy">
                <strong>{term("accuracy", "Accuracy")}</strong>
                <span class="key" style=key(TRAIN)>"training " {leaving(move || number(last().0))}</span>
                <span class="key dashed" style=key(TEST)>
                    "test " <span data-testid="test-accuracy">{leaving(move || number(last().1))}</span>
                </span>
            </figcaption>
            <ExportMenu subject=Subject::Curve(Curve::Accuracy) name="accuracy" />
            <Chart
                label="Accuracy over the epochs, on the projected subsets"
                about="about-accuracy"
                lines=accuracies
                highest=Some(1.0)
            />
        </figure>
    }
}

#[component]
fn Chart(
    label: &'static str,
    /// What describes it.
    about: &'static str,
    lines: fn(&Curves) -> Vec<Line>,
    /// Where the vertical axis ends, unless the curves say.
    highest: Option<f32>,
) -> impl IntoView {
    let session = Session::from_context();
    let epochs = move || {
        session.trained.with(|trained| {
            match trained {
                Some(setup) => setup.training.epochs.max(1),
                // Of a network from elsewhere.
                None => session.analysis.with(|analysis| {
                    let last = analysis.curves.evaluations.last();
                    last.map_or(1, |evaluation| evaluation.epoch.max(1))
                }),
            }
        })
    };
    let (canvas_ref, _) = drawn_canvas(
        move || {
            session.analysis.track();
            session.dark.track();
        },
        move |canvas, size| {
            let lines = session
                .analysis
                .with_untracked(|analysis| lines(&analysis.curves));
            let theme = theme(session.dark.get_untracked());
            // A chart that cannot be drawn is left out; its numbers stand above it.
            let axes = Axes {
                x: 0.0..untrack(epochs) as f32,
                y: 0.0..highest.unwrap_or_else(|| above(&lines)),
                x_labels: 6,
                x_label: &|epoch| format!("{epoch:.0}"),
                y_label: &|value| nats_tick(*value),
            };
            let _ = draw(canvas, size, theme, axes, &lines);
        },
    );
    view! { <canvas class="curve" node_ref=canvas_ref role="img" aria-label=label aria-describedby=about></canvas> }
}

/// At most [`MOST_POINTS`] points: means of neighbouring ones.
fn thin(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    points
        .chunks(every)
        .map(|chunk| {
            let n = chunk.len() as f32;
            let sum = chunk
                .iter()
                .fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
            (sum.0 / n, sum.1 / n)
        })
        .collect()
}
