//! Data sets cut into packs for a site, put together again, and listed; and the program that does it.
#![allow(clippy::unwrap_used)]

use crate::dataset_files;

use std::path::{Path, PathBuf};
use std::process::Command;

use dataset_files::{batch, gzip, shared_data, tar};
use hidden_activity::dataset::{
    DATA_SEED, Dataset, DatasetError, Division, FIRST_OBSERVATIONS, ImageShape, Manifest, Pack,
    Part, Pieces, Split, cut, stratified_subset,
};
use proptest::prelude::*;

/// A data set whose images tell their places.
fn dataset(train: usize, test: usize) -> Dataset {
    let split = |n: usize, first: usize| Split {
        images: (0..n)
            .flat_map(|i| [(i % 251) as u8, (i / 251) as u8, first as u8])
            .collect(),
        labels: (0..n).map(|i| ((i * 7 + i / 13) % 5) as u8).collect(),
    };
    let shape = ImageShape {
        height: 1,
        width: 1,
        channels: 3,
    };
    let names = (0..5).map(|c| format!("class {c}")).collect();
    Dataset::new(
        "Places".into(),
        "made up".into(),
        shape,
        names,
        split(train, 1),
        split(test, 2),
    )
    .unwrap()
}

fn through_files(dataset: &Dataset) -> Vec<Pack> {
    cut(dataset)
        .iter()
        .map(|piece| Pack::decode("piece", &piece.encode().unwrap()).unwrap())
        .collect()
}

#[test]
fn the_first_piece_is_what_the_page_projects_and_can_be_looked_at_alone() {
    let whole = dataset(30, 5000);
    let mut pieces = Pieces::default();
    pieces.add(through_files(&whole).remove(0)).unwrap();
    let (preview, places) = pieces.preview().unwrap();
    assert!(!preview.is_trainable() && whole.is_trainable());
    assert_eq!(
        places,
        stratified_subset(&whole.test.labels, FIRST_OBSERVATIONS, DATA_SEED)
    );
    assert_eq!(preview.test.len(), FIRST_OBSERVATIONS);
    for (at, &place) in places.iter().enumerate() {
        assert_eq!(
            preview.image(Part::Test, at),
            whole.image(Part::Test, place as usize)
        );
    }
    assert!(matches!(
        pieces.into_dataset(),
        Err(DatasetError::Invalid { .. })
    ));
}

#[test]
fn wrong_pieces_are_refused() {
    let mut pieces = Pieces::default();
    assert!(pieces.preview().is_err());
    let all = through_files(&dataset(3, 2100));
    let mut other = all[0].clone();
    other.name = "Another".into();
    let mut whole = all[0].clone();
    whole.division = Division::Given { train: 1 };
    pieces.add(all[0].clone()).unwrap();
    for wrong in [other, whole] {
        let error = pieces.add(wrong).unwrap_err();
        assert!(matches!(error, DatasetError::Invalid { .. }), "{error}");
    }
    let error = all[0].clone().into_dataset().unwrap_err().to_string();
    assert!(error.contains("only a piece"), "{error}");
    // The same piece twice, and one whose places lie beyond what is there.
    for piece in [&all[0], &all[1], &all[2]] {
        pieces.add(piece.clone()).unwrap();
    }
    let error = pieces.into_dataset().unwrap_err();
    assert!(matches!(error, DatasetError::Invalid { .. }), "{error}");
    let mut far = all[2].clone();
    far.division = Division::Piece {
        part: Part::Train,
        places: vec![(u32::MAX - 3, u32::MAX)],
    };
    let mut pieces = Pieces::default();
    pieces.add(far).unwrap();
    assert!(pieces.into_dataset().is_err());
    let mut few = all[2].clone();
    few.division = Division::Piece {
        part: Part::Train,
        places: vec![(0, 2)],
    };
    assert!(few.encode().is_err());
}

#[test]
fn the_manifest_of_the_page_tells_the_truth() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/data");
    let text = std::fs::read_to_string(data.join("shipped.json")).unwrap();
    let manifest = Manifest::parse(&text).unwrap();
    assert_eq!(manifest.to_json(), text);
    let digits = manifest.find("digits").unwrap();
    let bytes = std::fs::read(data.join(&digits.files[0].name)).unwrap();
    assert_eq!(bytes.len() as u64, digits.bytes());
    let set = Pack::decode("digits", &bytes)
        .unwrap()
        .into_dataset()
        .unwrap();
    assert_eq!(
        (set.name.as_str(), set.train.len(), set.test.len()),
        (digits.name.as_str(), digits.train, digits.test)
    );
    assert!(Manifest::parse("{").is_err());
    let error = Manifest::parse(&text.replace("\"version\": 1", "\"version\": 2")).unwrap_err();
    assert!(error.to_string().contains("version 2"), "{error}");
}

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn pack(from: &Path, to: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_pack"))
        .args([from, to])
        .output()
        .unwrap();
    let words = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(words).unwrap())
}

/// The data set that a folder of packs holds.
fn loaded(data: &Path, id: &str) -> Dataset {
    let manifest =
        Manifest::parse(&std::fs::read_to_string(data.join("manifest.json")).unwrap()).unwrap();
    let set = manifest.find(id).unwrap();
    let mut pieces = Pieces::default();
    for file in &set.files {
        let bytes = std::fs::read(data.join(&file.name)).unwrap();
        assert_eq!(bytes.len() as u64, file.bytes);
        pieces
            .add(Pack::decode(&file.name, &bytes).unwrap())
            .unwrap();
    }
    let dataset = pieces.into_dataset().unwrap();
    assert_eq!(
        (dataset.train.len(), dataset.test.len()),
        (set.train, set.test)
    );
    dataset
}

#[test]
fn the_program_packs_what_is_in_a_folder_and_lists_it() {
    let (from, to) = (folder("official"), folder("packed"));
    let archive = gzip(&tar(&[
        ("cifar-10-batches-bin/data_batch_1.bin", &batch(&[1, 2, 3])),
        ("cifar-10-batches-bin/test_batch.bin", &batch(&[4, 5])),
    ]));
    std::fs::create_dir(from.join("deep")).unwrap();
    std::fs::write(from.join("deep/cifar-10-binary.tar.gz"), archive).unwrap();
    std::fs::write(from.join("readme.txt"), "words").unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/data/shipped.json");
    std::fs::copy(shipped, to.join("shipped.json")).unwrap();
    // Twice: what was there is replaced, not added to.
    for _ in 0..2 {
        let (fine, words) = pack(&from, &to);
        assert!(fine, "{words}");
        assert!(
            words.contains("not used: ")
                && words.contains("CIFAR-10: 3 to train on, 2 to test with"),
            "{words}"
        );
    }
    let set = loaded(&to, "cifar10");
    assert_eq!(
        (set.train.labels, set.test.labels),
        (vec![1, 2, 3], vec![4, 5])
    );
    let manifest = std::fs::read_to_string(to.join("manifest.json")).unwrap();
    let manifest = Manifest::parse(&manifest).unwrap();
    let ids: Vec<&str> = manifest.sets.iter().map(|set| set.id.as_str()).collect();
    assert_eq!(ids, ["digits", "cifar10"]);

    let (fine, words) = pack(&folder("nothing"), &to);
    assert!(!fine && words.contains("holds no complete part"), "{words}");
    let (fine, words) = pack(Path::new("/no/such/folder"), &to);
    assert!(!fine && words.contains("/no/such/folder"), "{words}");
}

#[test]
fn the_real_files_are_packed() {
    let Some(from) = shared_data() else { return };
    let to = folder("packed-real");
    let (fine, words) = pack(&from, &to);
    assert!(fine, "{words}");
    for (id, train, test, first) in [
        ("mnist", 10_000, 10_000, 7),
        ("svhn", 6000, 2000, 5),
        ("cifar10", 4000, 1000, 3),
    ] {
        let set = loaded(&to, id);
        assert_eq!((set.train.len(), set.test.len()), (train, test), "{id}");
        assert_eq!(set.test.labels[0], first, "{id}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn cutting_and_joining_changes_nothing(train in 1..200_usize, test in 1..3000_usize) {
        let whole = dataset(train, test);
        let mut pieces = Pieces::default();
        for piece in cut(&whole) {
            pieces.add(piece).unwrap();
        }
        prop_assert_eq!(pieces.into_dataset().unwrap(), whole);
    }
}
