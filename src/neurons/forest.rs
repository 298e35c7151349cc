//! Discriminative scores by forests of extremely randomized trees, one forest per class.

use serde::{Deserialize, Serialize};

use super::columns::Columns;
use super::error::NeuronError;
use super::scores::DiscriminativeScores;
use super::tree::Tree;
use crate::projection::random::generator;
use crate::projection::{ProjectionError, check_matrix};

/// Values looked at in one slice of work: about a millisecond.
const SLICE: usize = 400_000;

/// Parameters of the forests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ForestConfig {
    /// Trees per class.
    pub trees: u32,
    /// Neurons tried at each split; `None` for the square root of their number, rounded down.
    pub tried: Option<usize>,
    /// Seed of everything random.
    pub seed: u64,
}

impl Default for ForestConfig {
    fn default() -> Self {
        Self {
            trees: 100,
            tried: None,
            seed: 0,
        }
    }
}

/// What a slice of work came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Growth {
    /// A tree is still growing; the scores are as before.
    Growing,
    /// At least one more tree stands; the scores have changed.
    Grown,
    /// All trees stand.
    Done,
}

/// The power of each neuron to tell each class from the rest (Rauber, Fadel, Falcão & Telea 2017):
/// for every class a forest of extremely randomized trees (Geurts, Ernst & Wehenkel 2006) learns
/// "this class or another" from the activations, and S_{c,j} is the share of neuron j in the
/// decrease of Gini impurity: per tree, averaged over the trees, summing to 1 over the neurons.
///
/// The same as `feature_importances_` of scikit-learn's `ExtraTreesClassifier`, but for the random
/// numbers. The classes take turns, so that the scores of all grow better together. Each tree has
/// random numbers of its own: a tree is the same whatever else is grown.
pub struct DiscriminativeForest {
    config: ForestConfig,
    columns: Columns,
    labels: Vec<u8>,
    /// The classes that occur, in order.
    present: Vec<u8>,
    classes: usize,
    tree: Tree,
    /// Trees planted.
    planted: usize,
    /// Trees finished.
    finished: usize,
    /// classes × d: shares of impurity decrease, summed over the trees.
    totals: Vec<f64>,
}

impl DiscriminativeForest {
    /// Prepares forests on `activations` (n × d, row-major) with these classes (n).
    pub fn new(
        activations: Vec<f32>,
        n: usize,
        d: usize,
        labels: &[u8],
        config: &ForestConfig,
    ) -> Result<Self, NeuronError> {
        check_matrix(&activations, n, d)?;
        let found = labels.len();
        if found != n {
            return Err(ProjectionError::WrongLabelCount { n, found }.into());
        }
        if config.trees == 0 {
            return Err(NeuronError::NoTrees);
        }
        if u32::try_from(n).is_err() {
            return Err(NeuronError::TooManyObservations { n });
        }
        let mut occurs = [false; 256];
        for &label in labels {
            occurs[usize::from(label)] = true;
        }
        let present: Vec<u8> = (0..=u8::MAX).filter(|&c| occurs[usize::from(c)]).collect();
        let classes = match present[..] {
            [class] => return Err(NeuronError::OneClass { n, class }),
            [.., last] => usize::from(last) + 1,
            [] => return Err(ProjectionError::NoObservations.into()),
        };
        let tried = config.tried.unwrap_or_else(|| d.isqrt()).clamp(1, d);
        Ok(Self {
            columns: Columns::new(activations, n, d),
            labels: labels.to_vec(),
            tree: Tree::new(n, d, tried, generator(config.seed, 0)),
            planted: 0,
            finished: 0,
            totals: vec![0.0; classes * d],
            config: config.clone(),
            present,
            classes,
        })
    }

    /// Does one small slice of work.
    pub fn advance(&mut self) -> Growth {
        let before = self.finished;
        let mut work = SLICE;
        if !self.columns.advance(work) {
            return Growth::Growing;
        }
        while work > 0 && self.finished < self.trees() {
            if self.planted == self.finished {
                let (class, number) = self.next_tree();
                let stream = (u64::from(class) << 32) | u64::from(number);
                let random = generator(self.config.seed, stream);
                self.tree.plant(&self.labels, class, random);
                self.planted += 1;
                // Planting costs time too, and a tree can be a leaf from the start.
                work = work.saturating_sub(self.labels.len() + self.columns.count());
            }
            work = self.tree.grow(&self.columns, work);
            if self.tree.is_grown() {
                let class = self.present[self.finished % self.present.len()];
                let d = self.columns.count();
                let from = usize::from(class) * d;
                self.tree.add_shares(&mut self.totals[from..from + d]);
                self.finished += 1;
            }
        }
        if self.finished == self.trees() {
            Growth::Done
        } else if self.finished > before {
            Growth::Grown
        } else {
            Growth::Growing
        }
    }

    /// The class of the tree to be planted next, and its number among the trees of that class.
    fn next_tree(&self) -> (u8, u32) {
        let classes = self.present.len();
        let class = self.present[self.planted % classes];
        (class, (self.planted / classes) as u32)
    }

    /// Trees of all classes together, in the end.
    pub fn trees(&self) -> usize {
        self.present.len() * self.config.trees as usize
    }

    /// Trees that stand, of all classes together.
    pub fn trees_finished(&self) -> usize {
        self.finished
    }

    /// How much of the work is done, 0 to 1.
    pub fn progress(&self) -> f32 {
        // Turning the matrix is work like a tree or two.
        (self.columns.progress() + self.finished as f32) / (1 + self.trees()) as f32
    }

    /// The scores by the trees that stand; all 0 for a class without any, or where no neuron varies.
    pub fn scores(&self) -> DiscriminativeScores {
        let d = self.columns.count();
        let mut scores = Vec::with_capacity(self.totals.len());
        for total in self.totals.chunks_exact(d) {
            let sum: f64 = total.iter().sum();
            let scale = if sum > 0.0 { 1.0 / sum } else { 0.0 };
            scores.extend(total.iter().map(|&share| (share * scale) as f32));
        }
        DiscriminativeScores::new(scores, self.classes, d)
    }
}
