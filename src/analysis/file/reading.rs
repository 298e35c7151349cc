//! Unpacking an analysis.

use super::error::AnalysisFileError;
use super::index::{FORMAT, Header, RECIPE_VERSION};
use super::{ArrayValues, DESCRIPTION, NamedArray, Parts};
use crate::archive::{Allowance, Zip};
use crate::npz::{Array, MOST_UNPACKED_BYTES, NpzError, NpzReader, Step, Values};

/// The longest description: that of thousands of layouts.
const LONGEST_DESCRIPTION: u64 = 64 << 20;

/// A file that is being read.
#[derive(Debug)]
pub struct Reading {
    reader: NpzReader,
    parts: Parts,
}

impl Reading {
    /// Whether an archive is an analysis.
    pub fn recognises(zip: &Zip) -> bool {
        zip.entries().iter().any(|entry| entry.name == DESCRIPTION)
    }

    /// Begins to read a file.
    ///
    /// # Errors
    /// Another kind of file, or one of a later release.
    pub fn open(file: &str, bytes: Vec<u8>) -> Result<Self, AnalysisFileError> {
        Self::of(Zip::open(file, bytes).map_err(NpzError::from)?)
    }

    /// Begins to read an archive that is open.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn of(zip: Zip) -> Result<Self, AnalysisFileError> {
        let file = zip.file().to_owned();
        let entry = zip
            .entries()
            .iter()
            .find(|entry| entry.name == DESCRIPTION)
            .ok_or_else(|| AnalysisFileError::NoDescription { file: file.clone() })?;
        let text = zip
            .unpack(entry)
            .and_then(|text| text.read_to_end(&mut Allowance::new(LONGEST_DESCRIPTION)))
            .map_err(NpzError::from)?;
        let wrong = |why: String| AnalysisFileError::Description {
            file: file.clone(),
            why,
        };
        let description = String::from_utf8(text).map_err(|error| wrong(error.to_string()))?;
        let header: Header =
            serde_json::from_str(&description).map_err(|error| wrong(error.to_string()))?;
        if header.format != FORMAT {
            return Err(AnalysisFileError::NoDescription { file });
        }
        if header.version > RECIPE_VERSION {
            return Err(AnalysisFileError::Newer {
                file,
                version: header.version,
            });
        }
        let index = serde_json::from_str(&description).map_err(|error| wrong(error.to_string()))?;
        Ok(Self {
            reader: NpzReader::of(zip, MOST_UNPACKED_BYTES)?,
            parts: Parts {
                index,
                arrays: Vec::new(),
            },
        })
    }

    /// How much is read, 0 to 1.
    pub fn progress(&self) -> f32 {
        self.reader.progress()
    }

    /// Reads on for some ten milliseconds, and says whether all arrays are read.
    ///
    /// # Errors
    /// What is wrong with an array.
    pub fn advance(&mut self) -> Result<bool, AnalysisFileError> {
        match self.reader.advance()? {
            Step::Working => Ok(false),
            Step::Array(name, array) => {
                self.parts.arrays.push(named(name, array)?);
                Ok(false)
            }
            Step::Done => Ok(true),
        }
    }

    /// The parts, once [`advance`](Self::advance) said that all is read.
    pub fn finish(self) -> Parts {
        self.parts
    }
}

fn named(name: String, array: Array) -> Result<NamedArray, AnalysisFileError> {
    let values = match array.values {
        Values::Bytes(values) => ArrayValues::Bytes(values),
        Values::Floats(values) => ArrayValues::Floats(values),
        Values::Integers(values) => {
            let indices = values.into_iter().map(u32::try_from);
            match indices.collect() {
                Ok(indices) => ArrayValues::Indices(indices),
                Err(_) => {
                    return Err(AnalysisFileError::wrong_type(&name, "of places from 0"));
                }
            }
        }
        Values::Text(_) => return Err(AnalysisFileError::wrong_type(&name, "of numbers")),
    };
    Ok(NamedArray {
        name,
        shape: array.shape.0,
        values,
    })
}
