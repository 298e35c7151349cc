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

#[cfg(test)]
mod tests {
    use super::super::affinities::Affinities;
    use super::attract;

    #[test]
    fn pull_agrees_with_the_definition() {
        // Rows of different lengths, none a multiple of four.
        let n = 23;
        let data: Vec<f32> = (0..3 * n).map(|i| (i as f32 * 0.37).fract()).collect();
        let positions: Vec<f32> = (0..2 * n)
            .map(|i| (i as f32 * 0.61).fract() - 0.5)
            .collect();
        let affinities = Affinities::new(&data, n, 3, 2.0).unwrap();
        let mut forces = vec![1.0; 2 * n];
        attract(&affinities, &positions, &mut forces);
        for i in 0..n {
            let mut expected = [0.0; 2];
            for (j, p) in affinities.row(i) {
                let d = [0, 1].map(|axis| positions[2 * i + axis] - positions[2 * j + axis]);
                for axis in [0, 1] {
                    expected[axis] += p * d[axis] / (1.0 + d[0] * d[0] + d[1] * d[1]);
                }
            }
            for axis in [0, 1] {
                assert!((forces[2 * i + axis] - expected[axis]).abs() < 1e-6);
            }
        }
    }
}
