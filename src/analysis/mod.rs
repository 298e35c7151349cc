//! The document that holds every result a view draws.
//!
//! Plain values that workers produce, the page draws and an analysis file stores: nothing here
//! computes for long, and nothing knows of a browser.
//!
//! - [`Representation`] names what is projected: pixels, or a layer at an epoch, of one part.
//! - [`Sequence`] names how it changes over layers or epochs, [`Evolution`] holds the layouts.
//! - [`NeuronMap`] says which neurons of a layer are alike, and which class each tells apart.
//! - [`Predictions`] are what the network says of each observation.
//! - [`Confusion`] and [`mistakes`] say which of them are wrong, [`compare_hits`] which of two layouts
//!   separates a class better.
//! - [`standing_out`] finds what moved most in an evolution, and whose prediction changed.
//! - [`Curves`] are the history of the training.
//! - [`computing`] computes it in one go, for native programs.
//! - [`file`] keeps all of it in one file.
//! - [`import`] reads activations that another program computed.
//! - [`plan_kept_epochs`] and [`plan_activations`] decide how much of it fits into memory.

mod budget;
pub mod computing;
mod confusion;
mod curves;
mod document;
mod evolution;
pub mod file;
mod hit_comparison;
pub mod import;
mod neuron_map;
mod predictions;
mod representation;
pub mod shortening;
pub mod standing_out;

pub use budget::{
    ActivationSize, KeptEpochs, KeptLayers, MOST_KEPT_EPOCHS, bytes_per_epoch, forgotten,
    format_bytes, plan_activations, plan_kept_epochs, within_memory,
};
pub use confusion::{Confusion, Mistake, mistakes, observations_of};
pub use curves::{Curves, Evaluation};
pub use document::{Analysis, Projection, Snapshot, Subset};
pub use evolution::{Along, EVOLUTION_LAMBDA, Evolution, Sequence};
pub use hit_comparison::{HitPair, axis_start, compare_hits};
pub use neuron_map::{Aligned, Discrimination, NeuronLayout, NeuronMap, aligned};
pub use predictions::{Predictions, PredictionsError};
pub use representation::{AS_GIVEN, Representation, Source};
