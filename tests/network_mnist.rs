//! Real digits are learned on the CPU. Needs the shared data, and says so where it is missing.
#![allow(clippy::unwrap_used)]

use crate::network_support;

use std::io::Read;
use std::path::PathBuf;

use hidden_activity::dataset::ImageShape;
use hidden_activity::network::{ConvActivations, Keep, TrainInputs, TrainingConfig};
use network_support::{block_on, mlp, train};

/// The shared data's MNIST: `HA_SHARED_DATA`, or ../shared/data beside the checkout.
fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let root = std::env::var_os("HA_SHARED_DATA").map_or(beside, PathBuf::from);
    Some(root.join("mnist")).filter(|folder| folder.is_dir())
}

/// The values of a gzipped IDX file, after a header of `header` bytes.
fn idx(name: &str, header: usize) -> Vec<u8> {
    let file = std::fs::File::open(folder().unwrap().join(name)).unwrap();
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    bytes.split_off(header)
}

#[test]
fn mnist_is_learned() {
    if folder().is_none() {
        eprintln!("skipped: no MNIST in ../shared/data/mnist; set HA_SHARED_DATA");
        return;
    }
    const TRAIN: usize = 5000;
    const TEST: usize = 1000;
    let mut images = idx("train-images-idx3-ubyte.gz", 16);
    let mut labels = idx("train-labels-idx1-ubyte.gz", 8);
    images.truncate(TRAIN * 784);
    labels.truncate(TRAIN);
    let shape = ImageShape {
        height: 28,
        width: 28,
        channels: 1,
    };
    let inputs = TrainInputs::new(images, labels, shape, 10).unwrap();
    let config = TrainingConfig {
        epochs: 3,
        ..TrainingConfig::default()
    };
    let mut training = train(&inputs, &mlp(&[128, 128]), &config);
    while !training.is_finished() {
        block_on(training.step()).unwrap();
    }
    let images = &idx("t10k-images-idx3-ubyte.gz", 16)[..TEST * 784];
    let labels = &idx("t10k-labels-idx1-ubyte.gz", 8)[..TEST];
    let mut observer = training
        .observer(images, labels, Keep::Activations(ConvActivations::None))
        .unwrap();
    while block_on(observer.advance()).unwrap() {}
    let seen = observer.finish();
    assert!(seen.accuracy > 0.88, "{}", seen.accuracy);
    assert_eq!(seen.layers.len(), 2);
    assert_eq!(seen.layers[1].len(), TEST * 128);
}
