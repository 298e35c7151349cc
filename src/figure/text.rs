//! How wide text is, as far as that can be told without its font, and where to break it.

/// Shares of the font's size that characters take; a little more than in most fonts, so that nothing
/// runs over.
fn width_of(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '·' => 0.32,
        ' ' | 'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '→' | '–' | '—' => 0.95,
        'A'..='Z' => 0.7,
        '\u{2e80}'..='\u{ffff}' => 1.05,
        '\u{10000}'.. => 1.3,
        _ => 0.61,
    }
}

/// The width of a line of text in a font of this size, CSS pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    size * text.chars().map(width_of).sum::<f64>()
}

/// The text broken into lines of at most `room` CSS pixels; a longer word has a line of its own.
pub(super) fn lines(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&longer, size) > room && !line.is_empty() {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        } else {
            line = longer;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The text, cut with an ellipsis where it is wider than `room` CSS pixels.
pub(super) fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = room / size - 1.0;
    let kept = text.chars().take_while(|&c| {
        left -= width_of(c);
        left >= 0.0
    });
    let mut kept: String = kept.collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_keep_every_word() {
        let text = "NH 98.36% (k = 6) · accuracy 97.22% · 719 test observations · t-SNE";
        let broken = lines(text, 13.0, 200.0);
        assert!(broken.len() > 1);
        assert!(broken.iter().all(|line| width(line, 13.0) <= 200.0));
        assert_eq!(broken.join(" "), text);
        assert_eq!(lines("Donaudampfschiffahrt", 13.0, 20.0).len(), 1);
        assert!(lines("  ", 13.0, 20.0).is_empty());
    }

    #[test]
    fn what_is_cut_fits() {
        let name = "a class of a very long name";
        assert!(width(&cut(name, 12.0, 60.0), 12.0) <= 60.0);
        assert_eq!(cut("7", 12.0, 60.0), "7");
    }
}
