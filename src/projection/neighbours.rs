//! The nearest neighbours of every row.

use super::lanes::Lanes;

/// Candidates whose distances are computed together.
const PANEL: usize = 8;
/// Features between two looks at whether a panel can still matter.
const STRIDE: usize = 8;
/// Bytes of candidates kept in cache while a block of queries passes over them.
const CACHED_BYTES: usize = 128 * 1024;
/// Queries that pass over the candidates together.
pub(crate) const QUERIES: usize = 32;
/// Marks a lane of a panel without a candidate.
const NOBODY: u32 = u32::MAX;

/// The k nearest neighbours of every row.
pub(crate) struct Neighbours {
    /// Neighbours of a row.
    pub k: usize,
    /// Indices, each row by ascending distance, then index: n × k.
    pub indices: Vec<u32>,
    /// Squared Euclidean distances: n × k.
    pub squared_distances: Vec<f32>,
}

impl Neighbours {
    /// Room for `n` rows of `k`.
    pub fn new(n: usize, k: usize) -> Self {
        Self {
            k,
            indices: vec![0; n * k],
            squared_distances: vec![0.0; n * k],
        }
    }

    /// Makes room for `n` rows.
    pub fn resize(&mut self, n: usize) {
        self.indices.resize(n * self.k, 0);
        self.squared_distances.resize(n * self.k, 0.0);
    }
}

/// Candidates in panels of eight, feature by feature, so that one load fetches the same feature of
/// four candidates.
///
/// A panel is left as soon as all its partial distances exceed a query's k-th best. That pays where
/// the first features carry most variance, as after PCA. Distances are sums of squared differences,
/// not differences of norms: duplicates are at 0.
pub(crate) struct Panels {
    d: usize,
    /// Panels of d × 8.
    values: Vec<f32>,
    /// Whose features stand in each lane.
    members: Vec<u32>,
}

impl Panels {
    /// Room for about this many candidates of `d` features.
    pub fn with_capacity(candidates: usize, d: usize) -> Self {
        Self {
            d,
            values: Vec::with_capacity(candidates.next_multiple_of(PANEL) * d),
            members: Vec::with_capacity(candidates.next_multiple_of(PANEL)),
        }
    }

    /// Appends candidates, given by their rows in `data` (row-major), in panels of their own.
    pub fn append(&mut self, data: &[f32], rows: impl Iterator<Item = u32>) {
        let d = self.d;
        for row in rows {
            let lane = self.members.len() % PANEL;
            if lane == 0 {
                self.values.resize(self.values.len() + PANEL * d, 0.0);
            }
            let base = self.values.len() - PANEL * d + lane;
            let features = &data[row as usize * d..(row as usize + 1) * d];
            for (j, &x) in features.iter().enumerate() {
                self.values[base + j * PANEL] = x;
            }
            self.members.push(row);
        }
        self.members
            .resize(self.members.len().next_multiple_of(PANEL), NOBODY);
    }

    /// Number of panels.
    pub fn count(&self) -> usize {
        self.members.len() / PANEL
    }

    /// Offers the candidates of panels `first..last` to a query, itself excluded.
    fn scan(&self, row: &[f32], own: u32, first: usize, last: usize, best: &mut Best) {
        let length = PANEL * self.d;
        for panel in first..last {
            let values = &self.values[panel * length..(panel + 1) * length];
            let Some(distances) = panel_distances(row, values, best.limit) else {
                continue;
            };
            let members = &self.members[panel * PANEL..(panel + 1) * PANEL];
            for (&distance, &member) in distances.iter().zip(members) {
                if distance <= best.limit && member != own && member != NOBODY {
                    best.push(distance, member);
                }
            }
        }
    }

    /// The candidate nearest to a row that is none of them.
    pub fn nearest(&self, row: &[f32]) -> u32 {
        let length = PANEL * self.d;
        let mut nearest = (f32::INFINITY, 0);
        for (values, members) in self
            .values
            .chunks_exact(length)
            .zip(self.members.chunks_exact(PANEL))
        {
            let Some(distances) = panel_distances(row, values, nearest.0) else {
                continue;
            };
            for (&distance, &member) in distances.iter().zip(members) {
                if distance < nearest.0 && member != NOBODY {
                    nearest = (distance, member);
                }
            }
        }
        nearest.1
    }

    /// Finds the neighbours of some rows of `data` among the candidates of those ranges of panels
    /// that are wanted for a row (both given by their places in the lists), and writes them to
    /// `result`, one after the other from row `first_place` of it.
    pub fn search(
        &self,
        data: &[f32],
        queries: &[u32],
        ranges: &[(usize, usize)],
        is_wanted: impl Fn(usize, usize) -> bool,
        first_place: usize,
        result: &mut Neighbours,
    ) {
        let k = result.k;
        let row = |query: u32| &data[query as usize * self.d..(query as usize + 1) * self.d];
        let chunk = (CACHED_BYTES / (4 * PANEL * self.d)).max(1);
        let mut best = vec![Best::new(k); queries.len()];
        for (range, &(start, end)) in ranges.iter().enumerate() {
            for first in (start..end).step_by(chunk) {
                let last = (first + chunk).min(end);
                for (at, (&query, best)) in queries.iter().zip(&mut best).enumerate() {
                    if is_wanted(at, range) {
                        self.scan(row(query), query, first, last, best);
                    }
                }
            }
        }
        for (place, best) in (first_place..).zip(&mut best) {
            best.found.sort_unstable();
            let places = place * k..(place + 1) * k;
            let indices = &mut result.indices[places.clone()];
            let distances = &mut result.squared_distances[places];
            for ((index, distance), &entry) in indices.iter_mut().zip(distances).zip(&best.found) {
                *index = entry as u32;
                *distance = f32::from_bits((entry >> 32) as u32);
            }
        }
    }
}

/// The best candidates of one query, as (distance bits, index), which order as integers.
#[derive(Clone)]
struct Best {
    k: usize,
    found: Vec<u64>,
    limit: f32,
}

impl Best {
    fn new(k: usize) -> Self {
        Self {
            k,
            found: Vec::with_capacity(2 * k + 16),
            limit: f32::INFINITY,
        }
    }

    #[inline]
    fn push(&mut self, distance: f32, candidate: u32) {
        self.found
            .push((u64::from(distance.to_bits()) << 32) | u64::from(candidate));
        if self.found.len() >= 2 * self.k + 16 {
            let (_, &mut worst, _) = self.found.select_nth_unstable(self.k - 1);
            self.found.truncate(self.k);
            self.limit = f32::from_bits((worst >> 32) as u32);
        }
    }
}

/// Squared distances from `row` to a panel's eight candidates; none if all exceed `limit`.
#[inline]
fn panel_distances(row: &[f32], panel: &[f32], limit: f32) -> Option<[f32; PANEL]> {
    let bound = Lanes::splat(limit);
    let (mut low, mut high) = (Lanes::zero(), Lanes::zero());
    for (features, block) in row.chunks(STRIDE).zip(panel.chunks(STRIDE * PANEL)) {
        for (&x, values) in features.iter().zip(block.chunks_exact(PANEL)) {
            let x = Lanes::splat(x);
            let a = x - Lanes::load(values, 0);
            let b = x - Lanes::load(values, 4);
            low += a * a;
            high += b * b;
        }
        // A distance equal to the bound must stay: among equals the lower index wins.
        if bound.all_below(low.min(high)) {
            return None;
        }
    }
    let (a, b) = (low.to_array(), high.to_array());
    Some([a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]])
}

/// Exact search by comparing every pair.
pub(crate) struct ExactSearch {
    panels: Panels,
    first: u32,
    next: u32,
    end: u32,
}

impl ExactSearch {
    /// Prepares the search among the rows of `data`: n × d, row-major, finite.
    pub fn new(data: &[f32], n: usize, d: usize) -> Self {
        let mut panels = Panels::with_capacity(n, d);
        panels.append(data, 0..n as u32);
        Self {
            panels,
            first: 0,
            next: 0,
            end: n as u32,
        }
    }

    /// The search for only one of several equal shares of the rows.
    pub fn only(mut self, share: usize, shares: usize) -> Self {
        let n = self.end as usize;
        self.first = (n * share / shares) as u32;
        self.next = self.first;
        self.end = (n * (share + 1) / shares) as u32;
        self
    }

    /// Finds the neighbours of the next rows; true when all are found. `result.k` < n.
    pub fn advance(&mut self, data: &[f32], rows: usize, result: &mut Neighbours) -> bool {
        let end = self.end.min(self.next + rows as u32);
        let everything = [(0, self.panels.count())];
        result.resize((end - self.first) as usize);
        while self.next < end {
            let last = end.min(self.next + QUERIES as u32);
            let queries: Vec<u32> = (self.next..last).collect();
            let place = (self.next - self.first) as usize;
            self.panels
                .search(data, &queries, &everything, |_, _| true, place, result);
            self.next = last;
        }
        self.next == self.end
    }

    /// How far along, from 0 to 1.
    pub fn fraction(&self) -> f32 {
        (self.next - self.first) as f32 / (self.end - self.first).max(1) as f32
    }

    /// The rows whose neighbours are known, in the order of the result.
    pub fn rows(&self) -> Vec<u32> {
        (self.first..self.next).collect()
    }
}
