//! What the page knows. [`Session`] is handed to every component through the context; it is a
//! bundle of signals, so copying it is free and a view redraws only for what it reads.

use std::sync::Arc;

use leptos::prelude::*;

use super::neurons::state::NeuronsView;
use super::reading::state::Reading;
use super::session::Workers;
use super::session::evolving::RunningEvolution;
use super::session::projecting::Running;
use super::session::surviving::{Interrupted, Surviving, Writing};
use super::session::undoing::Changes;
pub use crate::address::View;
use crate::address::{Looking, Opened, PICTURES, ViewState};
use crate::analysis::file::Origin;
use crate::analysis::import::ImportedNetwork;
use crate::analysis::{Along, Analysis, EVOLUTION_LAMBDA, Representation, Sequence, Source};
use crate::canvas::history::History;
use crate::canvas::selection::Selection;
use crate::canvas::viewport::Viewport;
use crate::dataset::pictures::{Colours, PictureConfig};
use crate::dataset::{DATA_SEED, Dataset, FIRST_OBSERVATIONS, OfficialSet, Part, SiteSet};
use crate::embedding::Figure;
use crate::network::adapter::AdapterInfo;
use crate::network::{
    Checkpoint, ConvActivations, DeviceInfo, DeviceKind, NetworkConfig, Setup, TrainingConfig,
    automatic_device,
};
use crate::projection::{MdsConfig, Method, Metric, ProjectionQuality, TsneConfig};
use crate::worker::attachment::FileHandle;
use crate::worker::client::JobHandle;
use crate::worker::messages::{Missing, Steps, Trained};
use crate::worker::protocol::{Failure, JobId, Progress};

/// Observations projected, unless the visitor chooses otherwise.
pub const SUBSET_SIZE: usize = FIRST_OBSERVATIONS;
/// Memory for activations, in bytes.
pub const ACTIVATION_BUDGET: u64 = 512_000_000;
/// The page's memory while so much is kept, and what else it needs; beyond, less is kept.
pub const USUAL_MEMORY: u64 = 640_000_000;
/// Rows and columns of the visitor's own pictures, unless they choose otherwise.
const PICTURE_SIDE: usize = 32;

/// A data set that is open, with a number that tells it from those opened before.
#[derive(Debug)]
pub struct OpenDataset {
    /// Never used twice.
    pub id: u32,
    /// The data.
    pub dataset: Dataset,
    /// Whether these are only the first images, and the others are still to come.
    pub preview: bool,
    /// What a network of the visitor's own made of it, where it came with one.
    pub network: Option<Arc<ImportedNetwork>>,
    /// Where its observations are in a larger one, where it came with an analysis of these.
    pub origin: Option<Origin>,
    /// How the page's address says what it is.
    pub opened: Option<Opened>,
}

/// A data set or network that was put aside for another, to be returned to.
#[derive(Clone)]
pub struct Shelved {
    /// The data set.
    pub dataset: Arc<OpenDataset>,
    /// What was found out about it.
    pub analysis: Analysis,
    /// How its training ended.
    pub run: Run,
    /// The network and how it was trained.
    pub trained: Option<Setup>,
    /// From where its training can go on.
    pub checkpoint: Option<Arc<Checkpoint>>,
    /// How a finished training did on the whole test split.
    pub whole_test: Option<Trained>,
    /// Whether it was trained here and nobody saved it.
    pub unsaved: bool,
}

impl Shelved {
    /// Memory of its activations, in bytes.
    pub fn bytes(&self) -> u64 {
        let network = self.dataset.network.as_ref();
        // An analysis of all observations shares the network's activations.
        network
            .map_or(0, |network| network.bytes())
            .max(self.analysis.bytes())
    }

    /// A data set for which no network was trained yet.
    pub fn untrained(dataset: Arc<OpenDataset>, analysis: Analysis) -> Self {
        Self {
            dataset,
            analysis,
            run: Run::Idle,
            trained: None,
            checkpoint: None,
            whole_test: None,
            unsaved: false,
        }
    }
}

/// A question to the visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What there is, in a sentence.
    pub what: String,
    /// What follows from it.
    pub why: String,
    /// Words of the button that says yes.
    pub yes: &'static str,
    /// And of the one that says no.
    pub no: &'static str,
}

/// What the training is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Run {
    /// No network yet.
    Idle,
    /// The worker, its device or the first epoch's activations are being made ready.
    Preparing(String),
    /// Steps are being done.
    Running,
    /// Held by the visitor.
    Paused,
    /// All epochs are done, or the visitor stopped it; the epochs done are kept.
    Ended {
        /// Epochs done.
        epochs: u32,
        /// Whether that is fewer than asked for.
        early: bool,
    },
    /// It failed; the epochs done before are kept.
    Failed(Failure),
}

impl Run {
    /// Whether the worker is at it.
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Preparing(_) | Self::Running | Self::Paused)
    }
}

/// Where the visitor wants the network trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceChoice {
    /// WebGPU on a real GPU, the CPU otherwise.
    Automatic,
    /// This one.
    Always(DeviceKind),
}

/// How far a panel is with its layout.
#[derive(Debug, Clone, PartialEq)]
pub enum Layout {
    /// The representation does not exist yet.
    Absent,
    /// Being computed.
    Running {
        /// Stage and fraction.
        progress: Progress,
        /// Iterations done.
        iteration: u32,
        /// Whether the visitor holds it.
        paused: bool,
    },
    /// As good as it gets.
    Finished,
    /// The visitor stopped it.
    Stopped,
    /// It could not be computed.
    Failed(Failure),
}

/// A projection: one of the two side by side, or that beside the neurons.
#[derive(Clone, Copy)]
pub struct Panel {
    /// 0 on the left, 1 on the right, 2 beside the neurons.
    pub place: usize,
    /// What it shows.
    pub representation: RwSignal<Representation>,
    /// Whether the visitor chose that, so that it no longer follows the training.
    pub chosen: RwSignal<bool>,
    /// How far the layout is.
    pub layout: RwSignal<Layout>,
    /// The layout to draw, n × 2, row-major: partial or final.
    pub positions: RwSignal<Arc<Vec<f32>>>,
    /// The job whose layout this is, where its worker still has it and can go on with it.
    pub job: RwSignal<Option<JobId>>,
    /// What the layout kept of the space it shows, once the visitor asked.
    pub quality: RwSignal<Measured>,
}

/// A sequence of representations, laid out together.
#[derive(Clone, Copy)]
pub struct EvolutionView {
    /// What it is of.
    pub sequence: RwSignal<Sequence>,
    /// The sequence's representations, as far as they are known.
    pub steps: Memo<Vec<Representation>>,
    /// λ of dynamic t-SNE.
    pub lambda: RwSignal<f32>,
    /// Whether it is in view; what nobody looks at is not computed.
    pub shown: Signal<bool>,
    /// How far the layouts are.
    pub layout: RwSignal<Layout>,
    /// One layout after the other, each n × 2, row-major: partial or final.
    pub positions: RwSignal<Arc<Vec<f32>>>,
    /// Where in the sequence the picture is: 0 is its first step, 0.5 half way to the second.
    pub at: RwSignal<f32>,
    /// Counts the movements of the picture from one place to another.
    pub glide: StoredValue<u32>,
    /// The step that something else than the player asks for.
    pub asked: RwSignal<Option<usize>>,
}

/// Steps of an inter-epoch evolution, unless the visitor chooses otherwise: the paper's number.
pub const EVOLUTION_STEPS: usize = 6;

/// What is known of a layout's quality beyond the neighborhood hit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Measured {
    /// Nobody asked.
    #[default]
    No,
    /// Being computed: fraction.
    Running(f32),
    /// The measures.
    Yes(ProjectionQuality),
}

/// Something the visitor should read, at the top of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The message.
    pub failure: Failure,
    /// Whether something went wrong.
    pub severity: Severity,
}

/// How a notice looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Information,
    /// Something failed.
    Error,
}

/// A file of the visitor, kept because its partners may follow. Its bytes stay on the disk.
#[derive(Debug, Clone)]
pub struct DroppedFile {
    /// As on the visitor's disk.
    pub name: String,
    /// Bytes of it.
    pub size: u64,
    /// The browser's file.
    pub file: FileHandle,
    /// The data sets it belongs to; empty until it was read.
    pub sets: Vec<OfficialSet>,
}

/// Files of the visitor.
#[derive(Debug, Clone, Default)]
pub struct Dropped {
    /// The files, by name.
    pub files: Vec<DroppedFile>,
    /// Which are still missing.
    pub waiting: Vec<Missing>,
}

/// Everything the page knows.
#[derive(Clone, Copy)]
pub struct Session {
    /// The data set, once one is open.
    pub dataset: RwSignal<Option<Arc<OpenDataset>>>,
    /// While one is being opened.
    pub opening: RwSignal<Option<Progress>>,
    /// The data sets that the site offers; `None` until their list was read.
    pub offered: RwSignal<Option<Vec<SiteSet>>>,
    /// Files that are kept until their partners arrive.
    pub dropped: RwSignal<Dropped>,
    /// What becomes of pictures of the visitor's own that are opened next.
    pub pictures: RwSignal<PictureConfig>,
    /// What was found out.
    pub analysis: RwSignal<Analysis>,
    /// Names of the hidden layers, where they have some.
    pub layer_names: Memo<Arc<Vec<String>>>,
    /// Observations to project at most.
    pub subset_size: RwSignal<usize>,

    /// The network to train next.
    pub network: RwSignal<NetworkConfig>,
    /// What it was before the last change.
    pub network_before: RwSignal<Option<NetworkConfig>>,
    /// What to take of its convolutional layers.
    pub conv_activations: RwSignal<ConvActivations>,
    /// How to train it.
    pub training: RwSignal<TrainingConfig>,
    /// Epochs between kept ones.
    pub keep_every: RwSignal<u32>,
    /// Where to train it.
    pub device_choice: RwSignal<DeviceChoice>,
    /// The browser's WebGPU adapter; `None` until probed, `Some(None)` where there is none.
    pub adapter: RwSignal<Option<Option<AdapterInfo>>>,
    /// Where the current or last training ran.
    pub device: RwSignal<Option<DeviceInfo>>,
    /// What the training is doing.
    pub run: RwSignal<Run>,
    /// Whether the last training failed because it diverged.
    pub diverged: RwSignal<bool>,
    /// Its last report.
    pub steps: RwSignal<Option<Steps>>,
    /// The network of the current or last training.
    pub trained: RwSignal<Option<Setup>>,
    /// How a finished training did on the whole test split.
    pub whole_test: RwSignal<Option<Trained>>,
    /// From where a training can go on.
    pub checkpoint: RwSignal<Option<Arc<Checkpoint>>>,
    /// A training that ended with the tab, to be resumed or discarded.
    pub interrupted: RwSignal<Option<Interrupted>>,
    /// What of the training under way would survive the tab.
    pub surviving: RwSignal<Surviving>,

    /// Settings of projections by t-SNE.
    pub tsne: RwSignal<TsneConfig>,
    /// Project by MDS instead, between distances of this kind.
    pub mds: RwSignal<Option<Metric>>,
    /// Neighbours in the neighborhood hit.
    pub k: RwSignal<u32>,
    /// Left and right.
    pub panels: [Panel; 2],
    /// What the figures show.
    pub view: RwSignal<View>,
    /// What each picture has in view, by its place.
    pub viewports: [RwSignal<Viewport>; PICTURES],
    /// What each picture should have in view once it is drawn.
    pub wished: RwSignal<[Option<Looking>; PICTURES]>,
    /// Neurons to be selected once they are there.
    pub wished_neurons: StoredValue<Vec<u32>>,
    /// What was chosen before and after, for undo.
    pub settings: RwSignal<History<ViewState>>,
    /// The sequence of the evolution view.
    pub evolution: EvolutionView,
    /// The neurons of one layer.
    pub neurons: NeuronsView,

    /// Insets, and what else helps to read the two projections.
    pub reading: Reading,

    /// Selected observations of the test subset and of the training subset.
    pub selections: [RwSignal<History<Selection>>; 2],
    /// In which order these and that of the neurons were changed.
    pub changes: StoredValue<Changes>,
    /// The observation under the pointer.
    pub hovered: RwSignal<Option<(Part, u32)>>,
    /// The panel that pointer or keyboard are at, which shows the card of the hovered observation.
    pub attended: RwSignal<Option<usize>>,
    /// Classes the legend hides.
    pub hidden_classes: RwSignal<Vec<bool>>,
    /// Where the last change of a selection was made.
    pub last_selected_part: RwSignal<Part>,
    /// What was put aside.
    pub shelf: RwSignal<Vec<Shelved>>,
    /// What to tell the visitor.
    pub notice: RwSignal<Option<Notice>>,
    /// What the visitor is asked.
    pub question: RwSignal<Option<Question>>,
    /// Whether the colours are for a dark background.
    pub dark: RwSignal<bool>,
    /// Whether observations have the colours of their predicted classes.
    pub by_prediction: RwSignal<bool>,
    /// The one figure that is shown, where it stands in another page.
    pub embed: Option<Figure>,

    /// The workers. What follows is plumbing that no view reads.
    pub workers: StoredValue<Workers, LocalStorage>,
    /// Who waits for the answer.
    pub answering: StoredValue<Option<js_sys::Function>, LocalStorage>,
    /// Whether what is shown was trained here and nobody saved it.
    pub unsaved: StoredValue<bool>,
    /// Numbers the openings, so that one that was given up notices.
    pub opening_turn: StoredValue<u32>,
    /// What is being opened.
    pub opening_what: StoredValue<Option<Opened>>,
    /// The opening under way.
    pub opening_job: StoredValue<Option<JobHandle>, LocalStorage>,
    /// What waits to be written for the case that the tab is closed.
    pub writing: StoredValue<Writing, LocalStorage>,
    /// The training under way.
    pub training_job: StoredValue<Option<JobHandle>, LocalStorage>,
    /// The layouts under way, by the panels' places.
    pub projections: StoredValue<[Option<Running>; 3], LocalStorage>,
    /// The evolution under way.
    pub evolving: StoredValue<Option<RunningEvolution>, LocalStorage>,
    /// The scorings of the evolution's steps under way.
    pub evolution_scorings: StoredValue<Vec<JobHandle>, LocalStorage>,
    /// The measurings under way, likewise.
    pub measurings: StoredValue<[Option<JobHandle>; 3], LocalStorage>,
    /// The scorings under way, likewise.
    pub scorings: StoredValue<[Option<JobHandle>; 3], LocalStorage>,
    /// The trainer's life and the data set it was last sent.
    pub sent_data: StoredValue<Option<(u32, u32)>>,
}

/// CSS pixels that are free at the edges of a picture.
const MARGIN: f64 = 22.0;
/// Selections that can be undone.
pub const SELECTION_HISTORY: usize = 100;

fn no_selection() -> RwSignal<History<Selection>> {
    RwSignal::new(History::new(Selection::none(0), SELECTION_HISTORY))
}

impl Session {
    /// The number of the open data set, which changes when another comes.
    pub fn dataset_id(self) -> Memo<Option<u32>> {
        Memo::new(move |_| self.dataset.with(|open| open.as_ref().map(|open| open.id)))
    }

    /// The number of the data set that is open now.
    pub fn open_dataset(self) -> Option<u32> {
        self.dataset
            .with_untracked(|open| open.as_ref().map(|open| open.id))
    }

    /// An empty page.
    pub fn new(device_choice: DeviceChoice) -> Self {
        let panel = |place| Panel {
            place,
            representation: RwSignal::new(Representation {
                part: Part::Test,
                source: Source::Pixels,
            }),
            chosen: RwSignal::new(false),
            layout: RwSignal::new(Layout::Absent),
            positions: RwSignal::default(),
            job: RwSignal::new(None),
            quality: RwSignal::default(),
        };
        let view = RwSignal::new(View::Projections);
        let analysis = RwSignal::<Analysis>::default();
        let run = RwSignal::new(Run::Idle);
        let sequence = RwSignal::new(Sequence {
            part: Part::Test,
            along: Along::Layers { epoch: 0 },
        });
        let evolution = EvolutionView {
            sequence,
            steps: Memo::new(move |_| {
                analysis.with(|analysis| sequence.get().representations(analysis))
            }),
            lambda: RwSignal::new(EVOLUTION_LAMBDA),
            shown: Signal::derive(move || view.get() == View::Evolution),
            layout: RwSignal::new(Layout::Absent),
            positions: RwSignal::default(),
            at: RwSignal::new(0.0),
            glide: StoredValue::new(0),
            asked: RwSignal::new(None),
        };
        Self {
            dataset: RwSignal::new(None),
            opening: RwSignal::new(None),
            offered: RwSignal::new(None),
            dropped: RwSignal::default(),
            pictures: RwSignal::new(PictureConfig {
                side: PICTURE_SIDE,
                colours: Colours::Rgb,
                seed: DATA_SEED,
            }),
            analysis,
            layer_names: Memo::new(move |_| analysis.with(|analysis| analysis.layer_names.clone())),
            subset_size: RwSignal::new(SUBSET_SIZE),
            network: RwSignal::new(NetworkConfig::default()),
            network_before: RwSignal::new(None),
            conv_activations: RwSignal::new(ConvActivations::None),
            training: RwSignal::new(TrainingConfig::default()),
            keep_every: RwSignal::new(1),
            device_choice: RwSignal::new(device_choice),
            adapter: RwSignal::new(None),
            device: RwSignal::new(None),
            run,
            diverged: RwSignal::new(false),
            steps: RwSignal::new(None),
            trained: RwSignal::new(None),
            whole_test: RwSignal::new(None),
            checkpoint: RwSignal::new(None),
            interrupted: RwSignal::new(None),
            surviving: RwSignal::new(Surviving::Nothing),
            tsne: RwSignal::new(TsneConfig::default()),
            mds: RwSignal::new(None),
            k: RwSignal::new(6),
            panels: [panel(0), panel(1)],
            view,
            viewports: std::array::from_fn(|_| RwSignal::new(Viewport::fit(&[], 1.0, 1.0, MARGIN))),
            wished: RwSignal::default(),
            wished_neurons: StoredValue::default(),
            settings: RwSignal::new(History::new(ViewState::default(), SELECTION_HISTORY)),
            evolution,
            neurons: NeuronsView::new(analysis, run, view, panel(2)),
            reading: Reading::default(),
            selections: [no_selection(), no_selection()],
            changes: StoredValue::new(Changes::default()),
            hovered: RwSignal::new(None),
            attended: RwSignal::new(None),
            hidden_classes: RwSignal::default(),
            last_selected_part: RwSignal::new(Part::Test),
            shelf: RwSignal::default(),
            notice: RwSignal::new(None),
            question: RwSignal::new(None),
            dark: RwSignal::new(false),
            by_prediction: RwSignal::new(false),
            embed: None,
            workers: StoredValue::new_local(Workers::default()),
            answering: StoredValue::new_local(None),
            unsaved: StoredValue::new(false),
            opening_turn: StoredValue::new(0),
            opening_what: StoredValue::new(Some(Opened::Own)),
            opening_job: StoredValue::new_local(None),
            writing: StoredValue::new_local(Writing::default()),
            training_job: StoredValue::new_local(None),
            projections: StoredValue::new_local([None, None, None]),
            evolving: StoredValue::new_local(None),
            evolution_scorings: StoredValue::new_local(Vec::new()),
            measurings: StoredValue::new_local([None, None, None]),
            scorings: StoredValue::new_local([None, None, None]),
            sent_data: StoredValue::new(None),
        }
    }

    /// The one handed to the page's components.
    pub fn from_context() -> Self {
        expect_context()
    }

    /// The selection among one split's projected observations.
    pub fn selection(&self, part: Part) -> RwSignal<History<Selection>> {
        match part {
            Part::Test => self.selections[0],
            Part::Train => self.selections[1],
        }
    }

    /// Whether only the first images of the data set are there yet.
    pub fn shows_preview(&self) -> bool {
        self.dataset
            .with_untracked(|open| open.as_ref().is_some_and(|open| open.preview))
    }

    /// Shows a failure at the top of the page.
    pub fn fail(&self, failure: Failure) {
        self.notice.set(Some(Notice {
            failure,
            severity: Severity::Error,
        }));
    }

    /// Shows something good to know at the top of the page.
    pub fn inform(&self, what: impl Into<String>, why: impl Into<String>) {
        self.notice.set(Some(Notice {
            failure: Failure::new(what, why, ""),
            severity: Severity::Information,
        }));
    }

    /// Whether the open data set has images, and not only labels.
    pub fn has_images(&self) -> bool {
        self.dataset
            .with(|open| open.as_ref().is_none_or(|open| open.dataset.has_images()))
    }

    /// Whether a network can be trained on the open data set, at the latest once all of it is here.
    pub fn is_trainable(&self) -> bool {
        self.dataset.with(|open| {
            open.as_ref()
                .is_some_and(|open| open.preview || open.dataset.is_trainable())
        })
    }

    /// How projections are computed now.
    pub fn method(&self) -> Method {
        match self.mds.get() {
            None => Method::Tsne(self.tsne.get()),
            Some(metric) => Method::Mds {
                config: MdsConfig::default(),
                metric,
            },
        }
    }

    /// [`method`](Self::method) for event handlers.
    pub fn method_untracked(&self) -> Method {
        untrack(|| self.method())
    }

    /// Where a training started now would run.
    pub fn next_device(&self) -> DeviceKind {
        match self.device_choice.get() {
            DeviceChoice::Always(kind) => kind,
            DeviceChoice::Automatic => {
                let usable = self.adapter.get().flatten().filter(|a| a.usable.is_ok());
                automatic_device(usable.map(|adapter| adapter.software))
            }
        }
    }

    /// [`next_device`](Self::next_device) for event handlers.
    pub fn next_device_untracked(&self) -> DeviceKind {
        untrack(|| self.next_device())
    }
}
