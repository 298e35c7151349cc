//! A figure on its way to the worker: a few plain arrays.
//!
//! What serialises the many types of a figure to JSON would be more code than all that describes one,
//! and every visitor would download it. Here each type names its fields once, to a [`Carrier`] that
//! either takes them out or puts them back, so that both ways cannot differ.

use super::{
    Axis, Chart, Content, Figure, Key, Matrix, Neurons, Observations, Picture, Quantity, Scale,
    Series, Stroke, Trails,
};
use crate::canvas::viewport::Bounds;

/// A figure as plain arrays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parcel {
    /// All words.
    pub words: Vec<String>,
    /// All single numbers, and the lengths of what follows.
    pub numbers: Vec<u32>,
    /// All arrays, one after the other, by the kind of their elements.
    pub bytes: Vec<u8>,
    /// See [`bytes`](Self::bytes).
    pub wholes: Vec<u32>,
    /// See [`bytes`](Self::bytes).
    pub floats: Vec<f32>,
}

/// Takes fields out, or puts them back.
trait Carrier {
    /// Words.
    fn words(&mut self, words: &mut String);
    /// A whole number.
    fn number(&mut self, number: &mut u32);
    /// An array of bytes.
    fn bytes(&mut self, values: &mut Vec<u8>);
    /// An array of whole numbers.
    fn wholes(&mut self, values: &mut Vec<u32>);
    /// An array of numbers.
    fn floats(&mut self, values: &mut Vec<f32>);
}

impl Parcel {
    /// Takes a figure apart.
    pub fn pack(mut figure: Figure) -> Self {
        let mut parcel = Self::default();
        figure.carry(&mut parcel);
        parcel
    }

    /// The figure again. What a damaged parcel lacks is empty.
    pub fn unpack(self) -> Figure {
        let mut figure = Figure::default();
        figure.carry(&mut Unpacker {
            words: self.words.into_iter(),
            numbers: self.numbers.into_iter(),
            bytes: self.bytes.into_iter(),
            wholes: self.wholes.into_iter(),
            floats: self.floats.into_iter(),
        });
        figure
    }
}

impl Carrier for Parcel {
    fn words(&mut self, words: &mut String) {
        self.words.push(std::mem::take(words));
    }

    fn number(&mut self, number: &mut u32) {
        self.numbers.push(*number);
    }

    fn bytes(&mut self, values: &mut Vec<u8>) {
        self.numbers.push(values.len() as u32);
        self.bytes.append(values);
    }

    fn wholes(&mut self, values: &mut Vec<u32>) {
        self.numbers.push(values.len() as u32);
        self.wholes.append(values);
    }

    fn floats(&mut self, values: &mut Vec<f32>) {
        self.numbers.push(values.len() as u32);
        self.floats.append(values);
    }
}

/// What is left of a parcel.
struct Unpacker {
    words: std::vec::IntoIter<String>,
    numbers: std::vec::IntoIter<u32>,
    bytes: std::vec::IntoIter<u8>,
    wholes: std::vec::IntoIter<u32>,
    floats: std::vec::IntoIter<f32>,
}

impl Unpacker {
    fn length(&mut self) -> usize {
        self.numbers.next().unwrap_or(0) as usize
    }
}

impl Carrier for Unpacker {
    fn words(&mut self, words: &mut String) {
        *words = self.words.next().unwrap_or_default();
    }

    fn number(&mut self, number: &mut u32) {
        *number = self.numbers.next().unwrap_or(0);
    }

    fn bytes(&mut self, values: &mut Vec<u8>) {
        let length = self.length();
        *values = self.bytes.by_ref().take(length).collect();
    }

    fn wholes(&mut self, values: &mut Vec<u32>) {
        let length = self.length();
        *values = self.wholes.by_ref().take(length).collect();
    }

    fn floats(&mut self, values: &mut Vec<f32>) {
        let length = self.length();
        *values = self.floats.by_ref().take(length).collect();
    }
}

fn flag(carrier: &mut dyn Carrier, flag: &mut bool) {
    let mut number = u32::from(*flag);
    carrier.number(&mut number);
    *flag = number == 1;
}

fn float(carrier: &mut dyn Carrier, value: &mut f32) {
    let mut bits = value.to_bits();
    carrier.number(&mut bits);
    *value = f32::from_bits(bits);
}

/// Makes a list as long as the one that was taken out. A list of a damaged parcel is short.
fn length<T: Clone + Default>(carrier: &mut dyn Carrier, list: &mut Vec<T>) {
    const MOST: u32 = 10_000;
    let mut length = list.len() as u32;
    carrier.number(&mut length);
    list.resize(length.min(MOST) as usize, T::default());
}

fn all_words(carrier: &mut dyn Carrier, list: &mut Vec<String>) {
    length(carrier, list);
    for words in list {
        carrier.words(words);
    }
}

impl Figure {
    fn carry(&mut self, carrier: &mut dyn Carrier) {
        carrier.words(&mut self.title);
        all_words(carrier, &mut self.caption);
        carrier.words(&mut self.summary);
        flag(carrier, &mut self.dark);
        all_words(carrier, &mut self.classes);
        let mut kind = match self.content {
            Content::Observations(..) => 0,
            Content::Neurons(..) => 1,
            Content::Chart(_) => 2,
            Content::Matrix(_) => 3,
        };
        let own = kind;
        carrier.number(&mut kind);
        if kind != own {
            self.content = match kind {
                1 => Content::Neurons(Picture::default(), Neurons::default()),
                2 => Content::Chart(Chart::default()),
                3 => Content::Matrix(Matrix::default()),
                _ => Content::default(),
            };
        }
        match &mut self.content {
            Content::Observations(picture, known) => {
                picture.carry(carrier);
                known.carry(carrier);
            }
            Content::Neurons(picture, known) => {
                picture.carry(carrier);
                carrier.wholes(&mut known.classes);
                carrier.floats(&mut known.scores);
                known.quantity.carry(carrier);
            }
            Content::Chart(chart) => {
                chart.x.carry(carrier);
                chart.y.carry(carrier);
                length(carrier, &mut chart.series);
                for series in &mut chart.series {
                    series.carry(carrier);
                }
            }
            Content::Matrix(matrix) => {
                carrier.number(&mut matrix.classes);
                carrier.wholes(&mut matrix.counts);
            }
        }
    }
}

impl Picture {
    fn carry(&mut self, carrier: &mut dyn Carrier) {
        carrier.floats(&mut self.positions);
        carrier.bytes(&mut self.looks);
        flag(carrier, &mut self.has_points);
        // Positions are single precision, and what encloses them need be no more.
        let ends = |bounds: Bounds| [bounds.min, bounds.max].concat();
        let mut bounds = self.bounds.map_or_else(Vec::new, ends);
        let mut bounds = bounds.drain(..).map(|end| end as f32).collect();
        carrier.floats(&mut bounds);
        if let &[left, bottom, right, top] = &bounds[..] {
            self.bounds = Some(Bounds {
                min: [left.into(), bottom.into()],
                max: [right.into(), top.into()],
            });
        }
        flag(carrier, &mut self.is_detail);
        let mut has_trails = self.trails.is_some();
        flag(carrier, &mut has_trails);
        if has_trails {
            let trails = self.trails.get_or_insert_with(Trails::default);
            carrier.floats(&mut trails.vertices);
            carrier.floats(&mut trails.times);
            carrier.wholes(&mut trails.starts);
        }
        self.key.carry(carrier);
    }
}

impl Key {
    fn carry(&mut self, carrier: &mut dyn Carrier) {
        let (mut kind, mut scale) = match self {
            Self::Classes => (0, Scale::default()),
            Self::Strength(scale) => (1, std::mem::take(scale)),
            Self::Sequential(scale) => (2, std::mem::take(scale)),
        };
        carrier.number(&mut kind);
        carrier.words(&mut scale.what);
        float(carrier, &mut scale.least);
        float(carrier, &mut scale.greatest);
        *self = match kind {
            1 => Self::Strength(scale),
            2 => Self::Sequential(scale),
            _ => Self::Classes,
        };
    }
}

impl Observations {
    fn carry(&mut self, carrier: &mut dyn Carrier) {
        carrier.wholes(&mut self.indices);
        carrier.bytes(&mut self.labels);
        carrier.bytes(&mut self.predicted);
        carrier.floats(&mut self.probabilities);
        all_words(carrier, &mut self.steps);
        carrier.floats(&mut self.layouts);
        carrier.floats(&mut self.hits);
        self.quantity.carry(carrier);
    }
}

impl Quantity {
    fn carry(&mut self, carrier: &mut dyn Carrier) {
        carrier.words(&mut self.name);
        carrier.floats(&mut self.values);
    }
}

impl Axis {
    fn carry(&mut self, carrier: &mut dyn Carrier) {
        carrier.words(&mut self.name);
        float(carrier, &mut self.least);
        float(carrier, &mut self.greatest);
        flag(carrier, &mut self.is_share);
        all_words(carrier, &mut self.names);
    }
}

impl Series {
    fn carry(&mut self, carrier: &mut dyn Carrier) {
        carrier.words(&mut self.name);
        carrier.floats(&mut self.points);
        let mut colour = self.colour.map_or(u32::MAX, u32::from);
        carrier.number(&mut colour);
        self.colour = colour.try_into().ok();
        let mut stroke = self.stroke as u32;
        carrier.number(&mut stroke);
        self.stroke = match stroke {
            1 => Stroke::Dashed,
            2 => Stroke::Dotted,
            3 => Stroke::Pairs,
            _ => Stroke::Solid,
        };
    }
}
