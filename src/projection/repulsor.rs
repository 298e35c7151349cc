//! The choice among the ways to compute the repulsion.

use super::barnes_hut::BarnesHut;
use super::config::Repulsion;
use super::multipole::Multipole;
use super::repulsion_exact::ExactRepulsion;

/// Up to this many points all pairs are faster than any tree.
const EXACT_LIMIT: usize = 300;

/// One way to compute the repulsion, with its buffers.
pub struct Repulsor {
    method: Repulsion,
    exact: ExactRepulsion,
    barnes_hut: BarnesHut,
    multipole: Multipole,
}

impl Repulsor {
    /// The method asked for, or the fastest for `n` points.
    pub fn new(asked: Repulsion, n: usize) -> Self {
        let method = match asked {
            Repulsion::Auto if n <= EXACT_LIMIT => Repulsion::Exact,
            Repulsion::Auto => Repulsion::Multipole,
            chosen => chosen,
        };
        Self {
            method,
            exact: ExactRepulsion::default(),
            barnes_hut: BarnesHut::default(),
            multipole: Multipole::default(),
        }
    }

    /// For each point i, Σ_j (y_i − y_j) / (1 + ‖y_i − y_j‖²)², written to `forces`; returns
    /// Σ_{i≠j} 1 / (1 + ‖y_i − y_j‖²). `positions` and `forces`: n × 2, interleaved; θ = 0 is exact.
    pub fn compute(&mut self, positions: &[f32], theta: f32, forces: &mut [f32]) -> f64 {
        if theta == 0.0 || self.method == Repulsion::Exact {
            return self.exact.compute(positions, forces);
        }
        match self.method {
            Repulsion::BarnesHut => self.barnes_hut.compute(positions, theta, forces),
            _ => self.multipole.compute(positions, theta, forces),
        }
    }
}
