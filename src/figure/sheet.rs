//! The sheet that a figure is drawn on: heading, picture, key, caption, from top to bottom.

use super::scatter::Plot;
use super::svg::{Svg, number};
use super::{Content, Figure, Picture, key, text};
use crate::canvas::mark::Emphasis;

/// Width of a sheet, CSS pixels.
const WIDTH: f64 = 720.0;
/// Free room at its edges.
const MARGIN: f64 = 24.0;
/// Sizes of the heading and of the caption, and the height of the caption's lines.
const HEADING: f64 = 17.0;
const CAPTION: f64 = 12.5;
const LINE: f64 = 18.0;

/// The figure as an SVG document: with its heading, its key and its caption, and in words for those
/// who do not see it. `scale` times as large as in a text, such as 2 for a picture of many pixels.
pub fn draw(figure: &Figure, scale: f64) -> String {
    // The height is known only when all is drawn.
    let height = lay_out(&mut Svg::default(), figure);
    let mut svg = Svg::document(WIDTH, height, scale);
    svg.text("title", &[], &figure.title);
    svg.text("desc", &[], &figure.summary);
    let ground = figure.theme().background().css();
    svg.rect([0.0, 0.0, WIDTH, height], &[("fill", &ground)]);
    lay_out(&mut svg, figure);
    svg.finish()
}

/// Draws all but the ground; gives the height.
fn lay_out(svg: &mut Svg, figure: &Figure) -> f64 {
    let theme = figure.theme();
    let (ink, soft) = (theme.foreground().css(), theme.quiet().css());
    let width = WIDTH - 2.0 * MARGIN;
    let mut y = MARGIN;
    for line in text::lines(&figure.title, HEADING, width) {
        y += HEADING;
        let size = number(HEADING);
        let style = [
            ("fill", ink.as_str()),
            ("font-size", &size),
            ("font-weight", "650"),
        ];
        svg.words([MARGIN, y - 2.0], &line, &style);
        y += 5.0;
    }
    y += 10.0;
    match &figure.content {
        Content::Observations(picture, known) => {
            y = points(svg, figure, picture, &known.labels, y);
        }
        Content::Neurons(picture, known) => {
            // What has no class is far beyond those that the key can name.
            let class = |&class: &u32| class.try_into().unwrap_or(u8::MAX);
            let best: Vec<u8> = known.classes.iter().map(class).collect();
            y = points(svg, figure, picture, &best, y);
        }
        Content::Chart(chart) => {
            let height = chart.height(width);
            chart.draw(svg, theme, [MARGIN, y, width, height]);
            y = chart.key(svg, theme, [MARGIN, y + height + 12.0, width]);
        }
        Content::Matrix(matrix) => {
            matrix.draw(svg, figure, [MARGIN, y, width]);
            y += matrix.height(figure, width);
        }
    }
    y += 10.0;
    svg.begin(
        "g",
        &[
            ("id", "caption"),
            ("font-size", &number(CAPTION)),
            ("fill", &soft),
        ],
    );
    for paragraph in &figure.caption {
        for line in text::lines(paragraph, CAPTION, width) {
            y += LINE;
            svg.words([MARGIN, y - 5.0], &line, &[]);
        }
    }
    svg.end();
    y + MARGIN - 6.0
}

/// Draws points with their key; gives where that ends.
fn points(svg: &mut Svg, figure: &Figure, picture: &Picture, classes: &[u8], top: f64) -> f64 {
    let theme = figure.theme();
    let width = WIDTH - 2.0 * MARGIN;
    let plot = Plot::new(picture, width, theme);
    let height = plot.height();
    let place = [MARGIN, top, width, height].map(number);
    // An inner document clips what it shows, without a name that could clash with another figure's.
    svg.begin(
        "svg",
        &[
            ("x", &place[0]),
            ("y", &place[1]),
            ("width", &place[2]),
            ("height", &place[3]),
            ("overflow", "hidden"),
        ],
    );
    plot.draw(svg, classes);
    svg.end();
    let soft = theme.muted().css();
    svg.rect(
        [MARGIN, top, width, height],
        &[
            ("fill", "none"),
            ("stroke", &soft),
            ("stroke-opacity", "0.4"),
        ],
    );
    let shown = plot.classes_shown(classes);
    let key_of = (&picture.key, shown.as_slice(), plot.signs());
    key::draw(svg, figure, key_of, [MARGIN, top + height + 10.0, width])
}

impl Plot<'_> {
    /// The classes of the points that are not hidden, ascending.
    fn classes_shown(&self, classes: &[u8]) -> Vec<usize> {
        let mut shown = [false; 256];
        for (&class, mark) in classes.iter().zip(self.marks()) {
            shown[usize::from(class)] |= mark.emphasis != Emphasis::Hidden;
        }
        // A neuron that tells no class apart has none.
        let shown = shown.into_iter().take(255).enumerate();
        shown
            .filter(|(_, shown)| *shown)
            .map(|(class, _)| class)
            .collect()
    }
}
