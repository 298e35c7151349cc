//! The nearest neighbours of every row, found exactly.

use super::lanes::Lanes;

/// Candidates whose distances are computed together.
const PANEL: usize = 8;
/// Features between two looks at whether a panel can still matter.
const STRIDE: usize = 8;
/// Bytes of candidates kept in cache while a block of queries passes over them.
const CACHED_BYTES: usize = 128 * 1024;
/// Queries that pass over the candidates together.
pub(crate) const QUERIES: usize = 32;

/// Exact search by comparing every pair, with candidates in panels of eight (feature by feature, so
/// that one load fetches the same feature of four candidates) and early abandoning: a panel is left
/// as soon as all its partial distances exceed the query's k-th best. That pays where the first
/// features carry most variance, as after PCA.
///
/// Distances are sums of squared differences, not differences of norms: duplicates are at 0.
pub(crate) struct NeighbourSearch {
    n: usize,
    d: usize,
    k: usize,
    /// ceil(n / 8) panels of d × 8.
    panels: Vec<f32>,
}

/// The k nearest neighbours of some rows.
pub(crate) struct Neighbours {
    /// Neighbours of a row.
    pub k: usize,
    /// Indices, each row by ascending distance, then index: rows × k.
    pub indices: Vec<u32>,
    /// Squared Euclidean distances: rows × k.
    pub squared_distances: Vec<f32>,
}

/// The best candidates of one query, as (distance bits, index), which order as integers.
#[derive(Clone, Default)]
struct Best {
    found: Vec<u64>,
    limit: f32,
}

impl NeighbourSearch {
    /// Prepares the search for the `k` < n nearest neighbours among the rows of `data`: n × d,
    /// row-major, finite.
    pub fn new(data: &[f32], n: usize, d: usize, k: usize) -> Self {
        let mut panels = vec![0.0; n.div_ceil(PANEL) * PANEL * d];
        for (i, row) in data.chunks_exact(d).enumerate() {
            let base = (i / PANEL) * PANEL * d + i % PANEL;
            for (j, &x) in row.iter().enumerate() {
                panels[base + j * PANEL] = x;
            }
        }
        Self { n, d, k, panels }
    }

    /// Finds the neighbours of rows `from..to` of the same data and appends them to `result`.
    pub fn search(&self, data: &[f32], from: usize, to: usize, result: &mut Neighbours) {
        let mut best = vec![Best::default(); QUERIES];
        for start in (from..to).step_by(QUERIES) {
            let end = (start + QUERIES).min(to);
            self.search_block(data, start, end, &mut best);
            for query in &mut best[..end - start] {
                query.found.sort_unstable();
                query.found.truncate(self.k);
                for &entry in &query.found {
                    result.indices.push(entry as u32);
                    result
                        .squared_distances
                        .push(f32::from_bits((entry >> 32) as u32));
                }
            }
        }
    }

    fn search_block(&self, data: &[f32], start: usize, end: usize, best: &mut [Best]) {
        let panel_length = PANEL * self.d;
        let panel_count = self.panels.len() / panel_length;
        let chunk = (CACHED_BYTES / (4 * panel_length)).max(1);
        for query in best.iter_mut() {
            query.found.clear();
            query.limit = f32::INFINITY;
        }
        for first in (0..panel_count).step_by(chunk) {
            let last = (first + chunk).min(panel_count);
            for i in start..end {
                let row = &data[i * self.d..(i + 1) * self.d];
                let query = &mut best[i - start];
                for panel in first..last {
                    let values = &self.panels[panel * panel_length..(panel + 1) * panel_length];
                    let Some(distances) = panel_distances(row, values, query.limit) else {
                        continue;
                    };
                    for (lane, &distance) in distances.iter().enumerate() {
                        let candidate = panel * PANEL + lane;
                        if distance <= query.limit && candidate != i && candidate < self.n {
                            query.push(distance, candidate, self.k);
                        }
                    }
                }
            }
        }
    }
}

impl Neighbours {
    /// No row yet, room for `rows`.
    pub fn with_capacity(rows: usize, k: usize) -> Self {
        Self {
            k,
            indices: Vec::with_capacity(rows * k),
            squared_distances: Vec::with_capacity(rows * k),
        }
    }
}

impl Best {
    fn push(&mut self, distance: f32, candidate: usize, k: usize) {
        self.found
            .push((u64::from(distance.to_bits()) << 32) | candidate as u64);
        if self.found.len() >= 2 * k + 16 {
            let (_, &mut worst, _) = self.found.select_nth_unstable(k - 1);
            self.found.truncate(k);
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
