//! A training as a file: it goes on from there, Python reads it, and what is wrong with one is said.
#![allow(clippy::unwrap_used)]

use crate::network_support;

use std::io::Write;
use std::process::{Command, Stdio};

use hidden_activity::dataset::ImageShape;
use hidden_activity::network::{
    LayerConfig, NetworkConfig, SavedError, SavedTraining, Setup, TrainedOn, Training,
    TrainingConfig, device,
};
use network_support::{SHAPE, blobs, block_on, losses, train};
use proptest::prelude::*;

fn setup() -> Setup {
    use LayerConfig::{Conv, Dense, Dropout, Pool};
    let layers = vec![
        Conv { channels: 3 },
        Pool,
        Dropout { rate: 0.1 },
        Dense { width: 9 },
    ];
    Setup {
        network: NetworkConfig { layers },
        training: TrainingConfig {
            epochs: 2,
            ..TrainingConfig::default()
        },
        ..Setup::default()
    }
}

fn saved(training: &Training) -> SavedTraining {
    SavedTraining {
        setup: setup(),
        data: TrainedOn {
            name: "blobs".into(),
            shape: SHAPE,
            class_names: ["a", "b", "c", "d"].map(String::from).to_vec(),
        },
        checkpoint: block_on(training.checkpoint()).unwrap(),
    }
}

/// The file of a training after one epoch, and what it would have gone on with.
fn after_an_epoch() -> (Vec<u8>, Vec<f32>) {
    let Setup {
        network, training, ..
    } = setup();
    let mut training = train(&blobs(90, 1).train(), &network, &training);
    while training.epoch() < 1 {
        block_on(training.step()).unwrap();
    }
    let bytes = saved(&training).to_bytes().unwrap();
    (bytes, losses(&mut training))
}

#[test]
fn a_saved_training_goes_on_as_if_nothing_had_happened() {
    let (bytes, expected) = after_an_epoch();
    let read = SavedTraining::from_bytes(&bytes).unwrap();
    assert_eq!(read.setup, setup());
    assert_eq!(read.check(SHAPE, 4), Ok(()));
    let mut resumed = Training::from_checkpoint(
        &device::cpu(),
        blobs(90, 1).train(),
        &read.setup.network,
        read.setup.training.clone(),
        &read.checkpoint,
    )
    .unwrap();
    assert_eq!(losses(&mut resumed), expected);
    let again = SavedTraining::from_bytes(&read.to_bytes().unwrap()).unwrap();
    assert!(again == read);
}

/// Reads the format as its specification says, with nothing but Python's own library.
const READER: &str = r#"
import json, struct, sys
data = sys.stdin.buffer.read()
(length,) = struct.unpack_from("<Q", data)
header = json.loads(data[8:8 + length])
meta = header.pop("__metadata__")
assert meta["format"] == "hidden-activity training 1", meta
assert json.loads(meta["standing"])["epoch"] == 1, meta
for name, entry in sorted(header.items()):
    begin, end = entry["data_offsets"]
    assert entry["dtype"] == "F32", entry
    values = struct.unpack_from(f"<{(end - begin) // 4}f", data, 8 + length + begin)
    count = 1
    for size in entry["shape"]:
        count *= size
    assert count == len(values), (name, entry)
    print(name, "x".join(map(str, entry["shape"])), repr(sum(values)))
"#;

#[test]
fn python_reads_names_shapes_and_values() {
    let (bytes, _) = after_an_epoch();
    let mut python = Command::new("python3")
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs python3");
    python.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let read = SavedTraining::from_bytes(&bytes).unwrap().checkpoint;
    let mut arrays: Vec<_> = read.weights.iter().chain(&read.optimizer).collect();
    arrays.sort_by_key(|array| &array.name);
    assert_eq!(said.lines().count(), arrays.len());
    for (line, array) in said.lines().zip(arrays) {
        let words: Vec<&str> = line.split(' ').collect();
        let shape: Vec<String> = array.shape.iter().map(ToString::to_string).collect();
        assert_eq!(words[..2], [array.name.as_str(), &shape.join("x")]);
        let sum: f64 = array.data.iter().map(|&value| f64::from(value)).sum();
        assert!((words[2].parse::<f64>().unwrap() - sum).abs() < 1e-9);
    }
    assert!(said.contains("conv1.weight 3x3x1x3 "), "{said}");
    assert!(said.contains("fc1.weight 27x9 "), "{said}");
    assert!(said.contains("output.bias 4 "), "{said}");
}

#[test]
fn what_does_not_fit_is_said() {
    let (bytes, _) = after_an_epoch();
    let read = SavedTraining::from_bytes(&bytes).unwrap();
    let other = ImageShape {
        height: 28,
        width: 28,
        channels: 1,
    };
    let message = read.check(other, 10).unwrap_err().to_string();
    for words in [
        "6×6 images of 4 classes",
        "28×28 images of 10 classes",
        "Open blobs",
    ] {
        assert!(message.contains(words), "{message}");
    }
    for cut in [0, 7, 100, bytes.len() - 1] {
        let error = SavedTraining::from_bytes(&bytes[..cut]).unwrap_err();
        assert!(matches!(error, SavedError::Unreadable(_)), "{error}");
    }
    let mut missing = read.clone();
    missing.checkpoint.weights.remove(2);
    let error = SavedTraining::from_bytes(&missing.to_bytes().unwrap()).unwrap_err();
    assert!(
        error.to_string().contains("fc1.weight is missing"),
        "{error}"
    );
    let mut wider = read.clone();
    wider.setup.network.layers[3] = LayerConfig::Dense { width: 10 };
    let error = SavedTraining::from_bytes(&wider.to_bytes().unwrap()).unwrap_err();
    assert!(matches!(error, SavedError::Weights(_)), "{error}");
    let mut impossible = read;
    impossible.setup.network.layers = vec![LayerConfig::Pool; 5];
    let error = SavedTraining::from_bytes(&impossible.to_bytes().unwrap()).unwrap_err();
    assert!(matches!(error, SavedError::Network(_)), "{error}");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(at in 0..2000_usize, by in any::<u8>(), junk in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = SavedTraining::from_bytes(&junk);
        let (mut bytes, _) = after_an_epoch();
        let at = at % bytes.len();
        bytes[at] ^= by;
        let _ = SavedTraining::from_bytes(&bytes);
    }
}
