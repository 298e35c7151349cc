//! One MNIST file: everything that can be wrong with it has its own message.

use crate::dataset_files;

use dataset_files::{TRAIN_IMAGES, TRAIN_LABELS, gzip, images, labels, named};
use hidden_activity::dataset::{DatasetError, FileReading, Lookalike};
use proptest::prelude::*;

/// Reads a file and returns the error, whose text must name the file.
fn refused(name: &str, bytes: Vec<u8>) -> DatasetError {
    let error = FileReading::of(named(name, bytes))
        .run()
        .expect_err("should be refused");
    assert!(
        error.to_string().contains(name),
        "the message does not name the file: {error}"
    );
    error
}

#[test]
fn a_wrong_magic_says_what_it_is_and_what_it_may_be() {
    let cases: [(&[u8], Lookalike, &str); 5] = [
        (b"PK\x03\x04zip", Lookalike::Zip, "zip archive"),
        (b"<!doctype html><title>404", Lookalike::Html, "web page"),
        (b"\x93NUMPY\x01\x00", Lookalike::Npy, "NumPy"),
        (
            &[0, 0, 13, 3],
            Lookalike::OtherIdx,
            "IDX file of another kind",
        ),
        (b"nonsense", Lookalike::Unknown, "download it again"),
    ];
    for (bytes, expected, words) in cases {
        let error = refused(TRAIN_IMAGES, bytes.to_vec());
        let message = error.to_string();
        let DatasetError::WrongMagic {
            found, looks_like, ..
        } = error
        else {
            panic!("{message}");
        };
        assert_eq!(found.to_be_bytes(), bytes[..4]);
        assert_eq!(looks_like, expected);
        assert!(
            message.contains(words) && message.contains("2051") && message.contains("2049"),
            "{message}"
        );
    }
    let twice = refused(TRAIN_IMAGES, gzip(&gzip(&images(1, 1, 1))));
    assert!(matches!(
        twice,
        DatasetError::WrongMagic {
            looks_like: Lookalike::Gzip,
            ..
        }
    ));
}

#[test]
fn empty_cut_and_overlong_files_are_told_apart() {
    let whole = images(2, 3, 3);
    for cut in 0..whole.len() {
        match refused(TRAIN_IMAGES, whole[..cut].to_vec()) {
            DatasetError::EmptyFile { .. } => assert_eq!(cut, 0),
            DatasetError::Truncated {
                expected, found, ..
            } => {
                let promised = [4, 16, 34][usize::from(cut >= 4) + usize::from(cut >= 16)];
                assert_eq!((expected, found), (promised, cut as u64));
            }
            other => panic!("{other}"),
        }
    }
    assert!(matches!(
        refused(TRAIN_IMAGES, gzip(&[])),
        DatasetError::EmptyFile { .. }
    ));
    let cut = refused(TRAIN_LABELS, labels(&[1, 2, 3])[..10].to_vec());
    assert!(matches!(
        cut,
        DatasetError::Truncated {
            expected: 11,
            found: 10,
            ..
        }
    ));
    let mut long = labels(&[1, 2, 3]);
    long.extend([4, 5]);
    let long = refused(TRAIN_LABELS, long);
    assert!(matches!(
        long,
        DatasetError::TrailingBytes {
            expected: 11,
            found: 13,
            ..
        }
    ));
    assert!(long.to_string().contains("2 bytes too many"));
}

#[test]
fn an_absurd_size_is_refused_without_being_allocated() {
    let mut header: Vec<u8> = [2051_u32, u32::MAX, u32::MAX, u32::MAX]
        .iter()
        .flat_map(|word| word.to_be_bytes())
        .collect();
    header.push(0);
    assert!(matches!(
        refused(TRAIN_IMAGES, header),
        DatasetError::Truncated {
            expected: u64::MAX,
            found: 17,
            ..
        }
    ));
}

#[test]
fn zero_counts_and_zero_sizes_are_refused() {
    assert!(matches!(
        refused(TRAIN_IMAGES, images(0, 2, 2)),
        DatasetError::NoObservations { held: "images", .. }
    ));
    assert!(matches!(
        refused(TRAIN_LABELS, labels(&[])),
        DatasetError::NoObservations { held: "labels", .. }
    ));
    assert!(matches!(
        refused(TRAIN_IMAGES, images(2, 0, 2)),
        DatasetError::NoPixels {
            height: 0,
            width: 2,
            ..
        }
    ));
}

#[test]
fn a_label_above_nine_is_refused() {
    let error = refused(TRAIN_LABELS, labels(&[1, 10, 2]));
    assert!(matches!(
        error,
        DatasetError::LabelOutOfRange {
            index: 1,
            label: 10.0,
            ..
        }
    ));
}

#[test]
fn damaged_gzip_is_refused() {
    let mut packed = gzip(&images(2, 3, 3));
    packed.truncate(packed.len() - 9);
    assert!(matches!(
        refused("train-images-idx3-ubyte.gz", packed),
        DatasetError::DamagedGzip { .. }
    ));
}

#[test]
fn names_must_tell_the_part_and_not_contradict_the_content() {
    for name in ["images-idx3-ubyte", "train-test-images", "data.gz", ""] {
        assert!(matches!(
            refused(name, images(1, 1, 1)),
            DatasetError::UnknownPart { held: "images", .. }
        ));
    }
    let swapped = refused(TRAIN_LABELS, images(1, 1, 1));
    assert!(matches!(
        swapped,
        DatasetError::NameContradictsContent {
            named: "labels",
            held: "images",
            ..
        }
    ));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), packed: bool, kind in 0..3_u8) {
        let mut content = match kind {
            0 => vec![0, 0, 8, 3],
            1 => vec![0, 0, 8, 1],
            _ => Vec::new(),
        };
        content.extend(bytes);
        let content = if packed { gzip(&content) } else { content };
        let _ = FileReading::of(named("train-file", content)).run();
    }
}
