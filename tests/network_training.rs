//! Training on the CPU: it learns, repeats itself bit for bit and survives a checkpoint.
#![cfg(feature = "trainer")]
#![allow(clippy::unwrap_used)]

mod network_support;

use hidden_activity::network::{
    Keep, MlpConfig, Optimizer, TrainInputs, Training, TrainingConfig, TrainingError, device,
};
use network_support::{blobs, block_on, mlp, train};

#[test]
fn a_separable_task_is_learned() {
    for optimizer in [Optimizer::Adam, Optimizer::Sgd { momentum: 0.9 }] {
        let inputs = blobs(600, 1);
        let config = TrainingConfig {
            optimizer,
            learning_rate: match optimizer {
                Optimizer::Adam => 5e-3,
                Optimizer::Sgd { .. } => 0.05,
            },
            epochs: 8,
            ..TrainingConfig::default()
        };
        let mut training = train(&inputs.train(), &mlp(&[32, 32]), &config);
        let losses = block_on(losses(&mut training));
        assert!(losses[losses.len() - 1] < 0.2 * losses[0], "{losses:?}");
        let seen = inputs.observe(&training, Keep::Predictions);
        assert!(seen.accuracy >= 0.95, "{optimizer:?}: {}", seen.accuracy);
        assert!(seen.layers.is_empty());
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_does_not() {
    let run = |seed| {
        let config = TrainingConfig {
            epochs: 2,
            seed,
            ..TrainingConfig::default()
        };
        let dropout = MlpConfig {
            dropout: 0.3,
            ..mlp(&[24, 24])
        };
        block_on(losses(&mut train(
            &blobs(150, 2).train(),
            &dropout,
            &config,
        )))
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}

#[test]
fn a_checkpoint_goes_on_as_if_nothing_had_happened() {
    for optimizer in [Optimizer::Adam, Optimizer::Sgd { momentum: 0.9 }] {
        for stop in [0, 2, 3, 5] {
            let inputs = blobs(150, 3);
            let config = TrainingConfig {
                optimizer,
                learning_rate: 0.01,
                epochs: 3,
                ..TrainingConfig::default()
            };
            let network = MlpConfig {
                dropout: 0.2,
                ..mlp(&[20, 30])
            };
            let whole = block_on(losses(&mut train(&inputs.train(), &network, &config)));
            let mut first = train(&inputs.train(), &network, &config);
            let mut pieces = Vec::new();
            for _ in 0..stop {
                pieces.push(block_on(first.step()).unwrap().loss.unwrap());
            }
            let checkpoint = block_on(first.checkpoint()).unwrap();
            let text = serde_json::to_string(&checkpoint).unwrap();
            let checkpoint = serde_json::from_str(&text).unwrap();
            let (device, info) = device::cpu();
            let mut second = Training::from_checkpoint(
                &device,
                &info,
                inputs.train(),
                network.clone(),
                config,
                &checkpoint,
            )
            .unwrap();
            pieces.extend(block_on(losses(&mut second)));
            assert_eq!(pieces, whole, "{optimizer:?}, stopped after {stop} steps");
        }
    }
}

#[test]
fn a_foreign_checkpoint_is_refused() {
    let inputs = blobs(50, 3);
    let config = TrainingConfig::default();
    let mut training = train(&inputs.train(), &mlp(&[8]), &config);
    block_on(training.step()).unwrap();
    let checkpoint = block_on(training.checkpoint()).unwrap();
    let (device, info) = device::cpu();
    let resume = |network: MlpConfig, config: TrainingConfig| {
        Training::from_checkpoint(&device, &info, inputs.train(), network, config, &checkpoint)
    };
    for result in [
        resume(mlp(&[9]), config.clone()),
        resume(mlp(&[8, 8]), config.clone()),
        resume(
            mlp(&[8]),
            TrainingConfig {
                optimizer: Optimizer::Sgd { momentum: 0.5 },
                ..config
            },
        ),
    ] {
        assert!(matches!(result, Err(TrainingError::Checkpoint(_))));
    }
    assert!(resume(mlp(&[8]), config).is_ok());
}

#[test]
fn warming_up_changes_nothing() {
    let inputs = blobs(150, 4);
    let network = MlpConfig {
        dropout: 0.2,
        ..mlp(&[16])
    };
    let config = TrainingConfig {
        epochs: 1,
        ..TrainingConfig::default()
    };
    let cold = block_on(losses(&mut train(&inputs.train(), &network, &config)));
    let mut training = train(&inputs.train(), &network, &config);
    block_on(training.warm_up()).unwrap();
    let mut warm = vec![block_on(training.step()).unwrap().loss.unwrap()];
    block_on(training.warm_up()).unwrap();
    warm.extend(block_on(losses(&mut training)));
    assert_eq!(cold, warm);
}

#[test]
fn no_epochs_and_no_hidden_layers_are_fine() {
    let inputs = blobs(40, 5);
    let config = TrainingConfig {
        epochs: 0,
        ..TrainingConfig::default()
    };
    let training = train(&inputs.train(), &mlp(&[12]), &config);
    assert!(training.is_finished());
    let seen = inputs.observe(&training, Keep::Activations);
    assert_eq!(seen.layers[0].len(), 40 * 12);

    let config = TrainingConfig {
        epochs: 1,
        ..config
    };
    let mut regression = train(&inputs.train(), &mlp(&[]), &config);
    block_on(losses(&mut regression));
    assert!(
        inputs
            .observe(&regression, Keep::Activations)
            .layers
            .is_empty()
    );
}

#[test]
fn a_batch_larger_than_the_data_is_cut() {
    let config = TrainingConfig {
        batch_size: 1000,
        ..TrainingConfig::default()
    };
    let mut training = train(&blobs(30, 6).train(), &mlp(&[8]), &config);
    assert_eq!((training.batch_size(), training.steps_per_epoch()), (30, 1));
    let outcome = block_on(training.step()).unwrap();
    assert!(outcome.epoch_finished);
    assert_eq!((training.epoch(), training.steps_done()), (1, 0));
}

#[test]
fn one_class_and_constant_pixels_stay_finite() {
    let (device, info) = device::cpu();
    for pixel in [0, 255] {
        let images = vec![pixel; 20 * 16];
        let inputs = TrainInputs::new(images.clone(), vec![0; 20], 16, 1).unwrap();
        let config = TrainingConfig {
            epochs: 3,
            ..TrainingConfig::default()
        };
        let mut training = Training::new(&device, &info, inputs, mlp(&[8, 8]), config).unwrap();
        let losses = block_on(losses(&mut training));
        assert!(losses.iter().all(|&loss| loss.abs() < 1e-6), "{losses:?}");
        let mut observer = training
            .observer(&images, &[0; 20], Keep::Activations)
            .unwrap();
        while block_on(observer.advance()).unwrap() {}
        let seen = observer.finish();
        assert!(seen.layers.iter().flatten().all(|v| v.is_finite()));
        assert_eq!(seen.accuracy, 1.0);
    }
}

#[test]
fn a_wild_learning_rate_ends_with_advice() {
    let config = TrainingConfig {
        optimizer: Optimizer::Sgd { momentum: 0.9 },
        learning_rate: 1e30,
        ..TrainingConfig::default()
    };
    let mut training = train(&blobs(200, 7).train(), &mlp(&[16, 16]), &config);
    let error = loop {
        match block_on(training.step()) {
            Ok(_) => assert!(training.epoch() < 2, "it did not diverge"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, TrainingError::Diverged { .. }));
    assert!(error.to_string().contains("smaller learning rate"));
}

#[test]
fn bad_settings_and_bad_data_are_refused() {
    let (device, info) = device::cpu();
    let try_new = |network, config| {
        Training::new(&device, &info, blobs(20, 8).train(), network, config).unwrap_err()
    };
    let default = TrainingConfig::default;
    assert!(matches!(
        try_new(mlp(&[0]), default()),
        TrainingError::Config(_)
    ));
    let config = TrainingConfig {
        learning_rate: f32::NAN,
        ..default()
    };
    assert!(matches!(
        try_new(mlp(&[4]), config),
        TrainingError::Config(_)
    ));
    assert_eq!(
        TrainInputs::new(vec![], vec![], 4, 2).unwrap_err(),
        TrainingError::NoImages
    );
    assert!(matches!(
        TrainInputs::new(vec![0; 7], vec![0, 1], 4, 2),
        Err(TrainingError::ImageSize { .. })
    ));
    assert!(matches!(
        TrainInputs::new(vec![0; 8], vec![0, 2], 4, 2),
        Err(TrainingError::Label {
            image: 1,
            label: 2,
            ..
        })
    ));
    let training = train(&blobs(20, 8).train(), &mlp(&[4]), &default());
    assert!(training.observer(&[0; 3], &[0], Keep::Predictions).is_err());
}

/// Trains to the end; the loss of each step.
async fn losses(training: &mut Training) -> Vec<f32> {
    let mut losses = Vec::new();
    while !training.is_finished() {
        losses.push(training.step().await.unwrap().loss.unwrap());
    }
    losses
}
