//! What the network makes of numbers that are none, and of data with nothing to learn: it stops and
//! says why, or gives numbers that mean something.
#![allow(clippy::unwrap_used)]

use crate::network_support;

use hidden_activity::dataset::{ImageShape, Standardisation};
use hidden_activity::network::{
    Checkpoint, ConvActivations, Divergence, Keep, LayerConfig, NetworkConfig, Optimizer, Schedule,
    TrainInputs, Training, TrainingConfig, TrainingError, device, score,
};
use network_support::{Blobs, CLASSES, PIXELS, SHAPE, blobs, block_on, losses, mlp, train};
use proptest::prelude::*;

const SGD: Optimizer = Optimizer::Sgd { momentum: 0.9 };
const ALL: Keep = Keep::Activations(ConvActivations::Average);

fn convolutional() -> NetworkConfig {
    use LayerConfig::{Conv, Dense, Dropout, Pool};
    NetworkConfig {
        layers: vec![
            Conv { channels: 3 },
            Pool,
            Dropout { rate: 0.2 },
            Dense { width: 8 },
        ],
    }
}

/// Trains until it ends or diverges, an epoch after the other as the worker does it: takes a
/// checkpoint and the activations after each. The last checkpoint that was taken, and the error.
fn to_the_end(inputs: &Blobs, mut training: Training) -> (Checkpoint, Option<TrainingError>) {
    let mut last = block_on(training.checkpoint()).unwrap();
    while !training.is_finished() {
        match block_on(training.step()) {
            Err(error) => return (last, Some(error)),
            Ok(outcome) if outcome.epoch_finished => {}
            Ok(_) => continue,
        }
        match block_on(training.checkpoint()) {
            Err(error) => return (last, Some(error)),
            Ok(checkpoint) => last = checkpoint,
        }
        if !inputs.observe(&training, ALL).is_finite() {
            return (last, Some(training.diverged(Divergence::Activations)));
        }
    }
    (last, None)
}

#[test]
fn every_wild_rate_is_stopped_with_the_last_finite_epoch_in_hand() {
    let inputs = blobs(400, 3);
    for network in [mlp(&[16, 16]), convolutional()] {
        for optimizer in [SGD, Optimizer::Sgd { momentum: 0.0 }, Optimizer::Adam] {
            for learning_rate in [1e3, 1e4, 1e6, 1e12, 1e30, f32::MAX] {
                let config = TrainingConfig {
                    optimizer,
                    learning_rate,
                    epochs: 30,
                    batch_size: 16,
                    standardise: true,
                    ..TrainingConfig::default()
                };
                let case = format!("{optimizer:?} at {learning_rate:e}");
                let (last, error) = to_the_end(&inputs, train(&inputs.train(), &network, &config));
                assert!(last.is_finite(), "{case}");
                let Some(error) = error else {
                    panic!("{case} was not stopped");
                };
                let TrainingError::Diverged { epoch, step, .. } = error else {
                    panic!("{case}: {error}");
                };
                assert!(
                    epoch == last.epoch + 1 && step <= 25,
                    "{case}: {error}, kept {}",
                    last.epoch
                );
                let said = error.to_string();
                assert!(said.contains("smaller learning rate"), "{said}");
                assert!(!said.contains("NaN") && !said.contains(" inf"), "{said}");
                // What was kept can be gone on with, at a rate that works.
                let calmer = TrainingConfig {
                    learning_rate: config.calmer_rate(),
                    ..config
                };
                let again = Training::from_checkpoint(
                    &device::cpu(),
                    inputs.train(),
                    &network,
                    calmer.clone(),
                    &last,
                );
                assert!(again.is_ok(), "{case}");
                let (_, error) = to_the_end(&inputs, train(&inputs.train(), &network, &calmer));
                assert_eq!(
                    error, None,
                    "{case}: the rate that is proposed diverges, too"
                );
            }
        }
    }
}

#[test]
fn an_explosion_is_told_from_a_number_that_is_none() {
    let inputs = blobs(400, 3);
    let sign = |learning_rate| {
        let config = TrainingConfig {
            optimizer: Optimizer::Sgd { momentum: 0.0 },
            learning_rate,
            epochs: 50,
            batch_size: 16,
            ..TrainingConfig::default()
        };
        match to_the_end(&inputs, train(&inputs.train(), &mlp(&[16]), &config)).1 {
            Some(TrainingError::Diverged { sign, .. }) => sign,
            other => panic!("{learning_rate}: {other:?}"),
        }
    };
    let Divergence::Explosion { loss, guessing } = sign(1e4) else {
        panic!("{:?}", sign(1e4));
    };
    assert!(loss > 3.0 * guessing && (guessing - 4.0_f32.ln()).abs() < 1e-6);
    assert!(matches!(sign(1e30), Divergence::Loss | Divergence::Weights));
}

#[test]
fn trainings_that_are_merely_rough_go_on() {
    // Rates at which the loss leaps in the beginning, or at which many neurons die.
    let inputs = blobs(400, 3);
    for (optimizer, learning_rate) in [
        (Optimizer::Adam, 0.3),
        (SGD, 0.5),
        (Optimizer::Sgd { momentum: 0.0 }, 1.0),
    ] {
        for seed in 0..4 {
            let config = TrainingConfig {
                optimizer,
                learning_rate,
                seed,
                epochs: 10,
                batch_size: 16,
                ..TrainingConfig::default()
            };
            let (last, error) = to_the_end(&inputs, train(&inputs.train(), &mlp(&[16]), &config));
            assert_eq!(
                (last.epoch, error),
                (10, None),
                "{optimizer:?} {learning_rate}"
            );
        }
    }
}

#[test]
fn a_checkpoint_that_is_not_finite_is_refused() {
    let inputs = blobs(40, 3);
    let mut training = train(&inputs.train(), &mlp(&[4]), &TrainingConfig::default());
    block_on(training.step()).unwrap();
    let good = block_on(training.checkpoint()).unwrap();
    for value in [f32::NAN, f32::INFINITY] {
        for in_weights in [true, false] {
            let mut bad = good.clone();
            let arrays = if in_weights {
                &mut bad.weights
            } else {
                &mut bad.optimizer
            };
            arrays[0].data[3] = value;
            let error = Training::from_checkpoint(
                &device::cpu(),
                inputs.train(),
                &mlp(&[4]),
                TrainingConfig::default(),
                &bad,
            )
            .unwrap_err();
            assert!(error.to_string().contains("not finite numbers"), "{error}");
        }
    }
}

#[test]
fn constant_pixels_and_one_class_have_defined_answers() {
    let black = || vec![0_u8; 20 * PIXELS];
    let white = || vec![255_u8; 20 * PIXELS];
    let one = |classes: u8| (0..20).map(|i| i % classes).collect::<Vec<u8>>();
    for (what, images, labels, classes, accuracy) in [
        ("black, one class", black(), one(1), 1, Some(1.0)),
        ("white, one class", white(), one(1), 1, Some(1.0)),
        (
            "noise, one class",
            blobs(20, 1).images,
            one(1),
            1,
            Some(1.0),
        ),
        (
            "noise, one class of ten",
            blobs(20, 1).images,
            one(1),
            10,
            Some(1.0),
        ),
        ("black, four classes", black(), one(4), 4, Some(0.25)),
        ("white, four classes", white(), one(4), 4, Some(0.25)),
    ] {
        for standardise in [false, true] {
            for optimizer in [Optimizer::Adam, SGD] {
                let inputs =
                    TrainInputs::new(images.clone(), labels.clone(), SHAPE, classes).unwrap();
                let config = TrainingConfig {
                    optimizer,
                    learning_rate: 0.05,
                    epochs: 12,
                    standardise,
                    ..TrainingConfig::default()
                };
                let mut training = train(&inputs, &mlp(&[8, 8]), &config);
                let losses = losses(&mut training);
                assert!(losses.iter().all(|loss| loss.is_finite()), "{what}");
                let mut observer = training.observer(&images, &labels, ALL).unwrap();
                while block_on(observer.advance()).unwrap() {}
                let seen = observer.finish();
                assert!(seen.is_finite(), "{what}");
                assert_eq!(
                    Some(seen.accuracy),
                    accuracy,
                    "{what} {standardise} {optimizer:?}"
                );
            }
        }
    }
}

#[test]
fn constant_channels_are_standardised_to_nothing() {
    let shape = ImageShape {
        height: 1,
        width: 2,
        channels: 2,
    };
    for (images, mean, std) in [
        (vec![7, 0, 7, 255, 7, 0, 7, 255], [7.0, 127.5], [1.0, 127.5]),
        (vec![9, 9, 9, 9], [9.0, 9.0], [1.0, 1.0]),
        (vec![], [0.0, 0.0], [1.0, 1.0]),
    ] {
        let found = Standardisation::of_images(&images, shape);
        assert_eq!((found.mean, found.std), (mean.to_vec(), std.to_vec()));
    }
}

#[test]
fn no_image_one_image_and_no_epoch() {
    assert_eq!(
        TrainInputs::new(vec![], vec![], SHAPE, CLASSES).unwrap_err(),
        TrainingError::NoImages
    );
    let none = ImageShape {
        height: 0,
        width: 0,
        channels: 1,
    };
    assert_eq!(
        TrainInputs::new(vec![], vec![0], none, 1).unwrap_err(),
        TrainingError::NoImages
    );
    for schedule in [
        Schedule::Constant,
        Schedule::Cosine,
        Schedule::Step {
            every: 1,
            factor: 0.5,
        },
    ] {
        for epochs in [0, 1] {
            let config = TrainingConfig {
                epochs,
                schedule,
                ..TrainingConfig::default()
            };
            let one = blobs(1, 5);
            let mut training = train(&one.train(), &mlp(&[4]), &config);
            assert_eq!(training.is_finished(), epochs == 0);
            assert!(training.learning_rate().is_finite());
            let losses = losses(&mut training);
            assert_eq!(losses.len(), epochs as usize);
            assert!(losses.iter().all(|loss| loss.is_finite()));
            assert!(block_on(training.checkpoint()).unwrap().is_finite());
            assert!(one.observe(&training, ALL).is_finite());
            // Of no image there is neither loss nor accuracy, and nobody may take 0 for one.
            let nobody = training.observer(&[], &[], ALL).unwrap();
            assert_eq!(nobody.fraction(), 1.0);
            let seen = nobody.finish();
            assert!(seen.loss.is_nan() && seen.accuracy.is_nan() && seen.is_finite());
        }
    }
}

#[test]
fn classes_that_the_training_never_shows_are_no_trouble() {
    // Ten classes, of which the training has two and the test others.
    let some = blobs(40, 9);
    let labels: Vec<u8> = some.labels.iter().map(|label| 3 + label % 2).collect();
    let inputs = TrainInputs::new(some.images.clone(), labels, SHAPE, 10).unwrap();
    let config = TrainingConfig {
        epochs: 40,
        ..TrainingConfig::default()
    };
    let mut training = train(&inputs, &mlp(&[8]), &config);
    losses(&mut training);
    let others = vec![9_u8; 40];
    let mut observer = training.observer(&some.images, &others, ALL).unwrap();
    while block_on(observer.advance()).unwrap() {}
    let seen = observer.finish();
    assert!(seen.is_finite());
    assert!(
        seen.loss > 1.0 && seen.accuracy < 0.5,
        "{} {}",
        seen.loss,
        seen.accuracy
    );
}

#[test]
fn what_is_observed_says_when_it_is_no_number() {
    let inputs = blobs(8, 2);
    let training = train(&inputs.train(), &mlp(&[4]), &TrainingConfig::default());
    let good = inputs.observe(&training, ALL);
    assert!(good.is_finite());
    let mut bad = good.clone();
    bad.layers[0][5] = f32::NAN;
    assert!(!bad.is_finite());
    let mut bad = good.clone();
    bad.probabilities[0] = f32::INFINITY;
    assert!(!bad.is_finite());
    let mut bad = good;
    bad.loss = f32::INFINITY;
    assert!(!bad.is_finite());
}

proptest! {
    /// Whatever the logits: a prediction for each row; where all are finite, probabilities that sum
    /// to 1 and a loss of at least 0; where one is not, the loss says so.
    #[test]
    fn scores_of_any_logits(
        rows in prop::collection::vec(prop::collection::vec(any_number(), 5), 0..6),
        own in 0_u8..5,
    ) {
        let labels = vec![own; rows.len()];
        let found = score(&rows.concat(), &labels, 5);
        prop_assert_eq!(found.predicted.len(), rows.len());
        prop_assert!(found.predicted.iter().all(|&class| class < 5));
        for (row, probabilities) in rows.iter().zip(found.probabilities.chunks_exact(5)) {
            if row.iter().all(|logit| logit.is_finite()) {
                let sum: f32 = probabilities.iter().sum();
                prop_assert!((sum - 1.0).abs() < 1e-5 && probabilities.iter().all(|p| *p >= 0.0));
            }
        }
        let finite = rows.iter().flatten().all(|logit| logit.is_finite());
        if finite {
            prop_assert!(found.loss_sum >= 0.0);
        } else if rows.iter().flatten().any(|logit| logit.is_nan()) {
            prop_assert!(found.loss_sum.is_nan());
        }
    }

    /// One step on any images at any rate either gives a finite loss or says that it diverged.
    #[test]
    fn a_step_never_panics(
        images in prop::collection::vec(any::<u8>(), 6 * PIXELS),
        labels in prop::collection::vec(0_u8..4, 6),
        exponent in -38.0_f32..38.0,
        is_adam: bool,
        standardise: bool,
        weight_decay in 0.0_f32..=1.0,
    ) {
        let config = TrainingConfig {
            optimizer: if is_adam { Optimizer::Adam } else { SGD },
            learning_rate: 10_f32.powf(exponent).max(f32::MIN_POSITIVE),
            standardise,
            weight_decay,
            batch_size: 4,
            epochs: 3,
            ..TrainingConfig::default()
        };
        let inputs = Blobs { images, labels };
        let (last, error) = to_the_end(&inputs, train(&inputs.train(), &mlp(&[5, 5]), &config));
        prop_assert!(last.is_finite());
        if let Some(error) = error {
            let is_diverged = matches!(error, TrainingError::Diverged { .. });
            prop_assert!(is_diverged);
        }
    }
}

fn any_number() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => -50.0_f32..50.0,
        1 => prop::sample::select(vec![
            0.0, f32::MAX, f32::MIN, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-45,
        ]),
    ]
}
