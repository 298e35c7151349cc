//! t-SNE as an object that advances in small slices of work.

use serde::{Deserialize, Serialize};

use super::affinities::{Affinities, calibrate, neighbour_count};
use super::attraction::attract;
use super::clustered_neighbours::ClusteredSearch;
use super::config::{Ending, Initialisation, LiveParameters, NeighbourSearch, TsneConfig};
use super::descent::{Descent, Phase, centre};
use super::error::{ProjectionError, check_matrix};
use super::exact::divergence;
use super::layout::{principal_layout, random_layout};
use super::neighbours::{ExactSearch, Neighbours, QUERIES};
use super::note::Note;
use super::pca::{Pca, PcaFit};
use super::repulsor::Repulsor;

/// Multiplications and additions in one slice of the neighbour search.
const SEARCH_SLICE: usize = 40_000_000;
/// Entries calibrated in one slice.
const CALIBRATION_SLICE: usize = 50_000;
/// Up to this many points the divergence is reported with the exact normaliser of q.
const EXACT_DIVERGENCE_LIMIT: usize = 20_000;
/// Iterations between two checks for convergence.
const CONVERGENCE_INTERVAL: u32 = 50;
/// Part of the divergence that so many iterations must gain.
const CONVERGENCE: f64 = 1e-3;
/// Above this many observations the neighbour search is approximate, if not chosen.
const EXACT_SEARCH_LIMIT: usize = 20_000;
/// θ of the normaliser for more points.
const DIVERGENCE_THETA: f32 = 0.2;

/// What t-SNE is busy with, in order.
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
    d: usize,
    config: TsneConfig,
    live: LiveParameters,
    perplexity: f32,
    notes: Vec<Note>,
    /// The data, until the neighbours are found; n × d.
    data: Vec<f32>,
    work: Work,
    affinities: Option<Affinities>,
    positions: Vec<f32>,
    attraction: Vec<f32>,
    repulsion: Vec<f32>,
    repulsor: Repulsor,
    descent: Descent,
    iteration: u32,
    /// Divergence at the last check for convergence.
    last_divergence: f64,
    costs: Costs,
}

/// What is being worked on, with what only this work needs.
enum Work {
    Pca(Box<PcaFit>),
    Transform(Box<Pca>, Vec<f32>, usize),
    Search(ExactSearch, Neighbours),
    ClusteredSearch(Box<ClusteredSearch>, Neighbours),
    Calibrate(Neighbours, usize),
    Optimise,
    Done,
}

/// Expected cost of each stage, for an honest progress bar; only ratios matter.
#[derive(Clone, Copy)]
struct Costs {
    reduction: f32,
    neighbours: f32,
    affinities: f32,
    iteration: f32,
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
        let mut tsne = Self {
            n,
            d,
            live: config.live(),
            perplexity,
            notes,
            data,
            work: Work::Done,
            affinities: None,
            positions: vec![0.0; 2 * n],
            attraction: vec![0.0; 2 * n],
            repulsion: vec![0.0; 2 * n],
            repulsor: Repulsor::new(config.repulsion, n),
            descent: Descent::new(2 * n),
            iteration: 0,
            last_divergence: f64::INFINITY,
            costs: Costs::new(n, d, config),
            config: config.clone(),
        };
        if n > 1 {
            scale_to_one(&mut tsne.data);
            tsne.work = tsne.first_work();
        }
        Ok(tsne)
    }

    /// Does one small slice of work (some milliseconds) and says what comes next.
    pub fn advance(&mut self) -> Stage {
        match core::mem::replace(&mut self.work, Work::Done) {
            Work::Pca(fit) => self.work = self.advance_pca(fit),
            Work::Transform(pca, coordinates, row) => {
                self.work = self.advance_transform(pca, coordinates, row);
            }
            Work::Search(search, found) => self.work = self.advance_search(search, found),
            Work::ClusteredSearch(search, found) => {
                self.work = self.advance_clustered(search, found);
            }
            Work::Calibrate(found, row) => self.work = self.advance_calibration(found, row),
            Work::Optimise => {
                self.work = Work::Optimise;
                self.iterate();
            }
            Work::Done => {}
        }
        self.stage()
    }

    /// What the next [`Self::advance`] works on.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.work {
            Work::Pca(_) | Work::Transform(..) => Stage::Reduction,
            Work::Search(..) | Work::ClusteredSearch(..) => Stage::Neighbours,
            Work::Calibrate(..) => Stage::Affinities,
            Work::Optimise if self.iteration < self.live.iterations => Stage::Optimisation,
            Work::Optimise | Work::Done => Stage::Done,
        }
    }

    /// How much of the expected time of all stages has passed, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        let Costs {
            reduction,
            neighbours,
            affinities,
            iteration,
        } = self.costs;
        let preparation = reduction + neighbours + affinities;
        let total = preparation + iteration * self.live.iterations as f32;
        let part = |row: usize| row as f32 / self.n as f32;
        let done = match &self.work {
            Work::Pca(fit) => 0.95 * reduction * fit.fraction(),
            Work::Transform(_, _, row) => reduction * (0.95 + 0.05 * part(*row)),
            Work::Search(search, _) => reduction + neighbours * search.fraction(),
            Work::ClusteredSearch(search, _) => reduction + neighbours * search.fraction(),
            Work::Calibrate(_, row) => reduction + neighbours + affinities * part(*row),
            Work::Optimise if self.iteration < self.live.iterations => {
                preparation + iteration * self.iteration as f32
            }
            Work::Optimise | Work::Done => total,
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
        self.iteration = 0;
        self.last_divergence = f64::INFINITY;
        self.descent.reset();
    }

    /// P, given away.
    pub(crate) fn take_affinities(&mut self) -> Option<Affinities> {
        self.affinities.take()
    }

    fn first_work(&mut self) -> Work {
        let target = self.config.reduce_to.filter(|&k| k < self.d);
        if let Some(k) = target {
            self.notes.push(Note::Reduced {
                from: self.d,
                to: k.min(self.n),
            });
        }
        match (target, self.config.initialisation) {
            (Some(k), _) => Work::Pca(Box::new(PcaFit::new(self.n, self.d, k, self.config.seed))),
            (None, Initialisation::Pca) => {
                Work::Pca(Box::new(PcaFit::new(self.n, self.d, 2, self.config.seed)))
            }
            (None, Initialisation::Random) => {
                self.positions = random_layout(self.n, self.config.seed);
                self.begin_search()
            }
        }
    }

    fn advance_pca(&mut self, mut fit: Box<PcaFit>) -> Work {
        if !fit.advance(&self.data) {
            return Work::Pca(fit);
        }
        let pca = fit.finish(&self.data);
        let coordinates = vec![0.0; self.n * pca.dimensions()];
        Work::Transform(Box::new(pca), coordinates, 0)
    }

    fn advance_transform(&mut self, pca: Box<Pca>, mut coordinates: Vec<f32>, row: usize) -> Work {
        let k = pca.dimensions();
        let end = (row + (SEARCH_SLICE / (self.d * k)).max(32)).min(self.n);
        pca.transform_rows(&self.data, row, end, &mut coordinates);
        if end < self.n {
            return Work::Transform(pca, coordinates, end);
        }
        self.positions = match self.config.initialisation {
            Initialisation::Pca => principal_layout(&coordinates, k, self.config.seed),
            Initialisation::Random => random_layout(self.n, self.config.seed),
        };
        if self.config.reduce_to.is_some_and(|wanted| wanted < self.d) {
            self.data = coordinates;
            self.d = k;
        }
        self.begin_search()
    }

    fn begin_search(&mut self) -> Work {
        let k = neighbour_count(self.n, self.perplexity);
        let found = Neighbours::new(self.n, k);
        if is_approximate(self.n, self.config.neighbours) {
            self.notes.push(Note::ApproximateNeighbours);
            let search = ClusteredSearch::new(&self.data, self.n, self.d, self.config.seed);
            return Work::ClusteredSearch(Box::new(search), found);
        }
        Work::Search(ExactSearch::new(&self.data, self.n, self.d), found)
    }

    fn advance_search(&mut self, mut search: ExactSearch, mut found: Neighbours) -> Work {
        let rows = (SEARCH_SLICE / (self.n * self.d)).clamp(1, QUERIES * 8);
        if !search.advance(&self.data, rows, &mut found) {
            return Work::Search(search, found);
        }
        self.data = Vec::new();
        Work::Calibrate(found, 0)
    }

    fn advance_clustered(
        &mut self,
        mut search: Box<ClusteredSearch>,
        mut found: Neighbours,
    ) -> Work {
        if !search.advance(&self.data, &mut found) {
            return Work::ClusteredSearch(search, found);
        }
        self.data = Vec::new();
        Work::Calibrate(found, 0)
    }

    fn advance_calibration(&mut self, mut found: Neighbours, row: usize) -> Work {
        let k = found.k;
        let end = (row + (CALIBRATION_SLICE / k).max(1)).min(self.n);
        calibrate(
            &mut found.squared_distances[row * k..end * k],
            k,
            self.perplexity,
        );
        if end < self.n {
            return Work::Calibrate(found, end);
        }
        self.affinities = Some(Affinities::symmetrise(self.n, &found));
        Work::Optimise
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
        self.descent
            .step(&self.attraction, length, &mut self.positions);
        centre(&mut self.positions);
        self.iteration += 1;
        let is_due = !is_early && self.iteration.is_multiple_of(CONVERGENCE_INTERVAL);
        if self.config.ending == Ending::WhenConverged && is_due {
            self.end_if_converged();
        }
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

impl Costs {
    /// Nanoseconds, roughly, on an ordinary machine.
    fn new(n: usize, d: usize, config: &TsneConfig) -> Self {
        let (rows, columns) = (n as f32, d as f32);
        let reduced = config.reduce_to.map_or(columns, |k| columns.min(k as f32));
        let lesser = rows.min(columns);
        let wanted = if reduced < columns { reduced } else { 2.0 };
        let needs_pca = reduced < columns || config.initialisation == Initialisation::Pca;
        let compared = if is_approximate(n, config.neighbours) {
            0.25
        } else {
            1.0
        };
        let reduction = if needs_pca {
            0.1 * rows * columns * lesser + 8.0 * lesser * lesser * (wanted + 14.0)
        } else {
            0.0
        };
        Self {
            reduction,
            neighbours: compared * 0.15 * rows * rows * reduced,
            affinities: 5_000.0 * rows,
            iteration: 500.0 * rows,
        }
    }
}

fn is_approximate(n: usize, search: NeighbourSearch) -> bool {
    match search {
        NeighbourSearch::Auto => n > EXACT_SEARCH_LIMIT,
        NeighbourSearch::Exact => false,
        NeighbourSearch::Approximate => true,
    }
}

/// Scales by a power of two, which is exact and changes no affinity, such that the greatest
/// magnitude is near 1: squares then neither overflow nor vanish.
fn scale_to_one(data: &mut [f32]) {
    let greatest = data
        .iter()
        .fold(0.0_f32, |greatest, x| greatest.max(x.abs()));
    let exponent = (greatest.to_bits() >> 23).clamp(2, 252);
    let scale = f32::from_bits((254 - exponent) << 23);
    if greatest > 0.0 && scale != 1.0 {
        data.iter_mut().for_each(|x| *x *= scale);
    }
}
