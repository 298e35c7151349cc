//! The push between all pairs, each computed.

use super::lanes::Lanes;

/// Row j has its 1 where lane j of a block of eight stands.
const SELF: [[f32; 8]; 8] = {
    let mut rows = [[0.0; 8]; 8];
    let mut j = 0;
    while j < 8 {
        rows[j][j] = 1.0;
        j += 1;
    }
    rows
};

/// Room for the exact repulsion.
#[derive(Default)]
pub(crate) struct ExactRepulsion {
    x: Vec<f32>,
    y: Vec<f32>,
    real: Vec<f32>,
}

impl ExactRepulsion {
    /// For each point i, Σ_j (y_i − y_j) / (1 + ‖y_i − y_j‖²)², written to `forces`; returns
    /// Σ_{i≠j} 1 / (1 + ‖y_i − y_j‖²). `positions` and `forces`: n × 2, interleaved.
    pub fn compute(&mut self, positions: &[f32], forces: &mut [f32]) -> f64 {
        let n = positions.len() / 2;
        let padded = n.next_multiple_of(2 * Lanes::COUNT);
        self.x.clear();
        self.y.clear();
        self.real.clear();
        self.x.extend(positions.chunks_exact(2).map(|p| p[0]));
        self.y.extend(positions.chunks_exact(2).map(|p| p[1]));
        self.real.resize(n, 1.0);
        for values in [&mut self.x, &mut self.y, &mut self.real] {
            values.resize(padded, 0.0);
        }
        let one = Lanes::splat(1.0);
        let mut total = 0.0;
        for at in (0..padded).step_by(2 * Lanes::COUNT) {
            let x = [Lanes::load(&self.x, at), Lanes::load(&self.x, at + 4)];
            let y = [Lanes::load(&self.y, at), Lanes::load(&self.y, at + 4)];
            let mut fx = [Lanes::zero(); 2];
            let mut fy = [Lanes::zero(); 2];
            let mut sum = [Lanes::zero(); 2];
            for (j, (&xj, &yj)) in self.x[..n].iter().zip(&self.y[..n]).enumerate() {
                // A point's kernel with itself is exactly 1, and is taken out at once: where all
                // others are far, a sum that held it would have lost them.
                let own = j.wrapping_sub(at);
                let is_own = own < 2 * Lanes::COUNT;
                let (xj, yj) = (Lanes::splat(xj), Lanes::splat(yj));
                for half in 0..2 {
                    let (dx, dy) = (x[half] - xj, y[half] - yj);
                    let kernel = one / (one + dx * dx + dy * dy);
                    let push = kernel * kernel;
                    fx[half] += push * dx;
                    fy[half] += push * dy;
                    sum[half] += if is_own {
                        kernel - Lanes::load(&SELF[own], 4 * half)
                    } else {
                        kernel
                    };
                }
            }
            for half in 0..2 {
                let base = at + 4 * half;
                total += f64::from((sum[half] * Lanes::load(&self.real, base)).sum());
                let (fx, fy) = (fx[half].to_array(), fy[half].to_array());
                for lane in 0..n.saturating_sub(base).min(4) {
                    forces[2 * (base + lane)] = fx[lane];
                    forces[2 * (base + lane) + 1] = fy[lane];
                }
            }
        }
        total
    }
}
