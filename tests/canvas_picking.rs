//! Hit testing and lassos against brute force.

use hidden_activity::canvas::hit::PointGrid;
use hidden_activity::canvas::lasso::{Lasso, simplify};
use hidden_activity::canvas::selection::Selection;
use hidden_activity::canvas::viewport::Viewport;
use proptest::prelude::*;

fn pairs(positions: &[f32]) -> impl Iterator<Item = (u32, [f64; 2])> + '_ {
    (0u32..).zip(
        positions
            .chunks_exact(2)
            .map(|p| [f64::from(p[0]), f64::from(p[1])]),
    )
}

/// The least distance of all points, in pixels, and whose it is.
fn nearest_by_all_distances(
    view: &Viewport,
    positions: &[f32],
    pixel: [f64; 2],
    visible: &Selection,
) -> Option<(u32, f64)> {
    let mut best: Option<(u32, f64)> = None;
    for (index, p) in pairs(positions) {
        let at = view.to_pixel(p);
        let distance = (at[0] - pixel[0]).hypot(at[1] - pixel[1]);
        if visible.contains(index) && best.is_none_or(|(_, b)| distance < b) && !distance.is_nan() {
            best = Some((index, distance));
        }
    }
    best.filter(|b| b.1.is_finite())
}

/// Coordinates that come often twice, sometimes far out or not at all.
fn coordinate() -> impl Strategy<Value = f32> {
    prop_oneof![
        6 => -10.0f32..10.0,
        3 => (-4i8..4).prop_map(f32::from),
        1 => -1e4f32..1e4,
        1 => Just(f32::NAN),
        1 => Just(f32::INFINITY),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_grid_finds_what_all_distances_find(
        positions in prop::collection::vec(coordinate(), 0..240),
        pixel in (-100.0..500.0f64, -100.0..400.0f64),
        zoom in (0.0..400.0f64, 0.0..300.0f64, 0.5..30.0f64),
        max_px in prop_oneof![0.0..40.0f64, Just(f64::INFINITY)],
        hidden in prop::collection::vec(any::<bool>(), 120),
    ) {
        let n = positions.len() / 2;
        let view = Viewport::fit(&positions, 400.0, 300.0, 10.0).zoomed([zoom.0, zoom.1], zoom.2);
        let pixel = [pixel.0, pixel.1];
        let visible = Selection::from_fn(n, |i| !hidden[i]);
        let grid = PointGrid::new(&positions);
        let found = grid.nearest(&view, pixel, max_px, Some(&visible));
        let wanted = nearest_by_all_distances(&view, &positions, pixel, &visible);
        match (found, wanted) {
            (Some(found), Some((_, distance))) => {
                prop_assert!(visible.contains(found));
                let p = [0, 1].map(|k| f64::from(positions[found as usize * 2 + k]));
                let at = view.to_pixel(p);
                let own = (at[0] - pixel[0]).hypot(at[1] - pixel[1]);
                prop_assert!((own - distance).abs() < 1e-6 && own <= max_px + 1e-6);
            }
            (None, Some((_, distance))) => prop_assert!(distance > max_px - 1e-6),
            (found, None) => prop_assert_eq!(found, None),
        }
    }

    #[test]
    fn a_lasso_encloses_what_winding_by_angles_says(
        positions in prop::collection::vec(coordinate(), 0..160),
        corners in prop::collection::vec((0.0..400.0f64, 0.0..300.0f64), 0..12),
        hidden in prop::collection::vec(any::<bool>(), 80),
    ) {
        let view = Viewport::fit(&positions, 400.0, 300.0, 10.0);
        let corners: Vec<_> = corners.iter().map(|c| [c.0, c.1]).collect();
        let visible = Selection::from_fn(positions.len() / 2, |i| !hidden[i]);
        let found = Lasso::polygon(&corners).enclosed(&view, &positions, Some(&visible));
        prop_assert!(found.windows(2).all(|w| w[0] < w[1]));
        for (index, p) in pairs(&positions) {
            let inside = p.iter().all(|v| v.is_finite())
                && visible.contains(index)
                && odd_winding(&corners, view.to_pixel(p));
            prop_assert_eq!(found.contains(&index), inside);
        }
    }

    #[test]
    fn a_simplified_line_stays_within_its_tolerance(
        line in prop::collection::vec((0.0..100.0f64, 0.0..100.0f64), 0..60),
        tolerance in 0.0..20.0f64,
    ) {
        let line: Vec<_> = line.iter().map(|c| [c.0, c.1]).collect();
        let simple = simplify(&line, tolerance);
        prop_assert_eq!(simple.first(), line.first());
        prop_assert_eq!(simple.last(), line.last());
        if simple.len() > 1 {
            for &p in &line {
                let far = simple.windows(2).map(|w| to_segment(p, w[0], w[1]));
                prop_assert!(far.fold(f64::INFINITY, f64::min) <= tolerance + 1e-9);
            }
        }
    }
}

/// Even-odd by another way: the sum of the angles under which the sides are seen. An odd winding
/// number has an odd number of crossings.
fn odd_winding(corners: &[[f64; 2]], p: [f64; 2]) -> bool {
    if corners.len() < 3 {
        return false;
    }
    let mut turns = 0.0;
    for (k, a) in corners.iter().enumerate() {
        let b = corners[(k + 1) % corners.len()];
        let (u, v) = ([a[0] - p[0], a[1] - p[1]], [b[0] - p[0], b[1] - p[1]]);
        turns += (u[0] * v[1] - u[1] * v[0]).atan2(u[0] * v[0] + u[1] * v[1]);
    }
    (turns / std::f64::consts::TAU).round() as i64 % 2 != 0
}

fn to_segment(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    // By sampling: coarse, but with nothing in common with the code under test but the result.
    (0..=200)
        .map(|k| f64::from(k) / 200.0)
        .map(|t| (a[0] + t * (b[0] - a[0]) - p[0]).hypot(a[1] + t * (b[1] - a[1]) - p[1]))
        .fold(f64::INFINITY, f64::min)
        - 0.005 * (b[0] - a[0]).hypot(b[1] - a[1])
}

#[test]
fn a_mask_lets_the_pointer_through_to_the_next() {
    let positions = [0.0, 0.0, 1.0, 0.0, 10.0, 10.0];
    let view = Viewport::fit(&positions, 100.0, 100.0, 0.0);
    let grid = PointGrid::new(&positions);
    let hit = |visible: Option<&Selection>, max| grid.nearest(&view, [1.0, 100.0], max, visible);
    assert_eq!(hit(None, 20.0), Some(0));
    let mask = Selection::from_indices(3, &[1, 2]);
    assert_eq!(hit(Some(&mask), 20.0), Some(1));
    assert_eq!(hit(Some(&mask), 8.0), None);
    assert_eq!(hit(Some(&Selection::none(3)), f64::INFINITY), None);
    assert_eq!(hit(None, f64::NAN), None);
    assert_eq!(hit(None, -1.0), None);
}

#[test]
fn of_equal_places_the_lowest_index_is_hit() {
    let positions = [3.0, 3.0].repeat(50);
    let view = Viewport::fit(&positions, 100.0, 100.0, 0.0);
    let grid = PointGrid::new(&positions);
    assert_eq!(grid.nearest(&view, [50.0, 50.0], 1.0, None), Some(0));
    let mask = Selection::from_indices(50, &[30, 20]);
    assert_eq!(
        grid.nearest(&view, [50.0, 50.0], 1.0, Some(&mask)),
        Some(20)
    );
}

#[test]
fn nothing_to_hit_is_no_trouble() {
    for positions in [&[][..], &[f32::NAN, 0.0], &[1.0]] {
        let view = Viewport::fit(positions, 100.0, 100.0, 0.0);
        let grid = PointGrid::new(positions);
        assert_eq!(grid.nearest(&view, [50.0, 50.0], 1e9, None), None);
    }
    let grid = PointGrid::new(&[f32::MIN, f32::MAX, f32::MAX, f32::MIN, 0.0, 1e-40]);
    assert_eq!(
        grid.nearest_in_data([1.0, 1.0], f64::INFINITY, None),
        Some(2)
    );
    assert_eq!(grid.nearest_in_data([f64::NAN, 1.0], 1.0, None), None);
}

#[test]
fn a_rectangle_encloses_in_any_direction() {
    let positions = [0.0, 0.0, 5.0, 5.0, 10.0, 10.0];
    let view = Viewport::fit(&positions, 100.0, 100.0, 0.0);
    for (a, b) in [([40.0, 40.0], [60.0, 101.0]), ([60.0, 101.0], [40.0, 40.0])] {
        assert_eq!(
            Lasso::rectangle(a, b).enclosed(&view, &positions, None),
            [1]
        );
    }
    let all = Lasso::rectangle([-1.0, -1.0], [101.0, 101.0]);
    assert_eq!(all.enclosed(&view, &positions, None), [0, 1, 2]);
}

#[test]
fn what_is_enclosed_twice_is_outside() {
    // A five-pointed star drawn in one line: its heart is enclosed twice.
    let star: Vec<_> = (0..5)
        .map(|k| f64::from(k * 2) * std::f64::consts::TAU / 5.0)
        .map(|a| [50.0 + 40.0 * a.sin(), 50.0 - 40.0 * a.cos()])
        .collect();
    let star = Lasso::polygon(&star);
    assert!(!star.contains([50.0, 50.0]));
    assert!(star.contains([50.0, 25.0]));
    assert!(!star.contains([50.0, 5.0]));
}

#[test]
fn lines_that_enclose_nothing() {
    for corners in [&[][..], &[[1.0, 1.0]], &[[0.0, 0.0], [9.0, 9.0]]] {
        assert!(!Lasso::polygon(corners).contains([1.0, 1.0]));
    }
    let holed = [[f64::NAN, 0.0], [0.0, 0.0], [10.0, 0.0], [0.0, 10.0]];
    assert!(Lasso::polygon(&holed).contains([2.0, 2.0]));
    assert!(!Lasso::polygon(&holed).contains([f64::NAN, 2.0]));
}

#[test]
fn a_straight_line_keeps_its_ends_only() {
    let line: Vec<_> = (0..100)
        .map(|k| [f64::from(k), 2.0 * f64::from(k)])
        .collect();
    assert_eq!(simplify(&line, 0.01), [line[0], line[99]]);
    let corner = [[0.0, 0.0], [5.0, 0.1], [10.0, 0.0], [10.0, 10.0]];
    assert_eq!(simplify(&corner, 0.5), [corner[0], corner[2], corner[3]]);
}
