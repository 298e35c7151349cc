//! The pull between neighbours: the sparse half of the gradient of t-SNE.

use super::affinities::Affinities;
use super::lanes::Lanes;

/// For each point i, Σ_j p_ij (y_i − y_j) / (1 + ‖y_i − y_j‖²). `positions` and `forces`: n × 2,
/// interleaved; forces are overwritten.
pub fn attract(affinities: &Affinities, positions: &[f32], forces: &mut [f32]) {
    let n = affinities.observations();
    assert!(positions.len() == 2 * n && forces.len() == 2 * n);
    let one = Lanes::splat(1.0);
    for (i, force) in forces.chunks_exact_mut(2).enumerate() {
        let (columns, values) = affinities.padded_row(i);
        let x = Lanes::splat(positions[2 * i]);
        let y = Lanes::splat(positions[2 * i + 1]);
        let (mut fx, mut fy) = (Lanes::zero(), Lanes::zero());
        for (four, p) in columns.chunks_exact(4).zip(values.chunks_exact(4)) {
            // SAFETY: the columns of affinities are below n, and positions hold n pairs.
            let (xj, yj) =
                unsafe { Lanes::gather_pairs(positions, [four[0], four[1], four[2], four[3]]) };
            let (dx, dy) = (x - xj, y - yj);
            let pull = Lanes::load(p, 0) / (one + dx * dx + dy * dy);
            fx += pull * dx;
            fy += pull * dy;
        }
        force[0] = fx.sum();
        force[1] = fy.sum();
    }
}
