//! What page and projection worker say to each other about figures to take away.

use serde::{Deserialize, Serialize};

use super::attachment::Bulk;
use crate::figure::{Figure, Parcel, Table, TablePages, draw, to_csv};

/// A figure to be drawn or listed: the arrays of a [`Parcel`], and as what it is wanted.
#[derive(Debug, Serialize, Deserialize)]
pub struct FigureJob {
    words: Vec<String>,
    numbers: Bulk<u32>,
    bytes: Bulk<u8>,
    wholes: Bulk<u32>,
    floats: Bulk<f32>,
    /// The scale of a drawing; 0 for its numbers as CSV, [`TABLE`] for a table of them.
    form: u32,
}

const TABLE: u32 = u32::MAX;

/// What can be made of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureForm {
    /// An SVG document, so many times as large as in a text.
    Drawing {
        /// 1, or 2 for a picture of many pixels.
        scale: u8,
    },
    /// Its numbers as CSV.
    Numbers,
    /// Its numbers as a table to be shown.
    Table,
}

/// What was made of a figure.
#[derive(Debug, Serialize, Deserialize)]
pub enum MadeFigure {
    /// A drawing or numbers: text in UTF-8.
    File(Bulk<u8>),
    /// A table.
    Table(TablePages),
}

impl FigureJob {
    /// The job that makes this of a figure.
    pub fn new(figure: Figure, form: FigureForm) -> Self {
        let parcel = Parcel::pack(figure);
        Self {
            words: parcel.words,
            numbers: parcel.numbers.into(),
            bytes: parcel.bytes.into(),
            wholes: parcel.wholes.into(),
            floats: parcel.floats.into(),
            form: match form {
                FigureForm::Drawing { scale } => u32::from(scale).max(1),
                FigureForm::Numbers => 0,
                FigureForm::Table => TABLE,
            },
        }
    }

    /// Does it.
    pub fn make(self) -> MadeFigure {
        let parcel = Parcel {
            words: self.words,
            numbers: self.numbers.into_inner(),
            bytes: self.bytes.into_inner(),
            wholes: self.wholes.into_inner(),
            floats: self.floats.into_inner(),
        };
        let figure = parcel.unpack();
        let file = |text: String| MadeFigure::File(text.into_bytes().into());
        match self.form {
            0 => file(to_csv(&Table::of(&figure))),
            TABLE => MadeFigure::Table(TablePages::from(&Table::of(&figure))),
            scale => file(draw(&figure, f64::from(scale))),
        }
    }
}
