//! Colours: sRGB bytes, and the perceptual space in which they are compared and mixed.

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rgb {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
}

impl Rgb {
    /// A colour from its three bytes.
    pub const fn new(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b }
    }

    /// A colour from `0xrrggbb`.
    pub const fn hex(rrggbb: u32) -> Self {
        let [_, r, g, b] = rrggbb.to_be_bytes();
        Self { r, g, b }
    }

    /// The colour as CSS writes it: `#rrggbb`.
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }

    /// This colour moved towards `other` by `share`, 0 to 1, along a straight line in Oklab.
    pub fn mix(self, other: Self, share: f64) -> Self {
        let t = if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        };
        let (a, b) = (self.oklab(), other.oklab());
        Self::from_oklab([
            a[0] + (b[0] - a[0]) * t,
            a[1] + (b[1] - a[1]) * t,
            a[2] + (b[2] - a[2]) * t,
        ])
    }

    /// The linear-light red, green and blue, each 0 to 1.
    pub fn linear(self) -> [f64; 3] {
        [self.r, self.g, self.b].map(|byte| {
            let c = f64::from(byte) / 255.0;
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    /// The nearest displayable colour to a linear-light red, green and blue.
    pub fn from_linear(rgb: [f64; 3]) -> Self {
        let [r, g, b] = rgb.map(|c| {
            let c = c.clamp(0.0, 1.0);
            let encoded = if c <= 0.003_130_8 {
                c * 12.92
            } else {
                1.055 * c.powf(1.0 / 2.4) - 0.055
            };
            (encoded * 255.0).round() as u8
        });
        Self { r, g, b }
    }

    /// Lightness (0 to 1), green–red and blue–yellow in Oklab (Ottosson 2020).
    pub fn oklab(self) -> [f64; 3] {
        let lms = multiply(&LINEAR_TO_LMS, self.linear()).map(f64::cbrt);
        multiply(&LMS_TO_OKLAB, lms)
    }

    /// The nearest displayable colour to a point of Oklab.
    pub fn from_oklab(lab: [f64; 3]) -> Self {
        let lms = multiply(&OKLAB_TO_LMS, lab).map(|c| c * c * c);
        Self::from_linear(multiply(&LMS_TO_LINEAR, lms))
    }

    /// The distance to another colour in Oklab: about 0.02 is just noticeable, black to white is 1.
    pub fn distance(self, other: Self) -> f64 {
        let (a, b) = (self.oklab(), other.oklab());
        ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt()
    }

    /// The relative luminance of WCAG 2, from 0 (black) to 1 (white).
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The contrast ratio of WCAG 2, from 1 (equal luminance) to 21 (black on white).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// A 3 × 3 matrix times a column.
fn multiply(matrix: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

// The four matrices of <https://bottosson.github.io/posts/oklab/>.
const LINEAR_TO_LMS: [[f64; 3]; 3] = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
];
const LMS_TO_OKLAB: [[f64; 3]; 3] = [
    [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
];
const OKLAB_TO_LMS: [[f64; 3]; 3] = [
    [1.0, 0.396_337_777_4, 0.215_803_757_3],
    [1.0, -0.105_561_345_8, -0.063_854_172_8],
    [1.0, -0.089_484_177_5, -1.291_485_548_0],
];
const LMS_TO_LINEAR: [[f64; 3]; 3] = [
    [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
    [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
    [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_is_six_lower_case_digits() {
        assert_eq!(Rgb::new(1, 0xab, 255).css(), "#01abff");
        assert_eq!(Rgb::hex(0x01abff), Rgb::new(1, 0xab, 255));
    }

    #[test]
    fn oklab_of_red_is_ottossons() {
        let lab = Rgb::hex(0xff0000).oklab();
        for (value, wanted) in lab.iter().zip([0.627_955, 0.224_863, 0.125_846]) {
            assert!((value - wanted).abs() < 1e-4, "{lab:?}");
        }
    }

    #[test]
    fn oklab_round_trips_every_seventeenth_byte() {
        for r in (0..=255).step_by(17) {
            for g in (0..=255).step_by(17) {
                for b in (0..=255).step_by(17) {
                    let colour = Rgb::new(r, g, b);
                    assert_eq!(Rgb::from_oklab(colour.oklab()), colour);
                }
            }
        }
    }

    #[test]
    fn mixing_goes_from_one_end_to_the_other() {
        let (a, b) = (Rgb::hex(0x3f90da), Rgb::hex(0xffa90e));
        assert_eq!(a.mix(b, 0.0), a);
        assert_eq!(a.mix(b, 1.0), b);
        assert_eq!(a.mix(b, f64::NAN), a);
        let half = a.mix(b, 0.5);
        assert!((half.distance(a) - half.distance(b)).abs() < 0.01);
    }

    #[test]
    fn contrast_spans_one_to_twenty_one() {
        let (black, white) = (Rgb::hex(0), Rgb::hex(0xffffff));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
    }
}
