//! How a digit gets from its box into the image: an affine map, then a smooth distortion.

use super::chance::Chance;
use super::glyphs::Place;

/// Control points of the distortion along each axis.
const KNOTS: usize = 5;

/// Turned, slanted, stretched and moved: x ↦ A x + b.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine {
    matrix: [[f32; 2]; 2],
    offset: Place,
}

/// What an [`Affine`] is put together from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pose {
    /// Size of the box in pixels: width, height.
    pub size: Place,
    /// tan of half the angle by which the box is turned clockwise. Not the angle itself, because
    /// sine and cosine are rational functions of this, with the same bits on every machine.
    pub half_turn: f32,
    /// How far the top leans to the right, as a fraction of the height.
    pub slant: f32,
    /// Where the middle of the box lies in the image.
    pub centre: Place,
}

impl Pose {
    /// The map from the box of a digit, (0, 0) to (1, 1), into the image.
    pub fn affine(self) -> Affine {
        let t = self.half_turn;
        let (cos, sin) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
        let [width, height] = self.size;
        // First the slant and the size, then the turn.
        let (xx, xy, yy) = (width, -self.slant * height, height);
        let matrix = [
            [cos * xx, cos * xy - sin * yy],
            [sin * xx, sin * xy + cos * yy],
        ];
        let middle = [
            0.5 * (matrix[0][0] + matrix[0][1]),
            0.5 * (matrix[1][0] + matrix[1][1]),
        ];
        Affine {
            matrix,
            offset: [self.centre[0] - middle[0], self.centre[1] - middle[1]],
        }
    }

    /// The middle of a box that lies `boxes` widths and `pixels` to the right in the same row.
    pub fn beside(self, boxes: f32, pixels: f32) -> Place {
        let t = self.half_turn;
        let (cos, sin) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
        let distance = boxes * self.size[0] + pixels;
        [
            self.centre[0] + cos * distance,
            self.centre[1] + sin * distance,
        ]
    }
}

impl Affine {
    /// The place in the image.
    pub fn of(&self, [x, y]: Place) -> Place {
        let [[xx, xy], [yx, yy]] = self.matrix;
        [
            xx * x + xy * y + self.offset[0],
            yx * x + yy * y + self.offset[1],
        ]
    }
}

/// A smooth field over the box of a digit: values at knots, joined by uniform quadratic B-splines,
/// so that neither the field nor its slope jumps.
#[derive(Clone, Debug)]
pub(super) struct Field([[Place; KNOTS]; KNOTS]);

impl Field {
    /// Knots of random values up to `most` in each direction.
    pub fn random(chance: &mut Chance, most: f32) -> Self {
        let mut knots = [[[0.0; 2]; KNOTS]; KNOTS];
        for value in knots.as_flattened_mut().as_flattened_mut() {
            *value = chance.around_zero(most);
        }
        Self(knots)
    }

    /// The value at a place of the box from (0, 0) to (1, 1); outside, that of its border.
    pub fn at(&self, [x, y]: Place) -> Place {
        let ((column, across), (row, down)) = (spline(x), spline(y));
        let mut value = [0.0, 0.0];
        for (line, weight_down) in self.0[row..row + 3].iter().zip(down) {
            for (knot, weight_across) in line[column..column + 3].iter().zip(across) {
                let weight = weight_down * weight_across;
                value[0] += weight * knot[0];
                value[1] += weight * knot[1];
            }
        }
        value
    }
}

/// The first of the three knots that matter at `position` (0 to 1), and their weights.
fn spline(position: f32) -> (usize, [f32; 3]) {
    const SPANS: usize = KNOTS - 2;
    let scaled = position.clamp(0.0, 1.0) * SPANS as f32;
    let span = (scaled as usize).min(SPANS - 1);
    let t = scaled - span as f32;
    let weights = [
        0.5 * (1.0 - t) * (1.0 - t),
        0.5 + t * (1.0 - t),
        0.5 * t * t,
    ];
    (span, weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_puts_the_top_to_the_right() {
        let pose = Pose {
            size: [10.0, 20.0],
            half_turn: 1.0,
            slant: 0.0,
            centre: [16.0, 15.0],
        };
        let near = |a: Place, b: Place| (a[0] - b[0]).abs() + (a[1] - b[1]).abs() < 1e-4;
        assert!(near(pose.affine().of([0.5, 0.5]), [16.0, 15.0]));
        assert!(near(pose.affine().of([0.5, 0.0]), [26.0, 15.0]));
        assert!(near(pose.affine().of([1.0, 0.5]), [16.0, 20.0]));
        assert!(near(pose.beside(1.0, 2.0), [16.0, 27.0]));
    }

    #[test]
    fn a_slant_leans_the_top_to_the_right_and_keeps_the_middle() {
        let pose = Pose {
            size: [10.0, 20.0],
            half_turn: 0.0,
            slant: 0.25,
            centre: [16.0, 16.0],
        };
        assert_eq!(pose.affine().of([0.5, 0.0]), [18.5, 6.0]);
        assert_eq!(pose.affine().of([0.5, 0.5]), [16.0, 16.0]);
    }

    #[test]
    fn a_field_is_smooth_bounded_and_constant_outside() {
        let field = Field::random(&mut Chance::new(3, 4), 0.2);
        let at = |x: f32| field.at([x, 0.37]);
        for step in 0..300 {
            let x = step as f32 / 300.0;
            let (here, next) = (at(x), at(x + 1.0 / 300.0));
            for axis in 0..2 {
                assert!(here[axis].abs() <= 0.2 + 1e-6);
                // A spline of 3 spans between ±0.2 climbs at most 3 × 0.4 per box.
                assert!((next[axis] - here[axis]).abs() <= 1.2 / 300.0 + 1e-5);
            }
        }
        assert_eq!(at(-5.0), at(0.0));
        assert_eq!(at(5.0), at(1.0));
        assert_eq!(spline(f32::NAN).0, 0);
    }
}
