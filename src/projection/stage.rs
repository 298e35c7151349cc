//! The names of what a long algorithm is busy with.

use serde::{Deserialize, Serialize};

/// What t-SNE, dynamic t-SNE or MDS is busy with, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Principal component analysis, for the initial layout and to reduce the dimensions.
    Reduction,
    /// Finding each observation's nearest neighbours.
    Neighbours,
    /// Turning distances into probabilities.
    Affinities,
    /// Gradient descent.
    Optimisation,
    /// Nothing left to do.
    Done,
}
