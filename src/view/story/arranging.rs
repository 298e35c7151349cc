//! Setting the views up for a step.

use leptos::prelude::*;

use crate::story::{Scene, Step};
use crate::view::neurons::state::Colouring;
use crate::view::reading::state::Insets;
use crate::view::session::relating;
use crate::view::state::{Session, View};

/// The class of figure 12, and that of figure 14: of the paper.
const TOLD_CLASS: u8 = 8;
const RESPONSE_CLASS: u8 = 3;

/// The class whose neurons a step is about: the paper's, or the last that there is. Where the visitor can
/// choose it, the chosen one; tracked.
pub fn class(session: Session, step: &Step) -> u8 {
    if step.scene == Scene::OneClass {
        return session.neurons.class.get();
    }
    possible(session, RESPONSE_CLASS)
}

fn possible(session: Session, class: u8) -> u8 {
    let classes = session.dataset.with(|open| {
        open.as_ref()
            .map_or(0, |open| open.dataset.class_names.len())
    });
    class.min(classes.saturating_sub(1) as u8)
}

/// Shows what the step is about, as far as the network has it.
pub fn arrange(session: Session, step: &Step) {
    untrack(|| {
        session.reading.insets.set(if step.insets {
            Insets::Automatic
        } else {
            Insets::None
        });
        match step.scene {
            Scene::Pair(pair) => {
                for (panel, shown) in session.panels.into_iter().zip(pair) {
                    let representation = session.analysis.with(|analysis| shown.of(analysis));
                    if let Some(representation) = representation {
                        panel.chosen.set(true);
                        panel.representation.set(representation);
                    }
                }
                session.view.set(View::Projections);
            }
            Scene::OverLayers | Scene::OverEpochs => {
                let sequence = session
                    .analysis
                    .with(|analysis| step.scene.sequence(analysis));
                if let Some(sequence) = sequence {
                    session.evolution.sequence.set(sequence);
                }
                session.view.set(View::Evolution);
                let last = session
                    .evolution
                    .steps
                    .with(|steps| steps.len().saturating_sub(1));
                session.evolution.at.set(last as f32);
            }
            Scene::OneClass => neurons(session, Colouring::OneClass),
            Scene::Map | Scene::Response => neurons(session, Colouring::Map),
        }
    });
}

fn neurons(session: Session, colouring: Colouring) {
    let neurons = session.neurons;
    neurons.part.set(crate::dataset::Part::Test);
    neurons.chosen_layer.set(None);
    for picture in neurons.pictures {
        picture.chosen_epoch.set(None);
    }
    neurons.colouring.set(colouring);
    neurons.shows_mean.set(false);
    if colouring == Colouring::OneClass {
        neurons.class.set(possible(session, TOLD_CLASS));
    }
    relating::clear(session);
    session.view.set(View::Neurons);
}
