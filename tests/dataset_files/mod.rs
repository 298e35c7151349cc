//! MNIST files made up for the tests.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use hidden_activity::dataset::NamedFile;

pub const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
pub const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
pub const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
pub const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

pub fn images(count: u32, height: u32, width: u32) -> Vec<u8> {
    let mut bytes: Vec<u8> = [2051, count, height, width]
        .iter()
        .flat_map(|word: &u32| word.to_be_bytes())
        .collect();
    bytes.extend((0..count * height * width).map(|i| i as u8));
    bytes
}

pub fn labels(values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 1];
    bytes.extend((values.len() as u32).to_be_bytes());
    bytes.extend(values);
    bytes
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a Vec takes everything");
    encoder.finish().expect("a Vec takes everything")
}

pub fn named(name: &str, bytes: Vec<u8>) -> NamedFile {
    NamedFile {
        name: name.into(),
        bytes,
    }
}
