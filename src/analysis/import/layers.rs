//! Activations of any shape, as observations × neurons.

use std::sync::Arc;

use super::ImportError;
use super::imported::ImportedLayer;
use super::note::ImportNote;
use crate::npz::{Array, Values};

/// Reads the activations of one layer.
pub(super) fn layer(
    name: &str,
    array: Array,
    observations: usize,
    notes: &mut Vec<ImportNote>,
) -> Result<ImportedLayer, ImportError> {
    if array.shape.0.first() != Some(&observations) {
        return Err(ImportError::Observations {
            array: name.to_owned(),
            shape: array.shape,
            observations,
        });
    }
    let width = array.values.len() / observations.max(1);
    if width == 0 {
        return Err(ImportError::NoNeurons {
            array: name.to_owned(),
            shape: array.shape,
        });
    }
    if let Some(at) = array.not_finite {
        return Err(ImportError::NotFinite {
            array: name.to_owned(),
            row: at / width,
            column: at % width,
        });
    }
    if array.shape.0.len() > 2 {
        notes.push(ImportNote::Flattened {
            array: name.to_owned(),
            shape: array.shape,
        });
    }
    let values = match array.values {
        Values::Floats(values) => values,
        Values::Bytes(values) => values.into_iter().map(f32::from).collect(),
        Values::Integers(values) => values.into_iter().map(|value| value as f32).collect(),
        Values::Text(_) => {
            return Err(ImportError::Text {
                array: name.to_owned(),
                hint: "save activations as float32",
            });
        }
    };
    Ok(ImportedLayer {
        width,
        values: Arc::new(values),
    })
}
