//! The push between all points, groups acting on groups (fast multipole method).
//!
//! Greengard & Rokhlin 1987, with the adaptive traversal of Dehnen 2002: a pair of cells interacts
//! through expansions as soon as both are small for their distance, whatever their levels.

use super::expansion::{
    Coefficients, ROOM, TERMS, add_moments, evaluate, shift_local, shift_moments, translate,
};
use super::lanes::Lanes;
use super::quadtree::Quadtree;

/// Points in a leaf at most.
const LEAF_SIZE: usize = 40;
/// A leaf and a cell with fewer pairs of points than this are compared point by point: that is
/// cheaper than one translation.
const CHEAP_PAIRS: usize = 128;
/// How the θ of Barnes-Hut maps to the opening criterion here, such that the
/// errors are no greater on any layout measured.
const OPENING: f32 = 1.4;
/// Beyond this the expansions would hardly converge, whatever θ.
const WIDEST_OPENING: f32 = 0.9;
/// What the criterion has in place of the 1 in √(1 + distance²). Less than 1, because cells close to
/// each other all err the same way, while the errors of far ones cancel.
const NEAR_REACH: f32 = 0.3;
/// The normaliser is at least this for each point: single precision tells no less from the 1 that
/// is a point's kernel with itself.
const LEAST_NORMALISER: f64 = 1e-7;

/// A cell as others see it.
#[derive(Clone, Copy, Default)]
struct Disc {
    /// Centre of the bounding box of the points.
    x: f32,
    y: f32,
    /// Half the diagonal of that box.
    radius: f32,
}

/// The fast multipole method over a quadtree, with room kept between iterations.
///
/// A cell acts on another as a whole where (sum of their radii) < 1.4 θ √(0.3 + distance²): the kernel
/// 1 / (1 + r²) has its nearest singularity at that distance in the complex plane, so that the
/// expansions converge like powers of 1.4 θ, even for cells that overlap, if they are small.
#[derive(Default)]
pub(crate) struct Multipole {
    tree: Quadtree,
    discs: Vec<Disc>,
    low: Vec<[f32; 2]>,
    high: Vec<[f32; 2]>,
    moments: Vec<Coefficients>,
    /// Cells that wait for the children of a target.
    deferred: Vec<u32>,
    work: Vec<u32>,
    far: Vec<u32>,
    /// Ranges of points to compare a leaf with.
    near: Vec<(u32, u32)>,
    opening: f32,
}

impl Multipole {
    /// For each point i, Σ_j (y_i − y_j) / (1 + ‖y_i − y_j‖²)², written to `forces`; returns
    /// Σ_{i≠j} 1 / (1 + ‖y_i − y_j‖²). `positions` and `forces`: n × 2, interleaved; θ > 0.
    pub fn compute(&mut self, positions: &[f32], theta: f32, forces: &mut [f32]) -> f64 {
        self.opening = (OPENING * theta).min(WIDEST_OPENING);
        // Cells of this side act on themselves and their neighbours as a whole.
        let least_side = 0.7 * self.opening * NEAR_REACH.sqrt();
        self.tree.build(positions, LEAF_SIZE, least_side);
        self.gather();
        self.deferred.clear();
        self.deferred.push(0);
        let total = self.descend(0, 0, [0.0; ROOM], forces);
        let n = (positions.len() / 2) as f64;
        (total - n).max(LEAST_NORMALISER * n)
    }

    /// Discs and moments of all cells, from the leaves up.
    fn gather(&mut self) {
        let count = self.tree.cells.len();
        self.discs.resize(count + 1, Disc::default());
        self.low.resize(count, [0.0; 2]);
        self.high.resize(count, [0.0; 2]);
        self.moments.resize(count + 1, [0.0; ROOM]);
        // A cell of no mass fills up groups of four.
        self.discs[count] = Disc::default();
        self.moments[count] = [0.0; ROOM];
        for at in (0..count).rev() {
            let cell = self.tree.cells[at];
            let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
            if cell.is_leaf() {
                for i in cell.start as usize..cell.end as usize {
                    let point = [self.tree.x[i], self.tree.y[i]];
                    for axis in 0..2 {
                        low[axis] = low[axis].min(point[axis]);
                        high[axis] = high[axis].max(point[axis]);
                    }
                }
            } else {
                for child in cell.child_range() {
                    for axis in 0..2 {
                        low[axis] = low[axis].min(self.low[child][axis]);
                        high[axis] = high[axis].max(self.high[child][axis]);
                    }
                }
            }
            let (width, height) = (high[0] - low[0], high[1] - low[1]);
            let disc = Disc {
                x: low[0] + 0.5 * width,
                y: low[1] + 0.5 * height,
                radius: 0.5 * (width * width + height * height).sqrt(),
            };
            let mut moments = [0.0; ROOM];
            if cell.is_leaf() {
                self.leaf_moments(cell.start as usize, cell.end as usize, disc, &mut moments);
            } else {
                for child in cell.child_range() {
                    let (x, y) = (self.discs[child].x - disc.x, self.discs[child].y - disc.y);
                    shift_moments(&self.moments[child], x, y, &mut moments);
                }
            }
            (self.low[at], self.high[at]) = (low, high);
            (self.discs[at], self.moments[at]) = (disc, moments);
        }
    }

    fn leaf_moments(&self, start: usize, end: usize, disc: Disc, moments: &mut Coefficients) {
        let mut sums = [Lanes::zero(); TERMS];
        let (x, y) = (Lanes::splat(disc.x), Lanes::splat(disc.y));
        for at in (start..end).step_by(Lanes::COUNT) {
            let weight = Lanes::load(&REAL[(end - at).min(4)], 0);
            let dx = Lanes::load(&self.tree.x, at) - x;
            let dy = Lanes::load(&self.tree.y, at) - y;
            add_moments(dx, dy, weight, &mut sums);
        }
        for (to, sum) in moments.iter_mut().zip(&sums) {
            *to = sum.sum();
        }
    }

    /// Lets everything that was deferred from `base` on act on a cell and, through it, on the cells
    /// below. Returns the potential summed over the cell's points.
    fn descend(
        &mut self,
        at: usize,
        base: usize,
        mut local: Coefficients,
        forces: &mut [f32],
    ) -> f64 {
        let cell = self.tree.cells[at];
        let disc = self.discs[at];
        let end = self.deferred.len();
        self.sort_out(at, base);
        self.receive(disc, &mut local);
        let total = if cell.is_leaf() || self.deferred.len() == end {
            self.finish(at, &local, forces)
        } else {
            let mut total = 0.0;
            for child in cell.child_range() {
                let (x, y) = (self.discs[child].x - disc.x, self.discs[child].y - disc.y);
                total += self.descend(child, end, shift_local(&local, x, y), forces);
            }
            total
        };
        self.deferred.truncate(end);
        total
    }

    /// Sorts the cells deferred from `base` on, and their children, into those that act on the
    /// target as a whole, those compared point by point, and those left to the target's children.
    fn sort_out(&mut self, at: usize, base: usize) {
        let target = self.tree.cells[at];
        let disc = self.discs[at];
        let square = self.opening * self.opening;
        self.far.clear();
        self.near.clear();
        self.work.clear();
        self.work.extend_from_slice(&self.deferred[base..]);
        let mut next = 0;
        while next < self.work.len() {
            let source = self.work[next];
            next += 1;
            let other = self.discs[source as usize];
            let cell = self.tree.cells[source as usize];
            let (dx, dy) = (disc.x - other.x, disc.y - other.y);
            let reach = disc.radius + other.radius;
            let is_far = reach * reach < square * (NEAR_REACH + dx * dx + dy * dy);
            if target.is_leaf() && target.len() * cell.len() <= CHEAP_PAIRS {
                self.near.push((cell.start, cell.end));
            } else if is_far {
                self.far.push(source);
            } else if target.is_leaf() && cell.is_leaf() {
                self.near.push((cell.start, cell.end));
            } else if cell.is_leaf() || (!target.is_leaf() && disc.radius >= other.radius) {
                self.deferred.push(source);
            } else {
                self.work
                    .extend(cell.child_range().map(|child| child as u32));
            }
        }
    }

    /// Adds the effect of all far cells to the local expansion.
    fn receive(&mut self, disc: Disc, local: &mut Coefficients) {
        if self.far.is_empty() {
            return;
        }
        let nothing = self.tree.cells.len() as u32;
        while !self.far.len().is_multiple_of(Lanes::COUNT) {
            self.far.push(nothing);
        }
        let mut sums = [Lanes::zero(); TERMS];
        for four in self.far.chunks_exact(Lanes::COUNT) {
            let four = [four[0], four[1], four[2], four[3]].map(|source| source as usize);
            let mut moments = [Lanes::zero(); ROOM];
            for group in (0..ROOM).step_by(Lanes::COUNT) {
                let rows = four.map(|source| Lanes::load(&self.moments[source], group));
                moments[group..group + 4].copy_from_slice(&Lanes::transpose(rows));
            }
            let x = Lanes::load(&four.map(|source| disc.x - self.discs[source].x), 0);
            let y = Lanes::load(&four.map(|source| disc.y - self.discs[source].y), 0);
            translate(x, y, &moments, &mut sums);
        }
        for (to, sum) in local.iter_mut().zip(&sums) {
            *to += sum.sum();
        }
    }

    /// Forces on the points of a cell from its local expansion and the points nearby.
    fn finish(&self, at: usize, local: &Coefficients, forces: &mut [f32]) -> f64 {
        let (cell, disc) = (self.tree.cells[at], self.discs[at]);
        let (mut at, end) = (cell.start as usize, cell.end as usize);
        let mut total = 0.0;
        while at < end {
            if end - at > Lanes::COUNT {
                total += self.finish_points::<2>(at, end, disc, local, forces);
                at += 2 * Lanes::COUNT;
            } else {
                total += self.finish_points::<1>(at, end, disc, local, forces);
                at += Lanes::COUNT;
            }
        }
        total
    }

    /// Forces on `N` registers of points from `at` on, those from `end` on left out.
    #[inline(always)]
    fn finish_points<const N: usize>(
        &self,
        at: usize,
        end: usize,
        disc: Disc,
        local: &Coefficients,
        forces: &mut [f32],
    ) -> f64 {
        let half = Lanes::splat(-0.5);
        let place = |register: usize| at + register * Lanes::COUNT;
        let x: [Lanes; N] = core::array::from_fn(|r| Lanes::load(&self.tree.x, place(r)));
        let y: [Lanes; N] = core::array::from_fn(|r| Lanes::load(&self.tree.y, place(r)));
        let near = self.push_of_near(x, y);
        let mut total = 0.0;
        for r in 0..N {
            let [sum, push_x, push_y] = near[r];
            let (dx, dy) = (x[r] - Lanes::splat(disc.x), y[r] - Lanes::splat(disc.y));
            let [value, slope_x, slope_y] = evaluate(local, dx, dy);
            let sum = (value + sum).to_array();
            let fx = (half * slope_x + push_x).to_array();
            let fy = (half * slope_y + push_y).to_array();
            for lane in 0..end.saturating_sub(place(r)).min(Lanes::COUNT) {
                let i = self.tree.order[place(r) + lane] as usize;
                forces[2 * i] = fx[lane];
                forces[2 * i + 1] = fy[lane];
                total += f64::from(sum[lane]);
            }
        }
        total
    }

    /// Kernel and push of all near points on `N` registers of points.
    #[inline(always)]
    fn push_of_near<const N: usize>(&self, x: [Lanes; N], y: [Lanes; N]) -> [[Lanes; 3]; N] {
        let one = Lanes::splat(1.0);
        let mut sums = [[Lanes::zero(); 3]; N];
        for &(start, end) in &self.near {
            let range = start as usize..end as usize;
            for (&xj, &yj) in self.tree.x[range.clone()].iter().zip(&self.tree.y[range]) {
                let (xj, yj) = (Lanes::splat(xj), Lanes::splat(yj));
                for r in 0..N {
                    let (dx, dy) = (x[r] - xj, y[r] - yj);
                    let kernel = one / (one + dx * dx + dy * dy);
                    let push = kernel * kernel;
                    sums[r][0] += kernel;
                    sums[r][1] += push * dx;
                    sums[r][2] += push * dy;
                }
            }
        }
        sums
    }
}

/// Which of four lanes hold points, by how many points are left.
const REAL: [[f32; 4]; 5] = [
    [0.0; 4],
    [1.0, 0.0, 0.0, 0.0],
    [1.0, 1.0, 0.0, 0.0],
    [1.0, 1.0, 1.0, 0.0],
    [1.0; 4],
];

#[cfg(test)]
mod tests {
    use super::Multipole;
    use crate::projection::barnes_hut::BarnesHut;
    use crate::projection::random::{generator, normal};
    use crate::projection::repulsion_exact::ExactRepulsion;

    /// Relative error of the forces (root of the mean square) and of the normaliser.
    fn errors(found: &[f32], sum: f64, expected: &[f32], expected_sum: f64) -> (f64, f64) {
        let square = |x: f32| f64::from(x) * f64::from(x);
        let wrong: f64 = found
            .iter()
            .zip(expected)
            .map(|(&a, &b)| square(a - b))
            .sum();
        let all: f64 = expected.iter().map(|&b| square(b)).sum();
        ((wrong / all).sqrt(), (sum / expected_sum - 1.0).abs())
    }

    #[test]
    fn no_less_accurate_than_barnes_hut() {
        let mut random = generator(3, 0);
        for (n, spread) in [
            (2_000, 1e-3),
            (2_000, 1.0),
            (2_000, 10.0),
            (2_000, 30.0),
            (8_000, 40.0),
        ] {
            // Ten clusters.
            let positions: Vec<f32> = (0..2 * n)
                .map(|at| {
                    let centre = ((at / 2 % 10) * (at % 2 * 5 + 3) % 11) as f32 / 4.0 - 1.2;
                    spread * (centre + 0.3 * normal(&mut random))
                })
                .collect();
            let mut expected = vec![0.0; 2 * n];
            let sum = ExactRepulsion::default().compute(&positions, &mut expected);
            let mut found = vec![0.0; 2 * n];
            let bh = BarnesHut::default().compute(&positions, 0.5, &mut found);
            let bh = errors(&found, bh, &expected, sum);
            let fmm = Multipole::default().compute(&positions, 0.5, &mut found);
            let fmm = errors(&found, fmm, &expected, sum);
            println!("{n} {spread}: Barnes-Hut {bh:?}, multipole {fmm:?}");
            let alike = fmm.0 < 1.2 * bh.0 + 1e-4 && fmm.1 < bh.1.max(1e-4);
            assert!(alike, "{n} {spread}: Barnes-Hut {bh:?}, multipole {fmm:?}");
        }
    }
}
