//! From data to affinities and a first layout: what t-SNE needs before it descends.

use super::affinities::{Affinities, calibrate, neighbour_count};
use super::config::{Initialisation, NeighbourSearch, TsneConfig};
use super::layout::{principal_layout, random_layout};
use super::magnitude::scale_to_one;
use super::neighbour_share::{FoundNeighbours, NeighbourShare, NeighbourTask};
use super::neighbours::Neighbours;
use super::note::Note;
use super::pca::Pca;
use super::pca_fit::PcaFit;
use super::stage::Stage;

/// Multiplications and additions in one slice of projecting rows onto components.
const TRANSFORM_SLICE: usize = 40_000_000;
/// Entries calibrated in one slice.
const CALIBRATION_SLICE: usize = 50_000;
/// Above this many observations the neighbour search is approximate, if not chosen.
const EXACT_SEARCH_LIMIT: usize = 20_000;

/// Reduction, neighbours, affinities, one small slice after the other. More than one observation.
pub(crate) struct Preparation {
    n: usize,
    d: usize,
    config: TsneConfig,
    perplexity: f32,
    notes: Vec<Note>,
    /// The data, until the neighbours are found; n × d.
    data: Vec<f32>,
    work: Work,
    layout: Option<Vec<f32>>,
    /// The neighbours known so far, of all rows.
    neighbours: Neighbours,
    /// Rows whose neighbours are not known.
    missing: usize,
    /// Shares of the neighbour search that others do.
    shares_elsewhere: usize,
    costs: Costs,
}

/// What is being worked on, with what only this work needs.
enum Work {
    Pca(Box<PcaFit>),
    Transform(Box<Pca>, Vec<f32>, usize),
    /// Our own share of the search.
    Search(Box<NeighbourShare>),
    /// Others are still searching.
    Await,
    Calibrate(usize),
    Done(Option<Affinities>),
}

/// Expected cost of each stage in nanoseconds, for an honest progress bar; only ratios matter.
#[derive(Clone, Copy)]
struct Costs {
    reduction: f32,
    neighbours: f32,
    affinities: f32,
}

impl Preparation {
    /// Plans the work on `data`: n × d, row-major, finite. The perplexity is the one to be used.
    pub fn new(
        mut data: Vec<f32>,
        n: usize,
        d: usize,
        perplexity: f32,
        config: &TsneConfig,
    ) -> Self {
        scale_to_one(&mut data);
        let mut preparation = Self {
            n,
            d,
            perplexity,
            notes: Vec::new(),
            data,
            work: Work::Done(None),
            layout: None,
            neighbours: Neighbours::new(0, 0),
            missing: n,
            shares_elsewhere: 0,
            costs: Costs::new(n, d, config),
            config: config.clone(),
        };
        preparation.work = preparation.first_work();
        preparation
    }

    /// Does one slice of work; true when all is done.
    pub fn advance(&mut self) -> bool {
        self.work = match core::mem::replace(&mut self.work, Work::Done(None)) {
            Work::Pca(fit) => self.advance_pca(fit),
            Work::Transform(pca, coordinates, row) => self.advance_transform(pca, coordinates, row),
            Work::Search(search) => self.advance_search(search),
            Work::Await => self.calibrate_when_complete(),
            Work::Calibrate(row) => self.advance_calibration(row),
            Work::Done(affinities) => Work::Done(affinities),
        };
        matches!(self.work, Work::Done(_))
    }

    /// What comes next; [`Stage::Optimisation`] once all is done.
    pub fn stage(&self) -> Stage {
        match self.work {
            Work::Pca(_) | Work::Transform(..) => Stage::Reduction,
            Work::Search(_) | Work::Await => Stage::Neighbours,
            Work::Calibrate(_) => Stage::Affinities,
            Work::Done(_) => Stage::Optimisation,
        }
    }

    /// The time all of this is expected to take, in nanoseconds on an ordinary machine.
    pub fn expected_time(&self) -> f32 {
        self.costs.reduction + self.costs.neighbours + self.costs.affinities
    }

    /// How much of [`Self::expected_time`] has passed.
    pub fn time_passed(&self) -> f32 {
        let Costs {
            reduction,
            neighbours,
            affinities,
        } = self.costs;
        let part = |row: usize| row as f32 / self.n as f32;
        match &self.work {
            Work::Pca(fit) => 0.95 * reduction * fit.fraction(),
            Work::Transform(_, _, row) => reduction * (0.95 + 0.05 * part(*row)),
            Work::Search(search) => reduction + neighbours * search.fraction(),
            Work::Await => reduction + neighbours,
            Work::Calibrate(row) => reduction + neighbours + affinities * part(*row),
            Work::Done(_) => self.expected_time(),
        }
    }

    /// What was done differently from what was asked, since the last call.
    pub fn take_notes(&mut self) -> Vec<Note> {
        core::mem::take(&mut self.notes)
    }

    /// The first layout (n × 2, interleaved), given away as soon as it exists.
    pub fn take_layout(&mut self) -> Option<Vec<f32>> {
        self.layout.take()
    }

    /// P, given away when all is done.
    pub fn take_affinities(&mut self) -> Option<Affinities> {
        match &mut self.work {
            Work::Done(affinities) => affinities.take(),
            _ => None,
        }
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
                self.layout = Some(random_layout(self.n, self.config.seed));
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
        let end = (row + (TRANSFORM_SLICE / (self.d * k)).max(32)).min(self.n);
        pca.transform_rows(&self.data, row, end, &mut coordinates);
        if end < self.n {
            return Work::Transform(pca, coordinates, end);
        }
        self.layout = Some(match self.config.initialisation {
            Initialisation::Pca => principal_layout(&coordinates, k, self.config.seed),
            Initialisation::Random => random_layout(self.n, self.config.seed),
        });
        if self.config.reduce_to.is_some_and(|wanted| wanted < self.d) {
            self.data = coordinates;
            self.d = k;
        }
        self.begin_search()
    }

    fn begin_search(&mut self) -> Work {
        let k = neighbour_count(self.n, self.perplexity);
        let approximate = is_approximate(self.n, self.config.neighbours);
        if approximate {
            self.notes.push(Note::ApproximateNeighbours);
        }
        self.neighbours = Neighbours::new(self.n, k);
        let task = NeighbourTask {
            data: core::mem::take(&mut self.data),
            n: self.n,
            d: self.d,
            k,
            approximate,
            seed: self.config.seed,
        };
        // Its numbers fit together: `check_matrix` looked at them, and k is below n.
        NeighbourShare::new(task, 0, 1).map_or(Work::Done(None), |all| Work::Search(Box::new(all)))
    }

    /// Leaves all shares but the first of the neighbour search to others, if that search is what
    /// comes next and has not begun. The answer is what they need to know.
    pub fn divide_neighbour_search(&mut self, shares: usize) -> Option<NeighbourTask> {
        let Work::Search(search) = &self.work else {
            return None;
        };
        if shares < 2 || self.shares_elsewhere > 0 || search.fraction() > 0.0 {
            return None;
        }
        let task = search.task().clone();
        let own = NeighbourShare::new(task.clone(), 0, shares)?;
        self.work = Work::Search(Box::new(own));
        self.shares_elsewhere = shares - 1;
        Some(task)
    }

    /// Whether its own share of the neighbour search is done, but others' are not.
    pub fn awaits_neighbours(&self) -> bool {
        matches!(self.work, Work::Await) && self.missing > 0
    }

    /// Takes in what one share of the search has found. Rows or neighbours that there are not make
    /// it count for nothing, which is told by `false`.
    pub fn accept_neighbours(&mut self, found: &FoundNeighbours) -> bool {
        let (k, n) = (self.neighbours.k, self.n);
        let fits = found.rows.len().checked_mul(k) == Some(found.indices.len())
            && found.indices.len() == found.squared_distances.len()
            && found.rows.len() <= self.missing
            && found.rows.iter().all(|&row| (row as usize) < n)
            && found.indices.iter().all(|&index| (index as usize) < n);
        if !fits || k == 0 {
            return false;
        }
        let own = found.indices.chunks_exact(k);
        let distances = found.squared_distances.chunks_exact(k);
        for ((&row, indices), distances) in found.rows.iter().zip(own).zip(distances) {
            let places = row as usize * k..(row as usize + 1) * k;
            self.neighbours.indices[places.clone()].copy_from_slice(indices);
            self.neighbours.squared_distances[places].copy_from_slice(distances);
        }
        self.missing -= found.rows.len();
        true
    }

    fn advance_search(&mut self, mut search: Box<NeighbourShare>) -> Work {
        if !search.advance() {
            return Work::Search(search);
        }
        self.accept_neighbours(&search.finish());
        self.calibrate_when_complete()
    }

    fn calibrate_when_complete(&self) -> Work {
        if self.missing == 0 {
            Work::Calibrate(0)
        } else {
            Work::Await
        }
    }

    fn advance_calibration(&mut self, row: usize) -> Work {
        let k = self.neighbours.k;
        let end = (row + (CALIBRATION_SLICE / k).max(1)).min(self.n);
        calibrate(
            &mut self.neighbours.squared_distances[row * k..end * k],
            k,
            self.perplexity,
        );
        if end < self.n {
            return Work::Calibrate(end);
        }
        let found = core::mem::replace(&mut self.neighbours, Neighbours::new(0, 0));
        Work::Done(Some(Affinities::symmetrise(self.n, &found)))
    }
}

impl Costs {
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
