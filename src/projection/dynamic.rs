//! Dynamic t-SNE: one layout per matrix of a sequence, each observation kept near its own place.

use serde::{Deserialize, Serialize};

use super::affinities::Affinities;
use super::attraction::attract;
use super::config::{Initialisation, LearningRate, Repulsion, TsneConfig};
use super::descent::{Descent, Phase, centre};
use super::dynamic_exact::squared_movement;
use super::error::ProjectionError;
use super::exact::divergence;
use super::layout::random_layout;
use super::magnitude::is_settled;
use super::note::Note;
use super::repulsor::Repulsor;
use super::stage::Stage;
use super::tsne::Tsne;

/// Step length at most, as a multiple of n / λ: descent with a momentum of m is stable for steps up
/// to 2 (1 + m) / curvature, which is 0.75 for the early momentum of 0.5; t-SNE's own forces need
/// the rest.
const STABLE_STEP: f32 = 0.35;

/// Parameters of dynamic t-SNE. The defaults end at lower costs than those of the authors' code,
/// which [`DynamicTsneConfig::published`] has (measured: docs/PROJECTION.md).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DynamicTsneConfig {
    /// λ: how much an observation's movement between successive layouts costs. 0 gives independent
    /// layouts from one start; from about 0.1 on, coherence is bought with fidelity.
    pub lambda: f32,
    /// As in [`TsneConfig`].
    pub perplexity: f32,
    /// Iterations in all.
    pub iterations: u32,
    /// Iterations of early exaggeration and low momentum.
    pub early_iterations: u32,
    /// Factor on the attraction in these; 1 for none.
    pub early_exaggeration: f32,
    /// Step length in these; `Auto` is n / early exaggeration, or less where λ is large.
    pub early_learning_rate: LearningRate,
    /// Step length after them; `Auto` is n, or less where λ is large.
    pub learning_rate: LearningRate,
    /// Seed of everything random.
    pub seed: u64,
    /// As in [`TsneConfig`].
    pub theta: f32,
    /// As in [`TsneConfig`], for each matrix by itself.
    pub reduce_to: Option<usize>,
}

impl Default for DynamicTsneConfig {
    fn default() -> Self {
        Self {
            lambda: 0.1,
            perplexity: 30.0,
            iterations: 1_000,
            early_iterations: 250,
            early_exaggeration: 4.0,
            early_learning_rate: LearningRate::Auto,
            learning_rate: LearningRate::Auto,
            seed: 0,
            theta: 0.5,
            reduce_to: Some(50),
        }
    }
}

impl DynamicTsneConfig {
    /// The parameters of the authors' code, made for about 2,000 observations: no exaggeration, but
    /// a learning rate of 2,400 for the first 250 iterations, then 200.
    #[must_use]
    pub fn published() -> Self {
        Self {
            early_exaggeration: 1.0,
            early_learning_rate: LearningRate::Fixed(2_400.0),
            learning_rate: LearningRate::Fixed(200.0),
            ..Self::default()
        }
    }

    fn check(&self) -> Result<(), ProjectionError> {
        let refuse = |name, value: f32, rule| {
            let value = value.into();
            Err(ProjectionError::BadParameter { name, value, rule })
        };
        if !(self.lambda >= 0.0 && self.lambda.is_finite()) {
            let rule = "it must be 0 (independent layouts) or a positive number";
            return refuse("lambda", self.lambda, rule);
        }
        if !(self.early_exaggeration >= 1.0 && self.early_exaggeration.is_finite()) {
            let rule = "it must be a number of at least 1 (1 is none)";
            return refuse("early_exaggeration", self.early_exaggeration, rule);
        }
        for rate in [self.early_learning_rate, self.learning_rate] {
            if let LearningRate::Fixed(rate) = rate
                && !(rate > 0.0 && rate.is_finite())
            {
                return refuse("learning_rate", rate, "it must be a positive number");
            }
        }
        Ok(())
    }
}

/// A run of dynamic t-SNE (Rauber, Falcão & Telea 2016): minimises
/// Σ_t KL(P\[t\] ‖ Q\[t\]) + λ / 2n Σ_t Σ_i ‖y_i\[t\] − y_i\[t + 1\]‖² over all layouts together, which
/// start from the same random one.
///
/// Advances in slices, as [`Tsne`] does.
pub struct DynamicTsne {
    n: usize,
    config: DynamicTsneConfig,
    /// The matrices whose affinities are yet to be found, last first.
    waiting: Vec<Tsne>,
    sequence_length: usize,
    notes: Vec<Note>,
    steps: Vec<Step>,
    repulsor: Repulsor,
    repulsion: Vec<f32>,
    iteration: u32,
    /// The layout whose gradient comes next.
    next: usize,
}

/// One matrix of the sequence.
struct Step {
    affinities: Affinities,
    positions: Vec<f32>,
    /// Where the points were before the last iteration.
    before: Vec<f32>,
    gradient: Vec<f32>,
    descent: Descent,
}

impl DynamicTsne {
    /// Prepares a run on a sequence of matrices with the same `n` rows: each n × d, row-major, with
    /// a d of its own.
    pub fn new(
        sequence: Vec<(Vec<f32>, usize)>,
        n: usize,
        config: &DynamicTsneConfig,
    ) -> Result<Self, ProjectionError> {
        if sequence.is_empty() {
            return Err(ProjectionError::NoObservations);
        }
        config.check()?;
        let preparation = TsneConfig {
            perplexity: config.perplexity,
            iterations: 0,
            initialisation: Initialisation::Random,
            seed: config.seed,
            theta: config.theta,
            reduce_to: config.reduce_to,
            ..TsneConfig::default()
        };
        let sequence_length = sequence.len();
        let mut waiting = Vec::with_capacity(sequence_length);
        for (step, (data, d)) in sequence.into_iter().enumerate() {
            if d > 0 && data.len() != n * d && data.len().is_multiple_of(d) {
                return Err(ProjectionError::RowsDiffer {
                    step,
                    expected: n,
                    found: data.len() / d,
                });
            }
            waiting.push(Tsne::new(data, n, d, &preparation)?);
        }
        let mut notes: Vec<Note> = Vec::new();
        for note in waiting.iter().flat_map(Tsne::notes) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        waiting.reverse();
        Ok(Self {
            n,
            config: config.clone(),
            waiting,
            sequence_length,
            notes,
            steps: Vec::with_capacity(sequence_length),
            repulsor: Repulsor::new(Repulsion::Auto, n),
            repulsion: vec![0.0; 2 * n],
            iteration: 0,
            next: 0,
        }
        .with_layout(random_layout(n, config.seed)))
    }

    fn with_layout(mut self, layout: Vec<f32>) -> Self {
        for _ in 0..self.sequence_length {
            self.steps.push(Step {
                affinities: Affinities::none(),
                positions: layout.clone(),
                before: Vec::new(),
                gradient: vec![0.0; 2 * self.n],
                descent: Descent::without_gains(2 * self.n),
            });
        }
        self
    }

    /// Does one small slice of work and says what comes next.
    pub fn advance(&mut self) -> Stage {
        if let Some(mut tsne) = self.waiting.pop() {
            if tsne.advance() == Stage::Done {
                let step = self.sequence_length - self.waiting.len() - 1;
                self.steps[step].affinities =
                    tsne.take_affinities().unwrap_or_else(Affinities::none);
            } else {
                self.waiting.push(tsne);
            }
        } else if self.iteration < self.config.iterations && self.n > 1 {
            self.find_gradient(self.next);
            self.next += 1;
            if self.next == self.sequence_length {
                self.next = 0;
                self.take_step();
            }
        }
        self.stage()
    }

    /// What the next [`Self::advance`] works on.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.waiting.last() {
            Some(tsne) if tsne.stage() == Stage::Done => Stage::Affinities,
            Some(tsne) => tsne.stage(),
            None if self.iteration < self.config.iterations && self.n > 1 => Stage::Optimisation,
            None => Stage::Done,
        }
    }

    /// How much of the expected time has passed, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        const PREPARATION: f32 = 0.15;
        let count = self.sequence_length as f32;
        match self.waiting.last() {
            Some(tsne) => {
                let done = self.sequence_length - self.waiting.len();
                PREPARATION * (done as f32 + tsne.progress()) / count
            }
            None if self.stage() == Stage::Done => 1.0,
            None => {
                let iteration = self.iteration as f32 + self.next as f32 / count;
                PREPARATION + (1.0 - PREPARATION) * iteration / self.config.iterations as f32
            }
        }
    }

    /// Iterations that have been done.
    #[must_use]
    pub fn iteration(&self) -> u32 {
        self.iteration
    }

    /// Number of matrices, and of layouts.
    #[must_use]
    pub fn sequence_length(&self) -> usize {
        self.sequence_length
    }

    /// The layout of one matrix: n × 2, row-major; `None` beyond the sequence.
    #[must_use]
    pub fn positions(&self, step: usize) -> Option<&[f32]> {
        self.steps.get(step).map(|step| step.positions.as_slice())
    }

    /// KL(P\[t\] ‖ Q\[t\]) of each layout, in nats; zeros until all affinities are known.
    #[must_use]
    pub fn kl_divergences(&mut self) -> Vec<f64> {
        if !self.waiting.is_empty() || self.n < 2 {
            return vec![0.0; self.sequence_length];
        }
        let mut all = Vec::with_capacity(self.sequence_length);
        for step in &self.steps {
            let z = self
                .repulsor
                .compute(&step.positions, 0.0, &mut self.repulsion);
            all.push(divergence(&step.affinities, &step.positions, z));
        }
        all
    }

    /// Mean over observations and successive layouts of ‖y_i\[t\] − y_i\[t + 1\]‖².
    #[must_use]
    pub fn movement(&self) -> f64 {
        let layouts: Vec<&[f32]> = self.steps.iter().map(|s| s.positions.as_slice()).collect();
        let pairs = (self.n * (layouts.len() - 1).max(1)) as f64;
        squared_movement(&layouts) / pairs
    }

    /// λ as it is now.
    #[must_use]
    pub fn lambda(&self) -> f32 {
        self.config.lambda
    }

    /// Changes λ from the next iteration on.
    pub fn set_lambda(&mut self, lambda: f32) -> Result<(), ProjectionError> {
        DynamicTsneConfig {
            lambda,
            ..self.config.clone()
        }
        .check()?;
        self.config.lambda = lambda;
        Ok(())
    }

    /// What was done differently from what was asked.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    fn find_gradient(&mut self, at: usize) {
        let exaggeration = if self.is_early() {
            self.config.early_exaggeration
        } else {
            1.0
        };
        let pull = 4.0 * exaggeration;
        let step = &mut self.steps[at];
        attract(&step.affinities, &step.positions, &mut step.gradient);
        let z = self
            .repulsor
            .compute(&step.positions, self.config.theta, &mut self.repulsion);
        let push = (4.0 / z.max(f64::MIN_POSITIVE)) as f32;
        for (slope, &force) in step.gradient.iter_mut().zip(&self.repulsion) {
            *slope = pull * *slope - push * force;
        }
        let weight = self.config.lambda / self.n as f32;
        for other in [at.wrapping_sub(1), at + 1] {
            if weight > 0.0 && other < self.sequence_length {
                let mut gradient = core::mem::take(&mut self.steps[at].gradient);
                let (own, other) = (&self.steps[at].positions, &self.steps[other].positions);
                for ((slope, &y), &z) in gradient.iter_mut().zip(own).zip(other) {
                    *slope += weight * (y - z);
                }
                self.steps[at].gradient = gradient;
            }
        }
    }

    fn is_early(&self) -> bool {
        self.iteration < self.config.early_iterations
    }

    /// Moves all layouts, once all gradients are known.
    fn take_step(&mut self) {
        let n = self.n as f32;
        let (phase, rate, automatic) = if self.is_early() {
            let automatic = n / self.config.early_exaggeration;
            (Phase::Early, self.config.early_learning_rate, automatic)
        } else {
            (Phase::Late, self.config.learning_rate, n)
        };
        let length = match rate {
            // The movement's curvature is at most 4λ / n; longer steps would swing ever wider.
            LearningRate::Auto if self.config.lambda > 0.0 => {
                automatic.min(STABLE_STEP * n / self.config.lambda)
            }
            LearningRate::Auto => automatic,
            LearningRate::Fixed(rate) => rate,
        };
        for step in &mut self.steps {
            step.descent.enter(phase);
            step.before.clone_from(&step.positions);
            step.descent
                .step(&step.gradient, length, &mut step.positions);
        }
        if self.config.lambda == 0.0 {
            for step in &mut self.steps {
                centre(&mut step.positions);
            }
        }
        self.iteration += 1;
        if !self.steps.iter().all(|step| is_settled(&step.positions)) {
            for step in &mut self.steps {
                core::mem::swap(&mut step.positions, &mut step.before);
            }
            let iteration = self.iteration;
            self.notes.push(Note::FlewApart { iteration });
            self.config.iterations = iteration;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DynamicTsne, DynamicTsneConfig};
    use crate::projection::random::{generator, normal};
    use crate::projection::{Stage, dynamic_gradient};

    #[test]
    fn the_gradient_descended_is_the_gradient_defined() {
        let mut random = generator(1, 9);
        let mut numbers =
            |count: usize| -> Vec<f32> { (0..count).map(|_| normal(&mut random)).collect() };
        let n = 60;
        let sequence = vec![
            (numbers(4 * n), 4),
            (numbers(3 * n), 3),
            (numbers(5 * n), 5),
        ];
        let config = DynamicTsneConfig {
            early_exaggeration: 1.0,
            lambda: 0.7,
            perplexity: 8.0,
            ..Default::default()
        };
        let mut run = DynamicTsne::new(sequence, n, &config).unwrap();
        while run.stage() < Stage::Optimisation {
            run.advance();
        }
        for step in &mut run.steps {
            step.positions = numbers(2 * n);
        }
        (0..3).for_each(|t| run.find_gradient(t));
        let affinities: Vec<_> = run.steps.iter().map(|s| s.affinities.clone()).collect();
        let layouts: Vec<&[f32]> = run.steps.iter().map(|s| s.positions.as_slice()).collect();
        let expected = dynamic_gradient(&affinities, &layouts, 0.7);
        for (step, expected) in run.steps.iter().zip(&expected) {
            for (found, expected) in step.gradient.iter().zip(expected) {
                assert!(
                    (f64::from(*found) - expected).abs() < 1e-5,
                    "{found} {expected}"
                );
            }
        }
    }
}
