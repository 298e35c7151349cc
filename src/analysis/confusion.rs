//! Which classes the network takes for which, and which observations it is wrong about.

use super::Predictions;
use crate::ordering::falling;

/// How often each class was predicted for each class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    /// classes × classes, row-major: true classes down, predicted ones across.
    counts: Vec<u32>,
}

impl Confusion {
    /// Counts the observations that have both a label and a prediction below `classes`.
    pub fn new(predictions: &Predictions, labels: &[u8], classes: usize) -> Self {
        let mut counts = vec![0; classes * classes];
        for (&truth, &predicted) in labels.iter().zip(&predictions.predicted) {
            let (truth, predicted) = (usize::from(truth), usize::from(predicted));
            if truth < classes && predicted < classes {
                counts[truth * classes + predicted] += 1;
            }
        }
        Self { classes, counts }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Observations of class `truth` that were taken for `predicted`; 0 beyond the classes.
    pub fn count(&self, truth: usize, predicted: usize) -> u32 {
        if predicted >= self.classes {
            return 0;
        }
        let at = truth.saturating_mul(self.classes) + predicted;
        self.counts.get(at).copied().unwrap_or(0)
    }

    /// Observations of class `truth`.
    pub fn of_class(&self, truth: usize) -> u32 {
        (0..self.classes).map(|p| self.count(truth, p)).sum()
    }

    /// Observations that were taken for `predicted`.
    pub fn taken_for(&self, predicted: usize) -> u32 {
        (0..self.classes).map(|t| self.count(t, predicted)).sum()
    }

    /// All observations.
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// Observations whose prediction is right.
    pub fn right(&self) -> u32 {
        (0..self.classes)
            .map(|class| self.count(class, class))
            .sum()
    }

    /// The most frequent mistake, as true class, predicted class and count; of equally frequent ones
    /// the first. None where there is no mistake.
    pub fn most_frequent_mistake(&self) -> Option<(usize, usize, u32)> {
        let mut worst = None;
        let mut most = 0;
        for truth in 0..self.classes {
            for predicted in (0..self.classes).filter(|&predicted| predicted != truth) {
                let count = self.count(truth, predicted);
                if count > most {
                    most = count;
                    worst = Some((truth, predicted, count));
                }
            }
        }
        worst
    }
}

/// An observation that the network is wrong about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mistake {
    /// Which of the projected observations.
    pub index: u32,
    /// Its class.
    pub truth: u8,
    /// The class that the network takes it for.
    pub predicted: u8,
    /// How probable the network thinks that, 0 to 1; unknown where it came without probabilities.
    pub probability: Option<f32>,
}

/// The mistakes, the surest first; equally sure ones by index, those of unknown probability last.
pub fn mistakes(predictions: &Predictions, labels: &[u8]) -> Vec<Mistake> {
    let mistake = |index: u32| {
        let at = index as usize;
        let (truth, predicted) = (*labels.get(at)?, *predictions.predicted.get(at)?);
        let probability = predictions.probability(at, predicted);
        Some(Mistake {
            index,
            truth,
            predicted,
            probability,
        })
    };
    let wrong = predictions.misclassified(labels);
    let mistakes: Vec<Mistake> = wrong.into_iter().filter_map(mistake).collect();
    let sureness = |mistake: &Mistake| mistake.probability.unwrap_or(-1.0);
    let sureness: Vec<f32> = mistakes.iter().map(sureness).collect();
    let ranked = falling(&sureness).into_iter();
    ranked.map(|at| mistakes[at as usize]).collect()
}

/// The observations of a cell of the matrix, of a row (`predicted` is `None`), of a column (`truth`
/// is `None`), or all: ascending indices.
pub fn observations_of(
    predictions: &Predictions,
    labels: &[u8],
    truth: Option<u8>,
    predicted: Option<u8>,
) -> Vec<u32> {
    (0u32..)
        .zip(labels.iter().zip(&predictions.predicted))
        .filter(|(_, (label, said))| {
            truth.is_none_or(|truth| truth == **label)
                && predicted.is_none_or(|predicted| predicted == **said)
        })
        .map(|(index, _)| index)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five observations of three classes, two of them wrong.
    fn some() -> (Predictions, [u8; 5]) {
        let rows = [
            [0.9, 0.1, 0.0],
            [0.2, 0.7, 0.1],
            [0.1, 0.6, 0.3],
            [0.0, 0.05, 0.95],
            [0.8, 0.1, 0.1],
        ];
        let predictions = Predictions::from_probabilities(rows.concat(), 3).unwrap();
        (predictions, [0, 1, 2, 2, 1])
    }

    #[test]
    fn rows_are_true_and_columns_predicted_classes() {
        let (predictions, labels) = some();
        let matrix = Confusion::new(&predictions, &labels, 3);
        let rows = [0, 1, 2].map(|t| [0, 1, 2].map(|p| matrix.count(t, p)));
        assert_eq!(rows, [[1, 0, 0], [1, 1, 0], [0, 1, 1]]);
        assert_eq!((matrix.total(), matrix.right()), (5, 3));
        assert_eq!([0, 1, 2].map(|c| matrix.of_class(c)), [1, 2, 2]);
        assert_eq!([0, 1, 2].map(|c| matrix.taken_for(c)), [2, 2, 1]);
        assert_eq!(matrix.most_frequent_mistake(), Some((1, 0, 1)));
        assert_eq!((matrix.count(0, 3), matrix.count(3, 0)), (0, 0));
    }

    #[test]
    fn a_cell_holds_as_many_observations_as_it_says() {
        let (predictions, labels) = some();
        let matrix = Confusion::new(&predictions, &labels, 3);
        for truth in 0..3u8 {
            for predicted in 0..3u8 {
                let cell = observations_of(&predictions, &labels, Some(truth), Some(predicted));
                let count = matrix.count(usize::from(truth), usize::from(predicted));
                assert_eq!(cell.len() as u32, count);
            }
        }
        assert_eq!(
            observations_of(&predictions, &labels, Some(2), None),
            [2, 3]
        );
        assert_eq!(
            observations_of(&predictions, &labels, None, Some(0)),
            [0, 4]
        );
        assert_eq!(observations_of(&predictions, &labels, None, None).len(), 5);
    }

    #[test]
    fn the_surest_mistake_comes_first() {
        let (mut predictions, labels) = some();
        let found = mistakes(&predictions, &labels);
        let short: Vec<_> = found
            .iter()
            .map(|m| (m.index, m.truth, m.predicted))
            .collect();
        assert_eq!(short, [(4, 1, 0), (2, 2, 1)]);
        assert_eq!(found[0].probability, Some(0.8));
        predictions.probabilities.clear();
        let unsure = mistakes(&predictions, &labels);
        assert_eq!(unsure.iter().map(|m| m.index).collect::<Vec<_>>(), [2, 4]);
        assert!(unsure.iter().all(|m| m.probability.is_none()));
    }

    #[test]
    fn nothing_is_confused_without_predictions() {
        let none = Predictions::default();
        let matrix = Confusion::new(&none, &[0, 1], 2);
        assert_eq!((matrix.total(), matrix.right()), (0, 0));
        assert_eq!(matrix.most_frequent_mistake(), None);
        assert!(mistakes(&none, &[0, 1]).is_empty());
    }
}
