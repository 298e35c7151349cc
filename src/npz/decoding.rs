//! The bytes of an array into values, as they arrive.

use half::f16;
use ndarray::{ArrayD, IxDyn, ShapeBuilder};

use super::NpzError;
use super::array::{Array, Shape, Values};
use super::dtype::Kind;
use super::header::Header;

/// An array whose values are still arriving.
#[derive(Debug)]
pub(super) struct Decoding {
    name: String,
    header: Header,
    values: Values,
    finite: bool,
    /// The beginning of a value whose rest has not arrived.
    pending: Vec<u8>,
    /// Bytes that arrived.
    arrived: u64,
}

impl Decoding {
    pub(super) fn new(name: String, header: Header) -> Self {
        let values = match header.dtype.kind {
            Kind::Bool => Values::Bytes(Vec::new()),
            Kind::Unsigned if header.dtype.size == 1 => Values::Bytes(Vec::new()),
            Kind::Unsigned | Kind::Signed => Values::Integers(Vec::new()),
            Kind::Float => Values::Floats(Vec::new()),
            Kind::Text | Kind::Bytes => Values::Text(Vec::new()),
        };
        Self {
            name,
            header,
            values,
            finite: true,
            pending: Vec::new(),
            arrived: 0,
        }
    }

    /// Bytes of values by the shape.
    fn expected(&self) -> u64 {
        self.header.count as u64 * self.header.dtype.size as u64
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> Result<(), NpzError> {
        self.arrived += bytes.len() as u64;
        if self.arrived > self.expected() {
            return Err(self.wrong_length());
        }
        let size = self.header.dtype.size;
        if size == 0 {
            return Ok(());
        }
        if !self.pending.is_empty() {
            let missing = (size - self.pending.len()).min(bytes.len());
            let (head, rest) = bytes.split_at(missing);
            self.pending.extend_from_slice(head);
            bytes = rest;
            if self.pending.len() < size {
                return Ok(());
            }
            let whole = std::mem::take(&mut self.pending);
            self.decode(&whole)?;
        }
        let whole = bytes.len() - bytes.len() % size;
        self.decode(&bytes[..whole])?;
        self.pending.extend_from_slice(&bytes[whole..]);
        Ok(())
    }

    /// Decodes whole values.
    fn decode(&mut self, bytes: &[u8]) -> Result<(), NpzError> {
        let dtype = self.header.dtype;
        match &mut self.values {
            Values::Bytes(values) if dtype.kind == Kind::Bool => {
                values.extend(bytes.iter().map(|&byte| u8::from(byte != 0)));
            }
            Values::Bytes(values) => values.extend_from_slice(bytes),
            Values::Integers(values) => {
                for value in bytes.chunks_exact(dtype.size) {
                    let raw = wide(value, dtype.big_endian);
                    values.push(match dtype.kind {
                        Kind::Unsigned => i64::try_from(raw).map_err(|_| NpzError::Number {
                            array: self.name.clone(),
                            value: raw,
                        })?,
                        // The sign bit of a narrow number is moved to the top and back.
                        _ => {
                            let unused = 64 - 8 * dtype.size as u32;
                            ((raw << unused) as i64) >> unused
                        }
                    });
                }
            }
            Values::Floats(values) => {
                let before = values.len();
                let raw = bytes
                    .chunks_exact(dtype.size)
                    .map(|value| wide(value, dtype.big_endian));
                match dtype.size {
                    2 => values.extend(raw.map(|bits| f16::from_bits(bits as u16).to_f32())),
                    4 => values.extend(raw.map(|bits| f32::from_bits(bits as u32))),
                    _ => values.extend(raw.map(|bits| f64::from_bits(bits) as f32)),
                }
                self.finite &= values[before..].iter().all(|value| value.is_finite());
            }
            Values::Text(values) => {
                for value in bytes.chunks_exact(dtype.size) {
                    let text = match dtype.kind {
                        Kind::Text => value
                            .chunks_exact(4)
                            .map(|c| char::from_u32(wide(c, dtype.big_endian) as u32))
                            .collect::<Option<String>>(),
                        _ => std::str::from_utf8(value).ok().map(ToOwned::to_owned),
                    };
                    let text = text.ok_or_else(|| NpzError::Text {
                        array: self.name.clone(),
                    })?;
                    // Short text is filled up with zeros.
                    values.push(text.trim_end_matches('\0').to_owned());
                }
            }
        }
        Ok(())
    }

    /// The array, now that all bytes arrived.
    pub(super) fn finish(mut self) -> Result<(String, Array), NpzError> {
        if self.arrived != self.expected() {
            return Err(self.wrong_length());
        }
        if let Values::Text(values) = &mut self.values
            && self.header.dtype.size == 0
        {
            // Text without a character takes no bytes.
            values.resize(self.header.count, String::new());
        }
        let shape = self.header.shape;
        let values = if self.header.fortran && shape.len() > 1 {
            match self.values {
                Values::Bytes(values) => Values::Bytes(row_major(values, &shape)),
                Values::Integers(values) => Values::Integers(row_major(values, &shape)),
                Values::Floats(values) => Values::Floats(row_major(values, &shape)),
                Values::Text(values) => Values::Text(row_major(values, &shape)),
            }
        } else {
            self.values
        };
        let not_finite = match &values {
            Values::Floats(values) if !self.finite => {
                values.iter().position(|value| !value.is_finite())
            }
            _ => None,
        };
        let array = Array {
            shape: Shape(shape),
            values,
            not_finite,
        };
        Ok((self.name, array))
    }

    fn wrong_length(&self) -> NpzError {
        NpzError::Length {
            array: self.name.clone(),
            shape: Shape(self.header.shape.clone()),
            expected: self.expected(),
            found: self.arrived,
        }
    }
}

/// A value of up to eight bytes as its bits.
fn wide(value: &[u8], big_endian: bool) -> u64 {
    let fold = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
    if big_endian {
        value.iter().fold(0, fold)
    } else {
        value.iter().rev().fold(0, fold)
    }
}

/// Values whose first index runs fastest, reordered so that the last does.
fn row_major<T: Clone>(values: Vec<T>, shape: &[usize]) -> Vec<T> {
    match ArrayD::from_shape_vec(IxDyn(shape).f(), values) {
        Ok(array) => array.iter().cloned().collect(),
        // The lengths agree, as was checked.
        Err(_) => Vec::new(),
    }
}
