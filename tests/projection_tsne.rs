//! t-SNE against scikit-learn, openTSNE and its own definition.
#![allow(clippy::unwrap_used)]

use crate::projection_support;

use hidden_activity::projection::{
    Affinities, Ending, Initialisation, LearningRate, NeighbourSearch, Note, ProjectionError,
    Repulsion, Stage, Tsne, TsneConfig, exact_divergence, exact_gradient, neighborhood_hit,
};
use projection_support::noise;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    data: Vec<Vec<f32>>,
    labels: Vec<u8>,
    perplexity: f32,
    kl_scikit_learn: f64,
    kl_opentsne: f64,
    layout: Vec<[f32; 2]>,
}

#[derive(Deserialize)]
struct AffinityReference {
    n: usize,
    perplexity: f32,
    entries: Vec<(usize, usize, f32)>,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("reference/tsne.json")).unwrap()
}

fn run(mut tsne: Tsne) -> Tsne {
    while tsne.advance() != Stage::Done {}
    tsne
}

fn project(data: &[f32], n: usize, d: usize, config: &TsneConfig) -> Tsne {
    run(Tsne::new(data.to_vec(), n, d, config).unwrap())
}

#[test]
fn divergence_is_as_low_as_that_of_scikit_learn_and_opentsne() {
    let reference = reference();
    let n = reference.data.len();
    let data = reference.data.concat();
    let d = data.len() / n;
    let affinities = Affinities::new(&data, n, d, reference.perplexity).unwrap();
    let same_layout = exact_divergence(&affinities, &reference.layout.concat());
    assert!(
        (same_layout - reference.kl_scikit_learn).abs() < 1e-4,
        "the same layout has the same divergence here and there"
    );
    let theirs = neighborhood_hit(&reference.layout.concat(), 2, &reference.labels, 6).unwrap();
    for repulsion in [Repulsion::Exact, Repulsion::BarnesHut, Repulsion::Multipole] {
        let config = TsneConfig {
            perplexity: reference.perplexity,
            reduce_to: None,
            repulsion,
            ..TsneConfig::default()
        };
        let mut tsne = project(&data, n, d, &config);
        let exact = exact_divergence(tsne.affinities().unwrap(), &tsne.positions());
        assert!((tsne.kl_divergence() - exact).abs() < 1e-4);
        let best = reference.kl_scikit_learn.min(reference.kl_opentsne);
        assert!(
            exact < 1.01 * best,
            "{repulsion:?}: {exact}, reference {best}"
        );
        let ours = neighborhood_hit(&tsne.positions(), 2, &reference.labels, 6).unwrap();
        assert!(ours.overall > theirs.overall - 0.01);
    }
}

#[test]
fn affinities_are_those_of_scikit_learn() {
    let expected: AffinityReference =
        serde_json::from_str(include_str!("reference/affinities.json")).unwrap();
    let data = reference().data[..expected.n].concat();
    let d = data.len() / expected.n;
    let found = Affinities::new(&data, expected.n, d, expected.perplexity).unwrap();
    let count: usize = (0..expected.n).map(|i| found.row(i).count()).sum();
    assert_eq!(count, 2 * expected.entries.len());
    for (i, j, p) in expected.entries {
        for found in [found.probability(i, j), found.probability(j, i)] {
            assert!(
                (found - p).abs() < 2e-4 * p + 1e-9,
                "p({i}, {j}) = {p}, found {found}"
            );
        }
    }
}

#[test]
fn gradient_is_the_slope_of_the_divergence() {
    let (n, d) = (24, 3);
    let affinities = Affinities::new(&noise(n * d, 3), n, d, 5.0).unwrap();
    let positions = noise(2 * n, 4);
    let gradient = exact_gradient(&affinities, &positions, 1.0);
    let h = 1.0 / 256.0;
    for at in 0..2 * n {
        let shifted = |by: f32| {
            let mut moved = positions.clone();
            moved[at] += by;
            (exact_divergence(&affinities, &moved), f64::from(moved[at]))
        };
        let ((above, high), (below, low)) = (shifted(h), shifted(-h));
        let slope = (above - below) / (high - low);
        assert!(
            (slope - gradient[at]).abs() < 1e-5,
            "{slope} {}",
            gradient[at]
        );
    }
}

#[test]
fn same_seed_same_bits() {
    let data = noise(150 * 6, 9);
    for initialisation in [Initialisation::Pca, Initialisation::Random] {
        let config = TsneConfig {
            iterations: 300,
            initialisation,
            seed: 5,
            ..TsneConfig::default()
        };
        let (a, b) = (
            project(&data, 150, 6, &config),
            project(&data, 150, 6, &config),
        );
        assert_eq!(a.positions(), b.positions());
        let other = TsneConfig { seed: 6, ..config };
        let differs = project(&data, 150, 6, &other).positions() != a.positions();
        assert_eq!(differs, initialisation == Initialisation::Random);
    }
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let config = TsneConfig::default();
    let refused = |data: Vec<f32>, n, d| Tsne::new(data, n, d, &config).err();
    assert_eq!(refused(vec![], 0, 3), Some(ProjectionError::NoObservations));
    assert_eq!(refused(vec![], 3, 0), Some(ProjectionError::NoFeatures));
    let wrong = ProjectionError::WrongLength {
        n: 2,
        d: 3,
        found: 5,
    };
    assert_eq!(refused(vec![0.0; 5], 2, 3), Some(wrong));
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut data = vec![0.0; 12];
        data[7] = bad;
        let message = refused(data, 4, 3).unwrap().to_string();
        assert!(message.contains("row 2, column 1"), "{message}");
    }
    for bad in [
        TsneConfig {
            perplexity: 0.5,
            ..config.clone()
        },
        TsneConfig {
            perplexity: f32::NAN,
            ..config.clone()
        },
        TsneConfig {
            theta: -0.1,
            ..config.clone()
        },
        TsneConfig {
            early_exaggeration: 0.0,
            ..config.clone()
        },
        TsneConfig {
            learning_rate: LearningRate::Fixed(0.0),
            ..config.clone()
        },
        TsneConfig {
            reduce_to: Some(0),
            ..config.clone()
        },
    ] {
        let refused = Tsne::new(vec![0.0; 4], 2, 2, &bad);
        assert!(matches!(
            refused.err(),
            Some(ProjectionError::BadParameter { .. })
        ));
    }
}

#[test]
fn few_duplicate_and_constant_observations_end_well() {
    let config = TsneConfig {
        iterations: 300,
        ..TsneConfig::default()
    };
    for n in 1..8 {
        for data in [
            noise(n * 4, 1),
            vec![2.5; n * 4],
            vec![0.0; n * 4],
            noise(n, 2).repeat(4),
        ] {
            for initialisation in [Initialisation::Pca, Initialisation::Random] {
                let config = TsneConfig {
                    initialisation,
                    ..config.clone()
                };
                let mut tsne = project(&data, n, 4, &config);
                assert!(
                    tsne.positions().iter().all(|x| x.is_finite()),
                    "{n}: {data:?}"
                );
                assert!(tsne.kl_divergence().is_finite());
                assert_eq!(tsne.progress(), 1.0);
            }
        }
    }
    let mut half_duplicates = noise(40 * 3, 7);
    half_duplicates.extend([0.5; 160 * 3]);
    for repulsion in [Repulsion::Exact, Repulsion::BarnesHut, Repulsion::Multipole] {
        let config = TsneConfig {
            repulsion,
            ..config.clone()
        };
        let mut tsne = project(&half_duplicates, 200, 3, &config);
        assert!(tsne.positions().iter().all(|x| x.is_finite()));
        assert!(tsne.kl_divergence().is_finite());
    }
}

#[test]
fn huge_and_tiny_numbers_are_projected_like_any() {
    let data = noise(60 * 5, 11);
    let config = TsneConfig {
        iterations: 100,
        ..TsneConfig::default()
    };
    let expected = project(&data, 60, 5, &config).positions();
    for exponent in [-100, -20, 100] {
        let scaled: Vec<f32> = data.iter().map(|x| x * 2.0_f32.powi(exponent)).collect();
        assert_eq!(project(&scaled, 60, 5, &config).positions(), expected);
    }
}

#[test]
fn great_perplexity_is_capped_with_a_note() {
    let config = TsneConfig {
        iterations: 10,
        ..TsneConfig::default()
    };
    let tsne = project(&noise(31 * 2, 1), 31, 2, &config);
    assert_eq!(tsne.effective_perplexity(), 10.0);
    let note = Note::PerplexityCapped {
        asked: 30.0,
        used: 10.0,
    };
    assert_eq!(tsne.notes(), core::slice::from_ref(&note));
    assert!(note.to_string().contains("30"));
}

#[test]
fn progress_rises_and_stages_follow_each_other() {
    let config = TsneConfig {
        iterations: 60,
        ..TsneConfig::default()
    };
    let mut tsne = Tsne::new(noise(300 * 80, 2), 300, 80, &config).unwrap();
    assert_eq!(tsne.stage(), Stage::Reduction);
    assert!(tsne.positions().iter().all(|&x| x == 0.0));
    let (mut stage, mut progress) = (tsne.stage(), tsne.progress());
    while tsne.advance() != Stage::Done {
        assert!(tsne.stage() >= stage && tsne.progress() >= progress);
        (stage, progress) = (tsne.stage(), tsne.progress());
        if stage > Stage::Reduction {
            assert!(tsne.positions().iter().any(|&x| x != 0.0));
        }
    }
    assert_eq!((tsne.iteration(), tsne.progress()), (60, 1.0));
}

#[test]
fn parameters_change_while_it_runs() {
    let config = TsneConfig {
        iterations: 50,
        ..TsneConfig::default()
    };
    let mut tsne = project(&noise(100 * 4, 2), 100, 4, &config);
    let mut parameters = tsne.parameters();
    parameters.iterations = 80;
    parameters.learning_rate = LearningRate::Fixed(20.0);
    tsne.set_parameters(parameters).unwrap();
    assert_eq!(tsne.stage(), Stage::Optimisation);
    tsne = run(tsne);
    assert_eq!(tsne.iteration(), 80);
    parameters.theta = 2.0;
    assert!(tsne.set_parameters(parameters).is_err());
    let before = tsne.positions();
    tsne.restart();
    assert_eq!((tsne.iteration(), tsne.positions()), (0, before));
    assert_eq!(run(tsne).iteration(), 80);
}

#[test]
fn parameters_survive_serialisation_and_missing_fields() {
    let config = TsneConfig {
        seed: 7,
        perplexity: 12.0,
        ..TsneConfig::default()
    };
    let json = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<TsneConfig>(&json).unwrap(), config);
    assert_eq!(
        serde_json::from_str::<TsneConfig>("{}").unwrap(),
        TsneConfig::default()
    );
}

#[test]
fn approximate_neighbours_project_as_well_and_say_so() {
    let reference = reference();
    let n = reference.data.len();
    let data = reference.data.concat();
    let exact = TsneConfig {
        neighbours: NeighbourSearch::Exact,
        ..TsneConfig::default()
    };
    let approximate = TsneConfig {
        neighbours: NeighbourSearch::Approximate,
        ..TsneConfig::default()
    };
    let expected = project(&data, n, 64, &exact);
    let found = project(&data, n, 64, &approximate);
    assert!(found.notes().contains(&Note::ApproximateNeighbours));
    let p = expected.affinities().unwrap();
    let (a, b) = (
        exact_divergence(p, &found.positions()),
        exact_divergence(p, &expected.positions()),
    );
    assert!(a < 1.03 * b, "{a} {b}");
    for n in 2..9 {
        for data in [noise(3 * n, 1), vec![0.0; 3 * n]] {
            let tsne = project(&data, n, 3, &approximate);
            assert!(tsne.positions().iter().all(|x| x.is_finite()));
        }
    }
}

#[test]
fn convergence_ends_a_run_only_if_asked() {
    let reference = reference();
    let n = reference.data.len();
    let data = reference.data.concat();
    let config = TsneConfig {
        iterations: 20_000,
        ending: Ending::WhenConverged,
        ..TsneConfig::default()
    };
    let tsne = project(&data, n, 64, &config);
    let iteration = tsne.iteration();
    assert!((300..5_000).contains(&iteration), "{iteration}");
    assert_eq!(tsne.notes().last(), Some(&Note::Converged { iteration }));
    assert_eq!(tsne.progress(), 1.0);
    let all = TsneConfig {
        iterations: 400,
        ..TsneConfig::default()
    };
    assert_eq!(project(&data, n, 64, &all).iteration(), 400);
}

#[test]
fn an_absurd_learning_rate_ends_without_a_panic() {
    for repulsion in [Repulsion::Exact, Repulsion::BarnesHut, Repulsion::Multipole] {
        let config = TsneConfig {
            iterations: 60,
            learning_rate: LearningRate::Fixed(1e30),
            repulsion,
            ..TsneConfig::default()
        };
        let ended = project(&noise(600 * 3, 4), 600, 3, &config);
        let flew = |note: &Note| matches!(note, Note::FlewApart { .. });
        assert!(ended.notes().iter().any(flew));
        assert!(ended.positions().iter().all(|x| x.is_finite()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn permuting_rows_permutes_the_affinities(seed in any::<u32>(), step in 1_usize..40) {
        let (n, d) = (41, 4);
        let data = noise(n * d, seed);
        let permuted: Vec<f32> =
            (0..n).flat_map(|i| data[i * step % n * d..][..d].to_vec()).collect();
        let p = Affinities::new(&data, n, d, 6.0).unwrap();
        let permuted = Affinities::new(&permuted, n, d, 6.0).unwrap();
        for i in 0..n {
            for j in 0..n {
                let (a, b) = (permuted.probability(i, j), p.probability(i * step % n, j * step % n));
                prop_assert!((a - b).abs() <= 1e-5 * b, "{a} {b}");
            }
        }
    }

    #[test]
    fn rotation_leaves_the_affinities(seed in any::<u32>(), angle in 0.0_f32..6.0) {
        let (n, d) = (40, 3);
        let data = noise(n * d, seed);
        let (s, c) = angle.sin_cos();
        let turned: Vec<f32> =
            data.chunks(3).flat_map(|p| [c * p[0] - s * p[2], p[1], s * p[0] + c * p[2]]).collect();
        let p = Affinities::new(&data, n, d, 6.0).unwrap();
        let turned = Affinities::new(&turned, n, d, 6.0).unwrap();
        for i in 0..n {
            for (j, value) in p.row(i) {
                prop_assert!((value - turned.probability(i, j)).abs() < 1e-3 * value + 1e-5);
            }
        }
    }

    #[test]
    fn affinities_are_a_symmetric_distribution(seed in any::<u32>(), n in 2_usize..60) {
        let p = Affinities::new(&noise(n * 3, seed), n, 3, ((n - 1) as f32 / 3.0).max(1.0)).unwrap();
        let total: f32 = (0..n).flat_map(|i| p.row(i).map(|(_, p)| p).collect::<Vec<_>>()).sum();
        prop_assert!((total - 1.0).abs() < 1e-4);
        for i in 0..n {
            prop_assert_eq!(p.probability(i, i), 0.0);
            for (j, value) in p.row(i) {
                prop_assert!((value - p.probability(j, i)).abs() <= 1e-6 * value);
            }
        }
    }

    #[test]
    fn gradient_sums_to_zero(seed in any::<u32>(), exaggeration in 1.0_f64..20.0) {
        let n = 50;
        let p = Affinities::new(&noise(n * 3, seed), n, 3, 8.0).unwrap();
        let gradient = exact_gradient(&p, &noise(2 * n, !seed), exaggeration);
        for axis in 0..2 {
            let sum: f64 = gradient.iter().skip(axis).step_by(2).sum();
            prop_assert!(sum.abs() < 1e-6, "{sum}");
        }
    }
}
