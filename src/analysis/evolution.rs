//! How a representation changes from layer to layer, or from epoch to epoch.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Analysis, Representation, Source};
use crate::dataset::Part;
use crate::projection::{DynamicTsneConfig, NeighborhoodHit, Note};

/// λ of dynamic t-SNE, unless chosen otherwise: layouts separate the classes as well as with the
/// customary 0.1, and observations go far enough for their trails to be read.
pub const EVOLUTION_LAMBDA: f32 = 0.02;

/// A sequence of representations of the same observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sequence {
    /// Whose observations.
    pub part: Part,
    /// What changes along it.
    pub along: Along,
}

/// What changes along a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Along {
    /// The layer, at one epoch: the paper's inter-layer evolution (figure 10).
    Layers {
        /// After how many epochs of training.
        epoch: u32,
    },
    /// The epoch, for one layer: the paper's inter-epoch evolution (figure 11).
    Epochs {
        /// Which hidden layer, from 0.
        layer: usize,
        /// Epochs at most, spread evenly over those that were kept.
        most: usize,
    },
}

impl Sequence {
    /// The representations of the sequence whose activations are there, in their order.
    pub fn representations(self, analysis: &Analysis) -> Vec<Representation> {
        let at = |index: usize, epoch: u32| Representation {
            part: self.part,
            source: Source::Layer { index, epoch },
        };
        // Layouts that came from a file may have come without the activations.
        let known = analysis.evolutions.get(&self);
        let is_there = |representation: &Representation| {
            analysis.has_features(*representation)
                || known.is_some_and(|known| known.steps.contains(representation))
        };
        match self.along {
            Along::Layers { epoch } => (0..analysis.hidden_layers())
                .map(|layer| at(layer, epoch))
                .filter(is_there)
                .collect(),
            Along::Epochs { layer, most } => {
                let epochs = analysis.epochs().into_iter();
                let all: Vec<_> = epochs
                    .map(|epoch| at(layer, epoch))
                    .filter(is_there)
                    .collect();
                spread(all, most)
            }
        }
    }
}

/// "test · over the layers · epoch 20"; "train · layer 4 over the epochs".
impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.along {
            Along::Layers { epoch } => write!(f, "{} · over the layers · epoch {epoch}", self.part),
            Along::Epochs { layer, .. } => {
                write!(
                    f,
                    "{} · layer {} over the epochs",
                    self.part,
                    layer.saturating_add(1)
                )
            }
        }
    }
}

/// At most `most` (but at least two) of the items, evenly spread, first and last among them.
fn spread<T: Copy>(items: Vec<T>, most: usize) -> Vec<T> {
    let most = most.max(2);
    if items.len() <= most {
        return items;
    }
    let last = items.len() - 1;
    // Rounded to the nearest item; the steps are wider than one, so that none comes twice.
    (0..most)
        .map(|step| items[(2 * step * last + (most - 1)) / (2 * (most - 1))])
        .collect()
}

/// The layouts of a sequence, by dynamic t-SNE.
#[derive(Debug, Clone, PartialEq)]
pub struct Evolution {
    /// What each layout is of.
    pub steps: Vec<Representation>,
    /// One layout after the other, each n × 2, row-major.
    pub positions: Arc<Vec<f32>>,
    /// How well each layout separates the classes.
    pub hits: Vec<NeighborhoodHit>,
    /// KL(P ‖ Q) of each layout, in nats.
    pub divergences: Vec<f64>,
    /// Mean squared way of an observation from one layout to the next.
    pub movement: f64,
    /// Iterations done.
    pub iterations: u32,
    /// What was adapted to the data.
    pub notes: Vec<Note>,
    /// How they were computed; its λ is the last one, where it was changed on the way.
    pub config: DynamicTsneConfig,
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn steps_are_spread_evenly_with_both_ends() {
        let epochs: Vec<u32> = (0..=100).collect();
        assert_eq!(spread(epochs.clone(), 6), [0, 20, 40, 60, 80, 100]);
        assert_eq!(spread(epochs.clone(), 0), [0, 100]);
        assert_eq!(spread(vec![3, 5], 6), [3, 5]);
        assert_eq!(spread((0..=20).collect(), 6), [0, 4, 8, 12, 16, 20]);
        for most in 2..100 {
            let some = spread(epochs.clone(), most);
            assert_eq!((some[0], some[most - 1], some.len()), (0, 100, most));
            assert!(some.is_sorted_by(|a, b| a < b), "{some:?}");
        }
    }
}
