//! Which trail is under the pointer.

use super::selection::{Selection, is_visible};
use super::viewport::Viewport;
use crate::trails::TrailPaths;

/// The visible trail whose line comes nearest to a CSS pixel, if one comes within `max_px` CSS
/// pixels; of several at the same distance the first. Without a mask, all are visible.
///
/// Looks at all straight parts, of which 2,000 trails have about 90,000: less than a millisecond.
pub fn nearest_trail(
    paths: &TrailPaths,
    viewport: &Viewport,
    pixel: [f64; 2],
    max_px: f64,
    visible: Option<&Selection>,
) -> Option<u32> {
    let place = viewport.to_data(pixel).map(|x| x as f32);
    let reach = (max_px / viewport.scale()) as f32;
    let mut best = (reach * reach, None);
    for trail in (0..paths.count() as u32).filter(|&trail| is_visible(visible, trail)) {
        let (vertices, _) = paths.trail(trail as usize);
        for part in vertices.windows(2) {
            let distance = squared_distance(place, part[0], part[1]);
            // Not true of what is not a number; the first trail at the full reach counts.
            if distance < best.0 || (distance == best.0 && best.1.is_none()) {
                best = (distance, Some(trail));
            }
        }
    }
    best.1
}

/// The squared distance of a place from the straight line between two others.
fn squared_distance(place: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let away = [place[0] - from[0], place[1] - from[1]];
    let length = along[0] * along[0] + along[1] * along[1];
    let share = if length > 0.0 {
        ((away[0] * along[0] + away[1] * along[1]) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let gap = [away[0] - share * along[0], away[1] - share * along[1]];
    gap[0] * gap[0] + gap[1] * gap[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trail 0 runs along the bottom, trail 1 up the left side in two parts, trail 2 is a point.
    fn paths() -> TrailPaths {
        TrailPaths {
            vertices: vec![
                0.0, 0.0, 10.0, 0.0, 0.0, 1.0, 0.0, 5.0, 0.0, 10.0, 10.0, 10.0, 10.0, 10.0,
            ],
            times: vec![0.0, 1.0, 0.0, 0.5, 1.0, 0.0, 1.0],
            starts: vec![0, 2, 5, 7],
        }
    }

    /// A pixel is a tenth of a data unit.
    fn hit(place: [f64; 2], visible: Option<&Selection>) -> Option<u32> {
        let viewport = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 140.0, 140.0, 20.0);
        nearest_trail(&paths(), &viewport, viewport.to_pixel(place), 5.0, visible)
    }

    #[test]
    fn a_line_is_hit_between_its_vertices_and_at_its_ends() {
        assert_eq!(hit([5.0, 0.0], None), Some(0));
        assert_eq!(hit([5.0, 0.4], None), Some(0));
        assert_eq!(hit([5.0, 0.6], None), None);
        assert_eq!(hit([0.3, 7.0], None), Some(1));
        assert_eq!(hit([10.3, 0.0], None), Some(0));
        assert_eq!(hit([10.6, 0.0], None), None);
        assert_eq!(hit([10.2, 10.2], None), Some(2), "what did not move");
    }

    #[test]
    fn the_nearest_of_those_that_are_visible_is_hit() {
        let corner = [0.1, 0.4];
        assert_eq!(hit(corner, None), Some(0));
        let only = |trail| Selection::from_indices(3, &[trail]);
        assert_eq!(hit([0.1, 0.8], None), Some(1));
        assert_eq!(hit([0.1, 0.4], Some(&only(0))), Some(0));
        assert_eq!(hit([0.1, 0.8], Some(&only(2))), None);
        let none = TrailPaths::default();
        let viewport = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 140.0, 140.0, 20.0);
        assert_eq!(
            nearest_trail(&none, &viewport, [70.0, 70.0], 9.0, None),
            None
        );
    }

    #[test]
    fn a_place_that_is_no_number_hits_nothing() {
        let viewport = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 140.0, 140.0, 20.0);
        let place = [f64::NAN, 3.0];
        assert_eq!(nearest_trail(&paths(), &viewport, place, 9.0, None), None);
    }
}
