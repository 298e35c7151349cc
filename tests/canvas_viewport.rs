//! Data to pixels and back.
#![allow(clippy::unwrap_used)]

use hidden_activity::canvas::viewport::{Bounds, MAX_ZOOM, MIN_ZOOM, Viewport};
use proptest::prelude::*;

fn near(a: [f64; 2], b: [f64; 2], tolerance: f64) -> bool {
    (a[0] - b[0]).abs() <= tolerance && (a[1] - b[1]).abs() <= tolerance
}

#[test]
fn a_fit_touches_the_margin_and_points_up() {
    let view = Viewport::fit(&[-1.0, 0.0, 3.0, 1.0], 440.0, 300.0, 20.0);
    assert_eq!(view.scale(), 100.0);
    assert!(near(view.to_pixel([-1.0, 0.5]), [20.0, 150.0], 1e-9));
    assert!(near(view.to_pixel([3.0, 1.0]), [420.0, 100.0], 1e-9));
    assert!(near(view.to_pixel([3.0, 0.0]), [420.0, 200.0], 1e-9));
    assert!(view.is_home());
}

#[test]
fn any_positions_can_be_fitted() {
    let cases: [&[f32]; 7] = [
        &[],
        &[5.0, 7.0],
        &[2.0, 2.0, 2.0, 2.0],
        &[f32::NAN, f32::NAN],
        &[f32::INFINITY, 1.0, 3.0, 4.0],
        &[f32::MIN, f32::MIN, f32::MAX, f32::MAX],
        &[1e-40, 0.0, 0.0, 1e-40],
    ];
    for positions in cases {
        let view = Viewport::fit(positions, 300.0, 200.0, 10.0);
        assert!(
            view.scale().is_finite() && view.scale() > 0.0,
            "{positions:?}"
        );
        for p in positions
            .chunks(2)
            .filter(|p| p.iter().all(|v| v.is_finite()))
        {
            let pixel = view.to_pixel([f64::from(p[0]), f64::from(p[1])]);
            assert!(
                (9.99..290.01).contains(&pixel[0]),
                "{positions:?} {pixel:?}"
            );
            assert!(
                (9.99..190.01).contains(&pixel[1]),
                "{positions:?} {pixel:?}"
            );
        }
    }
    let alone = Viewport::fit(&[5.0, 7.0], 300.0, 200.0, 10.0);
    assert!(near(alone.to_pixel([5.0, 7.0]), [150.0, 100.0], 1e-9));
    for size in [0.0, -3.0, f64::NAN] {
        let view = Viewport::fit(&[0.0, 0.0, 1.0, 1.0], size, size, f64::NAN);
        assert!(view.scale() > 0.0 && view.scale().is_finite());
    }
}

#[test]
fn panning_moves_data_with_the_pointer_until_the_centre_would_leave() {
    let view = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 100.0, 100.0, 0.0).zoomed([50.0, 50.0], 4.0);
    let before = view.to_pixel([5.0, 5.0]);
    let after = view.panned(7.0, -3.0).to_pixel([5.0, 5.0]);
    assert!(near(after, [before[0] + 7.0, before[1] - 3.0], 1e-9));
    assert_eq!(view.panned(1e9, 0.0).center()[0], 0.0);
    assert_eq!(view.panned(0.0, 1e9).center()[1], 10.0);
    assert_eq!(view.panned(f64::NAN, 0.0), view);
}

#[test]
fn zoom_stays_in_its_range() {
    let view = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 100.0, 100.0, 0.0);
    assert_eq!(view.zoomed([1.0, 2.0], 1e9).zoom(), MAX_ZOOM);
    assert_eq!(view.zoomed([1.0, 2.0], 0.0).zoom(), MIN_ZOOM);
    assert_eq!(view.zoomed([1.0, 2.0], f64::NAN), view);
    assert_eq!(view.zoomed([1.0, 2.0], 3.0).home(), view);
}

#[test]
fn another_size_shows_the_same_part() {
    let view = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 100.0, 100.0, 10.0).zoomed([20.0, 30.0], 3.0);
    let large = view.resized(820.0, 820.0);
    assert_eq!(large.center(), view.center());
    assert!((large.scale() - view.scale() * 10.0).abs() < 1e-9);
}

#[test]
fn new_bounds_refit_a_home_view_and_leave_a_closer_look_alone() {
    let grown = Bounds {
        min: [-10.0, -10.0],
        max: [20.0, 20.0],
    };
    let home = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 100.0, 100.0, 0.0);
    let refitted = home.with_bounds(grown);
    assert!(refitted.is_home() && refitted.bounds() == grown);
    let close = home.zoomed([10.0, 80.0], 5.0);
    let kept = close.with_bounds(grown);
    assert!(near(kept.center(), close.center(), 1e-12));
    assert!((kept.scale() - close.scale()).abs() < 1e-9);
}

#[test]
fn what_can_be_seen() {
    let view = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 100.0, 100.0, 0.0);
    assert!(view.shows([10.0, 10.0], 0.0));
    assert!(!view.shows([10.5, 10.0], 4.0));
    assert!(view.shows([10.5, 10.0], 5.0));
    assert!(!view.shows([f64::NAN, 1.0], 5.0));
}

#[test]
fn a_stored_viewport_comes_back_and_a_broken_one_is_mended() {
    let view = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 100.0, 50.0, 4.0).zoomed([20.0, 30.0], 3.0);
    let text = serde_json::to_string(&view).unwrap();
    // To the last digit but one, as serde_json reads numbers.
    let back: Viewport = serde_json::from_str(&text).unwrap();
    assert!(near(back.center(), view.center(), 1e-12));
    assert_eq!((back.zoom(), back.size()), (view.zoom(), view.size()));
    assert_eq!(back.bounds(), view.bounds());
    let broken = r#"{"width":0,"height":-5,"margin":4,"bounds":{"min":[3,0],"max":[1,1]},
        "center":[1e300,0],"zoom":0}"#;
    let mended: Viewport = serde_json::from_str(broken).unwrap();
    assert!(mended.scale().is_finite() && mended.scale() > 0.0);
    assert_eq!(mended.zoom(), MIN_ZOOM);
}

#[test]
fn an_animated_fit_keeps_the_point_both_show_at_one_place() {
    let from = Viewport::fit(&[0.0, 0.0, 10.0, 10.0], 100.0, 100.0, 0.0);
    let pixel = [30.0, 60.0];
    let to = from.zoomed(pixel, 8.0);
    let anchor = from.to_data(pixel);
    let mut last = from.scale();
    for step in 1..10 {
        let between = from.lerp(to, f64::from(step) / 10.0);
        assert!(near(between.to_pixel(anchor), pixel, 1e-6));
        assert!((between.scale() / last - 8f64.powf(0.1)).abs() < 1e-9);
        last = between.scale();
    }
    assert_eq!(from.lerp(to, 0.0), from);
    assert_eq!(from.lerp(to, 1.0), to);
    assert_eq!(from.lerp(to, f64::NAN), from);
    // The same scale: only the centre moves.
    let moved = to.panned(10.0, 0.0);
    let half = to.lerp(moved, 0.5);
    assert!(near(half.to_pixel(moved.center()), [45.0, 50.0], 1e-6));
}

#[test]
fn a_growing_layout_is_followed_by_equal_factors() {
    let small = Viewport::fit(&[-1e-4, -1e-4, 1e-4, 1e-4], 100.0, 100.0, 0.0);
    let large = Viewport::fit(&[-50.0, -50.0, 50.0, 50.0], 100.0, 100.0, 0.0);
    let half = small.lerp(large, 0.5).scale();
    assert!((half - (small.scale() * large.scale()).sqrt()).abs() < 1e-6 * half);
}

proptest! {
    #[test]
    fn round_trip_and_zoom_about_a_pixel(
        corners in prop::array::uniform4(-1e3f32..1e3),
        size in prop::array::uniform2(20.0..2000.0f64),
        zooms in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64, 0.2..5.0f64), 0..6),
        at in (-0.5..1.5f64, -0.5..1.5f64),
    ) {
        let mut view = Viewport::fit(&corners, size[0], size[1], 8.0);
        for (x, y, factor) in zooms {
            let pixel = [x * size[0], y * size[1]];
            let next = view.zoomed(pixel, factor);
            let anchor = view.to_data(pixel);
            let b = view.bounds();
            let inside = (0..2).all(|k| b.min[k] <= anchor[k] && anchor[k] <= b.max[k]);
            // Going closer to a place inside the bounds, no clamp of the centre interferes.
            if inside && factor >= 1.0 {
                prop_assert!(near(next.to_pixel(anchor), pixel, 1e-5));
            }
            view = next;
        }
        let pixel = [at.0 * size[0], at.1 * size[1]];
        prop_assert!(near(view.to_pixel(view.to_data(pixel)), pixel, 1e-5));
        prop_assert!(near(view.pixel_map().pixel(view.to_data(pixel)), pixel, 1e-5));
        let twice = view.pixel_map().scaled(2.0).pixel(view.to_data(pixel));
        prop_assert!(near(twice, [pixel[0] * 2.0, pixel[1] * 2.0], 2e-5));
        // Uniform: a data square is a pixel square.
        let (o, x, y) = (view.to_pixel([0.0, 0.0]), view.to_pixel([1.0, 0.0]), view.to_pixel([0.0, 1.0]));
        prop_assert!(((x[0] - o[0]) - (o[1] - y[1])).abs() < 1e-6 * view.scale().max(1.0));
    }
}
