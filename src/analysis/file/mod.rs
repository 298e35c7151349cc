//! An analysis in one file: the observations that are projected, what a network made of them, every
//! layout, and how all of it was computed.
//!
//! The file is an `.npz`, a zip archive of NumPy's arrays, with `analysis.json` beside them, which says
//! what each array is; `numpy.load` opens it (docs/ANALYSIS_FILE.md). Arrays keep all
//! bits; the few numbers of double precision (divergences, stress) keep 15 digits.
//!
//! An analysis is taken apart by [`Parts::of`] and [packed](Parts::pack) into a file; [`Reading`] unpacks
//! one, a slice at a time, and [`Parts::assemble`] checks everything before it is believed. Taking apart
//! and assembling cost next to nothing, so the page does them; (un)packing is left to a worker.

mod assembling;
mod error;
mod index;
mod parts;
mod reading;
mod recipe;
mod writing;

pub use error::AnalysisFileError;
pub use index::{Index, Settings, VERSION, WholeTest};
pub use parts::{ArrayValues, NamedArray, Parts};
pub use reading::Reading;
pub use recipe::Recipe;
pub use writing::Contents;

use super::Analysis;
use crate::dataset::Dataset;

/// The name of the description among the arrays.
pub const DESCRIPTION: &str = "analysis.json";

/// An analysis with the observations that it is of.
#[derive(Clone, Debug)]
pub struct AnalysisFile {
    /// The observations that are projected, and no others: those of `analysis.train` are its training
    /// part, those of `analysis.test` its test part.
    pub dataset: Dataset,
    /// What was found out.
    pub analysis: Analysis,
    /// Where the observations were in the data set that they were chosen from.
    pub origin: Origin,
    /// How the network was made.
    pub settings: Settings,
    /// The program that wrote the file, with its version.
    pub made_by: String,
}

/// Places of observations in a larger data set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Of each training observation.
    pub train: Vec<u32>,
    /// Of each test observation.
    pub test: Vec<u32>,
    /// Training and test observations that the larger data set had.
    pub whole: [usize; 2],
}
