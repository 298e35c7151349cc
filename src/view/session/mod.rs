//! What the visitor can do: commands that start work in the workers and put its results into the
//! [`Session`](super::state::Session). Components call these; nothing here draws.

pub mod opening;
pub mod projecting;
pub mod scoring;
pub mod selecting;
pub mod training;

use crate::worker::client::Client;
use crate::worker::messages::{
    ProjectionPartial, ProjectorRequest, ProjectorResult, TrainPartial, TrainRequest, Trained,
};

/// A handle on a projection worker.
pub type Projector = Client<ProjectorRequest, ProjectionPartial, ProjectorResult>;
/// A handle on the training worker.
pub type Trainer = Client<TrainRequest, TrainPartial, Trained>;

/// The page's workers. Each projection has one of its own, so that both are computed at once.
pub struct Workers {
    /// For the left and the right projection.
    pub projectors: [Projector; 2],
    /// For the training.
    pub trainer: Trainer,
}

impl Default for Workers {
    fn default() -> Self {
        let projector = || Projector::new("projector", "projection worker");
        Self {
            projectors: [projector(), projector()],
            trainer: Trainer::new("trainer", "training worker"),
        }
    }
}
