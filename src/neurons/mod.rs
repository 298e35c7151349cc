//! What single neurons of a layer do: which class each tells apart, and what each responds to.
//!
//! A layer's activations are everywhere `n × d`, row-major: one row per observation, one column per
//! neuron. [`DiscriminativeForest`] finds the score S_{c,j} of neuron j for telling class c from
//! the rest, [`DiscriminativeMap`] the class that each neuron tells apart best;
//! [`ActivationHistogram`], [`strongest_observations`], [`mean_by_class`],
//! [`mean_over_observations`] and [`mean_over_neurons`] answer what is asked when a visitor points at neurons or observations.
//! The layout of neurons in the plane is [`crate::projection::Mds`] on
//! [`crate::projection::Dissimilarities::between_columns`]. How it works and what was measured:
//! docs/NEURONS.md.

mod columns;
mod error;
mod forest;
mod map;
mod response;
mod scores;
mod tree;

pub use error::NeuronError;
pub use forest::{DiscriminativeForest, ForestConfig, Growth};
pub use map::DiscriminativeMap;
pub use response::{
    ActivationHistogram, mean_by_class, mean_over_neurons, mean_over_observations,
    strongest_observations,
};
pub use scores::DiscriminativeScores;
