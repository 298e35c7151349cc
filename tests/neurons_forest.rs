//! Discriminative scores against scikit-learn and by their properties.
#![allow(clippy::unwrap_used)]

use hidden_activity::neurons::{
    DiscriminativeForest, DiscriminativeMap, DiscriminativeScores, ForestConfig, Growth,
    NeuronError,
};
use hidden_activity::projection::ProjectionError;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Digits {
    data: Vec<Vec<f32>>,
    labels: Vec<u8>,
}

#[derive(Deserialize)]
struct Reference {
    trees: u32,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    class: u8,
    spread: f64,
    importances: Vec<f64>,
}

fn digits() -> Digits {
    serde_json::from_str(include_str!("reference/tsne.json")).unwrap()
}

/// The `layer` of make_neuron_fixtures.py: rectified sums with whole-numbered weights.
fn layer(pixels: &[Vec<f32>], d: i32) -> Vec<f32> {
    let mut activations = Vec::new();
    for row in pixels {
        for j in 0..d {
            let weight = |p: i32| ((p * 31 + j * 17 + p * j * 7 + j * j * 3) % 11 - 5) as f32;
            let sum: f32 = row.iter().zip(0..).map(|(x, p)| x * weight(p)).sum();
            activations.push((sum - (20 * (j % 7)) as f32).max(0.0));
        }
    }
    activations
}

fn grow(
    data: &[f32],
    d: usize,
    labels: &[u8],
    config: &ForestConfig,
) -> Result<DiscriminativeScores, NeuronError> {
    let mut forest = DiscriminativeForest::new(data.to_vec(), labels.len(), d, labels, config)?;
    while forest.advance() != Growth::Done {}
    Ok(forest.scores())
}

fn seeded(trees: u32, seed: u64) -> ForestConfig {
    ForestConfig {
        trees,
        seed,
        ..ForestConfig::default()
    }
}

/// Numbers in [0, 1) that look random.
fn noise(at: usize) -> f32 {
    let hash = (at as u32).wrapping_add(1).wrapping_mul(0x9e37_79b9);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
    ((hash ^ (hash >> 13)) >> 8) as f32 / 16_777_216.0
}

/// 1, 2, … for the classes that are asked for, 0 for all others: fewer forests to grow.
fn against_the_rest(labels: &[u8], classes: &[u8]) -> Vec<u8> {
    let number = |label| {
        classes
            .iter()
            .position(|c| c == label)
            .map_or(0, |at| at as u8 + 1)
    };
    labels.iter().map(number).collect()
}

/// Mean scores over some seeds, classes × d.
fn mean_scores(data: &[f32], d: usize, labels: &[u8], trees: u32, seeds: u64) -> Vec<f64> {
    let mut mean = Vec::new();
    for seed in 0..seeds {
        let scores = grow(data, d, labels, &seeded(trees, seed)).unwrap();
        mean.resize(scores.values().len(), 0.0);
        for (mean, &score) in mean.iter_mut().zip(scores.values()) {
            *mean += f64::from(score) / seeds as f64;
        }
    }
    mean
}

fn l1_distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum()
}

#[test]
fn scores_are_scikit_learns_importances() {
    let digits = digits();
    let reference: Reference = serde_json::from_str(include_str!("reference/forest.json")).unwrap();
    for (name, d, data) in [
        ("pixels", 64, digits.data.concat()),
        ("layer", 48, layer(&digits.data, 48)),
    ] {
        let cases: Vec<&Case> = reference.cases.iter().filter(|c| c.name == name).collect();
        let classes: Vec<u8> = cases.iter().map(|case| case.class).collect();
        let labels = against_the_rest(&digits.labels, &classes);
        let scores = mean_scores(&data, d, &labels, reference.trees, 80);
        for (case, found) in cases.iter().zip(scores.chunks_exact(d).skip(1)) {
            assert!(case.spread < 0.02, "the reference itself is too uncertain");
            let distance = l1_distance(found, &case.importances);
            println!(
                "{name}, class {}: L1 {distance:.5}, spread {}",
                case.class, case.spread
            );
            assert!(distance < 0.02, "{name} class {}: {distance}", case.class);
        }
    }
}

#[test]
fn neurons_that_never_change_have_no_score() {
    let digits = digits();
    let scores = grow(&digits.data.concat(), 64, &digits.labels, &seeded(20, 3)).unwrap();
    let mut constant = 0;
    for j in 0..64 {
        if digits.data.iter().all(|row| row[j] == digits.data[0][j]) {
            constant += 1;
            assert!(scores.of_neuron(j).iter().all(|&score| score == 0.0));
        }
    }
    assert!(constant > 0);
    let flat = grow(&[1.0; 12], 3, &[0, 1, 0, 1], &seeded(5, 0)).unwrap();
    assert!(flat.values().iter().all(|&score| score == 0.0));
    assert_eq!(DiscriminativeMap::new(&flat).classes, [None; 3]);
}

#[test]
fn a_neuron_that_knows_the_class_has_the_highest_score() {
    let (n, d) = (400, 30);
    let labels: Vec<u8> = (0..n).map(|i| (i % 4) as u8).collect();
    let mut data: Vec<f32> = (0..n * d).map(noise).collect();
    for i in 0..n {
        data[i * d + 11] = if labels[i] == 2 { 0.7 } else { 0.3 };
    }
    let scores = grow(&data, d, &labels, &seeded(100, 0)).unwrap();
    let row = scores.of_class(2).unwrap();
    let best = (0..d).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap();
    assert_eq!(best, 11);
    // Trees in which it is drawn late leave something to the others.
    assert!(row[11] > 0.3, "{}", row[11]);
    let map = DiscriminativeMap::new(&scores);
    assert_eq!(map.classes[11], Some(2));
    assert_eq!(map.greatest(), row[11]);
}

#[test]
fn one_neuron_alone_has_the_whole_score() {
    let data: Vec<f32> = (0..50).map(noise).collect();
    let labels: Vec<u8> = (0..50).map(|i| (i % 2) as u8).collect();
    let scores = grow(&data, 1, &labels, &seeded(3, 0)).unwrap();
    assert_eq!(scores.values(), [1.0, 1.0]);
}

#[test]
fn the_order_of_neurons_matters_only_to_chance() {
    let digits = digits();
    let d = 64;
    let order: Vec<usize> = (0..d).map(|j| (j * 37 + 5) % d).collect();
    let permuted: Vec<f32> = digits
        .data
        .iter()
        .flat_map(|row| order.iter().map(|&j| row[j]))
        .collect();
    let labels = against_the_rest(&digits.labels, &[3]);
    let straight = mean_scores(&digits.data.concat(), d, &labels, 100, 30);
    let mixed = mean_scores(&permuted, d, &labels, 100, 30);
    let back: Vec<f64> = order.iter().map(|&j| straight[d + j]).collect();
    // Two means of 30 seeds are 0.03 apart by chance alone; the order itself is not lost in that.
    assert!(l1_distance(&back, &mixed[d..]) < 0.05);
    assert!(l1_distance(&straight[d..], &mixed[d..]) > 0.5);
}

#[test]
fn scores_stream_and_do_not_depend_on_how_many_trees_follow() {
    let digits = digits();
    let data = digits.data.concat();
    let n = digits.labels.len();
    let config = seeded(30, 9);
    let mut forest =
        DiscriminativeForest::new(data.clone(), n, 64, &digits.labels, &config).unwrap();
    assert_eq!(forest.trees(), 300);
    assert_eq!(forest.progress(), 0.0);
    assert!(forest.scores().values().iter().all(|&score| score == 0.0));
    let (mut progress, mut seen) = (0.0, 0);
    loop {
        let before = forest.trees_finished();
        let growth = forest.advance();
        assert!(forest.progress() >= progress);
        progress = forest.progress();
        match growth {
            Growth::Growing => assert_eq!(forest.trees_finished(), before),
            Growth::Grown => {
                assert!(forest.trees_finished() > before);
                seen += 1;
                if forest.trees_finished().is_multiple_of(10) {
                    let fewer = seeded((forest.trees_finished() / 10) as u32, 9);
                    let expected = grow(&data, 64, &digits.labels, &fewer).unwrap();
                    assert_eq!(forest.scores(), expected);
                }
            }
            Growth::Done => break,
        }
    }
    assert!(seen > 3, "the scores came in {seen} parts");
    assert_eq!((forest.trees_finished(), forest.progress()), (300, 1.0));
    assert_eq!(forest.advance(), Growth::Done);
}

/// FNV-1a over the words of the bits, as benches/wasm/run.mjs computes it.
fn hash(values: &[f32]) -> u32 {
    let mix = |sum: u32, value: &f32| (sum ^ value.to_bits()).wrapping_mul(16_777_619);
    values.iter().fold(2_166_136_261, mix)
}

#[test]
fn the_same_seed_gives_the_bits_of_webassembly() {
    let digits = digits();
    let data = digits.data.concat();
    let scores = grow(&data, 64, &digits.labels, &seeded(10, 0)).unwrap();
    // Printed by benches/wasm, row forest-digits.
    assert_eq!(hash(scores.values()), 1_489_048_670);
    let other = grow(&data, 64, &digits.labels, &seeded(10, 1)).unwrap();
    assert_ne!(scores, other);
}

#[test]
fn a_class_that_does_not_occur_has_no_scores() {
    let data: Vec<f32> = (0..200).map(noise).collect();
    let labels: Vec<u8> = (0..50).map(|i| [0, 3, 255][i % 3]).collect();
    let scores = grow(&data, 4, &labels, &seeded(5, 0)).unwrap();
    assert_eq!((scores.classes(), scores.neurons()), (256, 4));
    assert_eq!(scores.of_class(1), Some(&[0.0; 4][..]));
    assert!(scores.of_class(256).is_none());
    for class in [0, 3, 255] {
        let sum: f32 = scores.of_class(class).unwrap().iter().sum();
        assert!((sum - 1.0).abs() < 1e-5);
    }
    assert_eq!(scores.of_neuron(2).len(), 256);
    assert!(scores.of_neuron(4).is_empty());
}

#[test]
fn bad_input_is_refused_with_a_reason() {
    let config = ForestConfig::default();
    let refuse = |data: &[f32], d, labels: &[u8]| grow(data, d, labels, &config).unwrap_err();
    assert_eq!(refuse(&[], 3, &[]), ProjectionError::NoObservations.into());
    assert_eq!(refuse(&[], 0, &[0]), ProjectionError::NoFeatures.into());
    assert_eq!(
        refuse(&[1.0, 2.0], 1, &[7, 7]),
        NeuronError::OneClass { n: 2, class: 7 }
    );
    let error = refuse(&[1.0, 2.0, f32::NAN, 4.0], 2, &[0, 1]);
    assert!(error.to_string().contains("row 1, column 0"), "{error}");
    assert!(matches!(
        refuse(&[1.0; 5], 2, &[0, 1]),
        NeuronError::Activations(ProjectionError::WrongLength { .. })
    ));
    let labels = DiscriminativeForest::new(vec![0.0; 4], 2, 2, &[0], &config)
        .err()
        .unwrap();
    assert!(labels.to_string().contains("2 labels"), "{labels}");
    let none = grow(&[1.0, 2.0], 1, &[0, 1], &seeded(0, 0)).unwrap_err();
    assert_eq!(none, NeuronError::NoTrees);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn scores_are_shares(
        (d, rows) in (1_usize..7).prop_flat_map(|d| (
            Just(d),
            prop::collection::vec((prop::collection::vec(-2_i8..3, d), 0_u8..3), 2..40),
        )),
        tried in prop::option::of(0_usize..9),
        seed in any::<u64>(),
    ) {
        let data: Vec<f32> = rows.iter().flat_map(|row| row.0.iter().map(|&x| f32::from(x))).collect();
        let labels: Vec<u8> = rows.iter().map(|row| row.1).collect();
        let config = ForestConfig { trees: 4, tried, seed };
        match grow(&data, d, &labels, &config) {
            Err(error) => {
                prop_assert!(labels.iter().all(|&label| label == labels[0]));
                let is_named = matches!(error, NeuronError::OneClass { .. });
                prop_assert!(is_named);
            }
            Ok(scores) => {
                for class in 0..scores.classes() {
                    let row = scores.of_class(class).unwrap();
                    prop_assert!(row.iter().all(|&score| (0.0..=1.0).contains(&score)));
                    let sum: f32 = row.iter().sum();
                    prop_assert!(sum == 0.0 || (sum - 1.0).abs() < 1e-5, "{}", sum);
                }
            }
        }
    }
}
