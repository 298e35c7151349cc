//! How unlike any two items are: the input of multidimensional scaling.

use serde::{Deserialize, Serialize};

use super::error::{ProjectionError, check_matrix};
use super::magnitude::{greatest, tame};
use super::plane_neighbours::squared_distance;
use super::product::{Shape, Strided, multiply_add};

/// Multiplications and additions in one slice of work.
const SLICE: usize = 40_000_000;
/// Squared distances below this part of the norms are computed again, by differences: that of
/// products has lost their digits.
const CANCELLATION: f32 = 1e-3;
/// The greatest magnitude of a value: the distance of two rows must be a number.
const MOST: f32 = 1e33;
/// Entries of a matrix may differ from their mirror image by this part of the greatest entry.
const ASYMMETRY: f32 = 1e-4;

/// A measure of dissimilarity between two vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Metric {
    /// ‖a − b‖.
    Euclidean,
    /// 1 − cos(a, b), from 0 to 2. A vector of zeros has dissimilarity 1 to any other, 0 to one of
    /// its kind.
    Cosine,
    /// 1 − |r| with Pearson's correlation r, from 0 to 1: for neurons, where a negative correlation
    /// is a relation too. A constant vector tells nothing: it has dissimilarity 1 to any that
    /// varies, and 0 to another constant one.
    Correlation,
}

/// A symmetric matrix of dissimilarities: not negative, zero on the diagonal.
#[derive(Debug, Clone, PartialEq)]
pub struct Dissimilarities {
    n: usize,
    /// n × n, row-major.
    values: Vec<f32>,
}

impl Dissimilarities {
    /// From a matrix, n × n, row-major. Small asymmetries, as rounding makes them, are evened out.
    pub fn from_matrix(mut values: Vec<f32>, n: usize) -> Result<Self, ProjectionError> {
        check_matrix(&values, n, n)?;
        let greatest = values
            .iter()
            .fold(0.0_f32, |greatest, x| greatest.max(x.abs()));
        for row in 0..n {
            for column in 0..=row {
                let (value, mirrored) = (values[row * n + column], values[column * n + row]);
                let is_on_diagonal = row == column;
                if value < 0.0
                    || mirrored < 0.0
                    || (value - mirrored).abs() > ASYMMETRY * greatest
                    || (is_on_diagonal && value > ASYMMETRY * greatest)
                {
                    return Err(ProjectionError::NotADissimilarity { row, column, value });
                }
                let mean = if is_on_diagonal {
                    0.0
                } else {
                    0.5 * (value + mirrored)
                };
                values[row * n + column] = mean;
                values[column * n + row] = mean;
            }
        }
        Ok(Self { n, values })
    }

    /// Between the rows of `data`: n × d, row-major.
    pub fn between_rows(
        data: &[f32],
        n: usize,
        d: usize,
        metric: Metric,
    ) -> Result<Self, ProjectionError> {
        let mut builder = DissimilarityBuilder::new(data.to_vec(), n, d, metric)?;
        while !builder.advance() {}
        Ok(builder.finish())
    }

    /// Between the columns of `data` (n × d, row-major): between neurons, given the activations of
    /// n observations. The result is d × d.
    pub fn between_columns(
        data: &[f32],
        n: usize,
        d: usize,
        metric: Metric,
    ) -> Result<Self, ProjectionError> {
        check_matrix(data, n, d)?;
        let mut transposed = vec![0.0; n * d];
        for (i, row) in data.chunks_exact(d).enumerate() {
            for (j, &x) in row.iter().enumerate() {
                transposed[j * n + i] = x;
            }
        }
        Self::between_rows(&transposed, d, n, metric)
    }

    /// Number of items.
    #[must_use]
    pub fn items(&self) -> usize {
        self.n
    }

    /// The dissimilarities of item i to all items, itself included.
    #[must_use]
    pub fn row(&self, i: usize) -> &[f32] {
        &self.values[i * self.n..(i + 1) * self.n]
    }

    pub(super) fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// All dissimilarities: n × n, row-major.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// [`Dissimilarities`] in the making, for many items: in slices of some milliseconds.
pub struct DissimilarityBuilder {
    n: usize,
    d: usize,
    metric: Metric,
    /// Rows, centred and normalised as the metric asks.
    rows: Vec<f32>,
    /// The rows' transpose: d × n.
    columns: Vec<f32>,
    /// What the Euclidean distances are to be multiplied with.
    unit: f32,
    /// For the Euclidean metric, squared lengths; for the others, 0 marks a row that tells nothing.
    norms: Vec<f32>,
    values: Vec<f32>,
    next: usize,
}

impl DissimilarityBuilder {
    /// Prepares the dissimilarities between the rows of `data`: n × d, row-major.
    pub fn new(
        mut data: Vec<f32>,
        n: usize,
        d: usize,
        metric: Metric,
    ) -> Result<Self, ProjectionError> {
        check_matrix(&data, n, d)?;
        if greatest(&data) > MOST {
            let too_large = |value: &f32| value.abs() > MOST;
            let at = data.iter().position(too_large).unwrap_or_default();
            return Err(ProjectionError::TooLarge {
                row: at / d,
                column: at % d,
                value: data[at],
            });
        }
        let mut unit = 1.0;
        if metric == Metric::Euclidean {
            unit = tame(&mut data);
            centre_columns(&mut data, d);
        }
        let mut norms = Vec::with_capacity(n);
        for row in data.chunks_exact_mut(d) {
            norms.push(prepare_row(row, metric));
        }
        let mut columns = vec![0.0; n * d];
        for (i, row) in data.chunks_exact(d).enumerate() {
            for (j, &x) in row.iter().enumerate() {
                columns[j * n + i] = x;
            }
        }
        Ok(Self {
            n,
            d,
            metric,
            rows: data,
            columns,
            unit,
            norms,
            values: vec![0.0; n * n],
            next: 0,
        })
    }

    /// Does one slice of work; true when all is done.
    pub fn advance(&mut self) -> bool {
        let (n, d) = (self.n, self.d);
        let rows = (SLICE / (n * d)).next_multiple_of(4).min(n - self.next);
        if rows == 0 {
            return true;
        }
        let from = self.next;
        let left = Strided {
            values: &self.rows[from * d..],
            row_stride: d,
            column_stride: 1,
        };
        // Everything right of the diagonal; the rest is its mirror image.
        let shape = Shape {
            rows,
            inner: d,
            columns: n - from,
        };
        let to = &mut self.values[from * n + from..];
        multiply_add(shape, left, &self.columns[from..], n, to, n);
        for i in from..from + rows {
            self.values[i * n + i] = 0.0;
            for j in i + 1..n {
                let value = self.dissimilarity(i, j, self.values[i * n + j]);
                self.values[i * n + j] = value;
                self.values[j * n + i] = value;
            }
        }
        self.next += rows;
        self.next == n
    }

    /// The items that tell nothing, ascending: constant ones for [`Metric::Correlation`], zeros for
    /// [`Metric::Cosine`].
    #[must_use]
    pub fn telling_nothing(&self) -> Vec<u32> {
        let norms = (0..).zip(&self.norms);
        let silent = norms.filter(|(_, norm)| self.metric != Metric::Euclidean && **norm == 0.0);
        silent.map(|(item, _)| item).collect()
    }

    /// How far along, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f32 {
        let left = (self.n - self.next) as f32 / self.n as f32;
        1.0 - left * left
    }

    /// The matrix. To be called once [`Self::advance`] has returned true.
    #[must_use]
    pub fn finish(self) -> Dissimilarities {
        Dissimilarities {
            n: self.n,
            values: self.values,
        }
    }

    fn dissimilarity(&self, i: usize, j: usize, product: f32) -> f32 {
        let (a, b) = (self.norms[i], self.norms[j]);
        match self.metric {
            Metric::Euclidean => {
                let square = a + b - 2.0 * product;
                if square > CANCELLATION * (a + b) {
                    return square.sqrt() * self.unit;
                }
                let row = |i: usize| &self.rows[i * self.d..(i + 1) * self.d];
                squared_distance(row(i), row(j)).sqrt() as f32 * self.unit
            }
            _ if a == 0.0 && b == 0.0 => 0.0,
            Metric::Cosine => (1.0 - product).max(0.0),
            Metric::Correlation => (1.0 - product.abs()).max(0.0),
        }
    }
}

/// Makes a row ready for products; returns its squared length, or whether it tells anything.
fn prepare_row(row: &mut [f32], metric: Metric) -> f32 {
    let d = row.len() as f64;
    let squares = |row: &[f32]| {
        row.iter()
            .map(|&x| f64::from(x) * f64::from(x))
            .sum::<f64>()
    };
    let original = squares(row);
    if metric == Metric::Euclidean {
        return original as f32;
    }
    if metric == Metric::Correlation {
        let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / d;
        row.iter_mut()
            .for_each(|x| *x = (f64::from(*x) - mean) as f32);
    }
    let square = squares(row);
    // What rounding leaves of a constant row is not variation.
    if square <= 1e-12 * original || square <= f64::from(f32::MIN_POSITIVE) {
        row.fill(0.0);
        return 0.0;
    }
    let scale = 1.0 / square.sqrt();
    row.iter_mut()
        .for_each(|x| *x = (f64::from(*x) * scale) as f32);
    1.0
}

fn centre_columns(data: &mut [f32], d: usize) {
    let n = data.len() / d;
    let mut sums = vec![0.0_f64; d];
    for row in data.chunks_exact(d) {
        for (sum, &x) in sums.iter_mut().zip(row) {
            *sum += f64::from(x);
        }
    }
    for row in data.chunks_exact_mut(d) {
        for (x, sum) in row.iter_mut().zip(&sums) {
            *x -= (sum / n as f64) as f32;
        }
    }
}
