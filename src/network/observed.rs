//! What a network showed for a set of images.

use serde::{Deserialize, Serialize};

/// Activations and predictions of a network for `n` images.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// For each observed layer its activations after the rectifier, n × width, row-major.
    pub layers: Vec<Vec<f32>>,
    /// The class with the highest probability, for each image; the lowest class among equals.
    pub predicted: Vec<u8>,
    /// Probability of each class, n × classes, row-major; each row sums to 1.
    pub probabilities: Vec<f32>,
    /// Mean cross-entropy of the given labels, in nats; not a number where there are none.
    pub loss: f32,
    /// Share of images whose predicted class is their label, 0 to 1; not a number where there are none.
    pub accuracy: f32,
}

impl Observed {
    /// Whether everything that was observed is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        let scored = self.predicted.is_empty() || self.loss.is_finite();
        scored && finite(&self.probabilities) && self.layers.iter().all(|layer| finite(layer))
    }
}

/// Predictions made from logits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// The class with the highest logit, for each row; the lowest class among equals.
    pub predicted: Vec<u8>,
    /// Softmax of each row, row-major.
    pub probabilities: Vec<f32>,
    /// Sum over the rows of the cross-entropy of their labels, in nats; NaN where a logit is not
    /// a number.
    pub loss_sum: f64,
    /// Rows whose predicted class is their label.
    pub correct: usize,
}

/// Softmax, prediction and cross-entropy of `labels.len()` rows of `classes` logits, on the host
/// and in double precision. Rows beyond the labels are ignored.
#[must_use]
pub fn score(logits: &[f32], labels: &[u8], classes: usize) -> Scores {
    let mut scores = Scores {
        predicted: Vec::with_capacity(labels.len()),
        probabilities: Vec::with_capacity(labels.len() * classes),
        ..Scores::default()
    };
    for (row, &label) in logits.chunks_exact(classes.max(1)).zip(labels) {
        let mut best = 0;
        for (class, &logit) in row.iter().enumerate() {
            if logit > row[best] {
                best = class;
            }
        }
        let highest = f64::from(row[best]);
        let sum: f64 = row.iter().map(|&l| (f64::from(l) - highest).exp()).sum();
        for &logit in row {
            let probability = (f64::from(logit) - highest).exp() / sum;
            scores.probabilities.push(probability as f32);
        }
        let own = row.get(usize::from(label)).copied().unwrap_or(f32::NAN);
        scores.loss_sum += sum.ln() + highest - f64::from(own);
        scores.correct += usize::from(best == usize::from(label));
        scores.predicted.push(best as u8);
    }
    scores
}
