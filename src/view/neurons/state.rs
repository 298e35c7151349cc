//! What the page knows of the neurons' view.

use std::sync::Arc;

use leptos::prelude::*;

pub use crate::address::Colouring;

use super::response::{self, Response};
use crate::analysis::{Analysis, NeuronMap, Representation, Source};
use crate::canvas::history::History;
use crate::canvas::selection::Selection;
use crate::dataset::Part;
use crate::neurons::{DiscriminativeScores, ForestConfig};
use crate::view::session::relating::PictureJobs;
use crate::view::state::{Layout, Panel, Run, SELECTION_HISTORY, Session, View};
use crate::worker::protocol::Failure;

/// The places of the neurons' pictures, beside those of the projections and the evolution.
pub const PLACES: [usize; 2] = [4, 5];

/// How far the discriminative scores of a picture are.
#[derive(Debug, Clone, PartialEq)]
pub enum Scoring {
    /// Nobody asked.
    Absent,
    /// Trees are growing.
    Running {
        /// Share of the work that is done.
        fraction: f32,
        /// Trees that stand, of all classes together.
        trees: u32,
    },
    /// All trees stand.
    Finished,
    /// The visitor stopped it; the scores are by fewer trees.
    Stopped,
    /// There can be no scores.
    Failed(Failure),
}

/// The neurons of a layer at one epoch.
#[derive(Clone, Copy)]
pub struct NeuronPicture {
    /// 0 on the left, before training unless the visitor chooses otherwise; 1 on the right, after it.
    pub side: usize,
    /// The epoch that the visitor chose.
    pub chosen_epoch: RwSignal<Option<u32>>,
    /// Which layer and epoch; `None` where it is not (yet) there.
    pub representation: Memo<Option<Representation>>,
    /// How far the layout is.
    pub layout: RwSignal<Layout>,
    /// The layout to draw, neurons × 2, row-major: partial or final.
    pub positions: RwSignal<Arc<Vec<f32>>>,
    /// How far the scores are.
    pub scoring: RwSignal<Scoring>,
    /// S_{c,j}, partial or final.
    pub scores: RwSignal<Option<Arc<DiscriminativeScores>>>,
}

impl NeuronPicture {
    /// What the picture shows, tracked.
    pub fn found(self, session: Session) -> Option<NeuronMap> {
        let representation = self.representation.get()?;
        session
            .analysis
            .with(|analysis| analysis.neuron_maps.get(&representation).cloned())
    }
}

/// The neurons of one layer at two epochs.
#[derive(Clone, Copy)]
pub struct NeuronsView {
    /// The observations whose activations count.
    pub part: RwSignal<Part>,
    /// The layer that the visitor chose.
    pub chosen_layer: RwSignal<Option<usize>>,
    /// The layer that is shown: the chosen one, or the last.
    pub layer: Memo<usize>,
    /// Whether it is in view; what nobody looks at is not computed.
    pub shown: Signal<bool>,
    /// On the left and on the right.
    pub pictures: [NeuronPicture; 2],
    /// The observations, as the layer sees them after training.
    pub observations: Panel,
    /// How the forests are grown.
    pub forest: RwSignal<ForestConfig>,
    /// What the colours are to say.
    pub colouring: RwSignal<Colouring>,
    /// Whether they are to say the mean activation instead, while observations are selected.
    pub shows_mean: RwSignal<bool>,
    /// The class that is told from the rest.
    pub class: RwSignal<u8>,
    /// Neurons have a colour whose score is at least this share of the greatest.
    pub threshold: RwSignal<f32>,
    /// The chosen neurons, the same before and after training.
    pub selected: RwSignal<History<Selection>>,
    /// What the chosen neurons make of the observations; `None` while none is chosen.
    pub response: Memo<Option<Arc<Response>>>,
    /// The neuron under the pointer.
    pub hovered: RwSignal<Option<u32>>,
    /// The work under way, before and after.
    pub jobs: StoredValue<[PictureJobs; 2], LocalStorage>,
}

impl NeuronsView {
    /// The view of an empty page.
    pub fn new(
        analysis: RwSignal<Analysis>,
        run: RwSignal<Run>,
        view: RwSignal<View>,
        observations: Panel,
    ) -> Self {
        let part = RwSignal::new(Part::Test);
        let chosen_layer = RwSignal::new(None);
        let layer = Memo::new(move |_| {
            let layers = analysis.with(Analysis::hidden_layers);
            let last = layers.saturating_sub(1);
            chosen_layer
                .get()
                .map_or(last, |layer: usize| layer.min(last))
        });
        let picture = |side| {
            let chosen_epoch = RwSignal::new(None);
            NeuronPicture {
                side,
                chosen_epoch,
                representation: Memo::new(move |_| {
                    let (part, index) = (part.get(), layer.get());
                    let chosen: Option<u32> = chosen_epoch.get();
                    analysis.with(|analysis| {
                        let epochs = analysis.epochs();
                        let chosen = chosen.filter(|epoch| epochs.contains(epoch));
                        // While a network is trained, its last epoch is another one all the time.
                        let settled = side == 0 || chosen.is_some() || !run.with(Run::is_active);
                        let epoch = chosen.or_else(|| shown_epoch(&epochs, side))?;
                        let source = Source::Layer { index, epoch };
                        let representation = Representation { part, source };
                        let is_there = analysis.activations(representation).is_some()
                            || analysis.neuron_maps.contains_key(&representation);
                        (settled && is_there).then_some(representation)
                    })
                }),
                layout: RwSignal::new(Layout::Absent),
                positions: RwSignal::default(),
                scoring: RwSignal::new(Scoring::Absent),
                scores: RwSignal::new(None),
            }
        };
        let pictures = [picture(0), picture(1)];
        let selected = RwSignal::new(History::new(Selection::none(0), SELECTION_HISTORY));
        Self {
            part,
            chosen_layer,
            layer,
            shown: Signal::derive(move || view.get() == View::Neurons),
            pictures,
            observations,
            forest: RwSignal::new(ForestConfig::default()),
            colouring: RwSignal::new(Colouring::Map),
            shows_mean: RwSignal::new(false),
            class: RwSignal::new(0),
            threshold: RwSignal::new(0.0),
            selected,
            response: Memo::new(move |_| {
                let shown = pictures.map(|picture| picture.representation.get());
                analysis.with(|analysis| {
                    selected.with(|history| {
                        response::to(analysis, shown[1].or(shown[0])?, history.present())
                    })
                })
            }),
            hovered: RwSignal::new(None),
            jobs: StoredValue::new_local(Default::default()),
        }
    }
}

/// The epoch that a side shows: the first or the last; of a single one, after training only.
fn shown_epoch(epochs: &[u32], side: usize) -> Option<u32> {
    match epochs {
        [0] => (side == 0).then_some(0),
        [only] => (side == 1).then_some(*only),
        [first, .., last] => Some(if side == 0 { *first } else { *last }),
        [] => None,
    }
}
