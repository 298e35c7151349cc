//! Official files made up for the tests, and where the real ones are.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};
use hidden_activity::dataset::NamedFile;

pub const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
pub const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
pub const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
pub const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

pub fn images(count: u32, height: u32, width: u32) -> Vec<u8> {
    let mut bytes: Vec<u8> = [2051, count, height, width]
        .iter()
        .flat_map(|word: &u32| word.to_be_bytes())
        .collect();
    bytes.extend((0..count * height * width).map(|i| i as u8));
    bytes
}

pub fn labels(values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 1];
    bytes.extend((values.len() as u32).to_be_bytes());
    bytes.extend(values);
    bytes
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a Vec takes everything");
    encoder.finish().expect("a Vec takes everything")
}

pub fn named(name: &str, bytes: Vec<u8>) -> NamedFile {
    NamedFile {
        name: name.into(),
        bytes,
    }
}

/// Where the real subsets are: $HA_SHARED_DATA, or ../shared/data beside the checkout.
///
/// None where there are none and this is no CI run: a CI run must not skip this test silently.
pub fn shared_data() -> Option<PathBuf> {
    let folder = std::env::var_os("HA_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    if folder.join("mnist").is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "no real data in {}: put it there or set HA_SHARED_DATA to the folder that holds mnist/",
        folder.display()
    );
    eprintln!(
        "skipped, no real data in {} (set HA_SHARED_DATA)",
        folder.display()
    );
    None
}

/// A batch of CIFAR-10 in which every value of image i is i in red, 100 + i in green and
/// 200 - i in blue, but for its first pixel, which is 1, 2, 3.
pub fn batch(labels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (image, &label) in (0..).zip(labels) {
        bytes.push(label);
        for (first, other) in [(1, image), (2, 100 + image), (3, 200 - image)] {
            bytes.push(first);
            bytes.extend([other; 1023]);
        }
    }
    bytes
}

/// A tar archive.
pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, name, *bytes)
            .expect("a Vec takes everything");
    }
    builder.into_inner().expect("a Vec takes everything")
}

/// How the values of a MATLAB variable are stored: the class of the array and the type on disk.
#[derive(Clone, Copy)]
pub enum Stored {
    /// Class 9 as type 2.
    Bytes,
    /// Class 6 as type 9.
    Doubles,
    /// Class 6 as type 2, which is what MATLAB makes of doubles that are small whole numbers.
    DoublesAsBytes,
    /// Class 10 as type 3.
    Shorts,
}

/// An element of a MATLAB file: tag, data, and zeros up to a multiple of 8.
pub fn element(kind: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

/// An element of at most four bytes, which stand in its tag.
fn small_element(kind: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = (kind | (data.len() as u32) << 16).to_le_bytes().to_vec();
    bytes.extend(data);
    bytes.resize(8, 0);
    bytes
}

/// An array of a MATLAB file, not packed.
pub fn array(name: &str, dimensions: &[i32], values: &[u8], stored: Stored) -> Vec<u8> {
    let (class, kind, data): (u8, u32, Vec<u8>) = match stored {
        Stored::Bytes => (9, 2, values.to_vec()),
        Stored::DoublesAsBytes => (6, 2, values.to_vec()),
        Stored::Doubles => {
            let doubles = values.iter().flat_map(|&v| f64::from(v).to_le_bytes());
            (6, 9, doubles.collect())
        }
        Stored::Shorts => {
            let shorts = values.iter().flat_map(|&v| u16::from(v).to_le_bytes());
            (10, 3, shorts.collect())
        }
    };
    let mut inner = element(6, &[class, 0, 0, 0, 0, 0, 0, 0]);
    let dimensions: Vec<u8> = dimensions.iter().flat_map(|d| d.to_le_bytes()).collect();
    inner.extend(element(5, &dimensions));
    inner.extend(match name.len() {
        1..=4 => small_element(1, name.as_bytes()),
        _ => element(1, name.as_bytes()),
    });
    inner.extend(match data.len() {
        1..=4 => small_element(kind, &data),
        _ => element(kind, &data),
    });
    element(14, &inner)
}

/// An array packed by zlib, which is not padded.
pub fn packed(array: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(array).expect("a Vec takes everything");
    let data = encoder.finish().expect("a Vec takes everything");
    let mut bytes = 15_u32.to_le_bytes().to_vec();
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

/// A MATLAB file of these elements.
pub fn matlab(elements: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"MATLAB 5.0 MAT-file, made up for a test".to_vec();
    bytes.resize(124, b' ');
    bytes.extend([0, 1, b'I', b'M']);
    bytes.extend(elements.concat());
    bytes
}

/// Images of SVHN in the order of the file, of `height` × `width`: the value at (row, column,
/// colour) of image i is row + 10 column + 80 colour + i.
pub fn planes(count: u8, height: u8, width: u8) -> Vec<u8> {
    let mut values = Vec::new();
    for image in 0..count {
        for colour in 0..3 {
            for column in 0..width {
                values.extend((0..height).map(|row| row + 10 * column + 80 * colour + image));
            }
        }
    }
    values
}
