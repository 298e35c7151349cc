//! Cost and gradient of dynamic t-SNE by definition, in double precision.

use super::affinities::Affinities;
use super::exact::{exact_divergence, exact_gradient};

/// Σ_t Σ_i ‖y_i\[t\] − y_i\[t + 1\]‖².
pub(crate) fn squared_movement(layouts: &[&[f32]]) -> f64 {
    let mut total = 0.0;
    for pair in layouts.windows(2) {
        for (&a, &b) in pair[0].iter().zip(pair[1]) {
            total += (f64::from(a) - f64::from(b)).powi(2);
        }
    }
    total
}

/// The cost of dynamic t-SNE by definition, in double precision. `layouts`: one n × 2 for each P.
#[must_use]
pub fn dynamic_cost(affinities: &[Affinities], layouts: &[&[f32]], lambda: f64) -> f64 {
    let n = affinities.first().map_or(1, Affinities::observations);
    let divergences: f64 = affinities
        .iter()
        .zip(layouts)
        .map(|(p, layout)| exact_divergence(p, layout))
        .sum();
    divergences + lambda / (2.0 * n as f64) * squared_movement(layouts)
}

/// The gradient of [`dynamic_cost`], one n × 2 for each layout.
#[must_use]
pub fn dynamic_gradient(
    affinities: &[Affinities],
    layouts: &[&[f32]],
    lambda: f64,
) -> Vec<Vec<f64>> {
    let n = affinities.first().map_or(1, Affinities::observations) as f64;
    let mut gradients = Vec::with_capacity(layouts.len());
    for (t, (p, layout)) in affinities.iter().zip(layouts).enumerate() {
        let mut gradient = exact_gradient(p, layout, 1.0);
        for other in [t.wrapping_sub(1), t + 1] {
            let Some(other) = layouts.get(other) else {
                continue;
            };
            for ((slope, &y), &z) in gradient.iter_mut().zip(*layout).zip(*other) {
                *slope += lambda / n * (f64::from(y) - f64::from(z));
            }
        }
        gradients.push(gradient);
    }
    gradients
}
