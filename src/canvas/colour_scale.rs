//! A perceptually uniform scale of colours for one quantity, such as a neuron's activation.

use super::colour::Rgb;
use super::palette::Theme;

/// The way of the scale through Oklab, from dark to bright: indigo, blue, teal, green, yellow. In
/// between it is straight; along it, equal steps are equal distances.
const WAY: [[f64; 3]; 5] = [
    [0.30, 0.05, -0.12],
    [0.46, -0.025, -0.11],
    [0.62, -0.08, -0.03],
    [0.77, -0.11, 0.085],
    [0.93, -0.035, 0.15],
];

/// Colours of the table.
const COLOURS: usize = 256;

/// A sequential scale: low values recede into the ground of the theme, high ones stand out. Dark to
/// bright on a dark ground, bright to dark on a light one; lightness never turns back, so that the
/// scale reads without colour vision and in print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColourScale {
    colours: Vec<Rgb>,
}

impl ColourScale {
    /// The scale for a theme.
    pub fn sequential(theme: Theme) -> Self {
        let lengths: Vec<f64> = WAY
            .windows(2)
            .map(|ends| distance(ends[0], ends[1]))
            .collect();
        let whole: f64 = lengths.iter().sum();
        let place = |share: f64| {
            let mut left = share * whole;
            for (ends, &length) in WAY.windows(2).zip(&lengths) {
                if left <= length {
                    let part = left / length;
                    return [0, 1, 2].map(|k| ends[0][k] + (ends[1][k] - ends[0][k]) * part);
                }
                left -= length;
            }
            WAY[WAY.len() - 1]
        };
        let share = |index: usize| index as f64 / (COLOURS - 1) as f64;
        let mut colours: Vec<Rgb> = (0..COLOURS)
            .map(|index| Rgb::from_oklab(place(share(index))))
            .collect();
        if !theme.is_dark() {
            colours.reverse();
        }
        Self { colours }
    }

    /// The colour of a share from 0 (least) to 1 (greatest); beyond them, and for NaN, the nearest
    /// end or the least.
    pub fn at(&self, share: f64) -> Rgb {
        // A float to integer cast takes what is negative, or no number, to 0.
        let index = (share * (COLOURS - 1) as f64 + 0.5) as usize;
        self.colours[index.min(COLOURS - 1)]
    }

    /// The colour of a value on a scale from `least` to `greatest`; the least colour where both are
    /// the same.
    pub fn of(&self, value: f32, least: f32, greatest: f32) -> Rgb {
        let [value, least, greatest] = [value, least, greatest].map(f64::from);
        self.at((value - least) / (greatest - least))
    }
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let square = |k: usize| (a[k] - b[k]) * (a[k] - b[k]);
    (square(0) + square(1) + square(2)).sqrt()
}
