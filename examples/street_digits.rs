//! Draws street digits to look at or to train on elsewhere:
//!
//! ```text
//! cargo run --release --example street_digits -- sheet FILE.ppm [SEED]
//! cargo run --release --example street_digits -- raw FOLDER TRAIN TEST [SEED]
//! ```
//!
//! `sheet` writes 20 images of each class as one PPM picture, the left ten bright on dark. `raw`
//! writes `train-images`, `train-labels`, `train-polarity` and the same of `test`, bytes without
//! a header.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use hidden_activity::dataset::{Dataset, Part, Polarity, StreetDigits};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["sheet", file] => sheet(file, 1),
        ["sheet", file, seed] => sheet(file, seed.parse()?),
        ["raw", folder, train, test] => raw(folder, train.parse()?, test.parse()?, 1),
        ["raw", folder, train, test, seed] => {
            raw(folder, train.parse()?, test.parse()?, seed.parse()?)
        }
        _ => Err("say \"sheet FILE.ppm [SEED]\" or \"raw FOLDER TRAIN TEST [SEED]\"".into()),
    }
}

fn sheet(file: &str, seed: u64) -> Result<(), Box<dyn Error>> {
    let what = StreetDigits {
        train: 400,
        test: 1,
        seed,
    };
    let dataset = what.start()?.finish()?;
    let (side, columns) = (dataset.shape.width, 20);
    let mut picture = vec![0; dataset.classes() * side * columns * side * 3];
    let mut drawn = vec![[0_usize; 2]; dataset.classes()];
    for (index, &label) in dataset.train.labels.iter().enumerate() {
        let row = usize::from(label);
        let half = usize::from(what.polarity(Part::Train, index) == Polarity::DarkOnBright);
        let place = drawn[row][half];
        if place >= columns / 2 {
            continue;
        }
        drawn[row][half] += 1;
        let column = half * columns / 2 + place;
        let image = dataset.image(Part::Train, index);
        for (y, line) in image.chunks(side * 3).enumerate() {
            let start = ((row * side + y) * columns + column) * side * 3;
            picture[start..start + line.len()].copy_from_slice(line);
        }
    }
    let (width, height) = (columns * side, dataset.classes() * side);
    let mut ppm = format!("P6\n{width} {height}\n255\n").into_bytes();
    ppm.append(&mut picture);
    Ok(fs::write(file, ppm)?)
}

fn raw(folder: &str, train: usize, test: usize, seed: u64) -> Result<(), Box<dyn Error>> {
    let what = StreetDigits { train, test, seed };
    let start = Instant::now();
    let dataset = what.start()?.finish()?;
    println!("{} images in {:?}", train + test, start.elapsed());
    fs::create_dir_all(folder)?;
    for part in [Part::Train, Part::Test] {
        write(Path::new(folder), &dataset, &what, part)?;
    }
    Ok(())
}

fn write(folder: &Path, dataset: &Dataset, what: &StreetDigits, part: Part) -> std::io::Result<()> {
    let split = dataset.split(part);
    let indices: Vec<u32> = (0..split.len() as u32).collect();
    fs::write(folder.join(format!("{part}-images")), &split.images)?;
    fs::write(folder.join(format!("{part}-labels")), &split.labels)?;
    fs::write(
        folder.join(format!("{part}-polarity")),
        what.polarities(part, &indices),
    )
}
