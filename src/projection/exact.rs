//! Cost and gradient of t-SNE by definition, in double precision: slow, and the measure of the rest.

use super::affinities::Affinities;
use super::random::natural_logarithm;

/// Σ_{i≠j} 1 / (1 + ‖y_i − y_j‖²), the normaliser of q. `positions`: n × 2, row-major.
#[must_use]
pub fn exact_normaliser(positions: &[f32]) -> f64 {
    let mut total = 0.0;
    for (i, a) in positions.chunks_exact(2).enumerate() {
        for b in positions[2 * i + 2..].chunks_exact(2) {
            total += 2.0 / (1.0 + squared_distance(a, b));
        }
    }
    total
}

/// KL(P ‖ Q) = Σ p_ij ln(p_ij / q_ij) of a layout, in nats, given the normaliser of q.
/// `positions`: n × 2, row-major.
#[must_use]
pub fn divergence(affinities: &Affinities, positions: &[f32], normaliser: f64) -> f64 {
    if affinities.observations() < 2 {
        return 0.0;
    }
    let ln_normaliser = natural_logarithm(normaliser);
    let mut total = 0.0;
    for (i, a) in positions.chunks_exact(2).enumerate() {
        for (j, p) in affinities.row(i) {
            let p = f64::from(p);
            let distance = squared_distance(a, &positions[2 * j..2 * j + 2]);
            total += p * (natural_logarithm(p * (1.0 + distance)) + ln_normaliser);
        }
    }
    total
}

/// KL(P ‖ Q) of a layout, in nats, by comparing all pairs. `positions`: n × 2, row-major.
#[must_use]
pub fn exact_divergence(affinities: &Affinities, positions: &[f32]) -> f64 {
    divergence(affinities, positions, exact_normaliser(positions))
}

/// Gradient of KL(P ‖ Q): 4 Σ_j (p_ij − q_ij) (y_i − y_j) / (1 + ‖y_i − y_j‖²), n × 2 (van der
/// Maaten & Hinton 2008, equation 5), with P multiplied by `exaggeration`.
#[must_use]
pub fn exact_gradient(affinities: &Affinities, positions: &[f32], exaggeration: f64) -> Vec<f64> {
    let normaliser = exact_normaliser(positions);
    let mut gradient = vec![0.0; positions.len()];
    for (i, a) in positions.chunks_exact(2).enumerate() {
        let mut sum = [0.0; 2];
        for b in positions.chunks_exact(2) {
            let kernel = 1.0 / (1.0 + squared_distance(a, b));
            for axis in 0..2 {
                let difference = f64::from(a[axis]) - f64::from(b[axis]);
                sum[axis] -= kernel * kernel / normaliser * difference;
            }
        }
        for (j, p) in affinities.row(i) {
            let b = &positions[2 * j..2 * j + 2];
            let weight = exaggeration * f64::from(p) / (1.0 + squared_distance(a, b));
            for axis in 0..2 {
                sum[axis] += weight * (f64::from(a[axis]) - f64::from(b[axis]));
            }
        }
        gradient[2 * i] = 4.0 * sum[0];
        gradient[2 * i + 1] = 4.0 * sum[1];
    }
    gradient
}

fn squared_distance(a: &[f32], b: &[f32]) -> f64 {
    let (dx, dy) = (
        f64::from(a[0]) - f64::from(b[0]),
        f64::from(a[1]) - f64::from(b[1]),
    );
    dx * dx + dy * dy
}
