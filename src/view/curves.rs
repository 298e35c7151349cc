//! Loss and accuracy while training.

use leptos::prelude::*;
use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

use super::caption::percent;
use super::frame::{Size, drawn_canvas, theme};
use super::state::Session;
use crate::analysis::Curves;
use crate::canvas::palette::{CLASS_COLORS, Theme};

/// More points than this of a curve are thinned before drawing: a chart has few pixels.
const MOST_POINTS: usize = 400;

/// One curve of a chart.
struct Line {
    points: Vec<(f32, f32)>,
    color: RGBColor,
    dashed: bool,
}

/// Colours of the training and of the test curve.
const TRAIN: usize = 0;
const TEST: usize = 1;

fn rgb(color: crate::canvas::colour::Rgb) -> RGBColor {
    RGBColor(color.r, color.g, color.b)
}

fn key(class: usize) -> String {
    format!("--key: {}", CLASS_COLORS[class].css())
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
    let number = |value: Option<f32>| value.map_or_else(|| "–".into(), |v| format!("{v:.3}"));
    view! {
        <figure class="chart" data-testid="loss-chart" data-losses=move || losses_json(session)>
            <figcaption>
                <strong>"Loss"</strong>
                <span class="key" style=key(TRAIN)>"training " {move || number(last().0)}</span>
                <span class="key dashed" style=key(TEST)>"test " {move || number(last().1)}</span>
            </figcaption>
            <Chart
                label="Loss over the epochs"
                lines=move |curves: &Curves| vec![
                    Line { points: thin(&curves.train_loss), color: rgb(CLASS_COLORS[TRAIN]), dashed: false },
                    Line {
                        points: curves.evaluations.iter().map(|e| (e.epoch as f32, e.test_loss)).collect(),
                        color: rgb(CLASS_COLORS[TEST]),
                        dashed: true,
                    },
                ]
                highest=None
            />
        </figure>
    }
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
        <figure class="chart" data-testid="accuracy-chart">
            <figcaption>
                <strong>"Accuracy"</strong>
                <span class="key" style=key(TRAIN)>"training " {move || number(last().0)}</span>
                <span class="key dashed" style=key(TEST)>
                    "test " <span data-testid="test-accuracy">{move || number(last().1)}</span>
                </span>
            </figcaption>
            <Chart
                label="Accuracy over the epochs, on the projected subsets"
                lines=move |curves: &Curves| vec![
                    Line {
                        points: curves.evaluations.iter()
                            .filter_map(|e| Some((e.epoch as f32, e.train_accuracy?))).collect(),
                        color: rgb(CLASS_COLORS[TRAIN]),
                        dashed: false,
                    },
                    Line {
                        points: curves.evaluations.iter().map(|e| (e.epoch as f32, e.test_accuracy)).collect(),
                        color: rgb(CLASS_COLORS[TEST]),
                        dashed: true,
                    },
                ]
                highest=Some(1.0)
            />
        </figure>
    }
}

#[component]
fn Chart(
    label: &'static str,
    lines: impl Fn(&Curves) -> Vec<Line> + 'static,
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
            let _ = draw(canvas, size, theme, untrack(epochs), &lines, highest);
        },
    );
    view! { <canvas class="curve" node_ref=canvas_ref role="img" aria-label=label></canvas> }
}

fn draw(
    canvas: &HtmlCanvasElement,
    size: Size,
    theme: Theme,
    epochs: u32,
    lines: &[Line],
    highest: Option<f32>,
) -> Option<()> {
    let (width, height) = size.device();
    canvas.set_width(width); // also clears it
    canvas.set_height(height);
    let highest = highest.unwrap_or_else(|| {
        let values = lines
            .iter()
            .flat_map(|line| line.points.iter().map(|p| p.1));
        1.05 * values.filter(|v| v.is_finite()).fold(0.1, f32::max)
    });
    let ratio = size.ratio;
    let ink = rgb(theme.muted());
    let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin_top((6.0 * ratio) as i32)
        .margin_right((10.0 * ratio) as i32)
        .x_label_area_size((18.0 * ratio) as i32)
        .y_label_area_size((34.0 * ratio) as i32)
        .build_cartesian_2d(0f32..epochs as f32, 0f32..highest)
        .ok()?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(ink.mix(0.25))
        .axis_style(ink.mix(0.6))
        .x_labels(6)
        .y_labels(4)
        .x_label_formatter(&|epoch| format!("{epoch:.0}"))
        .y_label_formatter(&|value| format!("{value:.1}"))
        .label_style(
            ("system-ui, sans-serif", 11.0 * ratio)
                .into_font()
                .color(&ink),
        )
        .draw()
        .ok()?;
    for line in lines {
        let style = line
            .color
            .stroke_width((1.6 * ratio).round().max(1.0) as u32);
        let points = line.points.iter().copied().filter(|p| p.1.is_finite());
        if line.dashed {
            let (dash, gap) = ((5.0 * ratio) as u32, (3.0 * ratio) as u32);
            chart
                .draw_series(DashedLineSeries::new(points, dash, gap, style))
                .ok()?;
        } else {
            chart.draw_series(LineSeries::new(points, style)).ok()?;
        }
    }
    area.present().ok()
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
