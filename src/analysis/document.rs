//! What was found out so far: the one thing every view reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Curves, Predictions, Representation, Source};
use crate::dataset::{Dataset, Part, stratified_subset};
use crate::projection::{NeighborhoodHit, Note, TsneConfig};

/// Observations that are projected: a part of the data set's training or test split.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subset {
    /// Which observations of the split, ascending.
    pub indices: Vec<u32>,
    /// Class of each.
    pub labels: Vec<u8>,
}

impl Subset {
    /// At most `size` observations of a split, classes in proportion, fixed by the seed.
    pub fn choose(dataset: &Dataset, part: Part, size: usize, seed: u64) -> Self {
        let labels = &dataset.split(part).labels;
        let indices = stratified_subset(labels, size, seed);
        let labels = indices.iter().map(|&i| labels[i as usize]).collect();
        Self { indices, labels }
    }

    /// Number of observations.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }
}

/// One subset as the network sees it after one epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// For each hidden layer the activations after the ReLU, n × width, row-major; `None` where
    /// the memory budget left no room for the layer.
    pub layers: Vec<Option<Arc<Vec<f32>>>>,
    /// What the network says the observations are.
    pub predictions: Predictions,
}

impl Snapshot {
    /// Memory of the activations, in bytes.
    pub fn bytes(&self) -> u64 {
        self.layers
            .iter()
            .flatten()
            .map(|layer| layer.len() as u64 * 4)
            .sum()
    }
}

/// A layout of one subset by one representation.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// n × 2, row-major.
    pub positions: Arc<Vec<f32>>,
    /// How well it separates the classes.
    pub hit: Arc<NeighborhoodHit>,
    /// Kullback–Leibler divergence in nats; `None` for a layout that was stopped on the way.
    pub kl_divergence: Option<f64>,
    /// Iterations done.
    pub iterations: u32,
    /// What was adapted to the data.
    pub notes: Vec<Note>,
    /// How it was computed.
    pub config: TsneConfig,
}

/// Everything found out about one data set and one network.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// The projected training observations.
    pub train: Arc<Subset>,
    /// The projected test observations.
    pub test: Arc<Subset>,
    /// Kept epochs; 0 is before training.
    pub snapshots: BTreeMap<(u32, Part), Arc<Snapshot>>,
    /// Layouts, by what they show.
    pub projections: BTreeMap<Representation, Arc<Projection>>,
    /// Loss and accuracy while training.
    pub curves: Arc<Curves>,
}

impl Analysis {
    /// A beginning: subsets are chosen, nothing is known about a network.
    pub fn of(dataset: &Dataset, subset_size: usize, seed: u64) -> Self {
        Self {
            train: Arc::new(Subset::choose(dataset, Part::Train, subset_size, seed)),
            test: Arc::new(Subset::choose(dataset, Part::Test, subset_size, seed)),
            ..Self::default()
        }
    }

    /// The projected observations of one split.
    pub fn subset(&self, part: Part) -> &Arc<Subset> {
        match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        }
    }

    /// What the network said at the epoch of a representation; `None` for pixels.
    pub fn snapshot_of(&self, representation: Representation) -> Option<&Arc<Snapshot>> {
        match representation.source {
            Source::Pixels => None,
            Source::Layer { epoch, .. } => self.snapshots.get(&(epoch, representation.part)),
        }
    }

    /// The features to project: n × d, row-major, and d. `None` where they are not (yet) known.
    pub fn features(
        &self,
        dataset: &Dataset,
        representation: Representation,
    ) -> Option<(Vec<f32>, usize)> {
        let subset = self.subset(representation.part);
        match representation.source {
            Source::Pixels => {
                let values = dataset.to_f32(representation.part, &subset.indices);
                Some((values.ok()?, dataset.shape.pixels()))
            }
            Source::Layer { index, .. } => {
                let layer = self
                    .snapshot_of(representation)?
                    .layers
                    .get(index)?
                    .as_ref()?;
                Some((layer.to_vec(), layer.len() / subset.len().max(1)))
            }
        }
    }

    /// Epochs with activations, ascending.
    pub fn epochs(&self) -> Vec<u32> {
        let mut epochs: Vec<u32> = self.snapshots.keys().map(|(epoch, _)| *epoch).collect();
        epochs.dedup();
        epochs
    }

    /// Number of hidden layers of the network, 0 before there is one.
    pub fn hidden_layers(&self) -> usize {
        self.snapshots
            .values()
            .next()
            .map_or(0, |snapshot| snapshot.layers.len())
    }

    /// Memory of all kept activations, in bytes.
    pub fn bytes(&self) -> u64 {
        self.snapshots
            .values()
            .map(|snapshot| snapshot.bytes())
            .sum()
    }

    /// Forgets the activations of all epochs but these, and the layouts of them.
    pub fn keep_epochs(&mut self, kept: impl Fn(u32) -> bool) {
        self.snapshots.retain(|(epoch, _), _| kept(*epoch));
        self.projections
            .retain(|representation, _| match representation.source {
                Source::Pixels => true,
                Source::Layer { epoch, .. } => kept(epoch),
            });
    }

    /// Forgets the network: its epochs, layouts and curves. Layouts of pixels stay.
    pub fn without_network(&self) -> Self {
        Self {
            train: self.train.clone(),
            test: self.test.clone(),
            projections: self
                .projections
                .iter()
                .filter(|(representation, _)| representation.source == Source::Pixels)
                .map(|(representation, projection)| (*representation, projection.clone()))
                .collect(),
            ..Self::default()
        }
    }
}
