//! The same seed trains the same network here and in browsers, to the last bit.
//! `tests/browser/bits.test.mjs` asks the training worker for the same trainings in Chromium and in
//! Firefox, and compares them with the same file.
#![allow(clippy::unwrap_used)]

use crate::network_support;
use crate::projection_support;

use std::collections::BTreeMap;

use hidden_activity::network::{
    ConvActivations, Keep, NetworkConfig, Training, TrainingConfig, device,
};
use network_support::{Blobs, CLASSES, PIXELS, block_on, losses};
use projection_support::{fingerprint, noise};
use serde_json::json;

/// `n` noisy images with a bright quadrant each; `bits.test.mjs` makes the same ones.
fn images(n: usize, seed: u32) -> Blobs {
    let noise = noise(n * PIXELS, seed);
    let pixel = |(i, value): (usize, &f32)| {
        let (image, row, column) = (i / PIXELS, i % PIXELS / 6, i % 6);
        let bright = (row / 3) * 2 + column / 3 == image % CLASSES;
        ((f64::from(*value) + 1.0) * 64.0).floor() as u8 + if bright { 100 } else { 0 }
    };
    Blobs {
        images: noise.iter().enumerate().map(pixel).collect(),
        labels: (0..n).map(|image| (image % CLASSES) as u8).collect(),
    }
}

/// What a training is made of: every loss, the weights at the end, and what the network then shows
/// for other images.
fn trained(network: serde_json::Value, training: serde_json::Value) -> String {
    let network: NetworkConfig = serde_json::from_value(network).unwrap();
    let config: TrainingConfig = serde_json::from_value(training).unwrap();
    let mut training =
        Training::new(&device::cpu(), images(200, 1).train(), &network, config).unwrap();
    let mut values = losses(&mut training);
    for array in block_on(training.checkpoint()).unwrap().weights {
        values.extend(array.data);
    }
    let observed = images(90, 2).observe(&training, Keep::Activations(ConvActivations::Average));
    values.extend(observed.layers.concat());
    values.extend(observed.probabilities);
    assert!(values.iter().all(|value| value.is_finite()));
    fingerprint(&values)
}

#[test]
fn trainings_have_the_bits_that_are_on_record() {
    let jobs: serde_json::Value =
        serde_json::from_str(include_str!("reference/trainings.json")).unwrap();
    let mut found = BTreeMap::new();
    let mut expected = BTreeMap::new();
    for (name, job) in jobs.as_object().unwrap() {
        found.insert(
            name,
            json!(trained(job["network"].clone(), job["training"].clone())),
        );
        expected.insert(name, job["bits"].clone());
    }
    assert_eq!(
        found, expected,
        "a change of the arithmetic, if it was meant, needs new bits in tests/reference/trainings.json"
    );
}
