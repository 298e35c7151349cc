//! The official MNIST files: how they pair up, and what is said when they do not.
#![allow(clippy::unwrap_used)]

use crate::dataset_files;

use dataset_files::{
    TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, gzip, images, labels, named, shared_data,
};

use hidden_activity::dataset::{
    Added, DatasetError, DatasetFiles, ImageShape, Kind, Note, OfficialSet, Part, Role,
};

#[test]
fn all_four_in_any_order_are_taken_as_they_are() {
    let all = [
        named("t10k-labels-idx1-ubyte.gz", gzip(&labels(&[9, 0]))),
        named("some/folder/train-images.idx3-ubyte", images(3, 2, 4)),
        named("TEST-IMAGES (1)", images(2, 2, 4)),
        named("C:\\test\\train-labels-idx1-ubyte", labels(&[1, 2, 3])),
    ];
    let mut files = DatasetFiles::default();
    assert!(files.sets().is_empty());
    for file in all {
        files.read(file).unwrap();
    }
    assert_eq!(files.sets(), [OfficialSet::Mnist]);
    assert!(files.waiting_for().is_empty() && files.is_ready(OfficialSet::Mnist));
    let assembled = files.assemble(OfficialSet::Mnist, 1).unwrap();
    assert!(assembled.notes.is_empty());
    let set = assembled.dataset;
    assert_eq!(
        set.shape,
        ImageShape {
            height: 2,
            width: 4,
            channels: 1
        }
    );
    assert_eq!(
        (set.len(Part::Train), set.len(Part::Test), set.classes()),
        (3, 2, 10)
    );
    assert_eq!(set.split(Part::Test).labels, [9, 0]);
    assert_eq!(set.image(Part::Train, 1), [8, 9, 10, 11, 12, 13, 14, 15]);
    assert!(set.image(Part::Train, 3).is_empty());
}

#[test]
fn files_without_counterpart_wait_for_it_by_name() {
    let mut files = DatasetFiles::default();
    let added = files
        .read(named("t10k-images-idx3-ubyte.gz", gzip(&images(2, 2, 2))))
        .unwrap();
    let waiting = Role::Mnist {
        part: Part::Test,
        kind: Kind::Labels,
    };
    assert_eq!(
        added,
        [Added {
            role: waiting.counterpart().unwrap(),
            count: 2,
            shape: Some(ImageShape {
                height: 2,
                width: 2,
                channels: 1
            }),
            waiting_for: Some(waiting),
        }]
    );
    assert_eq!(
        added[0].to_string(),
        "2 images of 2×2 for test; waiting for t10k-labels-idx1-ubyte(.gz)"
    );
    assert!(!files.is_ready(OfficialSet::Mnist));
    let error = files.assemble(OfficialSet::Mnist, 1).unwrap_err();
    assert_eq!(
        error,
        DatasetError::Incomplete {
            set: OfficialSet::Mnist,
            waiting: vec![waiting]
        }
    );
    assert!(
        error
            .to_string()
            .contains("add t10k-labels-idx1-ubyte(.gz)")
    );

    let added = files.read(named(TEST_LABELS, labels(&[1, 2]))).unwrap();
    assert_eq!(added[0].waiting_for, None);
    assert!(files.is_ready(OfficialSet::Mnist));
    files.read(named(TRAIN_IMAGES, images(9, 2, 2))).unwrap();
    let assembled = files.assemble(OfficialSet::Mnist, 1).unwrap();
    let unused = Role::Mnist {
        part: Part::Train,
        kind: Kind::Images,
    };
    assert_eq!(
        assembled.notes,
        [
            Note::Unused {
                role: unused,
                waiting_for: unused.counterpart().unwrap()
            },
            Note::OnePartSplit {
                set: OfficialSet::Mnist,
                part: Part::Test,
                train: 1,
                test: 1
            }
        ]
    );
    assert!(
        assembled.notes[0]
            .to_string()
            .contains("waiting for train-labels-idx1-ubyte(.gz)")
    );
}

#[test]
fn nothing_at_all_asks_for_all_four() {
    let error = DatasetFiles::default()
        .assemble(OfficialSet::Mnist, 1)
        .unwrap_err();
    assert_eq!(
        error,
        DatasetError::Incomplete {
            set: OfficialSet::Mnist,
            waiting: Role::MNIST.to_vec()
        }
    );
}

#[test]
fn a_single_part_is_split_class_by_class_and_says_so() {
    let given: Vec<u8> = (0..100).map(|i| i % 10).collect();
    let mut files = DatasetFiles::default();
    files.read(named(TRAIN_LABELS, labels(&given))).unwrap();
    files.read(named(TRAIN_IMAGES, images(100, 1, 1))).unwrap();
    let given_files = files.clone();
    let assembled = files.assemble(OfficialSet::Mnist, 7).unwrap();
    assert_eq!(
        assembled.notes,
        [Note::OnePartSplit {
            set: OfficialSet::Mnist,
            part: Part::Train,
            train: 80,
            test: 20
        }]
    );
    for (part, each) in [(Part::Train, 8), (Part::Test, 2)] {
        let split = assembled.dataset.split(part);
        for class in 0..10 {
            assert_eq!(
                split.labels.iter().filter(|&&label| label == class).count(),
                each
            );
        }
        // The pixel of observation i is i, so images and labels still belong together.
        assert!(
            split
                .images
                .iter()
                .zip(&split.labels)
                .all(|(pixel, label)| pixel % 10 == *label)
        );
    }
    let again = |seed| given_files.clone().assemble(OfficialSet::Mnist, seed);
    assert_eq!(again(7).unwrap(), assembled);
    assert_ne!(again(8).unwrap().dataset, assembled.dataset);
}

#[test]
fn one_observation_is_too_few_to_split() {
    let mut files = DatasetFiles::default();
    files.read(named(TRAIN_LABELS, labels(&[3]))).unwrap();
    files.read(named(TRAIN_IMAGES, images(1, 1, 1))).unwrap();
    assert!(matches!(
        files.assemble(OfficialSet::Mnist, 1),
        Err(DatasetError::TooFewToSplit {
            observations: 1,
            ..
        })
    ));
}

#[test]
fn two_files_for_one_role_keep_the_first_unless_they_are_the_same() {
    let mut files = DatasetFiles::default();
    files.read(named(TRAIN_LABELS, labels(&[1, 2]))).unwrap();
    files
        .read(named("train-labels-idx1-ubyte.gz", gzip(&labels(&[1, 2]))))
        .unwrap();
    let error = files
        .read(named("train-labels-copy", labels(&[1, 3])))
        .unwrap_err();
    let role = Role::Mnist {
        part: Part::Train,
        kind: Kind::Labels,
    };
    assert_eq!(
        error,
        DatasetError::TwoFilesForOneRole {
            role,
            first: TRAIN_LABELS.into(),
            second: "train-labels-copy".into()
        }
    );
    assert_eq!(files.file_name(role), Some(TRAIN_LABELS));
    assert_eq!(files.remove(role).as_deref(), Some(TRAIN_LABELS));
    files
        .read(named("train-labels-copy", labels(&[1, 3])))
        .unwrap();
}

#[test]
fn files_that_do_not_fit_the_others_are_refused_and_the_others_stay() {
    let mut files = DatasetFiles::default();
    files.read(named(TRAIN_IMAGES, images(3, 2, 2))).unwrap();
    let error = files
        .read(named(TRAIN_LABELS, labels(&[1, 2])))
        .unwrap_err();
    assert_eq!(
        error,
        DatasetError::CountMismatch {
            images_file: TRAIN_IMAGES.into(),
            images: 3,
            labels_file: TRAIN_LABELS.into(),
            labels: 2
        }
    );
    let error = files.read(named(TEST_IMAGES, images(3, 2, 3))).unwrap_err();
    let shape = |width| ImageShape {
        height: 2,
        width,
        channels: 1,
    };
    assert_eq!(
        error,
        DatasetError::ShapeMismatch {
            train_file: TRAIN_IMAGES.into(),
            train: shape(2),
            test_file: TEST_IMAGES.into(),
            test: shape(3)
        }
    );
    assert!(error.to_string().contains("2×2") && error.to_string().contains("2×3"));
    files.read(named(TRAIN_LABELS, labels(&[1, 2, 3]))).unwrap();
    assert!(files.is_ready(OfficialSet::Mnist));
}

#[test]
fn the_real_files_open() {
    let Some(folder) = shared_data() else { return };
    let mut files = DatasetFiles::default();
    for role in Role::MNIST {
        let name = format!("{}.gz", role.official_name());
        let bytes = std::fs::read(folder.join("mnist").join(&name)).unwrap();
        let added = files.read(named(&name, bytes)).unwrap();
        assert_eq!((added[0].role, added[0].count), (role, 10_000));
    }
    let assembled = files.assemble(OfficialSet::Mnist, 1).unwrap();
    assert!(assembled.notes.is_empty());
    let set = assembled.dataset;
    assert_eq!(
        set.shape,
        ImageShape {
            height: 28,
            width: 28,
            channels: 1
        }
    );
    // Counts from ../shared/data/README.md.
    let expected = [
        (
            Part::Train,
            [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978],
        ),
        (
            Part::Test,
            [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
        ),
    ];
    for (part, counts) in expected {
        let labels = &set.split(part).labels;
        for (class, count) in (0..).zip(counts) {
            assert_eq!(
                labels.iter().filter(|&&label| label == class).count(),
                count
            );
        }
    }
    assert_eq!(set.split(Part::Train).labels[..5], [5, 0, 4, 1, 9]);
    assert_eq!(set.split(Part::Test).labels[..5], [7, 2, 1, 0, 4]);
    // Test image 0 is a seven: dark in the corner, ink in the upper bar.
    let seven = set.image(Part::Test, 0);
    assert_eq!((seven[0], seven[8 * 28 + 9] > 200), (0, true));
}
