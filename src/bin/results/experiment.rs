//! One network trained on one data set, and what is measured of it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

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
    /// Polarity within classes of the last hidden layer's test projection, where it is known:
    /// before and after training.
    pub polarity: Option<(f32, f32)>,
}

/// The experiments on a data set.
pub fn of(set: &'static str) -> Vec<Experiment> {
    let plan = |preset, preprocessed, epochs| {
        let convolutional = matches!(
            preset,
            Preset::ConvolutionalLight | Preset::ConvolutionalPaper
        );
        Experiment {
            set,
            preset,
            preprocessed,
            training: TrainingConfig {
                epochs,
                schedule: Schedule::Cosine,
                standardise: true,
                shifts: if convolutional && set != "digits" {
                    2
                } else {
                    0
                },
                ..TrainingConfig::default()
            },
        }
    };
    use Preset::{ConvolutionalLight as Cnn, PerceptronLight as Light, PerceptronPaper as Paper};
    match set {
        "digits" => vec![plan(Light, false, 20), plan(Cnn, false, 40)],
        "MNIST" => vec![
            plan(Light, false, 20),
            plan(Paper, false, 10),
            plan(Cnn, false, 8),
        ],
        "street digits" | "SVHN" => {
            let epochs = if set == "SVHN" { 30 } else { 12 };
            vec![
                plan(Light, false, epochs),
                plan(Light, true, epochs),
                plan(Cnn, false, epochs),
                plan(Cnn, true, epochs),
            ]
        }
        _ => vec![plan(Light, false, 20), plan(Cnn, false, 30)],
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
            images: indices
                .iter()
                .flat_map(|&i| dataset.image(part, i as usize))
                .copied()
                .collect(),
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
        block_on(training.step()).map_err(text)?;
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
) -> Result<(Hits, Observed, Option<f32>), String> {
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
            polarity_hit(&last, 2, &subset.labels, polarities, K)
                .map_err(|error| error.to_string())?
                .overall
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
    let mut observer = training
        .observer(images, labels, keep)
        .map_err(|error| error.to_string())?;
    while block_on(observer.advance()).map_err(|error| error.to_string())? {}
    Ok(observer.finish())
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

/// Runs a future that waits for nothing: natively, the processor's engine never does.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
