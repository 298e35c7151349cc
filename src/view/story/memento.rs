//! What the page showed before the tour, so that leaving it leads back.

use std::sync::Arc;

use leptos::prelude::*;

use super::subject::{self, Opened, Subject};
use crate::analysis::{Curves, Representation, Sequence};
use crate::canvas::selection::Combine;
use crate::dataset::Part;
use crate::network::{ConvActivations, NetworkConfig, TrainingConfig};
use crate::projection::{Metric, TsneConfig};
use crate::view::neurons::state::Colouring;
use crate::view::reading::state::Insets;
use crate::view::session::{opening, relating};
use crate::view::state::{Run, Session, View};

/// All that a step may change.
pub struct Memento {
    dataset: Option<u32>,
    curves: Arc<Curves>,
    view: View,
    panels: [(Representation, bool); 2],
    insets: Insets,
    sequence: Sequence,
    at: f32,
    neurons: Neurons,
    settings: Settings,
}

struct Neurons {
    part: Part,
    layer: Option<usize>,
    epochs: [Option<u32>; 2],
    colouring: Colouring,
    shows_mean: bool,
    class: u8,
    selected: Vec<u32>,
}

/// What opening an analysis sets as well.
struct Settings {
    network: NetworkConfig,
    training: TrainingConfig,
    conv_activations: ConvActivations,
    tsne: TsneConfig,
    mds: Option<Metric>,
    k: u32,
    lambda: f32,
}

impl Memento {
    /// What the page shows now.
    pub fn take(session: Session) -> Self {
        untrack(|| {
            let neurons = session.neurons;
            Self {
                dataset: session.open_dataset(),
                curves: session.analysis.with(|analysis| analysis.curves.clone()),
                view: session.view.get(),
                panels: session
                    .panels
                    .map(|panel| (panel.representation.get(), panel.chosen.get())),
                insets: session.reading.insets.get(),
                sequence: session.evolution.sequence.get(),
                at: session.evolution.at.get(),
                neurons: Neurons {
                    part: neurons.part.get(),
                    layer: neurons.chosen_layer.get(),
                    epochs: neurons.pictures.map(|picture| picture.chosen_epoch.get()),
                    colouring: neurons.colouring.get(),
                    shows_mean: neurons.shows_mean.get(),
                    class: neurons.class.get(),
                    selected: neurons
                        .selected
                        .with(|history| history.present().iter().collect()),
                },
                settings: Settings {
                    network: session.network.get(),
                    training: session.training.get(),
                    conv_activations: session.conv_activations.get(),
                    tsne: session.tsne.get(),
                    mds: session.mds.get(),
                    k: session.k.get(),
                    lambda: session.evolution.lambda.get(),
                },
            }
        })
    }

    /// Shows it again. What the visitor has trained meanwhile stays; so does a training under way.
    pub fn restore(self, session: Session, opened: &Opened) {
        untrack(|| {
            let busy = session.run.with(Run::is_active);
            let by_tour = matches!(subject::shown(session, opened), Some(Subject::Example(_)));
            if !busy && by_tour && !self.is_shown(session) {
                self.reopen(session);
            }
            let again = self.is_shown(session);
            if again && !busy {
                let settings = self.settings;
                session.network.set(settings.network);
                session.training.set(settings.training);
                session.conv_activations.set(settings.conv_activations);
                session.tsne.set(settings.tsne);
                session.mds.set(settings.mds);
                session.k.set(settings.k);
                session.evolution.lambda.set(settings.lambda);
                session.evolution.sequence.set(self.sequence);
                session.evolution.at.set(self.at);
                for (panel, (representation, chosen)) in session.panels.into_iter().zip(self.panels)
                {
                    panel.chosen.set(chosen);
                    panel.representation.set(representation);
                }
            }
            session.view.set(self.view);
            session.reading.insets.set(self.insets);
            let neurons = session.neurons;
            neurons.part.set(self.neurons.part);
            neurons.chosen_layer.set(self.neurons.layer);
            for (picture, epoch) in neurons.pictures.into_iter().zip(self.neurons.epochs) {
                picture.chosen_epoch.set(epoch);
            }
            neurons.colouring.set(self.neurons.colouring);
            neurons.shows_mean.set(self.neurons.shows_mean);
            neurons.class.set(self.neurons.class);
            if again {
                relating::select(session, &self.neurons.selected, Combine::Replace);
            } else {
                relating::clear(session);
            }
        });
    }

    /// Whether the page shows the same network of the same data.
    fn is_shown(&self, session: Session) -> bool {
        let same = session
            .analysis
            .with_untracked(|analysis| Arc::ptr_eq(&analysis.curves, &self.curves));
        same && session.open_dataset() == self.dataset
    }

    /// Takes it from the shelf, where it still is.
    fn reopen(&self, session: Session) {
        let place = session.shelf.with_untracked(|shelf| {
            let of_data = |id: u32| self.dataset == Some(id);
            let exactly = shelf.iter().position(|entry| {
                of_data(entry.dataset.id) && Arc::ptr_eq(&entry.analysis.curves, &self.curves)
            });
            exactly.or_else(|| shelf.iter().rposition(|entry| of_data(entry.dataset.id)))
        });
        if let Some(place) = place {
            opening::reopen(session, place);
        }
    }
}
