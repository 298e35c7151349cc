//! The jobs of the two workers and what comes back from them.

use serde::{Deserialize, Serialize};

use super::analysis_jobs::SentParts;
use super::attachment::{Bulk, FileHandle};
use super::figure_jobs::{FigureJob, MadeFigure};
use super::neuron_jobs::{DiscriminationJob, NeuronLayoutJob, NeuronLayoutResult, SentScores};
use super::own_files::{OwnData, OwnFilesJob};
use super::protocol::JobId;
use crate::canvas::clusters::Cluster;
use crate::dataset::{
    Dataset, Division, ImageShape, OfficialSet, Pack, Part, Preprocessing, Split, StreetDigits,
};
use crate::network::{
    Checkpoint, ConvActivations, DeviceInfo, DeviceKind, NamedArray, NetworkConfig, TrainingConfig,
};
use crate::projection::{
    DynamicTsneConfig, Fit, FoundNeighbours, LiveParameters, Method, NeighborhoodHit,
    NeighbourTask, Note, ProjectionQuality,
};
use crate::trails::{BundledTrails, BundlingConfig, TrailPaths};

// --- the projector ---------------------------------------------------------------------------

/// Work for the projection worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum ProjectorRequest {
    /// Decode a pack of the site: a whole data set or a piece of one.
    OpenPack {
        /// Its name, for messages.
        name: String,
        /// Its content.
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
    /// Draw street digits.
    DrawStreetDigits(StreetDigits),
    /// Make another data set of one by preprocessing.
    Preprocess {
        /// The data set.
        dataset: SentDataset,
        /// What is done to its images.
        steps: Preprocessing,
    },
    /// Open the visitor's own network or pictures.
    OpenOwn(OwnFilesJob),
    /// Make a file of an analysis.
    PackAnalysis(SentParts),
    /// Draw a figure, or list its numbers.
    MakeFigure(FigureJob),
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
    /// Lay a sequence of representations of the same observations out, by dynamic t-SNE.
    Evolve(EvolutionJob),
    /// As an adjustment of a running evolution: its λ from now on.
    Lambda(f32),
    /// Bundle the trails that observations leave from layout to layout.
    Bundle(BundlingJob),
    /// Find the clusters of each class in a layout.
    FindClusters {
        /// The layout, n × 2, row-major.
        positions: Bulk<f32>,
        /// Class of each observation.
        labels: Bulk<u8>,
    },
    /// Lay the neurons of a layer out in the plane.
    ProjectNeurons(NeuronLayoutJob),
    /// Say which class each neuron of a layer tells apart.
    Discriminate(DiscriminationJob),
    /// Find the neighbours of some rows, for a colleague.
    Neighbours(NeighbourJob),
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

/// A file on its way to the projection worker, which reads it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentFile {
    /// As on the visitor's disk.
    pub name: String,
    /// Bytes of it.
    pub size: u64,
    /// The browser's file.
    pub file: FileHandle,
    /// The data sets it is known to belong to; empty for a new file.
    pub sets: Vec<OfficialSet>,
}

/// A file that is of use, alone or with others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// As on the visitor's disk.
    pub name: String,
    /// The data sets it belongs to; several for an archive of several.
    pub sets: Vec<OfficialSet>,
}

/// A file without which others are of no use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// The data set it belongs to.
    pub set: OfficialSet,
    /// Its official name.
    pub name: String,
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
    pub method: Method,
}

/// A sequence of representations of the same observations.
#[derive(Debug, Serialize, Deserialize)]
pub struct EvolutionJob {
    /// The representations, in their order.
    pub sequence: Vec<SentFeatures>,
    /// n, the rows of each.
    pub observations: u32,
    /// Class of each observation, for the neighborhood hits.
    pub labels: Bulk<u8>,
    /// Neighbours that count in the neighborhood hits.
    pub k: u32,
    /// How.
    pub config: DynamicTsneConfig,
}

/// Trails to bundle, each class by itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct BundlingJob {
    /// One layout after the other, each n × 2, row-major.
    pub layouts: Bulk<f32>,
    /// n.
    pub observations: u32,
    /// Layouts.
    pub steps: u32,
    /// Class of each observation.
    pub labels: Bulk<u8>,
    /// How.
    pub config: BundlingConfig,
}

/// Features of observations.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentFeatures {
    /// n × d, row-major.
    pub values: Bulk<f32>,
    /// d.
    pub dimensions: u32,
}

/// One share of a neighbour search.
#[derive(Debug, Serialize, Deserialize)]
pub struct NeighbourJob {
    data: Bulk<f32>,
    n: u32,
    d: u32,
    k: u32,
    approximate: bool,
    seed: u64,
    /// Which of them.
    pub share: u32,
    /// How many there are.
    pub shares: u32,
}

impl NeighbourJob {
    /// The job that is share `share` of `shares` of a task.
    pub fn new(task: NeighbourTask, share: u32, shares: u32) -> Self {
        Self {
            data: task.data.into(),
            n: task.n as u32,
            d: task.d as u32,
            k: task.k as u32,
            approximate: task.approximate,
            seed: task.seed,
            share,
            shares,
        }
    }

    /// The task.
    pub fn into_task(self) -> NeighbourTask {
        NeighbourTask {
            data: self.data.into_inner(),
            n: self.n as usize,
            d: self.d as usize,
            k: self.k as usize,
            approximate: self.approximate,
            seed: self.seed,
        }
    }
}

/// [`FoundNeighbours`] on their way.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentNeighbours {
    rows: Bulk<u32>,
    indices: Bulk<u32>,
    squared_distances: Bulk<f32>,
}

impl From<FoundNeighbours> for SentNeighbours {
    fn from(found: FoundNeighbours) -> Self {
        Self {
            rows: found.rows.into(),
            indices: found.indices.into(),
            squared_distances: found.squared_distances.into(),
        }
    }
}

impl From<SentNeighbours> for FoundNeighbours {
    fn from(sent: SentNeighbours) -> Self {
        Self {
            rows: sent.rows.into_inner(),
            indices: sent.indices.into_inner(),
            squared_distances: sent.squared_distances.into_inner(),
        }
    }
}

/// What the projection worker sends on the way.
#[derive(Debug, Serialize, Deserialize)]
pub enum ProjectorPartial {
    /// The layout as it is.
    Layout(ProjectionPartial),
    /// The scores by the trees that stand.
    Scores(SentScores),
}

/// A layout on the way.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProjectionPartial {
    /// n × 2, row-major; of an evolution, one layout after the other.
    pub positions: Bulk<f32>,
    /// Iterations done.
    pub iteration: u32,
}

/// What the projection worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum ProjectorResult {
    /// To the `Open…` requests.
    Opened {
        /// The data sets for which the files were enough: none, one, or one of each kind.
        datasets: Vec<SentDataset>,
        /// The files that are of use, to be given again with the next ones.
        kept: Vec<Kept>,
        /// The data sets that new files belong to.
        sets: Vec<OfficialSet>,
        /// Files of these that are still missing.
        waiting: Vec<Missing>,
        /// Files that are of no use.
        refused: Vec<Refused>,
        /// What the visitor should know about how the files were used.
        notes: Vec<String>,
    },
    /// To `DrawStreetDigits` and `Preprocess`: the new data set.
    Made(SentDataset),
    /// To `OpenPack`, where the pack is a piece of a data set.
    Piece(SentPack),
    /// To `OpenOwn`.
    OpenedOwn(OwnData),
    /// To `OpenOwn`, where the file is an analysis.
    OpenedAnalysis {
        /// The file.
        name: String,
        /// What it holds.
        parts: SentParts,
    },
    /// To `PackAnalysis`: the file.
    PackedAnalysis(Bulk<u8>),
    /// To `MakeFigure`.
    MadeFigure(MadeFigure),
    /// To `Project`.
    Projected(ProjectionResult),
    /// To `Evolve`.
    Evolved(EvolutionResult),
    /// To `Bundle`.
    Bundled(SentTrails),
    /// To `FindClusters`.
    FoundClusters(Vec<Cluster>),
    /// To `ProjectNeurons`.
    ProjectedNeurons(NeuronLayoutResult),
    /// To `Discriminate`.
    Discriminated(SentScores),
    /// To `Neighbours`.
    FoundNeighbours(SentNeighbours),
    /// To `Score`.
    Scored(NeighborhoodHit),
    /// To `Measure`.
    Measured(ProjectionQuality),
}

/// Pairs of observations in a Shepard diagram.
pub const SHEPARD_PAIRS: usize = 2_000;

/// A finished layout.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProjectionResult {
    /// n × 2, row-major.
    pub positions: Bulk<f32>,
    /// Iterations done.
    pub iterations: u32,
    /// What was minimised.
    pub fit: Fit,
    /// Of layouts by MDS: pairs of observations, by dissimilarity and by distance in the layout
    /// (pairs × 2, row-major), at most [`SHEPARD_PAIRS`]. Empty for others.
    pub shepard: Bulk<f32>,
    /// What was adapted, such as a perplexity too large for the data.
    pub notes: Vec<Note>,
    /// How well the layout separates the classes.
    pub hit: NeighborhoodHit,
}

/// The finished layouts of a sequence.
#[derive(Debug, Serialize, Deserialize)]
pub struct EvolutionResult {
    /// One layout after the other, each n × 2, row-major.
    pub positions: Bulk<f32>,
    /// Iterations done.
    pub iterations: u32,
    /// λ at the end.
    pub lambda: f32,
    /// KL(P ‖ Q) of each layout, in nats.
    pub divergences: Vec<f64>,
    /// Mean squared way of an observation from one layout to the next.
    pub movement: f64,
    /// How well each layout separates the classes.
    pub hits: Vec<NeighborhoodHit>,
    /// What was adapted, such as a perplexity too large for the data.
    pub notes: Vec<Note>,
}

/// [`BundledTrails`] on their way.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentTrails {
    straight: Bulk<f32>,
    bundled: Bulk<f32>,
    times: Bulk<f32>,
    starts: Bulk<u32>,
}

impl From<BundledTrails> for SentTrails {
    fn from(trails: BundledTrails) -> Self {
        Self {
            straight: trails.straight.vertices.into(),
            bundled: trails.vertices.into(),
            times: trails.straight.times.into(),
            starts: trails.straight.starts.into(),
        }
    }
}

impl From<SentTrails> for BundledTrails {
    fn from(sent: SentTrails) -> Self {
        Self {
            straight: TrailPaths {
                vertices: sent.straight.into_inner(),
                times: sent.times.into_inner(),
                starts: sent.starts.into_inner(),
            },
            vertices: sent.bundled.into_inner(),
        }
    }
}

/// A pack on its way, decoded.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentPack {
    name: String,
    source: String,
    shape: ImageShape,
    class_names: Vec<String>,
    division: SentDivision,
    observations: SentSplit,
}

/// [`Division`] on its way.
#[derive(Debug, Serialize, Deserialize)]
enum SentDivision {
    BySeed(f64, u64),
    Given(usize),
    Piece(Part, Vec<(u32, u32)>),
}

impl From<Pack> for SentPack {
    fn from(pack: Pack) -> Self {
        Self {
            name: pack.name,
            source: pack.source,
            shape: pack.shape,
            class_names: pack.class_names,
            division: match pack.division {
                Division::BySeed {
                    test_fraction,
                    seed,
                } => SentDivision::BySeed(test_fraction, seed),
                Division::Given { train } => SentDivision::Given(train),
                Division::Piece { part, places } => SentDivision::Piece(part, places),
            },
            observations: pack.observations.into(),
        }
    }
}

impl From<SentPack> for Pack {
    fn from(sent: SentPack) -> Self {
        Self {
            name: sent.name,
            source: sent.source,
            shape: sent.shape,
            class_names: sent.class_names,
            division: match sent.division {
                SentDivision::BySeed(test_fraction, seed) => Division::BySeed {
                    test_fraction,
                    seed,
                },
                SentDivision::Given(train) => Division::Given { train },
                SentDivision::Piece(part, places) => Division::Piece { part, places },
            },
            observations: sent.observations.into(),
        }
    }
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
    pub network: NetworkConfig,
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
    /// What is taken of convolutional layers.
    pub conv_activations: ConvActivations,
    /// Where an earlier training ended, to go on from there.
    pub checkpoint: Option<SentCheckpoint>,
    /// Whether the page lost what that training had shown, so that the activations before training
    /// and those of the checkpoint are to be taken again.
    pub observe_again: bool,
}

/// The observations to train on and to test with.
#[derive(Debug, Serialize, Deserialize)]
pub struct TrainingData {
    /// The shape of an image.
    pub shape: ImageShape,
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
    /// The training diverged; that it failed follows.
    Diverged,
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
    /// For each observed hidden layer: n × width, row-major, after the ReLU; `None` where it is not
    /// kept.
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
