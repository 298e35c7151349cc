//! What can be wrong with a question about neurons.

use thiserror::Error;

use crate::projection::ProjectionError;

/// Why a question about neurons was refused, and what to do about it.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NeuronError {
    /// The activations are no matrix of finite numbers, or the labels do not fit them.
    #[error(transparent)]
    Activations(#[from] ProjectionError),
    /// All observations are of one class.
    #[error(
        "all {n} observations are of class {class}, and one class alone cannot be told from the \
         rest: choose observations of at least two classes"
    )]
    OneClass {
        /// Observations.
        n: usize,
        /// Their class.
        class: u8,
    },
    /// A forest needs trees.
    #[error("a forest of no trees has no scores: ask for at least one tree per class")]
    NoTrees,
    /// More observations than an index holds.
    #[error("{n} observations are more than can be counted here: choose a subset of them")]
    TooManyObservations {
        /// Observations.
        n: usize,
    },
    /// There is no such neuron.
    #[error("there is no neuron {neuron}: the layer has {d}, counted from 0")]
    NoSuchNeuron {
        /// The neuron that was asked for.
        neuron: usize,
        /// Neurons of the layer.
        d: usize,
    },
    /// There is no such observation.
    #[error("there is no observation {observation}: there are {n}, counted from 0")]
    NoSuchObservation {
        /// The observation that was asked for.
        observation: usize,
        /// Observations.
        n: usize,
    },
    /// A mean of nothing.
    #[error("nothing is selected to take the mean of: select at least one")]
    NothingSelected,
    /// A histogram needs bins.
    #[error("a histogram of no bins shows nothing: ask for at least one")]
    NoBins,
}
