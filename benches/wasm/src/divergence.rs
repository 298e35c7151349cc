//! The Kullback-Leibler divergence of a layout on the P of all pairs, in double precision and with
//! nothing left out: the yardstick for every implementation of t-SNE, independent of how any of
//! them approximates P. Time and precision are its own; it shares no code with the project's core.

/// The entropy of each row is met within this, in nats.
const TOLERANCE: f64 = 1e-10;
const ATTEMPTS: usize = 100;

/// Data with the bandwidth of each observation at some perplexity.
pub struct Yardstick {
    data: Vec<f64>,
    n: usize,
    d: usize,
    rows: Vec<Row>,
}

/// p(j | i) is exp(−precision (‖x_i − x_j‖² − nearest)) / sum.
#[derive(Clone, Copy)]
struct Row {
    precision: f64,
    nearest: f64,
    sum: f64,
}

impl Yardstick {
    /// Of n rows of d numbers.
    pub fn new(data: &[f32], n: usize, d: usize, perplexity: f64) -> Self {
        let data: Vec<f64> = data.iter().copied().map(f64::from).collect();
        let mut distances = Vec::with_capacity(n);
        let mut precision = 1.0;
        let rows = (0..n)
            .map(|i| {
                distances.clear();
                let own = &data[i * d..(i + 1) * d];
                let others = data.chunks_exact(d).enumerate().filter(|&(j, _)| j != i);
                distances.extend(others.map(|(_, other)| squared_distance(own, other)));
                let row = calibrate(&mut distances, perplexity.ln(), precision);
                precision = row.precision;
                row
            })
            .collect();
        Self { data, n, d, rows }
    }

    /// Of a layout, n × 2.
    pub fn divergence(&self, layout: &[f32]) -> f64 {
        // Σ p ln(p / q) with q = 1 / ((1 + distance²) normaliser); Σ p = 1.
        let (mut sum, mut normaliser) = (0.0, 0.0);
        for i in 0..self.n {
            let (own, place) = (self.row(i), point(layout, i));
            let (mut row_sum, mut row_normaliser) = (0.0, 0.0);
            for j in i + 1..self.n {
                let distance = squared_distance(own, self.row(j));
                let p = (self.rows[i].probability(distance) + self.rows[j].probability(distance))
                    / (2 * self.n) as f64;
                let apart = 1.0 + squared_distance(&place, &point(layout, j));
                row_normaliser += 1.0 / apart;
                if p > 0.0 {
                    row_sum += p * (p * apart).ln();
                }
            }
            sum += row_sum;
            normaliser += row_normaliser;
        }
        2.0 * sum + (2.0 * normaliser).ln()
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.d..(i + 1) * self.d]
    }
}

impl Row {
    fn probability(&self, distance: f64) -> f64 {
        (-self.precision * (distance - self.nearest)).exp() / self.sum
    }
}

fn point(layout: &[f32], i: usize) -> [f64; 2] {
    [f64::from(layout[2 * i]), f64::from(layout[2 * i + 1])]
}

fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The precision at which the row has this entropy: Newton's method on its logarithm, kept between
/// bounds. Takes the nearest distance off the distances.
fn calibrate(distances: &mut [f64], entropy: f64, guess: f64) -> Row {
    let nearest = distances.iter().copied().fold(f64::INFINITY, f64::min);
    for distance in distances.iter_mut() {
        *distance -= nearest;
    }
    let mut precision = guess;
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut sum = 0.0;
    for _ in 0..ATTEMPTS {
        let (mut first, mut second) = (0.0, 0.0);
        sum = 0.0;
        for &distance in distances.iter() {
            let weight = (-precision * distance).exp();
            sum += weight;
            first += weight * distance;
            second += weight * distance * distance;
        }
        let mean = first / sum;
        let excess = sum.ln() + precision * mean - entropy;
        if excess.abs() < TOLERANCE {
            break;
        }
        if excess > 0.0 {
            low = precision;
        } else {
            high = precision;
        }
        // The entropy falls by precision² · variance with the logarithm of the precision.
        let slope = precision * precision * (second / sum - mean * mean);
        let next = precision * (excess / slope).clamp(-2.0, 2.0).exp();
        precision = if next > low && next < high {
            next
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * precision
        };
    }
    Row {
        precision,
        nearest,
        sum,
    }
}
