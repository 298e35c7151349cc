//! An analysis as named arrays and a description of them.

use super::{DESCRIPTION, Index};
use crate::npz::{NpzError, NpzWriter};

/// An analysis taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// What is no array, and which array is what.
    pub index: Index,
    /// The arrays.
    pub arrays: Vec<NamedArray>,
}

/// An array with the name that the description knows it by.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedArray {
    /// Such as "test/labels".
    pub name: String,
    /// Lengths along the axes.
    pub shape: Vec<usize>,
    /// Row-major.
    pub values: ArrayValues,
}

/// The values of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum ArrayValues {
    /// Pixels, classes.
    Bytes(Vec<u8>),
    /// Places of observations.
    Indices(Vec<u32>),
    /// Positions, activations, probabilities, scores.
    Floats(Vec<f32>),
}

impl Parts {
    /// The file. The same parts make the same bytes.
    ///
    /// # Errors
    /// [`NpzError::Unwritable`] where an array has another number of values than its shape says.
    pub fn pack(&self) -> Result<Vec<u8>, NpzError> {
        let mut writer = NpzWriter::default();
        for NamedArray {
            name,
            shape,
            values,
        } in &self.arrays
        {
            match values {
                ArrayValues::Bytes(values) => writer.bytes(name, shape, values)?,
                ArrayValues::Floats(values) => writer.floats(name, shape, values)?,
                ArrayValues::Indices(values) => {
                    let values: Vec<i64> = values.iter().map(|&index| index.into()).collect();
                    writer.integers(name, shape, &values)?;
                }
            }
        }
        // Plain values without maps: JSON can express all of them.
        let description = serde_json::to_vec_pretty(&self.index).unwrap_or_default();
        writer.file(DESCRIPTION, &description)?;
        writer.finish()
    }
}
