//! From data to affinities and a first layout: what t-SNE needs before it descends.

use super::affinities::{Affinities, calibrate, neighbour_count};
use super::clustered_neighbours::ClusteredSearch;
use super::config::{Initialisation, NeighbourSearch, TsneConfig};
use super::layout::{principal_layout, random_layout};
use super::neighbours::{ExactSearch, Neighbours, QUERIES};
use super::note::Note;
use super::pca::Pca;
use super::pca_fit::PcaFit;
use super::stage::Stage;

/// Multiplications and additions in one slice of the neighbour search.
const SEARCH_SLICE: usize = 40_000_000;
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
    costs: Costs,
}

/// What is being worked on, with what only this work needs.
enum Work {
    Pca(Box<PcaFit>),
    Transform(Box<Pca>, Vec<f32>, usize),
    Search(ExactSearch, Neighbours),
    ClusteredSearch(Box<ClusteredSearch>, Neighbours),
    Calibrate(Neighbours, usize),
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
            Work::Search(search, found) => self.advance_search(search, found),
            Work::ClusteredSearch(search, found) => self.advance_clustered(search, found),
            Work::Calibrate(found, row) => self.advance_calibration(found, row),
            Work::Done(affinities) => Work::Done(affinities),
        };
        matches!(self.work, Work::Done(_))
    }

    /// What comes next; [`Stage::Optimisation`] once all is done.
    pub fn stage(&self) -> Stage {
        match self.work {
            Work::Pca(_) | Work::Transform(..) => Stage::Reduction,
            Work::Search(..) | Work::ClusteredSearch(..) => Stage::Neighbours,
            Work::Calibrate(..) => Stage::Affinities,
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
            Work::Search(search, _) => reduction + neighbours * search.fraction(),
            Work::ClusteredSearch(search, _) => reduction + neighbours * search.fraction(),
            Work::Calibrate(_, row) => reduction + neighbours + affinities * part(*row),
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
        let end = (row + (SEARCH_SLICE / (self.d * k)).max(32)).min(self.n);
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
