//! The layouts of an evolution, read as one trail per observation.

use super::error::TrailError;

/// The positions of n observations in the layouts of T steps: layers or epochs.
#[derive(Debug, Clone, PartialEq)]
pub struct Trails {
    n: usize,
    steps: usize,
    /// T × n × 2.
    layouts: Vec<f32>,
}

impl Trails {
    /// Takes the layouts one after the other: T × n × 2, row-major, in any unit of length.
    pub fn new(layouts: Vec<f32>, n: usize, steps: usize) -> Result<Self, TrailError> {
        let found = layouts.len();
        let expected = n.saturating_mul(steps).saturating_mul(2);
        if expected == 0 {
            return Err(TrailError::Nothing { n, steps });
        }
        if expected != found {
            return Err(TrailError::WrongLength {
                n,
                steps,
                expected,
                found,
            });
        }
        match layouts.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(TrailError::NotFinite {
                observation: at / 2 % n,
                step: at / 2 / n,
            }),
            None => Ok(Self { n, steps, layouts }),
        }
    }

    /// Observations.
    pub fn count(&self) -> usize {
        self.n
    }

    /// Steps.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The layout of a step: n × 2, row-major; `None` beyond the last.
    pub fn layout(&self, step: usize) -> Option<&[f32]> {
        self.layouts.chunks_exact(2 * self.n).nth(step)
    }

    /// The way of one observation, step by step; none where there is no such observation.
    pub fn trail(&self, observation: usize) -> impl Iterator<Item = [f32; 2]> + '_ {
        let layouts = self.layouts.chunks_exact(2 * self.n);
        layouts.filter_map(move |layout| layout.as_chunks().0.get(observation).copied())
    }

    /// How far each observation goes in all, n, in the unit of the layouts.
    pub fn lengths(&self) -> Vec<f32> {
        let mut lengths = vec![0.0; self.n];
        let pairs = self.layouts.windows(4 * self.n).step_by(2 * self.n);
        for pair in pairs {
            let (from, to) = pair.split_at(2 * self.n);
            let (from, to) = (from.as_chunks::<2>().0, to.as_chunks::<2>().0);
            for ((length, a), b) in lengths.iter_mut().zip(from).zip(to) {
                // The square of a long way is a number only in double precision.
                let [dx, dy] = [0, 1].map(|k| f64::from(b[k]) - f64::from(a[k]));
                let way = (dx * dx + dy * dy).sqrt() as f32;
                *length = (*length + way).min(f32::MAX);
            }
        }
        lengths
    }

    /// Least and greatest x and y of all positions.
    pub(super) fn bounds(&self) -> [[f32; 2]; 2] {
        let mut bounds = [[f32::INFINITY; 2], [f32::NEG_INFINITY; 2]];
        for p in self.layouts.as_chunks::<2>().0 {
            for k in 0..2 {
                bounds[0][k] = bounds[0][k].min(p[k]);
                bounds[1][k] = bounds[1][k].max(p[k]);
            }
        }
        bounds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trails() -> Trails {
        let layouts = vec![0.0, 0.0, 5.0, 5.0, 3.0, 4.0, 5.0, 5.0, 3.0, 6.0, 6.0, 5.0];
        Trails::new(layouts, 2, 3).expect("finite")
    }

    #[test]
    fn a_trail_goes_from_layout_to_layout() {
        let trails = trails();
        let first: Vec<_> = trails.trail(0).collect();
        assert_eq!(first, [[0.0, 0.0], [3.0, 4.0], [3.0, 6.0]]);
        assert_eq!(trails.trail(2).count(), 0);
        assert_eq!(trails.lengths(), [7.0, 1.0]);
        assert_eq!(trails.layout(1), Some(&[3.0, 4.0, 5.0, 5.0][..]));
        assert_eq!(trails.layout(3), None);
        assert_eq!(trails.bounds(), [[0.0, 0.0], [6.0, 6.0]]);
    }
}
