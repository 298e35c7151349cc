//! What page and projection worker say to each other about figures to take away.

use serde::{Deserialize, Serialize};

use super::attachment::Bulk;
use crate::figure::{Figure, Table, TablePages, draw, to_csv};

/// A figure to be drawn or listed.
#[derive(Debug, Serialize, Deserialize)]
pub struct FigureJob {
    /// What it shows.
    pub figure: Figure,
    /// As what it is wanted.
    pub form: FigureForm,
}

/// What can be made of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Does it.
    pub fn make(&self) -> MadeFigure {
        let table = || Table::of(&self.figure);
        match self.form {
            FigureForm::Drawing { scale } => {
                let svg = draw(&self.figure, f64::from(scale));
                MadeFigure::File(svg.into_bytes().into())
            }
            FigureForm::Numbers => MadeFigure::File(to_csv(&table()).into_bytes().into()),
            FigureForm::Table => MadeFigure::Table(TablePages::from(&table())),
        }
    }
}
