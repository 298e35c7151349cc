//! The numbers behind training: gradients, optimizers, observations.
#![cfg(feature = "trainer")]
#![allow(clippy::unwrap_used)]

mod network_support;

use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, SgdConfig};
use burn::tensor::{Tensor, TensorData};
use hidden_activity::network::{
    Checkpoint, Device, Keep, MlpConfig, NamedArray, Optimizer, OptimizerState, Training,
    TrainingConfig, device, score,
};
use network_support::{CLASSES, PIXELS, blobs, block_on, mlp, train};

#[test]
fn the_gradient_is_the_slope_of_the_loss() {
    let inputs = blobs(12, 1);
    let network = mlp(&[5, 4]);
    // One plain descent step of rate 1 on all images moves each parameter by its slope.
    let config = TrainingConfig {
        optimizer: Optimizer::Sgd { momentum: 0.0 },
        learning_rate: 1.0,
        batch_size: 12,
        ..TrainingConfig::default()
    };
    let (device, info) = device::cpu();
    let mut training = train(&inputs.train(), &network, &config);
    let before = block_on(training.checkpoint()).unwrap();
    block_on(training.step()).unwrap();
    let after = block_on(training.checkpoint()).unwrap();
    let loss = |checkpoint: &Checkpoint| {
        let training = Training::from_checkpoint(
            &device,
            &info,
            inputs.train(),
            network.clone(),
            config.clone(),
            checkpoint,
        );
        inputs.observe(&training.unwrap(), Keep::Predictions).loss
    };
    let mut checked = 0;
    for (array, moved) in before.weights.iter().zip(&after.weights) {
        for index in (0..array.data.len()).step_by(7) {
            const STEP: f32 = 1e-2;
            let shifted = |by: f32| {
                let mut checkpoint = before.clone();
                let array = checkpoint
                    .weights
                    .iter_mut()
                    .find(|a| a.name == array.name)
                    .unwrap();
                array.data[index] += by;
                loss(&checkpoint)
            };
            let slope = (shifted(STEP) - shifted(-STEP)) / (2.0 * STEP);
            let gradient = array.data[index] - moved.data[index];
            assert!(
                (slope - gradient).abs() < 2e-3 + 0.02 * slope.abs(),
                "{}[{index}]: {gradient} instead of {slope}",
                array.name
            );
            checked += 1;
        }
    }
    assert!(checked > 30);
}

#[test]
fn observed_activations_are_those_of_the_forward_pass() {
    // More images than a chunk, and not a multiple of it.
    let inputs = blobs(300, 2);
    let training = train(
        &inputs.train(),
        &MlpConfig {
            dropout: 0.5,
            ..mlp(&[10, 7])
        },
        &TrainingConfig::default(),
    );
    let seen = inputs.observe(&training, Keep::Activations);
    let weights = block_on(training.checkpoint()).unwrap().weights;
    let scale = inputs.train().scale();
    let mut logits = Vec::new();
    for image in 0..300 {
        let pixels = &inputs.images[image * PIXELS..(image + 1) * PIXELS];
        let mut x: Vec<f64> = pixels
            .iter()
            .map(|&p| f64::from(p) * f64::from(scale))
            .collect();
        for (layer, pair) in weights.chunks(2).enumerate() {
            x = affine(&x, &pair[0], &pair[1]);
            if layer < 2 {
                x.iter_mut().for_each(|v| *v = v.max(0.0));
                let width = x.len();
                let row = &seen.layers[layer][image * width..(image + 1) * width];
                for (a, b) in row.iter().zip(&x) {
                    assert!((f64::from(*a) - b).abs() < 1e-5);
                }
            }
        }
        logits.extend(x.iter().map(|&v| v as f32));
    }
    let scores = score(&logits, &inputs.labels, CLASSES);
    assert_eq!(seen.predicted, scores.predicted);
    for (a, b) in seen.probabilities.iter().zip(&scores.probabilities) {
        assert!((a - b).abs() < 1e-5);
    }
    assert!((f64::from(seen.loss) - scores.loss_sum / 300.0).abs() < 1e-5);
    assert!((seen.accuracy - scores.correct as f32 / 300.0).abs() < 1e-6);
}

fn affine(x: &[f64], weight: &NamedArray, bias: &NamedArray) -> Vec<f64> {
    let outputs = weight.shape[1];
    (0..outputs)
        .map(|o| {
            let products = x
                .iter()
                .enumerate()
                .map(|(i, v)| v * f64::from(weight.data[i * outputs + o]));
            products.sum::<f64>() + f64::from(bias.data[o])
        })
        .collect()
}

#[test]
fn a_score_is_the_softmax_of_its_row() {
    let scores = score(&[1000.0, 1000.0, -1000.0, 0.0, 3f32.ln(), 0.0], &[1, 1], 3);
    assert_eq!(scores.predicted, [0, 1]);
    assert_eq!(scores.correct, 1);
    for (p, expected) in scores
        .probabilities
        .iter()
        .zip([0.5, 0.5, 0.0, 0.2, 0.6, 0.2])
    {
        assert!((p - expected).abs() < 1e-6);
    }
    assert!((scores.loss_sum + 0.5f64.ln() + 0.6f64.ln()).abs() < 1e-6);
    assert!(score(&[f32::NAN, 0.0], &[0], 2).loss_sum.is_nan());
}

#[test]
fn adam_is_the_adam_of_burn() {
    let ours = OptimizerState::new(Optimizer::Adam, 0.01);
    let theirs = AdamConfig::new().with_epsilon(1e-8).build();
    compare(ours, &theirs);
}

#[test]
fn descent_is_the_descent_of_burn() {
    let ours = OptimizerState::new(Optimizer::Sgd { momentum: 0.9 }, 0.01);
    let momentum = MomentumConfig {
        momentum: 0.9,
        dampening: 0.0,
        nesterov: false,
    };
    let theirs = SgdConfig::new().with_momentum(Some(momentum)).build();
    compare(ours, &theirs);
    let ours = OptimizerState::new(Optimizer::Sgd { momentum: 0.0 }, 0.01);
    compare(ours, &SgdConfig::new().build());
}

/// Both optimizers on the same gradients of changing size, for 30 updates.
fn compare<O: burn::optim::Optimizer>(mut ours: OptimizerState, theirs: &O) {
    let device = Device::flex();
    let tensor = |f: &dyn Fn(usize) -> f32| {
        let values: Vec<f32> = (0..128).map(f).collect();
        Tensor::<1>::from_data(TensorData::new(values, [128]), &device)
    };
    let start = tensor(&|i| (i as f32 * 0.37).sin());
    let (mut a, mut b, mut state) = (start.clone(), start, None);
    for update in 0..30 {
        let gradient =
            tensor(&|i| ((i * 31 + update * 17) as f32).sin() * 10f32.powi(i as i32 % 7 - 4));
        a = ours.update(a, gradient.clone());
        (b, state) = theirs.step(0.01, b, gradient, state);
    }
    let (a, b) = (
        a.try_into_vec_as::<f32>().unwrap(),
        b.try_into_vec_as::<f32>().unwrap(),
    );
    for (a, b) in a.iter().zip(&b) {
        assert!((a - b).abs() < 1e-5, "{a} instead of {b}");
    }
}
