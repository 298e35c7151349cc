//! The packed format, and the set that is shipped in it.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use hidden_activity::dataset::{
    Dataset, DatasetError, Division, ImageShape, Lookalike, MOST_CLASSES, Pack, Part, Split,
};
use proptest::prelude::*;

const DIGITS: &[u8] = include_bytes!("../public/data/digits.pack");
/// Bytes in front of the JSON header.
const PREFIX: usize = 14;

fn small() -> Pack {
    Pack {
        name: "Small".into(),
        source: "made up for a test, CC0".into(),
        shape: ImageShape {
            height: 2,
            width: 1,
            channels: 3,
        },
        class_names: vec!["cat".into(), "dög".into()],
        division: Division::Given { train: 2 },
        observations: Split {
            images: (0..18).collect(),
            labels: vec![1, 0, 1],
        },
    }
}

/// A pack with the given header and the payload of `pack`.
fn with_header(pack: &Pack, change: impl Fn(String) -> String) -> Vec<u8> {
    let bytes = pack.encode().unwrap();
    let length = u32::from_le_bytes(bytes[10..14].try_into().unwrap()) as usize;
    let header = change(String::from_utf8(bytes[PREFIX..PREFIX + length].to_vec()).unwrap());
    let mut changed = bytes[..10].to_vec();
    changed.extend((header.len() as u32).to_le_bytes());
    changed.extend(header.as_bytes());
    changed.extend(&bytes[PREFIX + length..]);
    changed
}

#[test]
fn the_shipped_digits_are_all_there() {
    let pack = Pack::decode("digits.pack", DIGITS).unwrap();
    assert_eq!(
        pack.shape,
        ImageShape {
            height: 8,
            width: 8,
            channels: 1
        }
    );
    assert!(pack.source.contains("CC BY 4.0") && pack.source.contains("10.24432/C50P49"));
    let all = &pack.observations;
    assert_eq!((all.len(), all.images.len()), (1797, 1797 * 64));
    // As scikit-learn's load_digits has them.
    assert_eq!(all.labels[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
    for (class, count) in (0..).zip(counts) {
        assert_eq!(
            all.labels.iter().filter(|&&label| label == class).count(),
            count
        );
    }
    // Its first row of the first image is 0 0 5 13 9 1 0 0 of 16.
    assert_eq!(all.images[..8], [0, 0, 80, 207, 143, 16, 0, 0]);
    assert_eq!(all.images.iter().max(), Some(&255));

    let set = pack.clone().into_dataset().unwrap();
    assert_eq!((set.len(Part::Train), set.len(Part::Test)), (1078, 719));
    for (class, count) in (0..).zip(counts) {
        let in_test = set
            .test
            .labels
            .iter()
            .filter(|&&label| label == class)
            .count();
        assert!((in_test as f64 - count as f64 * 719.0 / 1797.0).abs() < 1.0);
    }
    assert_eq!(pack.into_dataset().unwrap(), set);
}

#[test]
fn a_given_division_keeps_the_order() {
    let set = small().into_dataset().unwrap();
    assert_eq!(set.train.labels, [1, 0]);
    assert_eq!(
        (set.test.labels.as_slice(), set.test.images.as_slice()),
        ([1].as_slice(), (12..18).collect::<Vec<u8>>().as_slice())
    );
}

#[test]
fn pixels_become_numbers_from_0_to_1() {
    let mut pack = small();
    pack.observations.images[6..12].copy_from_slice(&[0, 51, 102, 153, 204, 255]);
    let set = pack.into_dataset().unwrap();
    let values = set.to_f32(Part::Train, &[1, 1]).unwrap();
    let expected = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
    assert_eq!(values.len(), 12);
    assert!(
        values
            .iter()
            .zip(expected.iter().chain(&expected))
            .all(|(a, b)| (a - b).abs() < 1e-6)
    );
    assert_eq!(set.labels_at(Part::Train, &[1, 0]).unwrap(), [0, 1]);
    let missing = DatasetError::NoSuchObservation {
        dataset: "Small".into(),
        part: Part::Test,
        index: 1,
        observations: 1,
    };
    assert_eq!(set.to_f32(Part::Test, &[0, 1]), Err(missing.clone()));
    assert_eq!(set.labels_at(Part::Test, &[0, 1]), Err(missing));
}

#[test]
fn a_data_set_that_contradicts_itself_is_refused() {
    let one = |label| Split {
        images: vec![0; 6],
        labels: vec![label],
    };
    let shape = small().shape;
    let build = |shape, classes: usize, train: Split, test: Split| {
        let names = (0..classes).map(|class| class.to_string()).collect();
        Dataset::new("Mine".into(), String::new(), shape, names, train, test).map(|_| ())
    };
    assert_eq!(build(shape, 2, one(0), one(1)), Ok(()));
    let cases = [
        (
            build(ImageShape { width: 0, ..shape }, 2, one(0), one(1)),
            "no pixel",
        ),
        (build(shape, 0, one(0), one(1)), "names 0 classes"),
        (
            build(shape, MOST_CLASSES + 1, one(0), one(1)),
            "names 257 classes",
        ),
        (
            build(shape, 2, one(0), one(2)),
            "its test part gives observation 0 the class 2",
        ),
        (
            build(shape, 2, Split::default(), one(1)),
            "its training part has no observation",
        ),
        (
            build(
                shape,
                2,
                one(0),
                Split {
                    images: vec![0; 5],
                    labels: vec![0],
                },
            ),
            "5 pixel values",
        ),
        (
            build(
                ImageShape {
                    width: usize::MAX,
                    ..shape
                },
                2,
                one(0),
                one(1),
            ),
            "6 pixel values",
        ),
    ];
    for (result, words) in cases {
        let message = result.unwrap_err().to_string();
        assert!(
            message.contains("Mine") && message.contains(words),
            "{message}"
        );
    }
}

#[test]
fn files_of_another_kind_or_version_are_refused() {
    let decode = |bytes: &[u8]| Pack::decode("x.pack", bytes).unwrap_err();
    assert_eq!(
        decode(b""),
        DatasetError::EmptyFile {
            file: "x.pack".into()
        }
    );
    let html = decode(b"<!DOCTYPE html><h1>404</h1>");
    assert!(matches!(
        html,
        DatasetError::NotAPack {
            looks_like: Lookalike::Html,
            ..
        }
    ));
    assert!(html.to_string().contains("x.pack") && html.to_string().contains("web page"));
    let mut newer = DIGITS.to_vec();
    newer[8] = 2;
    assert!(matches!(
        decode(&newer),
        DatasetError::PackVersion {
            found: 2,
            supported: 1,
            ..
        }
    ));
}

#[test]
fn every_cut_and_every_flipped_bit_is_noticed() {
    let bytes = small().encode().unwrap();
    for cut in 0..bytes.len() {
        assert!(Pack::decode("cut", &bytes[..cut]).is_err(), "cut at {cut}");
    }
    for cut in [9, 13, PREFIX, 40] {
        assert!(matches!(
            Pack::decode("cut", &bytes[..cut]),
            Err(DatasetError::Truncated { .. })
        ));
    }
    let payload = bytes.len() - 12;
    let mut flipped = bytes;
    flipped[payload] ^= 4;
    assert!(matches!(
        Pack::decode("flipped", &flipped),
        Err(DatasetError::DamagedGzip { .. })
    ));
}

#[test]
fn a_header_that_contradicts_the_payload_is_refused() {
    let decode = |from: &str, to: &str| {
        let bytes = with_header(&small(), |header| {
            assert!(header.contains(from), "{header}");
            header.replace(from, to)
        });
        Pack::decode("x.pack", &bytes).unwrap_err()
    };
    assert!(matches!(
        decode("\"count\":3", "\"count\":4"),
        DatasetError::Truncated {
            expected: 28,
            found: 21,
            ..
        }
    ));
    assert!(matches!(
        decode("\"count\":3", "\"count\":2"),
        DatasetError::TrailingBytes {
            expected: 14,
            found: 21,
            ..
        }
    ));
    assert!(matches!(
        decode("\"count\":3", "\"count\":18446744073709551615"),
        DatasetError::Truncated { .. }
    ));
    assert!(matches!(
        decode("\"count\":3", "\"count\":-3"),
        DatasetError::PackHeader { .. }
    ));
    assert!(matches!(
        decode("\"height\":2", "\"height\":0"),
        DatasetError::TrailingBytes { .. }
    ));
    assert!(matches!(
        decode("\"dög\"", "7"),
        DatasetError::PackHeader { .. }
    ));
    assert!(matches!(
        decode(",\"dög\"", ""),
        DatasetError::Invalid { .. }
    ));
    assert!(matches!(
        decode("\"train\":2", "\"train\":3"),
        DatasetError::Invalid { .. }
    ));
    assert!(matches!(
        decode("\"train\":2", "\"train\":0"),
        DatasetError::Invalid { .. }
    ));
    // A longer header than the file.
    let mut bytes = small().encode().unwrap();
    bytes[10..14].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(matches!(
        Pack::decode("x", &bytes),
        Err(DatasetError::Truncated { .. })
    ));
}

#[test]
fn unknown_header_fields_are_ignored() {
    let bytes = with_header(&small(), |header| {
        header.replacen('{', "{\"later\":[1],", 1)
    });
    assert_eq!(Pack::decode("x", &bytes), Ok(small()));
}

#[test]
fn a_pack_that_cannot_be_divided_is_refused() {
    for test_fraction in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
        let pack = Pack {
            division: Division::BySeed {
                test_fraction,
                seed: 1,
            },
            ..small()
        };
        assert!(matches!(pack.encode(), Err(DatasetError::Invalid { .. })));
    }
    let alone = Pack {
        division: Division::BySeed {
            test_fraction: 0.5,
            seed: 1,
        },
        observations: Split {
            images: vec![0; 6],
            labels: vec![0],
        },
        ..small()
    };
    assert!(matches!(
        alone.into_dataset(),
        Err(DatasetError::TooFewToSplit {
            observations: 1,
            ..
        })
    ));
    let unchecked = Pack {
        division: Division::Given { train: usize::MAX },
        ..small()
    };
    assert!(matches!(
        unchecked.into_dataset(),
        Err(DatasetError::Invalid { .. })
    ));
}

prop_compose! {
    fn packs()(height in 1..4_usize, width in 1..4_usize, channels in 1..4_usize, n in 2..20_usize, classes in 1..=MOST_CLASSES)
        (images in prop::collection::vec(any::<u8>(), n * height * width * channels),
         labels in prop::collection::vec(0..=(classes - 1) as u8, n),
         name in ".*",
         division in prop_oneof![
             (1..1000_u32, any::<u64>()).prop_map(|(mille, seed)| Division::BySeed { test_fraction: f64::from(mille) / 1000.0, seed }),
             (1..n).prop_map(|train| Division::Given { train }),
         ],
         height in Just(height), width in Just(width), channels in Just(channels), classes in Just(classes)) -> Pack {
        Pack {
            source: format!("© {name}"),
            name,
            shape: ImageShape { height, width, channels },
            class_names: (0..classes).map(|class| format!("class {class}")).collect(),
            division,
            observations: Split { images, labels },
        }
    }
}

proptest! {
    #[test]
    fn what_is_packed_comes_back(pack in packs()) {
        let bytes = pack.encode().unwrap();
        let back = Pack::decode("x.pack", &bytes).unwrap();
        prop_assert_eq!(&back, &pack);
        let n = pack.observations.len();
        let set = back.into_dataset().unwrap();
        prop_assert_eq!(set.len(Part::Train) + set.len(Part::Test), n);
    }

    #[test]
    fn no_bytes_make_it_panic(tail in prop::collection::vec(any::<u8>(), 0..60), at in 0..200_usize, value: u8) {
        let mut bytes = b"\x89HAP\r\n\x1a\n\x01\x00".to_vec();
        bytes.extend(&tail);
        let _ = Pack::decode("x", &bytes);
        let mut changed = small().encode().unwrap();
        let at = at % changed.len();
        changed[at] = value;
        if let Ok(pack) = Pack::decode("x", &changed) {
            let _ = pack.into_dataset();
        }
    }
}
