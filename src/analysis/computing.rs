//! Computing an analysis at a stretch: for programs that need not stay responsive, such as those that
//! make the analyses a site ships. The page computes the same, with the same code below, in workers.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::{
    Analysis, Discrimination, Evaluation, Evolution, NeuronLayout, Predictions, Projection,
    Representation, Sequence, Snapshot,
};
use crate::dataset::{Dataset, Part};
use crate::network::{ConvActivations, Keep, Observed, Training, TrainingError};
use crate::neurons::{DiscriminativeForest, ForestConfig, Growth, NeuronError};
use crate::projection::{
    Dissimilarities, DissimilarityBuilder, DynamicTsne, DynamicTsneConfig, Fit, Mds, MdsConfig,
    Method, Metric, ProjectionError, Stage, Tsne, neighborhood_hit,
};

/// Why something could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum ComputingError {
    /// A layout.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// A forest.
    #[error(transparent)]
    Neurons(#[from] NeuronError),
    /// A training or what is taken of it.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// What it should be computed from.
    #[error("the features of \"{0}\" are not known")]
    NoFeatures(Representation),
}

/// Takes the activations and predictions of both parts after the epochs done so far, and the evaluation.
///
/// # Errors
/// The images do not fit the network, or its device failed.
pub fn observe(
    analysis: &mut Analysis,
    dataset: &Dataset,
    training: &Training,
    conv_activations: ConvActivations,
) -> Result<(), ComputingError> {
    let epoch = training.epoch();
    let mut scores = [None, None];
    for part in [Part::Train, Part::Test] {
        let subset = analysis.subset(part).clone();
        let images = dataset.images_at(part, &subset.indices);
        let keep = Keep::Activations(conv_activations);
        let seen = look(training, &images, &subset.labels, keep)?;
        scores[part as usize] = Some((seen.loss, seen.accuracy));
        let snapshot = Snapshot {
            layers: seen.layers.into_iter().map(|l| Some(Arc::new(l))).collect(),
            predictions: Predictions {
                predicted: seen.predicted,
                probabilities: seen.probabilities,
            },
        };
        analysis.snapshots.insert((epoch, part), snapshot.into());
    }
    let train = scores[Part::Train as usize];
    if let Some((test_loss, test_accuracy)) = scores[Part::Test as usize] {
        Arc::make_mut(&mut analysis.curves).evaluate(Evaluation {
            epoch,
            train_loss: train.map(|(loss, _)| loss),
            train_accuracy: train.map(|(_, accuracy)| accuracy),
            test_loss,
            test_accuracy,
        });
    }
    Ok(())
}

/// What the network makes of images.
///
/// # Errors
/// As [`observe`].
pub fn look(
    training: &Training,
    images: &[u8],
    labels: &[u8],
    keep: Keep,
) -> Result<Observed, ComputingError> {
    let mut observer = training.observer(images, labels, keep)?;
    while at_once(observer.advance())? {}
    Ok(observer.finish())
}

/// Lays observations out, and scores the layout by k neighbours.
///
/// # Errors
/// Their features are not known or cannot be laid out.
pub fn project(
    analysis: &mut Analysis,
    dataset: &Dataset,
    of: Representation,
    method: &Method,
    k: usize,
) -> Result<(), ComputingError> {
    let features = analysis
        .features(dataset, of)
        .ok_or(ComputingError::NoFeatures(of))?;
    let (n, d) = features.dim();
    let features = features.into_raw_vec_and_offset().0;
    let (positions, fit, iterations, notes) = match method {
        Method::Tsne(config) => {
            let mut tsne = Tsne::new(features, n, d, config)?;
            while tsne.advance() != Stage::Done {}
            let fit = Fit::Divergence(tsne.kl_divergence());
            (
                tsne.positions(),
                Some(fit),
                tsne.iteration(),
                tsne.notes().to_vec(),
            )
        }
        Method::Mds { config, metric } => {
            let between = Dissimilarities::between_rows(&features, n, d, *metric)?;
            let mut mds = Mds::new(between, config)?;
            while mds.advance() != Stage::Done {}
            (
                mds.positions(),
                mds.stress().map(Fit::Stress),
                mds.iteration(),
                Vec::new(),
            )
        }
    };
    let hit = neighborhood_hit(&positions, 2, &analysis.subset(of.part).labels, k)?;
    let projection = Projection {
        positions: Arc::new(positions),
        hit: Arc::new(hit),
        fit,
        shepard: Arc::default(),
        iterations,
        notes,
        method: method.clone(),
    };
    analysis.projections.insert(of, Arc::new(projection));
    Ok(())
}

/// Lays a sequence out by dynamic t-SNE.
///
/// # Errors
/// As [`project`].
pub fn evolve(
    analysis: &mut Analysis,
    dataset: &Dataset,
    sequence: Sequence,
    config: &DynamicTsneConfig,
    k: usize,
) -> Result<(), ComputingError> {
    let steps = sequence.representations(analysis);
    let labels = analysis.subset(sequence.part).labels.clone();
    let mut features = Vec::new();
    for &step in &steps {
        let matrix = analysis
            .features(dataset, step)
            .ok_or(ComputingError::NoFeatures(step))?;
        let d = matrix.ncols();
        features.push((matrix.into_raw_vec_and_offset().0, d));
    }
    let mut run = DynamicTsne::new(features, labels.len(), config)?;
    while run.advance() != Stage::Done {}
    let mut positions = Vec::new();
    let mut hits = Vec::new();
    for layout in (0..steps.len()).filter_map(|step| run.positions(step)) {
        hits.push(neighborhood_hit(layout, 2, &labels, k)?);
        positions.extend_from_slice(layout);
    }
    let evolution = Evolution {
        steps,
        positions: Arc::new(positions),
        hits,
        divergences: run.kl_divergences(),
        movement: run.movement(),
        iterations: run.iteration(),
        notes: run.notes().to_vec(),
        config: config.clone(),
    };
    analysis.evolutions.insert(sequence, Arc::new(evolution));
    Ok(())
}

/// Lays the neurons of a layer out, and says which class each tells apart.
///
/// # Errors
/// As [`project`].
pub fn relate(
    analysis: &mut Analysis,
    of: Representation,
    mds: &MdsConfig,
    forest: &ForestConfig,
) -> Result<(), ComputingError> {
    let labels = analysis.subset(of.part).labels.clone();
    let activations = analysis
        .activations(of)
        .ok_or(ComputingError::NoFeatures(of))?
        .clone();
    let n = labels.len();
    let neurons = activations.len() / n.max(1);
    let column = |j: usize| activations.iter().skip(j).step_by(neurons).copied();
    let columns = (0..neurons).flat_map(column).collect();
    let mut between = DissimilarityBuilder::new(columns, neurons, n, Metric::Correlation)?;
    while !between.advance() {}
    let constant = between.telling_nothing();
    let mut layout = Mds::new(between.finish(), mds)?;
    while layout.advance() != Stage::Done {}
    let mut trees = DiscriminativeForest::new(activations.to_vec(), n, neurons, &labels, forest)?;
    while trees.advance() != Growth::Done {}
    let map = analysis.neuron_maps.entry(of).or_default();
    map.layout = layout.stress().map(|stress| {
        Arc::new(NeuronLayout {
            positions: Arc::new(layout.positions()),
            stress,
            iterations: layout.iteration(),
            constant,
        })
    });
    map.discrimination = Some(Arc::new(Discrimination {
        scores: Arc::new(trees.scores()),
        config: forest.clone(),
    }));
    Ok(())
}

/// Runs a future that waits for nothing: the processor's engine never does.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
