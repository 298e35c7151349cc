//! How the learning rate changes while training.

use serde::{Deserialize, Serialize};

/// A course of the learning rate, as a factor of the one that was set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Schedule {
    /// Always the same.
    #[default]
    Constant,
    /// Half a cosine from 1 at the first step to 0 after the last (Loshchilov and Hutter 2017,
    /// without restarts).
    Cosine,
    /// Multiplied by a factor now and then.
    Step {
        /// Epochs between two changes, ≥ 1.
        every: u32,
        /// What the rate is multiplied by, 0 < `factor` ≤ 1.
        factor: f32,
    },
}

impl Schedule {
    /// The factor at a step (from 0) of an epoch (from 0), where `epochs` epochs of
    /// `steps_per_epoch` steps are planned. Steps beyond them are like the last one.
    #[must_use]
    pub fn factor(self, epoch: u32, step: u32, epochs: u32, steps_per_epoch: u32) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Cosine => {
                let all = f64::from(epochs) * f64::from(steps_per_epoch);
                let done = f64::from(epoch) * f64::from(steps_per_epoch) + f64::from(step);
                let share = (done.min(all - 1.0) / all.max(1.0)).clamp(0.0, 1.0);
                0.5 * (1.0 + (std::f64::consts::PI * share).cos())
            }
            Self::Step { every, factor } => {
                let changes = (epoch / every.max(1)).min(i32::MAX as u32) as i32;
                f64::from(factor).powi(changes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_falls_from_all_to_nearly_nothing() {
        let at = |epoch, step| Schedule::Cosine.factor(epoch, step, 10, 50);
        assert_eq!(at(0, 0), 1.0);
        assert!((at(5, 0) - 0.5).abs() < 1e-12);
        let last = at(9, 49);
        assert!(last > 0.0 && last < 1e-4);
        assert_eq!(at(12, 0), last, "beyond the end");
        let all: Vec<f64> = (0..500).map(|t| at(t / 50, t % 50)).collect();
        assert!(all.windows(2).all(|pair| pair[1] < pair[0]));
    }

    #[test]
    fn steps_multiply() {
        let schedule = Schedule::Step {
            every: 3,
            factor: 0.5,
        };
        let at = |epoch| schedule.factor(epoch, 7, 10, 50);
        assert_eq!(
            [at(0), at(2), at(3), at(8), at(9)],
            [1.0, 1.0, 0.5, 0.25, 0.125]
        );
        assert_eq!(Schedule::Constant.factor(4, 0, 10, 50), 1.0);
    }
}
