//! Nearest neighbours among the clusters nearby: approximate, for many rows.

use rand::Rng;

use super::neighbours::{Neighbours, Panels, QUERIES};
use super::product::dot;
use super::random::generator;

/// Rows for each cluster that take part in finding the clusters.
const SAMPLE: usize = 48;
/// Rounds of k-means.
const ROUNDS: usize = 6;
/// A row is compared with this times √clusters of them: 16 of 100, 26 of 264.
const PROBED: f32 = 1.6;
/// Multiplications and additions in one slice of work.
const SLICE: usize = 40_000_000;

/// An inverted file (Sivic & Zisserman 2003; Jégou, Douze & Schmid 2011): rows are grouped by
/// k-means into about √n clusters, and each is compared with the rows of the clusters nearest to
/// it. Distances are exact; a neighbour is missed where its cluster is not among those.
pub(crate) struct ClusteredSearch {
    n: usize,
    d: usize,
    phase: Phase,
    sample: Vec<u32>,
    /// Clusters × d.
    centroids: Vec<f32>,
    sums: Vec<f64>,
    counts: Vec<u32>,
    /// The cluster of each row.
    assigned: Vec<u32>,
    /// Rows by cluster, and where each cluster begins.
    members: Vec<u32>,
    starts: Vec<usize>,
    panels: Panels,
    /// The panels of each cluster.
    ranges: Vec<(usize, usize)>,
    /// Which of how many shares of the rows to search for.
    share: (usize, usize),
    /// The clusters whose rows these are, once clusters are known.
    own: (usize, usize),
}

/// What comes next, with the next row or member.
enum Phase {
    Train(usize, usize),
    Assign(usize),
    Search(usize, usize),
    Done,
}

impl ClusteredSearch {
    /// Prepares the search among the rows of `data`: n × d, row-major, finite.
    pub fn new(data: &[f32], n: usize, d: usize, seed: u64) -> Self {
        let clusters = ((n as f32).sqrt() as usize).max(1);
        let mut random = generator(seed, 6);
        // Distinct rows at random, by a partial shuffle.
        let mut rows: Vec<u32> = (0..n as u32).collect();
        let size = (SAMPLE * clusters).min(n);
        for at in 0..size {
            let other = random.random_range(at as u32..n as u32) as usize;
            rows.swap(at, other);
        }
        rows.truncate(size);
        let first = rows[..clusters].iter();
        let centroids = first
            .flat_map(|&row| row_of(data, d, row))
            .copied()
            .collect();
        Self {
            n,
            d,
            phase: Phase::Train(0, 0),
            sample: rows,
            centroids,
            sums: vec![0.0; clusters * d],
            counts: vec![0; clusters],
            assigned: vec![0; n],
            members: Vec::new(),
            starts: Vec::new(),
            panels: Panels::with_capacity(0, d),
            ranges: Vec::new(),
            share: (0, 1),
            own: (0, 0),
        }
    }

    /// The search for only one of several shares, about equal, of the rows.
    pub fn only(mut self, share: usize, shares: usize) -> Self {
        self.share = (share, shares);
        self
    }

    /// The rows whose neighbours are known, in the order of the result.
    pub fn rows(&self) -> Vec<u32> {
        let end = match self.phase {
            Phase::Train(..) | Phase::Assign(_) => return Vec::new(),
            Phase::Search(cluster, at) => self.starts[cluster] + at,
            Phase::Done => self.starts[self.own.1],
        };
        self.members[self.starts[self.own.0]..end].to_vec()
    }

    /// Does one slice of work; true when all is done.
    pub fn advance(&mut self, data: &[f32], result: &mut Neighbours) -> bool {
        self.phase = match core::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Train(round, at) => self.train(data, round, at),
            Phase::Assign(at) => self.assign(data, at),
            Phase::Search(cluster, at) => self.search(data, cluster, at, result),
            Phase::Done => Phase::Done,
        };
        matches!(self.phase, Phase::Done)
    }

    /// How far along, from 0 to 1.
    pub fn fraction(&self) -> f32 {
        match self.phase {
            Phase::Train(round, at) => {
                0.07 * (round as f32 + at as f32 / self.sample.len() as f32) / ROUNDS as f32
            }
            Phase::Assign(at) => 0.07 + 0.03 * at as f32 / self.n as f32,
            Phase::Search(cluster, at) => {
                let [first, end] = [self.own.0, self.own.1].map(|cluster| self.starts[cluster]);
                let done = self.starts[cluster] + at - first;
                0.1 + 0.9 * done as f32 / (end - first).max(1) as f32
            }
            Phase::Done => 1.0,
        }
    }

    fn clusters(&self) -> usize {
        self.counts.len()
    }

    fn rows_in_slice(&self) -> usize {
        (SLICE / (self.clusters() * self.d)).max(1)
    }

    fn centroid_panels(&self) -> Panels {
        let mut panels = Panels::with_capacity(self.clusters(), self.d);
        panels.append(&self.centroids, 0..self.clusters() as u32);
        panels
    }

    fn train(&mut self, data: &[f32], round: usize, at: usize) -> Phase {
        let end = (at + self.rows_in_slice()).min(self.sample.len());
        let panels = self.centroid_panels();
        for &row in &self.sample[at..end] {
            let features = row_of(data, self.d, row);
            let cluster = panels.nearest(features) as usize;
            self.counts[cluster] += 1;
            let sums = &mut self.sums[cluster * self.d..(cluster + 1) * self.d];
            for (sum, &x) in sums.iter_mut().zip(features) {
                *sum += f64::from(x);
            }
        }
        if end < self.sample.len() {
            return Phase::Train(round, end);
        }
        for (cluster, &count) in self.counts.iter().enumerate() {
            let range = cluster * self.d..(cluster + 1) * self.d;
            // An empty cluster stays where it was.
            if count > 0 {
                for (centroid, sum) in self.centroids[range.clone()]
                    .iter_mut()
                    .zip(&self.sums[range])
                {
                    *centroid = (sum / f64::from(count)) as f32;
                }
            }
        }
        self.counts.fill(0);
        self.sums.fill(0.0);
        if round + 1 < ROUNDS {
            Phase::Train(round + 1, 0)
        } else {
            Phase::Assign(0)
        }
    }

    fn assign(&mut self, data: &[f32], at: usize) -> Phase {
        let end = (at + self.rows_in_slice()).min(self.n);
        let panels = self.centroid_panels();
        for row in at..end {
            let cluster = panels.nearest(row_of(data, self.d, row as u32));
            self.assigned[row] = cluster;
            self.counts[cluster as usize] += 1;
        }
        if end < self.n {
            return Phase::Assign(end);
        }
        self.starts.push(0);
        for &count in &self.counts {
            self.starts
                .push(self.starts[self.starts.len() - 1] + count as usize);
        }
        let mut next = self.starts.clone();
        self.members = vec![0; self.n];
        for (row, &cluster) in self.assigned.iter().enumerate() {
            let place = &mut next[cluster as usize];
            self.members[*place] = row as u32;
            *place += 1;
        }
        self.panels = Panels::with_capacity(self.n + 8 * self.clusters(), self.d);
        for cluster in 0..self.clusters() {
            let first = self.panels.count();
            let members = &self.members[self.starts[cluster]..self.starts[cluster + 1]];
            self.panels.append(data, members.iter().copied());
            self.ranges.push((first, self.panels.count()));
        }
        self.own = self.own_clusters();
        if self.own.0 == self.own.1 {
            Phase::Done
        } else {
            Phase::Search(self.own.0, 0)
        }
    }

    /// The clusters that begin in the share's part of all rows.
    fn own_clusters(&self) -> (usize, usize) {
        let (share, shares) = self.share;
        let starts = &self.starts[..self.clusters()];
        let from = |share: usize| starts.partition_point(|&start| start < self.n * share / shares);
        let end = if share + 1 == shares {
            self.clusters()
        } else {
            from(share + 1)
        };
        (from(share), end)
    }

    fn search(
        &mut self,
        data: &[f32],
        cluster: usize,
        at: usize,
        result: &mut Neighbours,
    ) -> Phase {
        let members = &self.members[self.starts[cluster]..self.starts[cluster + 1]];
        let end = (at + QUERIES).min(members.len());
        let queries = &members[at..end];
        let own = row_of(&self.centroids, self.d, cluster as u32);
        let order = self.nearest_clusters(own);
        let ranges: Vec<_> = order.iter().map(|&(_, other)| self.ranges[other]).collect();
        // Which clusters are near to which query.
        let mut near = vec![false; queries.len() * ranges.len()];
        let mut place = vec![0; self.clusters()];
        for (at, &(_, other)) in order.iter().enumerate() {
            place[other] = at;
        }
        for (&query, near) in queries.iter().zip(near.chunks_exact_mut(ranges.len())) {
            for other in self.probed(row_of(data, self.d, query), result.k) {
                near[place[other]] = true;
            }
        }
        let is_wanted = |query: usize, range: usize| near[query * ranges.len() + range];
        let before = self.starts[cluster] - self.starts[self.own.0];
        result.resize(before + end);
        self.panels
            .search(data, queries, &ranges, is_wanted, before + at, result);
        if end < members.len() {
            Phase::Search(cluster, end)
        } else if cluster + 1 < self.own.1 {
            Phase::Search(cluster + 1, 0)
        } else {
            Phase::Done
        }
    }

    /// All clusters by their distance from a row.
    fn nearest_clusters(&self, row: &[f32]) -> Vec<(f32, usize)> {
        let mut order: Vec<(f32, usize)> = self
            .centroids
            .chunks_exact(self.d)
            .enumerate()
            .map(|(cluster, centroid)| {
                let difference: Vec<f32> = row.iter().zip(centroid).map(|(a, b)| a - b).collect();
                (dot(&difference, &difference), cluster)
            })
            .collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        order
    }

    /// The clusters a row is compared with: so many nearest ones, and more where these hold too few.
    fn probed(&self, row: &[f32], k: usize) -> Vec<usize> {
        let wanted = (PROBED * (self.clusters() as f32).sqrt()) as usize + 1;
        let mut rows = 0;
        let mut probed = Vec::with_capacity(wanted);
        for (_, cluster) in self.nearest_clusters(row) {
            if probed.len() >= wanted && rows > 2 * k {
                break;
            }
            rows += self.counts[cluster] as usize;
            probed.push(cluster);
        }
        probed
    }
}

fn row_of(data: &[f32], d: usize, row: u32) -> &[f32] {
    &data[row as usize * d..(row as usize + 1) * d]
}

#[cfg(test)]
mod tests {
    use super::ClusteredSearch;
    use crate::projection::neighbours::{ExactSearch, Neighbours};
    use crate::projection::random::{generator, normal};

    #[test]
    fn recall_is_high_and_distances_are_exact() {
        let (n, d, k) = (6_000, 12, 30);
        let mut random = generator(5, 0);
        // Thirty clusters of data that vary less and less along their features.
        let data: Vec<f32> = (0..n * d)
            .map(|at| {
                let (i, j) = (at / d, at % d);
                let centre = ((i % 30) * (j + 3) % 17) as f32 / 8.0;
                (centre + normal(&mut random)) / (1.0 + 0.2 * j as f32)
            })
            .collect();
        let mut exact = Neighbours::new(n, k);
        ExactSearch::new(&data, n, d).advance(&data, n, &mut exact);
        let mut found = Neighbours::new(n, k);
        let mut search = ClusteredSearch::new(&data, n, d, 1);
        let mut fraction = 0.0;
        while !search.advance(&data, &mut found) {
            assert!(search.fraction() >= fraction);
            fraction = search.fraction();
        }
        let rows = search.rows();
        assert_eq!(rows.len(), n);
        let mut hits = 0;
        for (place, row) in rows.into_iter().enumerate() {
            let (own, row) = (place * k..(place + 1) * k, row as usize);
            let expected = &exact.indices[row * k..(row + 1) * k];
            hits += found.indices[own.clone()]
                .iter()
                .filter(|j| expected.contains(j))
                .count();
            let nearest = &exact.squared_distances[row * k..(row + 1) * k];
            for (a, b) in nearest.iter().zip(&found.squared_distances[own]) {
                assert!(a <= b);
            }
        }
        let recall = hits as f64 / (n * k) as f64;
        println!("recall {recall}");
        assert!(recall > 0.95, "{recall}");
    }
}
