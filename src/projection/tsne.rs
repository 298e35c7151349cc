//! t-SNE as an object that advances in small slices of work.

use super::affinities::Affinities;
use super::attraction::attract;
use super::config::{Ending, LiveParameters, TsneConfig};
use super::descent::{Descent, Phase, centre};
use super::error::{ProjectionError, check_matrix};
use super::exact::divergence;
use super::magnitude::is_settled;
use super::neighbour_share::{FoundNeighbours, NeighbourTask};
use super::note::Note;
use super::preparation::Preparation;
use super::repulsor::Repulsor;
use super::stage::Stage;

/// Up to this many points the divergence is reported with the exact normaliser of q.
const EXACT_DIVERGENCE_LIMIT: usize = 20_000;
/// Iterations between two checks for convergence.
const CONVERGENCE_INTERVAL: u32 = 50;
/// Part of the divergence that so many iterations must gain.
const CONVERGENCE: f64 = 1e-3;
/// Nanoseconds of an iteration for each observation, on an ordinary machine.
const ITERATION_TIME: f32 = 250.0;
/// θ of the normaliser for more points.
const DIVERGENCE_THETA: f32 = 0.2;

/// A run of t-SNE (van der Maaten & Hinton 2008; van der Maaten 2014).
///
/// Call [`Tsne::advance`] until it returns [`Stage::Done`]. Between calls everything can be looked
/// at, the parameters of the descent can be changed, and to pause is not to call.
///
/// ```
/// use hidden_activity::projection::{Stage, Tsne, TsneConfig};
///
/// let data = vec![0.0, 0.1, 0.2, 5.0, 5.1, 5.2, 9.0, 9.1];
/// let mut tsne = Tsne::new(data, 8, 1, &TsneConfig { iterations: 300, ..TsneConfig::default() })?;
/// while tsne.advance() != Stage::Done {}
/// assert_eq!(tsne.positions().len(), 16);
/// # Ok::<(), hidden_activity::projection::ProjectionError>(())
/// ```
pub struct Tsne {
    n: usize,
    ending: Ending,
    live: LiveParameters,
    perplexity: f32,
    notes: Vec<Note>,
    /// What comes before the descent, until it is done.
    preparation: Option<Preparation>,
    affinities: Option<Affinities>,
    positions: Vec<f32>,
    /// Where the points were before the last iteration.
    before: Vec<f32>,
    attraction: Vec<f32>,
    repulsion: Vec<f32>,
    repulsor: Repulsor,
    descent: Descent,
    iteration: u32,
    /// Divergence at the last check for convergence.
    last_divergence: f64,
    /// Expected time of the preparation, in nanoseconds.
    preparation_time: f32,
}

impl Tsne {
    /// Prepares a run on `data`: n × d, row-major. Cheap: the work is done by [`Self::advance`].
    pub fn new(
        data: Vec<f32>,
        n: usize,
        d: usize,
        config: &TsneConfig,
    ) -> Result<Self, ProjectionError> {
        check_matrix(&data, n, d)?;
        config.check()?;
        let mut notes = Vec::new();
        let ceiling = ((n as f32 - 1.0) / 3.0).max(1.0);
        let perplexity = config.perplexity.min(ceiling);
        if perplexity < config.perplexity {
            notes.push(Note::PerplexityCapped {
                asked: config.perplexity,
                used: perplexity,
            });
        }
        if n > 1 && data.chunks_exact(d).all(|row| row == &data[..d]) {
            notes.push(Note::AllIdentical);
        }
        let mut preparation = (n > 1).then(|| Preparation::new(data, n, d, perplexity, config));
        notes.extend(preparation.iter_mut().flat_map(Preparation::take_notes));
        let mut tsne = Self {
            n,
            ending: config.ending,
            live: config.live(),
            perplexity,
            notes,
            preparation_time: preparation.as_ref().map_or(0.0, Preparation::expected_time),
            preparation,
            affinities: None,
            positions: vec![0.0; 2 * n],
            before: Vec::new(),
            attraction: vec![0.0; 2 * n],
            repulsion: vec![0.0; 2 * n],
            repulsor: Repulsor::new(config.repulsion, n),
            descent: Descent::new(2 * n),
            iteration: 0,
            last_divergence: f64::INFINITY,
        };
        tsne.take_layout();
        Ok(tsne)
    }

    /// Does one small slice of work (some milliseconds) and says what comes next.
    pub fn advance(&mut self) -> Stage {
        match &mut self.preparation {
            Some(preparation) => {
                let is_done = preparation.advance();
                self.notes.extend(preparation.take_notes());
                if is_done {
                    self.affinities = preparation.take_affinities();
                }
                self.take_layout();
                if is_done {
                    self.preparation = None;
                }
            }
            None => self.iterate(),
        }
        self.stage()
    }

    /// What the next [`Self::advance`] works on.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.preparation {
            Some(preparation) => preparation.stage(),
            None if self.affinities.is_some() && self.iteration < self.live.iterations => {
                Stage::Optimisation
            }
            None => Stage::Done,
        }
    }

    /// How much of the expected time of all stages has passed, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        let iteration = ITERATION_TIME * self.n as f32;
        let total = self.preparation_time + iteration * self.live.iterations as f32;
        let done = match &self.preparation {
            Some(preparation) => preparation.time_passed(),
            None if self.stage() == Stage::Done => return 1.0,
            None => self.preparation_time + iteration * self.iteration as f32,
        };
        (done / total).clamp(0.0, 1.0)
    }

    /// Iterations of the descent that have been done.
    #[must_use]
    pub fn iteration(&self) -> u32 {
        self.iteration
    }

    /// Number of observations.
    #[must_use]
    pub fn observations(&self) -> usize {
        self.n
    }

    /// The layout: n × 2, row-major, in the order of the data; zeros until there is one.
    #[must_use]
    pub fn positions(&self) -> Vec<f32> {
        self.positions.clone()
    }

    /// Writes the layout into `to`, which must hold n × 2 values; more or fewer are left alone.
    pub fn write_positions(&self, to: &mut [f32]) {
        for (to, &from) in to.iter_mut().zip(&self.positions) {
            *to = from;
        }
    }

    /// KL(P ‖ Q) of the layout as it is, in nats, without exaggeration; zero before there is a P.
    ///
    /// Takes the time of some iterations. Up to 20,000 observations it is exact; for more, the
    /// normaliser of Q is approximated with θ = 0.2.
    pub fn kl_divergence(&mut self) -> f64 {
        let Some(affinities) = &self.affinities else {
            return 0.0;
        };
        let theta = if self.n <= EXACT_DIVERGENCE_LIMIT {
            0.0
        } else {
            DIVERGENCE_THETA
        };
        let normaliser = self
            .repulsor
            .compute(&self.positions, theta, &mut self.repulsion);
        divergence(affinities, &self.positions, normaliser)
    }

    /// The perplexity in use: the one asked for, or the greatest possible.
    #[must_use]
    pub fn effective_perplexity(&self) -> f32 {
        self.perplexity
    }

    /// What was done differently from what was asked.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// P, once it is known.
    #[must_use]
    pub fn affinities(&self) -> Option<&Affinities> {
        self.affinities.as_ref()
    }

    /// The parameters of the descent, as they are now.
    #[must_use]
    pub fn parameters(&self) -> LiveParameters {
        self.live
    }

    /// Changes the parameters of the descent from the next iteration on. More iterations than were
    /// done make a run that was done go on.
    pub fn set_parameters(&mut self, parameters: LiveParameters) -> Result<(), ProjectionError> {
        parameters.check()?;
        self.live = parameters;
        Ok(())
    }

    /// Begins the descent anew from the layout as it is, early exaggeration included.
    pub fn restart(&mut self) {
        let ended = |note: &Note| matches!(note, Note::FlewApart { .. } | Note::Converged { .. });
        self.notes.retain(|note| !ended(note));
        self.iteration = 0;
        self.last_divergence = f64::INFINITY;
        self.descent.reset();
    }

    /// Leaves all but one of `shares` shares of the neighbour search to others. Only while
    /// [`Self::stage`] is [`Stage::Neighbours`] and before its first slice; `None` otherwise.
    ///
    /// The others make a [`NeighbourShare`](super::NeighbourShare) of the task each, of the shares
    /// 1 to `shares` − 1, and what they find is given to [`Self::accept_neighbours`]. Until it has
    /// all of them, [`Self::advance`] does its own share and then nothing. The layout comes out
    /// the same, bit for bit, however many shares there are.
    pub fn divide_neighbour_search(&mut self, shares: usize) -> Option<NeighbourTask> {
        self.preparation.as_mut()?.divide_neighbour_search(shares)
    }

    /// Whether its own share of the neighbour search is done, but others' are not.
    #[must_use]
    pub fn awaits_neighbours(&self) -> bool {
        self.preparation
            .as_ref()
            .is_some_and(Preparation::awaits_neighbours)
    }

    /// Takes in what one of the other shares has found; `false` if that cannot be of this search.
    pub fn accept_neighbours(&mut self, found: &FoundNeighbours) -> bool {
        self.preparation
            .as_mut()
            .is_some_and(|preparation| preparation.accept_neighbours(found))
    }

    /// P, given away.
    pub(crate) fn take_affinities(&mut self) -> Option<Affinities> {
        self.affinities.take()
    }

    fn take_layout(&mut self) {
        let layout = self.preparation.as_mut().and_then(Preparation::take_layout);
        self.positions = layout.unwrap_or_else(|| core::mem::take(&mut self.positions));
    }

    /// One step of the gradient descent.
    fn iterate(&mut self) {
        let Some(affinities) = &self.affinities else {
            return;
        };
        if self.iteration >= self.live.iterations {
            return;
        }
        let is_early = self.iteration < self.live.exaggeration_iterations;
        self.descent
            .enter(if is_early { Phase::Early } else { Phase::Late });
        let exaggeration = if is_early {
            self.live.early_exaggeration
        } else {
            1.0
        };
        attract(affinities, &self.positions, &mut self.attraction);
        let theta = self.live.theta;
        let normaliser = self
            .repulsor
            .compute(&self.positions, theta, &mut self.repulsion);
        let pull = 4.0 * exaggeration;
        let push = (4.0 / normaliser.max(f64::MIN_POSITIVE)) as f32;
        for (gradient, &force) in self.attraction.iter_mut().zip(&self.repulsion) {
            *gradient = pull * *gradient - push * force;
        }
        let length = self.live.step_length(self.n);
        self.before.clone_from(&self.positions);
        self.descent
            .step(&self.attraction, length, &mut self.positions);
        centre(&mut self.positions);
        self.iteration += 1;
        if !is_settled(&self.positions) {
            self.stop_flying();
            return;
        }
        let is_due = !is_early && self.iteration.is_multiple_of(CONVERGENCE_INTERVAL);
        if self.ending == Ending::WhenConverged && is_due {
            self.end_if_converged();
        }
    }

    /// Ends a descent whose steps are so long that the points fly off, with the last layout that is
    /// one.
    fn stop_flying(&mut self) {
        core::mem::swap(&mut self.positions, &mut self.before);
        self.live.iterations = self.iteration;
        self.descent.reset();
        let iteration = self.iteration;
        self.notes.push(Note::FlewApart { iteration });
    }

    fn end_if_converged(&mut self) {
        let divergence = self.kl_divergence();
        let has_converged = self.last_divergence - divergence < CONVERGENCE * divergence;
        self.last_divergence = divergence;
        if has_converged {
            self.live.iterations = self.iteration;
            let iteration = self.iteration;
            self.notes.push(Note::Converged { iteration });
        }
    }
}
