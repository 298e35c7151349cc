//! How each part of a view is written in an address, and read again.

use super::{Colouring, Insets, View};
use crate::analysis::{AS_GIVEN, Along, Representation, Sequence, Source};
use crate::dataset::{Part, StreetDigits};
use crate::projection::Metric;

/// Longest list that is written: an address that is longer is cut off somewhere on its way.
const MOST_CHARACTERS: usize = 3_000;
/// Runs of more characters are nobody's to read.
const MOST_READABLE: usize = 40;
/// Indices beyond this are not believed.
const MOST_INDEX: u32 = 1_000_000;

/// Something that stands in an address.
pub(super) trait Value: Sized {
    fn write(&self) -> String;
    /// `None` for what nobody writes.
    fn read(text: &str) -> Option<Self>;
}

/// What is open.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// An analysis, by its address.
    Analysis(String),
    /// The digits that come with the page, without an analysis.
    Digits,
    /// A data set of the site.
    Site(String),
    /// House numbers drawn by the page.
    Street(StreetDigits),
    /// Files of the visitor, which an address cannot hold.
    Own,
}

impl Opened {
    pub(super) fn write(opened: Option<&Self>) -> (String, String) {
        match opened {
            None => (String::new(), String::new()),
            Some(Self::Analysis(address)) => (address.clone(), String::new()),
            Some(Self::Digits) => ("none".into(), String::new()),
            Some(Self::Site(id)) => (String::new(), id.clone()),
            Some(Self::Street(StreetDigits { train, test, seed })) => {
                (String::new(), format!("street.{train}.{test}.{seed}"))
            }
            Some(Self::Own) => (String::new(), "own".into()),
        }
    }

    pub(super) fn read(analysis: Option<&str>, data: Option<&str>) -> Option<Self> {
        match (analysis, data) {
            (Some("none"), _) => Some(Self::Digits),
            (Some(address), _) if !address.is_empty() => Some(Self::Analysis(address.to_owned())),
            (_, None | Some("")) => None,
            (_, Some("own")) => Some(Self::Own),
            (_, Some(id)) => {
                Some(street(id).map_or_else(|| Self::Site(id.to_owned()), Self::Street))
            }
        }
    }
}

fn street(id: &str) -> Option<StreetDigits> {
    let mut numbers = id.strip_prefix("street.")?.split('.');
    let mut next = || numbers.next();
    Some(StreetDigits {
        train: next()?.parse().ok()?,
        test: next()?.parse().ok()?,
        seed: next()?.parse().ok()?,
    })
}

/// Where a picture is zoomed to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Looking {
    /// The data position in the middle.
    pub center: [f64; 2],
    /// How much larger than in a view of everything.
    pub zoom: f64,
}

/// Words for the choices of an enum.
macro_rules! words {
    ($type:ty { $($choice:pat => $value:expr, $word:literal;)* }) => {
        impl Value for $type {
            fn write(&self) -> String {
                match self { $($choice => $word,)* }.to_owned()
            }
            fn read(text: &str) -> Option<Self> {
                match text { $($word => Some($value),)* _ => None }
            }
        }
    };
}
words!(View {
    View::Projections => View::Projections, "projections";
    View::Evolution => View::Evolution, "evolution";
    View::Neurons => View::Neurons, "neurons";
});
words!(Colouring {
    Colouring::Map => Colouring::Map, "map";
    Colouring::OneClass => Colouring::OneClass, "class";
    Colouring::MeanActivation => Colouring::MeanActivation, "activation";
});
words!(Insets {
    Insets::None => Insets::None, "none";
    Insets::Automatic => Insets::Automatic, "automatic";
    Insets::Pinned => Insets::Pinned, "pinned";
});
words!(Part {
    Part::Test => Part::Test, "test";
    Part::Train => Part::Train, "train";
});
words!(Option<Metric> {
    None => None, "no";
    Some(Metric::Euclidean) => Some(Metric::Euclidean), "euclidean";
    Some(Metric::Cosine) => Some(Metric::Cosine), "cosine";
    Some(Metric::Correlation) => Some(Metric::Correlation), "correlation";
});

/// Numbers as they are, and "last" for none.
macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn write(&self) -> String {
                self.to_string()
            }
            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}
numbers!(u8, u32);

impl Value for f32 {
    fn write(&self) -> String {
        self.to_string()
    }
    fn read(text: &str) -> Option<Self> {
        text.parse().ok().filter(|value: &f32| value.is_finite())
    }
}

/// From 1, as visitors count layers.
impl Value for Option<usize> {
    fn write(&self) -> String {
        self.map_or_else(
            || "last".to_owned(),
            |layer| layer.saturating_add(1).to_string(),
        )
    }
    fn read(text: &str) -> Option<Self> {
        match text {
            "last" => Some(None),
            _ => text.parse::<usize>().ok()?.checked_sub(1).map(Some),
        }
    }
}

fn write_epoch(epoch: u32) -> String {
    match epoch {
        AS_GIVEN => "given".to_owned(),
        epoch => epoch.to_string(),
    }
}
fn read_epoch(text: &str) -> Option<u32> {
    match text {
        "given" => Some(AS_GIVEN),
        _ => text.parse().ok(),
    }
}

/// "test.pixels", "train.4.20": part, layer from 1, epoch.
impl Value for Option<Representation> {
    fn write(&self) -> String {
        self.map_or_else(
            String::new,
            |Representation { part, source }| match source {
                Source::Pixels => format!("{}.pixels", part.write()),
                Source::Layer { index, epoch } => {
                    format!(
                        "{}.{}.{}",
                        part.write(),
                        index.saturating_add(1),
                        write_epoch(epoch)
                    )
                }
            },
        )
    }
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split('.');
        let part = Part::read(words.next()?)?;
        let source = match (words.next()?, words.next()) {
            ("pixels", None) => Source::Pixels,
            (layer, Some(epoch)) => Source::Layer {
                index: layer.parse::<usize>().ok()?.checked_sub(1)?,
                epoch: read_epoch(epoch)?,
            },
            _ => return None,
        };
        if words.next().is_some() {
            return None;
        }
        Some(Some(Representation { part, source }))
    }
}

/// "test.layers.20", "test.epochs.4.6": part, what changes, and of which epoch or layer (from 1) with how
/// many steps at most.
impl Value for Option<Sequence> {
    fn write(&self) -> String {
        self.map_or_else(String::new, |Sequence { part, along }| match along {
            Along::Layers { epoch } => format!("{}.layers.{}", part.write(), write_epoch(epoch)),
            Along::Epochs { layer, most } => {
                format!("{}.epochs.{}.{most}", part.write(), layer.saturating_add(1))
            }
        })
    }
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split('.');
        let part = Part::read(words.next()?)?;
        let along = match (words.next()?, words.next()?, words.next()) {
            ("layers", epoch, None) => Along::Layers {
                epoch: read_epoch(epoch)?,
            },
            ("epochs", layer, Some(most)) => Along::Epochs {
                layer: layer.parse::<usize>().ok()?.checked_sub(1)?,
                most: most.parse().ok()?,
            },
            _ => return None,
        };
        if words.next().is_some() {
            return None;
        }
        Some(Some(Sequence { part, along }))
    }
}

/// "0.52_-3.1_4": the middle, and how much larger; "all" for everything.
impl Value for Option<Looking> {
    fn write(&self) -> String {
        self.map_or_else(
            || "all".to_owned(),
            |Looking {
                 center: [x, y],
                 zoom,
             }| format!("{}_{}_{}", x as f32, y as f32, zoom as f32),
        )
    }
    fn read(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(None);
        }
        let numbers: Option<Vec<f64>> = text
            .split('_')
            .map(|number| {
                let number: f32 = number.parse().ok()?;
                number.is_finite().then_some(f64::from(number))
            })
            .collect();
        match *numbers? {
            [x, y, zoom] if zoom > 0.0 => Some(Some(Looking {
                center: [x, y],
                zoom,
            })),
            _ => None,
        }
    }
}

/// "3,7-12": runs; or, where those are many, "*" and four to a hexadecimal digit. What is too long is not
/// written.
impl Value for Vec<u32> {
    fn write(&self) -> String {
        let mut text = String::new();
        for run in self.chunk_by(|a, b| a + 1 == *b) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                continue;
            };
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&first.to_string());
            if last > first {
                text.push_str(&format!("-{last}"));
            }
        }
        let digits = self.last().map_or(0, |&last| last as usize / 4 + 1);
        if text.len() > MOST_READABLE && digits < text.len() {
            let mut bits = vec![0_u8; digits];
            for &index in self {
                bits[index as usize / 4] |= 1 << (index % 4);
            }
            text = bits.iter().map(|bits| format!("{bits:x}")).collect();
            text.insert(0, '*');
        }
        if text.len() > MOST_CHARACTERS {
            text.clear();
        }
        text
    }
    fn read(text: &str) -> Option<Self> {
        if text.len() > MOST_CHARACTERS {
            return None;
        }
        if let Some(digits) = text.strip_prefix('*') {
            let mut indices = Vec::new();
            for (at, digit) in digits.chars().enumerate() {
                let bits = digit.to_digit(16)?;
                indices.extend(
                    (0..4)
                        .filter(|bit| bits >> bit & 1 == 1)
                        .map(|bit| at as u32 * 4 + bit),
                );
            }
            return Some(indices);
        }
        let mut indices = Vec::new();
        for run in text.split(',').filter(|run| !run.is_empty()) {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
            let begins_later = indices.last().is_none_or(|&before| before < first);
            if !begins_later || last < first || last > MOST_INDEX {
                return None;
            }
            indices.extend(first..=last);
        }
        Some(indices)
    }
}

/// "test.5,train.12".
impl Value for Vec<(Part, u32)> {
    fn write(&self) -> String {
        let pins: Vec<String> = self
            .iter()
            .map(|(part, index)| format!("{}.{index}", part.write()))
            .collect();
        pins.join(",")
    }
    fn read(text: &str) -> Option<Self> {
        if text.len() > MOST_CHARACTERS {
            return None;
        }
        text.split(',')
            .filter(|pin| !pin.is_empty())
            .map(|pin| {
                let (part, index) = pin.split_once('.')?;
                Some((Part::read(part)?, index.parse().ok()?))
            })
            .collect()
    }
}
