//! Writing SVG: elements, attributes, text. What is written is well-formed whatever the text.

use std::fmt::Write as _;

/// Fonts of the visitor's system, so that a document needs no other file.
const FONTS: &str =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif";

/// An SVG document in the making.
#[derive(Debug, Default)]
pub(super) struct Svg {
    text: String,
    open: Vec<&'static str>,
}

/// A number with at most two decimals, as short as it can be.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}

/// Text as XML has it; characters that XML cannot have are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

impl Svg {
    /// A document of this size in CSS pixels, drawn so many times as large.
    pub fn document(width: f64, height: f64, scale: f64) -> Self {
        let mut svg = Self::default();
        let (w, h) = (number(width), number(height));
        let sizes = [number(width * scale), number(height * scale)];
        let view_box = format!("0 0 {w} {h}");
        svg.begin(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("width", &sizes[0]),
                ("height", &sizes[1]),
                ("viewBox", &view_box),
                ("role", "img"),
                ("font-family", FONTS),
            ],
        );
        svg
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.text, "<{name}");
        for (key, value) in attributes {
            let _ = write!(self.text, " {key}=\"{}\"", escaped(value));
        }
    }

    /// Opens an element, to be closed by [`end`](Self::end).
    pub fn begin(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    /// Closes the element that was opened last.
    pub fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            let _ = writeln!(self.text, "</{name}>");
        }
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element with nothing but text.
    pub fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.tag(name, attributes);
        let _ = writeln!(self.text, ">{}</{name}>", escaped(text));
    }

    /// A rectangle: left, top, width, height.
    pub fn rect(&mut self, [x, y, width, height]: [f64; 4], attributes: &[(&str, &str)]) {
        let numbers = [x, y, width, height].map(number);
        let mut all = vec![
            ("x", numbers[0].as_str()),
            ("y", &numbers[1]),
            ("width", &numbers[2]),
            ("height", &numbers[3]),
        ];
        all.extend_from_slice(attributes);
        self.empty("rect", &all);
    }

    /// A straight line.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], attributes: &[(&str, &str)]) {
        let numbers = [from[0], from[1], to[0], to[1]].map(number);
        let mut all = vec![
            ("x1", numbers[0].as_str()),
            ("y1", &numbers[1]),
            ("x2", &numbers[2]),
            ("y2", &numbers[3]),
        ];
        all.extend_from_slice(attributes);
        self.empty("line", &all);
    }

    /// Words at a place.
    pub fn words(&mut self, at: [f64; 2], text: &str, attributes: &[(&str, &str)]) {
        let numbers = at.map(number);
        let mut all = vec![("x", numbers[0].as_str()), ("y", &numbers[1])];
        all.extend_from_slice(attributes);
        self.text("text", &all, text);
    }

    /// The document, with everything closed.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.text
    }
}

/// The path of a polyline.
pub(super) fn polyline(points: impl IntoIterator<Item = [f64; 2]>) -> String {
    let mut path = String::new();
    for [x, y] in points {
        let letter = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(path, "{letter}{} {}", number(x), number(y));
    }
    path
}
