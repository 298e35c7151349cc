//! How observations are laid out, and how well that went by the method's own measure.

use serde::{Deserialize, Serialize};

use super::config::TsneConfig;
use super::dissimilarity::Metric;
use super::mds::{MdsConfig, Stress};

/// A method with its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Method {
    /// Neighbours stay neighbours.
    Tsne(TsneConfig),
    /// Distances stay distances, as far as the plane has room for them.
    Mds {
        /// Parameters of the optimisation.
        config: MdsConfig,
        /// Between what distances.
        metric: Metric,
    },
}

impl Method {
    /// Iterations at most.
    #[must_use]
    pub fn iterations(&self) -> u32 {
        match self {
            Self::Tsne(config) => config.iterations,
            Self::Mds { config, .. } => config.iterations,
        }
    }
}

/// What a method minimised.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Fit {
    /// Kullback–Leibler divergence of the layout by t-SNE, in nats.
    Divergence(f64),
    /// Stress of the layout by MDS.
    Stress(Stress),
}
