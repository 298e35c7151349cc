//! What can be chosen about t-SNE.

use serde::{Deserialize, Serialize};

use super::error::ProjectionError;

/// The automatic learning rate is at least this.
const LEAST_STEP: f32 = 50.0;

/// Parameters of one run of t-SNE. The defaults are those of scikit-learn, but for the automatic
/// learning rate and for the initial reduction to 50 dimensions, which is van der Maaten's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TsneConfig {
    /// Effective number of neighbours of an observation; 1 and up. Capped, with a note, at a third
    /// of the other observations.
    pub perplexity: f32,
    /// Factor on the attraction in the first iterations, so that clusters can pass each other.
    pub early_exaggeration: f32,
    /// How many iterations that factor lasts. Momentum is 0.5 meanwhile, 0.8 after.
    pub exaggeration_iterations: u32,
    /// Step length of the gradient descent.
    pub learning_rate: LearningRate,
    /// Iterations in all, those of early exaggeration included.
    pub iterations: u32,
    /// Where the points start.
    pub initialisation: Initialisation,
    /// Seed of everything random: the same seed and data give the same layout, bit for bit.
    pub seed: u64,
    /// Accuracy of the approximate repulsion, 0 (exact) to 1 (coarse).
    pub theta: f32,
    /// Reduce the data to this many dimensions by PCA first, where they have more; `None` never.
    pub reduce_to: Option<usize>,
    /// How the repulsion is computed.
    pub repulsion: Repulsion,
    /// How the neighbours are found.
    pub neighbours: NeighbourSearch,
    /// Whether the run may end before its last iteration.
    pub ending: Ending,
}

/// Step length of the gradient descent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum LearningRate {
    /// max(n / early exaggeration, 50), after Belkina et al. (2019). scikit-learn's is a quarter of
    /// that, which ends at greater divergences from about 2,000 observations on (measured:
    /// docs/PROJECTION.md).
    Auto,
    /// This length.
    Fixed(f32),
}

/// Where the points start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Initialisation {
    /// On the first two principal components, scaled to a standard deviation of 1e-4 along the
    /// first: keeps the global arrangement (Kobak & Berens 2019).
    Pca,
    /// Normally distributed around the origin with a standard deviation of 1e-4.
    Random,
}

/// How the repulsion between all points is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Repulsion {
    /// The fastest for this number of points, as measured (docs/PROJECTION.md).
    Auto,
    /// Every pair: n² work.
    Exact,
    /// Far cells of a quadtree as one point: n log n work (van der Maaten 2014).
    BarnesHut,
    /// Groups of points act on groups of points through Taylor expansions: work proportional to n
    /// (Greengard & Rokhlin 1987).
    Multipole,
}

/// How the nearest neighbours are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NeighbourSearch {
    /// Exact up to 20,000 observations, approximate, with a note, beyond.
    Auto,
    /// Every pair is compared: n² work.
    Exact,
    /// Only observations in clusters near each other are compared: about n^1.5 log n work.
    Approximate,
}

/// When a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// After the iterations asked for.
    AfterAllIterations,
    /// When 50 iterations have lowered the divergence by less than a thousandth of it (after early
    /// exaggeration), with a note; at the latest after the iterations asked for.
    WhenConverged,
}

/// The parameters that may change while t-SNE runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LiveParameters {
    /// As in [`TsneConfig`].
    pub learning_rate: LearningRate,
    /// As in [`TsneConfig`].
    pub theta: f32,
    /// As in [`TsneConfig`].
    pub early_exaggeration: f32,
    /// As in [`TsneConfig`].
    pub exaggeration_iterations: u32,
    /// As in [`TsneConfig`]; fewer than were already done ends the run.
    pub iterations: u32,
}

impl Default for TsneConfig {
    fn default() -> Self {
        Self {
            perplexity: 30.0,
            early_exaggeration: 12.0,
            exaggeration_iterations: 250,
            learning_rate: LearningRate::Auto,
            iterations: 1_000,
            initialisation: Initialisation::Pca,
            seed: 0,
            theta: 0.5,
            reduce_to: Some(50),
            repulsion: Repulsion::Auto,
            neighbours: NeighbourSearch::Auto,
            ending: Ending::AfterAllIterations,
        }
    }
}

impl TsneConfig {
    /// The parameters among these that may change later.
    #[must_use]
    pub fn live(&self) -> LiveParameters {
        LiveParameters {
            learning_rate: self.learning_rate,
            theta: self.theta,
            early_exaggeration: self.early_exaggeration,
            exaggeration_iterations: self.exaggeration_iterations,
            iterations: self.iterations,
        }
    }

    pub(crate) fn check(&self) -> Result<(), ProjectionError> {
        require(
            self.perplexity >= 1.0 && self.perplexity.is_finite(),
            "perplexity",
            self.perplexity,
            "it must be a number of at least 1",
        )?;
        require(
            self.reduce_to != Some(0),
            "reduce_to",
            0.0,
            "it must be at least 1; choose no reduction instead",
        )?;
        self.live().check()
    }
}

impl LiveParameters {
    pub(crate) fn check(&self) -> Result<(), ProjectionError> {
        require(
            self.early_exaggeration >= 1.0 && self.early_exaggeration.is_finite(),
            "early_exaggeration",
            self.early_exaggeration,
            "it must be a number of at least 1 (1 is none)",
        )?;
        require(
            (0.0..=1.0).contains(&self.theta),
            "theta",
            self.theta,
            "it must be from 0 (exact) to 1 (coarse)",
        )?;
        if let LearningRate::Fixed(rate) = self.learning_rate {
            require(
                rate > 0.0 && rate.is_finite(),
                "learning_rate",
                rate,
                "it must be a positive number",
            )?;
        }
        Ok(())
    }

    /// The length of the steps for `n` observations.
    #[must_use]
    pub fn step_length(&self, n: usize) -> f32 {
        match self.learning_rate {
            LearningRate::Auto => (n as f32 / self.early_exaggeration).max(LEAST_STEP),
            LearningRate::Fixed(rate) => rate,
        }
    }
}

fn require(
    holds: bool,
    name: &'static str,
    value: f32,
    rule: &'static str,
) -> Result<(), ProjectionError> {
    if holds {
        return Ok(());
    }
    let value = value.into();
    Err(ProjectionError::BadParameter { name, value, rule })
}
