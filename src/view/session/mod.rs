//! What the visitor can do: commands that start work in the workers and put its results into the
//! [`Session`](super::state::Session). Components call these; nothing here draws.

pub mod addressing;
pub mod asking;
pub mod bundling;
pub mod clustering;
pub mod evolving;
mod fetching;
pub mod keeping;
pub mod loading;
pub mod making;
pub mod opening;
pub mod own_files;
pub mod projecting;
pub mod relating;
pub mod saving;
pub mod scoring;
pub mod selecting;
pub mod surviving;
pub mod training;
pub mod undoing;

use leptos::prelude::*;
use ndarray::Array2;

use super::state::{Panel, Session};
use crate::analysis::Representation;
use crate::worker::client::Client;
use crate::worker::messages::{
    ProjectorPartial, ProjectorRequest, ProjectorResult, TrainPartial, TrainRequest, Trained,
};

/// A handle on a projection worker.
pub type Projector = Client<ProjectorRequest, ProjectorPartial, ProjectorResult>;
/// A handle on the training worker.
pub type Trainer = Client<TrainRequest, TrainPartial, Trained>;

/// The page's workers. Each projection has one of its own, so that both are computed at once.
pub struct Workers {
    /// For the left and the right projection, and for that beside the neurons.
    pub projectors: [Projector; 3],
    /// For what reads or draws whole data sets.
    pub opener: Projector,
    /// For evolutions over layers and epochs.
    pub evolver: Projector,
    /// For the neurons before and after training.
    pub relaters: [Projector; 2],
    /// For the training.
    pub trainer: Trainer,
}

impl Default for Workers {
    fn default() -> Self {
        let projector = || Projector::new("projector", "projection worker");
        Self {
            projectors: [projector(), projector(), projector()],
            relaters: [projector(), projector()],
            opener: Projector::short_lived("projector", "worker that opens files"),
            evolver: projector(),
            trainer: Trainer::new("trainer", "training worker"),
        }
    }
}

/// The projection worker of a panel.
fn projector_of(session: Session, panel: Panel) -> Projector {
    session
        .workers
        .with_value(|workers| workers.projectors[panel.place].clone())
}

/// Class of each projected observation.
fn labels_of(session: Session, representation: Representation) -> Vec<u8> {
    session
        .analysis
        .with_untracked(|analysis| analysis.subset(representation.part).labels.clone())
}

/// The features to project, one row for each observation, where they are known.
fn features_of(session: Session, representation: Representation) -> Option<Array2<f32>> {
    let open = session.dataset.get_untracked()?;
    session
        .analysis
        .with_untracked(|analysis| analysis.features(&open.dataset, representation))
}
