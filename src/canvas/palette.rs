//! The colours of classes, and of the picture around them.
//!
//! The ten class colours begin from Matplotlib's "tab10" (Tableau, 2016), whose names people know:
//! blue, orange, green, red, purple, brown, pink, grey, olive, cyan. Annealing in Oklab moved each
//! as little as possible until every pair stays apart for readers with deuteranopia, protanopia or
//! tritanopia (simulated after Machado, Oliveira, Fernandes 2009), and until every colour stands
//! out from both themes' backgrounds. `tests/canvas_palette.rs` holds it to [`MIN_DISTANCE`],
//! [`MIN_DISTANCE_SIMULATED`] and [`MIN_CONTRAST`].

use super::colour::Rgb;

/// Every two class colours are at least this far apart in Oklab (plain tab10: 0.113).
pub const MIN_DISTANCE: f64 = 0.145;

/// The same under each of the three simulated colour vision deficiencies (plain tab10: 0.007).
pub const MIN_DISTANCE_SIMULATED: f64 = 0.09;

/// Every class colour has at least this WCAG contrast to the background of either theme.
pub const MIN_CONTRAST: f64 = 2.0;

/// The colours of classes 0 to 9.
pub const CLASS_COLORS: [Rgb; 10] = [
    Rgb::hex(0x1761ab),
    Rgb::hex(0xe16d02),
    Rgb::hex(0x0aa55f),
    Rgb::hex(0xd3000a),
    Rgb::hex(0xa26eca),
    Rgb::hex(0x8c4a56),
    Rgb::hex(0xf080ba),
    Rgb::hex(0x6a8189),
    Rgb::hex(0xc7b20d),
    Rgb::hex(0x03b9e8),
];

/// What the Oklab lightness of the ten colours changes by in each further round of ten classes.
const LIGHTNESS_SHIFTS: [f64; 5] = [0.0, -0.14, 0.12, -0.24, 0.2];

/// The colour of a class. Beyond ten the colours come again, darker and lighter in turn: such
/// classes are told apart by hovering rather than by eye.
pub fn class_color(class: usize) -> Rgb {
    let color = CLASS_COLORS[class % CLASS_COLORS.len()];
    let round = class / CLASS_COLORS.len() % LIGHTNESS_SHIFTS.len();
    if round == 0 {
        return color;
    }
    let [lightness, a, b] = color.oklab();
    Rgb::from_oklab([(lightness + LIGHTNESS_SHIFTS[round]).clamp(0.2, 0.95), a, b])
}

/// Whether the picture is drawn on a light or on a dark ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark on near-white.
    #[default]
    Light,
    /// Light on near-black.
    Dark,
    /// Black on white, for visitors who want more contrast.
    LightContrast,
    /// White on black, for the same.
    DarkContrast,
}

impl Theme {
    /// The ground of the picture.
    pub const fn background(self) -> Rgb {
        match self {
            Self::Light => Rgb::hex(0xfafafa),
            Self::Dark => Rgb::hex(0x14161a),
            Self::LightContrast => Rgb::hex(0xffffff),
            Self::DarkContrast => Rgb::hex(0x000000),
        }
    }

    /// Text, the ring of a selected observation, the halo of the hovered one.
    pub const fn foreground(self) -> Rgb {
        match self {
            Self::Light => Rgb::hex(0x1b1e24),
            Self::Dark => Rgb::hex(0xeceef2),
            Self::LightContrast => Rgb::hex(0x000000),
            Self::DarkContrast => Rgb::hex(0xffffff),
        }
    }

    /// Small words beside what matters: legible, but quieter than the foreground.
    pub fn quiet(self) -> Rgb {
        self.muted().mix(self.foreground(), 0.5)
    }

    /// Frames, axes, and observations of unknown class.
    pub const fn muted(self) -> Rgb {
        match self {
            Self::Light => Rgb::hex(0x7a808c),
            Self::Dark => Rgb::hex(0x868d9a),
            Self::LightContrast => Rgb::hex(0x3c4048),
            Self::DarkContrast => Rgb::hex(0xc6cbd4),
        }
    }

    /// The rim of an observation: the ground, which parts those that overlap; with more contrast the
    /// foreground, so that even a pale class stands out.
    pub const fn rim(self) -> Rgb {
        match self {
            Self::Light | Self::Dark => self.background(),
            Self::LightContrast | Self::DarkContrast => self.foreground(),
        }
    }

    /// Whether the ground is dark.
    pub const fn is_dark(self) -> bool {
        matches!(self, Self::Dark | Self::DarkContrast)
    }
}
