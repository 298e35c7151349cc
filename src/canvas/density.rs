//! How large and how opaque points are drawn, so that few and many can be read alike.

use std::f64::consts::PI;

/// The share of the picture that the points together would fill if none overlapped.
const INK: f64 = 0.3;

/// Radii of points, CSS pixels: below the least no class can be seen, above the greatest positions
/// can no longer be judged.
const RADII: [f64; 2] = [1.2, 6.0];

/// The area of a picture up to which the greatest radius holds, square CSS pixels. A larger picture is
/// on a larger screen, seen from farther away: its points grow with the square root of its side.
const USUAL_AREA: f64 = 5e5;

/// Opacities, where there is too much ink and where there is little.
const OPACITIES: [f64; 2] = [0.45, 1.0];

/// Size and opacity of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointLook {
    /// Radius, CSS pixels.
    pub radius: f32,
    /// Opacity, 0 to 1.
    pub opacity: f32,
}

/// The look of each of `n` points in a picture of `area` square CSS pixels. The radius shrinks as
/// `√(area / n)` so that the amount of ink stays the same; once it can shrink no further, points
/// become more transparent.
pub fn point_look(n: usize, area: f64) -> PointLook {
    let each = area.max(1.0) / (n.max(1) as f64);
    let greatest = RADII[1] * (area / USUAL_AREA).max(1.0).powf(0.25);
    let radius = (INK * each / PI).sqrt().clamp(RADII[0], greatest);
    let excess = (PI * radius * radius / each / INK).max(1.0);
    let opacity = (OPACITIES[1] / excess.sqrt()).max(OPACITIES[0]);
    PointLook {
        radius: radius as f32,
        opacity: opacity as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_points_are_never_larger_or_more_opaque() {
        let looks = [1, 300, 2_000, 10_000, 30_000, 70_000, 1_000_000].map(|n| point_look(n, 3e5));
        for pair in looks.windows(2) {
            assert!(pair[1].radius <= pair[0].radius);
            assert!(pair[1].opacity <= pair[0].opacity);
        }
        assert_eq!(looks[0].radius, 6.0);
        assert_eq!(looks[6].radius, 1.2);
    }

    #[test]
    fn a_picture_on_a_very_large_screen_has_larger_points() {
        assert_eq!(point_look(100, 5e5).radius, 6.0);
        assert_eq!(point_look(100, 16.0 * 5e5).radius, 12.0);
    }

    #[test]
    fn the_usual_sizes_are_readable() {
        let area = 550.0 * 550.0;
        let two_thousand = point_look(2_000, area);
        assert!((3.2..4.2).contains(&two_thousand.radius));
        assert_eq!(two_thousand.opacity, 1.0);
        let seventy_thousand = point_look(70_000, area);
        assert!(seventy_thousand.opacity < 0.6);
    }

    #[test]
    fn no_area_and_no_points_are_no_trouble() {
        assert_eq!(point_look(0, 3e5).radius, 6.0);
        let look = point_look(10, f64::NAN);
        assert!(look.radius.is_finite() && look.opacity.is_finite());
    }
}
