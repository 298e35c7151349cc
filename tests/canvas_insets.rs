//! Clusters of classes, and insets beside them.
#![allow(clippy::unwrap_used)]

use hidden_activity::canvas::clusters::{ClusterConfig, find_clusters, in_turn};
use hidden_activity::canvas::insets::{InsetPlace, InsetRoom, image_side, place_insets};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Normally distributed numbers, nearly: sums of twelve uniform ones.
fn normal(random: &mut ChaCha8Rng) -> f32 {
    (0..12).map(|_| random.random::<f32>()).sum::<f32>() - 6.0
}

/// Round clusters: centre, standard deviation, count, class.
fn layout(clusters: &[([f32; 2], f32, usize, u8)], seed: u64) -> (Vec<f32>, Vec<u8>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut positions, mut labels) = (Vec::new(), Vec::new());
    for &(centre, deviation, count, class) in clusters {
        for _ in 0..count {
            positions.extend(centre.map(|x| x + deviation * normal(&mut random)));
            labels.push(class);
        }
    }
    (positions, labels)
}

#[test]
fn the_two_polarities_of_a_class_are_two_clusters() {
    for seed in 0..20 {
        let (positions, labels) = layout(
            &[
                ([0.0, 0.0], 1.0, 110, 0),
                ([7.0, 2.0], 1.2, 90, 0),
                ([-6.0, 5.0], 1.0, 200, 3),
            ],
            seed,
        );
        let found = find_clusters(&positions, &labels, ClusterConfig::default());
        let classes: Vec<u8> = found.iter().map(|cluster| cluster.class).collect();
        assert_eq!(classes, [0, 0, 3], "seed {seed}");
        for (cluster, (centre, range)) in found.iter().zip([
            ([0.0, 0.0], 0..110),
            ([7.0, 2.0], 110..200),
            ([-6.0, 5.0], 200..400),
        ]) {
            let off =
                (cluster.peak[0] - centre[0] as f32).hypot(cluster.peak[1] - centre[1] as f32);
            assert!(off < 0.8, "seed {seed}: peak {off} off");
            let right = cluster
                .members
                .iter()
                .filter(|&&i| range.contains(&i))
                .count();
            assert!(
                right * 100 > 95 * range.len(),
                "seed {seed}: {right} of {range:?}"
            );
            assert!(range.contains(&cluster.representative));
            let at = |i: u32| [positions[2 * i as usize], positions[2 * i as usize + 1]];
            let far = |i: u32| (at(i)[0] - cluster.peak[0]).hypot(at(i)[1] - cluster.peak[1]);
            assert!(
                cluster
                    .members
                    .iter()
                    .all(|&i| far(i) >= far(cluster.representative))
            );
        }
    }
}

#[test]
fn one_round_cluster_stays_one() {
    for seed in 0..40 {
        for count in [30, 200, 1_000] {
            let (positions, labels) = layout(&[([3.0, -2.0], 2.0, count, 1)], seed);
            let found = find_clusters(&positions, &labels, ClusterConfig::default());
            assert_eq!(found.len(), 1, "seed {seed}, {count} observations");
            assert!(found[0].share > 0.9);
        }
    }
}

#[test]
fn outliers_are_no_cluster() {
    let (positions, labels) = layout(
        &[
            ([0.0, 0.0], 1.0, 200, 0),
            ([40.0, 0.0], 0.5, 8, 0),
            ([0.0, 90.0], 0.5, 4, 0),
        ],
        1,
    );
    let found = find_clusters(&positions, &labels, ClusterConfig::default());
    assert_eq!(found.len(), 1);
    assert!(found[0].members.iter().all(|&i| i < 200));
    let all = ClusterConfig {
        least_share: 0.0,
        ..ClusterConfig::default()
    };
    assert!(find_clusters(&positions, &labels, all).len() >= 3);
}

#[test]
fn few_or_equal_or_missing_observations_are_no_trouble() {
    let config = ClusterConfig::default();
    assert!(find_clusters(&[], &[], config).is_empty());
    let single = find_clusters(&[4.0, 5.0], &[7], config);
    assert_eq!(
        (single.len(), single[0].class, single[0].representative),
        (1, 7, 0)
    );
    let same = find_clusters(&[2.0; 40], &[0; 20], config);
    assert_eq!((same.len(), same[0].members.len()), (1, 20));
    assert!((same[0].peak[0] - 2.0).abs() < 0.51);
    let nan = find_clusters(&[f32::NAN, 0.0, 1.0, 1.0], &[0, 0], config);
    assert_eq!(nan[0].members, [1]);
    let huge = [f32::MAX, 0.0, -f32::MAX, 0.0, f32::MIN_POSITIVE, 1.0];
    assert!(!find_clusters(&huge, &[0, 0, 0], config).is_empty());
    // Fewer labels than positions.
    assert_eq!(find_clusters(&[0.0; 6], &[1], config)[0].members, [0]);
}

fn check(places: &[Option<InsetPlace>], targets: &[[f64; 2]], room: InsetRoom<'_>) {
    let placed: Vec<&InsetPlace> = places.iter().flatten().collect();
    for (at, place) in placed.iter().enumerate() {
        for k in 0..2 {
            let low = place.corner[k];
            assert!(low >= room.gap - 1e-9 && low + room.side <= room.size[k] - room.gap + 1e-9);
        }
        for target in targets {
            let is_covered = (0..2)
                .all(|k| target[k] >= place.corner[k] && target[k] <= place.corner[k] + room.side);
            assert!(!is_covered, "{place:?} covers {target:?}");
        }
        for other in &placed[..at] {
            let apart =
                (0..2).any(|k| (place.corner[k] - other.corner[k]).abs() >= room.side + room.gap);
            assert!(apart, "{place:?} overlaps {other:?}");
            assert!(
                !cross(place, other, room.side),
                "{place:?} crosses {other:?}"
            );
        }
        // The anchor is on the edge.
        let on_edge = (0..2).any(|k| {
            let off = place.anchor[k] - place.corner[k];
            off.abs() < 1e-9 || (off - room.side).abs() < 1e-9
        });
        assert!(on_edge, "{place:?}");
    }
}

/// Whether two callouts, from the middle of each inset, cross inside both.
fn cross(a: &InsetPlace, b: &InsetPlace, side: f64) -> bool {
    let middle = |p: &InsetPlace| p.corner.map(|v| v + side / 2.0);
    let turn = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| {
        (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    };
    let (p, q, r, s) = (middle(a), a.target, middle(b), b.target);
    turn(p, q, r) * turn(p, q, s) < -1e-6 && turn(r, s, p) * turn(r, s, q) < -1e-6
}

fn scene(seed: u64, n: usize, targets: usize) -> (Vec<[f64; 2]>, Vec<[f64; 2]>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut place =
        |spread: f64| [0, 1].map(|k| [450.0, 350.0][k] + spread * f64::from(normal(&mut random)));
    let points = (0..n).map(|_| place(90.0)).collect();
    let targets = (0..targets).map(|_| place(80.0)).collect();
    (points, targets)
}

#[test]
fn insets_keep_apart_inside_and_off_the_crowd() {
    for seed in 0..10 {
        let (points, targets) = scene(seed, 1_500, 18);
        let room = InsetRoom {
            size: [900.0, 700.0],
            side: 56.0,
            gap: 6.0,
            points: &points,
        };
        let places = place_insets(&targets, room);
        assert!(places.iter().all(Option::is_some), "there is room for all");
        check(&places, &targets, room);
        assert_eq!(places, place_insets(&targets, room));
        let covered = points
            .iter()
            .filter(|p| {
                places.iter().flatten().any(|place| {
                    (0..2).all(|k| p[k] >= place.corner[k] && p[k] <= place.corner[k] + room.side)
                })
            })
            .count();
        // 18 insets are 9% of the picture, but a far greater part of where the points are.
        assert!(covered < 150, "{covered} of 1500 points are covered");
    }
}

#[test]
fn what_does_not_fit_is_left_out() {
    let room = InsetRoom {
        size: [200.0, 60.0],
        side: 50.0,
        gap: 4.0,
        points: &[],
    };
    let targets = [
        [100.0, 59.0],
        [10.0, 59.0],
        [190.0, 59.0],
        [50.0, 59.0],
        [-5.0, 3.0],
    ];
    let places = place_insets(
        &targets,
        InsetRoom {
            size: [200.0, 64.0],
            ..room
        },
    );
    assert!(places.iter().flatten().count() <= 3);
    assert!(places[4].is_none());
    assert!(
        place_insets(
            &targets,
            InsetRoom {
                side: 300.0,
                ..room
            }
        )
        .iter()
        .all(Option::is_none)
    );
    for side in [0.0, -1.0, f64::NAN] {
        assert!(
            place_insets(&targets, InsetRoom { side, ..room })
                .iter()
                .all(Option::is_none)
        );
    }
    assert!(place_insets(&[], room).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_insets_keep_apart(
        targets in prop::collection::vec(prop::array::uniform2(-20.0_f64..620.0), 0..24),
        side in 8.0_f64..120.0,
        gap in 0.0_f64..12.0,
    ) {
        let room = InsetRoom { size: [600.0, 500.0], side, gap, points: &targets };
        check(&place_insets(&targets, room), &targets, room);
    }

    #[test]
    fn every_member_is_in_one_cluster_of_its_class(
        rows in prop::collection::vec((-9_i8..9, -9_i8..9, 0_u8..4), 0..60),
    ) {
        let positions: Vec<f32> = rows.iter().flat_map(|row| [row.0.into(), row.1.into()]).collect();
        let labels: Vec<u8> = rows.iter().map(|row| row.2).collect();
        let mut seen = vec![false; rows.len()];
        for cluster in find_clusters(&positions, &labels, ClusterConfig::default()) {
            prop_assert!(cluster.members.contains(&cluster.representative));
            prop_assert!(cluster.share >= 0.1 && cluster.share <= 1.0);
            for &member in &cluster.members {
                prop_assert_eq!(labels[member as usize], cluster.class);
                prop_assert!(!std::mem::replace(&mut seen[member as usize], true));
            }
        }
    }
}

#[test]
fn the_largest_cluster_of_each_class_deserves_the_first_examples() {
    let (positions, labels) = layout(
        &[
            ([0.0, 0.0], 1.0, 150, 0),
            ([12.0, 0.0], 1.0, 100, 0),
            ([0.0, 12.0], 1.0, 200, 1),
            ([12.0, 12.0], 1.0, 60, 2),
            ([24.0, 12.0], 1.0, 90, 2),
        ],
        3,
    );
    let found = find_clusters(&positions, &labels, ClusterConfig::default());
    let order: Vec<_> = in_turn(&found)
        .into_iter()
        .map(|cluster| (cluster.class, cluster.members.len() / 10))
        .collect();
    assert_eq!(order, [(0, 15), (1, 20), (2, 9), (0, 10), (2, 6)]);
    assert!(in_turn(&[]).is_empty());
}

#[test]
fn images_are_enlarged_by_whole_pixels() {
    let large = [540.0, 560.0];
    for (image, ratio, side) in [
        (8, 1.0, 48),
        (28, 1.0, 56),
        (32, 1.0, 32),
        (32, 2.0, 96),
        (28, 3.0, 140),
    ] {
        assert_eq!(
            image_side(image, large, ratio),
            side,
            "{image} pixels at {ratio}"
        );
    }
    // Smaller in a small picture, and reduced where the image is larger than the inset.
    assert_eq!(image_side(8, [330.0, 340.0], 1.0), 32);
    assert_eq!(image_side(256, large, 1.0), 46);
    // Larger on a very large screen.
    assert_eq!(image_side(8, [1600.0, 1500.0], 1.0), 88);
    assert_eq!(image_side(0, [0.0, 0.0], 1.0), 30);
}
