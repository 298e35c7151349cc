//! Classes as they are written in the file, and as one byte.

use std::collections::{BTreeSet, HashMap};

use super::ImportError;
use super::note::ImportNote;
use crate::dataset::MOST_CLASSES;
use crate::npz::{Array, Values};

/// The classes of some observations as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written {
    Numbers(Vec<i64>),
    Texts(Vec<String>),
}

impl Written {
    /// Reads one class for each observation; `None` where the array has another shape or fractions.
    pub(super) fn of(array: &Array) -> Option<Self> {
        if !matches!(*array.shape.0.as_slice(), [_] | [_, 1]) {
            return None;
        }
        Some(match &array.values {
            Values::Bytes(values) => Self::Numbers(values.iter().copied().map(i64::from).collect()),
            Values::Integers(values) => Self::Numbers(values.clone()),
            Values::Floats(values) => {
                if values.iter().any(|value| value.fract() != 0.0) {
                    return None;
                }
                Self::Numbers(values.iter().map(|&value| value as i64).collect())
            }
            Values::Text(values) => Self::Texts(values.clone()),
        })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Texts(values) => values.len(),
        }
    }
}

/// How written classes become bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Classes {
    /// The number is the class.
    AsWritten(Vec<String>),
    /// The class is the place in this sorted list of numbers; also the names.
    Numbers(Vec<i64>, Vec<String>),
    /// The class is the place in this sorted list of texts.
    Texts(Vec<String>),
}

impl Classes {
    /// Decides by everything that names a class: the labels, and what the network said.
    ///
    /// `array` names what is written, for messages; the first are the labels. `columns` is the most
    /// columns of probabilities, each of which is a class.
    pub(super) fn decide(
        written: &[(String, Written)],
        names: Option<Vec<String>>,
        columns: usize,
        notes: &mut Vec<ImportNote>,
    ) -> Result<Self, ImportError> {
        let mut numbers = BTreeSet::new();
        let mut texts = BTreeSet::new();
        for (_, written) in written {
            match written {
                Written::Numbers(values) => numbers.extend(values.iter().copied()),
                Written::Texts(values) => texts.extend(values.iter().cloned()),
            }
        }
        if !texts.is_empty() {
            // Names that are given set the order, where they are those of the labels.
            let sorted: Vec<String> = match names {
                Some(names) if texts.iter().all(|text| names.contains(text)) => names,
                _ => texts.into_iter().collect(),
            };
            if sorted.len() > MOST_CLASSES {
                return Err(ImportError::TooManyClasses {
                    classes: sorted.len(),
                });
            }
            check_named(written, sorted.len())?;
            return Ok(Self::Texts(sorted));
        }
        if let Some(names) = names {
            check_named(written, names.len())?;
            return Ok(Self::AsWritten(names));
        }
        if outside(written, MOST_CLASSES).is_none() {
            let last = numbers.last().map_or(0, |&last| last as usize);
            let classes = (last + 1).max(columns.min(MOST_CLASSES));
            let names = (0..classes).map(|class| class.to_string());
            return Ok(Self::AsWritten(names.collect()));
        }
        let classes = numbers.len();
        if classes > MOST_CLASSES {
            return Err(ImportError::TooManyClasses { classes });
        }
        notes.push(ImportNote::Renumbered { classes });
        let names = numbers.iter().map(ToString::to_string).collect();
        Ok(Self::Numbers(numbers.into_iter().collect(), names))
    }

    /// One name per class.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::AsWritten(names) | Self::Numbers(_, names) | Self::Texts(names) => names,
        }
    }

    /// Whether column c of probabilities is class c.
    pub(super) fn follow_columns(&self, columns: usize) -> bool {
        match self {
            Self::AsWritten(names) | Self::Texts(names) => columns == names.len(),
            Self::Numbers(..) => false,
        }
    }

    /// Written classes as bytes. Each was among those that the decision was made by.
    pub(super) fn encode(&self, written: &Written) -> Vec<u8> {
        let place = |found: Option<usize>| found.unwrap_or_default() as u8;
        match (self, written) {
            (Self::AsWritten(_) | Self::Texts(_), Written::Numbers(values)) => {
                values.iter().map(|&value| value as u8).collect()
            }
            (Self::Numbers(sorted, _), Written::Numbers(values)) => values
                .iter()
                .map(|value| place(sorted.binary_search(value).ok()))
                .collect(),
            (_, Written::Texts(values)) => {
                let places: HashMap<&str, usize> =
                    self.names().iter().map(String::as_str).zip(0..).collect();
                values
                    .iter()
                    .map(|value| place(places.get(value.as_str()).copied()))
                    .collect()
            }
        }
    }
}

/// Checks that each number is that of a name.
fn check_named(written: &[(String, Written)], names: usize) -> Result<(), ImportError> {
    match outside(written, names) {
        None => Ok(()),
        Some((array, index, class)) => Err(ImportError::NoSuchClass {
            array,
            index,
            class,
            names,
        }),
    }
}

/// The first class that is not from 0 to below `classes`: where, which observation, and the class.
fn outside(written: &[(String, Written)], classes: usize) -> Option<(String, usize, i64)> {
    written.iter().find_map(|(array, written)| match written {
        Written::Numbers(values) => values
            .iter()
            .position(|&value| value < 0 || value as u64 >= classes as u64)
            .map(|index| (array.clone(), index, values[index])),
        Written::Texts(_) => None,
    })
}
