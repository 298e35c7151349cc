//! How densely trails run: a map on a grid, and the way uphill.

/// Cells along each axis.
pub(crate) const CELLS: usize = 256;

/// The greatest radius of the kernel, cells.
pub(crate) const MOST_RADIUS: f32 = 24.0;

/// Room for the kernel at each border, cells.
const BORDER: usize = MOST_RADIUS as usize + 2;

/// Cells along each axis that positions may fall into: the grid without its borders.
pub(crate) const INNER: f32 = (CELLS - 2 * BORDER - 1) as f32;

/// A density map: places are in cells from the grid's corner, and lie inside its borders.
pub(crate) struct DensityMap {
    /// CELLS × CELLS: weights as they were laid down; after smoothing, the density.
    cells: Vec<f32>,
    /// The same smoothed along the rows only.
    smoothed: Vec<f32>,
    kernel: Vec<f32>,
    /// Least and greatest cell with weight, columns and rows.
    touched: [[usize; 2]; 2],
}

impl DensityMap {
    pub fn new() -> Self {
        Self {
            cells: vec![0.0; CELLS * CELLS],
            smoothed: vec![0.0; CELLS * CELLS],
            kernel: Vec::with_capacity(MOST_RADIUS as usize + 1),
            touched: [[CELLS, 0]; 2],
        }
    }

    /// The first place inside the border.
    pub fn origin() -> f32 {
        BORDER as f32
    }

    /// Takes all weights away.
    pub fn clear(&mut self) {
        self.cells.fill(0.0);
        self.touched = [[CELLS, 0]; 2];
    }

    /// Lays a weight down at (x, y), shared between the four nearest cells.
    #[inline]
    pub fn add(&mut self, x: f32, y: f32, weight: f32) {
        let (at, [column, row], [fx, fy]) = corner(x, y);
        for (range, cell) in self.touched.iter_mut().zip([column, row]) {
            range[0] = range[0].min(cell);
            range[1] = range[1].max(cell + 1);
        }
        let (low, high) = (weight * (1.0 - fy), weight * fy);
        self.cells[at] += low * (1.0 - fx);
        self.cells[at + 1] += low * fx;
        self.cells[at + CELLS] += high * (1.0 - fx);
        self.cells[at + CELLS + 1] += high * fx;
    }

    /// Convolves the weights with (1 − (x/r)²)² (1 − (y/r)²)²: close to a Gaussian of standard
    /// deviation r / √7, but it ends and is made of products alone.
    pub fn smooth(&mut self, radius: f32) {
        let [columns, rows] = self.touched;
        if columns[0] > columns[1] {
            return;
        }
        let radius = radius.clamp(1.0, MOST_RADIUS);
        self.kernel.clear();
        for k in 0..=radius as usize {
            let share = k as f32 / radius;
            let rest = 1.0 - share * share;
            self.kernel.push(rest * rest);
        }
        // Each source is added to the cells on either side, so that nothing outside is read.
        let reach = self.kernel.len() - 1;
        let (left, right) = (columns[0] - reach, columns[1] + reach + 1);
        let source = columns[0] - left..columns[1] + 1 - left;
        for row in rows[0]..=rows[1] {
            let line = row * CELLS + left..row * CELLS + right;
            let from = &self.cells[line.clone()][source.clone()];
            let to = &mut self.smoothed[line];
            to.fill(0.0);
            for (k, &weight) in self.kernel.iter().enumerate() {
                add(&mut to[source.start - k..source.end - k], from, weight);
                if k > 0 {
                    add(&mut to[source.start + k..source.end + k], from, weight);
                }
            }
        }
        for row in rows[0] - reach..=rows[1] + reach {
            self.cells[row * CELLS + left..row * CELLS + right].fill(0.0);
        }
        for row in rows[0]..=rows[1] {
            let from = &self.smoothed[row * CELLS + left..row * CELLS + right];
            for (k, &weight) in self.kernel.iter().enumerate() {
                let mut lay = |target: usize| {
                    let line = target * CELLS + left..target * CELLS + right;
                    add(&mut self.cells[line], from, weight);
                };
                lay(row - k);
                if k > 0 {
                    lay(row + k);
                }
            }
        }
    }

    /// The density of each cell, CELLS × CELLS, row-major.
    pub fn cells(&self) -> &[f32] {
        &self.cells
    }

    /// Density and its gradient at (x, y): density, ∂x, ∂y, per cell.
    #[inline]
    pub fn slope(&self, x: f32, y: f32) -> [f32; 3] {
        let east = self.density(x + 1.0, y);
        let west = self.density(x - 1.0, y);
        let north = self.density(x, y + 1.0);
        let south = self.density(x, y - 1.0);
        let mean = 0.25 * ((east + west) + (north + south));
        [mean, 0.5 * (east - west), 0.5 * (north - south)]
    }

    /// The density at (x, y), interpolated between the four nearest cells.
    #[inline]
    fn density(&self, x: f32, y: f32) -> f32 {
        let (at, _, [fx, fy]) = corner(x, y);
        let low = self.cells[at] + (self.cells[at + 1] - self.cells[at]) * fx;
        let (a, b) = (self.cells[at + CELLS], self.cells[at + CELLS + 1]);
        let high = a + (b - a) * fx;
        low + (high - low) * fy
    }
}

/// The cell below and left of a place, and how far the place lies beyond it. Places outside are
/// taken to the border.
#[inline]
fn corner(x: f32, y: f32) -> (usize, [usize; 2], [f32; 2]) {
    const LAST: usize = CELLS - 2;
    let (column, row) = ((x as usize).min(LAST), (y as usize).min(LAST));
    let fraction = [x - column as f32, y - row as f32];
    (row * CELLS + column, [column, row], fraction)
}

fn add(to: &mut [f32], from: &[f32], weight: f32) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to += weight * from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The density at a cell by its definition.
    fn by_definition(points: &[[f32; 3]], radius: f32, column: usize, row: usize) -> f64 {
        let kernel = |distance: f64| {
            let share = distance / f64::from(radius);
            (1.0 - share * share).max(0.0).powi(2)
        };
        let mut sum = 0.0;
        for &[x, y, weight] in points {
            for (cx, wx) in [(x.floor(), 1.0 - x.fract()), (x.floor() + 1.0, x.fract())] {
                for (cy, wy) in [(y.floor(), 1.0 - y.fract()), (y.floor() + 1.0, y.fract())] {
                    let dx = f64::from(cx) - column as f64;
                    let dy = f64::from(cy) - row as f64;
                    sum += f64::from(weight * wx * wy) * kernel(dx) * kernel(dy);
                }
            }
        }
        sum
    }

    #[test]
    fn the_map_is_the_sum_of_kernels() {
        let points = [[60.25, 70.5, 1.0], [66.0, 71.75, 0.5], [63.5, 64.0, 2.0]];
        for radius in [1.0, 2.5, 7.0, 24.0] {
            let mut map = DensityMap::new();
            for [x, y, weight] in points {
                map.add(x, y, weight);
            }
            map.smooth(radius);
            for (column, row) in [(60, 70), (63, 66), (66, 72), (70, 64), (90, 90), (25, 60)] {
                let expected = by_definition(&points, radius, column, row);
                let found = f64::from(map.cells[row * CELLS + column]);
                assert!((found - expected).abs() < 1e-5, "{radius} {column} {row}");
            }
        }
    }

    #[test]
    fn the_slope_leads_to_the_point_and_a_cleared_map_is_flat() {
        let mut map = DensityMap::new();
        map.add(100.0, 100.0, 1.0);
        map.smooth(10.0);
        for (x, y) in [(95.0, 100.0), (100.5, 104.0), (103.0, 97.0)] {
            let [density, dx, dy] = map.slope(x, y);
            assert!(density > 0.0 && dx * (100.0 - x) + dy * (100.0 - y) > 0.0);
        }
        map.clear();
        map.smooth(10.0);
        assert_eq!(map.slope(100.0, 100.0), [0.0; 3]);
    }

    #[test]
    fn the_border_has_room_for_the_widest_kernel() {
        let (low, high) = (DensityMap::origin(), DensityMap::origin() + INNER);
        let mut map = DensityMap::new();
        map.add(low, low, 1.0);
        map.add(high, high, 1.0);
        map.smooth(f32::INFINITY);
        assert!(map.slope(low, low)[0] > 0.0 && map.slope(high, high)[0] > 0.0);
    }
}
