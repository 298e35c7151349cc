//! CIFAR-10's binary files, one by one and in their archive.
#![allow(clippy::unwrap_used)]

use crate::dataset_files;

use std::io::Write;

use dataset_files::{batch, gzip, images, labels, matlab, named, shared_data, tar};
use hidden_activity::dataset::{
    Dataset, DatasetError, DatasetFiles, FileReading, Lookalike, Note, OfficialSet, Part, ReadFile,
    Role,
};
use proptest::prelude::*;

fn read(name: &str, bytes: Vec<u8>) -> Result<Vec<ReadFile>, DatasetError> {
    FileReading::of(named(name, bytes)).run()
}

fn assembled(files: &[(&str, Vec<u8>)]) -> (Dataset, Vec<Note>) {
    let mut collected = DatasetFiles::default();
    for (name, bytes) in files {
        collected.read(named(name, bytes.clone())).unwrap();
    }
    let assembled = collected.assemble(OfficialSet::Cifar10, 1).unwrap();
    (assembled.dataset, assembled.notes)
}

#[test]
fn planes_become_pixels_and_classes_have_names() {
    let (set, notes) = assembled(&[
        ("test_batch.bin", batch(&[9, 0])),
        ("data_batch_1.bin", batch(&[3, 4, 5])),
    ]);
    assert_eq!(set.name, "CIFAR-10");
    assert_eq!(set.class_names[0], "airplane");
    assert_eq!(set.class_names[9], "truck");
    assert_eq!(
        (set.shape.height, set.shape.width, set.shape.channels),
        (32, 32, 3)
    );
    assert_eq!(
        (set.train.labels.as_slice(), set.test.labels.as_slice()),
        ([3, 4, 5].as_slice(), [9, 0].as_slice())
    );
    let second = set.image(Part::Train, 1);
    assert_eq!(second[..6], [1, 2, 3, 1, 101, 199]);
    assert_eq!(second[3069..], [1, 101, 199]);
    assert_eq!(notes, [Note::FewBatches { batches: 1 }]);
}

#[test]
fn batches_are_put_together_in_their_order() {
    let numbers = [4, 2, 5, 1, 3_u8];
    let mut files: Vec<(String, Vec<u8>)> = numbers
        .iter()
        .map(|&number| (format!("data_batch_{number}.bin"), batch(&[number, number])))
        .collect();
    files.insert(2, ("test_batch.bin".into(), batch(&[7])));
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(n, b)| (n.as_str(), b.clone())).collect();
    let (set, notes) = assembled(&files);
    assert!(notes.is_empty());
    assert_eq!(set.train.labels, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    assert_eq!(set.train.images.len(), 10 * 3072);
    assert_eq!(set.test.labels, [7]);
}

#[test]
fn the_archive_is_read_whatever_else_is_in_it() {
    let long = format!(
        "{}/cifar-10-batches-bin/test_batch.bin",
        "folder".repeat(30)
    );
    let archive = tar(&[
        (
            "cifar-10-batches-bin/batches.meta.txt",
            b"airplane\nautomobile\n",
        ),
        ("cifar-10-batches-bin/data_batch_2.bin", &batch(&[2])),
        ("cifar-10-batches-bin/._data_batch_3.bin", &batch(&[2])),
        ("cifar-10-batches-bin/readme.html", b"<html>"),
        ("cifar-10-batches-bin/data_batch_1.bin", &batch(&[1, 8])),
        ("empty", b""),
        (&long, &batch(&[0, 3])),
    ]);
    for bytes in [archive.clone(), gzip(&archive)] {
        let files = read("cifar-10-binary.tar.gz", bytes.clone()).unwrap();
        let roles: Vec<Role> = files.iter().map(ReadFile::role).collect();
        let batch = |number| Role::Cifar10Batch { number };
        assert_eq!(roles, [batch(2), batch(1), Role::Cifar10Test]);
        let (set, _) = assembled(&[("cifar-10-binary.tar.gz", bytes)]);
        assert_eq!(set.train.labels, [1, 8, 2]);
        assert_eq!(set.test.labels, [0, 3]);
    }
}

#[test]
fn an_archive_may_hold_the_files_of_other_sets() {
    let archive = tar(&[
        ("a/train-images-idx3-ubyte.gz", &gzip(&images(2, 2, 2))),
        ("a/train-labels-idx1-ubyte", &labels(&[1, 2])),
        ("b/test_batch.bin", &batch(&[0])),
    ]);
    let mut files = DatasetFiles::default();
    files.read(named("all.tar", archive)).unwrap();
    assert_eq!(files.sets(), [OfficialSet::Mnist, OfficialSet::Cifar10]);
    let mnist = files.assemble(OfficialSet::Mnist, 1).unwrap();
    assert_eq!(mnist.dataset.train.len() + mnist.dataset.test.len(), 2);
}

#[test]
fn names_tell_the_part_and_content_the_set() {
    let role = |name: &str| read(name, batch(&[1])).unwrap()[0].role();
    assert_eq!(
        role("x/data_batch_3 (1).bin"),
        Role::Cifar10Batch { number: 3 }
    );
    assert_eq!(role("train.bin"), Role::Cifar10Batch { number: 1 });
    assert_eq!(role("TEST.BIN"), Role::Cifar10Test);
    let error = read("batch.bin", batch(&[1])).unwrap_err();
    assert!(matches!(
        error,
        DatasetError::UnknownPart {
            set: OfficialSet::Cifar10,
            ..
        }
    ));
    // A dark first image, whose bytes could begin another kind of IDX file.
    let mut dark = batch(&[0]);
    dark[1..4].copy_from_slice(&[0, 7, 3]);
    assert_eq!(
        read("test_batch.bin", dark).unwrap()[0].role(),
        Role::Cifar10Test
    );
}

#[test]
fn cut_and_wrong_files_are_refused_in_words() {
    let whole = batch(&[1, 2]);
    for cut in [1, 3, 4, 100, 3072, 3074, 6145] {
        let error = read("data_batch_1.bin", whole[..cut].to_vec()).unwrap_err();
        match &error {
            DatasetError::Truncated { .. } => assert!(cut < 4),
            DatasetError::NotWholeRecords { found, .. } => assert_eq!(*found, cut as u64),
            other => panic!("{cut}: {other}"),
        }
        // Packed, the size is known at the end only.
        let error = read("data_batch_1.bin.gz", gzip(&whole[..cut])).unwrap_err();
        assert!(
            matches!(error, DatasetError::Truncated { .. }),
            "{cut}: {error}"
        );
    }
    let error = read("test_batch.bin", batch(&[1, 10]))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("observation 1 the label 10") && error.contains("0 to 9"),
        "{error}"
    );
    let error = read("notes.bin", vec![1; 5000]).unwrap_err();
    assert!(matches!(error, DatasetError::WrongMagic { .. }), "{error}");
}

#[test]
fn archives_are_refused_in_words() {
    let nothing = tar(&[("a/readme.html", b"<html>"), ("b.txt", b"text")]);
    let error = read("a.tar", nothing).unwrap_err().to_string();
    assert!(error.contains("a/readme.html, b.txt"), "{error}");
    let python = tar(&[("cifar-10-batches-py/data_batch_1", &[0x80, 2, b'}', b'q'])]);
    let error = read("cifar-10-python.tar.gz", gzip(&python)).unwrap_err();
    assert!(matches!(
        error,
        DatasetError::NothingInArchive {
            looks_like: Some(Lookalike::Pickle),
            ..
        }
    ));
    assert!(
        error.to_string().contains("cifar-10-binary.tar.gz"),
        "{error}"
    );
    let error = read("empty.tar", tar(&[])).unwrap_err();
    assert!(matches!(error, DatasetError::WrongMagic { .. }), "{error}");

    let archive = tar(&[
        ("data_batch_1.bin", &batch(&[1])),
        ("test_batch.bin", &batch(&[2])),
    ]);
    let mut wrong = archive.clone();
    wrong[512 + 3584] ^= 1;
    let error = read("a.tar", wrong).unwrap_err();
    assert!(error.to_string().contains("checksum"), "{error}");
    let mut lying = archive.clone();
    let mut header = tar::Header::from_byte_slice(&lying[..512]).clone();
    header.set_size(u64::MAX / 2);
    header.set_cksum();
    lying[..512].copy_from_slice(header.as_bytes());
    assert!(read("a.tar", lying).is_err());
    // Cut at the edges of blocks and members, and around them.
    for edge in [512, 512 + 3073, 512 + 3584, 1024 + 3584, 1024 + 3584 + 3073] {
        for cut in [edge - 1, edge, edge + 1] {
            let outcome = read("a.tar", archive[..cut].to_vec());
            // Where a member ends, an archive may end.
            assert_eq!(outcome.is_ok(), cut == 512 + 3584, "{cut}: {outcome:?}");
            let packed = gzip(&archive);
            let share = packed.len() * cut / archive.len();
            let outcome = read("a.tar.gz", packed[..share].to_vec());
            assert!(
                matches!(outcome, Err(DatasetError::DamagedGzip { .. })),
                "{cut}"
            );
        }
    }
    // An archive in an archive is of no use.
    let nested = tar(&[("inner.tar", &archive)]);
    assert!(matches!(
        read("a.tar", nested),
        Err(DatasetError::NothingInArchive { .. })
    ));
}

#[test]
fn what_cannot_be_read_is_told_from_what_is_damaged() {
    struct Gone;
    impl std::io::Read for Gone {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk was taken out"))
        }
    }
    let error = FileReading::new("test_batch.bin", 3073, Gone)
        .run()
        .unwrap_err();
    let expected = DatasetError::Unreadable {
        file: "test_batch.bin".into(),
        why: "the disk was taken out".into(),
    };
    assert_eq!(error, expected);
    let bomb = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let records = vec![0; 3073 * 1024];
        for _ in 0..200 {
            encoder.write_all(&records).unwrap();
        }
        encoder.finish().unwrap()
    };
    let error = read("test_batch.bin.gz", bomb).unwrap_err();
    assert!(matches!(error, DatasetError::TooLarge { .. }), "{error}");
}

#[test]
fn the_real_files_open() {
    let Some(folder) = shared_data() else { return };
    let read = |name: &str| std::fs::read(folder.join("cifar10").join(name)).unwrap();
    let (train, test) = (read("data_batch_1.bin"), read("test_batch.bin"));
    let archive = gzip(&tar(&[
        ("cifar-10-batches-bin/data_batch_1.bin", &train),
        ("cifar-10-batches-bin/test_batch.bin", &test),
    ]));
    let (set, _) = assembled(&[("data_batch_1.bin", train), ("test_batch.bin", test)]);
    let (packed, _) = assembled(&[("cifar-10-binary.tar.gz", archive)]);
    assert_eq!(set, packed);
    // Counts from ../shared/data/README.md.
    let expected = [
        (
            Part::Train,
            [396, 366, 420, 384, 422, 393, 414, 385, 407, 413],
        ),
        (Part::Test, [103, 89, 100, 103, 90, 86, 112, 102, 106, 109]),
    ];
    for (part, counts) in expected {
        for (class, count) in (0..).zip(counts) {
            let labels = &set.split(part).labels;
            assert_eq!(
                labels.iter().filter(|&&label| label == class).count(),
                count
            );
        }
    }
    // The first training image is the well-known frog.
    assert_eq!(set.class_names[usize::from(set.train.labels[0])], "frog");
    assert_eq!(set.image(Part::Train, 0)[..6], [59, 62, 63, 43, 46, 45]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
        pack: bool,
    ) {
        let mut bytes = tar(&[
            ("data_batch_1.bin", &batch(&[1])),
            ("test_32x32.mat", &matlab(&[])),
            ("t10k-labels-idx1-ubyte.gz", &gzip(&labels(&[1]))),
        ]);
        // Damage in the headers, where it matters most.
        for (at, to) in at {
            let place = at.index(512 * 3);
            let place = [0, 512 + 3584, 512 + 3584 + 1024][place / 512] + place % 512;
            bytes[place] = to;
        }
        let mut header = tar::Header::from_byte_slice(&bytes[..512]).clone();
        header.set_cksum();
        bytes[..512].copy_from_slice(header.as_bytes());
        let _ = read("a.tar", bytes.clone());
        bytes.truncate(cut.index(bytes.len()));
        let _ = read("a.tar", if pack { gzip(&bytes) } else { bytes });
    }
}
