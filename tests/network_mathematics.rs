//! The numbers behind training: gradients by finite differences, observations by the definition.
#![allow(clippy::unwrap_used)]

use crate::network_support;

use hidden_activity::network::{
    Checkpoint, ConvActivations, Keep, LayerConfig, NamedArray, NetworkConfig, Optimizer, Training,
    TrainingConfig, device, score,
};
use network_support::{CLASSES, PIXELS, blobs, block_on, mlp, train};

#[test]
fn the_gradient_of_a_perceptron_is_the_slope_of_the_loss() {
    check_gradient(&mlp(&[5, 4]), 30);
}

#[test]
fn the_gradient_of_convolutions_and_pools_is_the_slope_of_the_loss() {
    use LayerConfig::{Conv, Dense, Pool};
    for layers in [
        vec![Conv { channels: 3 }, Conv { channels: 5 }],
        // 6×6 to 3×3 to 1×1: the second pool leaves a row and a column out.
        vec![Conv { channels: 4 }, Pool, Conv { channels: 9 }, Pool],
        vec![Pool, Conv { channels: 2 }, Dense { width: 6 }],
    ] {
        check_gradient(&NetworkConfig { layers }, 20);
    }
}

/// One plain descent step of rate 1 on all images moves each parameter by its slope, which is
/// compared with the change of the loss at `fewest` parameters or more.
fn check_gradient(network: &NetworkConfig, fewest: usize) {
    let inputs = blobs(12, 1);
    let config = TrainingConfig {
        optimizer: Optimizer::Sgd { momentum: 0.0 },
        learning_rate: 1.0,
        batch_size: 12,
        ..TrainingConfig::default()
    };
    let mut training = train(&inputs.train(), network, &config);
    let before = block_on(training.checkpoint()).unwrap();
    block_on(training.step()).unwrap();
    let after = block_on(training.checkpoint()).unwrap();
    let loss = |checkpoint: &Checkpoint| {
        let training = Training::from_checkpoint(
            &device::cpu(),
            inputs.train(),
            network,
            config.clone(),
            checkpoint,
        );
        inputs.observe(&training.unwrap(), Keep::Predictions).loss
    };
    let (mut checked, mut kinks) = (0, 0);
    let middle = loss(&before);
    for (array, moved) in before.weights.iter().zip(&after.weights) {
        for index in (0..array.data.len()).step_by(7) {
            const STEP: f32 = 2e-3;
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
            let (right, left) = (
                (shifted(STEP) - middle) / STEP,
                (middle - shifted(-STEP)) / STEP,
            );
            let slope = (right + left) / 2.0;
            // Between the two points a rectifier or a pool has turned: there is no one slope.
            if (right - left).abs() > 1.5e-3 + 0.01 * slope.abs() {
                kinks += 1;
                continue;
            }
            let gradient = array.data[index] - moved.data[index];
            assert!(
                (slope - gradient).abs() < 1e-3 + 0.02 * slope.abs(),
                "{}[{index}]: {gradient} instead of {slope}",
                array.name
            );
            checked += 1;
        }
    }
    assert!(checked >= fewest, "{checked} checked, {kinks} kinks");
}

#[test]
fn observed_activations_are_those_of_the_forward_pass() {
    // More images than a chunk, and not a multiple of it.
    let inputs = blobs(300, 2);
    let training = train(
        &inputs.train(),
        &mlp(&[10, 7]).with_dropout(0.5),
        &TrainingConfig::default(),
    );
    let seen = inputs.observe(&training, Keep::Activations(ConvActivations::None));
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
