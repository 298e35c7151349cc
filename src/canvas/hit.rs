//! Which observation is under the pointer.

use super::finite_positions;
use super::selection::{Selection, is_visible};
use super::viewport::{Bounds, Viewport};

/// Points per cell, on average over the bounds.
const POINTS_PER_CELL: f64 = 2.0;

/// The most cells along an axis.
const MAX_CELLS: f64 = 1024.0;

/// Positions sorted into square cells, so that the nearest to a place is found by looking at a few.
/// It is built in O(n) and holds for any viewport of the same positions.
#[derive(Clone, Debug, Default)]
pub struct PointGrid {
    /// Data position of the grid's lower left corner.
    origin: [f64; 2],
    /// Side of a cell, data units.
    cell: f64,
    columns: usize,
    rows: usize,
    /// Where each cell's points begin, row by row; `rows · columns + 1` entries.
    starts: Vec<u32>,
    /// Points cell by cell: index and data position.
    points: Vec<(u32, [f32; 2])>,
}

impl PointGrid {
    /// Sorts positions (`n × 2`, row-major); those that are not finite are left out.
    pub fn new(positions: &[f32]) -> Self {
        let Some(bounds) = Bounds::of(positions) else {
            return Self::default();
        };
        let (n, extent) = (
            positions.len() / 2,
            [0, 1].map(|k| bounds.max[k] - bounds.min[k]),
        );
        let cells = (n as f64 / POINTS_PER_CELL).max(1.0);
        let longest = extent[0].max(extent[1]);
        let cell = (extent[0] * extent[1] / cells)
            .sqrt()
            .max(longest / MAX_CELLS.min(cells));
        let cell = if cell > 0.0 { cell } else { 1.0 };
        let [columns, rows] = extent.map(|e| (e / cell) as usize + 1);
        let mut grid = Self {
            origin: bounds.min,
            cell,
            columns,
            rows,
            starts: vec![0; columns * rows + 1],
            points: Vec::new(),
        };
        grid.sort(positions);
        grid
    }

    /// Counting sort by cell, stable by index.
    fn sort(&mut self, positions: &[f32]) {
        let mut count = 0;
        for (_, p) in finite_positions(positions) {
            let cell = self.cell_of(p);
            self.starts[cell + 1] += 1;
            count += 1;
        }
        for k in 1..self.starts.len() {
            self.starts[k] += self.starts[k - 1];
        }
        let mut next = self.starts.clone();
        self.points.resize(count, (0, [0.0; 2]));
        for (index, p) in finite_positions(positions) {
            let place = &mut next[self.cell_of(p)];
            self.points[*place as usize] = (index, p);
            *place += 1;
        }
    }

    fn cell_of(&self, p: [f32; 2]) -> usize {
        let [column, row] = self.clamped_cell(p.map(f64::from));
        row * self.columns + column
    }

    /// The cell that holds a data position, or the nearest to it.
    fn clamped_cell(&self, p: [f64; 2]) -> [usize; 2] {
        // A float to integer cast takes what is negative to 0.
        let at = |k: usize| ((p[k] - self.origin[k]) / self.cell) as usize;
        [at(0).min(self.columns - 1), at(1).min(self.rows - 1)]
    }

    /// The visible observation nearest to a CSS pixel, if one is within `max_px` CSS pixels; of
    /// several at the same distance the lowest index. Without a mask, all are visible. Exact: the
    /// same as comparing the distances of all points.
    pub fn nearest(
        &self,
        viewport: &Viewport,
        pixel: [f64; 2],
        max_px: f64,
        visible: Option<&Selection>,
    ) -> Option<u32> {
        self.nearest_in_data(viewport.to_data(pixel), max_px / viewport.scale(), visible)
    }

    /// The visible observation nearest to a data position, if one is within `reach` data units.
    pub fn nearest_in_data(
        &self,
        place: [f64; 2],
        reach: f64,
        visible: Option<&Selection>,
    ) -> Option<u32> {
        if self.points.is_empty()
            || !place.iter().all(|v| v.is_finite())
            || reach.is_nan()
            || reach < 0.0
        {
            return None;
        }
        let [column, row] = self.clamped_cell(place);
        let mut best = Best {
            distance: reach * reach,
            index: None,
        };
        for ring in 0..self.columns.max(self.rows) {
            // Points of this ring are at least so far away; seen from outside the grid even more.
            let gap = (ring as f64 - 1.0).max(0.0) * self.cell * (1.0 - 1e-9);
            if gap * gap > best.distance {
                break;
            }
            let bottom = row as isize - ring as isize;
            let top = row as isize + ring as isize;
            let left = column as isize - ring as isize;
            let right = column as isize + ring as isize;
            for r in bottom.max(0)..=top.min(self.rows as isize - 1) {
                if r == bottom || r == top {
                    self.search(r, left, right, place, visible, &mut best);
                } else {
                    self.search(r, left, left, place, visible, &mut best);
                    self.search(r, right, right, place, visible, &mut best);
                }
            }
        }
        best.index
    }

    /// Looks at the cells of one row from `left` to `right`, as far as they are in the grid.
    fn search(
        &self,
        row: isize,
        left: isize,
        right: isize,
        place: [f64; 2],
        visible: Option<&Selection>,
        best: &mut Best,
    ) {
        let (left, right) = (left.max(0), right.min(self.columns as isize - 1));
        if left > right {
            return;
        }
        let first = row as usize * self.columns;
        let start = self.starts[first + left as usize] as usize;
        let end = self.starts[first + right as usize + 1] as usize;
        for &(index, p) in &self.points[start..end] {
            let (dx, dy) = (f64::from(p[0]) - place[0], f64::from(p[1]) - place[1]);
            let distance = dx * dx + dy * dy;
            if best.is_beaten_by(distance, index) && is_visible(visible, index) {
                best.distance = distance;
                best.index = Some(index);
            }
        }
    }
}

/// The nearest point so far; without one, how far away it may be.
struct Best {
    /// Squared, data units.
    distance: f64,
    index: Option<u32>,
}

impl Best {
    fn is_beaten_by(&self, distance: f64, index: u32) -> bool {
        match self.index {
            Some(held) => distance < self.distance || (distance == self.distance && index < held),
            None => distance <= self.distance,
        }
    }
}
