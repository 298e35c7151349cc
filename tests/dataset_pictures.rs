//! Pictures in folders, by Pillow's example and against what goes wrong.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use hidden_activity::archive::{ArchiveError, ZipWriter};
use hidden_activity::dataset::pictures::{
    Colours, PictureConfig, Pictures, PicturesError, PicturesNote, PicturesOpened,
};
use hidden_activity::dataset::{DatasetError, NamedFile, Part};
use proptest::prelude::*;
use serde_json::Value;

const EXPECTED: &str = include_str!("reference/pictures/expected.json");
const PICTURES: [(&str, &[u8]); 9] = [
    (
        "colour.png",
        include_bytes!("reference/pictures/colour.png"),
    ),
    (
        "colour.bmp",
        include_bytes!("reference/pictures/colour.bmp"),
    ),
    (
        "colour.jpg",
        include_bytes!("reference/pictures/colour.jpg"),
    ),
    ("grey.png", include_bytes!("reference/pictures/grey.png")),
    (
        "grey16.png",
        include_bytes!("reference/pictures/grey16.png"),
    ),
    (
        "palette.gif",
        include_bytes!("reference/pictures/palette.gif"),
    ),
    (
        "palette.png",
        include_bytes!("reference/pictures/palette.png"),
    ),
    (
        "transparent.png",
        include_bytes!("reference/pictures/transparent.png"),
    ),
    (
        "turned.jpg",
        include_bytes!("reference/pictures/turned.jpg"),
    ),
];

fn config(side: usize, colours: Colours) -> PictureConfig {
    PictureConfig {
        side,
        colours,
        seed: 1,
    }
}

fn opened(pictures: Result<Pictures, PicturesError>) -> Result<PicturesOpened, PicturesError> {
    let mut pictures = pictures?;
    let mut steps = 1;
    while !pictures.advance()? {
        steps += 1;
    }
    assert_eq!(steps, pictures.len(), "one picture a step");
    assert_eq!(pictures.progress(), 1.0);
    pictures.finish()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::default();
    for (name, bytes) in files {
        writer.add(name, [*bytes]).unwrap();
    }
    writer.finish().unwrap()
}

fn open_zip(files: &[(&str, &[u8])]) -> Result<PicturesOpened, PicturesError> {
    opened(Pictures::from_zip(
        "mine.zip",
        zip(files),
        config(8, Colours::Grey),
    ))
}

/// A picture of one grey, as PNG.
fn png(grey: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(9, 9, image::Luma([grey]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn every_kind_of_picture_is_resized_as_by_pillow() {
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    let side = expected["side"].as_u64().unwrap() as usize;
    for (name, bytes) in PICTURES {
        // Twice, since a single picture is no data set.
        let files = ["a/1", "a/2"].map(|path| NamedFile {
            name: format!("{path}{name}"),
            bytes: bytes.to_vec(),
        });
        let opened = opened(Pictures::from_files(
            "mine",
            files.into(),
            config(side, Colours::Rgb),
        ));
        let dataset = opened.unwrap().dataset;
        let said: Vec<i32> = serde_json::from_value(expected["expected"][name].clone()).unwrap();
        let image = dataset.image(Part::Train, 0);
        assert_eq!(image.len(), said.len());
        // Decoders of JPEG may differ by a little; Pillow rounds between the two directions.
        let tolerance = if name.ends_with("jpg") { 4 } else { 1 };
        for (at, (&found, &said)) in image.iter().zip(&said).enumerate() {
            assert!(
                (i32::from(found) - said).abs() <= tolerance,
                "{name} at {at}: {found}, not {said}"
            );
        }
    }
}

#[test]
fn folders_are_classes_and_a_seed_splits_them() {
    let bytes: Vec<Vec<u8>> = (0..20).map(|grey| png(grey * 10)).collect();
    let names: Vec<String> = (0..20)
        .map(|at| format!("top/{}/{at}.png", if at % 2 == 0 { "owl" } else { "cat" }))
        .collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&bytes)
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let opened = open_zip(&files).unwrap();
    let dataset = &opened.dataset;
    assert_eq!(dataset.name, "mine");
    assert_eq!(dataset.class_names, ["cat", "owl"]);
    assert_eq!(dataset.shape.to_string(), "8×8");
    assert_eq!(
        opened.notes,
        [PicturesNote::SplitBySeed { train: 16, test: 4 }]
    );
    for part in [Part::Train, Part::Test] {
        for (index, &label) in dataset.split(part).labels.iter().enumerate() {
            let grey = dataset.image(part, index)[0];
            assert_eq!(
                u8::from((grey / 10).is_multiple_of(2)),
                label,
                "image and label stay together"
            );
        }
    }
    assert_eq!(
        open_zip(&files),
        Ok(opened),
        "the same seed, the same split"
    );
}

#[test]
fn train_and_test_folders_are_taken_as_they_are() {
    let (black, white) = (png(0), png(255));
    let opened = open_zip(&[
        ("d/train/cat/1.png", &black),
        ("d/train/dog/1.png", &black),
        ("d/test/dog/1.png", &white),
        ("d/test/dog/.DS_Store", b"x"),
        ("__MACOSX/d/test/dog/._1.png", b"x"),
    ])
    .unwrap();
    assert_eq!(opened.dataset.train.labels, [0, 1]);
    assert_eq!(opened.dataset.test.labels, [1]);
    assert_eq!(opened.dataset.image(Part::Test, 0)[0], 255);
    assert_eq!(opened.notes, []);
}

#[test]
fn pictures_that_cannot_be_decoded_are_named_and_skipped() {
    let good = png(50);
    let opened = open_zip(&[
        ("a/1.png", &good),
        ("a/2.png", b"<html>404"),
        ("b/3.jpg", &good[..40]),
        ("b/4.png", &good),
        ("b/notes.txt", b"hello"),
    ])
    .unwrap();
    assert_eq!(
        opened.dataset.len(Part::Train) + opened.dataset.len(Part::Test),
        2
    );
    let notes: Vec<String> = opened.notes.iter().map(ToString::to_string).collect();
    assert!(notes[0].contains("b/notes.txt"), "{notes:?}");
    assert!(
        notes[1].contains("2 pictures") && notes[1].contains("a/2.png"),
        "{notes:?}"
    );
    let none = open_zip(&[("a/1.png", b"no"), ("a/2.png", b"no")]).unwrap_err();
    assert!(
        matches!(&none, PicturesError::NoneDecoded { pictures: 2, .. }),
        "{none}"
    );
    let single = open_zip(&[("a/1.png", &good)]).unwrap_err();
    assert!(matches!(
        single,
        PicturesError::Dataset(DatasetError::TooFewToSplit { .. })
    ));
}

#[test]
fn claimed_dimensions_are_checked_before_decoding() {
    // A PNG of some bytes that claims 60,000 × 60,000 pixels.
    let mut header = b"IHDR".to_vec();
    header.extend(60_000_u32.to_be_bytes());
    header.extend(60_000_u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&header);
    let mut bomb = b"\x89PNG\r\n\x1a\n".to_vec();
    bomb.extend(13_u32.to_be_bytes());
    bomb.extend(header);
    bomb.extend(crc.sum().to_be_bytes());
    bomb.extend([0, 0, 0, 2]);
    bomb.extend(b"IDATxx\0\0\0\0");
    let good = png(7);
    let opened = open_zip(&[
        ("a/bomb.png", &bomb),
        ("a/1.png", &good),
        ("b/2.png", &good),
    ])
    .unwrap();
    let note = opened.notes[0].to_string();
    assert!(note.contains("60000×60000"), "{note}");
}

#[test]
fn memory_is_bounded_by_the_chosen_size() {
    let files = (0..6_000).map(|at| NamedFile {
        name: format!("a/{at}.png"),
        bytes: Vec::new(),
    });
    let error =
        Pictures::from_files("mine", files.collect(), config(256, Colours::Rgb)).unwrap_err();
    assert!(
        matches!(
            error,
            PicturesError::TooLarge {
                pictures: 6_000,
                ..
            }
        ),
        "{error}"
    );
    assert!(matches!(
        Pictures::from_zip("mine.zip", b"PK\x03\x04".to_vec(), config(8, Colours::Grey)),
        Err(PicturesError::Archive(ArchiveError::Unreadable { .. }))
    ));
}

proptest! {
    #[test]
    fn damaged_pictures_and_archives_never_panic(which in 0..PICTURES.len(), at in any::<prop::sample::Index>(), value: u8, cut in any::<prop::sample::Index>()) {
        let (name, bytes) = PICTURES[which];
        let good = png(1);
        let mut changed = bytes.to_vec();
        let at_byte = at.index(changed.len());
        changed[at_byte] = value;
        let path = format!("a/{name}");
        let cut_path = format!("b/{name}");
        let files = [("a/0.png", good.as_slice()), ("b/0.png", &good), (path.as_str(), &changed), (cut_path.as_str(), &bytes[..cut.index(bytes.len())])];
        let opened = open_zip(&files).unwrap();
        prop_assert!(opened.dataset.len(Part::Train) + opened.dataset.len(Part::Test) >= 2);
        let mut archive = zip(&files[..2]);
        let at_byte = at.index(archive.len());
        archive[at_byte] = value;
        let _ = self::opened(Pictures::from_zip("mine.zip", archive, config(8, Colours::Rgb)));
    }
}
