//! An array as it is once read.

use std::fmt;

/// The lengths of an array along its axes; its text is as NumPy shows it: "(60, 28, 28)".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape(pub Vec<usize>);

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [only] => write!(f, "({only},)"),
            lengths => {
                let lengths: Vec<String> = lengths.iter().map(ToString::to_string).collect();
                write!(f, "({})", lengths.join(", "))
            }
        }
    }
}

/// The values of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of `uint8` and `bool` (0 or 1).
    Bytes(Vec<u8>),
    /// Of all other whole numbers.
    Integers(Vec<i64>),
    /// Of real numbers. Those of `float64` are rounded to single precision.
    Floats(Vec<f32>),
    /// Of text.
    Text(Vec<String>),
}

impl Values {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Values::Bytes(values) => values.len(),
            Values::Integers(values) => values.len(),
            Values::Floats(values) => values.len(),
            Values::Text(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An array: its values in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Lengths along the axes.
    pub shape: Shape,
    /// As many as the product of the lengths.
    pub values: Values,
    /// Of real numbers: the first in row-major order that is infinite, not a number, or too large
    /// for single precision.
    pub not_finite: Option<usize>,
}
