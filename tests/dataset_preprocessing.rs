//! Preprocessing: each step against scipy.ndimage and numpy, then whole data sets.
#![allow(clippy::unwrap_used)]

use hidden_activity::dataset::preprocess::{
    Gaussian, PreprocessingError, Standardisation, sobel_magnitude, to_grey,
};
use hidden_activity::dataset::{Dataset, ImageShape, Part, Preprocessing, Split};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    shape: [usize; 3],
    images: Vec<u8>,
    grey: Vec<f32>,
    gaussian: Vec<Blurred>,
    sobel: Vec<f32>,
    chain_sigma: f32,
    chain: Vec<f32>,
    mean: Vec<f32>,
    std: Vec<f32>,
    standardised: Vec<f32>,
}

#[derive(Deserialize)]
struct Blurred {
    sigma: f32,
    values: Vec<f32>,
}

impl Case {
    fn shape(&self) -> ImageShape {
        let [height, width, channels] = self.shape;
        ImageShape {
            height,
            width,
            channels,
        }
    }

    fn first(&self) -> &[u8] {
        &self.images[..self.shape().pixels()]
    }
}

fn cases() -> Vec<Case> {
    let reference: Reference =
        serde_json::from_str(include_str!("reference/preprocessing.json")).unwrap();
    assert_eq!(reference.cases.len(), 5);
    reference.cases
}

fn close(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() < 1e-5, "{what}, value {index}: {a} and {b}");
    }
}

fn filtered(preprocessing: Preprocessing, case: &Case) -> Vec<f32> {
    preprocessing
        .filter(case.shape())
        .unwrap()
        .apply(case.first())
}

#[test]
fn every_step_equals_scipy() {
    let nothing = Preprocessing::default();
    for case in cases() {
        let shape = case.shape();
        let grey = Preprocessing {
            grayscale: true,
            ..nothing
        };
        close(&filtered(grey, &case), &case.grey, "grey");
        for Blurred { sigma, values } in &case.gaussian {
            let blur = Preprocessing {
                gaussian_sigma: Some(*sigma),
                ..nothing
            };
            let name = format!("σ {sigma} of {shape}");
            close(&filtered(blur, &case), values, &name);
        }
        let sobel = Preprocessing {
            sobel: true,
            ..nothing
        };
        close(&filtered(sobel, &case), &case.sobel, "Sobel");
        let all = Preprocessing {
            grayscale: true,
            gaussian_sigma: Some(case.chain_sigma),
            sobel: true,
            standardise: true,
        };
        close(&filtered(all, &case), &case.chain, "all in their order");
    }
}

#[test]
fn standardisation_equals_numpy() {
    for case in cases() {
        let standardisation = Standardisation::of_images(&case.images, case.shape());
        let relative = |a: &f32, b: &f32| (a / b - 1.0).abs() < 1e-6;
        assert!(
            standardisation
                .mean
                .iter()
                .zip(&case.mean)
                .all(|(a, b)| relative(a, b))
        );
        assert!(
            standardisation
                .std
                .iter()
                .zip(&case.std)
                .all(|(a, b)| relative(a, b))
        );
        let mut values: Vec<f32> = case.first().iter().map(|&value| f32::from(value)).collect();
        standardisation.apply(&mut values);
        close(&values, &case.standardised, "standardised");
    }
}

/// A data set with one class of colour images of 6×5, by a formula.
fn colours(train: usize, test: usize) -> Dataset {
    let part = |n: usize, from: usize| Split {
        images: (0..n * 90)
            .map(|i| ((i + from) * 7919 % 251) as u8 / 2)
            .collect(),
        labels: vec![0; n],
    };
    Dataset::new(
        "colours".to_owned(),
        "a formula".to_owned(),
        ImageShape {
            height: 6,
            width: 5,
            channels: 3,
        },
        vec!["all".to_owned()],
        part(train, 0),
        part(test, 1),
    )
    .unwrap()
}

#[test]
fn a_data_set_is_filtered_in_slices_and_scaled_by_its_training_part() {
    let dataset = colours(5, 3);
    let what = Preprocessing {
        grayscale: true,
        gaussian_sigma: Some(0.7),
        sobel: true,
        standardise: true,
    };
    let mut run = what.start(&dataset).unwrap();
    assert_eq!((run.done(), run.total()), (0, 13));
    let mut last = 0;
    while !run.advance(2) {
        assert_eq!(run.done(), last + 2);
        last = run.done();
    }
    assert_eq!(run.done(), 13);
    let after = run.finish().unwrap();
    let at_once = what.start(&dataset).unwrap().finish().unwrap();
    assert_eq!(after, at_once);
    let prepared = after.dataset;
    assert_eq!(
        prepared.name,
        "colours (grey, Gaussian σ 0.7, Sobel, standardised)"
    );
    assert_eq!(prepared.shape.to_string(), "6×5");
    assert_eq!(prepared.train.labels, dataset.train.labels);
    assert_eq!(prepared.train.images.iter().max(), Some(&255));
    let mut filter = what.filter(dataset.shape).unwrap();
    let mut floats = |part: Part| -> Vec<f32> {
        (0..dataset.len(part))
            .flat_map(|index| filter.apply(dataset.image(part, index)))
            .collect()
    };
    let (train, test) = (floats(Part::Train), floats(Part::Test));
    let largest = train.iter().copied().fold(0.0, f32::max);
    for (values, stored) in [
        (train, &prepared.train.images),
        (test, &prepared.test.images),
    ] {
        assert_eq!(values.len(), stored.len());
        for (value, &pixel) in values.iter().zip(stored) {
            let expected = (value / largest * 255.0).min(255.0);
            assert!(
                (expected - f32::from(pixel)).abs() <= 0.501,
                "{value} {pixel}"
            );
        }
    }
    let standardisation = after.standardisation.unwrap();
    assert_eq!(standardisation, Standardisation::of(&prepared));
}

#[test]
fn standardisation_alone_and_nothing_leave_every_pixel() {
    let dataset = colours(4, 2);
    let nothing = Preprocessing::default();
    let run = nothing.start(&dataset).unwrap();
    assert_eq!(run.total(), 0);
    let same = run.finish().unwrap();
    assert_eq!((&same.dataset, same.standardisation), (&dataset, None));
    let standardise = Preprocessing {
        standardise: true,
        ..nothing
    };
    let same = standardise.start(&dataset).unwrap().finish().unwrap();
    assert_eq!(same.dataset.train, dataset.train);
    assert_eq!(same.dataset.name, "colours (standardised)");
    assert!(same.standardisation.is_some());
}

#[test]
fn an_image_without_edges_stays_black_and_what_is_impossible_is_said() {
    let flat = Split {
        images: vec![77; 12],
        labels: vec![0, 0, 0],
    };
    let shape = ImageShape {
        height: 2,
        width: 1,
        channels: 2,
    };
    let names = vec!["0".to_owned()];
    let dataset = Dataset::new(
        "flat".to_owned(),
        String::new(),
        shape,
        names,
        flat.clone(),
        flat,
    )
    .unwrap();
    let nothing = Preprocessing::default();
    let sobel = Preprocessing {
        sobel: true,
        ..nothing
    };
    let edges = sobel.start(&dataset).unwrap().finish().unwrap();
    assert_eq!(edges.dataset.train.images, [0; 12]);
    let grey = Preprocessing {
        grayscale: true,
        ..nothing
    };
    assert_eq!(
        grey.start(&dataset).unwrap_err(),
        PreprocessingError::Channels(2)
    );
    let wide = Preprocessing {
        gaussian_sigma: Some(99.0),
        ..nothing
    };
    assert_eq!(
        wide.start(&dataset).unwrap_err().to_string(),
        "a Gaussian blur of 99 pixels is not possible: choose more than 0 and at most 16"
    );
}

#[test]
fn a_preview_shows_what_will_be_done() {
    let dataset = colours(4, 2);
    let images: Vec<&[u8]> = (0..4).map(|i| dataset.image(Part::Train, i)).collect();
    let steps = Preprocessing {
        grayscale: true,
        gaussian_sigma: Some(1.0),
        sobel: true,
        standardise: false,
    };
    // Of the whole training part, so that scales agree.
    let preview = steps.preview(dataset.shape, &images).unwrap();
    let applied = steps.start(&dataset).unwrap().finish().unwrap().dataset;
    assert_eq!(preview.shape, applied.shape);
    assert_eq!(preview.images.concat(), applied.train.images);
    let nothing = Preprocessing::default();
    let same = nothing.preview(dataset.shape, &images).unwrap();
    assert_eq!(same.images, images);
    let standardise = Preprocessing {
        standardise: true,
        ..nothing
    };
    let standardised = standardise.preview(dataset.shape, &images).unwrap();
    let bytes = standardised.images.concat();
    let mean = bytes.iter().map(|&byte| f64::from(byte)).sum::<f64>() / bytes.len() as f64;
    assert!((mean - 127.5).abs() < 1.0, "{mean}");
    assert_ne!(standardised.images, images);
    assert!(steps.preview(dataset.shape, &[]).unwrap().images.is_empty());
}

proptest! {
    #[test]
    fn edges_do_not_know_polarity_and_blur_keeps_the_mean(
        width in 1_usize..9,
        rows in 1_usize..9,
        sigma in 0.1_f32..5.0,
        seed in prop::collection::vec(0.0_f32..1.0, 64),
    ) {
        let plane = &seed[..width * rows];
        let negative: Vec<f32> = plane.iter().map(|value| 1.0 - value).collect();
        let (edges, same) = (sobel_magnitude(plane, width), sobel_magnitude(&negative, width));
        for (a, b) in edges.iter().zip(&same) {
            prop_assert!((a - b).abs() < 1e-5);
        }
        // With its border mirrored, an image loses no light by being blurred.
        let mut blurred = plane.to_vec();
        Gaussian::new(sigma).unwrap().blur(&mut blurred, width);
        let sum = |values: &[f32]| values.iter().map(|&value| f64::from(value)).sum::<f64>();
        prop_assert!((sum(plane) - sum(&blurred)).abs() < 1e-4);
        let range = |values: &[f32]| values.iter().fold((f32::MAX, f32::MIN), |(low, high), &v| (low.min(v), high.max(v)));
        let ((low, high), (lower, higher)) = (range(plane), range(&blurred));
        prop_assert!(lower >= low - 1e-6 && higher <= high + 1e-6);
    }

    #[test]
    fn grey_lies_between_the_channels(colours in prop::collection::vec(0.0_f32..1.0, 0..40)) {
        let grey = to_grey(&colours);
        prop_assert_eq!(grey.len(), colours.len() / 3);
        for (value, colour) in grey.iter().zip(colours.chunks(3)) {
            let low = colour.iter().copied().fold(1.0, f32::min);
            let high = colour.iter().copied().fold(0.0, f32::max);
            prop_assert!((low - 1e-6..=high + 1e-6).contains(value));
        }
    }
}
