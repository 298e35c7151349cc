//! SVHN's files: read right in every way that MATLAB writes them, refused in words otherwise.
#![allow(clippy::unwrap_used)]

use crate::dataset_files;

use dataset_files::{
    Stored, array, element, gzip, labels, matlab, named, packed, planes, shared_data,
};
use hidden_activity::dataset::{
    DatasetError, DatasetFiles, FileReading, ImageShape, Note, OfficialSet, Part, ReadFile, Role,
};
use proptest::prelude::*;

const TEST: &str = "test_32x32.mat";
const TRAIN: &str = "train_32x32.mat";

fn images(count: u8) -> Vec<u8> {
    let dimensions = [3, 4, 3, i32::from(count)];
    array("X", &dimensions, &planes(count, 3, 4), Stored::Bytes)
}

fn digits(values: &[u8], stored: Stored) -> Vec<u8> {
    array("y", &[values.len() as i32, 1], values, stored)
}

fn read(name: &str, bytes: Vec<u8>) -> Result<Vec<ReadFile>, DatasetError> {
    FileReading::of(named(name, bytes)).run()
}

fn refused(bytes: Vec<u8>) -> DatasetError {
    let error = read(TEST, bytes).expect_err("should be refused");
    assert!(error.to_string().contains(TEST), "{error}");
    error
}

/// Both parts of a set whose parts are the same file.
fn opened(bytes: Vec<u8>) -> hidden_activity::dataset::Dataset {
    let mut files = DatasetFiles::default();
    for name in [TRAIN, TEST] {
        files.read(named(name, bytes.clone())).unwrap();
    }
    let assembled = files.assemble(OfficialSet::Svhn, 1).unwrap();
    assert!(assembled.notes.is_empty());
    assembled.dataset
}

#[test]
fn images_are_turned_and_ten_is_the_digit_zero() {
    let expected: Vec<u8> = (0..5)
        .flat_map(|image| {
            (0..3).flat_map(move |row| {
                (0..4).flat_map(move |column| {
                    (0..3).map(move |colour| row + 10 * column + 80 * colour + image)
                })
            })
        })
        .collect();
    for stored in [
        Stored::Bytes,
        Stored::Doubles,
        Stored::DoublesAsBytes,
        Stored::Shorts,
    ] {
        let y = digits(&[10, 1, 9, 10, 5], stored);
        let x = images(5);
        for elements in [
            [packed(&x), packed(&y)],
            [packed(&y), packed(&x)],
            [x.clone(), y.clone()],
            [x.clone(), packed(&y)],
        ] {
            let set = opened(matlab(&elements));
            assert_eq!(set.name, "SVHN");
            let shape = ImageShape {
                height: 3,
                width: 4,
                channels: 3,
            };
            assert_eq!(set.shape, shape);
            assert_eq!(set.test.labels, [0, 1, 9, 0, 5]);
            assert_eq!(set.test.images, expected);
        }
    }
}

#[test]
fn a_single_image_and_other_variables_are_no_trouble() {
    let one = array("X", &[3, 4, 3], &planes(1, 3, 4), Stored::Bytes);
    let other = array(
        "a_long_name_of_a_variable",
        &[2, 1],
        &[1, 2],
        Stored::Shorts,
    );
    let cell = element(14, &element(6, &[1, 0, 0, 0, 0, 0, 0, 0]));
    let unknown = element(99, &[1, 2, 3]);
    let y = digits(&[7], Stored::Bytes);
    let file = read(TEST, matlab(&[packed(&other), cell, unknown, one, y])).unwrap();
    assert_eq!(file.len(), 1);
    let role = Role::Svhn { part: Part::Test };
    assert_eq!((file[0].role(), file[0].count()), (role, 1));
}

#[test]
fn one_part_is_split_and_says_so() {
    let labels: Vec<u8> = (0..50).map(|i| i % 10 + 1).collect();
    let x = array("X", &[1, 1, 3, 50], &[9; 150], Stored::Bytes);
    let bytes = matlab(&[packed(&x), packed(&digits(&labels, Stored::Bytes))]);
    let mut files = DatasetFiles::default();
    files.read(named(TEST, bytes)).unwrap();
    let assembled = files.assemble(OfficialSet::Svhn, 3).unwrap();
    let note = Note::OnePartSplit {
        set: OfficialSet::Svhn,
        part: Part::Test,
        train: 40,
        test: 10,
    };
    assert_eq!(assembled.notes, [note]);
    let mut test = assembled.dataset.test.labels;
    test.sort_unstable();
    assert_eq!(test, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let x = images(2);
    let y = digits(&[1, 2, 3, 4, 5, 6], Stored::Bytes);
    for whole in [
        matlab(&[packed(&x), packed(&y)]),
        matlab(&[x.clone(), y.clone()]),
    ] {
        let first_ends = 128 + 8 + u32::from_le_bytes(whole[132..136].try_into().unwrap()) as usize;
        for cut in 0..whole.len() {
            let error = refused(whole[..cut].to_vec());
            match error {
                DatasetError::EmptyFile { .. } => assert_eq!(cut, 0),
                DatasetError::WrongMagic { .. } => assert!(cut < 10, "{cut}"),
                DatasetError::Truncated { found, .. } => assert_eq!(found, cut as u64),
                // Cut between the variables, or in front of them.
                DatasetError::NoVariable { .. } => {
                    assert!(cut == 128 || cut == first_ends, "{cut}");
                }
                other => panic!("{cut}: {other}"),
            }
        }
    }
}

#[test]
fn every_contradiction_has_its_words() {
    let x = images(2);
    let y = digits(&[1, 2], Stored::Bytes);
    let cases = [
        (matlab(&[packed(&x)]), "a variable y of labels"),
        (matlab(&[packed(&y)]), "a variable X of images"),
        (
            matlab(&[x.clone(), digits(&[1, 2, 3], Stored::Bytes)]),
            "2 images, but 3 labels",
        ),
        (
            matlab(&[x.clone(), digits(&[1, 11], Stored::Doubles)]),
            "observation 1 the label 11, but the labels of SVHN are 1 to 10",
        ),
        (
            matlab(&[x.clone(), digits(&[0, 1], Stored::Bytes)]),
            "observation 0 the label 0",
        ),
        (
            matlab(&[
                array("X", &[3, 4, 3, 3], &planes(2, 3, 4), Stored::Bytes),
                y.clone(),
            ]),
            "should have 108 bytes by their dimensions, but have 72",
        ),
        (
            matlab(&[
                array("X", &[3, 4, 6], &planes(2, 3, 4), Stored::Bytes),
                y.clone(),
            ]),
            "X is 3 × 4 × 6 bytes",
        ),
        (
            matlab(&[
                array("X", &[3, 4, 3, 2], &planes(2, 3, 4), Stored::Doubles),
                y.clone(),
            ]),
            "numbers that are no bytes",
        ),
        (
            matlab(&[array("X", &[3, 4, 3, -2], &[], Stored::Bytes), y.clone()]),
            "0 images",
        ),
        (
            matlab(&[array("digitStruct", &[1, 1], &[1], Stored::Bytes)]),
            "it has digitStruct",
        ),
    ];
    for (bytes, words) in cases {
        let error = refused(bytes).to_string();
        assert!(error.contains(words), "{error}");
    }
    let mut other_order = matlab(&[]);
    other_order[124..128].copy_from_slice(&[1, 0, b'M', b'I']);
    assert!(matches!(
        refused(other_order),
        DatasetError::BigEndian { .. }
    ));
    let mut version = matlab(&[]);
    version[124] = 9;
    assert!(matches!(refused(version), DatasetError::Damaged { .. }));
    assert!(
        refused(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".to_vec())
            .to_string()
            .contains("HDF5")
    );
}

#[test]
fn damage_within_packed_data_is_noticed() {
    let whole = matlab(&[packed(&images(9)), packed(&digits(&[1; 9], Stored::Bytes))]);
    let right = read(TEST, whole.clone()).unwrap();
    let mut refused = 0;
    for at in 136..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        // Values repeat, so that a changed reference may still lead to the same ones.
        match read(TEST, bytes) {
            Ok(files) => assert_eq!(files, right, "at {at}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 9 * (whole.len() - 136) / 10, "{refused} refused");
}

#[test]
fn a_size_that_lies_is_neither_allocated_nor_believed() {
    // 500 million bytes of images are claimed, none is there.
    let mut x = array("X", &[1000, 1000, 3, 166], &[], Stored::Bytes);
    let size = x.len() - 4;
    x[size..].copy_from_slice(&498_000_000_u32.to_le_bytes());
    let mut elements = x.clone();
    elements[4..8].copy_from_slice(&498_000_048_u32.to_le_bytes());
    assert!(matches!(
        refused(matlab(&[elements])),
        DatasetError::Truncated { .. }
    ));
    assert!(matches!(
        refused(matlab(&[packed(&x)])),
        DatasetError::Damaged { .. }
    ));
    let mut more = array("X", &[1000, 1000, 3, 1000], &[], Stored::Bytes);
    let size = more.len() - 4;
    more[size..].copy_from_slice(&3_000_000_000_u32.to_le_bytes());
    assert!(matches!(
        refused(matlab(&[packed(&more)])),
        DatasetError::TooLarge { .. }
    ));
}

#[test]
fn a_name_must_tell_the_part() {
    let bytes = matlab(&[images(2), digits(&[1, 2], Stored::Bytes)]);
    let error = read("digits.mat", bytes.clone()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("train_32x32.mat and test_32x32.mat"),
        "{error}"
    );
    let part = |name: &str| read(name, bytes.clone()).unwrap()[0].role().part();
    assert_eq!(part("some/test/TRAIN_32x32 (1).mat"), Part::Train);
    assert_eq!(part("my test.mat"), Part::Test);
}

#[test]
fn files_of_several_sets_are_kept_apart() {
    let svhn = matlab(&[images(2), digits(&[1, 2], Stored::Bytes)]);
    let mut files = DatasetFiles::default();
    files
        .read(named("t10k-labels-idx1-ubyte", labels(&[1, 2])))
        .unwrap();
    files.read(named(TEST, gzip(&svhn))).unwrap();
    assert_eq!(files.sets(), [OfficialSet::Mnist, OfficialSet::Svhn]);
    assert!(!files.is_ready(OfficialSet::Mnist) && files.is_ready(OfficialSet::Svhn));
    let assembled = files.assemble(OfficialSet::Svhn, 1).unwrap();
    assert_eq!(assembled.dataset.name, "SVHN");
    assert_eq!(files.sets(), [OfficialSet::Mnist], "what waits stays");
    assert_eq!(files.waiting_for().len(), 1);
}

#[test]
fn the_real_files_open() {
    let Some(folder) = shared_data() else { return };
    let mut files = DatasetFiles::default();
    for name in [TRAIN, TEST] {
        let path = folder.join("svhn").join(name);
        let size = path.metadata().unwrap().len();
        let mut reading = FileReading::new(name, size, std::fs::File::open(path).unwrap());
        let mut slices = 0;
        let mut last = 0.0;
        while !reading.advance().unwrap() {
            slices += 1;
            assert!(reading.progress() >= last);
            last = reading.progress();
        }
        assert!(slices > 50 && last == 1.0, "{slices} slices");
        for file in reading.finish() {
            files.add(file).unwrap();
        }
    }
    let set = files.assemble(OfficialSet::Svhn, 1).unwrap().dataset;
    assert_eq!((set.len(Part::Train), set.len(Part::Test)), (6000, 2000));
    // Counts from ../shared/data/README.md, of labels 1 to 10.
    let expected = [
        (
            Part::Train,
            [1183, 979, 656, 568, 535, 470, 461, 368, 367, 413],
        ),
        (
            Part::Test,
            [378, 302, 236, 199, 171, 152, 159, 138, 127, 138],
        ),
    ];
    for (part, counts) in expected {
        let labels = &set.split(part).labels;
        for (label, count) in (1..).zip(counts) {
            let digit = label % 10;
            assert_eq!(labels.iter().filter(|&&l| l == digit).count(), count);
        }
    }
    // X[row, column, :, 0] of test_32x32.mat, as Python's zlib and struct read it.
    let first = set.image(Part::Test, 0);
    let pixel = |row: usize, column: usize| &first[(row * 32 + column) * 3..][..3];
    assert_eq!(set.test.labels[0], 5);
    assert_eq!(pixel(0, 0), [38, 103, 60]);
    assert_eq!(pixel(0, 31), [39, 97, 57]);
    assert_eq!(pixel(31, 0), [48, 115, 74]);
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic(
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
        cut in any::<prop::sample::Index>(),
        plain: bool,
    ) {
        let (x, y) = (images(3), digits(&[1, 2, 10], Stored::Doubles));
        let whole = if plain { matlab(&[x, y]) } else { matlab(&[packed(&x), packed(&y)]) };
        let mut bytes = whole.clone();
        bytes[at.index(whole.len())] = to;
        let _ = read(TEST, bytes.clone());
        bytes.truncate(cut.index(whole.len()));
        let _ = read(TEST, bytes);
    }

    /// Damage inside the array, behind a right checksum.
    #[test]
    fn no_array_makes_it_panic(at in any::<prop::sample::Index>(), to in any::<u8>(), more in any::<u8>()) {
        let mut x = images(2);
        let place = at.index(64);
        x[place] = to;
        x[(place + 1) % 64] ^= more & 1;
        let _ = read(TEST, matlab(&[packed(&x), packed(&digits(&[1, 2], Stored::Bytes))]));
    }
}
