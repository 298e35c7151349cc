//! Relating the neurons of a layer: their layout, their discriminative scores, and which are chosen.

mod choosing;
mod work;

use std::sync::Arc;

use leptos::prelude::*;

use crate::analysis::Representation;
use crate::canvas::history::History;
use crate::canvas::selection::Selection;
use crate::neurons::ForestConfig;
use crate::view::neurons::state::{NeuronPicture, Scoring};
use crate::view::state::{Layout, SELECTION_HISTORY, Session};
pub use choosing::{any_observation, clear, select};
pub use work::{PictureJobs, cancel};
use work::{abandon, discriminate, lay_out};

/// What a picture is of.
#[derive(Debug, Clone)]
struct Subject {
    representation: Representation,
    /// n × neurons, row-major; `None` in an analysis that was saved without.
    activations: Option<Arc<Vec<f32>>>,
    neurons: usize,
    /// Class of each observation (n).
    labels: Vec<u8>,
    /// How its forests are to be grown.
    forest: ForestConfig,
}

/// The same activations, and not only equal ones: those of another network are another subject.
impl PartialEq for Subject {
    fn eq(&self, other: &Self) -> bool {
        let place = |subject: &Self| subject.activations.as_ref().map(Arc::as_ptr);
        self.representation == other.representation
            && self.forest == other.forest
            && self.neurons == other.neurons
            && place(self) == place(other)
    }
}

/// Keeps the neurons' pictures up with what the visitor wants to see, while they are shown.
pub fn follow(session: Session) {
    let neurons = session.neurons;
    for picture in neurons.pictures {
        let subject = Memo::new(move |_| subject(session, picture.representation.get()?));
        // Returns what the picture is of by now.
        Effect::new(move |of: Option<Option<Subject>>| {
            let (of, now) = (of.flatten(), subject.get());
            let shown = neurons.shown.get();
            if of.is_some() && of == now {
                return of; // work under way goes on while another view is shown
            }
            if !shown {
                // What is of a network that is no longer open must not be taken for another's.
                untrack(|| forget(session, picture));
                return None;
            }
            untrack(|| relate(session, picture, now.clone()));
            now
        });
    }
    // Another layer has other neurons.
    let width = Memo::new(move |_| {
        let widths = neurons.pictures.map(|picture| width(session, picture));
        (neurons.layer.get(), widths[1].or(widths[0]).unwrap_or(0))
    });
    Effect::new(move |_| {
        let (_, width) = width.get();
        // What an address wants of them waits until they are there.
        let wished = session
            .wished_neurons
            .try_update_value(|wished| match width {
                0 => Vec::new(),
                _ => std::mem::take(wished),
            });
        let chosen = Selection::from_indices(width, &wished.unwrap_or_default());
        neurons
            .selected
            .set(History::new(chosen, SELECTION_HISTORY));
        neurons.hovered.set(None);
    });
    choosing::link_observations(session);
}

/// Neurons of a picture; `None` where there is none.
fn width(session: Session, picture: NeuronPicture) -> Option<usize> {
    subject(session, picture.representation.get()?).map(|subject| subject.neurons)
}

fn subject(session: Session, representation: Representation) -> Option<Subject> {
    session.analysis.with(|analysis| {
        let labels = analysis.subset(representation.part).labels.clone();
        let activations = analysis.activations(representation).cloned();
        let neurons = match &activations {
            Some(activations) => activations.len().checked_div(labels.len())?,
            None => analysis.neuron_maps.get(&representation)?.neurons(),
        };
        (neurons > 0).then(|| Subject {
            representation,
            activations,
            neurons,
            labels,
            forest: session.neurons.forest.get(),
        })
    })
}

fn relate(session: Session, picture: NeuronPicture, subject: Option<Subject>) {
    forget(session, picture);
    let Some(subject) = subject else {
        return;
    };
    let known = session.analysis.with_untracked(|analysis| {
        let known = analysis.neuron_maps.get(&subject.representation);
        known.cloned().unwrap_or_default()
    });
    match known.layout {
        Some(layout) => {
            picture.positions.set(layout.positions.clone());
            picture.layout.set(Layout::Finished);
        }
        None => lay_out(session, picture, &subject),
    }
    let discrimination = known
        .discrimination
        .filter(|found| found.config == subject.forest || subject.activations.is_none());
    match discrimination {
        Some(discrimination) => {
            picture.scores.set(Some(discrimination.scores.clone()));
            picture.scoring.set(Scoring::Finished);
        }
        None => discriminate(session, picture, &subject),
    }
}

/// Computes what was stopped or has failed.
pub fn restart(session: Session, picture: NeuronPicture) {
    let subject = untrack(|| subject(session, picture.representation.get()?));
    relate(session, picture, subject);
}

fn forget(session: Session, picture: NeuronPicture) {
    abandon(session, picture);
    picture.layout.set(Layout::Absent);
    picture.positions.set(Arc::default());
    picture.scoring.set(Scoring::Absent);
    picture.scores.set(None);
}
