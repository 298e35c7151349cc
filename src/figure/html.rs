//! Tables as HTML, in pages, for a dialog of the page: rows are ready to be put in their place.

use serde::{Deserialize, Serialize};

use super::svg::escaped;
use super::table::{Cell, Table};

/// Rows that are shown at once.
pub const ROWS_OF_A_PAGE: usize = 200;

/// A table, as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TablePages {
    /// What it is of.
    pub caption: String,
    /// The row of column headings: `<tr><th scope="col">…`.
    pub head: String,
    /// The rows of each page, all with a heading of their own: `<tr><th scope="row">…`.
    pub pages: Vec<String>,
    /// All rows together.
    pub rows: u32,
}

impl From<&Table> for TablePages {
    fn from(table: &Table) -> Self {
        let mut head = String::from("<tr>");
        for name in &table.columns {
            head += &format!("<th scope=\"col\">{}</th>", escaped(&heading(name)));
        }
        head += "</tr>";
        Self {
            caption: table.caption.clone(),
            head,
            pages: table.rows.chunks(ROWS_OF_A_PAGE).map(page).collect(),
            rows: table.rows.len() as u32,
        }
    }
}

fn page(rows: &[Vec<Cell>]) -> String {
    let mut out = String::new();
    for row in rows {
        out += "<tr>";
        for (column, cell) in row.iter().enumerate() {
            let text = match cell {
                Cell::Nothing => "–".to_owned(),
                Cell::Count(count) => count.to_string(),
                Cell::Number(value) if value.is_finite() => format!("{value:.4}"),
                Cell::Number(_) => "–".to_owned(),
                Cell::Text(text) => escaped(text),
            };
            out += &match column {
                0 => format!("<th scope=\"row\">{text}</th>"),
                _ => format!("<td>{text}</td>"),
            };
        }
        out += "</tr>";
    }
    out
}

/// "class_name" as people write it: "Class name".
fn heading(name: &str) -> String {
    let name = name.replace('_', " ");
    let mut letters = name.chars();
    match letters.next() {
        // Coordinates are small letters.
        Some(first) if name.chars().count() > 1 && !name.starts_with(['x', 'y']) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => name,
    }
}
