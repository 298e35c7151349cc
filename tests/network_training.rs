//! Training on the CPU: it learns, repeats itself bit for bit and survives a checkpoint.
#![allow(clippy::unwrap_used)]

use crate::network_support;

use hidden_activity::dataset::ImageShape;
use hidden_activity::network::{
    ConfigError, ConvActivations, Keep, LayerConfig, NetworkConfig, Optimizer, Schedule,
    TrainInputs, Training, TrainingConfig, TrainingError, device,
};
use network_support::{blobs, block_on, losses, mlp, train};

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
        let losses = losses(&mut training);
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
        let dropout = mlp(&[24, 24]).with_dropout(0.3);
        losses(&mut train(&blobs(150, 2).train(), &dropout, &config))
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
            let network = mlp(&[20, 30]).with_dropout(0.2);
            let whole = losses(&mut train(&inputs.train(), &network, &config));
            let mut first = train(&inputs.train(), &network, &config);
            let mut pieces = Vec::new();
            for _ in 0..stop {
                pieces.push(block_on(first.step()).unwrap().loss.unwrap());
            }
            let checkpoint = block_on(first.checkpoint()).unwrap();
            let text = serde_json::to_string(&checkpoint).unwrap();
            let checkpoint = serde_json::from_str(&text).unwrap();
            let mut second = Training::from_checkpoint(
                &device::cpu(),
                inputs.train(),
                &network,
                config,
                &checkpoint,
            )
            .unwrap();
            pieces.extend(losses(&mut second));
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
    let resume = |network: NetworkConfig, config: TrainingConfig| {
        let inputs = inputs.train();
        Training::from_checkpoint(&device::cpu(), inputs, &network, config, &checkpoint)
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
    let network = mlp(&[16]).with_dropout(0.2);
    let config = TrainingConfig {
        epochs: 1,
        ..TrainingConfig::default()
    };
    let cold = losses(&mut train(&inputs.train(), &network, &config));
    let mut training = train(&inputs.train(), &network, &config);
    block_on(training.warm_up()).unwrap();
    let mut warm = vec![block_on(training.step()).unwrap().loss.unwrap()];
    block_on(training.warm_up()).unwrap();
    warm.extend(losses(&mut training));
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
    let seen = inputs.observe(&training, Keep::Activations(ConvActivations::None));
    assert_eq!(seen.layers[0].len(), 40 * 12);

    let config = TrainingConfig {
        epochs: 1,
        ..config
    };
    let mut regression = train(&inputs.train(), &mlp(&[]), &config);
    losses(&mut regression);
    assert!(
        inputs
            .observe(&regression, Keep::Activations(ConvActivations::None))
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
    let shape = ImageShape {
        height: 4,
        width: 4,
        channels: 1,
    };
    for pixel in [0, 255] {
        let images = vec![pixel; 20 * 16];
        let inputs = TrainInputs::new(images.clone(), vec![0; 20], shape, 1).unwrap();
        let config = TrainingConfig {
            epochs: 3,
            ..TrainingConfig::default()
        };
        let mut training = train(&inputs, &mlp(&[8, 8]), &config);
        let losses = losses(&mut training);
        assert!(losses.iter().all(|&loss| loss.abs() < 1e-6), "{losses:?}");
        let mut observer = training
            .observer(&images, &[0; 20], Keep::Activations(ConvActivations::None))
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
    let try_new = |network: NetworkConfig, config| {
        Training::new(&device::cpu(), blobs(20, 8).train(), &network, config).unwrap_err()
    };
    let shape = ImageShape {
        height: 2,
        width: 2,
        channels: 1,
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
        TrainInputs::new(vec![], vec![], shape, 2).unwrap_err(),
        TrainingError::NoImages
    );
    assert!(matches!(
        TrainInputs::new(vec![0; 7], vec![0, 1], shape, 2),
        Err(TrainingError::ImageSize { .. })
    ));
    assert!(matches!(
        TrainInputs::new(vec![0; 8], vec![0, 2], shape, 2),
        Err(TrainingError::Label {
            image: 1,
            label: 2,
            ..
        })
    ));
    let training = train(&blobs(20, 8).train(), &mlp(&[4]), &default());
    assert!(training.observer(&[0; 3], &[0], Keep::Predictions).is_err());
}

/// Two convolutions, a pool of an odd image among them, dropout and two connected layers.
fn convolutional() -> NetworkConfig {
    use LayerConfig::{Conv, Dense, Dropout, Pool};
    let layers = vec![
        Conv { channels: 5 },
        Pool,
        Conv { channels: 9 },
        Pool,
        Dropout { rate: 0.2 },
        Dense { width: 12 },
        Dense { width: 7 },
    ];
    NetworkConfig { layers }
}

#[test]
fn a_convolutional_network_learns_and_shows_its_layers_on_request() {
    let inputs = blobs(300, 11);
    let config = TrainingConfig {
        learning_rate: 5e-3,
        batch_size: 20,
        epochs: 20,
        shifts: 1,
        standardise: true,
        schedule: Schedule::Cosine,
        weight_decay: 1e-2,
        ..TrainingConfig::default()
    };
    let mut training = train(&inputs.train(), &convolutional(), &config);
    let losses = losses(&mut training);
    assert!(losses[losses.len() - 1] < 0.3 * losses[0], "{losses:?}");
    let widths = |conv| -> Vec<usize> {
        let seen = inputs.observe(&training, Keep::Activations(conv));
        assert!(seen.accuracy > 0.95);
        let named = training.plan().observed(conv);
        let widths: Vec<usize> = seen.layers.iter().map(|layer| layer.len() / 300).collect();
        assert!(
            named
                .iter()
                .map(|layer| layer.width)
                .eq(widths.iter().copied())
        );
        widths
    };
    assert_eq!(widths(ConvActivations::None), [12, 7]);
    assert_eq!(widths(ConvActivations::Average), [5, 9, 12, 7]);
    assert_eq!(widths(ConvActivations::Flattened), [45, 9, 12, 7]);
    let flat = inputs.observe(&training, Keep::Activations(ConvActivations::Flattened));
    let mean = inputs.observe(&training, Keep::Activations(ConvActivations::Average));
    let channel: f32 = flat.layers[0][..45].iter().step_by(5).sum::<f32>() / 9.0;
    assert!((channel - mean.layers[0][0]).abs() < 1e-5);
}

#[test]
fn the_rate_follows_its_schedule() {
    let config = TrainingConfig {
        learning_rate: 0.1,
        epochs: 4,
        batch_size: 10,
        schedule: Schedule::Step {
            every: 2,
            factor: 0.5,
        },
        ..TrainingConfig::default()
    };
    let mut training = train(&blobs(20, 1).train(), &mlp(&[4]), &config);
    let mut rates = Vec::new();
    while !training.is_finished() {
        rates.push((training.learning_rate() * 1000.0).round());
        block_on(training.step()).unwrap();
    }
    assert_eq!(rates, [100.0, 100.0, 100.0, 100.0, 50.0, 50.0, 50.0, 50.0]);
}

#[test]
fn weight_decay_shrinks_what_has_no_gradient() {
    // All pixels are black, so the first layer's weights have no gradient.
    let shape = ImageShape {
        height: 2,
        width: 2,
        channels: 1,
    };
    let inputs = TrainInputs::new(vec![0; 40], vec![0; 10], shape, 2).unwrap();
    for optimizer in [Optimizer::Adam, Optimizer::Sgd { momentum: 0.9 }] {
        let config = TrainingConfig {
            optimizer,
            learning_rate: 0.1,
            weight_decay: 0.5,
            ..TrainingConfig::default()
        };
        let mut training = train(&inputs, &mlp(&[3]), &config);
        let weights = |training: &Training| block_on(training.checkpoint()).unwrap().weights;
        let before = weights(&training);
        block_on(training.step()).unwrap();
        block_on(training.step()).unwrap();
        for (before, after) in before[0].data.iter().zip(&weights(&training)[0].data) {
            assert!((after - before * 0.95 * 0.95).abs() < 1e-6);
        }
    }
}

#[test]
fn shifts_change_what_is_learned_and_nothing_else() {
    let run = |shifts| {
        let config = TrainingConfig {
            shifts,
            epochs: 1,
            ..TrainingConfig::default()
        };
        let mut training = train(&blobs(150, 2).train(), &mlp(&[8]), &config);
        losses(&mut training)
    };
    assert_eq!(run(2), run(2));
    assert_ne!(run(2), run(0));
    assert_ne!(run(2), run(1));
}

#[test]
fn a_batch_that_does_not_fit_into_memory_is_refused_with_one_that_does() {
    let layers = vec![LayerConfig::Conv { channels: 1024 }; 8];
    let config = TrainingConfig {
        batch_size: 1000,
        ..TrainingConfig::default()
    };
    let inputs = blobs(1000, 1).train();
    let network = NetworkConfig { layers };
    let error = Training::new(&device::cpu(), inputs, &network, config).unwrap_err();
    let TrainingError::Config(ConfigError::BatchMemory { batch: 1000, most }) = error else {
        panic!("{error}");
    };
    assert!((100..500).contains(&most), "{most}");
}
