//! Multidimensional scaling and measures of quality against scikit-learn and their definitions.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use hidden_activity::projection::{
    Dissimilarities, DissimilarityBuilder, Mds, MdsConfig, MdsInitialisation, Metric,
    ProjectionError, ProjectionQuality, Stage, continuity, shepard_diagram, trustworthiness,
};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    n: usize,
    start: Vec<[f32; 2]>,
    raw_stress: HashMap<u32, f64>,
    normalised_stress: f64,
    classical_raw_stress: f64,
    euclidean: Vec<Vec<f32>>,
    cosine: Vec<Vec<f32>>,
    correlation: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct QualityReference {
    n: usize,
    k: usize,
    trustworthiness: f64,
    continuity: f64,
    normalised: f64,
    scaled: f64,
    accuracy: f64,
    hit: f64,
}

#[derive(Deserialize)]
struct Digits {
    data: Vec<Vec<f32>>,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference/mds.json")).unwrap()
}

fn digits(n: usize) -> Dissimilarities {
    let digits: Digits = serde_json::from_str(include_str!("reference/tsne.json")).unwrap();
    Dissimilarities::between_rows(&digits.data[..n].concat(), n, 64, Metric::Euclidean).unwrap()
}

/// The matrix `formula` of make_fixtures.py.
fn formula(n: usize, d: usize) -> Vec<f32> {
    (0..n * d)
        .map(|at| {
            let (i, j) = (at / d, at % d);
            let raw = (i * 7_919 + j * 104_729 + i * i * j * 31 + j * j * i * 17) % 1_009;
            (raw * (64 / (1 + j / 4) + 1)) as f32
        })
        .collect()
}

fn run(dissimilarities: Dissimilarities, config: &MdsConfig) -> Mds {
    let mut mds = Mds::new(dissimilarities, config).unwrap();
    let (mut progress, mut raw) = (0.0, f64::INFINITY);
    while mds.advance() != Stage::Done {
        assert!(mds.progress() >= progress);
        progress = mds.progress();
        if let Some(stress) = mds.stress() {
            assert!(
                stress.raw <= raw * 1.000_001,
                "stress rose from {raw} to {}",
                stress.raw
            );
            raw = stress.raw;
        }
    }
    mds
}

#[test]
fn stress_is_that_of_scikit_learn_from_the_same_start() {
    let reference = reference();
    for (&iterations, &expected) in &reference.raw_stress {
        let config = MdsConfig {
            iterations,
            tolerance: 0.0,
            initialisation: MdsInitialisation::Layout(reference.start.concat()),
            ..MdsConfig::default()
        };
        let stress = run(digits(reference.n), &config).stress().unwrap();
        // One iteration of theirs reports the stress before it, as the thousandth does.
        let tolerance = if iterations == 1 { 0.5 } else { 0.01 };
        assert!(
            (stress.raw / expected - 1.0).abs() < tolerance,
            "{iterations}: {stress:?} {expected}"
        );
        if iterations == 1_000 {
            assert!((stress.normalised / reference.normalised_stress - 1.0).abs() < 0.01);
        }
    }
}

#[test]
fn classical_scaling_is_that_of_numpy() {
    let reference = reference();
    let config = MdsConfig {
        iterations: 0,
        ..MdsConfig::default()
    };
    let stress = run(digits(reference.n), &config).stress().unwrap();
    let expected = reference.classical_raw_stress;
    assert!(
        (stress.raw / expected - 1.0).abs() < 1e-3,
        "{stress:?} {expected}"
    );
    let better = run(digits(reference.n), &MdsConfig::default())
        .stress()
        .unwrap();
    assert!(better.raw < 0.8 * expected);
}

#[test]
fn dissimilarities_are_those_of_scipy() {
    let reference = reference();
    let data: Vec<f32> = formula(20, 12)
        .iter()
        .enumerate()
        .map(|(at, x)| x - 9_000.0 * (at % 12 % 3) as f32)
        .collect();
    let transposed: Vec<f32> = (0..240).map(|at| data[at % 20 * 12 + at / 20]).collect();
    for (metric, expected) in [
        (Metric::Euclidean, reference.euclidean),
        (Metric::Cosine, reference.cosine),
        (Metric::Correlation, reference.correlation),
    ] {
        let found = Dissimilarities::between_rows(&data, 20, 12, metric).unwrap();
        let columns = Dissimilarities::between_columns(&transposed, 12, 20, metric).unwrap();
        assert_eq!(found, columns);
        for (found, expected) in found.values().iter().zip(expected.concat()) {
            assert!(
                (found - expected).abs() < 2e-6 * expected.max(1.0),
                "{metric:?} {found} {expected}"
            );
        }
    }
}

#[test]
fn constant_neurons_stand_apart_and_together() {
    let activations = [1.0, 0.0, 5.0, 1.0, 2.0, 0.0, 5.0, -2.0, 3.0, 0.0, 5.0, -5.0];
    let found = Dissimilarities::between_columns(&activations, 3, 4, Metric::Correlation).unwrap();
    assert_eq!(found.row(1), [1.0, 0.0, 0.0, 1.0]);
    assert!(
        found.row(0)[3] < 1e-6,
        "a negative correlation is as good as a positive one"
    );
    let mds = run(found, &MdsConfig::default());
    assert!(mds.positions().iter().all(|x| x.is_finite()));

    let columns = [1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 5.0, 5.0, 5.0, 1.0, -2.0, -5.0];
    let silent = |metric| {
        DissimilarityBuilder::new(columns.to_vec(), 4, 3, metric)
            .map(|builder| builder.telling_nothing())
    };
    assert_eq!(silent(Metric::Correlation).unwrap(), [1, 2]);
    assert_eq!(silent(Metric::Cosine).unwrap(), [1]);
    assert!(silent(Metric::Euclidean).unwrap().is_empty());
}

#[test]
fn points_of_the_plane_are_found_again() {
    let plane: Vec<f32> = (0..60)
        .flat_map(|i| [(i * 7 % 13) as f32, (i * 5 % 17) as f32])
        .collect();
    let wanted = Dissimilarities::between_rows(&plane, 60, 2, Metric::Euclidean).unwrap();
    let mds = run(wanted.clone(), &MdsConfig::default());
    assert!(
        mds.stress().unwrap().normalised < 1e-3,
        "{:?}",
        mds.stress()
    );
    let diagram = shepard_diagram(&wanted, &mds.positions(), 10_000, 0).unwrap();
    assert_eq!(diagram.len(), 60 * 59 / 2);
    assert!(
        diagram
            .iter()
            .all(|[wanted, found]| (wanted - found).abs() < 0.05)
    );
    let drawn = shepard_diagram(&wanted, &mds.positions(), 100, 3).unwrap();
    assert_eq!(
        drawn,
        shepard_diagram(&wanted, &mds.positions(), 100, 3).unwrap()
    );
    assert_eq!(drawn.len(), 100);
    let again = run(wanted, &MdsConfig::default());
    assert_eq!(again.positions(), mds.positions());
}

#[test]
fn degenerate_items_end_well_and_bad_ones_are_refused() {
    for n in 1..6 {
        for matrix in [
            vec![0.0; n * n],
            (0..n * n)
                .map(|at| f32::from(u8::from(at / n != at % n)))
                .collect(),
        ] {
            for initialisation in [MdsInitialisation::Classical, MdsInitialisation::Random] {
                let config = MdsConfig {
                    initialisation,
                    ..MdsConfig::default()
                };
                let wanted = Dissimilarities::from_matrix(matrix.clone(), n).unwrap();
                let mds = run(wanted, &config);
                assert!(mds.positions().iter().all(|x| x.is_finite()));
                assert!(mds.stress().unwrap().raw.is_finite());
                assert_eq!(mds.positions().len(), 2 * n);
            }
        }
    }
    for bad in [
        vec![0.0, 1.0, 2.0, 0.0],
        vec![0.0, -1.0, -1.0, 0.0],
        vec![1.0, 1.0, 1.0, 0.0],
    ] {
        let refused = Dissimilarities::from_matrix(bad, 2);
        assert!(matches!(
            refused,
            Err(ProjectionError::NotADissimilarity { .. })
        ));
    }
}

#[test]
fn measures_are_those_of_scikit_learn() {
    let expected: QualityReference =
        serde_json::from_str(include_str!("reference/quality.json")).unwrap();
    let n = expected.n;
    let labels: Vec<u8> = (0..n).map(|i| (i % 4) as u8).collect();
    let mut data = formula(n, 10);
    for (i, row) in data.chunks_exact_mut(10).enumerate() {
        for (j, x) in row.iter_mut().enumerate() {
            *x += (i % 7 * 3) as f32
                + if j < 3 {
                    9_000.0 * f32::from(labels[i])
                } else {
                    0.0
                };
        }
    }
    let layout: Vec<f32> = (0..2 * n)
        .map(|at| data[at / 2 * 10 + at % 2] + 1_500.0 * (at * 37 % 11) as f32)
        .collect();
    let wanted = Dissimilarities::between_rows(&data, n, 10, Metric::Euclidean).unwrap();
    let found = ProjectionQuality::measure(&wanted, &layout, &labels, expected.k).unwrap();
    for (name, found, expected) in [
        (
            "trustworthiness",
            found.trustworthiness,
            expected.trustworthiness,
        ),
        ("continuity", found.continuity, expected.continuity),
        (
            "normalised stress",
            found.stress.normalised,
            expected.normalised,
        ),
        ("scaled stress", found.stress.scaled, expected.scaled),
        (
            "accuracy",
            found.nearest_neighbour_accuracy,
            expected.accuracy,
        ),
        (
            "neighborhood hit",
            found.data_neighborhood_hit,
            expected.hit,
        ),
    ] {
        assert!(
            (found - expected).abs() < 1e-6,
            "{name}: {found}, expected {expected}"
        );
    }
}

#[test]
fn measures_of_few_observations_are_defined() {
    for n in 1..5 {
        let wanted = Dissimilarities::from_matrix(vec![0.0; n * n], n).unwrap();
        let found = ProjectionQuality::measure(&wanted, &vec![1.0; 2 * n], &vec![1; n], 6).unwrap();
        assert_eq!((found.trustworthiness, found.continuity), (1.0, 1.0));
        assert_eq!(
            (found.nearest_neighbour_accuracy, found.stress.normalised),
            (1.0, 0.0)
        );
        assert!(
            ProjectionQuality::measure(&wanted, &vec![1.0; 2 * n], &vec![1; n + 1], 6).is_err()
        );
        assert!(trustworthiness(&wanted, &vec![1.0; 2 * n], 0).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_data_are_a_perfect_layout_of_themselves(points in prop::collection::vec((-9_i8..9, -9_i8..9), 3..60), k in 1_usize..9) {
        let positions: Vec<f32> = points.iter().flat_map(|p| [f32::from(p.0), f32::from(p.1)]).collect();
        // Distances of whole numbers tie the same way on both sides.
        let n = points.len();
        let matrix = (0..n * n)
            .map(|at| {
                let (a, b) = (points[at / n], points[at % n]);
                let (dx, dy) = (f32::from(a.0) - f32::from(b.0), f32::from(a.1) - f32::from(b.1));
                (dx * dx + dy * dy).sqrt()
            })
            .collect();
        let wanted = Dissimilarities::from_matrix(matrix, n).unwrap();
        prop_assert_eq!(trustworthiness(&wanted, &positions, k).unwrap(), 1.0);
        prop_assert_eq!(continuity(&wanted, &positions, k).unwrap(), 1.0);
    }
}
