//! What can be wrong with the input of a projection.

use thiserror::Error;

/// Why a projection or a measure of its quality was refused, and what to do about it.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ProjectionError {
    /// There is no observation at all.
    #[error("there are no observations to project: choose a subset with at least one row")]
    NoObservations,
    /// The observations have no feature.
    #[error("the observations have no features: give a matrix with at least one column")]
    NoFeatures,
    /// The length of the data is not `n × d`.
    #[error(
        "{n} rows of {d} columns need {expected} values, but {found} were given: \
         check the shape of the matrix",
        expected = n * d
    )]
    WrongLength {
        /// Rows announced.
        n: usize,
        /// Columns announced.
        d: usize,
        /// Values found.
        found: usize,
    },
    /// A value is NaN or infinite.
    #[error(
        "row {row}, column {column} holds {value}, which is not a finite number: \
         remove or replace it (did the training diverge?)"
    )]
    NotFinite {
        /// Row of the value, from 0.
        row: usize,
        /// Column of the value, from 0.
        column: usize,
        /// The value itself: NaN or an infinity.
        value: f32,
    },
    /// A value is too great for distances to be computed.
    #[error(
        "row {row}, column {column} holds {value:e}, which is too large to be compared with others: \
         divide all values by a number that brings them near 1"
    )]
    TooLarge {
        /// Row of the value, from 0.
        row: usize,
        /// Column of the value, from 0.
        column: usize,
        /// The value itself.
        value: f32,
    },
    /// A parameter is outside its range.
    #[error("{name} is {value}, but {rule}")]
    BadParameter {
        /// Name of the parameter, as in the configuration.
        name: &'static str,
        /// The value that was given.
        value: f64,
        /// The rule it breaks.
        rule: &'static str,
    },
    /// There must be one label per observation.
    #[error("{n} observations need {n} labels, but {found} were given")]
    WrongLabelCount {
        /// Observations.
        n: usize,
        /// Labels found.
        found: usize,
    },
    /// The matrices of a sequence differ in their number of rows.
    #[error(
        "matrix {step} has {found} rows, but the first has {expected}: \
         a sequence must show the same observations at every step"
    )]
    RowsDiffer {
        /// Index of the offending matrix, from 0.
        step: usize,
        /// Rows of the first matrix.
        expected: usize,
        /// Rows of the offending one.
        found: usize,
    },
    /// A dissimilarity matrix is not symmetric, or has a negative entry or a non-zero diagonal.
    #[error(
        "the dissimilarity of items {row} and {column} is {value}: a dissimilarity matrix must be \
         symmetric and non-negative, with zeros on its diagonal"
    )]
    NotADissimilarity {
        /// Row of the entry, from 0.
        row: usize,
        /// Column of the entry, from 0.
        column: usize,
        /// The entry.
        value: f32,
    },
}

/// Refuses matrices of the wrong length, without rows or columns, or with a value that is not
/// finite. `data`: n × d, row-major.
pub(crate) fn check_matrix(data: &[f32], n: usize, d: usize) -> Result<(), ProjectionError> {
    if n == 0 {
        return Err(ProjectionError::NoObservations);
    }
    if d == 0 {
        return Err(ProjectionError::NoFeatures);
    }
    if n.checked_mul(d) != Some(data.len()) {
        return Err(ProjectionError::WrongLength {
            n,
            d,
            found: data.len(),
        });
    }
    match data.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(ProjectionError::NotFinite {
            row: index / d,
            column: index % d,
            value: data[index],
        }),
        None => Ok(()),
    }
}
