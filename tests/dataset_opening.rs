//! Files as visitors give them: bit by bit, twice, of several data sets, right and wrong together.

use crate::dataset_files;

use dataset_files::{
    Stored, TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, array, batch, images, labels,
    matlab, named, tar,
};
use hidden_activity::dataset::OfficialSet::{self, Cifar10, Mnist, Svhn};
use hidden_activity::dataset::{FileReading, Given, Opened, Opening};

fn given(name: &str, bytes: Vec<u8>, sets: &[OfficialSet]) -> Given {
    Given {
        name: name.into(),
        reading: FileReading::of(named(name, bytes)),
        sets: sets.to_vec(),
    }
}

fn new(name: &str, bytes: Vec<u8>) -> Given {
    given(name, bytes, &[])
}

fn open(files: Vec<Given>, older: usize) -> Opened {
    let mut opening = Opening::new(files, older, 1);
    let mut last = 0.0;
    while !opening.advance() {
        let now = opening.progress();
        assert!((last..=1.0).contains(&now), "{last} {now}");
        last = now;
    }
    opening.finish()
}

fn svhn() -> Vec<u8> {
    let y = array("y", &[4, 1], &[1, 2, 3, 10], Stored::Bytes);
    matlab(&[array("X", &[1, 1, 3, 4], &[7; 12], Stored::Bytes), y])
}

fn names(opened: &Opened) -> Vec<&str> {
    opened
        .assembled
        .iter()
        .map(|a| a.dataset.name.as_str())
        .collect()
}

fn kept(opened: &Opened) -> Vec<&str> {
    opened.kept.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn files_of_several_sets_make_a_data_set_each() {
    let opened = open(
        vec![
            new("test_batch.bin", batch(&[1, 1, 2])),
            new(TEST_LABELS, labels(&[1, 2, 3])),
            new("test_32x32.mat", svhn()),
            new(TEST_IMAGES, images(3, 1, 1)),
            new(TRAIN_LABELS, labels(&[1])),
        ],
        0,
    );
    assert_eq!(names(&opened), ["MNIST", "SVHN", "CIFAR-10"]);
    assert_eq!(opened.sets, [Mnist, Svhn, Cifar10]);
    assert_eq!(opened.kept.len(), 5);
    assert_eq!(opened.waiting.len(), 1);
    assert!(opened.refused.is_empty() && opened.displaced.is_empty());
}

#[test]
fn files_given_before_are_kept_unread_unless_their_set_grows() {
    // What was given before is not even MNIST any more, which reading it would tell.
    let before = || given(TEST_LABELS, b"gone".to_vec(), &[Mnist]);
    let opened = open(vec![before(), new("test_32x32.mat", svhn())], 1);
    assert_eq!(names(&opened), ["SVHN"]);
    assert_eq!(
        opened.kept,
        [
            (TEST_LABELS.into(), vec![Mnist]),
            ("test_32x32.mat".into(), vec![Svhn])
        ]
    );
    assert!(opened.waiting.is_empty() && opened.refused.is_empty());
    let opened = open(vec![before(), new(TEST_IMAGES, images(2, 1, 1))], 1);
    assert_eq!(opened.refused.len(), 1);
    assert_eq!(kept(&opened), [TEST_IMAGES]);
}

#[test]
fn a_partner_that_comes_later_completes_a_set() {
    let labels = given(TEST_LABELS, labels(&[1, 2]), &[Mnist]);
    let opened = open(vec![labels, new(TEST_IMAGES, images(2, 1, 1))], 1);
    assert_eq!(names(&opened), ["MNIST"]);
    assert_eq!(kept(&opened), [TEST_LABELS, TEST_IMAGES]);
}

#[test]
fn another_edition_of_a_set_displaces_the_first_but_no_other_set() {
    let opened = open(
        vec![
            given(TEST_LABELS, labels(&[1, 2]), &[Mnist]),
            given(TEST_IMAGES, images(2, 1, 1), &[Mnist]),
            given("test_batch.bin", batch(&[1, 1]), &[Cifar10]),
            new("t10k-labels", labels(&[3, 4, 5])),
            new("t10k-images", images(3, 1, 1)),
        ],
        3,
    );
    assert_eq!(opened.displaced, [Mnist]);
    assert_eq!(
        kept(&opened),
        ["test_batch.bin", "t10k-labels", "t10k-images"]
    );
    let set = &opened.assembled[0].dataset;
    assert_eq!(set.train.len() + set.test.len(), 3);
}

#[test]
fn of_new_files_that_contradict_each_other_the_first_stays() {
    let opened = open(
        vec![
            new(TEST_LABELS, labels(&[1, 2])),
            new("t10k-labels", labels(&[3, 4])),
            new(TEST_IMAGES, images(3, 1, 1)),
        ],
        0,
    );
    assert_eq!(kept(&opened), [TEST_LABELS]);
    let refused: Vec<&str> = opened
        .refused
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(refused, ["t10k-labels", TEST_IMAGES]);
}

#[test]
fn a_wrong_file_does_not_keep_the_others_from_opening() {
    let opened = open(
        vec![
            new("holiday.jpg", vec![0xff, 0xd8, 0xff, 0xe0]),
            new(TRAIN_LABELS, labels(&[1, 2])),
            new(TRAIN_IMAGES, images(2, 1, 1)),
        ],
        0,
    );
    assert_eq!(names(&opened), ["MNIST"]);
    assert_eq!(opened.refused.len(), 1);
    // The only part has a single observation.
    let opened = open(
        vec![
            new(TRAIN_LABELS, labels(&[1])),
            new(TRAIN_IMAGES, images(1, 1, 1)),
        ],
        0,
    );
    assert_eq!(
        opened.refused[0].0,
        "train-labels-idx1-ubyte and train-images-idx3-ubyte"
    );
}

#[test]
fn files_whose_opening_was_cancelled_are_read_with_the_next_ones() {
    let cancelled = given(TEST_LABELS, labels(&[1, 2]), &[]);
    let opened = open(vec![cancelled, new(TEST_IMAGES, images(2, 1, 1))], 1);
    assert_eq!(names(&opened), ["MNIST"]);
}

#[test]
fn an_archive_of_several_sets_is_kept_for_all_of_them() {
    let archive = tar(&[
        ("test_32x32.mat", &svhn()),
        ("test_batch.bin", &batch(&[1, 2])),
    ]);
    let opened = open(vec![new("all.tar", archive.clone())], 0);
    assert_eq!(names(&opened), ["SVHN", "CIFAR-10"]);
    assert_eq!(opened.kept, [("all.tar".into(), vec![Svhn, Cifar10])]);
    let before = given("all.tar", archive, &[Svhn, Cifar10]);
    let opened = open(vec![before, new("data_batch_1.bin", batch(&[3]))], 1);
    assert_eq!(names(&opened), ["CIFAR-10"]);
    assert_eq!(opened.assembled[0].dataset.train.labels, [3]);
    assert_eq!(opened.kept[0], ("all.tar".into(), vec![Svhn, Cifar10]));
}

#[test]
fn nothing_makes_nothing() {
    let opened = open(Vec::new(), 0);
    assert!(opened.assembled.is_empty() && opened.kept.is_empty() && opened.refused.is_empty());
}
