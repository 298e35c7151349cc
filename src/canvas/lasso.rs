//! Which observations a drawn line encloses.

use super::finite_positions;
use super::selection::{Selection, is_visible};
use super::viewport::Viewport;

/// A closed line around part of the picture, in CSS pixels, by the even-odd rule: where it crosses
/// itself, what is enclosed twice is outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lasso {
    corners: Vec<[f64; 2]>,
    /// Least and greatest x and y.
    min: [f64; 2],
    max: [f64; 2],
}

impl Lasso {
    /// The polygon with the given corners, closed from the last to the first. Corners that are not
    /// finite are left out; fewer than three enclose nothing.
    pub fn polygon(corners: &[[f64; 2]]) -> Self {
        let corners: Vec<_> = corners
            .iter()
            .copied()
            .filter(|c| c[0].is_finite() && c[1].is_finite())
            .collect();
        let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for corner in &corners {
            for k in 0..2 {
                min[k] = min[k].min(corner[k]);
                max[k] = max[k].max(corner[k]);
            }
        }
        Self { corners, min, max }
    }

    /// The rectangle between two opposite corners.
    pub fn rectangle(a: [f64; 2], b: [f64; 2]) -> Self {
        Self::polygon(&[a, [b[0], a[1]], b, [a[0], b[1]]])
    }

    /// Whether a pixel is enclosed. Of points on the line itself those on the left and upper side
    /// of a rectangle are inside, so that neighbouring rectangles share none.
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        if !(x >= self.min[0] && y >= self.min[1] && x <= self.max[0] && y <= self.max[1]) {
            return false;
        }
        let Some(&[mut from_x, mut from_y]) = self.corners.last() else {
            return false;
        };
        let mut inside = false;
        for &[to_x, to_y] in &self.corners {
            if (from_y > y) != (to_y > y) {
                let crossing = from_x + (y - from_y) / (to_y - from_y) * (to_x - from_x);
                inside ^= x < crossing;
            }
            (from_x, from_y) = (to_x, to_y);
        }
        inside
    }

    /// The visible observations whose positions (`n × 2`, row-major, data units) are enclosed,
    /// ascending. Without a mask, all are visible.
    pub fn enclosed(
        &self,
        viewport: &Viewport,
        positions: &[f32],
        visible: Option<&Selection>,
    ) -> Vec<u32> {
        let map = viewport.pixel_map();
        finite_positions(positions)
            .filter(|&(index, p)| {
                is_visible(visible, index) && self.contains(map.pixel(p.map(f64::from)))
            })
            .map(|(index, _)| index)
            .collect()
    }
}

/// The corners of a line that keep it within `tolerance` of what was drawn (Douglas and Peucker
/// 1973), both in CSS pixels; the ends stay. Corners that are not finite are left out.
pub fn simplify(line: &[[f64; 2]], tolerance: f64) -> Vec<[f64; 2]> {
    let line: Vec<_> = line
        .iter()
        .copied()
        .filter(|c| c[0].is_finite() && c[1].is_finite())
        .collect();
    if line.len() < 3 {
        return line;
    }
    let mut kept = vec![false; line.len()];
    kept[0] = true;
    kept[line.len() - 1] = true;
    let mut open = vec![(0, line.len() - 1)];
    while let Some((first, last)) = open.pop() {
        let mut farthest = (first, tolerance.max(0.0));
        for (k, &corner) in line.iter().enumerate().take(last).skip(first + 1) {
            let distance = distance_to_segment(corner, line[first], line[last]);
            if distance > farthest.1 {
                farthest = (k, distance);
            }
        }
        if farthest.0 != first {
            kept[farthest.0] = true;
            open.push((first, farthest.0));
            open.push((farthest.0, last));
        }
    }
    let corners = line.iter().zip(kept);
    corners.filter(|(_, keep)| *keep).map(|(&c, _)| c).collect()
}

fn distance_to_segment(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (along, from) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length = along[0] * along[0] + along[1] * along[1];
    let t = if length > 0.0 {
        ((from[0] * along[0] + from[1] * along[1]) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (from[0] - t * along[0]).hypot(from[1] - t * along[1])
}
