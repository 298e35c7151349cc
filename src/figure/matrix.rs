//! A confusion matrix.

use super::svg::{Svg, number};
use super::{Figure, text};
use crate::canvas::colour::Rgb;
use crate::canvas::colour_scale::ColourScale;

/// How often each class was predicted for each class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    /// How many there are.
    pub classes: u32,
    /// classes × classes, row-major: true classes down, predicted ones across.
    pub counts: Vec<u32>,
}

/// Greatest side of a cell, CSS pixels.
const MOST_SIDE: f64 = 62.0;
/// Greatest room for the name of a class.
const MOST_NAME: f64 = 130.0;
/// Size of the names, and of the numbers beside a share of the cell.
const FONT: f64 = 12.5;
/// Names longer than this stand upright above their columns.
const SHORT: usize = 3;

/// Where things are.
struct Plan {
    side: f64,
    /// Room for the names: left of the rows and above the columns.
    names: [f64; 2],
    upright: bool,
}

impl Matrix {
    /// Observations of one class taken for another.
    pub(super) fn count(&self, truth: usize, predicted: usize) -> u32 {
        let at = truth * self.classes as usize + predicted;
        self.counts.get(at).copied().unwrap_or(0)
    }

    fn plan(&self, figure: &Figure, width: f64) -> Plan {
        let n = self.classes as usize;
        let names: Vec<String> = (0..n).map(|class| figure.class_name(class)).collect();
        let longest = names.iter().map(|name| text::width(name, FONT));
        let longest = longest.fold(10.0, f64::max).min(MOST_NAME);
        let upright = names.iter().any(|name| name.chars().count() > SHORT);
        // The axes have names of their own.
        let axis = FONT + 10.0;
        let names = [
            longest + 10.0 + axis,
            if upright { longest } else { FONT } + 8.0 + axis,
        ];
        let side = ((width - names[0]) / n.max(1) as f64).min(MOST_SIDE);
        Plan {
            side,
            names,
            upright,
        }
    }

    /// Its height where it has this width, CSS pixels.
    pub(super) fn height(&self, figure: &Figure, width: f64) -> f64 {
        let plan = self.plan(figure, width);
        plan.names[1] + plan.side * f64::from(self.classes)
    }

    /// Draws from a corner down and to the right.
    pub(super) fn draw(&self, svg: &mut Svg, figure: &Figure, [left, top, width]: [f64; 3]) {
        let theme = figure.theme();
        let plan = self.plan(figure, width);
        let n = self.classes as usize;
        let scale = ColourScale::sequential(theme);
        let (ink, soft) = (theme.foreground().css(), theme.muted().css());
        let (x0, y0) = (left + plan.names[0], top + plan.names[1]);
        let extent = plan.side * n as f64;
        svg.begin("g", &[("id", "matrix"), ("font-size", &number(FONT))]);
        let quiet = theme.quiet().css();
        let axis = [("fill", quiet.as_str()), ("text-anchor", "middle")];
        svg.words([x0 + extent / 2.0, top + FONT], "Predicted class", &axis);
        let at = [left + FONT, y0 + extent / 2.0];
        let turn = format!("rotate(-90 {} {})", number(at[0]), number(at[1]));
        svg.words(at, "True class", &[axis[0], axis[1], ("transform", &turn)]);
        for class in 0..n {
            let middle = (class as f64 + 0.5) * plan.side;
            let name = text::cut(&figure.class_name(class), FONT, MOST_NAME);
            let at = [x0 - 8.0, y0 + middle + 0.36 * FONT];
            let style = [("fill", ink.as_str()), ("text-anchor", "end")];
            svg.words(at, &name, &style);
            if plan.upright {
                let at = [x0 + middle + 0.36 * FONT, y0 - 7.0];
                let turn = format!("rotate(-90 {} {})", number(at[0]), number(at[1]));
                svg.words(at, &name, &[style[0], ("transform", &turn)]);
            } else {
                let style = [style[0], ("text-anchor", "middle")];
                svg.words([x0 + middle, y0 - 7.0], &name, &style);
            }
        }
        for truth in 0..n {
            let of_class: u32 = (0..n).map(|predicted| self.count(truth, predicted)).sum();
            for predicted in 0..n {
                let count = self.count(truth, predicted);
                let corner = [
                    x0 + predicted as f64 * plan.side,
                    y0 + truth as f64 * plan.side,
                ];
                let share = f64::from(count) / f64::from(of_class.max(1));
                // The square root tells few from none.
                let ground = match count {
                    0 => theme.background(),
                    _ => scale.at(share.sqrt()),
                };
                let cell = [
                    corner[0] + 0.5,
                    corner[1] + 0.5,
                    plan.side - 1.0,
                    plan.side - 1.0,
                ];
                svg.rect(cell, &[("fill", &ground.css())]);
                let words = count.to_string();
                let font = FONT.min(0.42 * plan.side);
                let fits = text::width(&words, font) <= plan.side && font >= 5.0;
                if count > 0 && fits {
                    let at = [
                        corner[0] + plan.side / 2.0,
                        corner[1] + plan.side / 2.0 + 0.36 * font,
                    ];
                    let style = [
                        ("fill", legible_on(ground)),
                        ("text-anchor", "middle"),
                        ("font-size", &number(font)),
                    ];
                    svg.words(at, &words, &style);
                }
            }
        }
        let frame = [
            ("fill", "none"),
            ("stroke", soft.as_str()),
            ("stroke-opacity", "0.5"),
        ];
        svg.rect([x0, y0, extent, extent], &frame);
        svg.end();
    }
}

/// Black or white, whichever is read better.
fn legible_on(ground: Rgb) -> &'static str {
    let [black, white] = [0x00_00_00, 0xff_ff_ff].map(|colour| ground.contrast(Rgb::hex(colour)));
    if black > white { "#000000" } else { "#ffffff" }
}
