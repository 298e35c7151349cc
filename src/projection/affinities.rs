//! How likely two observations pick each other as neighbours: the P of t-SNE.

use super::error::{ProjectionError, check_matrix};
use super::lanes::Lanes;
use super::magnitude::scale_to_one;
use super::neighbours::{ExactSearch, Neighbours};
use super::random::natural_logarithm;

/// The entropy of a row is met within this (in nats), as in scikit-learn.
const ENTROPY_TOLERANCE: f64 = 1e-5;
/// Attempts at meeting it.
const ATTEMPTS: usize = 80;
/// A kernel is never narrower, nor wider than by the inverse of it: neighbours nearer to each other
/// than that count as on one spot.
const MOST_BETA: f64 = 1e30;

/// Joint probabilities p_ij = (p_j|i + p_i|j) / 2n (van der Maaten & Hinton 2008), of pairs of which
/// one is among the other's nearest neighbours, in compressed sparse rows; they sum to 1.
///
/// Rows are padded to whole groups of four with entries of probability zero that point to the row
/// itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Affinities {
    /// Where each row begins, and where the last ends: n + 1, multiples of 4.
    starts: Vec<u32>,
    /// The other observation of each entry; always below n.
    columns: Vec<u32>,
    /// p_ij of each entry.
    values: Vec<f32>,
}

impl Affinities {
    /// Affinities of the rows of `data` (n × d, row-major) at this perplexity, over the
    /// ⌊3 · perplexity⌋ + 1 nearest neighbours of each (fewer where n is less), found exactly.
    pub fn new(data: &[f32], n: usize, d: usize, perplexity: f32) -> Result<Self, ProjectionError> {
        check_matrix(data, n, d)?;
        if !(perplexity >= 1.0 && perplexity.is_finite()) {
            return Err(ProjectionError::BadParameter {
                name: "perplexity",
                value: perplexity.into(),
                rule: "it must be a number of at least 1",
            });
        }
        let k = neighbour_count(n, perplexity);
        let mut neighbours = Neighbours::new(n, k);
        if k > 0 {
            let mut data = data.to_vec();
            scale_to_one(&mut data);
            ExactSearch::new(&data, n, d).advance(&data, n, &mut neighbours);
        }
        calibrate(&mut neighbours.squared_distances, k, perplexity);
        Ok(Self::symmetrise(n, &neighbours))
    }

    /// No observation yet.
    pub(crate) fn none() -> Self {
        Self {
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
        }
    }

    /// From each row's neighbours and conditional probabilities (in place of the distances).
    pub(crate) fn symmetrise(n: usize, neighbours: &Neighbours) -> Self {
        let k = neighbours.k;
        // Who has me as a neighbour: the transposed matrix, by counting.
        let mut incoming = vec![0_u32; n + 1];
        for &j in &neighbours.indices {
            incoming[j as usize + 1] += 1;
        }
        for i in 0..n {
            incoming[i + 1] += incoming[i];
        }
        let mut next = incoming.clone();
        let mut sources = vec![(0_u32, 0.0_f32); neighbours.indices.len()];
        for (at, (&j, &p)) in neighbours
            .indices
            .iter()
            .zip(&neighbours.squared_distances)
            .enumerate()
        {
            let place = &mut next[j as usize];
            sources[*place as usize] = ((at / k) as u32, p);
            *place += 1;
        }
        let mut starts = Vec::with_capacity(n + 1);
        let mut columns = Vec::with_capacity(neighbours.indices.len() * 3 / 2);
        let mut values: Vec<f32> = Vec::with_capacity(neighbours.indices.len() * 3 / 2);
        starts.push(0);
        let mut place = vec![(u32::MAX, 0_u32); n];
        let scale = 0.5 / n as f32;
        for i in 0..n {
            for at in i * k..(i + 1) * k {
                let j = neighbours.indices[at];
                place[j as usize] = (i as u32, values.len() as u32);
                columns.push(j);
                values.push(neighbours.squared_distances[at] * scale);
            }
            for &(j, p) in &sources[incoming[i] as usize..incoming[i + 1] as usize] {
                match place[j as usize] {
                    (row, at) if row == i as u32 => values[at as usize] += p * scale,
                    _ => {
                        columns.push(j);
                        values.push(p * scale);
                    }
                }
            }
            while !columns.len().is_multiple_of(Lanes::COUNT) {
                columns.push(i as u32);
                values.push(0.0);
            }
            starts.push(columns.len() as u32);
        }
        Self {
            starts,
            columns,
            values,
        }
    }

    /// Number of observations.
    #[must_use]
    pub fn observations(&self) -> usize {
        self.starts.len() - 1
    }

    /// The entries (j, p_ij) of row i with p_ij > 0, in no particular order.
    pub fn row(&self, i: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let range = self.starts[i] as usize..self.starts[i + 1] as usize;
        let entries = self.columns[range.clone()].iter().zip(&self.values[range]);
        entries
            .filter(|(_, p)| **p > 0.0)
            .map(|(&j, &p)| (j as usize, p))
    }

    /// p_ij, zero where neither is a neighbour of the other.
    #[must_use]
    pub fn probability(&self, i: usize, j: usize) -> f32 {
        self.row(i)
            .find(|&(column, _)| column == j)
            .map_or(0.0, |(_, p)| p)
    }

    /// Columns and probabilities of row i, padding included: of equal length, a multiple of 4,
    /// with every column below n.
    #[inline]
    pub(crate) fn padded_row(&self, i: usize) -> (&[u32], &[f32]) {
        let range = self.starts[i] as usize..self.starts[i + 1] as usize;
        (&self.columns[range.clone()], &self.values[range])
    }
}

/// How many neighbours carry practically all of a row's probability.
pub(crate) fn neighbour_count(n: usize, perplexity: f32) -> usize {
    ((3.0 * perplexity) as usize + 1).min(n.saturating_sub(1))
}

/// Turns squared distances (rows × k, nearest first) into conditional probabilities p_j|i, each row
/// with its own β_i = 1 / 2σ_i², such that the row's perplexity is the one given.
///
/// Newton's method on the entropy, whose slope is −β Var(d), kept inside a bracket. A row of k
/// equal distances gets equal probabilities.
pub(crate) fn calibrate(squared_distances: &mut [f32], k: usize, perplexity: f32) {
    if k == 0 {
        return;
    }
    let target = natural_logarithm(f64::from(perplexity.min(k as f32)));
    let padded = k.next_multiple_of(Lanes::COUNT);
    let mut shifted = vec![0.0; padded];
    let mut real = vec![0.0; padded];
    real[..k].fill(1.0);
    let mut weights = vec![0.0; padded];
    for row in squared_distances.chunks_exact_mut(k) {
        let nearest = row.iter().fold(f32::INFINITY, |least, &x| least.min(x));
        for (to, &x) in shifted.iter_mut().zip(row.iter()) {
            *to = x - nearest;
        }
        let mean = shifted[..k].iter().map(|&x| f64::from(x)).sum::<f64>() / k as f64;
        let mut beta = if mean > 0.0 {
            (1.0 / mean).min(MOST_BETA)
        } else {
            0.0
        };
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut total = 0.0;
        for _ in 0..ATTEMPTS {
            let (sum, first, second) = weigh(&shifted, &real, beta as f32, &mut weights);
            total = sum;
            let mean = first / sum;
            let variance = (second / sum - mean * mean).max(0.0);
            let entropy = natural_logarithm(sum) + beta * mean;
            let excess = entropy - target;
            if excess.abs() < ENTROPY_TOLERANCE || beta == 0.0 {
                break;
            }
            if excess > 0.0 {
                low = beta;
            } else {
                high = beta;
            }
            let newton = beta + excess / (beta * variance).max(f64::MIN_POSITIVE);
            let ceiling = if high.is_finite() { high } else { 4.0 * beta };
            beta = if newton > low && newton < ceiling {
                newton
            } else if high.is_finite() {
                0.5 * (low + high)
            } else {
                4.0 * beta
            };
            if beta > MOST_BETA || beta * MOST_BETA < 1.0 {
                break;
            }
        }
        let scale = (1.0 / total) as f32;
        for (to, &weight) in row.iter_mut().zip(&weights) {
            *to = weight * scale;
        }
    }
}

/// Weights e^(−β d), and Σ w, Σ w d and Σ w d². Lanes with `real` = 0 count for nothing.
fn weigh(distances: &[f32], real: &[f32], beta: f32, weights: &mut [f32]) -> (f64, f64, f64) {
    let beta = Lanes::splat(-beta);
    let (mut sum, mut first, mut second) = (Lanes::zero(), Lanes::zero(), Lanes::zero());
    for at in (0..distances.len()).step_by(Lanes::COUNT) {
        let d = Lanes::load(distances, at);
        let w = (d * beta).exp_of_negative() * Lanes::load(real, at);
        w.store(weights, at);
        sum += w;
        first += w * d;
        second += w * d * d;
    }
    (sum.sum().into(), first.sum().into(), second.sum().into())
}
