//! What the projections and their measures answer where there is little or nothing to lay out, or
//! where numbers are none.
#![allow(clippy::unwrap_used)]

use hidden_activity::projection::{
    Affinities, Dissimilarities, DynamicTsne, DynamicTsneConfig, Ending, Initialisation,
    LearningRate, Mds, MdsConfig, MdsInitialisation, Metric, NeighbourSearch, Note, Pca,
    ProjectionError, ProjectionQuality, Repulsion, Stage, Tsne, TsneConfig, continuity,
    layout_stress, neighborhood_hit, polarity_hit, shepard_diagram, trustworthiness,
};
use proptest::prelude::*;

/// Inputs with little in them: name, values, rows, columns.
fn inputs() -> Vec<(&'static str, Vec<f32>, usize, usize)> {
    let noise = |count: usize| -> Vec<f32> {
        (0..count)
            .map(|i| ((i * 7919 + 13) % 1009) as f32 / 1009.0)
            .collect()
    };
    let mut doubled = noise(20 * 3);
    doubled.extend_from_within(..);
    let mut far = noise(30 * 4);
    far[7] = 1e30;
    let mut close = vec![1e-20; 40 * 2];
    for (i, value) in close.iter_mut().enumerate() {
        *value *= i as f32;
    }
    close[79] = 1.0;
    vec![
        ("one point", vec![0.3, 0.4], 1, 2),
        ("two points", vec![0.0, 1.0], 2, 1),
        ("two equal points", vec![5.0; 4], 2, 2),
        ("three points", vec![0.0, 1.0, 5.0], 3, 1),
        ("four points, fewer than neighbours", noise(12), 4, 3),
        ("seven points", noise(14), 7, 2),
        ("all identical", vec![0.25; 150], 50, 3),
        ("a dead layer", vec![0.0; 120 * 8], 120, 8),
        ("minus zero and zero", [0.0, -0.0].repeat(30), 30, 2),
        ("every row twice", doubled, 40, 3),
        (
            "two values only",
            (0..80).map(|i| (i % 2) as f32).collect(),
            80,
            1,
        ),
        (
            "one stands out",
            (0..90).map(|i| f32::from(u8::from(i == 0))).collect(),
            30,
            3,
        ),
        (
            "one constant column",
            (0..60)
                .map(|i| if i % 2 == 0 { 3.0 } else { (i * i % 17) as f32 })
                .collect(),
            30,
            2,
        ),
        ("more columns than rows", noise(5 * 200), 5, 200),
        (
            "very large",
            noise(90).iter().map(|x| x * 1e30).collect(),
            30,
            3,
        ),
        (
            "very small",
            noise(90).iter().map(|x| x * 1e-30).collect(),
            30,
            3,
        ),
        (
            "subnormal",
            noise(90).iter().map(|x| x * 1e-40).collect(),
            30,
            3,
        ),
        ("one value is enormous", far, 30, 4),
        ("a tight cluster and one far away", close, 40, 2),
    ]
}

fn labels(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i % 3) as u8).collect()
}

fn finite(values: &[f32]) -> bool {
    values.iter().all(|value| value.is_finite())
}

fn run(mut tsne: Tsne) -> Tsne {
    let mut slices = 0;
    while tsne.advance() != Stage::Done {
        slices += 1;
        assert!(slices < 100_000, "it does not end");
        assert!((0.0..=1.0).contains(&tsne.progress()));
    }
    assert!(finite(&tsne.positions()));
    tsne
}

#[test]
fn tsne_lays_out_whatever_is_finite() {
    for (name, data, n, d) in inputs() {
        for initialisation in [Initialisation::Pca, Initialisation::Random] {
            for repulsion in [Repulsion::Exact, Repulsion::BarnesHut, Repulsion::Multipole] {
                for neighbours in [NeighbourSearch::Exact, NeighbourSearch::Approximate] {
                    let config = TsneConfig {
                        initialisation,
                        repulsion,
                        neighbours,
                        iterations: 120,
                        exaggeration_iterations: 40,
                        ending: Ending::WhenConverged,
                        reduce_to: Some(2),
                        ..TsneConfig::default()
                    };
                    let mut tsne = run(Tsne::new(data.clone(), n, d, &config).unwrap());
                    let kl = tsne.kl_divergence();
                    assert!(kl.is_finite() && kl >= -1e-6, "{name}: {kl}");
                    assert_eq!(tsne.positions().len(), 2 * n);
                    let capped = tsne
                        .notes()
                        .iter()
                        .any(|note| matches!(note, Note::PerplexityCapped { .. }));
                    assert_eq!(capped, n < 91, "{name}");
                    let same = n > 1 && data.chunks(d).all(|row| row == &data[..d]);
                    assert_eq!(tsne.notes().contains(&Note::AllIdentical), same, "{name}");
                    for note in tsne.notes() {
                        assert!(!note.to_string().contains("NaN"), "{note}");
                    }
                }
            }
        }
    }
}

#[test]
fn too_long_steps_end_with_a_layout_and_advice() {
    let data: Vec<f32> = (0..400).map(|i| ((i * 7919) % 1009) as f32).collect();
    for rate in [1e20, 1e30, f32::MAX] {
        let config = TsneConfig {
            learning_rate: LearningRate::Fixed(rate),
            iterations: 300,
            ..TsneConfig::default()
        };
        let mut tsne = run(Tsne::new(data.clone(), 100, 4, &config).unwrap());
        assert!(tsne.iteration() < 300);
        let flew = |tsne: &Tsne| {
            tsne.notes()
                .iter()
                .any(|note| matches!(note, Note::FlewApart { .. }))
        };
        assert!(flew(&tsne), "{rate}: {:?}", tsne.notes());
        let said = tsne.notes().last().unwrap().to_string();
        assert!(said.contains("smaller learning rate"), "{said}");
        assert!(tsne.kl_divergence().is_finite());
        // From there it can go on at a rate that works, and the note is gone.
        let mut live = config.live();
        live.learning_rate = LearningRate::Auto;
        tsne.set_parameters(live).unwrap();
        tsne.restart();
        let tsne = run(tsne);
        assert_eq!(tsne.iteration(), 300);
        assert!(!flew(&tsne));

        let config = DynamicTsneConfig {
            early_learning_rate: LearningRate::Fixed(rate),
            learning_rate: LearningRate::Fixed(rate),
            iterations: 50,
            ..DynamicTsneConfig::default()
        };
        let sequence = vec![(data.clone(), 4), (data.clone(), 4)];
        let mut run = DynamicTsne::new(sequence, 100, &config).unwrap();
        while run.advance() != Stage::Done {}
        assert!(
            run.notes()
                .iter()
                .any(|note| matches!(note, Note::FlewApart { .. }))
        );
        assert!((0..2).all(|step| finite(run.positions(step).unwrap())));
        assert!(run.movement().is_finite());
    }
}

#[test]
fn dynamic_tsne_lays_out_whatever_is_finite() {
    for (name, data, n, d) in inputs() {
        for steps in [1, 3] {
            for lambda in [0.0, 0.1, 1e6] {
                let mut sequence = vec![(data.clone(), d); steps];
                // A layer that dies on the way.
                sequence.push((vec![0.0; n * 2], 2));
                let config = DynamicTsneConfig {
                    lambda,
                    iterations: 40,
                    early_iterations: 10,
                    ..DynamicTsneConfig::default()
                };
                let mut run = DynamicTsne::new(sequence, n, &config).unwrap();
                while run.advance() != Stage::Done {
                    assert!((0.0..=1.0).contains(&run.progress()), "{name}");
                }
                for step in 0..=steps {
                    assert!(finite(run.positions(step).unwrap()), "{name} λ {lambda}");
                }
                assert!(run.movement().is_finite(), "{name}");
                assert!(
                    run.kl_divergences().iter().all(|kl| kl.is_finite()),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn mds_lays_out_whatever_is_finite() {
    for (name, data, n, d) in inputs() {
        for metric in [Metric::Euclidean, Metric::Cosine, Metric::Correlation] {
            let between = Dissimilarities::between_rows(&data, n, d, metric).unwrap();
            assert!(finite(between.values()), "{name} {metric:?}");
            for initialisation in [
                MdsInitialisation::Classical,
                MdsInitialisation::Random,
                MdsInitialisation::Layout(vec![0.0; 2 * n]),
            ] {
                let config = MdsConfig {
                    initialisation,
                    iterations: 60,
                    ..MdsConfig::default()
                };
                let mut mds = Mds::new(between.clone(), &config).unwrap();
                while mds.advance() != Stage::Done {
                    assert!((0.0..=1.0).contains(&mds.progress()));
                }
                let positions = mds.positions();
                assert!(finite(&positions), "{name} {metric:?}");
                let stress = mds.stress().unwrap();
                assert!(
                    stress.raw.is_finite() && stress.raw >= 0.0,
                    "{name} {metric:?} {stress:?}"
                );
                assert!(
                    (0.0..=2.0).contains(&stress.normalised),
                    "{name} {metric:?} {stress:?}"
                );
                assert_eq!(
                    mds.is_of_equals(),
                    n > 1 && between.values().iter().all(|x| *x == 0.0)
                );
                let pairs = mds.shepard(1_000, 0).unwrap();
                assert!(
                    pairs.iter().flatten().all(|x| x.is_finite()),
                    "{name} {metric:?}"
                );
                assert_eq!(pairs.len(), (n * (n - 1) / 2).min(1_000));
            }
        }
    }
}

#[test]
fn mds_is_as_good_whatever_the_unit() {
    let (_, data, n, d) = inputs().remove(4);
    let stress = |factor: f32| {
        let scaled: Vec<f32> = data.iter().map(|x| x * factor).collect();
        let between = Dissimilarities::between_rows(&scaled, n, d, Metric::Euclidean).unwrap();
        let mut mds = Mds::new(between, &MdsConfig::default()).unwrap();
        while mds.advance() != Stage::Done {}
        (
            mds.stress().unwrap().normalised,
            mds.positions()[0] / factor,
        )
    };
    let (expected, place) = stress(1.0);
    for factor in [1e-30, 1e-12, 1e12, 1e30] {
        let (found, moved) = stress(factor);
        assert!(
            (found - expected).abs() < 1e-3,
            "{factor}: {found} {expected}"
        );
        assert!(
            (moved.abs() - place.abs()).abs() < 1e-2 * place.abs().max(0.1),
            "{factor}"
        );
    }
}

#[test]
fn neurons_that_never_change_are_as_far_as_defined() {
    // Columns: constant, constant, varying, its opposite, dead.
    let rows = [
        [3.0, 1.0, 0.0, 9.0, 0.0],
        [3.0, 1.0, 1.0, 8.0, 0.0],
        [3.0, 1.0, 5.0, 4.0, 0.0],
    ];
    let found =
        Dissimilarities::between_columns(&rows.concat(), 3, 5, Metric::Correlation).unwrap();
    let expected = [
        [0.0, 0.0, 1.0, 1.0, 0.0],
        [0.0, 0.0, 1.0, 1.0, 0.0],
        [1.0, 1.0, 0.0, 0.0, 1.0],
        [1.0, 1.0, 0.0, 0.0, 1.0],
        [0.0, 0.0, 1.0, 1.0, 0.0],
    ];
    for (found, expected) in found.values().iter().zip(expected.as_flattened()) {
        assert!((found - expected).abs() < 1e-6);
    }
    let one = Dissimilarities::between_columns(&[1.0, 2.0], 1, 2, Metric::Correlation).unwrap();
    assert_eq!(
        one.values(),
        [0.0; 4],
        "of one observation every neuron is constant"
    );
}

#[test]
fn pca_of_little_is_finite() {
    for (name, data, n, d) in inputs() {
        if name == "very large" || name == "one value is enormous" {
            continue; // t-SNE brings data near 1 before it asks for components
        }
        let pca = Pca::fit(&data, n, d, 3, 0).unwrap();
        assert!(finite(&pca.components) && finite(&pca.mean), "{name}");
        assert!(
            pca.explained_variance
                .iter()
                .all(|v| v.is_finite() && *v >= 0.0),
            "{name}"
        );
        assert!(finite(&pca.transform(&data)), "{name}");
        assert_eq!(pca.dimensions(), 3.min(n).min(d));
    }
}

#[test]
fn affinities_sum_to_one_or_there_are_none() {
    for (name, data, n, d) in inputs() {
        for perplexity in [1.0, 5.0, 30.0, 1e6] {
            let found = Affinities::new(&data, n, d, perplexity).unwrap();
            let all: f64 = (0..n)
                .flat_map(|i| found.row(i))
                .map(|(_, p)| f64::from(p))
                .sum();
            let expected = if n == 1 { 0.0 } else { 1.0 };
            assert!((all - expected).abs() < 1e-3, "{name} {perplexity}: {all}");
        }
    }
}

#[test]
fn measures_of_layouts_are_defined() {
    for (name, data, n, d) in inputs() {
        let between = Dissimilarities::between_rows(&data, n, d, Metric::Euclidean).unwrap();
        for (layout, positions) in [
            ("one spot", vec![0.5; 2 * n]),
            ("a line", (0..2 * n).map(|i| i as f32).collect::<Vec<f32>>()),
        ] {
            let found = ProjectionQuality::measure(&between, &positions, &labels(n), 6).unwrap();
            let case = format!("{name} on {layout}: {found:?}");
            assert_eq!(found.k, 6.min((n - 1) / 2), "{case}");
            for share in [
                found.trustworthiness,
                found.continuity,
                found.nearest_neighbour_accuracy,
                found.data_neighborhood_hit,
            ] {
                assert!((0.0..=1.0).contains(&share), "{case}");
            }
            // Only where all data are alike and their places are not is there no stress.
            let alike = between.values().iter().all(|x| *x == 0.0);
            let undefined = alike && layout == "a line" && n > 1;
            assert_eq!(found.stress.scaled.is_nan(), undefined, "{case}");
            assert_eq!(found.stress.normalised.is_nan(), undefined, "{case}");
            assert!(
                undefined || (0.0..=1.000_1).contains(&found.stress.scaled),
                "{case}"
            );
            assert!(found.stress.scale.is_finite(), "{case}");
        }
    }
}

#[test]
fn neighborhood_hits_of_few_points_and_absent_classes() {
    let line = |n: usize| -> Vec<f32> { (0..2 * n).map(|i| i as f32).collect() };
    // Labels; neighbours that can be looked at; the hit where there is one; what is said of it.
    for (labels, k, overall, said) in [
        (vec![4], 0, None, Some("single observation")),
        (vec![0, 0], 1, Some(1.0), Some("of one class")),
        (vec![0, 1], 1, Some(0.0), None),
        (vec![7; 20], 6, Some(1.0), Some("of one class")),
        (vec![0, 0, 2, 2], 3, Some(1.0 / 3.0), None),
    ] {
        let n = labels.len();
        let hit = neighborhood_hit(&line(n), 2, &labels, 6).unwrap();
        assert_eq!((hit.k, hit.defined()), (k, overall), "{labels:?}");
        assert_eq!(hit.reservation().is_some(), said.is_some(), "{labels:?}");
        if let Some(said) = said {
            assert!(hit.reservation().unwrap().contains(said));
        }
        for (class, own) in hit.per_class.iter().enumerate() {
            let is_there = labels.iter().any(|label| usize::from(*label) == class);
            assert_eq!(own.is_some(), is_there, "class {class} of {labels:?}");
        }
        // On one spot neighbours are the first ones: defined, and the same each time.
        let spot = neighborhood_hit(&vec![1.0; 2 * n], 2, &labels, 6).unwrap();
        assert!(finite(&spot.per_observation) && (0.0..=1.0).contains(&spot.overall));
        assert_eq!(
            spot,
            neighborhood_hit(&vec![1.0; 2 * n], 2, &labels, 6).unwrap()
        );
    }
}

#[test]
fn thousands_of_coincident_points_take_no_longer_than_others() {
    let n = 4_000;
    let hit = neighborhood_hit(&vec![2.5; 2 * n], 2, &labels(n), 6).unwrap();
    assert!((0.0..=1.0).contains(&hit.overall));
    let config = TsneConfig {
        iterations: 5,
        ..TsneConfig::default()
    };
    run(Tsne::new(vec![0.0; n * 2], n, 2, &config).unwrap());
    let approximate = TsneConfig {
        neighbours: NeighbourSearch::Approximate,
        ..config
    };
    run(Tsne::new(vec![0.0; n * 2], n, 2, &approximate).unwrap());
}

#[test]
fn what_is_no_number_is_named_with_its_place() {
    let fail = |error: ProjectionError| error.to_string();
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut data = vec![1.0; 12];
        data[7] = value;
        let spot = vec![0.0; 8];
        let good = Dissimilarities::between_rows(&[1.0; 4], 4, 1, Metric::Euclidean).unwrap();
        let mut bad = spot.clone();
        bad[7] = value;
        for error in [
            Tsne::new(data.clone(), 4, 3, &TsneConfig::default())
                .err()
                .unwrap(),
            DynamicTsne::new(vec![(data.clone(), 3)], 4, &DynamicTsneConfig::default())
                .err()
                .unwrap(),
            Dissimilarities::between_rows(&data, 4, 3, Metric::Cosine).unwrap_err(),
            Dissimilarities::between_columns(&data, 4, 3, Metric::Correlation).unwrap_err(),
            Affinities::new(&data, 4, 3, 5.0).unwrap_err(),
            Pca::fit(&data, 4, 3, 2, 0).unwrap_err(),
        ] {
            let said = fail(error);
            assert!(
                said.starts_with("row 2, column 1 holds") && said.contains("remove or replace"),
                "{said}"
            );
        }
        for error in [
            neighborhood_hit(&bad, 2, &[0; 4], 6).unwrap_err(),
            polarity_hit(&bad, 2, &[0; 4], &[0, 1, 0, 1], 6).unwrap_err(),
            trustworthiness(&good, &bad, 6).unwrap_err(),
            continuity(&good, &bad, 6).unwrap_err(),
            layout_stress(&good, &bad).unwrap_err(),
            shepard_diagram(&good, &bad, 10, 0).unwrap_err(),
        ] {
            assert!(fail(error).starts_with("row 3, column 1 holds"));
        }
    }
    let too_large =
        Dissimilarities::between_rows(&[0.0, 3e38], 2, 1, Metric::Euclidean).unwrap_err();
    assert!(fail(too_large).contains("divide all values"));
}

#[test]
fn nothing_at_all_is_refused_with_what_to_do() {
    let empty = |error: ProjectionError| assert_eq!(error, ProjectionError::NoObservations);
    empty(
        Tsne::new(vec![], 0, 3, &TsneConfig::default())
            .err()
            .unwrap(),
    );
    empty(
        DynamicTsne::new(vec![], 0, &DynamicTsneConfig::default())
            .err()
            .unwrap(),
    );
    empty(
        DynamicTsne::new(vec![(vec![], 3)], 0, &DynamicTsneConfig::default())
            .err()
            .unwrap(),
    );
    empty(Dissimilarities::between_rows(&[], 0, 3, Metric::Euclidean).unwrap_err());
    empty(Pca::fit(&[], 0, 3, 1, 0).unwrap_err());
    empty(Affinities::new(&[], 0, 3, 5.0).unwrap_err());
    empty(neighborhood_hit(&[], 2, &[], 6).unwrap_err());
    assert_eq!(polarity_hit(&[], 2, &[], &[], 6).unwrap().overall, None);
    let columns = ProjectionError::NoFeatures;
    assert_eq!(
        Tsne::new(vec![], 3, 0, &TsneConfig::default()).err(),
        Some(columns.clone())
    );
    assert_eq!(
        Dissimilarities::between_rows(&[], 3, 0, Metric::Cosine).unwrap_err(),
        columns
    );
    for perplexity in [0.0, -3.0, f32::NAN, f32::INFINITY] {
        let config = TsneConfig {
            perplexity,
            ..TsneConfig::default()
        };
        assert!(Tsne::new(vec![1.0, 2.0], 2, 1, &config).is_err());
        assert!(Affinities::new(&[1.0, 2.0], 2, 1, perplexity).is_err());
        let config = DynamicTsneConfig {
            perplexity,
            ..DynamicTsneConfig::default()
        };
        assert!(DynamicTsne::new(vec![(vec![1.0, 2.0], 1)], 2, &config).is_err());
    }
}

fn any_value() -> impl Strategy<Value = f32> {
    prop_oneof![
        6 => -10.0_f32..10.0,
        2 => Just(0.0_f32),
        1 => prop::sample::select(vec![
            1e30, -1e30, 1e-30, 1e-45, 3e38, -3e38, 1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY,
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any matrix is either laid out in finite numbers and measured, or refused with a reason.
    #[test]
    fn any_matrix_is_laid_out_or_refused(
        (n, d, data) in (1_usize..12, 1_usize..4).prop_flat_map(|(n, d)| {
            (Just(n), Just(d), prop::collection::vec(any_value(), n * d))
        }),
        perplexity in 1.0_f32..50.0,
        metric in prop::sample::select(vec![Metric::Euclidean, Metric::Cosine, Metric::Correlation]),
    ) {
        let is_finite = data.iter().all(|x| x.is_finite());
        let config = TsneConfig { perplexity, iterations: 60, ..TsneConfig::default() };
        let tsne = Tsne::new(data.clone(), n, d, &config);
        prop_assert_eq!(tsne.is_ok(), is_finite);
        let Ok(tsne) = tsne else { return Ok(()); };
        let mut tsne = run(tsne);
        prop_assert!(tsne.kl_divergence().is_finite());
        let positions = tsne.positions();
        let hit = neighborhood_hit(&positions, 2, &labels(n), 6).unwrap();
        prop_assert!((0.0..=1.0).contains(&hit.overall));
        let between = match Dissimilarities::between_rows(&data, n, d, metric) {
            Ok(between) => between,
            Err(error) => {
                let is_too_large = matches!(error, ProjectionError::TooLarge { .. });
                prop_assert!(is_too_large);
                return Ok(());
            }
        };
        prop_assert!(finite(between.values()));
        let quality = ProjectionQuality::measure(&between, &positions, &labels(n), 6).unwrap();
        prop_assert!((0.0..=1.0).contains(&quality.trustworthiness));
        prop_assert!((0.0..=1.0).contains(&quality.continuity));
        let mut mds = Mds::new(between, &MdsConfig { iterations: 30, ..MdsConfig::default() }).unwrap();
        while mds.advance() != Stage::Done {}
        prop_assert!(finite(&mds.positions()));
        prop_assert!(mds.stress().unwrap().normalised.is_finite());
    }
}
