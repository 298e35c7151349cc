//! Round numbers along a scale, for a legend or an axis.

/// A round number on a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The number.
    pub value: f64,
    /// The number as text, all of one scale with the same decimals.
    pub label: String,
    /// Where it lies between the ends of the scale, 0 to 1.
    pub share: f64,
}

/// A scale narrower than that has one value.
const LEAST_WIDTH: f64 = 1e-290;

/// The multiples of 1, 2 or 5 times a power of ten from `least` to `greatest`, as many as fit but at
/// most `most`. The one value there is where both ends are the same; none where an end is not
/// finite, the ends are the wrong way round, or `most` is 0.
pub fn ticks(least: f64, greatest: f64, most: usize) -> Vec<Tick> {
    let width = greatest - least;
    if !width.is_finite() || width < 0.0 || most == 0 {
        return Vec::new();
    }
    // Beyond that powers of ten are no numbers any more.
    if width < LEAST_WIDTH {
        let label = format!("{least}");
        return vec![Tick {
            value: least,
            label,
            share: 0.0,
        }];
    }
    let mut power = (width / most as f64).log10().floor() as i32 - 1;
    // One of the first steps of some powers of ten fits; rounding may ask for one more.
    loop {
        for factor in [1.0, 2.0, 5.0] {
            let found = multiples(least, greatest, factor, power, most);
            if let Some(found) = found {
                return found;
            }
        }
        power += 1;
    }
}

/// The multiples of `factor` · 10^`power` in a range, unless they are more than `most`.
fn multiples(least: f64, greatest: f64, factor: f64, power: i32, most: usize) -> Option<Vec<Tick>> {
    // Dividing by a whole power of ten is exact where multiplying by 0.1 is not.
    let scaled = |count: f64| match power {
        0.. => count * factor * 10_f64.powi(power),
        _ => count * factor / 10_f64.powi(-power),
    };
    let step = scaled(1.0);
    // An end that is a multiple but for rounding counts as one.
    let slack = 1e-9 * step;
    let first = ((least - slack) / step).ceil();
    let last = ((greatest + slack) / step).floor();
    let count = last - first + 1.0;
    if count > most as f64 {
        return None;
    }
    let decimals = (-power).max(0) as usize;
    let tick = |index: usize| {
        let value = scaled(first + index as f64);
        let value = if value == 0.0 { 0.0 } else { value };
        Tick {
            value,
            label: format!("{value:.decimals$}"),
            share: ((value - least) / (greatest - least)).clamp(0.0, 1.0),
        }
    };
    Some((0..count.max(0.0) as usize).map(tick).collect())
}
