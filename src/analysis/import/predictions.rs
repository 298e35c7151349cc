//! What another program's network says of each observation.

use super::ImportError;
use super::classes::{Classes, Written};
use super::note::ImportNote;
use crate::analysis::Predictions;
use crate::dataset::MOST_CLASSES;
use crate::npz::{Array, Values};

/// How far a row of probabilities may be from adding up to 1: those of half precision are.
const SUM_TOLERANCE: f32 = 0.02;

/// Predictions as the file has them.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// A class for each observation.
    Class(Written),
    /// A probability for each class: observations × columns, row-major.
    Probabilities { columns: usize, values: Vec<f32> },
}

impl Said {
    /// Reads an array of predictions.
    pub(super) fn of(
        name: &str,
        array: Array,
        observations: usize,
        notes: &mut Vec<ImportNote>,
    ) -> Result<Self, ImportError> {
        if array.shape.0.first() != Some(&observations) {
            return Err(ImportError::Observations {
                array: name.to_owned(),
                shape: array.shape,
                observations,
            });
        }
        let columns = match *array.shape.0.as_slice() {
            [_, columns] if columns >= 2 => columns,
            [_] | [_, 1] => 1,
            _ => 0,
        };
        if let Some(at) = array.not_finite {
            let columns = columns.max(1);
            return Err(ImportError::NotFinite {
                array: name.to_owned(),
                row: at / columns,
                column: at % columns,
            });
        }
        let wrong = ImportError::Predictions {
            array: name.to_owned(),
            shape: array.shape.clone(),
        };
        if columns < 2 {
            return match Written::of(&array) {
                Some(written) => Ok(Self::Class(written)),
                None => Err(wrong),
            };
        }
        let mut values: Vec<f32> = match array.values {
            Values::Floats(values) => values,
            Values::Bytes(values) => values.into_iter().map(f32::from).collect(),
            Values::Integers(values) => values.into_iter().map(|value| value as f32).collect(),
            Values::Text(_) => return Err(wrong),
        };
        if !values.chunks_exact(columns).all(are_probabilities) {
            notes.push(ImportNote::Softmax {
                array: name.to_owned(),
            });
            for row in values.chunks_exact_mut(columns) {
                softmax(row);
            }
        }
        Ok(Self::Probabilities { columns, values })
    }

    /// Columns of probabilities that can each be a class; 0 where there are none.
    pub(super) fn class_columns(&self) -> usize {
        match self {
            Self::Probabilities { columns, .. } if *columns <= MOST_CLASSES => *columns,
            _ => 0,
        }
    }

    /// Keeps only the most probable class, as a number.
    pub(super) fn reduce(&mut self, name: &str, notes: &mut Vec<ImportNote>) {
        if let Self::Probabilities { columns, values } = self {
            notes.push(ImportNote::OnlyMostProbable {
                array: name.to_owned(),
                columns: *columns,
            });
            let most_probable = values.chunks_exact(*columns).map(|row| {
                let mut best = 0;
                for (column, value) in row.iter().enumerate() {
                    if *value > row[best] {
                        best = column;
                    }
                }
                best as i64
            });
            *self = Self::Class(Written::Numbers(most_probable.collect()));
        }
    }

    /// The predictions in classes of one byte.
    pub(super) fn encode(self, classes: &Classes) -> Predictions {
        match self {
            Self::Class(written) => Predictions {
                predicted: classes.encode(&written),
                probabilities: Vec::new(),
            },
            // Columns that are no classes were reduced.
            Self::Probabilities { columns, values } => {
                Predictions::from_probabilities(values, columns).unwrap_or_default()
            }
        }
    }
}

fn are_probabilities(row: &[f32]) -> bool {
    let within = row
        .iter()
        .all(|value| (-SUM_TOLERANCE..=1.0 + SUM_TOLERANCE).contains(value));
    within && (row.iter().sum::<f32>() - 1.0).abs() <= SUM_TOLERANCE
}

/// exp(x) / Σ exp(x), from the greatest down so that nothing overflows.
fn softmax(row: &mut [f32]) {
    let greatest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exps: Vec<f64> = row
        .iter()
        .map(|&value| (f64::from(value) - f64::from(greatest)).exp())
        .collect();
    let sum: f64 = exps.iter().sum();
    for (value, exp) in row.iter_mut().zip(exps) {
        *value = (exp / sum) as f32;
    }
}
