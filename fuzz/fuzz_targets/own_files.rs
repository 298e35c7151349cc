//! Whatever a visitor drops as a network or as pictures is opened or refused, never a panic.
//!
//! The input's first byte says what it is taken for: an archive of arrays, one of pictures, the
//! content of a single array, or of a single picture.
#![no_main]

use hidden_activity::analysis::import::Importing;
use hidden_activity::archive::ZipWriter;
use hidden_activity::dataset::NamedFile;
use hidden_activity::dataset::pictures::{Colours, PictureConfig, Pictures};
use hidden_activity::npz::{NpzReader, Step};
use libfuzzer_sys::fuzz_target;

const CONFIG: PictureConfig = PictureConfig {
    side: 8,
    colours: Colours::Rgb,
    seed: 1,
};

fuzz_target!(|input: &[u8]| {
    let Some((&kind, rest)) = input.split_first() else {
        return;
    };
    match kind % 4 {
        0 => import(rest.to_vec()),
        1 => {
            if let Ok(pictures) = Pictures::from_zip("fuzz.zip", rest.to_vec(), CONFIG) {
                read_pictures(pictures);
            }
        }
        2 => {
            // With a true checksum, so that the array itself is looked at.
            let mut archive = ZipWriter::default();
            if archive.add("labels.npy", [rest]).is_ok()
                && let Ok(bytes) = archive.finish()
            {
                if let Ok(mut reader) = NpzReader::with_limit("fuzz.npz", bytes.clone(), 1 << 24) {
                    while let Ok(Step::Working | Step::Array(..)) = reader.advance() {}
                }
                import(bytes);
            }
        }
        _ => {
            let files = ["a/1.png", "a/2.png"].map(|name| NamedFile {
                name: name.to_owned(),
                bytes: rest.to_vec(),
            });
            if let Ok(pictures) = Pictures::from_files("fuzz", files.into(), CONFIG) {
                read_pictures(pictures);
            }
        }
    }
});

fn import(bytes: Vec<u8>) {
    let Ok(mut importing) = Importing::open("fuzz.npz", bytes) else {
        return;
    };
    loop {
        match importing.advance() {
            Ok(false) => {}
            Ok(true) => break,
            Err(_) => return,
        }
    }
    if let Ok(imported) = importing.finish()
        && let Ok((dataset, network)) = imported.into_parts()
    {
        let _ = network.analysis(&dataset, 10, 1);
    }
}

fn read_pictures(mut pictures: Pictures) {
    loop {
        match pictures.advance() {
            Ok(false) => {}
            Ok(true) => break,
            Err(_) => return,
        }
    }
    let _ = pictures.finish();
}
