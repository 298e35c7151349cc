//! What page and projection worker say to each other about analysis files.

use serde::{Deserialize, Serialize};

use super::attachment::Bulk;
use crate::analysis::file::{ArrayValues, Index, NamedArray, Parts};

/// [`Parts`] of an analysis on their way.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentParts {
    index: Box<Index>,
    /// Names, shapes and values.
    arrays: Vec<(String, Vec<usize>, SentValues)>,
}

#[derive(Debug, Serialize, Deserialize)]
enum SentValues {
    Bytes(Bulk<u8>),
    Indices(Bulk<u32>),
    Floats(Bulk<f32>),
}

impl From<Parts> for SentParts {
    fn from(parts: Parts) -> Self {
        let send = |array: NamedArray| {
            let values = match array.values {
                ArrayValues::Bytes(values) => SentValues::Bytes(values.into()),
                ArrayValues::Indices(values) => SentValues::Indices(values.into()),
                ArrayValues::Floats(values) => SentValues::Floats(values.into()),
            };
            (array.name, array.shape, values)
        };
        Self {
            index: Box::new(parts.index),
            arrays: parts.arrays.into_iter().map(send).collect(),
        }
    }
}

impl From<SentParts> for Parts {
    fn from(sent: SentParts) -> Self {
        let receive = |(name, shape, values)| NamedArray {
            name,
            shape,
            values: match values {
                SentValues::Bytes(values) => ArrayValues::Bytes(values.into_inner()),
                SentValues::Indices(values) => ArrayValues::Indices(values.into_inner()),
                SentValues::Floats(values) => ArrayValues::Floats(values.into_inner()),
            },
        };
        Self {
            index: *sent.index,
            arrays: sent.arrays.into_iter().map(receive).collect(),
        }
    }
}
