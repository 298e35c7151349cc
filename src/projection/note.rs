//! What a projection did differently from what was asked.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Something the visitor should know about a projection, though it is no error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Note {
    /// The perplexity was too great for so few observations.
    PerplexityCapped {
        /// The perplexity asked for.
        asked: f32,
        /// The perplexity used.
        used: f32,
    },
    /// PCA came first.
    Reduced {
        /// Dimensions of the data.
        from: usize,
        /// Dimensions kept.
        to: usize,
    },
    /// Neighbours were looked for among observations in nearby clusters only.
    ApproximateNeighbours,
    /// The run ended early, because it was asked to and nothing changed any more.
    Converged {
        /// The last iteration.
        iteration: u32,
    },
    /// All observations are the same: there is nothing to lay out.
    AllIdentical,
    /// The steps were so long that the points flew apart; the layout is the last one before.
    FlewApart {
        /// The iteration at which they did.
        iteration: u32,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerplexityCapped { asked, used } => write!(
                f,
                "Perplexity {asked} is too great for so few observations; {used:.1} was used."
            ),
            Self::Reduced { from, to } => {
                write!(f, "Reduced from {from} to {to} dimensions by PCA first.")
            }
            Self::ApproximateNeighbours => write!(
                f,
                "With so many observations, neighbours were searched among nearby clusters only."
            ),
            Self::Converged { iteration } => {
                write!(
                    f,
                    "Converged: nothing changed any more after iteration {iteration}."
                )
            }
            Self::FlewApart { iteration } => write!(
                f,
                "Stopped: the points flew apart at iteration {iteration}. Choose a smaller learning \
                 rate or exaggeration, or leave the learning rate to be automatic."
            ),
            Self::AllIdentical => write!(
                f,
                "All observations are identical; their arrangement means nothing."
            ),
        }
    }
}
