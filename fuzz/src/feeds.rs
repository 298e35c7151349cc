//! What each target does with an input.
//!
//! Where a format protects itself by checksums, the input is what they protect, and they are made here:
//! a fuzzer does not find a checksum, and what lies behind it matters more.

use std::io::{self, Read};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use flate2::Crc;
use hidden_activity::address::ViewState;
use hidden_activity::analysis::file::{AnalysisFile, Contents, Parts, Reading};
use hidden_activity::analysis::import::Importing;
use hidden_activity::analysis::{Confusion, compare_hits, mistakes};
use hidden_activity::archive::{Allowance, Zip};
use hidden_activity::dataset::pictures::{Colours, PictureConfig, Pictures};
use hidden_activity::dataset::{
    Dataset, DatasetFiles, Division, FileReading, Manifest, NamedFile, OfficialSet, Pack, Part,
    Pieces, ReadFile, StreetDigitsDrawing,
};
use hidden_activity::embedding;
use hidden_activity::network::{SavedTraining, TrainInputs, Training, device};
use hidden_activity::npz::{NpzReader, Step};
use hidden_activity::worker::attachment::{
    Attachment, Compact, Encoded, FileHandle, decode, decode_compact, encode, encode_compact,
};
use hidden_activity::worker::flat::{flatten, unflatten};
use hidden_activity::worker::messages::{
    ProjectorPartial, ProjectorRequest, ProjectorResult, SentDataset, SentPack, TrainPartial,
    TrainRequest, Trained,
};
use hidden_activity::worker::protocol::{FromWorker, ToWorker};

// --- official files ------------------------------------------------------------------------------

/// IDX: the first byte says whether the file is gzipped, and how large the pieces are that it comes in.
pub fn idx(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else {
        return;
    };
    let name = ["t10k-images-idx3-ubyte", "train-labels-idx1-ubyte"][usize::from(how >> 7)];
    official(name, rest.to_vec(), how & 0x7f);
}

/// MATLAB's format: as it is, or (first byte odd) with the rest behind its header packed by zlib, as SVHN
/// has it.
pub fn matlab(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else {
        return;
    };
    let mut file = rest.to_vec();
    if how & 1 == 1 {
        file.truncate(MATLAB_HEADER);
        file.resize(MATLAB_HEADER, 0);
        for array in rest
            .get(MATLAB_HEADER..)
            .unwrap_or_default()
            .split(|&byte| byte == MATLAB_CUT)
        {
            // The header of zlib, what is packed, and its checksum.
            let packed = [&[0x78, 1], stored(array).as_slice(), &adler(array)].concat();
            file.extend(MATLAB_COMPRESSED.to_le_bytes());
            file.extend((packed.len() as u32).to_le_bytes());
            file.extend(packed);
        }
    }
    official("train_32x32.mat", file, how >> 1);
}

/// Bytes of the header of a MATLAB file.
const MATLAB_HEADER: usize = 128;
/// The tag of what is packed.
const MATLAB_COMPRESSED: u32 = 15;
/// Stands between variables that are packed one by one.
pub const MATLAB_CUT: u8 = 0xfe;

/// CIFAR-10.
pub fn cifar10(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else {
        return;
    };
    let name = ["data_batch_1.bin", "test_batch.bin", "mine"][usize::from(how % 3)];
    official(name, rest.to_vec(), how / 3);
}

/// Archives by tar, as they are, gzipped, or with their members gzipped. Checksums of headers are made.
pub fn tarball(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else {
        return;
    };
    let mut file = rest.to_vec();
    for block in file.chunks_exact_mut(TAR_BLOCK) {
        if block[257..262] == *b"ustar" {
            block[TAR_CHECKSUM].fill(b' ');
            let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
            block[TAR_CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    if how & 1 == 1 {
        file = gzip(&file);
    }
    official("cifar-10-binary.tar.gz", file, how >> 1);
}

const TAR_BLOCK: usize = 512;
const TAR_CHECKSUM: std::ops::Range<usize> = 148..156;

/// What deflate makes of bytes where it leaves them as they are: packing them truly takes most of the time
/// of an input, and finds nothing more.
fn stored(bytes: &[u8]) -> Vec<u8> {
    const LONGEST: usize = u16::MAX as usize;
    let mut packed = Vec::with_capacity(bytes.len() + 16);
    let mut rest = bytes;
    loop {
        let (now, later) = rest.split_at(rest.len().min(LONGEST));
        let length = now.len() as u16;
        packed.push(u8::from(later.is_empty()));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(now);
        rest = later;
        if rest.is_empty() {
            return packed;
        }
    }
}

/// The checksum of zlib.
fn adler(bytes: &[u8]) -> [u8; 4] {
    let (mut a, mut b) = (1_u32, 0);
    for &byte in bytes {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    (b << 16 | a).to_be_bytes()
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    packed.extend(stored(bytes));
    packed.extend(crc(bytes).to_le_bytes());
    packed.extend((bytes.len() as u32).to_le_bytes());
    packed
}

/// Reads a file, whole and in pieces, and makes data sets of it.
fn official(name: &str, bytes: Vec<u8>, pieces: u8) {
    let size = bytes.len() as u64;
    let read = FileReading::of(NamedFile {
        name: name.to_owned(),
        bytes: bytes.clone(),
    })
    .run();
    if pieces > 0 {
        let source = InPieces {
            bytes: io::Cursor::new(bytes),
            most: usize::from(pieces),
        };
        let again = FileReading::new(name, size, source).run();
        assert_eq!(
            again.ok(),
            read.as_ref().ok().cloned(),
            "other pieces, another file"
        );
    }
    match read {
        Ok(files) => put_together(files),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Gives no more than a few bytes at a time.
struct InPieces {
    bytes: io::Cursor<Vec<u8>>,
    most: usize,
}

impl Read for InPieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(self.most);
        self.bytes.read(&mut into[..most])
    }
}

fn put_together(files: Vec<ReadFile>) {
    let mut all = DatasetFiles::default();
    for file in files {
        assert!(
            file.count() > 0 || file.set() == OfficialSet::Cifar10,
            "an empty file"
        );
        let _ = all
            .add(file)
            .map(|added| assert!(!added.to_string().is_empty()));
    }
    for set in all.sets() {
        if let Ok(assembled) = all.assemble(set, 1) {
            sound(&assembled.dataset);
        }
    }
}

/// What every data set promises.
fn sound(dataset: &Dataset) {
    for part in [Part::Train, Part::Test] {
        let split = dataset.split(part);
        assert_eq!(split.images.len(), split.len() * dataset.shape.pixels());
        let classes = dataset.classes();
        assert!(
            split
                .labels
                .iter()
                .all(|&label| usize::from(label) < classes)
        );
    }
}

// --- packs ---------------------------------------------------------------------------------------

/// Packs of the site and their list. By the first byte: a file as it is; a header (up to the first zero)
/// and what is packed behind it; or the list.
pub fn pack(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else {
        return;
    };
    match how % 3 {
        0 => unpack(rest),
        1 => {
            let (header, payload) = at_zero(rest);
            let mut file = b"\x89HAP\r\n\x1a\n\x01\0".to_vec();
            file.extend((header.len() as u32).to_le_bytes());
            file.extend(header);
            file.extend(gzip(payload));
            unpack(&file);
        }
        _ => {
            let text = String::from_utf8_lossy(rest);
            if let Ok(list) = Manifest::parse(&text) {
                let _ = list.sets.iter().map(|set| set.bytes() as f64).sum::<f64>();
                let again = Manifest::parse(&list.to_json());
                assert_eq!(again.ok(), Some(list));
            }
        }
    }
}

fn unpack(file: &[u8]) {
    let Ok(pack) = Pack::decode("fuzz.pack", file) else {
        return;
    };
    if let Ok(sent) = encode_compact(SentPack::from(pack.clone())) {
        let sent = decode_compact::<SentPack>(sent).map(Pack::from);
        assert_eq!(
            sent.ok().as_ref(),
            Some(&pack),
            "changed on its way to the page"
        );
    }
    if matches!(pack.division, Division::Piece { .. }) {
        let mut pieces = Pieces::default();
        let _ = pieces.add(pack.clone());
        // A second time: pieces that overlap are refused.
        let twice = pieces.add(pack.clone()).is_ok();
        if let Ok((seen, places)) = pieces.preview() {
            sound(&seen);
            assert_eq!(places.len(), seen.test.len());
        }
        assert!(
            !twice || pieces.into_dataset().is_err(),
            "the same piece twice"
        );
        let mut pieces = Pieces::default();
        let _ = pieces.add(pack);
        if let Ok(dataset) = pieces.into_dataset() {
            sound(&dataset);
        }
    } else if let Ok(dataset) = pack.into_dataset() {
        sound(&dataset);
        let sent = encode_compact(SentDataset::from(dataset.clone()));
        let again = sent
            .and_then(decode_compact::<SentDataset>)
            .map(Dataset::from);
        assert_eq!(again.ok(), Some(dataset));
    }
}

/// What stands before the first zero, and behind it.
fn at_zero(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|&byte| byte == 0);
    let (before, after) = bytes.split_at(at.unwrap_or(bytes.len()));
    (before, after.get(1..).unwrap_or_default())
}

// --- archives, arrays, pictures --------------------------------------------------------------------

/// The most that archives may unpack to here; the true limits have tests of their own, with true bombs.
const MOST_UNPACKED: u64 = 1 << 24;

/// A zip archive as it is, opened as everything that a visitor's archive may be.
pub fn archives(bytes: &[u8]) {
    let Ok(zip) = Zip::open("fuzz.zip", bytes.to_vec()) else {
        return;
    };
    let mut allowance = Allowance::new(MOST_UNPACKED);
    for entry in zip.entries() {
        let all = zip
            .unpack(entry)
            .and_then(|entry| entry.read_to_end(&mut allowance));
        assert!(all.is_err() || all.is_ok_and(|all| all.len() as u64 == entry.claimed_size));
    }
    assert!(allowance.left() <= MOST_UNPACKED);
    if let Ok(reader) = NpzReader::of(zip.clone(), MOST_UNPACKED) {
        read_arrays(reader);
    }
    if Reading::recognises(&zip) {
        if let Ok(reading) = Reading::of(zip) {
            read_analysis(reading);
        }
        return;
    }
    if let Ok(importing) = Importing::of(zip.clone()) {
        import(importing);
    }
    // Pictures are decoded by their own target: here are their paths.
    if let Ok(pictures) = Pictures::of_zip(zip, PICTURE) {
        assert!(!pictures.is_empty());
    }
}

fn read_arrays(mut reader: NpzReader) {
    loop {
        match reader.advance() {
            Ok(Step::Working) => {}
            Ok(Step::Array(_, array)) => {
                let count = array.shape.0.iter().product::<usize>();
                assert_eq!(array.values.len(), count, "an array of another shape");
            }
            Ok(Step::Done) | Err(_) => return,
        }
    }
}

/// An archive of the entries in an input: its name up to a zero, two bytes for its length, its content.
fn archive_of(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut archive, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    while !bytes.is_empty() {
        let (name, rest) = at_zero(bytes);
        let (&[low, high], rest) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_le_bytes([low, high])).min(rest.len());
        let (content, rest) = rest.split_at(length);
        bytes = rest;
        count = count.checked_add(1)?;
        // What the header in front of the content and the one in the directory have in common: version,
        // flags, method (stored), time, date, checksum, both sizes, lengths of the name and of more.
        let size = (content.len() as u32).to_le_bytes();
        let common = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0],
            crc(content).to_le_bytes().as_slice(),
            &size,
            &size,
            &u16::try_from(name.len()).ok()?.to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((archive.len() as u32).to_le_bytes());
        directory.extend(name);
        archive.extend(b"PK\x03\x04");
        archive.extend(common);
        archive.extend(name);
        archive.extend(content);
    }
    let [start, length] = [archive.len(), directory.len()].map(|length| length as u32);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend([length.to_le_bytes(), start.to_le_bytes()].concat());
    archive.extend([0, 0]);
    Some(archive)
}

/// The visitor's own network: arrays with names, as NumPy saves them.
pub fn arrays(bytes: &[u8]) {
    let Some(archive) = archive_of(bytes) else {
        return;
    };
    if let Ok(importing) = Importing::open("fuzz.npz", archive) {
        import(importing);
    }
}

fn import(mut importing: Importing) {
    loop {
        match importing.advance() {
            Ok(false) => {}
            Ok(true) => break,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                return;
            }
        }
    }
    let Ok(imported) = importing.finish() else {
        return;
    };
    for note in &imported.notes {
        assert!(!note.to_string().is_empty());
    }
    if let Ok((dataset, network)) = imported.into_parts() {
        sound(&dataset);
        let analysis = network.analysis(&dataset, 10, 1);
        let file = AnalysisFile {
            dataset,
            analysis,
            origin: Default::default(),
            settings: Default::default(),
            made_by: String::new(),
        };
        look_at(&file);
    }
}

/// An analysis file of any version: its description and its arrays.
pub fn analysis(bytes: &[u8]) {
    let Some(archive) = archive_of(bytes) else {
        return;
    };
    if let Ok(reading) = Reading::open("fuzz.npz", archive) {
        read_analysis(reading);
    }
}

fn read_analysis(mut reading: Reading) {
    loop {
        match reading.advance() {
            Ok(false) => {}
            Ok(true) => break,
            Err(_) => return,
        }
    }
    let mut parts = reading.finish();
    let name = "fuzz.npz";
    match parts.recipe(name) {
        // A worker draws them, which is slow: a few are drawn here.
        Ok(Some(recipe))
            if recipe
                .street_digits
                .train
                .saturating_add(recipe.street_digits.test)
                <= 4 =>
        {
            let Ok(drawn) = recipe
                .street_digits
                .start()
                .map(StreetDigitsDrawing::finish)
            else {
                return;
            };
            let Ok(drawn) = drawn else {
                return;
            };
            if parts.redraw(&drawn, name).is_err() {
                return;
            }
        }
        Ok(Some(_)) | Err(_) => return,
        Ok(None) => {}
    }
    let Ok(file) = parts.assemble(name) else {
        return;
    };
    sound(&file.dataset);
    look_at(&file);
    // What was read can be saved and read again.
    let parts = Parts::of(
        &file.dataset,
        Some(&file.origin),
        &file.analysis,
        &file.settings,
        Contents { activations: true },
    );
    assert!(
        parts.assemble(name).is_ok(),
        "what was opened cannot be saved"
    );
}

/// Asks an analysis what the page asks.
fn look_at(file: &AnalysisFile) {
    let AnalysisFile {
        dataset, analysis, ..
    } = file;
    let _ = (analysis.epochs(), analysis.bytes());
    for layer in 0..analysis.hidden_layers() {
        assert!(!analysis.layer_name(layer).is_empty() || analysis.layer_names.len() > layer);
    }
    for (&(_, part), snapshot) in &analysis.snapshots {
        let labels = &analysis.subset(part).labels;
        let confusion = Confusion::new(&snapshot.predictions, labels, dataset.classes());
        let _ = (confusion.right(), confusion.most_frequent_mistake());
        for mistake in mistakes(&snapshot.predictions, labels) {
            let _ = dataset.image(part, mistake.index as usize);
        }
        let _ = snapshot.predictions.accuracy(labels);
    }
    let hits: Vec<_> = analysis
        .projections
        .values()
        .map(|found| &found.hit)
        .collect();
    for pair in hits.windows(2) {
        let _ = compare_hits(pair[0], pair[1]);
    }
    for (&of, found) in &analysis.projections {
        assert_eq!(found.positions.len(), analysis.subset(of.part).len() * 2);
        let _ = analysis.features(dataset, of);
    }
    for &of in analysis.evolutions.keys() {
        assert!(!of.to_string().is_empty());
        for representation in of.representations(analysis) {
            let _ = analysis.can_be_shown(representation);
        }
    }
}

/// The most pixels of a picture that is decoded here: larger ones are slow, and have tests of their own.
pub const MOST_PIXELS: u64 = 1 << 20;
const PICTURE: PictureConfig = PictureConfig {
    side: 8,
    colours: Colours::Rgb,
    seed: 1,
};

/// A picture of any format; the first byte says whether it keeps its colours.
pub fn pictures(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else {
        return;
    };
    if claimed_pixels(rest) > MOST_PIXELS {
        return;
    }
    let files = ["a/1.png", "b/2.png"].map(|name| NamedFile {
        name: name.to_owned(),
        bytes: rest.to_vec(),
    });
    let config = PictureConfig {
        colours: if how & 1 == 0 {
            Colours::Rgb
        } else {
            Colours::Grey
        },
        ..PICTURE
    };
    // The same picture twice would be read twice as slowly: the second is left out.
    let [first, mut second] = files;
    second.bytes.clear();
    let Ok(mut pictures) = Pictures::from_files("fuzz", vec![first, second], config) else {
        return;
    };
    while let Ok(false) = pictures.advance() {}
    match pictures.finish() {
        Ok(opened) => sound(&opened.dataset),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Width × height, where a picture's first bytes say it in a fixed place.
fn claimed_pixels(bytes: &[u8]) -> u64 {
    let number = |range: std::ops::Range<usize>, big: bool| -> u64 {
        let bytes = bytes.get(range).unwrap_or_default();
        let fold = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if big {
            bytes.iter().fold(0, fold)
        } else {
            bytes.iter().rev().fold(0, fold)
        }
    };
    match bytes {
        [0x89, b'P', ..] => number(16..20, true).saturating_mul(number(20..24, true)),
        [b'G', b'I', b'F', ..] => {
            (number(6..8, false) * number(8..10, false)).max(gif_pixels(bytes))
        }
        // Heights below zero mean another order of the rows.
        [b'B', b'M', ..] => {
            let length = |range| u64::from((number(range, false) as u32 as i32).unsigned_abs());
            length(18..22).saturating_mul(length(22..26))
        }
        _ => jpeg_pixels(bytes),
    }
}

/// The largest frame of a GIF, which may be larger than its screen.
fn gif_pixels(bytes: &[u8]) -> u64 {
    let table = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    };
    let byte = |at: usize| bytes.get(at).copied();
    let side = |at: usize| Some(u64::from(u16::from_le_bytes([byte(at)?, byte(at + 1)?])));
    let mut most = 0;
    let mut walk = || {
        let mut at = 13 + table(byte(10)?);
        loop {
            at = match byte(at)? {
                0x2c => {
                    most = most.max(side(at + 5)? * side(at + 7)?);
                    at + 11 + table(byte(at + 9)?)
                }
                0x21 => at + 2,
                0 => {
                    at += 1;
                    continue;
                }
                _ => return None::<()>,
            };
            // Pieces, each after its length, up to an empty one.
            while let length @ 1.. = byte(at)? {
                at += 1 + usize::from(length);
            }
            at += 1;
        }
    };
    walk();
    most
}

/// The largest frame that a JPEG announces.
fn jpeg_pixels(bytes: &[u8]) -> u64 {
    let frames = bytes
        .windows(9)
        .filter(|frame| frame[0] == 0xff && frame[1] & 0xf0 == 0xc0);
    let pixels = frames.map(|frame| {
        let side = |high: u8, low: u8| u64::from(u16::from_be_bytes([high, low]));
        side(frame[5], frame[6]) * side(frame[7], frame[8])
    });
    pixels.max().unwrap_or(0)
}

// --- messages ------------------------------------------------------------------------------------

/// Messages between page and workers. The first byte says in which format; then come how many arrays
/// travel along, their kinds and lengths; the rest is the header.
pub fn messages(bytes: &[u8]) {
    let Some((&[how, count], mut rest)) = bytes.split_first_chunk() else {
        return;
    };
    if how % 3 == 2 {
        let file = [b"HAF1".as_slice(), &bytes[1..]].concat();
        if let Some(message) = unflatten(&file) {
            let flat = flatten(&message);
            let again = unflatten(&flat).map(|message| flatten(&message));
            assert_eq!(again, Some(flat), "changed by being written");
            // What the page shows first.
            if let Ok(ProjectorResult::OpenedAnalysis { parts, .. }) = decode_compact(message) {
                let _ = Parts::from(parts).assemble("fuzz");
            }
        }
        return;
    }
    let mut attachments = Vec::new();
    for _ in 0..count % 64 {
        let Some((&[kind, length], after)) = rest.split_first_chunk() else {
            return;
        };
        rest = after;
        let length = usize::from(length);
        attachments.push(match kind % 4 {
            0 => Attachment::U8(vec![kind >> 2; length]),
            1 => Attachment::U32(vec![u32::from(kind >> 2); length]),
            2 => Attachment::F32(vec![f32::from(kind >> 2); length]),
            _ => Attachment::File(FileHandle(u32::from(kind))),
        });
    }
    if how % 3 == 1 {
        page_reads(Compact {
            header: rest.to_vec(),
            attachments,
        });
        return;
    }
    let Ok(header) = std::str::from_utf8(rest) else {
        return;
    };
    let encoded = Encoded {
        header: header.to_owned(),
        attachments,
    };
    if let Ok(message) = decode::<ToWorker<ProjectorRequest>>(encoded.clone()) {
        assert!(encode(message).is_ok());
    }
    if let Ok(message) = decode::<ToWorker<TrainRequest>>(encoded) {
        assert!(encode(message).is_ok());
    }
}

/// What the page makes of an answer.
fn page_reads(compact: Compact) {
    if let Ok(message) =
        decode_compact::<FromWorker<ProjectorPartial, ProjectorResult>>(compact.clone())
    {
        assert!(encode_compact(message).is_ok());
    }
    if let Ok(message) = decode_compact::<FromWorker<TrainPartial, Trained>>(compact) {
        assert!(encode_compact(message).is_ok());
    }
}

// --- addresses and other pages -------------------------------------------------------------------

/// The query of an address, read as the page does and as a frame does.
pub fn address(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let said: Vec<(&str, &str)> = text
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let find = |name: &str| {
        let found = said.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let _ = embedding::wish(&find);
    let state = ViewState::default().with(find);
    // What is too long for an address is left out of it; what is written once is read as it was.
    let again = written(&state);
    assert_eq!(written(&again), again);
    let _ = state.settings();
}

/// A state that was written into an address and read from it.
fn written(state: &ViewState) -> ViewState {
    let pairs = state.pairs(&ViewState::default());
    ViewState::default().with(|name| {
        let found = pairs.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.clone())
    })
}

/// A message of another page to a figure, as JSON, which can say all that a figure can read.
pub fn embedding(bytes: &[u8]) {
    use serde_json::Value as Json;
    let Ok(mut message) = serde_json::from_slice::<Json>(bytes) else {
        return;
    };
    let read = |message: &Json| {
        embedding::decode(&|name| match message.get(name)? {
            Json::String(text) => Some(embedding::Value::Text(text.clone())),
            Json::Number(number) => number.as_f64().map(embedding::Value::Number),
            Json::Array(values) => {
                let numbers: Option<Vec<f64>> = values.iter().map(Json::as_f64).collect();
                Some(numbers.map_or(embedding::Value::Other, embedding::Value::Numbers))
            }
            _ => Some(embedding::Value::Other),
        })
    };
    let is_ours = message.get("type") == Some(&Json::from(embedding::KIND));
    assert_eq!(read(&message).is_some(), is_ours);
    if let Some(fields) = message.as_object_mut() {
        fields.insert("type".into(), embedding::KIND.into());
        fields.insert("version".into(), embedding::VERSION.into());
        match read(&message) {
            Some(Err(why)) => assert!(!why.is_empty()),
            Some(Ok(_)) => {}
            None => panic!("a message for us is not read"),
        }
    }
}

// --- saved trainings -----------------------------------------------------------------------------

/// The most weights, and values of a batch, with which a training goes on here.
const MOST_VALUES: usize = 1 << 14;

/// A saved training: a file as it is, or (first byte odd) its header up to the first zero, whose length
/// is made, and the bytes of its tensors.
pub fn saved(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else {
        return;
    };
    let file = if how & 1 == 0 {
        rest.to_vec()
    } else {
        let (header, tensors) = at_zero(rest);
        let length = (header.len() as u64).to_le_bytes();
        [&length, header, tensors].concat()
    };
    let saved = match SavedTraining::from_bytes(&file) {
        Ok(saved) => saved,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let (shape, classes) = (saved.data.shape, saved.data.class_names.len());
    assert!(saved.check(shape, classes).is_ok());
    let Ok(written) = saved.to_bytes() else {
        panic!("what was opened cannot be saved");
    };
    assert!(SavedTraining::from_bytes(&written).is_ok());
    go_on(saved);
}

/// Goes on with a training, on two images.
fn go_on(saved: SavedTraining) {
    let SavedTraining {
        setup,
        data,
        checkpoint,
    } = saved;
    let (shape, classes) = (data.shape, data.class_names.len());
    let weights = checkpoint.weights.iter().map(|array| array.data.len());
    if shape.pixels() > MOST_VALUES || weights.sum::<usize>() > MOST_VALUES {
        return;
    }
    let images = vec![7_u8; shape.pixels() * 2];
    let Ok(inputs) = TrainInputs::new(images, vec![0_u8; 2], shape, classes) else {
        return;
    };
    let device = device::cpu();
    let training =
        Training::from_checkpoint(&device, inputs, &setup.network, setup.training, &checkpoint);
    let Ok(mut training) = training else {
        return;
    };
    if training.plan().values_per_image() > MOST_VALUES || training.is_finished() {
        return;
    }
    let _ = now(training.step());
}

/// The result of what never waits: training on the processor.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("training on the processor waits for something"),
    }
}
