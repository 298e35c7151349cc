//! Positions on their way from one layout to another.

/// Positions a part `t` (0 to 1, clamped) of the way from `from` to `to` (both `n × 2`,
/// row-major), into `out`, which is resized to the shorter of the two and can be used again.
/// The ends are exact. An observation that is not finite at one end rests at the other.
pub fn interpolate(from: &[f32], to: &[f32], t: f32, out: &mut Vec<f32>) {
    let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
    let n = from.len().min(to.len()) / 2 * 2;
    out.resize(n, 0.0);
    let pairs = from[..n]
        .as_chunks::<2>()
        .0
        .iter()
        .zip(to[..n].as_chunks::<2>().0);
    for (place, (a, b)) in out.as_chunks_mut::<2>().0.iter_mut().zip(pairs) {
        let finite = |p: &[f32; 2]| p[0].is_finite() && p[1].is_finite();
        *place = match (finite(a), finite(b)) {
            (true, true) => [0, 1].map(|k| a[k] * (1.0 - t) + b[k] * t),
            (true, false) => *a,
            (false, _) => *b,
        };
    }
}

/// The layout at a place between the steps of an evolution, whose `steps` layouts are given one after
/// the other (each `n × 2`, row-major), into `out`: `at` 0 is the first step, 0.5 half way to the
/// second. A place before the first or after the last step is that step.
pub fn between_steps(positions: &[f32], steps: usize, at: f32, out: &mut Vec<f32>) {
    let length = positions.len().checked_div(steps).unwrap_or(0);
    if length == 0 {
        out.clear();
        return;
    }
    // A float to integer cast takes what is negative, or not a number, to 0.
    let from = (at as usize).min(steps - 1);
    let to = (from + 1).min(steps - 1);
    let layout = |step: usize| &positions[step * length..(step + 1) * length];
    interpolate(layout(from), layout(to), at - from as f32, out);
}

/// A part of the way that starts and ends at rest: the cubic `3t² − 2t³` of `t` clamped to 0…1.
pub fn ease(t: f32) -> f32 {
    let t = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) };
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_exact_and_the_middle_is_in_between() {
        let (a, b) = ([0.1, -3.0, 7.5, 1e-4], [2.3, 4.0, 0.3, 1e6]);
        let mut out = vec![9.0; 17];
        interpolate(&a, &b, 0.0, &mut out);
        assert_eq!(out, a);
        interpolate(&a, &b, 1.0, &mut out);
        assert_eq!(out, b);
        interpolate(&a, &b, 2.0, &mut out);
        assert_eq!(out, b);
        interpolate(&[0.0, 0.0], &[4.0, -8.0], 0.25, &mut out);
        assert_eq!(out, [1.0, -2.0]);
    }

    #[test]
    fn what_is_missing_at_one_end_rests_at_the_other() {
        let mut out = Vec::new();
        let (a, b) = ([f32::NAN, 0.0, 1.0, 2.0], [5.0, 6.0, 3.0, f32::INFINITY]);
        interpolate(&a, &b, 0.5, &mut out);
        assert_eq!(out, [5.0, 6.0, 1.0, 2.0]);
    }

    #[test]
    fn a_place_between_steps_is_on_the_straight_way() {
        let layouts = [0.0, 0.0, 5.0, 5.0, 3.0, 4.0, 5.0, 5.0, 3.0, 6.0, 6.0, 5.0];
        let mut out = Vec::new();
        let mut at = |place| {
            between_steps(&layouts, 3, place, &mut out);
            out.clone()
        };
        assert_eq!(at(0.5), [1.5, 2.0, 5.0, 5.0]);
        assert_eq!(at(1.0), layouts[4..8]);
        for early in [0.0, -1.0, f32::NAN] {
            assert_eq!(at(early), layouts[..4]);
        }
        for late in [2.0, 2.5, f32::INFINITY] {
            assert_eq!(at(late), layouts[8..]);
        }
        between_steps(&[], 3, 1.0, &mut out);
        assert!(out.is_empty());
        between_steps(&layouts, 0, 1.0, &mut out);
        assert!(out.is_empty());
    }

    #[test]
    fn easing_is_symmetric_and_flat_at_the_ends() {
        assert_eq!([ease(-1.0), ease(0.5), ease(7.0)], [0.0, 0.5, 1.0]);
        assert!(ease(0.01) < 0.001);
        assert!((ease(0.3) + ease(0.7) - 1.0).abs() < 1e-6);
        assert_eq!(ease(f32::NAN), 0.0);
    }
}
