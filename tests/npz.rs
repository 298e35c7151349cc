//! Arrays as NumPy writes them, and files that are not what they claim to be.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use hidden_activity::archive::{ArchiveError, ZipWriter};
use hidden_activity::npz::{Array, NpzError, NpzReader, NpzWriter, Step, Values};
use proptest::prelude::*;
use serde_json::Value;

const TYPES: &[u8] = include_bytes!("reference/npz/types.npz");
const TYPES_COMPRESSED: &[u8] = include_bytes!("reference/npz/types_compressed.npz");
const TYPES_SAID: &str = include_str!("reference/npz/types.json");

fn read(reader: Result<NpzReader, NpzError>) -> Result<Vec<(String, Array)>, NpzError> {
    let mut reader = reader?;
    let mut arrays = Vec::new();
    loop {
        let before = reader.progress();
        match reader.advance()? {
            Step::Working => {}
            Step::Array(name, array) => arrays.push((name, array)),
            Step::Done => return Ok(arrays),
        }
        assert!(reader.progress() >= before);
    }
}

fn open(bytes: &[u8]) -> Result<Vec<(String, Array)>, NpzError> {
    read(NpzReader::open("mine.npz", bytes.to_vec()))
}

/// An archive with an array whose header and values are as given.
fn npz(header: &str, values: &[u8]) -> Vec<u8> {
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    npy.extend((header.len() as u16).to_le_bytes());
    npy.extend(header.as_bytes());
    let mut writer = ZipWriter::default();
    writer.add("a.npy", [npy.as_slice(), values]).unwrap();
    writer.finish().unwrap()
}

fn assert_equal(name: &str, array: &Array, said: &Value) {
    let shape: Vec<usize> = serde_json::from_value(said["shape"].clone()).unwrap();
    assert_eq!(array.shape.0, shape, "{name}");
    let said = said["values"].as_array().unwrap();
    assert_eq!(array.values.len(), said.len(), "{name}");
    match &array.values {
        Values::Bytes(values) => {
            let said: Vec<u8> = said
                .iter()
                .map(|v| {
                    v.as_u64()
                        .map_or_else(|| u8::from(v.as_bool().unwrap()), |v| v as u8)
                })
                .collect();
            assert_eq!(*values, said, "{name}");
        }
        Values::Integers(values) => {
            let said: Vec<i64> = said.iter().map(|v| v.as_i64().unwrap()).collect();
            assert_eq!(*values, said, "{name}");
        }
        Values::Floats(values) => {
            let said: Vec<f32> = said.iter().map(|v| v.as_f64().unwrap() as f32).collect();
            assert_eq!(*values, said, "{name}");
        }
        Values::Text(values) => {
            let said: Vec<&str> = said.iter().map(|v| v.as_str().unwrap()).collect();
            assert_eq!(*values, said, "{name}");
        }
    }
}

#[test]
fn every_type_of_numpy_is_read_in_both_orders() {
    let said: Value = serde_json::from_str(TYPES_SAID).unwrap();
    for file in [TYPES, TYPES_COMPRESSED] {
        let arrays = open(file).unwrap();
        let known = said["arrays"].as_object().unwrap();
        assert_eq!(arrays.len(), known.len());
        for (name, array) in &arrays {
            assert_equal(name, array, &known[name]);
            assert_eq!(array.not_finite, None);
        }
    }
}

#[test]
fn sizes_of_64_bits_are_read() {
    let arrays = open(include_bytes!("reference/npz/zip64.npz")).unwrap();
    assert_eq!(arrays[0].0, "labels");
    assert_eq!(arrays[0].1.values, Values::Integers(vec![0, 1, 2, 3, 4]));
}

#[test]
fn python_objects_are_refused_with_what_to_do() {
    let objects = open(include_bytes!("reference/npz/objects.npz")).unwrap_err();
    assert!(matches!(&objects, NpzError::Objects { array } if array == "labels"));
    assert!(objects.to_string().contains("numpy.asarray"), "{objects}");
    let structured = open(include_bytes!("reference/npz/structured.npz")).unwrap_err();
    assert!(
        structured.to_string().contains("structured"),
        "{structured}"
    );
}

#[test]
fn the_first_value_that_is_no_number_is_found_in_row_major_order() {
    let header =
        |fortran| format!("{{'descr': '<f4', 'fortran_order': {fortran}, 'shape': (2, 3)}}");
    let mut values = [0.0_f32; 6];
    values[3] = f32::NAN;
    values[4] = f32::INFINITY;
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let at = |fortran| {
        open(&npz(&header(fortran), &bytes)).unwrap()[0]
            .1
            .not_finite
    };
    assert_eq!(at("False"), Some(3));
    // By columns: the values 3 and 4 stand in row 1, column 1 and in row 0, column 2.
    assert_eq!(at("True"), Some(2));
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}";
    let large = open(&npz(header, &1e300_f64.to_le_bytes())).unwrap();
    assert_eq!(
        large[0].1.not_finite,
        Some(0),
        "too large for single precision"
    );
}

#[test]
fn lengths_must_be_those_of_the_shape() {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}";
    for found in [0, 4, 23, 25, 2400] {
        let error = open(&npz(header, &vec![0; found])).unwrap_err();
        assert!(
            matches!(&error, NpzError::Length { expected: 24, .. }),
            "{found}: {error}"
        );
        assert!(error.to_string().contains("(2, 3)"), "{error}");
    }
    assert!(open(&npz(header, &[0; 24])).is_ok());
}

#[test]
fn what_is_claimed_is_not_allocated() {
    let claim = "{'descr': '<f4', 'fortran_order': False, 'shape': (200000, 1000)}";
    assert!(matches!(
        open(&npz(claim, &[0; 4])),
        Err(NpzError::Length { .. })
    ));
    let claim = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000)}";
    let error = open(&npz(claim, &[0; 4])).unwrap_err();
    assert!(matches!(&error, NpzError::TooLarge { .. }), "{error}");
    assert!(error.to_string().contains("1.1 GB"), "{error}");
    let claim = "{'descr': '|S1', 'fortran_order': False, 'shape': (2000000,)}";
    assert!(matches!(
        open(&npz(claim, &[0; 4])),
        Err(NpzError::TooLarge { .. })
    ));
    let claim = "{'descr': '|S0', 'fortran_order': False, 'shape': (900000,)}";
    assert!(open(&npz(claim, &[])).is_ok(), "empty texts take no bytes");
}

#[test]
fn a_bomb_stops_at_the_limit() {
    // Two arrays of a megabyte each, in some kilobytes.
    let mut writer = NpzWriter::default();
    for name in ["a", "b"] {
        writer.bytes(name, &[1 << 20], &vec![0; 1 << 20]).unwrap();
    }
    let bomb = writer.finish().unwrap();
    assert!(bomb.len() < 10_000);
    let limited = |limit| read(NpzReader::with_limit("b.npz", bomb.clone(), limit));
    assert_eq!(limited(3 << 20).unwrap().len(), 2);
    assert!(matches!(limited(1_500_000), Err(NpzError::TooLarge { .. })));
    // One whose header claims little but that goes on: the zip's own limit counts what comes out.
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (10,)}";
    let long = npz(header, &vec![0; 4 << 20]);
    let error = read(NpzReader::with_limit("b.npz", long, 1 << 20)).unwrap_err();
    assert!(
        matches!(
            &error,
            NpzError::Length { .. } | NpzError::Archive(ArchiveError::TooLarge { .. })
        ),
        "{error}"
    );
}

#[test]
fn other_files_are_named_for_what_they_are() {
    assert!(matches!(
        open(b"\x93NUMPY\x01\x00"),
        Err(NpzError::Archive(ArchiveError::Unreadable { .. }))
    ));
    assert!(open(b"").is_err());
    let mut writer = NpzWriter::default();
    writer.file("analysis.json", b"{}").unwrap();
    assert!(matches!(
        open(&writer.finish().unwrap()),
        Err(NpzError::NoArray { .. })
    ));
}

#[test]
fn the_same_arrays_make_the_same_bytes() {
    let file = || {
        let mut writer = NpzWriter::default();
        writer
            .floats("epoch_1/fc1", &[2, 2], &[1.0, 2.0, 3.0, 4.0])
            .unwrap();
        writer.finish().unwrap()
    };
    assert_eq!(file(), file());
    assert!(matches!(
        NpzWriter::default().floats("a", &[2, 2], &[1.0]),
        Err(NpzError::Unwritable { .. })
    ));
}

proptest! {
    #[test]
    fn what_is_written_comes_back(
        floats in prop::collection::vec(any::<f32>(), 0..50),
        bytes in prop::collection::vec(any::<u8>(), 0..50),
        integers in prop::collection::vec(any::<i64>(), 0..50),
        text in prop::collection::vec("[^\0]{0,8}", 1..9),
        rows in 1..4_usize,
    ) {
        let rows_of = floats.len() / rows;
        let floats = &floats[..rows_of * rows];
        let mut writer = NpzWriter::default();
        writer.floats("floats", &[rows, rows_of], floats).unwrap();
        writer.bytes("bytes", &[bytes.len()], &bytes).unwrap();
        writer.integers("integers", &[integers.len()], &integers).unwrap();
        writer.text("a/text", &text).unwrap();
        let arrays = open(&writer.finish().unwrap()).unwrap();
        prop_assert_eq!(&arrays[0].1.shape.0, &[rows, rows_of]);
        match &arrays[0].1.values {
            Values::Floats(back) => {
                let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(back), bits(floats));
            }
            other => prop_assert!(false, "{:?}", other),
        }
        prop_assert_eq!(&arrays[1].1.values, &Values::Bytes(bytes));
        prop_assert_eq!(&arrays[2].1.values, &Values::Integers(integers));
        prop_assert_eq!(&arrays[3].0, "a/text");
        prop_assert_eq!(&arrays[3].1.values, &Values::Text(text));
    }

    #[test]
    fn no_change_of_a_file_makes_it_panic(at in any::<prop::sample::Index>(), value: u8, cut in any::<prop::sample::Index>()) {
        for file in [TYPES_COMPRESSED, include_bytes!("reference/npz/network.npz").as_slice()] {
            let mut changed = file.to_vec();
            let at = at.index(changed.len());
            changed[at] = value;
            let _ = open(&changed);
            prop_assert!(open(&file[..cut.index(file.len())]).is_err());
        }
    }

    #[test]
    fn no_header_makes_it_panic(header in "[{}\\[\\]()':, a-z<>|0-9L]{0,80}", values in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = open(&npz(&header, &values));
    }
}
