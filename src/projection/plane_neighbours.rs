//! Exact nearest neighbours in few dimensions, by a k-d tree.

/// Points in a leaf at most.
const LEAF_SIZE: usize = 16;

/// A k-d tree over points of a few dimensions (Friedman, Bentley & Finkel 1977). Distances are
/// computed in double precision; among equal ones the lower index is the nearer.
pub(crate) struct KdTree<'a> {
    positions: &'a [f32],
    dims: usize,
    order: Vec<u32>,
    nodes: Vec<Node>,
}

struct Node {
    start: usize,
    end: usize,
    /// Children, or none for a leaf.
    children: Option<[usize; 2]>,
    axis: usize,
    /// Greatest coordinate of the first child and least of the second.
    gap: [f32; 2],
}

/// The nearest so far, by (squared distance, index), worst last.
type Found = Vec<(f64, u32)>;

impl<'a> KdTree<'a> {
    /// Builds the tree over `positions`: n × dims, row-major, finite.
    pub fn new(positions: &'a [f32], dims: usize) -> Self {
        let n = positions.len() / dims;
        let mut tree = Self {
            positions,
            dims,
            order: (0..n as u32).collect(),
            nodes: Vec::with_capacity(2 * n / LEAF_SIZE + 1),
        };
        tree.grow(0, n);
        tree
    }

    fn coordinate(&self, point: u32, axis: usize) -> f32 {
        self.positions[point as usize * self.dims + axis]
    }

    fn grow(&mut self, start: usize, end: usize) -> usize {
        let at = self.nodes.len();
        let (axis, spread) = self.widest_axis(start, end);
        self.nodes.push(Node {
            start,
            end,
            children: None,
            axis,
            gap: [0.0; 2],
        });
        if end - start > LEAF_SIZE && spread > 0.0 {
            let middle = (end - start) / 2;
            let (positions, dims) = (self.positions, self.dims);
            let key = |point: u32| positions[point as usize * dims + axis];
            self.order[start..end]
                .select_nth_unstable_by(middle, |&a, &b| key(a).total_cmp(&key(b)).then(a.cmp(&b)));
            let middle = start + middle;
            let below = self.order[start..middle].iter().map(|&point| key(point));
            let gap = [
                below.fold(f32::NEG_INFINITY, f32::max),
                self.coordinate(self.order[middle], axis),
            ];
            let children = [self.grow(start, middle), self.grow(middle, end)];
            self.nodes[at].children = Some(children);
            self.nodes[at].gap = gap;
        }
        at
    }

    fn widest_axis(&self, start: usize, end: usize) -> (usize, f32) {
        let mut widest = (0, 0.0);
        for axis in 0..self.dims {
            let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
            for &point in &self.order[start..end] {
                let x = self.coordinate(point, axis);
                low = low.min(x);
                high = high.max(x);
            }
            if high - low > widest.1 {
                widest = (axis, high - low);
            }
        }
        widest
    }

    /// The `k` points nearest to point `query`, itself excluded, nearest first, into `found`.
    pub fn nearest(&self, query: usize, k: usize, found: &mut Found) {
        found.clear();
        if k > 0 {
            self.visit(0, query as u32, k, found);
        }
    }

    fn visit(&self, at: usize, query: u32, k: usize, found: &mut Found) {
        let node = &self.nodes[at];
        let Some(children) = node.children else {
            for &point in &self.order[node.start..node.end] {
                if point != query {
                    offer((self.squared_distance(query, point), point), k, found);
                }
            }
            return;
        };
        let x = self.coordinate(query, node.axis);
        let first = usize::from(x > node.gap[0] && x - node.gap[0] > node.gap[1] - x);
        self.visit(children[first], query, k, found);
        let away = f64::from(x) - f64::from(node.gap[1 - first]);
        // Equally far may still win by its index.
        let side = if first == 0 { -away } else { away };
        let reach = if side > 0.0 { side * side } else { 0.0 };
        if found.len() < k || found.last().is_some_and(|worst| reach <= worst.0) {
            self.visit(children[1 - first], query, k, found);
        }
    }

    fn squared_distance(&self, a: u32, b: u32) -> f64 {
        let row = |i: u32| &self.positions[i as usize * self.dims..(i as usize + 1) * self.dims];
        squared_distance(row(a), row(b))
    }
}

/// Keeps the `k` least of what was found and offered.
pub(crate) fn offer(candidate: (f64, u32), k: usize, found: &mut Found) {
    let less = |a: &(f64, u32), b: &(f64, u32)| a.0 < b.0 || (a.0 == b.0 && a.1 < b.1);
    if found.len() == k && !found.last().is_some_and(|worst| less(&candidate, worst)) {
        return;
    }
    let place = found.partition_point(|entry| less(entry, &candidate));
    found.insert(place, candidate);
    found.truncate(k);
}

/// ‖a − b‖², in double precision.
pub(crate) fn squared_distance(a: &[f32], b: &[f32]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2))
        .sum()
}
