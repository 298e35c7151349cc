//! The sequential scale is uniform, and ticks are round.
#![allow(clippy::unwrap_used)]

use hidden_activity::canvas::colour_scale::ColourScale;
use hidden_activity::canvas::palette::Theme;
use hidden_activity::canvas::ticks::ticks;
use proptest::prelude::*;

#[test]
fn lightness_never_turns_back_and_follows_the_theme() {
    for theme in [Theme::Dark, Theme::Light] {
        let scale = ColourScale::sequential(theme);
        let lightness = |k: u32| scale.at(f64::from(k) / 64.0).oklab()[0];
        for k in 0..64 {
            assert_eq!(lightness(k + 1) > lightness(k), theme == Theme::Dark, "{k}");
        }
        let contrast = |share| scale.at(share).contrast(theme.background());
        assert!(
            contrast(1.0) > 7.0,
            "what is high stands out: {}",
            contrast(1.0)
        );
        assert!(contrast(1.0) > 4.0 * contrast(0.0));
        assert!(
            contrast(0.0) > 1.1,
            "what is low can still be seen: {}",
            contrast(0.0)
        );
    }
}

#[test]
fn equal_steps_look_equal() {
    let scale = ColourScale::sequential(Theme::Dark);
    // 51 steps of 5 of the table's 256 colours.
    let steps: Vec<f64> = (0..51)
        .map(|k| [f64::from(k) / 51.0, f64::from(k + 1) / 51.0])
        .map(|[a, b]| scale.at(a).distance(scale.at(b)))
        .collect();
    let mean = steps.iter().sum::<f64>() / steps.len() as f64;
    for (k, step) in steps.iter().enumerate() {
        assert!((step / mean - 1.0).abs() < 0.2, "{k}: {step} of {mean}");
    }
}

#[test]
fn values_map_between_the_ends_and_anything_else_to_them() {
    let scale = ColourScale::sequential(Theme::Dark);
    assert_eq!(scale.of(3.0, 1.0, 5.0), scale.at(0.5));
    assert_eq!(scale.of(-9.0, 1.0, 5.0), scale.at(0.0));
    assert_eq!(scale.of(9.0, 1.0, 5.0), scale.at(1.0));
    for value in [
        scale.of(2.0, 2.0, 2.0),
        scale.of(f32::NAN, 0.0, 1.0),
        scale.at(f64::NAN),
    ] {
        assert_eq!(value, scale.at(0.0));
    }
}

#[test]
fn ticks_are_round_and_labelled_alike() {
    let labels = |least, greatest, most| -> Vec<String> {
        ticks(least, greatest, most)
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    };
    assert_eq!(
        labels(0.0, 1.0, 6),
        ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    );
    assert_eq!(labels(0.0, 7.3, 5), ["0", "2", "4", "6"]);
    assert_eq!(labels(-0.013, 0.021, 4), ["-0.01", "0.00", "0.01", "0.02"]);
    assert_eq!(labels(0.0, 0.034, 4), ["0.00", "0.01", "0.02", "0.03"]);
    assert_eq!(
        labels(99.0, 5_001.0, 6),
        ["1000", "2000", "3000", "4000", "5000"]
    );
    assert_eq!(labels(3.5, 3.5, 6), ["3.5"]);
    assert!(labels(1.0, 0.0, 6).is_empty());
    assert!(labels(0.0, f64::NAN, 6).is_empty());
    assert!(labels(0.0, f64::INFINITY, 6).is_empty());
    assert!(labels(0.0, 1.0, 0).is_empty());
}

proptest! {
    #[test]
    fn ticks_lie_inside_and_are_few(
        least in -1e6_f64..1e6,
        width in prop_oneof![1e-3_f64..1.0, 1.0..1e6],
        most in 1_usize..12,
    ) {
        let greatest = least + width;
        let found = ticks(least, greatest, most);
        prop_assert!(found.len() <= most);
        // Of steps 1, 2, 5 the next is at most 2.5 times as wide.
        prop_assert!(found.len() + 1 >= most / 3);
        let slack = 1e-6 * width;
        for tick in &found {
            prop_assert!(tick.value >= least - slack && tick.value <= greatest + slack);
            prop_assert!((0.0..=1.0).contains(&tick.share));
            let read: f64 = tick.label.parse().unwrap();
            prop_assert!((read - tick.value).abs() <= 1e-9 * (1.0 + tick.value.abs()));
        }
    }
}
