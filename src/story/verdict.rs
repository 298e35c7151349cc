//! What the numbers say.

use std::borrow::Cow;

/// How a hypothesis fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The numbers are as it says.
    Confirmed,
    /// They are not.
    Contradicted,
    /// They differ too little to say.
    Undecided,
    /// They are not all there.
    NotYet(Missing),
}

impl Kind {
    /// Its name in public/story.json.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Contradicted => "contradicted",
            Self::Undecided => "undecided",
            Self::NotYet(_) => "not_yet",
        }
    }
}

/// What is missing for a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A trained network.
    Network,
    /// The network before its training: it came without.
    Before,
    /// A layout that is being computed, or will be once it is looked at.
    Computing,
    /// A layout that was not kept, and neither were the activations it would be made of.
    Layout,
    /// The activations themselves.
    Activations,
    /// What the network says of the observations.
    Predictions,
    /// The same without preprocessing.
    Unprocessed,
    /// Images of both polarities.
    Polarities,
    /// A second hidden layer.
    Layers,
}

impl Missing {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Network,
        Self::Before,
        Self::Computing,
        Self::Layout,
        Self::Activations,
        Self::Predictions,
        Self::Unprocessed,
        Self::Polarities,
        Self::Layers,
    ];

    /// Its name in public/story.json.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Before => "before",
            Self::Computing => "computing",
            Self::Layout => "layout",
            Self::Activations => "activations",
            Self::Predictions => "predictions",
            Self::Unprocessed => "unprocessed",
            Self::Polarities => "polarities",
            Self::Layers => "layers",
        }
    }
}

/// A number as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A share, 0 to 1, written as the captions do: "97.36%".
    Share(f64),
    /// A difference of shares, −1 to 1, in percentage points with its sign: "+10.49", "−0.20".
    Points(f64),
    /// Half the width of an interval, in percentage points: "1.20".
    Width(f64),
    /// "12".
    Count(usize),
    /// "0.83".
    Plain(f64),
    /// A name.
    Name(String),
    /// It is not known.
    Unknown,
}

impl Value {
    /// As it is written.
    pub fn text(&self) -> Cow<'_, str> {
        let unknown = |value: &f64| !value.is_finite();
        match self {
            Self::Share(value) | Self::Points(value) | Self::Width(value) | Self::Plain(value)
                if unknown(value) =>
            {
                "–".into()
            }
            Self::Share(share) => format!("{:.2}%", 100.0 * share).into(),
            Self::Points(difference) => {
                let points = 100.0 * difference;
                let sign = if points < 0.0 { '−' } else { '+' };
                format!("{sign}{:.2}", points.abs()).into()
            }
            Self::Width(width) => format!("{:.2}", 100.0 * width).into(),
            Self::Count(count) => count.to_string().into(),
            Self::Plain(value) => format!("{value:.2}").into(),
            Self::Name(name) => name.as_str().into(),
            Self::Unknown => "–".into(),
        }
    }
}

/// A number of a verdict, by its name in the step.
pub type Number = (&'static str, Value);

/// How the hypothesis of a step fares, and the numbers that say so.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How it fares.
    pub kind: Kind,
    /// All numbers of the step, or those that are there.
    pub numbers: Vec<Number>,
}

impl Verdict {
    /// Not all is there.
    pub(super) fn not_yet(missing: Missing, numbers: Vec<Number>) -> Self {
        Self {
            kind: Kind::NotYet(missing),
            numbers,
        }
    }

    /// There is nothing to judge.
    pub fn without_network() -> Self {
        Self::not_yet(Missing::Network, Vec::new())
    }

    /// A number as it is written.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self.numbers.iter().find(|(own, _)| *own == name)?;
        Some(value.text())
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn numbers_are_written_as_in_the_captions() {
        let text = |value: Value| value.text().into_owned();
        assert_eq!(text(Value::Share(f64::from(0.973_574_4_f32))), "97.36%");
        assert_eq!(text(Value::Points(0.104_949)), "+10.49");
        assert_eq!(text(Value::Points(-0.002)), "−0.20");
        assert_eq!(text(Value::Width(0.012)), "1.20");
        assert_eq!(text(Value::Plain(0.8249)), "0.82");
        assert_eq!(text(Value::Unknown), "–");
    }
}
