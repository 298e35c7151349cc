//! Shades of a class's colour: by the step of an evolution, and by the strength of a score.

use super::colour::Rgb;
use super::palette::Theme;

/// What a class's Oklab lightness changes by at the first and at the last step.
const DARK_SHIFTS: [f64; 2] = [-0.2, 0.12];
const LIGHT_SHIFTS: [f64; 2] = [0.2, -0.14];

/// Lightness beyond which a shade would vanish in the ground.
const DARK_LEAST: f64 = 0.34;
const LIGHT_GREATEST: f64 = 0.87;

/// Share of the colour that the weakest score keeps against the ground.
const FAINTEST: f64 = 0.12;

/// The colour of a class at a time from 0 (first step) to 1 (last step): brighter later on a dark
/// ground, darker later on a light one, as in figures 10 and 11 of the paper. The hue stays.
pub fn at_step(colour: Rgb, time: f64, theme: Theme) -> Rgb {
    let time = if time > 0.0 { time.min(1.0) } else { 0.0 };
    let [lightness, a, b] = colour.oklab();
    let [first, last] = match theme {
        Theme::Dark | Theme::DarkContrast => {
            DARK_SHIFTS.map(|shift| (lightness + shift).clamp(DARK_LEAST, 0.95))
        }
        Theme::Light | Theme::LightContrast => {
            LIGHT_SHIFTS.map(|shift| (lightness + shift).clamp(0.25, LIGHT_GREATEST))
        }
    };
    displayable([first + (last - first) * time, a, b])
}

/// The colour of a class at a strength from 0 to 1: the weakest is close to the theme's ground, the
/// strongest is the colour itself.
pub fn at_strength(colour: Rgb, strength: f64, theme: Theme) -> Rgb {
    let strength = if strength > 0.0 {
        strength.min(1.0)
    } else {
        0.0
    };
    let share = FAINTEST + (1.0 - FAINTEST) * strength;
    theme.background().mix(colour, share)
}

/// The colour of this lightness and hue with as much of the chroma as a screen can show.
fn displayable([lightness, a, b]: [f64; 3]) -> Rgb {
    const TRIES: u32 = 20;
    /// What rounding to bytes changes at most in Oklab, but in the darkest colours.
    const ROUNDING: f64 = 0.006;
    (0..=TRIES)
        .map(|tried| 1.0 - f64::from(tried) / f64::from(TRIES))
        .map(|share| [lightness, a * share, b * share])
        .find(|lab| {
            // A colour that a screen cannot show comes back as another.
            let shown = Rgb::from_oklab(*lab).oklab();
            (0..3).all(|k| (shown[k] - lab[k]).abs() < ROUNDING)
        })
        .map_or_else(|| Rgb::from_oklab([lightness, 0.0, 0.0]), Rgb::from_oklab)
}
