//! Bundling: trails that run alike are drawn together.

use serde::{Deserialize, Serialize};

use super::density::{DensityMap, INNER, MOST_RADIUS};
use super::error::TrailError;
use super::evolution::Trails;
use super::paths::TrailPaths;

/// Vertices in one slice of work: some milliseconds.
const SLICE: usize = 50_000;
/// Distance between the vertices of a trail, cells of the density map.
const SPACING: f32 = 2.0;
/// Vertices of all trails together: beyond, they are spaced wider.
const MOST_VERTICES: f32 = 400_000.0;
/// Length of a move where the density rises steeply: a share of the kernel's radius.
const MOVE: f32 = 0.4;
/// Steepness, relative to density over radius, at which a move is about 0.7 of its full length.
const STEEP: f32 = 1.0;
/// Rounds of smoothing after each move.
const ROUNDS: u32 = 8;

/// Parameters of bundling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BundlingConfig {
    /// How often trails are moved and smoothed; 0 leaves them straight.
    pub iterations: u32,
    /// Radius of the first kernel, a share of the greater extent of the layouts, up to 0.1: trails
    /// closer than that attract each other.
    pub radius: f32,
    /// What the radius is multiplied with after each iteration, above 0 and at most 1.
    pub shrink: f32,
}

impl Default for BundlingConfig {
    fn default() -> Self {
        Self {
            iterations: 14,
            radius: 0.08,
            shrink: 0.86,
        }
    }
}

impl BundlingConfig {
    fn check(&self) -> Result<(), TrailError> {
        if !(self.radius > 0.0 && self.radius <= 0.1) {
            return Err(TrailError::BadParameter {
                name: "radius",
                value: self.radius,
                rule: "above 0 and at most 0.1 of the extent",
            });
        }
        if !(self.shrink > 0.0 && self.shrink <= 1.0) {
            return Err(TrailError::BadParameter {
                name: "shrink",
                value: self.shrink,
                rule: "above 0 and at most 1",
            });
        }
        Ok(())
    }
}

/// What comes next in an iteration on one group of trails.
#[derive(Clone, Copy)]
enum Phase {
    /// Lay the vertices of the group down, from this trail of it on.
    Lay(usize),
    /// Smooth the map.
    Smooth,
    /// Move the vertices, from this trail of the group on.
    Move(usize),
}

/// Kernel density estimation edge bundling (Hurter, Ersoy & Telea 2012; on bundling by group and on
/// its parameters also van der Zwan, Codreanu & Telea 2016).
///
/// Every trail is cut into vertices at about even distances. Then, while a kernel shrinks, a map of
/// the trails' density is made, each vertex moves up its gradient, and each trail is smoothed. Ends
/// stay fixed. Vertices move only across their trail: along it they would merely crowd. A move is
/// as long as the slope is steep up to a share of the kernel's radius, so that vertices come to
/// rest on a ridge and do not leap to and fro over it.
///
/// Call [`Bundling::advance`] until it returns false; [`Bundling::write_paths`] gives polylines at
/// any time. It is arithmetic alone: the same trails give the same bits on every machine.
pub struct Bundling {
    iterations: u32,
    shrink: f32,
    /// Radius of the kernel now, cells.
    radius: f32,
    /// Data units per cell.
    unit: f32,
    /// Vertices on the straight trails, data units.
    straight: TrailPaths,
    /// Where the vertices are now, cells of the map.
    places: Vec<[f32; 2]>,
    /// Where they are on the straight trails, cells of the map.
    origins: Vec<[f32; 2]>,
    /// How much of its trail each vertex stands for, cells.
    weights: Vec<f32>,
    /// Trails, group by group, and where each group begins.
    order: Vec<u32>,
    groups: Vec<usize>,
    map: DensityMap,
    iteration: u32,
    group: usize,
    phase: Phase,
}

impl Bundling {
    /// Prepares the bundling of trails; with `groups` (n, such as classes) each group by itself.
    pub fn new(
        trails: &Trails,
        groups: Option<&[u8]>,
        config: &BundlingConfig,
    ) -> Result<Self, TrailError> {
        config.check()?;
        let n = trails.count();
        if let Some(groups) = groups
            && groups.len() != n
        {
            let found = groups.len();
            return Err(TrailError::WrongGroupCount { n, found });
        }
        let [least, greatest] = trails.bounds();
        // Halves, for the whole extent of finite numbers need not be finite.
        let extent = [0, 1].map(|k| greatest[k] * 0.5 - least[k] * 0.5);
        let half_unit = extent[0].max(extent[1]) / INNER;
        // One step, or all on one spot: there is nothing to bundle.
        let is_still = !half_unit.is_normal() || trails.steps() == 1;
        let half_unit = if is_still { 1.0 } else { half_unit };
        let to_cells = |p: [f32; 2]| {
            [0, 1].map(|k| DensityMap::origin() + (p[k] * 0.5 - least[k] * 0.5) / half_unit)
        };
        let straight = cut(trails, half_unit);
        let vertices = straight.vertices.as_chunks::<2>().0;
        let origins: Vec<[f32; 2]> = vertices.iter().copied().map(to_cells).collect();
        let mut order: Vec<u32> = (0..).take(n).collect();
        let mut starts = vec![0];
        if let Some(groups) = groups {
            order.sort_by_key(|&trail| groups[trail as usize]);
            let group = |at: usize| groups[order[at] as usize];
            starts.extend((1..n).filter(|&at| group(at) != group(at - 1)));
        }
        starts.push(n);
        Ok(Self {
            iterations: if is_still { 0 } else { config.iterations },
            shrink: config.shrink,
            radius: (config.radius * INNER).min(MOST_RADIUS),
            unit: 2.0 * half_unit,
            weights: weights(&straight, &origins),
            straight,
            places: origins.clone(),
            origins,
            order,
            groups: starts,
            map: DensityMap::new(),
            iteration: 0,
            group: 0,
            phase: Phase::Lay(0),
        })
    }

    /// Does one small slice of work; false once there is nothing left to do.
    pub fn advance(&mut self) -> bool {
        if self.iteration >= self.iterations {
            return false;
        }
        let range = self.groups[self.group]..self.groups[self.group + 1];
        match self.phase {
            Phase::Lay(first) => {
                if first == 0 {
                    self.map.clear();
                }
                let next = self.slice(range, first, Self::lay);
                self.phase = next.map_or(Phase::Smooth, Phase::Lay);
            }
            Phase::Smooth => {
                self.map.smooth(self.radius);
                self.phase = Phase::Move(0);
            }
            Phase::Move(first) => {
                let next = self.slice(range, first, Self::move_uphill);
                self.phase = next.map_or(Phase::Lay(0), Phase::Move);
                if next.is_none() {
                    self.group += 1;
                }
            }
        }
        if self.group + 1 == self.groups.len() {
            self.group = 0;
            self.iteration += 1;
            self.radius *= self.shrink;
        }
        self.iteration < self.iterations
    }

    /// Does something with trails of a group, from the `first` on, until a slice's worth of vertices
    /// was seen; the trail of the group to go on with, none at its end.
    fn slice(
        &mut self,
        group: std::ops::Range<usize>,
        first: usize,
        work: fn(&mut Self, std::ops::Range<usize>),
    ) -> Option<usize> {
        let mut seen = 0;
        for at in group.start + first..group.end {
            if seen >= SLICE {
                return Some(at - group.start);
            }
            let trail = self.order[at] as usize;
            let range =
                self.straight.starts[trail] as usize..self.straight.starts[trail + 1] as usize;
            seen += range.len();
            work(self, range);
        }
        None
    }

    fn lay(&mut self, trail: std::ops::Range<usize>) {
        for (&[x, y], &weight) in self.places[trail.clone()].iter().zip(&self.weights[trail]) {
            self.map.add(x, y, weight);
        }
    }

    fn move_uphill(&mut self, trail: std::ops::Range<usize>) {
        let places = &mut self.places[trail];
        let [first, .., last] = *places else {
            return;
        };
        let (low, high) = (DensityMap::origin(), DensityMap::origin() + INNER);
        let (reach, least) = (MOVE * self.radius, STEEP / self.radius);
        let mut before = first;
        for k in 1..places.len() - 1 {
            let (place, after) = (places[k], places[k + 1]);
            let along = [after[0] - before[0], after[1] - before[1]];
            before = place;
            let [density, dx, dy] = self.map.slope(place[0], place[1]);
            let length = along[0] * along[0] + along[1] * along[1];
            let share = if length > 0.0 {
                (dx * along[0] + dy * along[1]) / length
            } else {
                0.0
            };
            let across = [dx - share * along[0], dy - share * along[1]];
            let gentle = least * density;
            let slope = across[0] * across[0] + across[1] * across[1] + gentle * gentle;
            if slope > 0.0 {
                let step = reach / slope.sqrt();
                for axis in 0..2 {
                    let moved = place[axis] + step * across[axis];
                    // Comparisons: `f32::min` is a call of a function in WebAssembly.
                    let moved = if moved > low { moved } else { low };
                    places[k][axis] = if moved < high { moved } else { high };
                }
            }
        }
        for _ in 0..ROUNDS {
            let mut before = first;
            for k in 1..places.len() - 1 {
                let (place, after) = (places[k], places[k + 1]);
                for axis in 0..2 {
                    places[k][axis] = 0.5 * place[axis] + 0.25 * (before[axis] + after[axis]);
                }
                before = place;
            }
        }
        debug_assert_eq!(places.last(), Some(&last));
    }

    /// How much of the work is done, 0 to 1.
    pub fn progress(&self) -> f32 {
        let groups = (self.groups.len() - 1) as f32;
        let done = self.iteration as f32 + self.group as f32 / groups;
        if self.iterations == 0 {
            1.0
        } else {
            done / self.iterations as f32
        }
    }

    /// Writes the trails as polylines: straight from step to step where `strength` is 0, as bundled
    /// as they are so far where it is 1, and between the two in between. First and last positions
    /// are exactly those of the layouts.
    pub fn write_paths(&self, strength: f32, paths: &mut TrailPaths) {
        let strength = if strength > 0.0 {
            strength.min(1.0)
        } else {
            0.0
        };
        paths.clone_from(&self.straight);
        let scale = strength * self.unit;
        let vertices = paths.vertices.as_chunks_mut::<2>().0;
        for ((vertex, place), origin) in vertices.iter_mut().zip(&self.places).zip(&self.origins) {
            for axis in 0..2 {
                vertex[axis] += scale * (place[axis] - origin[axis]);
            }
        }
    }
}

/// Cuts straight trails into vertices about [`SPACING`] cells apart; each step of a trail is a
/// vertex. `half_unit`: data units in half a cell.
fn cut(trails: &Trails, half_unit: f32) -> TrailPaths {
    let length = |from: [f32; 2], to: [f32; 2]| {
        let [dx, dy] = [0, 1].map(|k| (to[k] * 0.5 - from[k] * 0.5) / half_unit);
        (dx * dx + dy * dy).sqrt()
    };
    let mut total = 0.0;
    for i in 0..trails.count() {
        let ends = trails.trail(i).zip(trails.trail(i).skip(1));
        total += ends.map(|(from, to)| length(from, to)).sum::<f32>();
    }
    let spacing = SPACING.max(total / MOST_VERTICES);
    let last = (trails.steps() - 1).max(1) as f32;
    let mut paths = TrailPaths {
        starts: vec![0],
        ..TrailPaths::default()
    };
    for i in 0..trails.count() {
        let mut from: Option<[f32; 2]> = None;
        for (step, to) in trails.trail(i).enumerate() {
            if let Some(from) = from {
                let parts = (length(from, to) / spacing).ceil().clamp(1.0, 2.0 * INNER);
                for part in 1..parts as u32 {
                    let share = part as f32 / parts;
                    let between = |k: usize| from[k] * (1.0 - share) + to[k] * share;
                    paths.vertices.extend([between(0), between(1)]);
                    paths.times.push(((step - 1) as f32 + share) / last);
                }
            }
            paths.vertices.extend(to);
            paths.times.push(step as f32 / last);
            from = Some(to);
        }
        paths.starts.push(paths.times.len() as u32);
    }
    paths
}

/// Half of the way to each neighbour on the trail, for every vertex.
fn weights(straight: &TrailPaths, origins: &[[f32; 2]]) -> Vec<f32> {
    let mut weights = vec![0.0; origins.len()];
    for range in straight.starts.windows(2) {
        let (first, end) = (range[0] as usize, range[1] as usize);
        for k in first + 1..end {
            let (a, b) = (origins[k - 1], origins[k]);
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let half = 0.5 * (dx * dx + dy * dy).sqrt();
            weights[k - 1] += half;
            weights[k] += half;
        }
    }
    weights
}
