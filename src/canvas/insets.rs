//! Where to put example images beside the clusters they come from.

/// A place that an inset belongs to, and what must stay free; CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct InsetRoom<'a> {
    /// Width and height of the picture.
    pub size: [f64; 2],
    /// Side of each inset, a square.
    pub side: f64,
    /// Room between insets, to the edge of the picture, and around the places they belong to.
    pub gap: f64,
    /// What should rather not be covered: the observations' pixels.
    pub points: &'a [[f64; 2]],
}

/// Where an inset stands; CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InsetPlace {
    /// Top left corner.
    pub corner: [f64; 2],
    /// Where the callout begins, at the inset's edge.
    pub anchor: [f64; 2],
    /// Where it ends: the place that the inset belongs to.
    pub target: [f64; 2],
}

/// Steps of the grid that insets are tried on, per side of an inset.
const STEPS: f64 = 4.0;

/// Places tried along an axis at most.
const MOST_TRIED: f64 = 200.0;

/// What covering all points would cost, relative to the length of a callout across the picture.
const COVER: f64 = 12.0;

/// Places one inset for each target (CSS pixels), the first with the best choice; `None` where no
/// room is left for it, or where its target is outside the picture.
///
/// Insets lie inside the picture, overlap neither each other nor a target, cover few points, stand
/// near their target, and no two callouts cross. The same input gives the same places.
pub fn place_insets(targets: &[[f64; 2]], room: InsetRoom<'_>) -> Vec<Option<InsetPlace>> {
    let mut corners: Vec<Option<[f64; 2]>> = vec![None; targets.len()];
    let is_inside = |p: &[f64; 2]| (0..2).all(|k| p[k] >= 0.0 && p[k] <= room.size[k]);
    if !(room.side > 0.0 && room.gap >= 0.0 && room.size.iter().all(|v| v.is_finite())) {
        return vec![None; targets.len()];
    }
    let candidates = candidates(targets, room);
    for (at, target) in targets.iter().enumerate().filter(|(_, p)| is_inside(p)) {
        let free = candidates.iter().filter(|(corner, _)| {
            let others = corners.iter().flatten();
            others
                .clone()
                .all(|other| !overlap(*corner, *other, room.side + room.gap))
        });
        let cost =
            |(corner, cover): &&([f64; 2], f64)| cover + callout(*corner, *target, room.side);
        let best = free.min_by(|a, b| cost(a).total_cmp(&cost(b)));
        corners[at] = best.map(|(corner, _)| *corner);
    }
    uncross(targets, &mut corners, room.side);
    let place = |(&target, corner): (&[f64; 2], Option<[f64; 2]>)| {
        let corner = corner?;
        Some(InsetPlace {
            corner,
            anchor: anchor(corner, target, room.side),
            target,
        })
    };
    targets.iter().zip(corners).map(place).collect()
}

/// Corners that keep clear of edges and targets, each with the cost of what it covers, CSS pixels.
fn candidates(targets: &[[f64; 2]], room: InsetRoom<'_>) -> Vec<([f64; 2], f64)> {
    let InsetRoom { side, gap, .. } = room;
    let free = room.size.map(|size| size - side - 2.0 * gap);
    if !free.iter().all(|&free| free >= 0.0) {
        return Vec::new();
    }
    let steps = free.map(|free| (free / (side / STEPS)).ceil().clamp(1.0, MOST_TRIED));
    let at = |k: usize, step: usize| gap + free[k] * step as f64 / steps[k];
    let whole = COVER * room.size[0].hypot(room.size[1]) / room.points.len().max(1) as f64;
    let counts = Counts::new(room.points, room.size, side / STEPS);
    let mut found = Vec::new();
    for row in 0..=steps[1] as usize {
        for column in 0..=steps[0] as usize {
            let corner = [at(0, column), at(1, row)];
            let is_clear = targets.iter().all(|target| {
                (0..2).any(|k| target[k] < corner[k] - gap || target[k] > corner[k] + side + gap)
            });
            if is_clear {
                found.push((corner, whole * counts.within(corner, side)));
            }
        }
    }
    found
}

/// Whether two squares of this side overlap.
fn overlap(a: [f64; 2], b: [f64; 2], side: f64) -> bool {
    (0..2).all(|k| (a[k] - b[k]).abs() < side)
}

/// The distance from the middle of an inset to a target.
fn callout(corner: [f64; 2], target: [f64; 2], side: f64) -> f64 {
    let [dx, dy] = [0, 1].map(|k| corner[k] + side / 2.0 - target[k]);
    dx.hypot(dy)
}

/// Exchanges places as long as that makes two callouts together shorter: those that cross always can
/// be, by the triangle inequality.
fn uncross(targets: &[[f64; 2]], corners: &mut [Option<[f64; 2]>], side: f64) {
    loop {
        let mut is_changed = false;
        for i in 0..corners.len() {
            for j in i + 1..corners.len() {
                let (Some(a), Some(b)) = (corners[i], corners[j]) else {
                    continue;
                };
                let now = callout(a, targets[i], side) + callout(b, targets[j], side);
                let then = callout(b, targets[i], side) + callout(a, targets[j], side);
                // Each exchange gains something, so that there is an end.
                if then < now - 1e-6 {
                    corners.swap(i, j);
                    is_changed = true;
                }
            }
        }
        if !is_changed {
            return;
        }
    }
}

/// Where the line from an inset's middle to a target leaves the inset.
fn anchor(corner: [f64; 2], target: [f64; 2], side: f64) -> [f64; 2] {
    let middle = corner.map(|v| v + side / 2.0);
    let way = [0, 1].map(|k| target[k] - middle[k]);
    let farthest = way[0].abs().max(way[1].abs());
    let share = if farthest > 0.0 {
        (side / 2.0 / farthest).min(1.0)
    } else {
        0.0
    };
    [0, 1].map(|k| middle[k] + way[k] * share)
}

/// How many points lie in any rectangle of cells, by sums from the top left corner.
struct Counts {
    cell: f64,
    columns: usize,
    rows: usize,
    /// (rows + 1) × (columns + 1).
    sums: Vec<u32>,
}

impl Counts {
    fn new(points: &[[f64; 2]], size: [f64; 2], cell: f64) -> Self {
        let cell = cell.max(size[0].max(size[1]) / 512.0);
        let [columns, rows] = size.map(|size| (size / cell).ceil().max(1.0) as usize);
        let stride = columns + 1;
        let mut sums = vec![0; stride * (rows + 1)];
        for point in points {
            let is_inside = (0..2).all(|k| point[k] >= 0.0 && point[k] < size[k]);
            if is_inside {
                let [column, row] = point.map(|v| (v / cell) as usize);
                sums[(row + 1) * stride + column + 1] += 1;
            }
        }
        for row in 1..=rows {
            for column in 1..=columns {
                let at = row * stride + column;
                let (above, left) = (sums[at - stride], sums[at - 1]);
                sums[at] += above + left - sums[at - stride - 1];
            }
        }
        Self {
            cell,
            columns,
            rows,
            sums,
        }
    }

    /// Points in the cells that a square touches.
    fn within(&self, corner: [f64; 2], side: f64) -> f64 {
        let low = corner.map(|v| (v / self.cell) as usize);
        let high = corner.map(|v| ((v + side) / self.cell).ceil() as usize);
        let (left, right) = (low[0].min(self.columns), high[0].min(self.columns));
        let (top, bottom) = (low[1].min(self.rows), high[1].min(self.rows));
        let sum = |row: usize, column: usize| self.sums[row * (self.columns + 1) + column];
        let above = sum(top, right) - sum(top, left);
        f64::from(sum(bottom, right) - sum(bottom, left) - above)
    }
}

/// Share of the smaller side of the picture, and CSS pixels, that an inset's image should have; in
/// very large pictures the greatest grows along.
const SHARE: f64 = 0.095;
const LARGE_SHARE: f64 = 0.06;
const SIDES: [f64; 2] = [30.0, 46.0];

/// Device pixels of an inset's image, `image` pixels wide itself, in a picture of `size` CSS pixels
/// with `ratio` device pixels each: a multiple of the image's, so that all of them are drawn equally
/// large, unless the image has more than there is room for.
pub fn image_side(image: usize, size: [f64; 2], ratio: f64) -> u32 {
    let smaller = size[0].min(size[1]);
    let greatest = SIDES[1].max(smaller * LARGE_SHARE);
    let wanted = (smaller * SHARE).clamp(SIDES[0], greatest) * ratio;
    let image = image.max(1) as f64;
    let times = (wanted / image).round();
    let side = if times >= 1.0 { times * image } else { wanted };
    side.round() as u32
}
