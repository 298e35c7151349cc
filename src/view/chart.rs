//! A chart of a few curves.

use std::ops::Range;

use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

use super::frame::{Size, text_scale};
use crate::canvas::palette::Theme;

/// One curve of a chart.
pub struct Line {
    /// From left to right; what is not finite is left out.
    pub points: Vec<(f32, f32)>,
    /// Its colour.
    pub color: RGBColor,
    /// How it is drawn.
    pub stroke: Stroke,
}

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// As one line.
    Solid,
    /// Dashed.
    Dashed,
    /// As a line with a dot at each of its points.
    Dotted,
}

/// What a chart's axes go over, and what stands beside them.
pub struct Axes<'a> {
    /// From left to right.
    pub x: Range<f32>,
    /// From bottom to top.
    pub y: Range<f32>,
    /// Words along the horizontal axis at most.
    pub x_labels: usize,
    /// Words for a place on the horizontal axis.
    pub x_label: &'a dyn Fn(&f32) -> String,
    /// Words for a place on the vertical axis.
    pub y_label: &'a dyn Fn(&f32) -> String,
}

/// From a chart's left edge to its vertical axis, CSS pixels at the usual size of text.
pub const LEFT: f64 = 40.0;
/// From the end of the horizontal axis to a chart's right edge, the same.
pub const RIGHT: f64 = 16.0;

/// A colour of ours as the charts want it.
pub fn rgb(color: crate::canvas::colour::Rgb) -> RGBColor {
    RGBColor(color.r, color.g, color.b)
}

/// A little above all values.
pub fn above(lines: &[Line]) -> f32 {
    let values = lines
        .iter()
        .flat_map(|line| line.points.iter().map(|p| p.1));
    1.05 * values.filter(|v| v.is_finite()).fold(0.1, f32::max)
}

/// Draws a chart over all of its canvas; `None` where that is not possible.
pub fn draw(
    canvas: &HtmlCanvasElement,
    size: Size,
    theme: Theme,
    axes: Axes<'_>,
    lines: &[Line],
) -> Option<()> {
    let (width, height) = size.device();
    canvas.set_width(width); // also clears it
    canvas.set_height(height);
    let ratio = size.ratio * text_scale();
    let ink = rgb(theme.muted());
    let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin_top((6.0 * ratio) as i32)
        .margin_right((RIGHT * ratio) as i32)
        .x_label_area_size((18.0 * ratio) as i32)
        .y_label_area_size((LEFT * ratio) as i32)
        .build_cartesian_2d(axes.x, axes.y)
        .ok()?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(ink.mix(0.25))
        .axis_style(ink.mix(0.6))
        .x_labels(axes.x_labels)
        .y_labels(4)
        .x_label_formatter(axes.x_label)
        .y_label_formatter(axes.y_label)
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
        if line.stroke == Stroke::Dashed {
            let (dash, gap) = ((5.0 * ratio) as u32, (3.0 * ratio) as u32);
            chart
                .draw_series(DashedLineSeries::new(points, dash, gap, style))
                .ok()?;
            continue;
        }
        chart
            .draw_series(LineSeries::new(points.clone(), style))
            .ok()?;
        if line.stroke == Stroke::Dotted {
            let radius = (2.5 * ratio).round() as i32;
            let dots = points.map(|p| Circle::new(p, radius, line.color.filled()));
            chart.draw_series(dots).ok()?;
        }
    }
    area.present().ok()
}
