//! The key of a picture: which colour is which class, what the shapes mean, what a scale goes over.

use super::scatter::{Glyph, Signs};
use super::svg::{Svg, number};
use super::{Figure, Key, Scale, text};
use crate::canvas::colour::Rgb;
use crate::canvas::colour_scale::ColourScale;
use crate::canvas::glyph::Shape;
use crate::canvas::palette::{Theme, class_color};
use crate::canvas::shade::at_strength;
use crate::canvas::ticks::ticks;

/// Size of the words, CSS pixels.
const FONT: f64 = 12.5;
/// Height of a row of entries.
const ROW: f64 = 21.0;
/// Between an entry's sign and its words, and between entries.
const GAPS: [f64; 2] = [6.0, 16.0];
/// Radius of a sign.
const SIGN: f64 = 4.75;
/// More classes than this cannot be told apart by their colours.
const MOST_CLASSES: usize = 40;
/// Width and height of a scale's bar, and how many colours it has.
const BAR: [f64; 2] = [220.0, 10.0];
const STOPS: usize = 44;
/// Round numbers below a bar at most.
const MOST_TICKS: usize = 5;

/// A sign with its words.
struct Entry {
    sign: Sign,
    words: String,
}

enum Sign {
    /// A disc in the colour of a class.
    Class(usize),
    Right,
    Wrong,
    Selected,
    /// None: the words go on.
    Nothing,
}

/// Draws the key from `top` down, between `left` and `left + width`; gives where it ends.
pub(super) fn draw(
    svg: &mut Svg,
    figure: &Figure,
    (key, classes, signs): (&Key, &[usize], Signs),
    [left, top, width]: [f64; 3],
) -> f64 {
    let theme = figure.theme();
    let mut entries = Vec::new();
    if !matches!(key, Key::Sequential(_)) {
        let shown = classes.iter().take(MOST_CLASSES);
        entries.extend(shown.map(|&class| Entry {
            sign: Sign::Class(class),
            words: text::cut(&figure.class_name(class), FONT, 0.6 * width),
        }));
        if classes.len() > MOST_CLASSES {
            entries.push(Entry {
                sign: Sign::Nothing,
                words: format!("and {} more classes", classes.len() - MOST_CLASSES),
            });
        }
    }
    if signs.triangles {
        let entry = |sign, words: &str| Entry {
            sign,
            words: words.to_owned(),
        };
        entries.push(entry(Sign::Right, "classified right"));
        let wrong = "misclassified: filled in the predicted class’s colour";
        entries.push(entry(Sign::Wrong, wrong));
    }
    if signs.selected {
        entries.push(Entry {
            sign: Sign::Selected,
            words: "selected".to_owned(),
        });
    }
    svg.begin("g", &[("id", "key"), ("font-size", &number(FONT))]);
    let mut bottom = rows(svg, &entries, theme, [left, top, width]);
    if let Key::Strength(scale) | Key::Sequential(scale) = key {
        bottom = bar(svg, key, scale, theme, [left, bottom + 4.0, width]);
    }
    svg.end();
    bottom
}

fn rows(svg: &mut Svg, entries: &[Entry], theme: Theme, [left, top, width]: [f64; 3]) -> f64 {
    let (mut x, mut y) = (left, top);
    let mut after_class = false;
    for entry in entries {
        let own = text::width(&entry.words, FONT)
            + match entry.sign {
                Sign::Nothing => 0.0,
                _ => 2.0 * SIGN + GAPS[0],
            };
        // What shapes mean stands apart from what colours mean.
        let is_class = matches!(entry.sign, Sign::Class(_) | Sign::Nothing);
        let turns = after_class && !is_class;
        after_class = is_class;
        if x > left && (turns || x + own > left + width) {
            (x, y) = (left, y + ROW);
        }
        let at = [x + SIGN, y + ROW / 2.0];
        let glyph = |radius: f64, outline: f64| Glyph {
            at,
            radius,
            outline,
            opacity: 1.0,
            class: "sign",
        };
        let ink = theme.foreground();
        let words_at = match entry.sign {
            Sign::Nothing => x,
            Sign::Class(class) => {
                let colour = class_color(class);
                glyph(SIGN, 0.0).draw(svg, Shape::Disc, colour, colour);
                x + 2.0 * SIGN + GAPS[0]
            }
            Sign::Right => {
                glyph(SIGN, 0.0).draw(svg, Shape::Disc, theme.muted(), theme.muted());
                x + 2.0 * SIGN + GAPS[0]
            }
            Sign::Wrong => {
                glyph(SIGN, 0.0).draw(svg, Shape::Triangle, theme.muted(), theme.muted());
                x + 2.0 * SIGN + GAPS[0]
            }
            Sign::Selected => {
                glyph(SIGN, 1.25).draw(svg, Shape::Disc, theme.background(), ink);
                x + 2.0 * SIGN + GAPS[0]
            }
        };
        let baseline = y + ROW / 2.0 + 0.36 * FONT;
        svg.words([words_at, baseline], &entry.words, &[("fill", &ink.css())]);
        x += own + GAPS[1];
    }
    if entries.is_empty() { top } else { y + ROW }
}

/// A bar of colours, with what it measures on its left and round numbers below.
fn bar(svg: &mut Svg, key: &Key, scale: &Scale, theme: Theme, [left, top, width]: [f64; 3]) -> f64 {
    let ink = theme.foreground().css();
    let soft = theme.muted().css();
    let quiet = theme.quiet().css();
    let room = width - BAR[0] - GAPS[1];
    let words = text::cut(&scale.what, FONT, room);
    svg.words([left, top + BAR[1]], &words, &[("fill", &ink)]);
    let start = left + (text::width(&words, FONT) + GAPS[1]).min(room + GAPS[1]);
    let sequential = ColourScale::sequential(theme);
    let colour = |share: f64| -> Rgb {
        match key {
            Key::Sequential(_) => sequential.at(share),
            // As on the page: most scores are far below the greatest.
            _ => at_strength(theme.muted(), share.sqrt(), theme),
        }
    };
    let step = BAR[0] / STOPS as f64;
    for stop in 0..STOPS {
        let share = stop as f64 / (STOPS - 1) as f64;
        // Each reaches below the next, so that no gap shines through.
        let wide = if stop + 1 < STOPS { 2.0 * step } else { step };
        let place = [start + stop as f64 * step, top, wide, BAR[1]];
        svg.rect(place, &[("fill", &colour(share).css())]);
    }
    svg.rect(
        [start, top, BAR[0], BAR[1]],
        &[("fill", "none"), ("stroke", &soft), ("stroke-width", "0.5")],
    );
    for tick in ticks(
        f64::from(scale.least),
        f64::from(scale.greatest),
        MOST_TICKS,
    ) {
        let x = start + tick.share * BAR[0];
        svg.line(
            [x, top + BAR[1]],
            [x, top + BAR[1] + 3.0],
            &[("stroke", &soft)],
        );
        let at = [x, top + BAR[1] + 14.0];
        let style = [
            ("fill", quiet.as_str()),
            ("text-anchor", "middle"),
            ("font-size", "11"),
        ];
        svg.words(at, &tick.label, &style);
    }
    top + BAR[1] + 20.0
}
