//! The leading eigenvectors of a large symmetric operator, one block of its rows at a time.

use rand_chacha::ChaCha8Rng;

use super::jacobi::eigen_symmetric;
use super::product::{Shape, Strided, dot, multiply_add};
use super::random::normal;

/// Columns iterated beyond those wanted: they make the wanted ones converge.
const OVERSAMPLING: usize = 14;
/// Degree of the Chebyshev filter between two orthonormalisations. A higher one would let the
/// first eigenvector drown the last in single precision.
const DEGREE: usize = 4;
/// Filters applied at most.
const ROUNDS: usize = 10;
/// Relative change of the wanted eigenvalues below which they have converged.
const TOLERANCE: f64 = 1e-6;

/// Chebyshev-filtered subspace iteration (Zhou & Saad 2007, after Rutishauser 1970) from a random
/// block (Halko, Martinsson & Tropp 2011). It never sees the operator: the owner asks for
/// [`Subspace::input`], applies the operator to it and hands the product to [`Subspace::accept`].
pub(crate) struct Subspace {
    /// Order of the operator.
    m: usize,
    /// Eigenvectors wanted.
    wanted: usize,
    /// Columns of the block.
    b: usize,
    /// The block the operator is applied to: m × b, row-major.
    v: Vec<f32>,
    /// The block before, of the three-term recurrence.
    before: Vec<f32>,
    /// Ritz values of the round before.
    ritz: Vec<f64>,
    step: Step,
    round: usize,
    filter: Filter,
    random: ChaCha8Rng,
}

#[derive(Clone, Copy)]
enum Step {
    /// The next product gives Ritz values.
    Ritz,
    /// The next product is a term of the filter.
    Filter(usize),
    Converged,
}

/// The recurrence of the scaled Chebyshev polynomial that is small on [0, 2·centre].
#[derive(Clone, Copy, Default)]
struct Filter {
    centre: f64,
    half_width: f64,
    sigma: f64,
    tau: f64,
}

impl Subspace {
    /// Starts from a random orthonormal block. `wanted` ≤ `m`.
    pub fn new(m: usize, wanted: usize, mut random: ChaCha8Rng) -> Self {
        let b = (wanted + OVERSAMPLING).next_multiple_of(8).min(m);
        let v = (0..m * b).map(|_| normal(&mut random)).collect();
        let mut subspace = Self {
            m,
            wanted,
            b,
            v,
            before: vec![0.0; m * b],
            ritz: Vec::new(),
            step: Step::Ritz,
            round: 0,
            filter: Filter::default(),
            random,
        };
        subspace.orthonormalise();
        subspace
    }

    /// The block to apply the operator to (m × columns, row-major) and its number of columns.
    pub fn input(&self) -> (&[f32], usize) {
        (&self.v, self.b)
    }

    /// Takes the operator's product with [`Self::input`]; true once converged. The contents of
    /// `product` are used up.
    pub fn accept(&mut self, product: &mut Vec<f32>) -> bool {
        match self.step {
            Step::Ritz => self.rayleigh_ritz(product),
            Step::Filter(term) => self.filter_term(term, product),
            Step::Converged => {}
        }
        matches!(self.step, Step::Converged)
    }

    /// How far along, 0 to 1, if all rounds are needed.
    pub fn fraction(&self) -> f32 {
        let products = match self.step {
            Step::Ritz => self.round * DEGREE,
            Step::Filter(term) => (self.round - 1) * DEGREE + term,
            Step::Converged => return 1.0,
        };
        products as f32 / (ROUNDS * DEGREE) as f32
    }

    /// The eigenvalues wanted, greatest first, and the eigenvectors as rows: wanted × m.
    pub fn finish(self) -> (Vec<f64>, Vec<f32>) {
        let mut rows = vec![0.0; self.wanted * self.m];
        for i in 0..self.m {
            for k in 0..self.wanted {
                rows[k * self.m + i] = self.v[i * self.b + k];
            }
        }
        let mut values = self.ritz;
        values.truncate(self.wanted);
        (values, rows)
    }

    /// Turns the block into Ritz vectors (Rayleigh-Ritz), then begins the next filter.
    fn rayleigh_ritz(&mut self, product: &mut Vec<f32>) {
        let (m, b) = (self.m, self.b);
        let mut projected = vec![0.0_f32; b * b];
        let transposed = Strided {
            values: &self.v,
            row_stride: 1,
            column_stride: b,
        };
        let shape = Shape {
            rows: b,
            inner: m,
            columns: b,
        };
        multiply_add(shape, transposed, product, b, &mut projected, b);
        let symmetric = (0..b * b)
            .map(|at| {
                let (i, j) = (at / b, at % b);
                f64::from(projected[i * b + j] + projected[j * b + i]) * 0.5
            })
            .collect();
        let eigen = eigen_symmetric(symmetric, b);
        let rotation: Vec<f32> = eigen.vectors.iter().map(|&x| x as f32).collect();
        for block in [&mut self.v, product] {
            let mut rotated = vec![0.0; m * b];
            let left = Strided {
                values: block,
                row_stride: b,
                column_stride: 1,
            };
            let shape = Shape {
                rows: m,
                inner: b,
                columns: b,
            };
            multiply_add(shape, left, &rotation, b, &mut rotated, b);
            *block = rotated;
        }
        let greatest = eigen.values[0].max(0.0);
        let settled = self.ritz.len() == b
            && (0..self.wanted)
                .all(|k| (eigen.values[k] - self.ritz[k]).abs() <= TOLERANCE * greatest);
        self.ritz = eigen.values;
        self.round += 1;
        // A block as wide as the space, and an operator that is zero, leave nothing to iterate.
        if settled || b == m || self.round >= ROUNDS || greatest <= f64::MIN_POSITIVE {
            self.step = Step::Converged;
            return;
        }
        let unwanted = self.ritz[b - 1].clamp(1e-6 * greatest, 0.9 * greatest);
        let half_width = 0.5 * unwanted;
        let sigma = half_width / (greatest - half_width);
        self.filter = Filter {
            centre: half_width,
            half_width,
            sigma,
            tau: 2.0 / sigma,
        };
        // First term: (A − c) V σ / e.
        let scale = (sigma / half_width) as f32;
        let shift = (half_width * sigma / half_width) as f32;
        for (new, &old) in product.iter_mut().zip(&self.v) {
            *new = *new * scale - old * shift;
        }
        core::mem::swap(&mut self.before, &mut self.v);
        core::mem::swap(&mut self.v, product);
        self.step = Step::Filter(1);
    }

    fn filter_term(&mut self, term: usize, product: &mut Vec<f32>) {
        let Filter {
            centre,
            half_width,
            sigma,
            tau,
        } = self.filter;
        let next = 1.0 / (tau - sigma);
        let scale = (2.0 * next / half_width) as f32;
        let shift = (2.0 * next * centre / half_width) as f32;
        let back = (sigma * next) as f32;
        for ((new, &now), &before) in product.iter_mut().zip(&self.v).zip(&self.before) {
            *new = *new * scale - now * shift - before * back;
        }
        self.filter.sigma = next;
        core::mem::swap(&mut self.before, &mut self.v);
        core::mem::swap(&mut self.v, product);
        if term + 1 < DEGREE {
            self.step = Step::Filter(term + 1);
        } else {
            self.orthonormalise();
            self.step = Step::Ritz;
        }
    }

    /// Gram-Schmidt, twice over; a column that vanishes is replaced by a random one.
    fn orthonormalise(&mut self) {
        let (m, b) = (self.m, self.b);
        let mut columns = vec![0.0_f32; m * b];
        for i in 0..m {
            for k in 0..b {
                columns[k * m + i] = self.v[i * b + k];
            }
        }
        for k in 0..b {
            let (done, rest) = columns.split_at_mut(k * m);
            let column = &mut rest[..m];
            let mut attempts = 0;
            loop {
                let original = dot(column, column).sqrt();
                for _ in 0..2 {
                    for other in done.chunks_exact(m) {
                        let along = dot(column, other);
                        for (x, &o) in column.iter_mut().zip(other) {
                            *x -= along * o;
                        }
                    }
                }
                let left = dot(column, column).sqrt();
                attempts += 1;
                if left > 1e-5 * original && left > 1e-30 || attempts > 4 {
                    let scale = if left > 0.0 { 1.0 / left } else { 0.0 };
                    column.iter_mut().for_each(|x| *x *= scale);
                    break;
                }
                column.fill_with(|| normal(&mut self.random));
            }
        }
        for i in 0..m {
            for k in 0..b {
                self.v[i * b + k] = columns[k * m + i];
            }
        }
    }
}
