//! The analyses that come with the page: what it reads first is what the file for everyone holds.
#![allow(clippy::unwrap_used)]

use std::io::Read;

use flate2::read::GzDecoder;
use hidden_activity::analysis::file::{Parts, Reading};
use hidden_activity::worker::attachment::decode_compact;
use hidden_activity::worker::flat::unflatten;
use hidden_activity::worker::messages::ProjectorResult;

fn read(file: &str) -> Parts {
    let bytes = std::fs::read(format!("public/analyses/{file}")).unwrap();
    assert!(bytes.len() <= 400_000, "{file} has {} bytes", bytes.len());
    let mut reading = Reading::open(file, bytes).unwrap();
    while !reading.advance().unwrap() {}
    reading.finish()
}

/// Fails where the messages have changed since `make analyses` was last run.
#[test]
fn the_first_view_is_the_shipped_file() {
    let packed = std::fs::read("public/analyses/digits.first").unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice())
        .read_to_end(&mut bytes)
        .unwrap();
    let message = decode_compact(unflatten(&bytes).unwrap()).unwrap();
    let ProjectorResult::OpenedAnalysis { parts, .. } = message else {
        panic!("another message");
    };
    assert_eq!(Parts::from(parts), read("digits.npz"));
}

#[test]
fn what_is_shipped_can_be_opened() {
    for file in ["digits.npz", "digits-with-activations.npz"] {
        assert_eq!(read(file).recipe(file).unwrap(), None);
        read(file).assemble(file).unwrap();
    }
    for file in ["street.npz", "street-preprocessed.npz"] {
        assert!(read(file).recipe(file).unwrap().is_some());
    }
}
