//! What drawing and preprocessing images cost: `cargo bench --bench dataset`.
//!
//! The goal is a few seconds for 10,000 images in wasm, so half a second for 1,000 at the most.

use divan::{Bencher, black_box};
use hidden_activity::dataset::{Dataset, Preprocessing, StreetDigits};

fn main() {
    divan::main();
}

const DIGITS: StreetDigits = StreetDigits {
    train: 999,
    test: 1,
    seed: 1,
};

fn drawn() -> Dataset {
    let drawing = DIGITS.start().expect("the numbers are possible");
    drawing.finish().expect("what is drawn fits together")
}

#[divan::bench(sample_count = 10)]
fn draw_1000_street_digits() {
    black_box(drawn());
}

/// 1,000 colour images, of which 999 are filtered twice.
#[divan::bench(sample_count = 10, args = [0.5, 1.0, 3.0])]
fn blur_and_sobel_of_1000_colour_images(bencher: Bencher, sigma: f32) {
    preprocess(
        bencher,
        Preprocessing {
            gaussian_sigma: Some(sigma),
            sobel: true,
            ..Preprocessing::default()
        },
    );
}

/// As the page offers it.
#[divan::bench(sample_count = 10)]
fn grey_blur_and_sobel_of_1000_images(bencher: Bencher) {
    preprocess(
        bencher,
        Preprocessing {
            grayscale: true,
            gaussian_sigma: Some(1.0),
            sobel: true,
            standardise: false,
        },
    );
}

fn preprocess(bencher: Bencher, steps: Preprocessing) {
    let dataset = drawn();
    bencher.bench(|| {
        let run = steps.start(&dataset).expect("the steps are possible");
        black_box(run.finish().expect("what is made fits together"))
    });
}
