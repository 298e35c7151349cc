//! Activations column by column, so that all of one neuron lie side by side.

use crate::projection::lanes::Lanes;

/// Rows whose values of one column are copied together: they stay in cache for the next columns.
const ROWS: usize = 64;

/// A matrix column by column, turned from rows in small slices.
pub(super) struct Columns {
    n: usize,
    d: usize,
    /// The matrix as it came, n × d, row-major; empty once it is turned.
    rows: Vec<f32>,
    /// d × n: column j begins at j · n.
    values: Vec<f32>,
    /// Least and greatest value of each column.
    ranges: Vec<[f32; 2]>,
    /// Columns turned so far.
    turned: usize,
}

impl Columns {
    /// Takes a checked matrix, n × d, row-major.
    pub fn new(rows: Vec<f32>, n: usize, d: usize) -> Self {
        Self {
            n,
            d,
            values: vec![0.0; rows.len()],
            rows,
            ranges: Vec::with_capacity(d),
            turned: 0,
        }
    }

    /// Turns columns of about `work` values; true once all are.
    pub fn advance(&mut self, work: usize) -> bool {
        if self.turned < self.d {
            let end = (self.turned + (work / self.n).max(1)).min(self.d);
            for first in (0..self.n).step_by(ROWS) {
                let last = (first + ROWS).min(self.n);
                for j in self.turned..end {
                    let column = &mut self.values[j * self.n..][first..last];
                    let rows = self.rows[first * self.d..].chunks(self.d);
                    for (to, row) in column.iter_mut().zip(rows) {
                        *to = row[j];
                    }
                }
            }
            for j in self.turned..end {
                self.ranges.push(range(self.column(j)));
            }
            self.turned = end;
        }
        if self.turned == self.d {
            self.rows = Vec::new();
        }
        self.turned == self.d
    }

    /// The values of a column, by observation.
    pub fn column(&self, j: usize) -> &[f32] {
        &self.values[j * self.n..(j + 1) * self.n]
    }

    /// Least and greatest value of a column.
    pub fn range(&self, j: usize) -> [f32; 2] {
        self.ranges[j]
    }

    /// Columns.
    pub fn count(&self) -> usize {
        self.d
    }

    /// How much of the matrix has been turned, 0 to 1.
    pub fn progress(&self) -> f32 {
        self.turned as f32 / self.d as f32
    }
}

/// Least and greatest of finite values, at least one.
pub(super) fn range(values: &[f32]) -> [f32; 2] {
    let whole = values.len() - values.len() % Lanes::COUNT;
    let [mut least, mut greatest] = [values[0]; 2];
    if whole > 0 {
        let mut low = Lanes::load(values, 0);
        let mut high = low;
        for at in (Lanes::COUNT..whole).step_by(Lanes::COUNT) {
            let four = Lanes::load(values, at);
            low = low.min(four);
            high = high.max(four);
        }
        for (low, high) in low.to_array().into_iter().zip(high.to_array()) {
            least = if low < least { low } else { least };
            greatest = if high > greatest { high } else { greatest };
        }
    }
    for &value in &values[whole..] {
        least = if value < least { value } else { least };
        greatest = if value > greatest { value } else { greatest };
    }
    [least, greatest]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_in_any_slices_gives_the_transposed_matrix() {
        for (n, d) in [(1, 1), (3, 5), (130, 7), (64, 2)] {
            let rows: Vec<f32> = (0..n * d).map(|at| (at * 37 % 101) as f32 - 50.0).collect();
            for work in [0, n, 3 * n, n * d] {
                let mut columns = Columns::new(rows.clone(), n, d);
                while !columns.advance(work) {}
                for j in 0..d {
                    let expected: Vec<f32> = (0..n).map(|i| rows[i * d + j]).collect();
                    assert_eq!(columns.column(j), expected);
                    let least = expected.iter().copied().fold(f32::INFINITY, f32::min);
                    let greatest = expected.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                    assert_eq!(columns.range(j), [least, greatest]);
                }
            }
        }
    }
}
