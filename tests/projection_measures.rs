//! PCA and the measures of quality against scikit-learn and their definitions.
#![allow(clippy::unwrap_used)]

use hidden_activity::projection::{Pca, ProjectionError, neighborhood_hit};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct PcaReference {
    cases: Vec<PcaCase>,
}

#[derive(Deserialize)]
struct PcaCase {
    name: String,
    n: usize,
    d: usize,
    explained_variance: Vec<f32>,
    components: Vec<Vec<f32>>,
    coordinates: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct HitReference {
    k: usize,
    layout_hits: Vec<f32>,
    grid: Vec<[f32; 2]>,
    grid_labels: Vec<u8>,
    grid_hits: Vec<f32>,
}

#[derive(Deserialize)]
struct Layout {
    data: Vec<Vec<f32>>,
    labels: Vec<u8>,
    layout: Vec<[f32; 2]>,
}

fn layout() -> Layout {
    serde_json::from_str(include_str!("reference/tsne.json")).unwrap()
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

#[test]
fn principal_components_are_those_of_scikit_learn() {
    let reference: PcaReference = serde_json::from_str(include_str!("reference/pca.json")).unwrap();
    for case in reference.cases {
        let data = match case.name.as_str() {
            "iterated" => formula(case.n, case.d),
            _ => layout().data[..case.n].concat(),
        };
        let k = case.explained_variance.len();
        let found = Pca::fit(&data, case.n, case.d, k, 1).unwrap();
        for (found, expected) in found
            .explained_variance
            .iter()
            .zip(&case.explained_variance)
        {
            assert!(
                (found - expected).abs() < 1e-4 * case.explained_variance[0],
                "{}",
                case.name
            );
        }
        for (c, expected) in case.components.iter().enumerate() {
            for (j, expected) in expected.iter().enumerate() {
                let found = found.components[c * case.d + j];
                assert!(
                    (found - expected).abs() < 2e-3,
                    "{} {c} {j}: {found} {expected}",
                    case.name
                );
            }
        }
        let scale = case.explained_variance[0].sqrt();
        let coordinates = found.transform(&data);
        for (i, expected) in case.coordinates.iter().enumerate() {
            for c in 0..4 {
                let found = coordinates[i * k + c];
                assert!(
                    (found - expected[c]).abs() < 2e-3 * scale,
                    "{} {i} {c}",
                    case.name
                );
            }
        }
    }
}

#[test]
fn components_of_large_matrices_are_orthonormal_without_forming_the_covariance() {
    let (n, d, k) = (1_540, 1_545, 6);
    let data = formula(n, d);
    let found = Pca::fit(&data, n, d, k, 3).unwrap();
    for a in 0..k {
        for b in 0..k {
            let component = |c: usize| &found.components[c * d..(c + 1) * d];
            let product: f32 = component(a)
                .iter()
                .zip(component(b))
                .map(|(x, y)| x * y)
                .sum();
            let expected = if a == b { 1.0 } else { 0.0 };
            assert!((product - expected).abs() < 1e-3, "{a} {b} {product}");
        }
    }
    let coordinates = found.transform(&data);
    for c in 0..k {
        let squares: f64 = coordinates
            .iter()
            .skip(c)
            .step_by(k)
            .map(|&x| f64::from(x) * f64::from(x))
            .sum();
        let variance = squares / (n - 1) as f64;
        assert!((variance / f64::from(found.explained_variance[c]) - 1.0).abs() < 1e-2);
    }
}

#[test]
fn hits_are_those_of_scikit_learn() {
    let reference: HitReference =
        serde_json::from_str(include_str!("reference/neighborhood_hit.json")).unwrap();
    let layout = layout();
    for (positions, labels, expected) in [
        (layout.layout, layout.labels, reference.layout_hits),
        (reference.grid, reference.grid_labels, reference.grid_hits),
    ] {
        let found = neighborhood_hit(&positions.concat(), 2, &labels, reference.k).unwrap();
        for (i, (found, expected)) in found.per_observation.iter().zip(&expected).enumerate() {
            assert!(
                (found - expected).abs() < 1e-6,
                "observation {i}: {found} {expected}"
            );
        }
        let mean = expected.iter().map(|&x| f64::from(x)).sum::<f64>() / expected.len() as f64;
        assert!((f64::from(found.overall) - mean).abs() < 1e-6);
    }
}

#[test]
fn hits_of_degenerate_input_are_documented() {
    let one = neighborhood_hit(&[1.0, 2.0], 2, &[3], 6).unwrap();
    assert_eq!(
        (one.k, one.overall, one.per_observation),
        (0, 1.0, vec![1.0])
    );
    assert_eq!(one.per_class, [None, None, None, Some(1.0)]);
    let two = neighborhood_hit(&[1.0, 2.0, 1.0, 2.0], 2, &[0, 1], 6).unwrap();
    assert_eq!((two.k, two.overall), (1, 0.0));
    let wrong = neighborhood_hit(&[1.0; 4], 2, &[0], 6);
    assert_eq!(
        wrong,
        Err(ProjectionError::WrongLabelCount { n: 2, found: 1 })
    );
    assert!(neighborhood_hit(&[1.0; 4], 2, &[0, 1], 0).is_err());
    assert!(neighborhood_hit(&[], 2, &[], 1).is_err());
    let nan = neighborhood_hit(&[0.0, 0.0, 0.0, f32::NAN], 2, &[0, 1], 1);
    assert!(matches!(
        nan,
        Err(ProjectionError::NotFinite {
            row: 1,
            column: 1,
            ..
        })
    ));
}

/// The definition, word for word.
fn hits_by_definition(positions: &[f32], dims: usize, labels: &[u8], k: usize) -> Vec<f32> {
    let n = labels.len();
    let row = |i: usize| &positions[i * dims..(i + 1) * dims];
    (0..n)
        .map(|i| {
            let mut others: Vec<(f64, usize)> = (0..n)
                .filter(|&j| j != i)
                .map(|j| {
                    let pairs = row(i).iter().zip(row(j));
                    (
                        pairs
                            .map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2))
                            .sum(),
                        j,
                    )
                })
                .collect();
            others.sort_by(|a, b| a.partial_cmp(b).unwrap());
            let k = k.min(n - 1);
            others[..k]
                .iter()
                .filter(|(_, j)| labels[*j] == labels[i])
                .count() as f32
                / k as f32
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hits_follow_the_definition(
        points in prop::collection::vec((0_i8..12, 0_i8..12, 0_i8..3, 0_u8..4), 2..150),
        dims in 1_usize..4,
        k in 1_usize..12,
    ) {
        let positions: Vec<f32> = points
            .iter()
            .flat_map(|p| [p.0, p.1, p.2][..dims].iter().map(|&x| f32::from(x)).collect::<Vec<_>>())
            .collect();
        let labels: Vec<u8> = points.iter().map(|p| p.3).collect();
        let found = neighborhood_hit(&positions, dims, &labels, k).unwrap();
        prop_assert_eq!(&found.per_observation, &hits_by_definition(&positions, dims, &labels, k));
        prop_assert!((0.0..=1.0).contains(&found.overall));
        let relabelled: Vec<u8> = labels.iter().map(|label| 200 - 7 * label).collect();
        let other = neighborhood_hit(&positions, dims, &relabelled, k).unwrap();
        prop_assert_eq!(other.per_observation, found.per_observation);
        let (renamed, first) = (usize::from(relabelled[0]), usize::from(labels[0]));
        prop_assert_eq!(other.per_class[renamed], found.per_class[first]);
    }
}
