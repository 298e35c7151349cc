//! One network trained on one data set, and what is measured of it.

use hidden_activity::analysis::computing::{at_once, look};
use hidden_activity::dataset::{Dataset, Part, Preprocessing, stratified_subset};
use hidden_activity::network::{
    ConvActivations, Keep, Observed, Preset, Schedule, TrainInputs, Training, TrainingConfig,
    device,
};
use hidden_activity::projection::{Stage, Tsne, TsneConfig, neighborhood_hit, polarity_hit};

use super::sets::{DATA_SEED, Loaded};

/// Observations projected of either part, as in the page.
const PROJECTED: usize = 2_000;
/// Neighbours of the neighborhood hit, as in the paper.
const K: usize = 6;

/// What is done.
#[derive(Clone)]
pub struct Experiment {
    /// The data set.
    pub set: &'static str,
    /// The network.
    pub preset: Preset,
    /// Grey, blur and Sobel first.
    pub preprocessed: bool,
    /// How it is trained.
    pub training: TrainingConfig,
}

impl Experiment {
    /// "SVHN, CNN light, preprocessed".
    pub fn name(&self) -> String {
        let preprocessed = if self.preprocessed {
            ", preprocessed"
        } else {
            ""
        };
        format!("{}, {}{preprocessed}", self.set, self.preset.name())
    }
}

/// Neighborhood hits of projections by the first and the last hidden layer.
#[derive(Clone, Copy)]
pub struct Hits {
    /// First hidden layer whose activations are taken.
    pub first: f32,
    /// Last hidden layer.
    pub last: f32,
}

/// What was found.
#[derive(Clone)]
pub struct Outcome {
    /// Of what.
    pub experiment: Experiment,
    /// Training images.
    pub train_images: usize,
    /// Share of the whole test part classified right.
    pub test_accuracy: f32,
    /// Share of the projected training observations classified right.
    pub train_accuracy: f32,
    /// Of the projection of test pixels.
    pub pixels: f32,
    /// Of test projections, before training.
    pub before: Hits,
    /// Of test projections, after training.
    pub after: Hits,
    /// Of projections of training observations, after training.
    pub after_train: Hits,
    /// How the last hidden layer's test projection is split by polarity, where that is known:
    /// before and after training.
    pub polarity: Option<(Split, Split)>,
}

/// How far classes fall into two clusters, one for each polarity.
#[derive(Clone, Copy)]
pub struct Split {
    /// Polarity hit over all observations.
    pub hit: f32,
    /// Classes whose own polarity hit is at least [`Split::THRESHOLD`].
    pub classes: usize,
}

impl Split {
    /// Half way between mixed polarities (0.5) and two clusters (1).
    pub const THRESHOLD: f32 = 0.75;
}

/// The experiments on a data set: every network, without and with preprocessing.
pub fn of(set: &'static str) -> Vec<Experiment> {
    let epochs = epochs_of(set);
    let mut all = Vec::new();
    for (preset, epochs) in PRESETS.into_iter().zip(epochs) {
        for preprocessed in [false, true] {
            all.push(plan(set, preset, preprocessed, epochs));
        }
    }
    all
}

/// The networks, in the order of the table.
const PRESETS: [Preset; 4] = [
    Preset::PerceptronLight,
    Preset::PerceptronPaper,
    Preset::ConvolutionalLight,
    Preset::ConvolutionalPaper,
];

/// How long each of the [`PRESETS`] is trained: the light ones until little changes, the paper's for
/// as long as a processor does in minutes.
fn epochs_of(set: &str) -> [u32; 4] {
    match set {
        "digits" => [20, 10, 40, 20],
        "MNIST" => [20, 10, 8, 2],
        "street digits" => [12, 6, 6, 2],
        "SVHN" => [30, 10, 30, 3],
        _ => [20, 8, 30, 3],
    }
}

fn plan(set: &'static str, preset: Preset, preprocessed: bool, epochs: u32) -> Experiment {
    let convolutional = matches!(
        preset,
        Preset::ConvolutionalLight | Preset::ConvolutionalPaper
    );
    let is_small = set == "digits";
    Experiment {
        set,
        preset,
        preprocessed,
        training: TrainingConfig {
            epochs,
            schedule: Schedule::Cosine,
            standardise: true,
            shifts: if convolutional && !is_small { 2 } else { 0 },
            ..TrainingConfig::default()
        },
    }
}

/// Observations of one part.
struct Subset {
    indices: Vec<u32>,
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl Subset {
    fn choose(dataset: &Dataset, part: Part, size: usize) -> Self {
        let labels = &dataset.split(part).labels;
        let indices = stratified_subset(labels, size, DATA_SEED);
        Self {
            images: dataset.images_at(part, &indices),
            labels: indices.iter().map(|&i| labels[i as usize]).collect(),
            indices,
        }
    }
}

/// Does an experiment.
pub fn run(experiment: &Experiment, loaded: &Loaded) -> Result<Outcome, String> {
    let preprocessed;
    let dataset = if experiment.preprocessed {
        preprocessed = preprocess(&loaded.dataset)?;
        &preprocessed
    } else {
        &loaded.dataset
    };
    let test = Subset::choose(dataset, Part::Test, PROJECTED);
    let train = Subset::choose(dataset, Part::Train, PROJECTED);
    let polarities = loaded
        .street
        .map(|street| street.polarities(Part::Test, &test.indices));

    let pixels: Vec<f32> = test.images.iter().map(|&v| f32::from(v) / 255.0).collect();
    let pixels = hit(&layout(pixels, &test)?, &test)?;

    let text = |error: hidden_activity::network::TrainingError| error.to_string();
    let inputs = TrainInputs::new(
        dataset.train.images.as_slice(),
        dataset.train.labels.as_slice(),
        dataset.shape,
        dataset.classes(),
    )
    .map_err(text)?;
    let network = experiment.preset.network();
    let mut training = Training::new(
        &device::cpu(),
        inputs,
        &network,
        experiment.training.clone(),
    )
    .map_err(text)?;
    let (before, _, split_before) = judge(&training, &test, polarities.as_deref())?;
    while !training.is_finished() {
        at_once(training.step()).map_err(text)?;
    }
    let (after, seen, split_after) = judge(&training, &test, polarities.as_deref())?;
    let (after_train, seen_train, _) = judge(&training, &train, None)?;
    let test_accuracy = if dataset.test.len() == test.labels.len() {
        seen.accuracy
    } else {
        observe(
            &training,
            &dataset.test.images,
            &dataset.test.labels,
            Keep::Predictions,
        )?
        .accuracy
    };
    Ok(Outcome {
        experiment: experiment.clone(),
        train_images: dataset.train.len(),
        test_accuracy,
        train_accuracy: seen_train.accuracy,
        pixels,
        before,
        after,
        after_train,
        polarity: split_before.zip(split_after),
    })
}

/// Grey, a blur of one pixel, Sobel.
fn preprocess(dataset: &Dataset) -> Result<Dataset, String> {
    let what = Preprocessing {
        grayscale: true,
        gaussian_sigma: Some(1.0),
        sobel: true,
        standardise: false,
    };
    let mut run = what.start(dataset).map_err(|error| error.to_string())?;
    while !run.advance(500) {}
    let done = run.finish().map_err(|error| error.to_string())?;
    Ok(done.dataset)
}

/// Neighborhood hits of a network's first and last hidden layer, what it says of the observations,
/// and the polarity hit of the last layer.
fn judge(
    training: &Training,
    subset: &Subset,
    polarities: Option<&[u8]>,
) -> Result<(Hits, Observed, Option<Split>), String> {
    let keep = Keep::Activations(ConvActivations::None);
    let seen = observe(training, &subset.images, &subset.labels, keep)?;
    let of = |layer: Option<&Vec<f32>>| match layer {
        Some(layer) => layout(layer.clone(), subset),
        None => Err("the network has no hidden layer".to_owned()),
    };
    let last = of(seen.layers.last())?;
    let first = match seen.layers.len() {
        1 => hit(&last, subset)?,
        _ => hit(&of(seen.layers.first())?, subset)?,
    };
    let split = match polarities {
        Some(polarities) => {
            let found = polarity_hit(&last, 2, &subset.labels, polarities, K)
                .map_err(|error| error.to_string())?;
            let is_split = |hit: &&f32| **hit >= Split::THRESHOLD;
            found.overall.map(|hit| Split {
                hit,
                classes: found.per_class.iter().flatten().filter(is_split).count(),
            })
        }
        None => None,
    };
    let last = hit(&last, subset)?;
    Ok((Hits { first, last }, seen, split))
}

fn observe(
    training: &Training,
    images: &[u8],
    labels: &[u8],
    keep: Keep,
) -> Result<Observed, String> {
    look(training, images, labels, keep).map_err(|error| error.to_string())
}

/// By t-SNE with the page's settings.
fn layout(features: Vec<f32>, subset: &Subset) -> Result<Vec<f32>, String> {
    let n = subset.labels.len();
    let d = features.len() / n;
    let mut tsne =
        Tsne::new(features, n, d, &TsneConfig::default()).map_err(|error| error.to_string())?;
    while tsne.advance() != Stage::Done {}
    Ok(tsne.positions())
}

fn hit(positions: &[f32], subset: &Subset) -> Result<f32, String> {
    neighborhood_hit(positions, 2, &subset.labels, K)
        .map(|hit| hit.overall)
        .map_err(|error| error.to_string())
}
