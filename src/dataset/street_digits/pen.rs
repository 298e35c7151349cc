//! The pen: strokes become chains of short segments, and segments become covered pixels.

use super::SIDE;
use super::glyphs::{Place, Stroke};

/// Segments that each span of a curve is cut into; at 32 pixels more cannot be seen.
const CUTS: usize = 5;

/// How much of each pixel is covered with paint, 0 to 1: side × side, row-major.
pub(super) struct Coverage(pub [f32; SIDE * SIDE]);

/// How thick the pen draws.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nib {
    /// Thickness of upright strokes, pixels.
    pub thickness: f32,
    /// How much thinner lying strokes are, as a fraction of it: 0 for an even pen.
    pub contrast: f32,
}

impl Coverage {
    /// Nothing covered.
    pub fn none() -> Self {
        Self([0.0; SIDE * SIDE])
    }

    /// Draws a stroke whose places are moved into the image by `to_image`.
    pub fn draw(&mut self, stroke: Stroke, nib: Nib, to_image: &impl Fn(Place) -> Place) {
        let mut last: Option<Place> = None;
        let mut visit = |place: Place| {
            let here = to_image(place);
            if let Some(before) = last {
                self.segment(before, here, nib);
            }
            last = Some(here);
        };
        match stroke {
            Stroke::Line(places) => places.iter().copied().for_each(&mut visit),
            Stroke::Curve(places) => {
                let at = |index: usize| places[index.clamp(1, places.len()) - 1];
                for span in 1..places.len() {
                    // `at` counts from 1, so that the place before the first is the first.
                    let around = [at(span - 1), at(span), at(span + 1), at(span + 2)];
                    if span == 1 {
                        visit(around[1]);
                    }
                    cut(around, &mut visit);
                }
            }
            Stroke::Loop(places) => {
                let at = |index: usize| places[index % places.len()];
                visit(places[0]);
                for span in 0..places.len() {
                    let before = at(span + places.len() - 1);
                    cut([before, at(span), at(span + 1), at(span + 2)], &mut visit);
                }
            }
        }
    }

    /// Covers every pixel nearer to the segment than half the pen, with a soft border of one
    /// pixel; where strokes overlap, the stronger counts.
    fn segment(&mut self, from: Place, to: Place, nib: Nib) {
        let along = [to[0] - from[0], to[1] - from[1]];
        let length2 = along[0] * along[0] + along[1] * along[1];
        let lying = if length2 > 0.0 {
            along[0].abs() / length2.sqrt()
        } else {
            0.0
        };
        // The radius at which coverage ends; half a pixel inside it is full.
        let reach = 0.5 * nib.thickness * (1.0 - nib.contrast * lying) + 0.5;
        let pixels = |axis: usize| {
            let (low, high) = (from[axis].min(to[axis]), from[axis].max(to[axis]));
            // A cast saturates, so that what lies outside gives an empty range.
            let first = (low - reach).floor().max(0.0) as usize;
            let end = (high + reach).ceil().max(0.0) as usize;
            first.min(SIDE)..end.min(SIDE)
        };
        let columns = pixels(0);
        for y in pixels(1) {
            let row = &mut self.0[y * SIDE..(y + 1) * SIDE];
            let dy = y as f32 + 0.5 - from[1];
            for x in columns.clone() {
                let dx = x as f32 + 0.5 - from[0];
                let share = if length2 > 0.0 {
                    ((dx * along[0] + dy * along[1]) / length2).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let (ex, ey) = (dx - share * along[0], dy - share * along[1]);
                let covered = (reach - (ex * ex + ey * ey).sqrt()).clamp(0.0, 1.0);
                row[x] = row[x].max(covered);
            }
        }
    }
}

/// The span from the second to the third of four places on a Catmull-Rom spline (Catmull & Rom
/// 1974), without its beginning.
fn cut(around: [Place; 4], visit: &mut impl FnMut(Place)) {
    for step in 1..=CUTS {
        let t = step as f32 / CUTS as f32;
        let (t2, t3) = (t * t, t * t * t);
        let weights = [
            0.5 * (2.0 * t2 - t - t3),
            0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
            0.5 * (t + 4.0 * t2 - 3.0 * t3),
            0.5 * (t3 - t2),
        ];
        let mut place = [0.0, 0.0];
        for (weight, corner) in weights.into_iter().zip(around) {
            place[0] += weight * corner[0];
            place[1] += weight * corner[1];
        }
        visit(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::street_digits::glyphs::GLYPHS;

    const EVEN: Nib = Nib {
        thickness: 4.0,
        contrast: 0.0,
    };

    fn sum(coverage: &Coverage) -> f32 {
        coverage.0.iter().sum()
    }

    #[test]
    fn a_line_covers_its_length_times_its_thickness_and_two_round_ends() {
        let mut coverage = Coverage::none();
        coverage.draw(Stroke::Line(&[[6.0, 16.0], [26.0, 16.0]]), EVEN, &|place| {
            place
        });
        let area = 20.0 * 4.0 + std::f32::consts::PI * 4.0;
        assert!((sum(&coverage) - area).abs() < 1.5, "{}", sum(&coverage));
        let thin = Nib {
            contrast: 0.5,
            ..EVEN
        };
        let mut narrow = Coverage::none();
        narrow.draw(Stroke::Line(&[[6.0, 16.0], [26.0, 16.0]]), thin, &|place| {
            place
        });
        let area = 20.0 * 2.0 + std::f32::consts::PI;
        assert!((sum(&narrow) - area).abs() < 1.5, "{}", sum(&narrow));
    }

    #[test]
    fn a_loop_is_closed_and_round() {
        let mut coverage = Coverage::none();
        coverage.draw(
            Stroke::Loop(&[
                [0.5, 0.0],
                [0.854, 0.146],
                [1.0, 0.5],
                [0.854, 0.854],
                [0.5, 1.0],
                [0.146, 0.854],
                [0.0, 0.5],
                [0.146, 0.146],
            ]),
            EVEN,
            &|[x, y]| [6.0 + 20.0 * x, 6.0 + 20.0 * y],
        );
        // A ring of mean radius 10 and thickness 4.
        let area = 2.0 * std::f32::consts::PI * 10.0 * 4.0;
        assert!((sum(&coverage) - area).abs() < 4.0, "{}", sum(&coverage));
        assert_eq!(coverage.0[16 * SIDE + 16], 0.0);
    }

    #[test]
    fn what_lies_outside_covers_nothing_and_panics_not() {
        let mut coverage = Coverage::none();
        for far in [-1e9, -100.0, 100.0, 1e9, f32::NAN] {
            coverage.draw(GLYPHS[8][0][0], EVEN, &|[x, y]| [far + x, y]);
        }
        assert_eq!(sum(&coverage), 0.0);
    }

    #[test]
    fn every_design_stays_near_its_box() {
        for strokes in GLYPHS.iter().flatten() {
            for &stroke in *strokes {
                let mut coverage = Coverage::none();
                coverage.draw(stroke, EVEN, &|[x, y]| {
                    assert!((-0.06..=1.06).contains(&x) && (-0.06..=1.06).contains(&y));
                    [8.0 + 16.0 * x, 6.0 + 20.0 * y]
                });
                assert!(sum(&coverage) > 20.0);
            }
        }
    }
}
