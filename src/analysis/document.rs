//! What was found out so far: the one thing every view reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use ndarray::Array2;

use super::{Curves, Evolution, NeuronMap, Predictions, Representation, Sequence, Source};
use crate::dataset::{Dataset, Part, stratified_subset};
use crate::projection::{Fit, Method, NeighborhoodHit, Note};

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
    /// What the method minimised; `None` for a layout that was stopped on the way.
    pub fit: Option<Fit>,
    /// Of layouts by MDS: pairs of observations, by dissimilarity and by distance, row-major.
    pub shepard: Arc<Vec<f32>>,
    /// Iterations done.
    pub iterations: u32,
    /// What was adapted to the data.
    pub notes: Vec<Note>,
    /// How it was computed.
    pub method: Method,
}

/// Everything found out about one data set and one network.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// The projected training observations.
    pub train: Arc<Subset>,
    /// The projected test observations.
    pub test: Arc<Subset>,
    /// Names of the hidden layers, where they have some, such as "FC 1" or "Conv 2".
    pub layer_names: Arc<Vec<String>>,
    /// Kept epochs; 0 is before training.
    pub snapshots: BTreeMap<(u32, Part), Arc<Snapshot>>,
    /// Layouts, by what they show.
    pub projections: BTreeMap<Representation, Arc<Projection>>,
    /// Layouts of sequences, by what changes along them.
    pub evolutions: BTreeMap<Sequence, Arc<Evolution>>,
    /// Relationships between neurons, by the layer and epoch that they are of.
    pub neuron_maps: BTreeMap<Representation, NeuronMap>,
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

    /// The activations of a layer, n × width, row-major; `None` for pixels, and where they were not
    /// (yet) kept.
    pub fn activations(&self, representation: Representation) -> Option<&Arc<Vec<f32>>> {
        let Source::Layer { index, .. } = representation.source else {
            return None;
        };
        let snapshot = self.snapshot_of(representation)?;
        snapshot.layers.get(index)?.as_ref()
    }

    /// Whether the features of a representation are known.
    pub fn has_features(&self, representation: Representation) -> bool {
        match representation.source {
            Source::Pixels => true,
            Source::Layer { index, .. } => self
                .snapshot_of(representation)
                .is_some_and(|snapshot| snapshot.layers.get(index).is_some_and(Option::is_some)),
        }
    }

    /// Whether there is a layout of a representation, or what one needs.
    pub fn can_be_shown(&self, representation: Representation) -> bool {
        self.projections.contains_key(&representation) || self.has_features(representation)
    }

    /// The features to project, one row for each observation. `None` where they are not (yet) known.
    pub fn features(
        &self,
        dataset: &Dataset,
        representation: Representation,
    ) -> Option<Array2<f32>> {
        let subset = self.subset(representation.part);
        let values = match representation.source {
            Source::Pixels if !dataset.has_images() => return None,
            Source::Pixels => dataset.to_f32(representation.part, &subset.indices).ok()?,
            Source::Layer { index, .. } => self
                .snapshot_of(representation)?
                .layers
                .get(index)?
                .as_ref()?
                .to_vec(),
        };
        let columns = values.len().checked_div(subset.len())?;
        Array2::from_shape_vec((subset.len(), columns), values).ok()
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

    /// What a hidden layer is called, by its index from 0: its name, or "layer 1".
    pub fn layer_name(&self, index: usize) -> String {
        match self.layer_names.get(index) {
            Some(name) => name.clone(),
            None => format!("layer {}", index.saturating_add(1)),
        }
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
        let is_kept = |representation: &Representation| match representation.source {
            Source::Pixels => true,
            Source::Layer { epoch, .. } => kept(epoch),
        };
        self.projections
            .retain(|representation, _| is_kept(representation));
        self.evolutions
            .retain(|_, evolution| evolution.steps.iter().all(is_kept));
        self.neuron_maps
            .retain(|representation, _| is_kept(representation));
    }

    /// Forgets the network: its epochs, layouts and curves. Layouts of pixels stay.
    pub fn without_network(&self) -> Self {
        let mut projections = self.projections.clone();
        projections.retain(|representation, _| representation.source == Source::Pixels);
        Self {
            train: self.train.clone(),
            test: self.test.clone(),
            projections,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{ImageShape, Split};

    fn dataset() -> Dataset {
        let split = |n: u8| Split {
            images: (0..n * 4).map(|i| i * 3).collect(),
            labels: (0..n).map(|i| i % 2).collect(),
        };
        let shape = ImageShape {
            height: 2,
            width: 2,
            channels: 1,
        };
        let names = vec!["no".into(), "yes".into()];
        Dataset::new("t".into(), "t".into(), shape, names, split(12), split(6)).unwrap()
    }

    fn layer(index: usize, epoch: u32) -> Representation {
        Representation {
            part: Part::Test,
            source: Source::Layer { index, epoch },
        }
    }

    /// Two hidden layers of 3 and 2 neurons, of which only the last was kept.
    fn with_epochs(analysis: &mut Analysis, epochs: &[u32]) {
        let n = analysis.test.len();
        for &epoch in epochs {
            let snapshot = Snapshot {
                layers: vec![None, Some(Arc::new(vec![epoch as f32; n * 2]))],
                predictions: Predictions {
                    predicted: vec![0; n],
                    probabilities: vec![0.5; n * 2],
                },
            };
            analysis
                .snapshots
                .insert((epoch, Part::Test), Arc::new(snapshot));
        }
    }

    #[test]
    fn features_are_matrices_of_the_chosen_observations() {
        let data = dataset();
        let mut analysis = Analysis::of(&data, 4, 1);
        assert_eq!((analysis.test.len(), analysis.train.len()), (4, 4));
        let pixels = Representation {
            part: Part::Test,
            source: Source::Pixels,
        };
        let features = analysis.features(&data, pixels).unwrap();
        assert_eq!(features.dim(), (4, 4));
        let second = analysis.test.indices[1] as usize;
        let image = data.image(Part::Test, second);
        let expected: Vec<f32> = image.iter().map(|&v| f32::from(v) / 255.0).collect();
        assert_eq!(features.row(1).to_vec(), expected);

        assert_eq!(analysis.features(&data, layer(1, 3)), None, "not yet there");
        with_epochs(&mut analysis, &[3]);
        assert_eq!(analysis.features(&data, layer(1, 3)).unwrap().dim(), (4, 2));
        assert_eq!(analysis.features(&data, layer(0, 3)), None, "not kept");
        assert_eq!(analysis.features(&data, layer(2, 3)), None, "no such layer");
    }

    #[test]
    fn only_the_epochs_to_keep_stay() {
        let data = dataset();
        let mut analysis = Analysis::of(&data, 4, 1);
        with_epochs(&mut analysis, &[0, 1, 2, 3]);
        assert_eq!(analysis.epochs(), [0, 1, 2, 3]);
        assert_eq!(analysis.bytes(), 4 * 4 * 2 * 4);
        for epoch in 0..4 {
            let map = NeuronMap::default();
            analysis.neuron_maps.insert(layer(1, epoch), map);
        }
        assert_eq!(analysis.activations(layer(1, 3)).unwrap().len(), 4 * 2);
        analysis.keep_epochs(|epoch| epoch % 2 == 0);
        assert_eq!(analysis.epochs(), [0, 2]);
        assert!(analysis.neuron_maps.keys().eq(&[layer(1, 0), layer(1, 2)]));
        assert_eq!(analysis.activations(layer(1, 3)), None);
        let without = analysis.without_network();
        assert!(without.epochs().is_empty() && without.bytes() == 0);
        assert!(without.neuron_maps.is_empty());
        assert_eq!(
            without.test, analysis.test,
            "the observations stay the same"
        );
    }
}
