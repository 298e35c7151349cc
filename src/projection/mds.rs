//! Metric multidimensional scaling: distances in the plane as near as can be to dissimilarities.

use serde::{Deserialize, Serialize};

use super::dissimilarity::Dissimilarities;
use super::error::{ProjectionError, check_matrix};
use super::lanes::Lanes;
use super::magnitude::tame;
use super::product::{Shape, Strided, multiply_add};
use super::random::{generator, normal};
use super::shepard::shepard_diagram;
use super::stage::Stage;
use super::subspace::Subspace;

/// Pairs of items in one slice of work.
const SLICE: usize = 2_000_000;
/// Rows of squared dissimilarities taken into cache together.
const BLOCK: usize = 16;
/// Distances below this count as this, so that items on one spot do not divide by zero.
const LEAST_SQUARE: f32 = 1e-30;
/// The layout counts as having this standard deviation where it starts at random.
const RANDOM_SPREAD: f32 = 0.5;

/// Parameters of metric MDS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MdsConfig {
    /// Iterations at most.
    pub iterations: u32,
    /// Stop once an iteration lowers the raw stress by less than this part of it; 0 never.
    pub tolerance: f64,
    /// Where the items start.
    pub initialisation: MdsInitialisation,
    /// Seed of everything random.
    pub seed: u64,
}

/// Where the items start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum MdsInitialisation {
    /// Classical scaling (Torgerson 1952): the best layout for products instead of distances.
    Classical,
    /// Normally distributed.
    Random,
    /// This layout: n × 2, row-major.
    Layout(Vec<f32>),
}

impl Default for MdsConfig {
    fn default() -> Self {
        Self {
            iterations: 300,
            tolerance: 1e-5,
            initialisation: MdsInitialisation::Classical,
            seed: 0,
        }
    }
}

/// How far distances d are from dissimilarities δ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stress {
    /// Σ_{i<j} (d_ij − δ_ij)².
    pub raw: f64,
    /// √(raw / Σ_{i<j} d_ij²), Kruskal's Stress-1 (1964), as scikit-learn's normalised stress: 0 is
    /// perfect, 0.05 good, 0.2 poor. 1 for a layout all on one spot.
    pub normalised: f64,
}

/// A run of metric MDS by SMACOF (de Leeuw 1977): each iteration minimises a parabola that lies
/// above the stress and touches it, so that the stress never rises.
///
/// Call [`Mds::advance`] until it returns [`Stage::Done`]; [`Stage::Reduction`] is the initial
/// layout, [`Stage::Optimisation`] the iterations.
pub struct Mds {
    n: usize,
    /// In units of `unit`.
    dissimilarities: Dissimilarities,
    unit: f32,
    config: MdsConfig,
    x: Vec<f32>,
    y: Vec<f32>,
    next_x: Vec<f32>,
    next_y: Vec<f32>,
    /// Next row of the pass under way.
    row: usize,
    /// Raw stress of the layout, twice, as far as this pass has come.
    partial: f64,
    /// Squared distances in the layout, summed likewise.
    partial_square: f64,
    total_square: f64,
    stress: Option<Stress>,
    iteration: u32,
    is_done: bool,
    classical: Option<Classical>,
}

/// Classical scaling in the making.
struct Classical {
    subspace: Subspace,
    centred: Vec<f32>,
    product: Vec<f32>,
}

impl Mds {
    /// Prepares the layout of these items.
    pub fn new(
        mut dissimilarities: Dissimilarities,
        config: &MdsConfig,
    ) -> Result<Self, ProjectionError> {
        let n = dissimilarities.items();
        let unit = tame(dissimilarities.values_mut());
        let squares = |row: &[f32]| {
            row.iter()
                .map(|&x| f64::from(x) * f64::from(x))
                .sum::<f64>()
        };
        let total_square = (0..n).map(|i| squares(dissimilarities.row(i))).sum::<f64>() / 2.0;
        let padded = n.next_multiple_of(Lanes::COUNT);
        let mut mds = Self {
            n,
            config: config.clone(),
            x: vec![0.0; padded],
            y: vec![0.0; padded],
            next_x: vec![0.0; padded],
            next_y: vec![0.0; padded],
            row: 0,
            partial: 0.0,
            partial_square: 0.0,
            total_square,
            stress: None,
            iteration: 0,
            is_done: n < 2 || total_square == 0.0,
            classical: None,
            dissimilarities,
            unit,
        };
        let mut random = generator(config.seed, 3);
        match &config.initialisation {
            _ if mds.is_done => {}
            MdsInitialisation::Classical => {
                let subspace = Subspace::new(n, 2.min(n), random);
                let room = n * subspace.input().1;
                mds.classical = Some(Classical {
                    centred: Vec::new(),
                    product: vec![0.0; room],
                    subspace,
                });
            }
            MdsInitialisation::Random => {
                let scale = RANDOM_SPREAD * (total_square / (n * n) as f64).sqrt() as f32;
                for i in 0..n {
                    mds.x[i] = scale * normal(&mut random);
                    mds.y[i] = scale * normal(&mut random);
                }
            }
            MdsInitialisation::Layout(layout) => {
                check_matrix(layout, n, 2)?;
                for (i, point) in layout.chunks_exact(2).enumerate() {
                    (mds.x[i], mds.y[i]) = (point[0] / unit, point[1] / unit);
                }
            }
        }
        Ok(mds)
    }

    /// Does one small slice of work and says what comes next.
    pub fn advance(&mut self) -> Stage {
        if let Some(classical) = self.classical.take() {
            self.classical = self.advance_classical(classical);
        } else if !self.is_done {
            self.advance_pass();
        }
        self.stage()
    }

    /// What the next [`Self::advance`] works on.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.classical {
            Some(_) => Stage::Reduction,
            None if self.is_done => Stage::Done,
            None => Stage::Optimisation,
        }
    }

    /// How much of the expected time has passed, from 0 to 1, if all iterations are needed.
    #[must_use]
    pub fn progress(&self) -> f32 {
        const INITIALISATION: f32 = 0.15;
        match &self.classical {
            Some(classical) => INITIALISATION * classical.subspace.fraction(),
            None if self.is_done => 1.0,
            None => {
                let passes = self.iteration as f32 + self.row as f32 / self.n as f32;
                INITIALISATION
                    + (1.0 - INITIALISATION) * passes / (self.config.iterations + 1) as f32
            }
        }
    }

    /// Iterations that have been done.
    #[must_use]
    pub fn iteration(&self) -> u32 {
        self.iteration
    }

    /// The layout: n × 2, row-major; zeros until there is one.
    #[must_use]
    pub fn positions(&self) -> Vec<f32> {
        let pairs = self.x.iter().zip(&self.y).take(self.n);
        pairs
            .flat_map(|(&x, &y)| [x * self.unit, y * self.unit])
            .collect()
    }

    /// Stress of the layout before the last iteration, or of the final one when all is done; zero
    /// for items that are all alike, `None` before the first iteration.
    #[must_use]
    pub fn stress(&self) -> Option<Stress> {
        let nothing = Stress {
            raw: 0.0,
            normalised: 0.0,
        };
        let unit = f64::from(self.unit);
        let stress = self.stress.map(|stress| Stress {
            raw: stress.raw * unit * unit,
            ..stress
        });
        stress.or_else(|| self.is_done.then_some(nothing))
    }

    /// Whether all items are alike, so that their places mean nothing.
    #[must_use]
    pub fn is_of_equals(&self) -> bool {
        self.n > 1 && self.total_square == 0.0
    }

    /// The layout's Shepard diagram, of at most so many pairs drawn with this seed.
    ///
    /// # Errors
    /// As [`shepard_diagram`].
    pub fn shepard(&self, most: usize, seed: u64) -> Result<Vec<[f32; 2]>, ProjectionError> {
        let pairs = self.x.iter().zip(&self.y).take(self.n);
        let positions: Vec<f32> = pairs.flat_map(|(&x, &y)| [x, y]).collect();
        let mut pairs = shepard_diagram(&self.dissimilarities, &positions, most, seed)?;
        for pair in &mut pairs {
            *pair = pair.map(|length| length * self.unit);
        }
        Ok(pairs)
    }

    /// Goes over some rows of pairs: the Guttman transform of the layout (de Leeuw 1977), and its
    /// stress on the way.
    fn advance_pass(&mut self) {
        let end = (self.row + (SLICE / self.n).max(1)).min(self.n);
        for i in self.row..end {
            self.transform_row(i);
        }
        self.row = end;
        if end < self.n {
            return;
        }
        let (raw, square) = (0.5 * self.partial, 0.5 * self.partial_square);
        let before = self.stress.map(|stress| stress.raw);
        self.stress = Some(Stress {
            raw,
            normalised: if square > 0.0 {
                (raw / square).sqrt()
            } else {
                1.0
            },
        });
        self.row = 0;
        self.partial = 0.0;
        self.partial_square = 0.0;
        let has_converged =
            before.is_some_and(|before| before - raw < self.config.tolerance * before);
        if self.iteration >= self.config.iterations || has_converged {
            self.is_done = true;
            return;
        }
        core::mem::swap(&mut self.x, &mut self.next_x);
        core::mem::swap(&mut self.y, &mut self.next_y);
        self.iteration += 1;
    }

    /// x_i' = 1/n Σ_j δ_ij / d_ij (x_i − x_j), and Σ_j (d_ij − δ_ij)².
    fn transform_row(&mut self, i: usize) {
        let row = self.dissimilarities.row(i);
        let (xi, yi) = (Lanes::splat(self.x[i]), Lanes::splat(self.y[i]));
        let least = Lanes::splat(LEAST_SQUARE);
        let (mut sum_x, mut sum_y) = (Lanes::zero(), Lanes::zero());
        let (mut stress, mut squares) = (Lanes::zero(), Lanes::zero());
        let whole = self.n - self.n % Lanes::COUNT;
        let mut add = |target: Lanes, x: Lanes, y: Lanes| {
            let (dx, dy) = (xi - x, yi - y);
            let square = dx * dx + dy * dy;
            let distance = square.max(least).sqrt();
            let ratio = target / distance;
            sum_x += ratio * dx;
            sum_y += ratio * dy;
            let error = distance - target;
            stress += error * error;
            squares += square;
        };
        for at in (0..whole).step_by(Lanes::COUNT) {
            add(
                Lanes::load(row, at),
                Lanes::load(&self.x, at),
                Lanes::load(&self.y, at),
            );
        }
        if whole < self.n {
            // Lanes beyond the last item stand where item i stands, at dissimilarity 0.
            let mut rest = [[0.0; 4], [self.x[i]; 4], [self.y[i]; 4]];
            for (lane, j) in (whole..self.n).enumerate() {
                rest[0][lane] = row[j];
                rest[1][lane] = self.x[j];
                rest[2][lane] = self.y[j];
            }
            let [target, x, y] = rest.map(|four| Lanes::load(&four, 0));
            add(target, x, y);
        }
        let scale = 1.0 / self.n as f32;
        self.next_x[i] = scale * sum_x.sum();
        self.next_y[i] = scale * sum_y.sum();
        self.partial += f64::from(stress.sum());
        self.partial_square += f64::from(squares.sum());
    }

    /// Multiplies some rows of −½ J δ² J with the subspace's block, J being the centring matrix.
    fn advance_classical(&mut self, mut work: Classical) -> Option<Classical> {
        let n = self.n;
        let (v, b) = work.subspace.input();
        if self.row == 0 {
            work.centred.clear();
            work.centred.extend_from_slice(v);
            remove_column_means(&mut work.centred, b);
            work.product.fill(0.0);
        }
        let end = (self.row + (4 * SLICE / (n * b)).next_multiple_of(BLOCK)).min(n);
        let mut squares = vec![0.0; BLOCK * n];
        for start in (self.row..end).step_by(BLOCK) {
            let rows = BLOCK.min(end - start);
            let from = &self.dissimilarities.values()[start * n..(start + rows) * n];
            for (to, &value) in squares.iter_mut().zip(from) {
                *to = -0.5 * value * value;
            }
            let left = Strided {
                values: &squares,
                row_stride: n,
                column_stride: 1,
            };
            let shape = Shape {
                rows,
                inner: n,
                columns: b,
            };
            multiply_add(
                shape,
                left,
                &work.centred,
                b,
                &mut work.product[start * b..],
                b,
            );
        }
        self.row = end;
        if end < n {
            return Some(work);
        }
        self.row = 0;
        remove_column_means(&mut work.product, b);
        if !work.subspace.accept(&mut work.product) {
            return Some(work);
        }
        self.place(work.subspace);
        None
    }

    /// Coordinates are eigenvectors times the root of their eigenvalue; an axis without one is
    /// filled with little noise, for items on a line would never leave it.
    fn place(&mut self, subspace: Subspace) {
        let n = self.n;
        let (values, vectors) = subspace.finish();
        let mut random = generator(self.config.seed, 4);
        let noise = 1e-3 * (self.total_square / (n * n) as f64).sqrt() as f32;
        let greatest = values.first().copied().unwrap_or(0.0);
        for (axis, to) in [&mut self.x, &mut self.y].into_iter().enumerate() {
            let value = values.get(axis).copied().unwrap_or(0.0);
            for i in 0..n {
                to[i] = if value > 1e-6 * greatest {
                    vectors[axis * n + i] * value.sqrt() as f32
                } else {
                    noise * normal(&mut random)
                };
            }
        }
    }
}

/// `block`: rows × b, row-major.
fn remove_column_means(block: &mut [f32], b: usize) {
    let rows = block.len() / b;
    let mut sums = vec![0.0_f64; b];
    for row in block.chunks_exact(b) {
        for (sum, &x) in sums.iter_mut().zip(row) {
            *sum += f64::from(x);
        }
    }
    for row in block.chunks_exact_mut(b) {
        for (x, sum) in row.iter_mut().zip(&sums) {
            *x -= (sum / rows as f64) as f32;
        }
    }
}
