//! Tables as CSV (RFC 4180), safe to open in a spreadsheet.

use super::table::{Cell, Table};

/// The table with a header row. Numbers are as precise as they are; text is quoted where it must be;
/// text that a spreadsheet would take for a formula begins with an apostrophe.
pub fn to_csv(table: &Table) -> String {
    let mut out = String::new();
    let mut row = |cells: &mut dyn Iterator<Item = String>| {
        let cells: Vec<String> = cells.collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    };
    row(&mut table.columns.iter().map(|name| quoted(name)));
    for cells in &table.rows {
        row(&mut cells.iter().map(|cell| match cell {
            Cell::Nothing => String::new(),
            Cell::Count(count) => count.to_string(),
            Cell::Number(value) if value.is_finite() => value.to_string(),
            Cell::Number(_) => String::new(),
            Cell::Text(text) => quoted(text),
        }));
    }
    out
}

fn quoted(text: &str) -> String {
    // A number is harmless, and so is what does not begin like a formula.
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
