//! The Shepard diagram of a layout by MDS: what became of the distances.

use std::sync::Arc;

use leptos::prelude::*;
use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

use super::exporting::{ExportMenu, Subject};
use super::frame::{Size, drawn_canvas, text_scale, theme};
use super::glossary::term;
use super::state::{Panel, Session};
use crate::canvas::palette::{CLASS_COLORS, Theme};

/// Behind a heading, since it is wanted less often than the picture.
#[component]
pub fn Shepard(
    /// Pairs of observations by dissimilarity and by distance, row-major.
    pairs: Arc<Vec<f32>>,
    /// Whose they are.
    panel: Panel,
) -> impl IntoView {
    let session = Session::from_context();
    let count = pairs.len() / 2;
    let (canvas_ref, _) = drawn_canvas(
        move || session.dark.track(),
        move |canvas, size| {
            // A diagram that cannot be drawn is left out; the stress stands in the caption.
            let _ = draw(canvas, size, theme(session.dark.get_untracked()), &pairs);
        },
    );
    view! {
        <details class="shepard" data-testid="shepard">
            <summary>"Shepard diagram"</summary>
            <ExportMenu subject=Subject::Shepard(panel) name="Shepard diagram" />
            <canvas
                node_ref=canvas_ref
                role="img"
                aria-label=format!("Shepard diagram: {count} pairs of observations, distance in the picture over dissimilarity")
            ></canvas>
            <p class="small">{term("shepard", "How to read this diagram")}</p>
        </details>
    }
}

fn draw(canvas: &HtmlCanvasElement, size: Size, theme: Theme, pairs: &[f32]) -> Option<()> {
    let (width, height) = size.device();
    canvas.set_width(width); // also clears it
    canvas.set_height(height);
    let ratio = size.ratio * text_scale();
    let muted = theme.muted();
    let ink = RGBColor(muted.r, muted.g, muted.b);
    let (points, _) = pairs.as_chunks::<2>();
    let most = points
        .iter()
        .flatten()
        .copied()
        .filter(|v| v.is_finite())
        .fold(f32::MIN_POSITIVE, f32::max);
    let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    let font = ("system-ui, sans-serif", 11.0 * ratio)
        .into_font()
        .color(&ink);
    let mut chart = ChartBuilder::on(&area)
        .margin((6.0 * ratio) as i32)
        .x_label_area_size((34.0 * ratio) as i32)
        .y_label_area_size((46.0 * ratio) as i32)
        .build_cartesian_2d(0f32..most, 0f32..most)
        .ok()?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(ink.mix(0.2))
        .axis_style(ink.mix(0.6))
        .x_labels(5)
        .y_labels(5)
        .x_desc("Dissimilarity")
        .y_desc("Distance in the picture")
        .label_style(font)
        .draw()
        .ok()?;
    let dot = CLASS_COLORS[0];
    let dot = RGBColor(dot.r, dot.g, dot.b).mix(0.35);
    let radius = ratio.round().max(1.0) as i32;
    chart
        .draw_series(
            points
                .iter()
                .map(|&[x, y]| Circle::new((x, y), radius, dot.filled())),
        )
        .ok()?;
    chart
        .draw_series(LineSeries::new([(0.0, 0.0), (most, most)], ink))
        .ok()?;
    area.present().ok()
}
