//! The push between all points, far cells taken as one (van der Maaten 2014).

use super::lanes::Lanes;
use super::quadtree::Quadtree;

/// Points in a leaf at most; a leaf's points share one list of interactions.
const LEAF_SIZE: usize = 8;

/// The normaliser is at least this for each point: single precision tells no less from the 1 that
/// is a point's kernel with itself.
const LEAST_NORMALISER: f64 = 1e-7;

/// What a cell looks like from outside.
#[derive(Clone, Copy, Default)]
struct Summary {
    /// Centre of mass.
    x: f32,
    y: f32,
    /// Bounding box of the points.
    low: [f32; 2],
    high: [f32; 2],
}

/// Barnes-Hut over a quadtree, with room kept between iterations.
///
/// A leaf's points are evaluated together, four to a register, against one list of interactions.
/// A cell enters it as one mass where (longest side of its bounding box) / (distance of its centre
/// of mass from the leaf's bounding box) < θ, which is stricter than van der Maaten's criterion for
/// every point of the leaf.
#[derive(Default)]
pub(crate) struct BarnesHut {
    tree: Quadtree,
    summaries: Vec<Summary>,
    stack: Vec<u32>,
    list: Vec<[f32; 3]>,
}

impl BarnesHut {
    /// For each point i, Σ_j (y_i − y_j) / (1 + ‖y_i − y_j‖²)², written to `forces`; returns
    /// Σ_{i≠j} 1 / (1 + ‖y_i − y_j‖²). `positions` and `forces`: n × 2, interleaved.
    pub fn compute(&mut self, positions: &[f32], theta: f32, forces: &mut [f32]) -> f64 {
        self.tree.build(positions, LEAF_SIZE, 0.0);
        self.summarise();
        let mut total = 0.0;
        for leaf in 0..self.tree.cells.len() {
            if self.tree.cells[leaf].is_leaf() {
                self.collect(leaf, theta);
                total += self.evaluate(leaf, forces);
            }
        }
        // Each point counted itself once; rounding must not make the rest vanish.
        let n = (positions.len() / 2) as f64;
        (total - n).max(LEAST_NORMALISER * n)
    }

    fn summarise(&mut self) {
        let tree = &self.tree;
        self.summaries.clear();
        self.summaries.resize(tree.cells.len(), Summary::default());
        for at in (0..tree.cells.len()).rev() {
            let cell = &tree.cells[at];
            let mut low = [f32::INFINITY; 2];
            let mut high = [f32::NEG_INFINITY; 2];
            let (mut x, mut y) = (0.0, 0.0);
            if cell.is_leaf() {
                for i in cell.start as usize..cell.end as usize {
                    let point = [tree.x[i], tree.y[i]];
                    x += point[0];
                    y += point[1];
                    for axis in 0..2 {
                        low[axis] = low[axis].min(point[axis]);
                        high[axis] = high[axis].max(point[axis]);
                    }
                }
            } else {
                for child in cell.child_range() {
                    let summary = &self.summaries[child];
                    let mass = tree.cells[child].len() as f32;
                    x += mass * summary.x;
                    y += mass * summary.y;
                    for axis in 0..2 {
                        low[axis] = low[axis].min(summary.low[axis]);
                        high[axis] = high[axis].max(summary.high[axis]);
                    }
                }
            }
            let mass = cell.len() as f32;
            self.summaries[at] = Summary {
                x: x / mass,
                y: y / mass,
                low,
                high,
            };
        }
    }

    /// Fills the list of (x, y, mass) that act on a leaf.
    fn collect(&mut self, leaf: usize, theta: f32) {
        let target = self.summaries[leaf];
        self.list.clear();
        self.stack.clear();
        self.stack.push(0);
        while let Some(at) = self.stack.pop() {
            let at = at as usize;
            let cell = &self.tree.cells[at];
            let source = &self.summaries[at];
            let dx = (target.low[0] - source.x)
                .max(source.x - target.high[0])
                .max(0.0);
            let dy = (target.low[1] - source.y)
                .max(source.y - target.high[1])
                .max(0.0);
            let side = (source.high[0] - source.low[0]).max(source.high[1] - source.low[1]);
            if side * side < theta * theta * (dx * dx + dy * dy) {
                self.list.push([source.x, source.y, cell.len() as f32]);
            } else if cell.is_leaf() {
                for i in cell.start as usize..cell.end as usize {
                    self.list.push([self.tree.x[i], self.tree.y[i], 1.0]);
                }
            } else {
                self.stack
                    .extend(cell.child_range().map(|child| child as u32));
            }
        }
    }

    /// Lets the list act on a leaf; returns the leaf's part of the normaliser, self included.
    fn evaluate(&self, leaf: usize, forces: &mut [f32]) -> f64 {
        let cell = &self.tree.cells[leaf];
        let one = Lanes::splat(1.0);
        let mut total = 0.0;
        for at in (cell.start as usize..cell.end as usize).step_by(Lanes::COUNT) {
            let (x, y) = (Lanes::load(&self.tree.x, at), Lanes::load(&self.tree.y, at));
            let (mut fx, mut fy, mut sum) = (Lanes::zero(), Lanes::zero(), Lanes::zero());
            for &[xj, yj, mass] in &self.list {
                let (dx, dy) = (x - Lanes::splat(xj), y - Lanes::splat(yj));
                let kernel = one / (one + dx * dx + dy * dy);
                let weighted = kernel * Lanes::splat(mass);
                let push = weighted * kernel;
                sum += weighted;
                fx += push * dx;
                fy += push * dy;
            }
            let (fx, fy, sum) = (fx.to_array(), fy.to_array(), sum.to_array());
            for lane in 0..(cell.end as usize - at).min(Lanes::COUNT) {
                let i = self.tree.order[at + lane] as usize;
                forces[2 * i] = fx[lane];
                forces[2 * i + 1] = fy[lane];
                total += f64::from(sum[lane]);
            }
        }
        total
    }
}
