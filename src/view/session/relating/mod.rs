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

/// The activations that a picture is of.
#[derive(Debug, Clone)]
struct Subject {
    representation: Representation,
    /// n × width, row-major.
    activations: Arc<Vec<f32>>,
    /// Class of each observation (n).
    labels: Vec<u8>,
    /// How its forests are to be grown.
    forest: ForestConfig,
}

/// The same activations, and not only equal ones: those of another network are another subject.
impl PartialEq for Subject {
    fn eq(&self, other: &Self) -> bool {
        self.representation == other.representation
            && self.forest == other.forest
            && Arc::ptr_eq(&self.activations, &other.activations)
    }
}

impl Subject {
    fn neurons(&self) -> usize {
        let observations = self.labels.len();
        self.activations
            .len()
            .checked_div(observations)
            .unwrap_or(0)
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
        let none = Selection::none(width);
        neurons.selected.set(History::new(none, SELECTION_HISTORY));
        neurons.hovered.set(None);
    });
    choosing::link_observations(session);
}

/// Neurons of a picture; `None` where there is none.
pub fn width(session: Session, picture: NeuronPicture) -> Option<usize> {
    subject(session, picture.representation.get()?).map(|subject| subject.neurons())
}

fn subject(session: Session, representation: Representation) -> Option<Subject> {
    session.analysis.with(|analysis| {
        Some(Subject {
            representation,
            activations: analysis.activations(representation)?.clone(),
            labels: analysis.subset(representation.part).labels.clone(),
            forest: session.neurons.forest.get(),
        })
    })
}

fn relate(session: Session, picture: NeuronPicture, subject: Option<Subject>) {
    abandon(session, picture);
    let Some(subject) = subject.filter(|subject| subject.neurons() > 0) else {
        forget(session, picture);
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
        .filter(|found| found.config == subject.forest);
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
