//! How strongly each class activates the chosen neurons.

use std::sync::Arc;

use leptos::prelude::*;

use super::response::Response;
use crate::neurons::{ActivationHistogram, mean_by_class};
use crate::view::frame::class_style;
use crate::view::naming;
use crate::view::state::Session;

/// Bins of the histograms.
const BINS: usize = 24;

/// How often each class activates the neurons how strongly: shares of the class, all on one scale.
/// Heights are square roots: behind a ReLU most activations are 0, beside which the others would
/// vanish.
#[component]
pub fn Histograms(
    /// Of what.
    response: Arc<Response>,
) -> impl IntoView {
    let session = Session::from_context();
    let Response { values, labels, .. } = &*response;
    let histogram = ActivationHistogram::new(values, 1, labels, 0, BINS);
    let means = mean_by_class(values, labels);
    let (Ok(histogram), Ok(means)) = (histogram, means) else {
        return ().into_any();
    };
    let counts = |class: usize| histogram.of_class(class).unwrap_or_default();
    let heights = |class: usize| -> Vec<f32> {
        let all: u32 = counts(class).iter().sum();
        let height = |&count: &u32| (count as f32 / all.max(1) as f32).sqrt();
        counts(class).iter().map(height).collect()
    };
    let highest = (0..means.len())
        .flat_map(heights)
        .fold(f32::MIN_POSITIVE, f32::max);
    let (least, greatest) = (histogram.least, histogram.greatest);
    let width = greatest - least;
    let rows = means.iter().enumerate().filter_map(|(class, mean)| {
        let mean = (*mean)?;
        let name = naming::class(session, class as u8);
        let bars = bars(&heights(class), highest);
        let says = format!("{name}: mean activation {mean:.3}");
        let at = if width > 0.0 { (mean - least) / width * histogram.bins as f32 } else { 0.0 };
        let counts: Vec<String> = counts(class).iter().map(u32::to_string).collect();
        Some(view! {
            <li style=class_style(class) title=says
                data-class=class.to_string() data-mean=mean.to_string() data-counts=counts.join(" ")>
                <span><span class="swatch"></span>{name}</span>
                <b>{format!("{mean:.2}")}</b>
                <svg viewBox=format!("0 0 {} 1", histogram.bins) preserveAspectRatio="none" aria-hidden="true">
                    <path d=bars fill="var(--class)" />
                    <path class="mean" d=format!("M{at:.3} 0v1") />
                </svg>
            </li>
        })
    });
    view! {
        <p class="soft small">
            {format!("Activation of each class, from {least:.2} (left) to {greatest:.2} (right). The line and the number are the mean; heights are square roots of shares of the class.")}
        </p>
        <ul class="histograms" data-testid="role-classes" data-least=least.to_string() data-greatest=greatest.to_string()>
            {rows.collect_view()}
        </ul>
    }
    .into_any()
}

/// Bars from the bottom of a box that is as wide as there are bars and 1 high.
fn bars(heights: &[f32], highest: f32) -> String {
    let bar = |(at, height): (usize, &f32)| {
        let height = height / highest;
        format!("M{at} 1h1v-{height:.4}h-1z")
    };
    heights.iter().enumerate().map(bar).collect()
}
