//! Curves over axes, and clouds of pairs.

use super::svg::{Svg, number, polyline};
use super::text;
use crate::canvas::colour::Rgb;
use crate::canvas::palette::{CLASS_COLORS, Theme};
use crate::canvas::ticks::ticks;

/// A chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chart {
    /// Horizontal.
    pub x: Axis,
    /// Vertical.
    pub y: Axis,
    /// What is drawn over them, the first at the bottom.
    pub series: Vec<Series>,
}

/// What an axis goes over.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Axis {
    /// What it measures.
    pub name: String,
    /// Where it begins.
    pub least: f32,
    /// Where it ends.
    pub greatest: f32,
    /// Whether its numbers, shares from 0 to 1, are written as percentages.
    pub is_share: bool,
    /// Names of the places 0, 1, 2 …, where it goes over things rather than numbers.
    pub names: Vec<String>,
}

/// One curve or cloud.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// m × 2, row-major. Of a curve, from left to right; what is not finite is left out.
    pub points: Vec<f32>,
    /// Which of the class colours it has; `None` for that of the words.
    pub colour: Option<u8>,
    /// How it is drawn.
    pub stroke: Stroke,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stroke {
    /// As one line.
    #[default]
    Solid,
    /// As a dashed line.
    Dashed,
    /// As a line with a dot at each of its points.
    Dotted,
    /// As a cloud of points.
    Pairs,
}

impl Series {
    /// The places of its points on the horizontal axis.
    pub(super) fn places(&self) -> impl Iterator<Item = f32> + '_ {
        self.points.as_chunks::<2>().0.iter().map(|p| p[0])
    }

    fn rgb(&self, theme: Theme) -> Rgb {
        let colour = self.colour.map(usize::from);
        colour.map_or(theme.foreground(), |colour| {
            CLASS_COLORS[colour % CLASS_COLORS.len()]
        })
    }
}

/// Sizes of the words, CSS pixels.
const FONT: f64 = 12.0;
/// Room for numbers and names: left of the vertical axis, below the horizontal one.
const ROOM: [f64; 2] = [58.0, 42.0];
/// Height of a chart of curves and of one of pairs, a share of its width.
const HEIGHTS: [f64; 2] = [0.52, 0.8];
/// Round numbers along an axis at most.
const MOST_TICKS: usize = 7;
/// More points than this of a curve are thinned: a chart has few pixels.
const MOST_POINTS: usize = 400;
/// Radius and opacity of a pair.
const PAIR: [f64; 2] = [1.6, 0.4];
/// Length of a curve's sample in the key.
const SAMPLE: f64 = 22.0;

impl Chart {
    /// Whether it is of pairs, rather than of curves.
    pub(super) fn is_of_pairs(&self) -> bool {
        self.series
            .iter()
            .any(|series| series.stroke == Stroke::Pairs)
    }

    /// Its height where it has this width, CSS pixels.
    pub(super) fn height(&self, width: f64) -> f64 {
        (width * HEIGHTS[usize::from(self.is_of_pairs())]).round()
    }

    /// Draws into a rectangle: left, top, width, height.
    pub(super) fn draw(&self, svg: &mut Svg, theme: Theme, [left, top, width, height]: [f64; 4]) {
        let right = left + width - 12.0;
        let (start, bottom) = (left + ROOM[0], top + height - ROOM[1]);
        let share = |axis: &Axis, value: f64| {
            let (least, greatest) = (f64::from(axis.least), f64::from(axis.greatest));
            (value - least) / (greatest - least)
        };
        let x = |value: f64| start + (right - start) * share(&self.x, value);
        let y = |value: f64| bottom - (bottom - top) * share(&self.y, value);
        let (ink, soft) = (theme.foreground().css(), theme.muted().css());
        let quiet = theme.quiet().css();
        svg.begin("g", &[("id", "axes"), ("font-size", &number(FONT))]);
        for (value, label) in self.y.labels() {
            let at = y(value);
            let grid = [("stroke", soft.as_str()), ("stroke-opacity", "0.3")];
            svg.line([start, at], [right, at], &grid);
            let style = [("fill", quiet.as_str()), ("text-anchor", "end")];
            svg.words([start - 7.0, at + 0.36 * FONT], &label, &style);
        }
        for (value, label) in self.x.labels() {
            let at = x(value);
            svg.line([at, bottom], [at, bottom + 4.0], &[("stroke", &soft)]);
            let room = (right - start) / self.x.names.len().max(1) as f64;
            let label = match self.x.names.len() {
                0 => label,
                _ => text::cut(&label, FONT, room),
            };
            let style = [("fill", quiet.as_str()), ("text-anchor", "middle")];
            svg.words([at, bottom + 7.0 + FONT], &label, &style);
        }
        svg.line([start, bottom], [right, bottom], &[("stroke", &soft)]);
        let middle = [(start + right) / 2.0, top + height - 4.0];
        let style = [("fill", ink.as_str()), ("text-anchor", "middle")];
        svg.words(middle, &self.x.name, &style);
        let middle = [left + FONT, (top + bottom) / 2.0];
        let turn = format!("rotate(-90 {} {})", number(middle[0]), number(middle[1]));
        let style = [style[0], style[1], ("transform", &turn)];
        svg.words(middle, &self.y.name, &style);
        svg.end();
        for series in &self.series {
            series.draw(svg, theme, &|p| [x(p[0]), y(p[1])]);
        }
    }

    /// Draws which curve is which; gives where that ends.
    pub(super) fn key(&self, svg: &mut Svg, theme: Theme, [left, top, _]: [f64; 3]) -> f64 {
        if self.series.len() < 2 {
            return top;
        }
        let ink = theme.foreground().css();
        svg.begin("g", &[("id", "key"), ("font-size", &number(FONT))]);
        let mut at = left;
        for series in &self.series {
            let middle = top + FONT / 2.0;
            let sample = [[at, middle], [at + SAMPLE, middle]];
            match series.stroke {
                Stroke::Pairs => {
                    let dots = [[at + SAMPLE / 2.0, middle]];
                    dots_of(svg, &dots, &series.rgb(theme).css(), [2.5, 0.8]);
                }
                _ => series.line(svg, theme, &sample),
            }
            at += SAMPLE + 7.0;
            svg.words([at, top + 0.86 * FONT], &series.name, &[("fill", &ink)]);
            at += text::width(&series.name, FONT) + 18.0;
        }
        svg.end();
        top + FONT + 8.0
    }
}

impl Axis {
    /// Round numbers, or names, with their places.
    fn labels(&self) -> Vec<(f64, String)> {
        if !self.names.is_empty() {
            let names = self.names.iter().cloned();
            return names
                .enumerate()
                .map(|(at, name)| (at as f64, name))
                .collect();
        }
        let scale = if self.is_share { 100.0 } else { 1.0 };
        let ends = [self.least, self.greatest].map(|end| scale * f64::from(end));
        let found = ticks(ends[0], ends[1], MOST_TICKS).into_iter();
        let label = |label: String| if self.is_share { label + "%" } else { label };
        found
            .map(|tick| (tick.value / scale, label(tick.label)))
            .collect()
    }
}

impl Series {
    fn draw(&self, svg: &mut Svg, theme: Theme, place: &dyn Fn([f64; 2]) -> [f64; 2]) {
        let all = self.points.as_chunks::<2>().0.iter();
        let finite = all.filter(|p| p[0].is_finite() && p[1].is_finite());
        let points: Vec<[f64; 2]> = finite.map(|p| place(p.map(f64::from))).collect();
        let colour = self.rgb(theme).css();
        match self.stroke {
            Stroke::Pairs => dots_of(svg, &points, &colour, PAIR),
            Stroke::Dotted => {
                self.line(svg, theme, &points);
                dots_of(svg, &points, &colour, [3.0, 1.0]);
            }
            _ => self.line(svg, theme, &thinned(&points)),
        }
    }

    fn line(&self, svg: &mut Svg, theme: Theme, points: &[[f64; 2]]) {
        let colour = self.rgb(theme).css();
        let path = polyline(points.iter().copied());
        if points.is_empty() {
            return;
        }
        let mut style = vec![
            ("d", path.as_str()),
            ("fill", "none"),
            ("stroke", &colour),
            ("stroke-width", "1.75"),
            ("stroke-linejoin", "round"),
        ];
        if self.stroke == Stroke::Dashed {
            style.push(("stroke-dasharray", "6 4"));
        }
        svg.empty("path", &style);
    }
}

fn dots_of(svg: &mut Svg, points: &[[f64; 2]], colour: &str, [radius, opacity]: [f64; 2]) {
    let (radius, opacity) = (number(radius), number(opacity));
    svg.begin("g", &[("fill", colour), ("fill-opacity", &opacity)]);
    for at in points {
        let [x, y] = at.map(number);
        svg.empty("circle", &[("cx", &x), ("cy", &y), ("r", &radius)]);
    }
    svg.end();
}

/// At most [`MOST_POINTS`] points: means of neighbouring ones.
fn thinned(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    let mean = |chunk: &[[f64; 2]]| {
        let sum = |axis: usize| chunk.iter().map(|p| p[axis]).sum::<f64>();
        [0, 1].map(|axis| sum(axis) / chunk.len() as f64)
    };
    points.chunks(every).map(mean).collect()
}
