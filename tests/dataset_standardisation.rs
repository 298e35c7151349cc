//! Standardisation: mean 0 and deviation 1 per channel, from the training part alone.
#![allow(clippy::unwrap_used)]

use hidden_activity::dataset::{Dataset, ImageShape, Split, Standardisation};
use proptest::prelude::*;

const COLOUR: ImageShape = ImageShape {
    height: 1,
    width: 2,
    channels: 3,
};

/// Mean and population deviation of every third value, computed in two passes.
fn plainly(values: &[f32], channel: usize) -> (f64, f64) {
    let own: Vec<f64> = values
        .iter()
        .skip(channel)
        .step_by(3)
        .map(|&value| f64::from(value))
        .collect();
    let mean = own.iter().sum::<f64>() / own.len() as f64;
    let variance = own.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / own.len() as f64;
    (mean, variance.sqrt())
}

#[test]
fn only_the_training_part_counts_and_a_constant_channel_becomes_zero() {
    let train = Split {
        images: vec![10, 7, 0, 20, 7, 255, 30, 7, 0, 40, 7, 255],
        labels: vec![0, 0],
    };
    let test = Split {
        images: vec![255; 6],
        labels: vec![0],
    };
    let dataset = Dataset::new(
        "two pixels".to_owned(),
        String::new(),
        COLOUR,
        vec!["0".to_owned()],
        train,
        test,
    )
    .unwrap();
    let standardisation = Standardisation::of(&dataset);
    assert_eq!(standardisation.channels(), 3);
    assert_eq!(standardisation.mean, [25.0, 7.0, 127.5]);
    assert_eq!(standardisation.std, [125.0_f32.sqrt(), 1.0, 127.5]);
    let mut values = [25.0, 7.0, 255.0, 25.0 + 125.0_f32.sqrt(), 8.0, 0.0];
    standardisation.apply(&mut values);
    assert_eq!(values, [0.0, 0.0, 1.0, 1.0, 1.0, -1.0]);
}

#[test]
fn nothing_to_compute_from_is_no_panic() {
    let none = Standardisation::of_images(&[], COLOUR);
    assert_eq!((none.mean, none.std), (vec![0.0; 3], vec![1.0; 3]));
    let shapeless = Standardisation::of_images(
        &[1, 2, 3],
        ImageShape {
            channels: 0,
            ..COLOUR
        },
    );
    assert_eq!(shapeless.channels(), 0);
    let mut values = [1.0, 2.0];
    shapeless.apply(&mut values);
    assert_eq!(values, [1.0, 2.0]);
}

proptest! {
    #[test]
    fn standardised_channels_have_mean_0_and_deviation_1(
        pixels in prop::collection::vec(prop::array::uniform3(0_u8..), 2..300)
    ) {
        let images = pixels.concat();
        let standardisation = Standardisation::of_images(&images, COLOUR);
        let raw: Vec<f32> = images.iter().map(|&value| f32::from(value)).collect();
        let mut values = raw.clone();
        standardisation.apply(&mut values);
        for channel in 0..3 {
            let (mean, std) = plainly(&raw, channel);
            prop_assert!((f64::from(standardisation.mean[channel]) - mean).abs() < 1e-4);
            let expected = if std == 0.0 { 1.0 } else { std };
            prop_assert!((f64::from(standardisation.std[channel]) - expected).abs() < 1e-4);
            let (mean, deviation) = plainly(&values, channel);
            prop_assert!(mean.abs() < 1e-3, "{mean}");
            let wanted = if std == 0.0 { 0.0 } else { 1.0 };
            prop_assert!((deviation - wanted).abs() < 1e-3, "{deviation}");
        }
        let mut divided: Vec<f32> = raw.iter().map(|value| value / 255.0).collect();
        standardisation.scaled(1.0 / 255.0).apply(&mut divided);
        for (a, b) in divided.iter().zip(&values) {
            prop_assert!((a - b).abs() < 1e-2, "{a} {b}");
        }
    }
}
