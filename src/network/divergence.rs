//! Noticing that a training has lost its way.

use super::{Checkpoint, TrainingConfig};

/// How many times worse than guessing a loss must be to count as absurd.
const ABSURD: f32 = 3.0;
/// A loss must stay absurd for an epoch, but at least and at most so many steps: the first steps of
/// a training that does well in the end may be wild.
const PATIENCE: [u32; 2] = [20, 100];

/// By what a training is known to have diverged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Divergence {
    /// The loss that was read is infinite or not a number.
    Loss,
    /// The loss is a number, but has long been far above that of guessing.
    Explosion {
        /// The loss that was read last.
        loss: f32,
        /// The loss of a network that gives every class the same probability.
        guessing: f32,
    },
    /// A weight, or what the optimizer remembers of it, is infinite or not a number.
    Weights,
    /// The activations or the loss on the observations are infinite or not numbers.
    Activations,
}

impl std::fmt::Display for Divergence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Loss => f.write_str("the loss is no longer a finite number"),
            Self::Explosion { loss, guessing } => write!(
                f,
                "the loss is {} and has long been far above the {guessing:.2} of mere guessing",
                short(loss)
            ),
            Self::Weights => f.write_str("the weights are no longer finite numbers"),
            Self::Activations => f.write_str("the activations are no longer finite numbers"),
        }
    }
}

/// A number of any size in few characters.
fn short(value: f32) -> String {
    if value.abs() < 1e5 {
        format!("{value:.1}")
    } else {
        format!("{value:.1e}")
    }
}

/// Watches the losses of a training for one that stays absurd.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    guessing: f32,
    patience: u32,
    /// Steps since a loss was last read that was not absurd.
    absurd: u32,
}

impl Watch {
    /// For a network of so many classes.
    pub(crate) fn new(classes: usize, steps_per_epoch: u32) -> Self {
        Self {
            // One class is always guessed right; two are the fewest that can be mistaken.
            guessing: (classes.max(2) as f32).ln(),
            patience: steps_per_epoch.clamp(PATIENCE[0], PATIENCE[1]),
            absurd: 0,
        }
    }

    /// Takes in a step, with its loss where that was read.
    pub(crate) fn step(&mut self, loss: Option<f32>) -> Option<Divergence> {
        self.absurd += 1;
        let loss = loss?;
        if !loss.is_finite() {
            return Some(Divergence::Loss);
        }
        if loss <= ABSURD * self.guessing {
            self.absurd = 0;
        }
        (self.absurd >= self.patience).then_some(Divergence::Explosion {
            loss,
            guessing: self.guessing,
        })
    }
}

impl Checkpoint {
    /// Whether all it holds are finite numbers, so that a training can go on from it.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let mut arrays = self.weights.iter().chain(&self.optimizer);
        arrays.all(|array| array.data.iter().all(|value| value.is_finite()))
    }
}

impl TrainingConfig {
    /// A learning rate to try after this one has made the training diverge: a tenth of it, or what
    /// is usual for the optimizer if that is less.
    #[must_use]
    pub fn calmer_rate(&self) -> f32 {
        (self.learning_rate / 10.0).min(self.optimizer.usual_rate())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Optimizer;

    #[test]
    fn a_wild_beginning_is_forgiven_but_no_wild_epoch() {
        let mut watch = Watch::new(10, 30);
        assert!((0..29).all(|_| watch.step(Some(1e6)).is_none()));
        assert_eq!(watch.step(Some(6.9)), None, "three times that of guessing");
        assert!((0..29).all(|_| watch.step(Some(7.0)).is_none()));
        let found = watch.step(Some(7.0));
        assert!(matches!(found, Some(Divergence::Explosion { .. })));
        assert_eq!(watch.step(Some(f32::NAN)), Some(Divergence::Loss));
        assert_eq!(watch.step(Some(f32::INFINITY)), Some(Divergence::Loss));
    }

    #[test]
    fn steps_whose_loss_is_not_read_count_for_the_next_that_is() {
        let mut watch = Watch::new(10, 2);
        assert!((0..40).all(|_| watch.step(None).is_none()));
        assert!(watch.step(Some(50.0)).is_some());
        let mut watch = Watch::new(10, 2);
        assert!((0..40).all(|_| watch.step(None).is_none()));
        assert!(watch.step(Some(2.0)).is_none());
    }

    #[test]
    fn what_is_said_has_no_name_of_a_number_that_is_none() {
        let explosion = |loss| Divergence::Explosion {
            loss,
            guessing: 2.3,
        };
        for sign in [
            Divergence::Loss,
            Divergence::Weights,
            Divergence::Activations,
            explosion(31.25),
            explosion(3.2e30),
        ] {
            let said = sign.to_string();
            assert!(!said.contains("NaN") && said.len() < 100, "{said}");
        }
        assert!(explosion(3.2e30).to_string().contains("3.2e30"));
    }

    #[test]
    fn a_calmer_rate_is_usual_or_less() {
        let calmer = |optimizer, learning_rate| {
            TrainingConfig {
                optimizer,
                learning_rate,
                ..TrainingConfig::default()
            }
            .calmer_rate()
        };
        let sgd = Optimizer::Sgd { momentum: 0.9 };
        assert_eq!(calmer(sgd, 1e30), 0.05);
        assert_eq!(calmer(sgd, 0.05), 0.005);
        assert_eq!(calmer(Optimizer::Adam, 1.0), 0.001);
        assert!(calmer(Optimizer::Adam, 0.001) < 0.0002);
    }
}
