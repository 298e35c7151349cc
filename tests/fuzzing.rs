//! What the fuzz targets run, on their seeds and on every input that a fuzzer ever found; and bombs: files
//! that claim, or unpack to, more than any computer has.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod dataset_files;
#[path = "../fuzz/src/lib.rs"]
mod fuzz;
#[allow(dead_code)]
mod network_support;

use std::fs;
use std::path::{Path, PathBuf};

use dataset_files::{array, gzip, images, labels, matlab, named, tar};
use fuzz::heap::peak;
use hidden_activity::analysis::file::Reading;
use hidden_activity::analysis::import::Importing;
use hidden_activity::archive::ZipWriter;
use hidden_activity::dataset::pictures::{Colours, MOST_PICTURE_PIXELS, PictureConfig, Pictures};
use hidden_activity::dataset::{
    DatasetError, Division, FileReading, ImageShape, MOST_UNPACKED_BYTES, Manifest, Pack, Part,
    Pieces, Split,
};
use hidden_activity::network::{
    LayerConfig, NetworkConfig, SavedTraining, Setup, TrainedOn, TrainingConfig,
};
use hidden_activity::npz::NpzWriter;
use hidden_activity::worker::attachment::{Attachment, Compact, decode_compact};
use hidden_activity::worker::flat::unflatten;
use hidden_activity::worker::messages::{ProjectorPartial, ProjectorResult};
use hidden_activity::worker::protocol::FromWorker;

/// More than any refusal needs: buffers, and the words that say what is wrong.
const LITTLE: usize = 4 << 20;

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn seeds_and_all_that_was_ever_found_are_read() {
    for target in fuzz::TARGETS {
        let seeds = files(&Path::new("fuzz/seeds").join(target.name));
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        let kept = files(&Path::new("fuzz/kept").join(target.name));
        for file in seeds.iter().chain(&kept) {
            eprintln!("{}", file.display());
            fuzz::checked(target.name, &fs::read(file).unwrap());
        }
    }
}

#[test]
fn every_target_is_run() {
    let binaries: Vec<String> = files("fuzz/fuzz_targets".as_ref())
        .iter()
        .map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(binaries, fuzz::TARGETS.map(|target| target.name));
}

/// What a file is refused with, and the most heap that took.
fn refused(name: &str, bytes: Vec<u8>) -> (DatasetError, usize) {
    let (read, peak) = peak(|| FileReading::of(named(name, bytes)).run());
    (read.unwrap_err(), peak)
}

/// So many MiB of zeros, packed: one member of 16 MiB again and again.
fn bomb(mib: usize) -> Vec<u8> {
    gzip(&vec![0; 16 << 20]).repeat(mib / 16)
}

#[test]
fn gzip_bombs_stop_at_the_limit() {
    // CIFAR-10 is recognised by its size, which an archive does not tell: zeros are its images.
    let (error, most) = refused("data_batch_1.bin.gz", bomb(528));
    assert!(matches!(error, DatasetError::TooLarge { limit, .. } if limit == MOST_UNPACKED_BYTES));
    // A growing vector is copied now and then; labels come beside the images.
    assert!(most <= 3 * MOST_UNPACKED_BYTES as usize, "{most}");
}

#[test]
fn gzipped_members_of_an_archive_share_the_limit() {
    let member = [gzip(&images(320 << 10, 32, 32)[..16]), bomb(320)].concat();
    let archive = tar(&[
        ("t10k-images-idx3-ubyte.gz", &member),
        ("train-images-idx3-ubyte.gz", &member),
    ]);
    let (error, most) = refused("mnist.tar", archive);
    let DatasetError::TooLarge { file, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(file, "train-images-idx3-ubyte.gz");
    assert!(most <= 3 * MOST_UNPACKED_BYTES as usize, "{most}");
}

#[test]
fn members_of_an_archive_that_claim_every_number_of_bytes_are_cut_off() {
    for size in [1 << 63, u64::MAX, u64::MAX - 511] {
        let mut header = ::tar::Header::new_gnu();
        header.set_path("data_batch_1.bin").unwrap();
        header.set_size(size);
        header.set_cksum();
        let (error, most) = refused("x.tar", header.as_bytes().to_vec());
        assert!(matches!(error, DatasetError::Truncated { .. }), "{error}");
        assert!(most < LITTLE, "{most}");
    }
}

#[test]
fn sizes_that_official_files_claim_are_not_believed() {
    let mut idx = images(1, 2, 2);
    idx[4..16].fill(0xff);
    let mut label_file = labels(&[1]);
    label_file[4..8].fill(0xff);
    let x = array(
        "X",
        &[32, 32, 3, 1],
        &[0; 3072],
        dataset_files::Stored::Bytes,
    );
    let mut claiming = matlab(&[x]);
    // The dimensions and both sizes: a billion images.
    let at = claiming
        .windows(4)
        .position(|four| four == [32, 0, 0, 0])
        .unwrap();
    claiming[at + 12..at + 16].copy_from_slice(&0x3fff_ffff_u32.to_le_bytes());
    for (name, bytes) in [
        ("train-images-idx3-ubyte", idx),
        ("train-labels-idx1-ubyte", label_file),
        ("train_32x32.mat", claiming),
    ] {
        let (error, most) = refused(name, bytes);
        assert!(most < LITTLE, "{name}: {most} bytes to say {error}");
    }
}

fn pack(count: usize, division: Division) -> Pack {
    Pack {
        name: "p".into(),
        source: String::new(),
        shape: ImageShape {
            height: 2,
            width: 2,
            channels: 1,
        },
        class_names: vec!["a".into()],
        division,
        observations: Split {
            images: vec![0; count * 4],
            labels: vec![0; count],
        },
    }
}

#[test]
fn a_pack_unpacks_to_no_more_than_it_says() {
    let bytes = pack(3, Division::Given { train: 1 }).encode().unwrap();
    let header = u32::from_le_bytes(bytes[10..14].try_into().unwrap()) as usize;
    let file = [&bytes[..14 + header], &bomb(64)].concat();
    let (decoded, most) = peak(|| Pack::decode("bomb.pack", &file));
    let error = decoded.unwrap_err();
    assert!(
        matches!(error, DatasetError::TrailingBytes { expected: 15, .. }),
        "{error}"
    );
    assert!(most < 2 * LITTLE, "{most}");
}

#[test]
fn pieces_with_places_beyond_all_numbers_are_refused() {
    let division = Division::Piece {
        part: Part::Test,
        places: vec![(u32::MAX - 2, u32::MAX)],
    };
    let mut pieces = Pieces::default();
    pieces.add(pack(2, division)).unwrap();
    assert!(pieces.into_dataset().is_err());
}

#[test]
fn files_of_a_site_that_claim_to_be_endless_are_added_up() {
    let text = format!(
        r#"{{"version":1,"sets":[{{"id":"a","name":"a","train":1,"test":1,"files":[{{"name":"a","bytes":{max}}},{{"name":"b","bytes":{max}}}]}}]}}"#,
        max = u64::MAX
    );
    assert_eq!(Manifest::parse(&text).unwrap().sets[0].bytes(), u64::MAX);
}

/// An array file that claims a shape.
fn npy(dtype: &str, shape: &str) -> Vec<u8> {
    let text = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\0".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

fn archive(name: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut zip = ZipWriter::default();
    zip.add(name, parts.iter().copied()).unwrap();
    zip.finish().unwrap()
}

#[test]
fn arrays_that_claim_too_much_are_refused_before_they_are_read() {
    for (dtype, shape) in [
        ("<f4", "(9223372036854775808,)"),
        ("<f8", "(4294967296, 4294967295)"),
        ("|u1", "(1073741825,)"),
        ("<U1000", "(1048577,)"),
        ("<f4", "(2, 9223372036854775808, 0)"),
    ] {
        let file = archive("labels.npy", &[&npy(dtype, shape)]);
        let (read, most) = peak(|| {
            let mut importing = Importing::open("bomb.npz", file)?;
            while !importing.advance()? {}
            importing.finish().map(|_| ())
        });
        assert!(read.is_err(), "{dtype} {shape}");
        assert!(most < LITTLE, "{dtype} {shape}: {most}");
    }
}

#[test]
fn an_archive_of_zeros_is_refused_by_what_it_claims_or_stopped() {
    // 64 MiB in some 64 kB, of an array of three bytes.
    let zeros = vec![0; 64 << 20];
    let file = archive("labels.npy", &[&npy("|u1", "(3,)"), &zeros]);
    assert!(file.len() < 1 << 18);
    let (read, most) = peak(|| {
        let mut importing = Importing::open("bomb.npz", file).unwrap();
        while !importing.advance()? {}
        importing.finish().map(|_| ())
    });
    assert!(read.unwrap_err().to_string().contains("labels"));
    assert!(most < LITTLE, "{most}");
    // A description of an analysis, which may have 64 MiB, and has one byte more.
    let file = archive("analysis.json", &[&zeros, b" "]);
    let (read, most) = peak(|| Reading::open("bomb.npz", file).map(|_| ()));
    assert!(read.unwrap_err().to_string().contains("more than"));
    assert!(most < 3 * (64 << 20) + LITTLE, "{most}");
}

/// A PNG with this beginning, and no pixel.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        bytes.extend((data.len() as u32).to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        bytes.extend(kind);
        bytes.extend(data);
        bytes.extend(crc.sum().to_be_bytes());
    };
    // Sixteen bits of red, green, blue and alpha: the most memory that a pixel takes.
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[16, 6, 0, 0, 0],
    ]
    .concat();
    chunk(b"IHDR", &header);
    chunk(b"IDAT", &[0x78, 1]);
    bytes
}

#[test]
fn pictures_that_claim_too_much_are_skipped() {
    let read = |bytes: Vec<u8>| {
        let files = vec![named("a/1.png", bytes.clone()), named("b/1.png", bytes)];
        let config = PictureConfig {
            side: 8,
            colours: Colours::Rgb,
            seed: 1,
        };
        peak(|| {
            let mut pictures = Pictures::from_files("bomb", files, config).unwrap();
            while !pictures.advance().unwrap() {}
            pictures.finish().unwrap_err().to_string()
        })
    };
    let bmp = |width: u32, height: u32| {
        let mut bytes = fs::read("tests/reference/pictures/colour.bmp").unwrap();
        bytes[18..22].copy_from_slice(&width.to_le_bytes());
        bytes[22..26].copy_from_slice(&height.to_le_bytes());
        bytes
    };
    let gif = |side: u16| {
        let mut bytes = fs::read("tests/reference/pictures/palette.gif").unwrap();
        bytes[6..8].copy_from_slice(&side.to_le_bytes());
        bytes[8..10].copy_from_slice(&side.to_le_bytes());
        bytes
    };
    for bomb in [
        png(u32::MAX >> 1, u32::MAX >> 1),
        png(8001, 8001),
        bmp(60_000, 60_000),
        bmp(i32::MAX as u32, 1 << 31),
        gif(u16::MAX),
    ] {
        let (why, most) = read(bomb);
        assert!(most < LITTLE, "{most} bytes to say {why}");
    }
    // The largest that is decoded: eight bytes for each pixel, as it says, and no more.
    let (_, most) = read(png(8000, 8000));
    assert!(most < MOST_PICTURE_PIXELS as usize * 8 + LITTLE, "{most}");
}

/// A saved training of a network, without any of its weights' values.
fn claiming(layers: Vec<LayerConfig>, shape: ImageShape) -> Vec<u8> {
    let text = |value: String| value;
    let setup = Setup {
        network: NetworkConfig { layers },
        training: TrainingConfig::default(),
        ..Setup::default()
    };
    let data = TrainedOn {
        name: "bomb".into(),
        shape,
        class_names: vec!["a".into(), "b".into()],
    };
    let mut tensors = serde_json::json!({ "__metadata__": {
        "format": "hidden-activity training 1",
        "setup": text(serde_json::to_string(&setup).unwrap()),
        "data": text(serde_json::to_string(&data).unwrap()),
        "standing": r#"{"epoch":1,"step":0,"updates":1}"#,
    }});
    for layer in ["conv1", "fc1", "fc2", "output"] {
        for what in ["weight", "bias"] {
            tensors[format!("{layer}.{what}")] =
                serde_json::json!({ "dtype": "F32", "shape": [0], "data_offsets": [0, 0] });
        }
    }
    let header = serde_json::to_vec(&tensors).unwrap();
    [&(header.len() as u64).to_le_bytes(), header.as_slice()].concat()
}

#[test]
fn a_saved_network_takes_no_memory_for_weights_that_are_only_claimed() {
    let shape = |channels| ImageShape {
        height: 100,
        width: 10,
        channels,
    };
    let wide = vec![LayerConfig::Dense { width: 16_384 }; 2];
    for file in [
        claiming(wide, shape(1)),
        claiming(vec![LayerConfig::Dense { width: 9000 }; 2], shape(1)),
        // The nine places of a kernel, of each of so many channels, are no number any more.
        claiming(
            vec![LayerConfig::Conv { channels: 9 }],
            shape(usize::MAX / 2),
        ),
        claiming(
            vec![LayerConfig::Conv { channels: 1024 }],
            shape(usize::MAX / 9 + 1),
        ),
        (u64::MAX >> 1).to_le_bytes().to_vec(),
    ] {
        let (read, most) = peak(|| SavedTraining::from_bytes(&file));
        let why = read.unwrap_err().to_string();
        assert!(most < LITTLE, "{most} bytes to say {why}");
    }
}

#[test]
fn messages_that_claim_endless_lists_are_refused() {
    // Event, job 1, Finished, Opened, and a list of 2^63 data sets.
    let mut header = vec![2, 1, 2, 0];
    header.extend([0x80; 9]);
    header.push(1);
    let compact = Compact {
        header,
        attachments: vec![Attachment::U8(Vec::new())],
    };
    let (read, most) =
        peak(|| decode_compact::<FromWorker<ProjectorPartial, ProjectorResult>>(compact));
    assert!(read.is_err());
    assert!(most < LITTLE, "{most}");
}

#[test]
fn a_flat_message_with_half_a_number_is_refused() {
    let file = |length: u32| {
        let numbers = [0, 1, 2, length].map(u32::to_le_bytes).concat();
        [b"HAF1".as_slice(), &numbers, &vec![0; length as usize]].concat()
    };
    assert!(unflatten(&file(8)).is_some());
    assert_eq!(unflatten(&file(7)), None);
}

#[test]
fn an_import_of_few_numbers_takes_little_memory() {
    let mut file = NpzWriter::default();
    file.integers("labels", &[3], &[0, 1, 0]).unwrap();
    file.floats("fc1", &[3, 1], &[0.0; 3]).unwrap();
    let file = file.finish().unwrap();
    let (read, most) = peak(|| {
        let mut importing = Importing::open("mine.npz", file).unwrap();
        while !importing.advance().unwrap() {}
        importing.finish()
    });
    assert!(read.is_ok());
    assert!(most < LITTLE, "{most}");
}
