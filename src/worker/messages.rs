//! The jobs of the two workers and what comes back from them.

use serde::{Deserialize, Serialize};

use super::attachment::Bulk;
use super::protocol::JobId;
use crate::dataset::{Dataset, ImageShape, NamedFile, Part, Split};
use crate::network::{Checkpoint, DeviceInfo, DeviceKind, MlpConfig, NamedArray, TrainingConfig};
use crate::projection::{LiveParameters, NeighborhoodHit, Note, ProjectionQuality, TsneConfig};

// --- the projector ---------------------------------------------------------------------------

/// Work for the projection worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum ProjectorRequest {
    /// Decode a shipped pack.
    OpenPack {
        /// The pack's file.
        bytes: Bulk<u8>,
    },
    /// Decode official files; all that the visitor has given so far.
    OpenFiles {
        /// The files: those given before, then the new ones.
        files: Vec<SentFile>,
        /// How many of them were given before.
        older: u32,
        /// For a split, where the files do not bring one.
        seed: u64,
    },
    /// Lay observations out in the plane.
    Project(ProjectionJob),
    /// Go on with the layout of an ended job, from where its points are. The worker keeps its last
    /// one; without it the job fails.
    Continue {
        /// The job whose layout it is.
        of: JobId,
        /// What is different now.
        parameters: LiveParameters,
        /// Class of each observation.
        labels: Bulk<u8>,
        /// Neighbours that count in the neighborhood hit.
        k: u32,
    },
    /// As an adjustment of a running job: parameters that leave the affinities alone.
    Parameters(LiveParameters),
    /// Say what a layout kept of the space it shows.
    Measure {
        /// Features, n × d, row-major.
        features: Bulk<f32>,
        /// d.
        dimensions: u32,
        /// The layout, n × 2, row-major.
        positions: Bulk<f32>,
        /// Class of each observation.
        labels: Bulk<u8>,
        /// Neighbours that count.
        k: u32,
    },
    /// Score a layout anew, for instance for another k.
    Score {
        /// The layout, n × 2, row-major.
        positions: Bulk<f32>,
        /// Class of each observation.
        labels: Bulk<u8>,
        /// Neighbours that count.
        k: u32,
    },
}

/// A file on its way to the projection worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentFile {
    /// As on the visitor's disk.
    pub name: String,
    /// Its content.
    pub bytes: Bulk<u8>,
}

impl From<NamedFile> for SentFile {
    fn from(file: NamedFile) -> Self {
        Self {
            name: file.name,
            bytes: file.bytes.into(),
        }
    }
}

impl From<SentFile> for NamedFile {
    fn from(file: SentFile) -> Self {
        Self {
            name: file.name,
            bytes: file.bytes.into_inner(),
        }
    }
}

/// A file that is of no use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// As on the visitor's disk.
    pub name: String,
    /// The reason, with what to do.
    pub why: String,
}

/// Observations to lay out.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProjectionJob {
    /// Their features, n × d, row-major.
    pub features: Bulk<f32>,
    /// n.
    pub observations: u32,
    /// d.
    pub dimensions: u32,
    /// Class of each, for the neighborhood hit.
    pub labels: Bulk<u8>,
    /// Neighbours that count in the neighborhood hit.
    pub k: u32,
    /// How.
    pub config: TsneConfig,
}

/// A layout on the way.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProjectionPartial {
    /// n × 2, row-major.
    pub positions: Bulk<f32>,
    /// Iterations done.
    pub iteration: u32,
}

/// What the projection worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum ProjectorResult {
    /// To the `Open…` requests.
    Opened {
        /// The data set, where the files were enough for one.
        dataset: Option<SentDataset>,
        /// Names of the files that are of use, to be given again with the next ones.
        kept: Vec<String>,
        /// Files that are still missing, in words.
        waiting: Vec<String>,
        /// Files that are of no use.
        refused: Vec<Refused>,
        /// What the visitor should know about how the files were used.
        notes: Vec<String>,
    },
    /// To `Project`.
    Projected(ProjectionResult),
    /// To `Score`.
    Scored(NeighborhoodHit),
    /// To `Measure`.
    Measured(ProjectionQuality),
}

/// A finished layout.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProjectionResult {
    /// n × 2, row-major.
    pub positions: Bulk<f32>,
    /// Iterations done.
    pub iterations: u32,
    /// Kullback–Leibler divergence of the layout, in nats.
    pub kl_divergence: f64,
    /// What was adapted, such as a perplexity too large for the data.
    pub notes: Vec<Note>,
    /// How well the layout separates the classes.
    pub hit: NeighborhoodHit,
}

/// A data set on its way.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentDataset {
    name: String,
    source: String,
    shape: ImageShape,
    class_names: Vec<String>,
    train: SentSplit,
    test: SentSplit,
}

#[derive(Debug, Serialize, Deserialize)]
struct SentSplit {
    images: Bulk<u8>,
    labels: Bulk<u8>,
}

impl From<Split> for SentSplit {
    fn from(split: Split) -> Self {
        Self {
            images: split.images.into(),
            labels: split.labels.into(),
        }
    }
}

impl From<SentSplit> for Split {
    fn from(split: SentSplit) -> Self {
        Self {
            images: split.images.into_inner(),
            labels: split.labels.into_inner(),
        }
    }
}

impl From<Dataset> for SentDataset {
    fn from(dataset: Dataset) -> Self {
        Self {
            name: dataset.name,
            source: dataset.source,
            shape: dataset.shape,
            class_names: dataset.class_names,
            train: dataset.train.into(),
            test: dataset.test.into(),
        }
    }
}

impl From<SentDataset> for Dataset {
    fn from(sent: SentDataset) -> Self {
        Self {
            name: sent.name,
            source: sent.source,
            shape: sent.shape,
            class_names: sent.class_names,
            train: sent.train.into(),
            test: sent.test.into(),
        }
    }
}

// --- the trainer -----------------------------------------------------------------------------

/// Work for the training worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct TrainRequest {
    /// Names the data set, so that the worker can keep it between trainings.
    pub dataset_id: u32,
    /// The data set itself, unless the worker is known to have it.
    pub dataset: Option<TrainingData>,
    /// The network.
    pub network: MlpConfig,
    /// How to train it.
    pub training: TrainingConfig,
    /// Where.
    pub device: DeviceKind,
    /// Whose activations are taken.
    pub observed: Vec<ObservedSubset>,
    /// Whether there is memory for their activations; without, only predictions are made.
    pub activations: bool,
    /// Whether memory is too short for more than the last hidden layer.
    pub only_last_layer: bool,
    /// Where an earlier training ended, to go on from there.
    pub checkpoint: Option<SentCheckpoint>,
}

/// The observations to train on and to test with.
#[derive(Debug, Serialize, Deserialize)]
pub struct TrainingData {
    /// Values of one image.
    pub pixels: u32,
    /// Number of classes.
    pub classes: u32,
    /// n × pixels, 0 to 255.
    pub train_images: Bulk<u8>,
    /// Class of each.
    pub train_labels: Bulk<u8>,
    /// n × pixels, 0 to 255.
    pub test_images: Bulk<u8>,
    /// Class of each.
    pub test_labels: Bulk<u8>,
}

/// Observations whose activations are taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObservedSubset {
    /// Of which split.
    pub part: Part,
    /// Which observations of it.
    pub indices: Bulk<u32>,
}

/// What the training worker reports on the way.
#[derive(Debug, Serialize, Deserialize)]
pub enum TrainPartial {
    /// The device is open.
    Device(DeviceInfo),
    /// Something other than steps is being done, in words for the visitor.
    Preparing(String),
    /// Steps were done since the last report.
    Steps(Steps),
    /// An epoch was completed (0: the network as it was initialised).
    Epoch(EpochReport),
}

/// Progress within an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Steps {
    /// The epoch under way, from 1.
    pub epoch: u32,
    /// Steps done in it.
    pub step: u32,
    /// Steps it has.
    pub steps_per_epoch: u32,
    /// Since the last report: (epochs done as a real number, mini-batch loss).
    pub losses: Vec<(f32, f32)>,
    /// Training observations seen in a second, of late.
    pub samples_per_second: f32,
    /// Until the last epoch is done.
    pub seconds_left: f32,
}

/// State of the network after an epoch.
#[derive(Debug, Serialize, Deserialize)]
pub struct EpochReport {
    /// Epochs done.
    pub epoch: u32,
    /// On the observed test subset: mean cross-entropy in nats.
    pub test_loss: f32,
    /// On the observed test subset: share classified right, 0 to 1.
    pub test_accuracy: f32,
    /// On the observed training subset, where there is one.
    pub train_loss: Option<f32>,
    /// On the observed training subset, where there is one.
    pub train_accuracy: Option<f32>,
    /// What the observed subsets look like to the network; empty where nothing can be kept.
    pub snapshots: Vec<SentSnapshot>,
    /// From where the training can go on.
    pub checkpoint: SentCheckpoint,
}

/// One observed subset at one epoch.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentSnapshot {
    /// Which.
    pub part: Part,
    /// For each hidden layer: n × width, row-major, after the ReLU; `None` where it is not kept.
    pub layers: Vec<Option<Bulk<f32>>>,
    /// Class with the highest probability.
    pub predicted: Bulk<u8>,
    /// n × classes, row-major.
    pub probabilities: Bulk<f32>,
}

/// [`Checkpoint`] on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SentCheckpoint {
    /// Epochs done.
    pub epoch: u32,
    step: u32,
    updates: u64,
    weights: Vec<SentArray>,
    optimizer: Vec<SentArray>,
}

impl From<Checkpoint> for SentCheckpoint {
    fn from(checkpoint: Checkpoint) -> Self {
        let send = |arrays: Vec<NamedArray>| arrays.into_iter().map(Into::into).collect();
        Self {
            epoch: checkpoint.epoch,
            step: checkpoint.step,
            updates: checkpoint.updates,
            weights: send(checkpoint.weights),
            optimizer: send(checkpoint.optimizer),
        }
    }
}

impl From<SentCheckpoint> for Checkpoint {
    fn from(sent: SentCheckpoint) -> Self {
        let receive = |arrays: Vec<SentArray>| arrays.into_iter().map(Into::into).collect();
        Self {
            epoch: sent.epoch,
            step: sent.step,
            updates: sent.updates,
            weights: receive(sent.weights),
            optimizer: receive(sent.optimizer),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SentArray {
    name: String,
    shape: Vec<usize>,
    data: Bulk<f32>,
}

impl From<NamedArray> for SentArray {
    fn from(array: NamedArray) -> Self {
        Self {
            name: array.name,
            shape: array.shape,
            data: array.data.into(),
        }
    }
}

impl From<SentArray> for NamedArray {
    fn from(sent: SentArray) -> Self {
        Self {
            name: sent.name,
            shape: sent.shape,
            data: sent.data.into_inner(),
        }
    }
}

/// The training's last word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// Epochs done.
    pub epochs: u32,
    /// Observations of the whole test split.
    pub test_observations: u32,
    /// Share of the whole test split classified right, 0 to 1.
    pub test_accuracy: f32,
    /// Mean cross-entropy on the whole test split, in nats.
    pub test_loss: f32,
}
