//! Bundling by its properties: ends stay, trails draw together, and nothing else happens.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use hidden_activity::trails::{
    BundledTrails, Bundling, BundlingConfig, TrailError, TrailPaths, Trails,
};
use proptest::prelude::*;

/// Numbers in [-1, 1) that look random.
fn noise(at: usize) -> f32 {
    let hash = (at as u32).wrapping_add(1).wrapping_mul(0x9e37_79b9);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
    (hash ^ (hash >> 13)) as f32 / 2_147_483_648.0 - 1.0
}

/// Ten classes that part more and more; each observation strays on its way.
fn evolution(n: usize, steps: usize) -> Trails {
    let mut layouts = Vec::new();
    for t in 0..steps {
        for i in 0..n {
            let class = i % 10;
            let centre = [(class % 4) as f32 - 1.5, (class / 4) as f32 - 1.0];
            for (k, centre) in centre.into_iter().enumerate() {
                let start = 8.0 * noise(2 * i + k);
                let end = 10.0 * centre + 3.0 * noise(7_777 + 2 * i + k);
                let part = t as f32 / (steps.max(2) - 1) as f32;
                let astray = 1.5 * noise(99_991 * (t + 1) + 2 * i + k);
                layouts.push(start + (end - start) * part + astray);
            }
        }
    }
    Trails::new(layouts, n, steps).unwrap()
}

/// Many trails from left to right, close to each other but not crossing.
fn river(n: usize) -> Trails {
    let mut layouts = Vec::new();
    for x in [0.0, 100.0] {
        for i in 0..n {
            layouts.extend([x, 50.0 + 8.0 * (i as f32 / n as f32 - 0.5)]);
        }
    }
    Trails::new(layouts, n, 2).unwrap()
}

fn bundle(trails: &Trails, groups: Option<&[u8]>) -> Bundling {
    let mut bundling = Bundling::new(trails, groups, &BundlingConfig::default()).unwrap();
    while bundling.advance() {}
    bundling
}

fn paths(bundling: &Bundling, strength: f32) -> TrailPaths {
    let mut paths = TrailPaths::default();
    bundling.write_paths(strength, &mut paths);
    paths
}

/// Cells of a grid of the given side that the trails run through.
fn ink(paths: &TrailPaths, side: f32) -> usize {
    let cell = |x: f32| (x / side).floor() as i32;
    let vertices = paths.vertices.as_chunks::<2>().0;
    let cells: BTreeSet<_> = vertices.iter().map(|p| p.map(cell)).collect();
    cells.len()
}

/// The total variation of the picture: how much neighbouring pixels differ, where every trail covers
/// a tenth of what shows through.
fn picture_variation(paths: &TrailPaths, side: f32, cells: usize) -> f64 {
    let mut shows = vec![1.0_f64; cells * cells];
    for trail in 0..paths.count() {
        let cell = |p: &[f32; 2]| {
            let [x, y] = p.map(|x| (x / side + 0.5 * cells as f32) as usize);
            y * cells + x
        };
        let covered: BTreeSet<usize> = paths.trail(trail).0.iter().map(cell).collect();
        covered.into_iter().for_each(|at| shows[at] *= 0.9);
    }
    let rows = shows.chunks_exact(cells);
    let along: f64 = rows
        .flat_map(|row| row.windows(2))
        .map(|w| (w[1] - w[0]).abs())
        .sum();
    let pairs = shows.iter().zip(&shows[cells..]);
    along + pairs.map(|(a, b)| (b - a).abs()).sum::<f64>()
}

fn length(paths: &TrailPaths) -> f64 {
    let step = |w: &[[f32; 2]]| f64::from((w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1]));
    let trails = 0..paths.count();
    trails
        .map(|trail| paths.trail(trail).0.windows(2).map(step).sum::<f64>())
        .sum()
}

#[test]
fn straight_trails_pass_through_every_step_in_time() {
    let trails = evolution(50, 6);
    let bundling = bundle(&trails, None);
    let straight = paths(&bundling, 0.0);
    assert_eq!(straight.count(), 50);
    for i in 0..50 {
        let (vertices, times) = straight.trail(i);
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
        for (step, place) in trails.trail(i).enumerate() {
            let at = times
                .iter()
                .position(|&time| time == step as f32 / 5.0)
                .unwrap();
            assert_eq!(vertices[at], place);
        }
    }
}

#[test]
fn ends_are_fixed_at_any_strength() {
    let trails = evolution(300, 6);
    let bundling = bundle(&trails, None);
    for strength in [0.0, 0.3, 1.0, 7.0, f32::NAN] {
        let paths = paths(&bundling, strength);
        for i in 0..300 {
            let (vertices, times) = paths.trail(i);
            let ends: Vec<_> = trails.trail(i).collect();
            assert_eq!(vertices.first(), ends.first());
            assert_eq!(vertices.last(), ends.last());
            assert_eq!((times[0], times[times.len() - 1]), (0.0, 1.0));
        }
    }
}

#[test]
fn total_variation_falls() {
    let bundling = bundle(&evolution(400, 6), None);
    let all = [0.0, 0.5, 1.0].map(|strength| paths(&bundling, strength));
    let picture = [0, 1, 2].map(|k| picture_variation(&all[k], 0.25, 400));
    let length = [0, 1, 2].map(|k| length(&all[k]));
    println!("picture {picture:?}, length {length:?}");
    assert!(picture[1] < 0.95 * picture[0], "{picture:?}");
    assert!(picture[2] < 0.95 * picture[0], "{picture:?}");
    // Bundled trails make a detour, but no great one.
    assert!(length[2] < 1.15 * length[0], "{length:?}");
}

/// The sharpest turn of any trail, as the distance between the unit tangents before and after.
fn sharpest_turn(paths: &TrailPaths) -> f64 {
    let mut sharpest = 0.0_f64;
    for trail in 0..paths.count() {
        let ends = paths.trail(trail).0.windows(2);
        let tangents: Vec<[f64; 2]> = ends
            .map(|pair| [0, 1].map(|k| f64::from(pair[1][k]) - f64::from(pair[0][k])))
            .map(|way| way.map(|x| x / way[0].hypot(way[1]).max(1e-9)))
            .collect();
        for pair in tangents.windows(2) {
            sharpest = sharpest.max((pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]));
        }
    }
    sharpest
}

#[test]
fn bundled_trails_have_no_corners() {
    // Zigzags: each goes up and down between six steps.
    let zigzag = |t: usize, i: usize| [10.0 * t as f32, i as f32 + 4.0 * (t % 2) as f32];
    let layouts = (0..6)
        .flat_map(|t| (0..30).flat_map(move |i| zigzag(t, i)))
        .collect();
    let bundling = bundle(&Trails::new(layouts, 30, 6).unwrap(), None);
    let [before, after] = [0.0, 1.0].map(|strength| sharpest_turn(&paths(&bundling, strength)));
    println!("sharpest turn: {before} before, {after} after");
    assert!(before > 0.7 && after < 0.25, "{before} {after}");
}

#[test]
fn trails_side_by_side_become_one() {
    let trails = river(200);
    let bundling = bundle(&trails, None);
    let (straight, bundled) = (paths(&bundling, 0.0), paths(&bundling, 1.0));
    let width = |paths: &TrailPaths| {
        let middle = paths
            .vertices
            .as_chunks::<2>()
            .0
            .iter()
            .filter(|p| (p[0] - 50.0).abs() < 5.0);
        let (mut low, mut high) = (f32::MAX, f32::MIN);
        for p in middle {
            low = low.min(p[1]);
            high = high.max(p[1]);
        }
        high - low
    };
    assert!(width(&straight) > 7.5);
    assert!(width(&bundled) < 1.0, "{}", width(&bundled));
    let (before, after) = (ink(&straight, 0.5), ink(&bundled, 0.5));
    println!("ink: {before} before, {after} after");
    assert!(2 * after < before, "{after} of {before}");
}

#[test]
fn bundling_uses_less_ink() {
    let bundling = bundle(&evolution(1_000, 6), None);
    let (before, after) = (
        ink(&paths(&bundling, 0.0), 0.2),
        ink(&paths(&bundling, 1.0), 0.2),
    );
    println!("ink: {before} before, {after} after");
    assert!(3 * after < 2 * before, "{after} of {before}");
}

#[test]
fn groups_are_bundled_by_themselves() {
    let trails = river(40);
    let groups: Vec<u8> = (0..40).map(|i| (i % 2) * 7).collect();
    let together = paths(&bundle(&trails, Some(&groups)), 1.0);
    // Each group alone ends where it ends beside the other.
    for (group, first) in [(0, 0), (7, 1)] {
        // The first and last trail of all give the extent, which both runs must share.
        let of = |t: usize| trails.layout(t).unwrap().as_chunks::<2>().0;
        let members: Vec<usize> = (0..40).filter(|&i| groups[i] == group).collect();
        let chosen: Vec<usize> = members.iter().copied().chain([0, 39]).collect();
        let mut layouts = Vec::new();
        for t in 0..2 {
            layouts.extend(chosen.iter().flat_map(|&i| of(t)[i]));
        }
        let alone = Trails::new(layouts, chosen.len(), 2).unwrap();
        let labels: Vec<u8> = (0..chosen.len())
            .map(|k| u8::from(k >= members.len()))
            .collect();
        let alone = paths(&bundle(&alone, Some(&labels)), 1.0);
        assert_eq!(alone.trail(0), together.trail(first));
    }
}

#[test]
fn the_same_trails_give_the_same_bits_and_progress_rises() {
    let trails = evolution(200, 4);
    let mut bundling = Bundling::new(&trails, None, &BundlingConfig::default()).unwrap();
    let mut progress = bundling.progress();
    assert_eq!(progress, 0.0);
    assert_eq!(paths(&bundling, 1.0), paths(&bundling, 0.0));
    while bundling.advance() {
        assert!(bundling.progress() >= progress && bundling.progress() <= 1.0);
        progress = bundling.progress();
    }
    assert_eq!(bundling.progress(), 1.0);
    assert!(!bundling.advance());
    assert_eq!(paths(&bundling, 1.0), paths(&bundle(&trails, None), 1.0));
}

#[test]
fn nothing_to_bundle_is_no_trouble() {
    let one_step = Trails::new(vec![1.0, 2.0, 3.0, 4.0], 2, 1).unwrap();
    let still = Trails::new(vec![5.0; 2 * 3 * 4], 3, 4).unwrap();
    for trails in [one_step, still] {
        let bundling = bundle(&trails, None);
        assert_eq!(bundling.progress(), 1.0);
        let paths = paths(&bundling, 1.0);
        for i in 0..trails.count() {
            let places: Vec<_> = trails.trail(i).collect();
            assert_eq!(paths.trail(i).0, places);
        }
        assert_eq!(paths.trail(trails.count()).0.len(), 0);
    }
    let none = BundlingConfig {
        iterations: 0,
        ..BundlingConfig::default()
    };
    let mut straight = Bundling::new(&evolution(5, 3), None, &none).unwrap();
    assert!(!straight.advance());
}

#[test]
fn numbers_at_the_ends_of_their_range_stay_finite() {
    for scale in [1e-44, 1e-38, 1e-30, 1e30, f32::MAX] {
        let layouts: Vec<f32> = (0..40).map(|at| scale * noise(at)).collect();
        let trails = Trails::new(layouts, 5, 4).unwrap();
        let paths = paths(&bundle(&trails, None), 1.0);
        assert!(paths.vertices.iter().all(|x| x.is_finite()), "{scale}");
    }
    // Far from the origin, compared with the extent.
    let layouts: Vec<f32> = (0..40).map(|at| 1e6 + noise(at)).collect();
    let paths = paths(&bundle(&Trails::new(layouts, 5, 4).unwrap(), None), 1.0);
    assert!(paths.vertices.iter().all(|x| (x - 1e6).abs() <= 1.5));
}

#[test]
fn vertices_know_their_trail() {
    let paths = paths(&bundle(&evolution(20, 3), None), 1.0);
    for trail in 0..20_u32 {
        let range = paths.starts[trail as usize]..paths.starts[trail as usize + 1];
        assert!(
            range
                .clone()
                .all(|vertex| paths.trail_of_vertex(vertex) == Some(trail))
        );
    }
    assert_eq!(paths.trail_of_vertex(*paths.starts.last().unwrap()), None);
    assert_eq!(TrailPaths::default().trail_of_vertex(0), None);
    assert_eq!(TrailPaths::default().count(), 0);
}

#[test]
fn bad_input_is_refused_with_a_reason() {
    let nothing = Trails::new(Vec::new(), 0, 3).unwrap_err();
    assert_eq!(nothing, TrailError::Nothing { n: 0, steps: 3 });
    assert!(matches!(
        Trails::new(vec![0.0; 7], 2, 2),
        Err(TrailError::WrongLength { .. })
    ));
    assert!(matches!(
        Trails::new(vec![0.0; 8], usize::MAX, 2),
        Err(TrailError::WrongLength { .. })
    ));
    let mut layouts = vec![0.0; 12];
    layouts[9] = f32::NAN;
    assert_eq!(
        Trails::new(layouts, 2, 3).unwrap_err(),
        TrailError::NotFinite {
            observation: 0,
            step: 2
        }
    );
    let trails = evolution(4, 2);
    let groups = Bundling::new(&trails, Some(&[0]), &BundlingConfig::default()).err();
    assert_eq!(groups, Some(TrailError::WrongGroupCount { n: 4, found: 1 }));
    for (radius, shrink) in [
        (0.0, 0.9),
        (0.5, 0.9),
        (f32::NAN, 0.9),
        (0.05, 0.0),
        (0.05, 1.5),
    ] {
        let config = BundlingConfig {
            radius,
            shrink,
            ..BundlingConfig::default()
        };
        let error = Bundling::new(&trails, None, &config).err().unwrap();
        assert!(matches!(error, TrailError::BadParameter { .. }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn bundled_trails_stay_within_the_layouts(
        (n, steps, layouts) in (1_usize..8, 1_usize..5).prop_flat_map(|(n, steps)| (
            Just(n),
            Just(steps),
            prop::collection::vec(-100.0_f32..100.0, 2 * n * steps),
        )),
    ) {
        let (low, high) = layouts.iter().fold((f32::MAX, f32::MIN), |(a, b), &x| (a.min(x), b.max(x)));
        let room = 1e-3 * (high - low) + 1e-3;
        let bundled = paths(&bundle(&Trails::new(layouts, n, steps).unwrap(), None), 1.0);
        for &x in &bundled.vertices {
            prop_assert!(x >= low - room && x <= high + room, "{} in {}..{}", x, low, high);
        }
    }
}

#[test]
fn what_is_kept_of_a_bundling_gives_the_same_paths_at_every_strength() {
    let trails = evolution(60, 4);
    let bundling = bundle(&trails, None);
    let kept = BundledTrails::from(&bundling);
    let mut paths = TrailPaths::default();
    for strength in [-1.0, 0.0, 0.25, 0.8, 1.0, 2.0, f32::NAN] {
        kept.write_paths(strength, &mut paths);
        let expected = self::paths(&bundling, strength);
        assert_eq!(
            (&paths.starts, &paths.times),
            (&expected.starts, &expected.times)
        );
        for (own, expected) in paths.vertices.iter().zip(&expected.vertices) {
            assert!((own - expected).abs() < 1e-4, "{own} for {expected}");
        }
        for i in 0..trails.count() {
            let (vertices, _) = paths.trail(i);
            assert_eq!(vertices.first().copied(), trails.trail(i).next());
            assert_eq!(vertices.last().copied(), trails.trail(i).last());
        }
    }
}
