//! Dynamic t-SNE against its definition.
#![allow(clippy::unwrap_used)]

use hidden_activity::projection::{
    Affinities, DynamicTsne, DynamicTsneConfig, ProjectionError, Stage, dynamic_cost,
    dynamic_gradient, exact_divergence,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Digits {
    data: Vec<Vec<f32>>,
}

/// Digits that dissolve into noise, step by step.
fn sequence(n: usize, steps: usize) -> Vec<(Vec<f32>, usize)> {
    let digits: Digits = serde_json::from_str(include_str!("reference/tsne.json")).unwrap();
    let data = digits.data[..n].concat();
    (0..steps)
        .map(|t| {
            let noisy = data.iter().enumerate().map(|(i, x)| {
                let noise = (i as u32).wrapping_mul(2_654_435_761) >> 24;
                x + t as f32 * 0.02 * noise as f32
            });
            (noisy.collect(), 64)
        })
        .collect()
}

fn run(sequence: Vec<(Vec<f32>, usize)>, n: usize, config: &DynamicTsneConfig) -> DynamicTsne {
    let mut run = DynamicTsne::new(sequence, n, config).unwrap();
    let mut progress = 0.0;
    while run.advance() != Stage::Done {
        assert!(run.progress() >= progress);
        progress = run.progress();
    }
    run
}

#[test]
fn gradient_is_the_slope_of_the_cost() {
    let n = 20;
    let sequence = sequence(n, 3);
    let affinities: Vec<_> = sequence
        .iter()
        .map(|(data, d)| Affinities::new(data, n, *d, 5.0).unwrap())
        .collect();
    let layouts: Vec<Vec<f32>> = (0..3)
        .map(|t| {
            (0..2 * n)
                .map(|i| ((i * 37 + t * 11) % 29) as f32 / 16.0)
                .collect()
        })
        .collect();
    let borrowed = |layouts: &[Vec<f32>]| -> f64 {
        let layouts: Vec<&[f32]> = layouts.iter().map(Vec::as_slice).collect();
        dynamic_cost(&affinities, &layouts, 0.8)
    };
    let views: Vec<&[f32]> = layouts.iter().map(Vec::as_slice).collect();
    let gradients = dynamic_gradient(&affinities, &views, 0.8);
    let h = 1.0 / 256.0;
    for t in 0..3 {
        for i in 0..2 * n {
            let (mut above, mut below) = (layouts.clone(), layouts.clone());
            above[t][i] += h;
            below[t][i] -= h;
            let slope = (borrowed(&above) - borrowed(&below)) / (2.0 * f64::from(h));
            assert!(
                (slope - gradients[t][i]).abs() < 1e-5,
                "{slope} {}",
                gradients[t][i]
            );
        }
    }
}

#[test]
fn lambda_trades_fidelity_for_coherence_and_zero_means_independence() {
    let n = 300;
    let config = DynamicTsneConfig {
        reduce_to: None,
        ..DynamicTsneConfig::default()
    };
    let at = |lambda| {
        run(
            sequence(n, 3),
            n,
            &DynamicTsneConfig {
                lambda,
                ..config.clone()
            },
        )
    };
    let (mut free, mut bound) = (at(0.0), at(0.5));
    assert!(
        bound.movement() < 0.2 * free.movement(),
        "{} {}",
        bound.movement(),
        free.movement()
    );
    let total = |run: &mut DynamicTsne| run.kl_divergences().iter().sum::<f64>();
    assert!(total(&mut free) < total(&mut bound));
    for t in 0..3 {
        let alone = run(
            vec![sequence(n, 3).swap_remove(t)],
            n,
            &DynamicTsneConfig {
                lambda: 0.0,
                ..config.clone()
            },
        );
        assert_eq!(alone.positions(0), free.positions(t));
        let p = Affinities::new(&sequence(n, 3)[t].0, n, 64, 30.0).unwrap();
        let exact = exact_divergence(&p, free.positions(t).unwrap());
        assert!((exact - free.kl_divergences()[t]).abs() < 1e-4);
        println!("{exact}");
    }
    assert_eq!(at(0.5).positions(1), bound.positions(1));
}

#[test]
fn sequences_that_do_not_fit_are_refused() {
    let config = DynamicTsneConfig::default();
    let refused = |sequence, n| DynamicTsne::new(sequence, n, &config).err();
    assert_eq!(refused(vec![], 3), Some(ProjectionError::NoObservations));
    let found = refused(vec![(vec![0.0; 6], 2), (vec![0.0; 8], 2)], 3);
    let expected = ProjectionError::RowsDiffer {
        step: 1,
        expected: 3,
        found: 4,
    };
    assert_eq!(found, Some(expected));
    let negative = DynamicTsneConfig {
        lambda: -1.0,
        ..config
    };
    assert!(DynamicTsne::new(vec![(vec![0.0; 6], 2)], 3, &negative).is_err());
    for n in 1..4 {
        let run = run(
            vec![(vec![1.0; 2 * n], 2); 2],
            n,
            &DynamicTsneConfig::default(),
        );
        assert!(run.positions(1).unwrap().iter().all(|x| x.is_finite()));
        assert!(run.positions(2).is_none());
    }
}

#[test]
fn a_large_lambda_makes_all_layouts_alike_and_does_not_diverge() {
    let n = 300;
    let mut last = f64::INFINITY;
    for lambda in [0.3, 1.0, 3.0, 10.0] {
        let config = DynamicTsneConfig {
            lambda,
            reduce_to: None,
            ..DynamicTsneConfig::default()
        };
        let mut run = run(sequence(n, 4), n, &config);
        for step in 0..4 {
            assert!(run.positions(step).unwrap().iter().all(|x| x.is_finite()));
        }
        let movement = run.movement();
        println!(
            "{lambda}: movement {movement}, KL {:?}",
            run.kl_divergences()
        );
        assert!(movement < last, "{lambda}: {movement} after {last}");
        last = movement;
        // Neighbours are still found: tying layouts together is not to collapse them.
        assert!(run.kl_divergences().iter().all(|kl| *kl < 2.5));
    }
}
