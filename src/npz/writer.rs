//! Writing arrays for NumPy.

use super::array::Shape;
use super::{NPY_MAGIC, NpzError};
use crate::archive::ZipWriter;

/// NumPy aligns the values of an array to this, so that a file can be mapped into memory.
const ALIGNMENT: usize = 64;

/// A file of arrays in the making. Equal arrays make equal bytes.
#[derive(Debug, Default)]
pub struct NpzWriter {
    archive: ZipWriter,
}

impl NpzWriter {
    /// Adds an array of `float32`, row-major.
    ///
    /// # Errors
    /// [`NpzError::Unwritable`] where the shape has another number of values.
    pub fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Result<(), NpzError> {
        self.numbers(name, "<f4", shape, values, f32::to_le_bytes)
    }

    /// Adds an array of `uint8`, row-major.
    ///
    /// # Errors
    /// As [`floats`](Self::floats).
    pub fn bytes(&mut self, name: &str, shape: &[usize], values: &[u8]) -> Result<(), NpzError> {
        self.numbers(name, "|u1", shape, values, |value| [value])
    }

    /// Adds an array of `int64`, row-major.
    ///
    /// # Errors
    /// As [`floats`](Self::floats).
    pub fn integers(
        &mut self,
        name: &str,
        shape: &[usize],
        values: &[i64],
    ) -> Result<(), NpzError> {
        self.numbers(name, "<i8", shape, values, i64::to_le_bytes)
    }

    /// Adds a list of texts. As in NumPy itself, zeros at the end of a text are lost.
    ///
    /// # Errors
    /// As [`floats`](Self::floats).
    pub fn text<T: AsRef<str>>(&mut self, name: &str, values: &[T]) -> Result<(), NpzError> {
        let lengths = values.iter().map(|value| value.as_ref().chars().count());
        let longest = lengths.max().unwrap_or(0).max(1);
        let mut bytes = Vec::new();
        for value in values {
            let characters = value.as_ref().chars().map(u32::from);
            let filled = characters.chain(std::iter::repeat(0)).take(longest);
            bytes.extend(filled.flat_map(u32::to_le_bytes));
        }
        let header = header(&format!("<U{longest}"), &Shape(vec![values.len()]));
        self.add(name, &header, &bytes)
    }

    /// Adds a file that is no array, such as a description in JSON.
    ///
    /// # Errors
    /// [`NpzError::Archive`].
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), NpzError> {
        Ok(self.archive.add(name, [bytes])?)
    }

    /// The finished file.
    ///
    /// # Errors
    /// [`NpzError::Archive`].
    pub fn finish(self) -> Result<Vec<u8>, NpzError> {
        Ok(self.archive.finish()?)
    }

    fn numbers<T: Copy, const SIZE: usize>(
        &mut self,
        name: &str,
        descr: &str,
        shape: &[usize],
        values: &[T],
        bytes_of: impl Fn(T) -> [u8; SIZE],
    ) -> Result<(), NpzError> {
        let shape = Shape(shape.to_vec());
        let count = shape
            .0
            .iter()
            .try_fold(1_usize, |product, &length| product.checked_mul(length));
        if count != Some(values.len()) {
            return Err(NpzError::Unwritable {
                array: name.to_owned(),
                values: values.len(),
                shape,
            });
        }
        let bytes: Vec<u8> = values.iter().flat_map(|&value| bytes_of(value)).collect();
        self.add(name, &header(descr, &shape), &bytes)
    }

    fn add(&mut self, name: &str, header: &[u8], values: &[u8]) -> Result<(), NpzError> {
        Ok(self.archive.add(&format!("{name}.npy"), [header, values])?)
    }
}

/// A header of version 1.0. Types and shapes of ours are too short for a longer one.
fn header(descr: &str, shape: &Shape) -> Vec<u8> {
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let prefix = NPY_MAGIC.len() + 4;
    while !(prefix + text.len() + 1).is_multiple_of(ALIGNMENT) {
        text.push(' ');
    }
    text.push('\n');
    let mut bytes = NPY_MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.into_bytes());
    bytes
}
