//! The class colours can be told apart, by readers with colour vision deficiencies too, and stand
//! out from both themes' backgrounds.

use hidden_activity::canvas::colour::Rgb;
use hidden_activity::canvas::palette::{
    CLASS_COLORS, MIN_CONTRAST, MIN_DISTANCE, MIN_DISTANCE_SIMULATED, Theme, class_color,
};

/// Matrices in linear RGB for complete deficiency (severity 1) after Machado, Oliveira, Fernandes,
/// "A physiologically-based model for simulation of color vision deficiency", TVCG 2009.
const DEFICIENCIES: [(&str, [[f64; 3]; 3]); 3] = [
    (
        "protanopia",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

fn simulated(colour: Rgb, matrix: &[[f64; 3]; 3]) -> Rgb {
    let [r, g, b] = colour.linear();
    Rgb::from_linear(matrix.map(|row| row[0] * r + row[1] * g + row[2] * b))
}

/// The two nearest colours.
fn nearest_pair(colours: &[Rgb]) -> (f64, usize, usize) {
    let mut nearest = (f64::INFINITY, 0, 0);
    for i in 0..colours.len() {
        for j in 0..i {
            let distance = colours[i].distance(colours[j]);
            if distance < nearest.0 {
                nearest = (distance, j, i);
            }
        }
    }
    nearest
}

/// Asks of a palette what ours promises.
fn broken_promise(colours: &[Rgb]) -> Option<String> {
    let (distance, i, j) = nearest_pair(colours);
    println!("normal vision: {distance:.4} between {i} and {j}");
    if distance < MIN_DISTANCE {
        return Some(format!("{i} and {j} are {distance:.3} apart"));
    }
    for (name, matrix) in DEFICIENCIES {
        let seen: Vec<_> = colours.iter().map(|&c| simulated(c, &matrix)).collect();
        let (distance, i, j) = nearest_pair(&seen);
        println!("{name}: {distance:.4} between {i} and {j}");
        if distance < MIN_DISTANCE_SIMULATED {
            return Some(format!("{name}: {i} and {j} are {distance:.3} apart"));
        }
    }
    for theme in [Theme::Light, Theme::Dark] {
        for (class, colour) in colours.iter().enumerate() {
            let contrast = colour.contrast(theme.background());
            if contrast < MIN_CONTRAST {
                return Some(format!("{class} on {theme:?} has contrast {contrast:.2}"));
            }
        }
    }
    None
}

#[test]
fn class_colours_keep_their_promises() {
    assert_eq!(broken_promise(&CLASS_COLORS), None);
}

#[test]
fn palettes_that_are_not_safe_are_found_out() {
    let tab10 = [
        0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd, 0x8c564b, 0xe377c2, 0x7f7f7f, 0xbcbd22,
        0x17becf,
    ];
    assert!(broken_promise(&tab10.map(Rgb::hex)).is_some());
    let mut pale = CLASS_COLORS;
    pale[8] = Rgb::hex(0xf5f5a0);
    assert!(broken_promise(&pale).is_some_and(|why| why.contains("Light")));
}

#[test]
fn simulated_dichromats_confuse_what_they_should() {
    // Under deuteranopia a red and a green of suitable lightness come close; blue stays apart.
    let (red, green, blue) = (Rgb::hex(0xa05a2c), Rgb::hex(0x6b7a2c), Rgb::hex(0x2c5aa0));
    let seen = |c| simulated(c, &DEFICIENCIES[1].1);
    assert!(seen(red).distance(seen(green)) < 0.4 * red.distance(green));
    assert!(seen(red).distance(seen(blue)) > 0.15);
    // Grey is grey to all.
    for (name, matrix) in DEFICIENCIES {
        let grey = Rgb::hex(0x808080);
        assert!(simulated(grey, &matrix).distance(grey) < 0.01, "{name}");
    }
}

#[test]
fn fifty_classes_have_fifty_colours() {
    let colours: Vec<_> = (0..50).map(class_color).collect();
    assert_eq!(colours[..10], CLASS_COLORS);
    let (distance, i, j) = nearest_pair(&colours);
    assert!(distance > 0.02, "{i} and {j}: {distance}");
    assert_eq!(class_color(50), class_color(0));
    let _ = class_color(usize::MAX);
}

#[test]
fn text_can_be_read_on_its_ground() {
    for theme in [Theme::Light, Theme::Dark] {
        assert!(theme.foreground().contrast(theme.background()) > 12.0);
        assert!(theme.muted().contrast(theme.background()) > 3.0);
    }
}
