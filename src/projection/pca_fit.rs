//! Principal component analysis in slices.

use super::jacobi::eigen_symmetric;
use super::pca::{BLOCK, Pca, centre};
use super::product::{Shape, Strided, multiply_add};
use super::random::generator;
use super::subspace::Subspace;

/// Up to this order the eigenproblem is solved at once and exactly.
const DIRECT_ORDER: usize = 96;
/// Up to this order the covariance or Gram matrix is formed; beyond, the data are multiplied anew
/// at each iteration (randomized singular value decomposition).
const FORMED_ORDER: usize = 1_536;
/// Multiplications and additions in one slice of work.
const SLICE: usize = 30_000_000;

/// A [`Pca`] in the making. The data stay with the owner and are shown to every call.
pub(crate) struct PcaFit {
    n: usize,
    d: usize,
    k: usize,
    seed: u64,
    mean: Vec<f32>,
    /// Covariance (d × d) or Gram (n × n) matrix, not yet divided by n − 1; empty if never formed.
    formed: Vec<f32>,
    phase: Phase,
    /// The operator's product with the subspace's block, in the making.
    product: Vec<f32>,
    eigen: Option<(Vec<f64>, Vec<f32>)>,
}

enum Phase {
    Mean,
    /// Forming the matrix; the next row (covariance) or column (Gram) of the data.
    Form(usize),
    /// Iterating; the next row of the operator.
    Iterate(Box<Subspace>, usize),
    Done,
}

impl PcaFit {
    /// Plans the first `k` components of n × d data.
    pub fn new(n: usize, d: usize, k: usize, seed: u64) -> Self {
        Self {
            n,
            d,
            k: k.min(n).min(d),
            seed,
            mean: vec![0.0; d],
            formed: Vec::new(),
            phase: Phase::Mean,
            product: Vec::new(),
            eigen: None,
        }
    }

    /// Order of the matrix that is decomposed: the lesser side of the data.
    fn order(&self) -> usize {
        self.n.min(self.d)
    }

    /// How far along, from 0 to 1.
    pub fn fraction(&self) -> f32 {
        match &self.phase {
            Phase::Mean => 0.0,
            Phase::Form(at) => 0.6 * *at as f32 / self.n.max(self.d) as f32,
            Phase::Iterate(subspace, _) => {
                let before = if self.formed.is_empty() { 0.0 } else { 0.6 };
                before + (1.0 - before) * subspace.fraction()
            }
            Phase::Done => 1.0,
        }
    }

    /// Does one slice of work; true when all is done.
    pub fn advance(&mut self, data: &[f32]) -> bool {
        match core::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Mean => {
                self.find_mean(data);
                self.phase = if self.order() <= FORMED_ORDER {
                    self.formed = vec![0.0; self.order() * self.order()];
                    Phase::Form(0)
                } else {
                    self.begin_iteration()
                };
            }
            Phase::Form(at) => {
                let at = self.form(data, at);
                self.phase = if at < self.n.max(self.d) {
                    Phase::Form(at)
                } else if self.order() <= DIRECT_ORDER {
                    self.solve_directly();
                    Phase::Done
                } else {
                    self.begin_iteration()
                };
            }
            Phase::Iterate(subspace, at) => self.phase = self.iterate(data, subspace, at),
            Phase::Done => return true,
        }
        matches!(self.phase, Phase::Done)
    }

    fn find_mean(&mut self, data: &[f32]) {
        let mut sums = vec![0.0_f64; self.d];
        for row in data.chunks_exact(self.d) {
            for (sum, &x) in sums.iter_mut().zip(row) {
                *sum += f64::from(x);
            }
        }
        self.mean = sums
            .iter()
            .map(|sum| (sum / self.n as f64) as f32)
            .collect();
    }

    /// Adds a few blocks to the covariance or Gram matrix; returns where to go on.
    fn form(&mut self, data: &[f32], mut at: usize) -> usize {
        let (n, d, order) = (self.n, self.d, self.order());
        let is_gram = n < d;
        let longer = n.max(d);
        let blocks = (SLICE / (BLOCK * order * order)).max(1);
        let mut block = vec![0.0; BLOCK * order];
        for _ in 0..blocks {
            let rows = BLOCK.min(longer - at);
            if is_gram {
                for r in 0..rows {
                    let column = at + r;
                    for i in 0..n {
                        block[r * n + i] = data[i * d + column] - self.mean[column];
                    }
                }
            } else {
                centre(&data[at * d..(at + rows) * d], &self.mean, &mut block);
            }
            // Only the upper triangle, in stripes: the rest follows by symmetry.
            const STRIPE: usize = 64;
            for top in (0..order).step_by(STRIPE) {
                let left = Strided {
                    values: &block[top..],
                    row_stride: 1,
                    column_stride: order,
                };
                let shape = Shape {
                    rows: STRIPE.min(order - top),
                    inner: rows,
                    columns: order - top,
                };
                let to = &mut self.formed[top * order + top..];
                multiply_add(shape, left, &block[top..], order, to, order);
            }
            at += rows;
            if at == longer {
                for i in 0..order {
                    for j in 0..i {
                        self.formed[i * order + j] = self.formed[j * order + i];
                    }
                }
                break;
            }
        }
        at
    }

    fn solve_directly(&mut self) {
        let m = self.order();
        let matrix = self.formed.iter().map(|&x| f64::from(x)).collect();
        let found = eigen_symmetric(matrix, m);
        let mut rows = vec![0.0; self.k * m];
        for k in 0..self.k {
            for i in 0..m {
                rows[k * m + i] = found.vectors[i * m + k] as f32;
            }
        }
        self.eigen = Some((found.values[..self.k].to_vec(), rows));
    }

    fn begin_iteration(&mut self) -> Phase {
        // Without a formed matrix the operator is Xᵀ X, of order d.
        let order = if self.formed.is_empty() {
            self.d
        } else {
            self.order()
        };
        let subspace = Subspace::new(order, self.k, generator(self.seed, 1));
        self.product = vec![0.0; order * subspace.input().1];
        Phase::Iterate(Box::new(subspace), 0)
    }

    /// Multiplies a few rows of the operator with the block of the subspace.
    fn iterate(&mut self, data: &[f32], mut subspace: Box<Subspace>, at: usize) -> Phase {
        let (v, b) = subspace.input();
        let (rows_in_all, end);
        if self.formed.is_empty() {
            rows_in_all = self.n;
            let rows = (SLICE / (2 * self.d * b)).next_multiple_of(BLOCK);
            end = (at + rows).min(self.n);
            self.multiply_data(data, at, end, v, b);
        } else {
            let order = self.order();
            rows_in_all = order;
            end = (at + (SLICE / (order * b)).next_multiple_of(4)).min(order);
            let left = Strided {
                values: &self.formed[at * order..],
                row_stride: order,
                column_stride: 1,
            };
            let shape = Shape {
                rows: end - at,
                inner: order,
                columns: b,
            };
            multiply_add(shape, left, v, b, &mut self.product[at * b..], b);
        }
        if end < rows_in_all {
            return Phase::Iterate(subspace, end);
        }
        let converged = subspace.accept(&mut self.product);
        if converged {
            self.eigen = Some(subspace.finish());
            return Phase::Done;
        }
        self.product.fill(0.0);
        Phase::Iterate(subspace, 0)
    }

    /// `product += Xᵀ (X v)` over rows `from..to` of the centred data X.
    fn multiply_data(&mut self, data: &[f32], from: usize, to: usize, v: &[f32], b: usize) {
        let d = self.d;
        let mut block = vec![0.0; BLOCK * d];
        let mut image = vec![0.0; BLOCK * b];
        for start in (from..to).step_by(BLOCK) {
            let rows = BLOCK.min(to - start);
            centre(&data[start * d..(start + rows) * d], &self.mean, &mut block);
            image.fill(0.0);
            let by_row = Strided {
                values: &block,
                row_stride: d,
                column_stride: 1,
            };
            let shape = Shape {
                rows,
                inner: d,
                columns: b,
            };
            multiply_add(shape, by_row, v, b, &mut image, b);
            let by_column = Strided {
                values: &block,
                row_stride: 1,
                column_stride: d,
            };
            let shape = Shape {
                rows: d,
                inner: rows,
                columns: b,
            };
            multiply_add(shape, by_column, &image, b, &mut self.product, b);
        }
    }

    /// The components found. To be called once [`Self::advance`] has returned true.
    pub fn finish(self, data: &[f32]) -> Pca {
        let (n, d, k) = (self.n, self.d, self.k);
        let (values, vectors) = self.eigen.unwrap_or_default();
        let mut components = if vectors.len() == k * d {
            vectors
        } else {
            components_of_gram(data, &self.mean, &values, &vectors)
        };
        for component in components.chunks_exact_mut(d) {
            let greatest =
                component.iter().fold(
                    0.0_f32,
                    |best, &x| if x.abs() > best.abs() { x } else { best },
                );
            if greatest < 0.0 {
                component.iter_mut().for_each(|x| *x = -*x);
            }
        }
        let freedom = n.saturating_sub(1).max(1) as f64;
        Pca {
            mean: self.mean,
            components,
            explained_variance: values
                .iter()
                .map(|&x| (x.max(0.0) / freedom) as f32)
                .collect(),
            d,
        }
    }
}

/// Right singular vectors from left ones: Xᵀ u / √λ, zero where λ is negligible.
fn components_of_gram(data: &[f32], mean: &[f32], values: &[f64], vectors: &[f32]) -> Vec<f32> {
    let (d, k) = (mean.len(), values.len());
    let n = data.len() / d;
    let mut components = vec![0.0; k * d];
    let greatest = values.first().copied().unwrap_or(0.0);
    for ((component, &value), vector) in components
        .chunks_exact_mut(d)
        .zip(values)
        .zip(vectors.chunks_exact(n))
    {
        if value <= 1e-7 * greatest || value <= 0.0 {
            continue;
        }
        let mut sums = vec![0.0_f64; d];
        for (row, &u) in data.chunks_exact(d).zip(vector) {
            for ((sum, &x), &m) in sums.iter_mut().zip(row).zip(mean) {
                *sum += f64::from(u) * f64::from(x - m);
            }
        }
        let scale = 1.0 / value.sqrt();
        for (to, sum) in component.iter_mut().zip(&sums) {
            *to = (sum * scale) as f32;
        }
    }
    components
}
