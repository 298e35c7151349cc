//! A quadtree over the points of a layout, rebuilt at every iteration without allocation.

/// Levels below the root: coordinates are cut to 16 bits, so the finest cell has 1/65536 of the
/// layout's side. Points that still share a cell there, duplicates above all, share a leaf.
const LEVELS: u32 = 16;
/// Room after the points, so that a kernel may load eight from any of them.
const PADDING: usize = 8;

/// A square cell with points in it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cell {
    /// Its points, in the tree's order: `start..end`.
    pub start: u32,
    /// One past its last point.
    pub end: u32,
    /// First of its children, which stand side by side; 0 for a leaf.
    pub first_child: u32,
    /// Number of children with points in them: 1 to 4, 0 for a leaf.
    pub children: u32,
    /// Level below the root, from 0.
    level: u32,
}

impl Cell {
    /// Number of points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Has it no children?
    #[inline(always)]
    pub fn is_leaf(&self) -> bool {
        self.children == 0
    }

    /// Its children in the tree's list of cells.
    #[inline(always)]
    pub fn child_range(&self) -> core::ops::Range<usize> {
        self.first_child as usize..(self.first_child + self.children) as usize
    }
}

/// Points in Z-order and the cells over them, parents before children.
#[derive(Default)]
pub(crate) struct Quadtree {
    /// The point of the layout at each place of the tree's order.
    pub order: Vec<u32>,
    /// Abscissae in the tree's order, padded.
    pub x: Vec<f32>,
    /// Ordinates in the tree's order, padded.
    pub y: Vec<f32>,
    /// The cells; the root is the first.
    pub cells: Vec<Cell>,
    codes: Vec<u32>,
    spare_codes: Vec<u32>,
    spare_order: Vec<u32>,
}

impl Quadtree {
    /// Builds the tree over `positions` (n × 2, interleaved). A cell is split if it has more than
    /// `leaf_size` points and a side longer than `least_side`, down to the finest level.
    pub fn build(&mut self, positions: &[f32], leaf_size: usize, least_side: f32) {
        let n = positions.len() / 2;
        let side = self.encode(positions);
        self.sort();
        self.x.resize(n + PADDING, 0.0);
        self.y.resize(n + PADDING, 0.0);
        for (place, &i) in self.order.iter().enumerate() {
            self.x[place] = positions[2 * i as usize];
            self.y[place] = positions[2 * i as usize + 1];
        }
        self.cells.clear();
        self.cells.push(Cell {
            end: n as u32,
            ..Cell::default()
        });
        let mut deepest = 0;
        while deepest < LEVELS && side > least_side * (1_u32 << deepest) as f32 {
            deepest += 1;
        }
        let mut at = 0;
        while at < self.cells.len() {
            let mut cell = self.cells[at];
            if cell.len() > leaf_size && cell.level < deepest {
                cell.first_child = self.cells.len() as u32;
                self.split(cell);
                cell.children = self.cells.len() as u32 - cell.first_child;
                self.cells[at] = cell;
            }
            at += 1;
        }
    }

    /// Gives every point the number of its finest cell along the Z-curve; returns the root's side.
    fn encode(&mut self, positions: &[f32]) -> f32 {
        let mut low = [f32::INFINITY; 2];
        let mut high = [f32::NEG_INFINITY; 2];
        for point in positions.chunks_exact(2) {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let side = (high[0] - low[0]).max(high[1] - low[1]);
        let last = (1_u32 << LEVELS) - 1;
        let scale = if side > 1e-30 {
            last as f32 / side
        } else {
            0.0
        };
        self.codes.clear();
        self.order.clear();
        for (i, point) in positions.chunks_exact(2).enumerate() {
            let [column, row] =
                [0, 1].map(|axis| (((point[axis] - low[axis]) * scale) as u32).min(last));
            self.codes.push(spread(column) | (spread(row) << 1));
            self.order.push(i as u32);
        }
        side
    }

    /// Sorts by code, stably: a radix sort of four passes over eight bits.
    fn sort(&mut self) {
        let n = self.codes.len();
        self.spare_codes.resize(n, 0);
        self.spare_order.resize(n, 0);
        for shift in [0, 8, 16, 24] {
            let mut next = [0_usize; 257];
            for code in &self.codes {
                next[((code >> shift) & 255) as usize + 1] += 1;
            }
            for digit in 0..256 {
                next[digit + 1] += next[digit];
            }
            for (&code, &point) in self.codes.iter().zip(&self.order) {
                let place = &mut next[((code >> shift) & 255) as usize];
                self.spare_codes[*place] = code;
                self.spare_order[*place] = point;
                *place += 1;
            }
            core::mem::swap(&mut self.codes, &mut self.spare_codes);
            core::mem::swap(&mut self.order, &mut self.spare_order);
        }
    }

    /// Appends the children of a cell that have points.
    fn split(&mut self, cell: Cell) {
        let level = cell.level + 1;
        let shift = 2 * (LEVELS - level);
        let mut start = cell.start as usize;
        let end = cell.end as usize;
        while start < end {
            let quadrant = self.codes[start] >> shift;
            let count = self.codes[start..end].partition_point(|code| code >> shift == quadrant);
            self.cells.push(Cell {
                start: start as u32,
                end: (start + count) as u32,
                level,
                ..Cell::default()
            });
            start += count;
        }
    }
}

/// Puts a zero between every two of the sixteen low bits.
fn spread(bits: u32) -> u32 {
    let bits = (bits | (bits << 8)) & 0x00ff_00ff;
    let bits = (bits | (bits << 4)) & 0x0f0f_0f0f;
    let bits = (bits | (bits << 2)) & 0x3333_3333;
    (bits | (bits << 1)) & 0x5555_5555
}

#[cfg(test)]
mod tests {
    use super::{PADDING, Quadtree};

    fn check(positions: &[f32], leaf_size: usize) {
        let n = positions.len() / 2;
        let mut tree = Quadtree::default();
        tree.build(positions, leaf_size, 0.0);
        let mut seen = vec![false; n];
        for (place, &i) in tree.order.iter().enumerate() {
            assert_eq!(tree.x[place], positions[2 * i as usize]);
            assert!(!core::mem::replace(&mut seen[i as usize], true));
        }
        assert_eq!(tree.x.len(), n + PADDING);
        for cell in &tree.cells {
            if cell.is_leaf() {
                continue;
            }
            let mut at = cell.start;
            for child in &tree.cells[cell.child_range()] {
                assert_eq!(child.start, at);
                assert!(child.len() > 0);
                at = child.end;
            }
            assert_eq!(at, cell.end);
        }
    }

    #[test]
    fn children_partition_their_parent() {
        let spiral: Vec<f32> = (0..1_000)
            .flat_map(|i| {
                let t = i as f32 * 0.1;
                [t * t.cos(), t * t.sin()]
            })
            .collect();
        check(&spiral, 8);
        check(&spiral, 1);
        check(&spiral[..2], 8);
    }

    #[test]
    fn duplicates_share_a_leaf_and_end_the_recursion() {
        check(&[0.25; 200], 4);
        let mut two_places = vec![1.0; 100];
        two_places.extend([2.0; 100]);
        check(&two_places, 4);
    }
}
