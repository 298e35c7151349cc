//! A neighbour search that can be divided among several workers.
//!
//! The neighbours of a row do not depend on those of another, so each worker takes some rows. What
//! is cheap and needed by all, such as the clusters of the approximate search, each finds for
//! itself: it comes out the same, because everything random comes from the seed.

use super::clustered_neighbours::ClusteredSearch;
use super::neighbours::{ExactSearch, Neighbours, QUERIES};

/// Multiplications and additions in one slice of the search.
const SLICE: usize = 40_000_000;

/// A search as a whole: what each of its [`NeighbourShare`]s needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct NeighbourTask {
    /// n × d, row-major, finite.
    pub data: Vec<f32>,
    /// Rows; more than `k`.
    pub n: usize,
    /// Values of a row; at least one.
    pub d: usize,
    /// Neighbours of a row.
    pub k: usize,
    /// Whether rows are only compared with those in the clusters nearby.
    pub approximate: bool,
    /// For the clusters.
    pub seed: u64,
}

/// The neighbours that one share has found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundNeighbours {
    /// The rows of the share.
    pub rows: Vec<u32>,
    /// Neighbours of these rows, each by ascending distance, then index: rows × k.
    pub indices: Vec<u32>,
    /// Squared Euclidean distances: rows × k.
    pub squared_distances: Vec<f32>,
}

/// One share of a search, which advances in slices of some milliseconds.
pub struct NeighbourShare {
    task: NeighbourTask,
    search: Search,
    found: Neighbours,
}

enum Search {
    Exact(ExactSearch),
    Clustered(Box<ClusteredSearch>),
}

impl NeighbourShare {
    /// Share `share` of `shares` of a search: 0 of 1 is all of it. `None` for a task whose numbers
    /// do not fit together, or a share that there is not.
    #[must_use]
    pub fn new(task: NeighbourTask, share: usize, shares: usize) -> Option<Self> {
        let fits = task.n.checked_mul(task.d) == Some(task.data.len());
        if !fits || task.d == 0 || task.k >= task.n || share >= shares {
            return None;
        }
        let (n, d) = (task.n, task.d);
        let search = if task.approximate {
            let clustered = ClusteredSearch::new(&task.data, n, d, task.seed);
            Search::Clustered(Box::new(clustered.only(share, shares)))
        } else {
            Search::Exact(ExactSearch::new(&task.data, n, d).only(share, shares))
        };
        Some(Self {
            found: Neighbours::new(0, task.k),
            task,
            search,
        })
    }

    /// The search that this is a share of.
    #[must_use]
    pub fn task(&self) -> &NeighbourTask {
        &self.task
    }

    /// Does one slice of work; true when all is done.
    pub fn advance(&mut self) -> bool {
        let task = &self.task;
        match &mut self.search {
            Search::Exact(search) => {
                let rows = (SLICE / (task.n * task.d)).clamp(1, QUERIES * 8);
                search.advance(&task.data, rows, &mut self.found)
            }
            Search::Clustered(search) => search.advance(&task.data, &mut self.found),
        }
    }

    /// How far along, from 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f32 {
        match &self.search {
            Search::Exact(search) => search.fraction(),
            Search::Clustered(search) => search.fraction(),
        }
    }

    /// What was found; rows that were not yet looked at are missing.
    #[must_use]
    pub fn finish(self) -> FoundNeighbours {
        let rows = match self.search {
            Search::Exact(search) => search.rows(),
            Search::Clustered(search) => search.rows(),
        };
        FoundNeighbours {
            rows,
            indices: self.found.indices,
            squared_distances: self.found.squared_distances,
        }
    }
}
