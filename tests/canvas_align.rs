//! Alignment finds the turn, mirror image, scale and shift that were applied, and no better one
//! exists.

use hidden_activity::canvas::align::{Scaling, Similarity, align};
use proptest::prelude::*;

fn similarity(angle: f64, mirrored: bool, scale: f64, shift: [f64; 2]) -> Similarity {
    let (sin, cos) = angle.sin_cos();
    let flip = if mirrored { -1.0 } else { 1.0 };
    Similarity {
        linear: [
            [scale * cos, -scale * sin * flip],
            [scale * sin, scale * cos * flip],
        ],
        shift,
    }
}

fn misfit(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(x, y)| f64::from(x - y).powi(2)).sum()
}

fn moved(positions: &[f32], by: &Similarity) -> Vec<f32> {
    let mut moved = positions.to_vec();
    by.apply(&mut moved);
    moved
}

proptest! {
    #[test]
    fn what_was_turned_is_turned_back(
        layout in prop::collection::vec(-10.0f32..10.0, 8..60),
        angle in 0.0..std::f64::consts::TAU,
        mirrored in any::<bool>(),
        scale in 0.1..10.0f64,
        shift in prop::array::uniform2(-20.0..20.0f64),
    ) {
        let layout = &layout[..layout.len() / 2 * 2];
        let turned = moved(layout, &similarity(angle, mirrored, scale, shift));
        let fitted = moved(&turned, &align(&turned, layout, Scaling::Fit));
        prop_assert!(misfit(&fitted, layout) < 1e-5 * layout.len() as f64);
        let turned = moved(layout, &similarity(angle, mirrored, 1.0, shift));
        let kept = moved(&turned, &align(&turned, layout, Scaling::Keep));
        prop_assert!(misfit(&kept, layout) < 1e-5 * layout.len() as f64);
    }

    #[test]
    fn no_other_turn_fits_better(
        pairs in prop::collection::vec(prop::array::uniform4(-10.0f32..10.0), 2..30),
        angle in 0.0..std::f64::consts::TAU,
        mirrored in any::<bool>(),
        scale in 0.1..3.0f64,
        shift in prop::array::uniform2(-5.0..5.0f64),
    ) {
        let a: Vec<f32> = pairs.iter().flat_map(|p| [p[0], p[1]]).collect();
        let b: Vec<f32> = pairs.iter().flat_map(|p| [p[2], p[3]]).collect();
        let kept = misfit(&moved(&a, &align(&a, &b, Scaling::Keep)), &b);
        let fitted = misfit(&moved(&a, &align(&a, &b, Scaling::Fit)), &b);
        let slack = 1e-4 * (1.0 + kept);
        prop_assert!(fitted <= kept + slack);
        prop_assert!(kept <= misfit(&moved(&a, &similarity(angle, mirrored, 1.0, shift)), &b) + slack);
        prop_assert!(fitted <= misfit(&moved(&a, &similarity(angle, mirrored, scale, shift)), &b) + slack);
    }
}

#[test]
fn nothing_to_align_leaves_the_turn_alone() {
    assert_eq!(align(&[], &[], Scaling::Fit), Similarity::IDENTITY);
    let nan = [f32::NAN, 0.0];
    assert_eq!(align(&nan, &[1.0, 2.0], Scaling::Fit), Similarity::IDENTITY);
    let one = align(&[1.0, 2.0], &[5.0, 7.0], Scaling::Fit);
    assert_eq!(one.linear, Similarity::IDENTITY.linear);
    assert_eq!(one.shift, [4.0, 5.0]);
    // All in one place: only the shift is known.
    let same = align(
        &[1.0; 8],
        &[0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0],
        Scaling::Fit,
    );
    assert_eq!(same.linear, Similarity::IDENTITY.linear);
}

#[test]
fn points_on_a_line_are_turned_rather_than_mirrored() {
    let found = align(
        &[0.0, 0.0, 1.0, 0.0, 3.0, 0.0],
        &[0.0, 0.0, 0.0, 1.0, 0.0, 3.0],
        Scaling::Keep,
    );
    let [[a, b], [c, d]] = found.linear;
    assert!((a * d - b * c - 1.0).abs() < 1e-9);
}

#[test]
fn observations_missing_on_either_side_do_not_count() {
    let layout = [0.0, 0.0, 4.0, 0.0, 0.0, 2.0, 9.0, 9.0, -3.0, 1.0];
    let mut turned = moved(&layout, &similarity(2.0, true, 1.0, [3.0, 4.0]));
    turned[6] = f32::NAN;
    let mut target = layout;
    target[9] = f32::INFINITY;
    let by = align(&turned, &target, Scaling::Keep);
    by.apply(&mut turned);
    for k in [0, 1, 2, 3, 4, 5, 8, 9] {
        assert!((turned[k] - layout[k]).abs() < 1e-5);
    }
    assert!(turned[6].is_nan());
}
