//! The clusters of each class in a layout, so that each can be shown by an example.

use serde::{Deserialize, Serialize};

use super::finite_positions;
use crate::ordering::order;
use crate::trails::density::{CELLS, DensityMap, INNER, MOST_RADIUS};

/// Observations of a class whose neighbours are looked for, to choose the kernel.
const PROBES: usize = 300;

/// Which neighbour within the class: a share of the class, and at least this one.
const NEIGHBOUR: (f64, usize) = (0.1, 6);

/// Radius of the kernel, relative to the median distance of that neighbour.
const RADIUS: f64 = 1.6;

/// Which clusters of a class count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterConfig {
    /// The least share of its class that a cluster must hold, 0 to 1.
    pub least_share: f32,
    /// Two peaks are two clusters if on the highest way from one to the other the density falls
    /// below this share of the lower peak, 0 to 1.
    pub valley: f32,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        Self {
            least_share: 0.1,
            valley: 0.6,
        }
    }
}

/// One cluster of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// The class.
    pub class: u8,
    /// Where the class is densest in this cluster, data units.
    pub peak: [f32; 2],
    /// Its observations, by index.
    pub members: Vec<u32>,
    /// The member nearest to the peak.
    pub representative: u32,
    /// The share of the class's observations that are members, 0 to 1.
    pub share: f32,
}

/// The clusters of every class in a layout, by class and within it the largest first. `positions`:
/// n × 2, row-major, data units; `labels`: n. Where the lengths differ, the shorter counts;
/// positions that are not finite belong to no cluster.
///
/// For each class a density is estimated with a kernel as wide as its observations are apart. Every
/// place belongs to the peak that the steepest way up leads to, and peaks without a deep valley
/// between them are one: clustering by the persistence of modes (ToMATo: Chazal, Guibas, Oudot &
/// Skraba 2013) on a grid.
pub fn find_clusters(positions: &[f32], labels: &[u8], config: ClusterConfig) -> Vec<Cluster> {
    let mut classes: Vec<Vec<(u32, [f32; 2])>> = Vec::new();
    for (index, place) in finite_positions(positions) {
        let Some(&label) = labels.get(index as usize) else {
            break;
        };
        let label = usize::from(label);
        if classes.len() <= label {
            classes.resize_with(label + 1, Vec::new);
        }
        classes[label].push((index, place));
    }
    let mut map = DensityMap::new();
    let mut clusters = Vec::new();
    for (class, observations) in (0..=u8::MAX).zip(&classes) {
        if !observations.is_empty() {
            clusters.extend(of_class(class, observations, config, &mut map));
        }
    }
    clusters
}

/// The clusters in the order in which they deserve an example: the largest of each class, then the
/// second of each class that has one, and so on. `clusters`: as [`find_clusters`] gives them.
pub fn in_turn(clusters: &[Cluster]) -> Vec<&Cluster> {
    let mut ranks: Vec<usize> = Vec::with_capacity(clusters.len());
    for (at, cluster) in clusters.iter().enumerate() {
        let rank = match at.checked_sub(1) {
            Some(last) if clusters[last].class == cluster.class => ranks[last] + 1,
            _ => 0,
        };
        ranks.push(rank);
    }
    let turns = order(clusters.len(), &|a, b| ranks[a].cmp(&ranks[b]));
    turns.into_iter().map(|at| &clusters[at as usize]).collect()
}

fn of_class(
    class: u8,
    observations: &[(u32, [f32; 2])],
    config: ClusterConfig,
    map: &mut DensityMap,
) -> Vec<Cluster> {
    let grid = Grid::new(observations);
    map.clear();
    for &(_, place) in observations {
        let [x, y] = grid.to_cells(place);
        map.add(x, y, 1.0);
    }
    map.smooth(grid.radius);
    let density = map.cells();
    let peaks = Peaks::find(density, config.valley);
    let mut members: Vec<(usize, Vec<u32>)> = Vec::new();
    for (at, &(_, place)) in (0u32..).zip(observations) {
        let [x, y] = grid.to_cells(place).map(|v| (v + 0.5) as usize);
        let Some(peak) = peaks.of_cell(y * CELLS + x) else {
            continue;
        };
        match members.iter_mut().find(|(known, _)| *known == peak) {
            Some((_, list)) => list.push(at),
            None => members.push((peak, vec![at])),
        }
    }
    let least = f64::from(config.least_share) * observations.len() as f64;
    members.retain(|(_, list)| list.len() as f64 >= least);
    // Of equal size the one whose first observation comes first.
    members.sort_by_key(|(_, list)| (usize::MAX - list.len(), list[0]));
    let cluster = |(peak, list): (usize, Vec<u32>)| {
        let top = grid.to_data([(peak % CELLS) as f32, (peak / CELLS) as f32]);
        let distance = |at: u32| {
            let place = observations[at as usize].1;
            let [dx, dy] = [0, 1].map(|k| f64::from(place[k]) - f64::from(top[k]));
            dx * dx + dy * dy
        };
        let nearest = list
            .iter()
            .copied()
            .min_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        let share = list.len() as f32 / observations.len() as f32;
        Cluster {
            class,
            peak: top,
            representative: observations[nearest.unwrap_or(list[0]) as usize].0,
            members: list
                .into_iter()
                .map(|at| observations[at as usize].0)
                .collect(),
            share,
        }
    };
    members.into_iter().map(cluster).collect()
}

/// Where the observations of a class fall on the density map.
struct Grid {
    least: [f32; 2],
    /// Half the data units of a cell: halves of finite numbers have finite differences.
    half_unit: f32,
    /// Radius of the kernel, cells.
    radius: f32,
}

impl Grid {
    fn new(observations: &[(u32, [f32; 2])]) -> Self {
        let (mut least, mut greatest) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for (_, place) in observations {
            for k in 0..2 {
                least[k] = least[k].min(place[k]);
                greatest[k] = greatest[k].max(place[k]);
            }
        }
        let extent = [0, 1].map(|k| greatest[k] * 0.5 - least[k] * 0.5);
        let extent = extent[0].max(extent[1]);
        // A kernel wider than all would only cost range and resolution.
        let reach = ((RADIUS * 0.5 * typical_distance(observations)) as f32).min(extent);
        // Cells as small as the map allows, unless the kernel would not fit.
        let half_unit = (extent / INNER).max(reach / MOST_RADIUS);
        let half_unit = if half_unit.is_normal() {
            half_unit
        } else {
            1.0
        };
        Self {
            least,
            half_unit,
            radius: (reach / half_unit).max(2.0),
        }
    }

    fn to_cells(&self, place: [f32; 2]) -> [f32; 2] {
        [0, 1]
            .map(|k| DensityMap::origin() + (place[k] * 0.5 - self.least[k] * 0.5) / self.half_unit)
    }

    fn to_data(&self, cell: [f32; 2]) -> [f32; 2] {
        let half = |k: usize| (cell[k] - DensityMap::origin()) * self.half_unit;
        [0, 1].map(|k| self.least[k] + 2.0 * half(k))
    }
}

/// The median, over some of the observations, of the distance to a near neighbour.
fn typical_distance(observations: &[(u32, [f32; 2])]) -> f64 {
    let n = observations.len();
    let k = ((NEIGHBOUR.0 * n as f64) as usize).max(NEIGHBOUR.1);
    if n < 2 {
        return 0.0;
    }
    let k = k.min(n - 1);
    let mut typical: Vec<f64> = observations
        .iter()
        .step_by(n.div_ceil(PROBES))
        .map(|(_, from)| {
            let square = |(_, to): &(u32, [f32; 2])| {
                let [dx, dy] = [0, 1].map(|k| f64::from(to[k]) - f64::from(from[k]));
                dx * dx + dy * dy
            };
            let mut squares: Vec<f64> = observations.iter().map(square).collect();
            // The observation itself is the nearest of all.
            *squares.select_nth_unstable_by(k, f64::total_cmp).1
        })
        .collect();
    let middle = typical.len() / 2;
    typical
        .select_nth_unstable_by(middle, f64::total_cmp)
        .1
        .sqrt()
}

/// Each cell's peak.
struct Peaks {
    /// The peak that each cell joined, at a peak the higher one that it joined or itself; `NONE` where
    /// there is no density.
    uphill: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Peaks {
    /// Takes cells from the densest down. A cell joins the peak of its densest neighbour so far; where
    /// it touches two peaks it is the pass between them, and a peak that hardly rises above the pass
    /// joins the higher one.
    fn find(density: &[f32], valley: f32) -> Self {
        let mut order: Vec<u32> = (0..density.len() as u32)
            .filter(|&cell| density[cell as usize] > 0.0)
            .collect();
        order.sort_unstable_by(|&a, &b| {
            let by_density = density[b as usize].total_cmp(&density[a as usize]);
            by_density.then(a.cmp(&b))
        });
        let mut peaks = Self {
            uphill: vec![NONE; density.len()],
        };
        for cell in order {
            let mut best: Option<usize> = None;
            let neighbours = neighbours(cell as usize);
            for next in neighbours
                .clone()
                .filter(|&next| peaks.uphill[next] != NONE)
            {
                if best.is_none_or(|best| density[next] > density[best]) {
                    best = Some(next);
                }
            }
            let Some(best) = best else {
                peaks.uphill[cell as usize] = cell;
                continue;
            };
            let Some(joined) = peaks.of_cell(best) else {
                continue;
            };
            peaks.uphill[cell as usize] = joined as u32;
            let pass = density[cell as usize];
            for next in neighbours.filter(|&next| next != best) {
                let (Some(a), Some(b)) = (peaks.of_cell(best), peaks.of_cell(next)) else {
                    continue;
                };
                // Of equal peaks the first cell counts as higher.
                let a_is_higher = density[a] > density[b] || (density[a] == density[b] && a < b);
                let (high, low) = if a_is_higher { (a, b) } else { (b, a) };
                if high != low && pass >= valley * density[low] {
                    peaks.uphill[low] = high as u32;
                }
            }
        }
        peaks
    }

    /// The peak of a cell, none where there is no density.
    fn of_cell(&self, mut cell: usize) -> Option<usize> {
        loop {
            match self.uphill[cell] {
                NONE => return None,
                next if next as usize == cell => return Some(cell),
                next => cell = next as usize,
            }
        }
    }
}

/// The up to eight cells around one.
fn neighbours(cell: usize) -> impl Iterator<Item = usize> + Clone {
    let (column, row) = (cell % CELLS, cell / CELLS);
    let rows = row.saturating_sub(1)..(row + 2).min(CELLS);
    rows.flat_map(move |r| {
        let columns = column.saturating_sub(1)..(column + 2).min(CELLS);
        columns.map(move |c| r * CELLS + c)
    })
    .filter(move |&next| next != cell)
}
