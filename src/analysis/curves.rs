//! The history of a training: loss and accuracy as it went on.

use serde::{Deserialize, Serialize};

/// How good the network was after an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// After how many epochs of training; 0 is before training.
    pub epoch: u32,
    /// Mean cross-entropy on training observations, where it was measured.
    pub train_loss: Option<f32>,
    /// Share of training observations classified right, 0 to 1, where it was measured.
    pub train_accuracy: Option<f32>,
    /// Mean cross-entropy on the test observations; not a number where training diverged.
    #[serde(with = "maybe_finite")]
    pub test_loss: f32,
    /// Share of test observations classified right, 0 to 1.
    #[serde(with = "maybe_finite")]
    pub test_accuracy: f32,
}

/// The history of a training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// (epoch as a real number, mean cross-entropy of the batches since the last entry), in order.
    #[serde(with = "maybe_finite_points")]
    pub train_loss: Vec<(f32, f32)>,
    /// One entry per evaluated epoch, in order.
    pub evaluations: Vec<Evaluation>,
}

impl Curves {
    /// The evaluation after an epoch, where there is one.
    pub fn at_epoch(&self, epoch: u32) -> Option<&Evaluation> {
        self.evaluations
            .iter()
            .find(|evaluation| evaluation.epoch == epoch)
    }

    /// Takes in an evaluation, in the place of an earlier one of the same epoch.
    pub fn evaluate(&mut self, evaluation: Evaluation) {
        let place = self
            .evaluations
            .partition_point(|earlier| earlier.epoch < evaluation.epoch);
        match self.evaluations.get_mut(place) {
            Some(same) if same.epoch == evaluation.epoch => *same = evaluation,
            _ => self.evaluations.insert(place, evaluation),
        }
    }

    /// Forgets everything after an epoch, as when training goes on from there.
    pub fn truncate_after(&mut self, epoch: u32) {
        self.train_loss.retain(|&(at, _)| at <= epoch as f32);
        self.evaluations
            .retain(|evaluation| evaluation.epoch <= epoch);
    }
}

/// A number that JSON may not be able to write: infinite or not a number becomes `null`, and comes
/// back as not a number. A training that diverges must not make its history unreadable.
mod maybe_finite {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &f32, serializer: S) -> Result<S::Ok, S::Error> {
        value.is_finite().then_some(*value).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f32, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or(f32::NAN))
    }
}

/// [`maybe_finite`] for the second number of each point.
mod maybe_finite_points {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        points: &[(f32, f32)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            points
                .iter()
                .map(|&(at, loss)| (at, loss.is_finite().then_some(loss))),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(f32, f32)>, D::Error> {
        let points: Vec<(f32, Option<f32>)> = Vec::deserialize(deserializer)?;
        Ok(points
            .into_iter()
            .map(|(at, loss)| (at, loss.unwrap_or(f32::NAN)))
            .collect())
    }
}
