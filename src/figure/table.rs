//! The numbers behind a figure, row by row.

use super::scatter::is_selected;
use super::{Chart, Content, Figure, Matrix, Neurons, Observations, Picture, Series};

/// The value of a row in a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// There is none.
    Nothing,
    /// A whole number, such as an index or a class.
    Count(u32),
    /// Any number.
    Number(f32),
    /// Words.
    Text(String),
}

/// A table of a figure's numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it is of.
    pub caption: String,
    /// Names of the columns, as a program likes them: "class_name".
    pub columns: Vec<String>,
    /// One cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The table of a figure. Of observations and neurons it has all, also those that the picture hides
    /// or that lie outside of it.
    pub fn of(figure: &Figure) -> Self {
        let mut table = Self {
            caption: figure.title.clone(),
            columns: Vec::new(),
            rows: Vec::new(),
        };
        match &figure.content {
            Content::Observations(picture, known) => table.observations(figure, picture, known),
            Content::Neurons(picture, known) => table.neurons(figure, picture, known),
            Content::Chart(chart) => table.chart(chart),
            Content::Matrix(matrix) => table.matrix(figure, matrix),
        }
        table
    }

    /// A column more; as many values as there are rows.
    fn column(&mut self, name: impl Into<String>, value: impl Fn(usize) -> Cell) {
        self.columns.push(name.into());
        for (row, cells) in self.rows.iter_mut().enumerate() {
            cells.push(value(row));
        }
    }

    fn observations(&mut self, figure: &Figure, picture: &Picture, known: &Observations) {
        let n = known.labels.len();
        self.rows = vec![Vec::new(); n];
        self.column("observation", |i| Cell::Count(i as u32 + 1));
        self.column("index", |i| count(known.indices.get(i).copied()));
        self.classes(figure, "class", |i| known.labels.get(i).copied());
        if !known.predicted.is_empty() {
            self.classes(figure, "predicted", |i| known.predicted.get(i).copied());
        }
        if !known.probabilities.is_empty() {
            let value = |i: usize| number(known.probabilities.get(i));
            self.column("probability", value);
        }
        for (step, name) in known.steps.iter().enumerate() {
            let named = |what: &str| match name.as_str() {
                "" => what.to_owned(),
                name => format!("{what} ({name})"),
            };
            let place =
                |axis: usize| move |i: usize| number(known.layouts.get((step * n + i) * 2 + axis));
            self.column(named("x"), place(0));
            self.column(named("y"), place(1));
            if !known.hits.is_empty() {
                let hit = |i: usize| number(known.hits.get(step * n + i));
                self.column(named("neighborhood_hit"), hit);
            }
        }
        self.quantity(&known.quantity.name, &known.quantity.values);
        self.selected(picture);
    }

    fn neurons(&mut self, figure: &Figure, picture: &Picture, known: &Neurons) {
        self.rows = vec![Vec::new(); picture.positions.len() / 2];
        self.column("neuron", |i| Cell::Count(i as u32 + 1));
        self.column("x", |i| number(picture.positions.get(2 * i)));
        self.column("y", |i| number(picture.positions.get(2 * i + 1)));
        if !known.scores.is_empty() {
            let class = |i: usize| {
                known
                    .classes
                    .get(i)
                    .and_then(|&class| class.try_into().ok())
            };
            self.classes(figure, "best_class", class);
            self.column("score", |i| number(known.scores.get(i)));
        }
        self.quantity(&known.quantity.name, &known.quantity.values);
        self.selected(picture);
    }

    /// A column of class numbers, and one of their names.
    fn classes(&mut self, figure: &Figure, name: &str, class: impl Fn(usize) -> Option<u8>) {
        self.column(name, |i| count(class(i).map(u32::from)));
        self.column(format!("{name}_name"), |i| {
            class(i).map_or(Cell::Nothing, |class| {
                Cell::Text(figure.class_name(usize::from(class)))
            })
        });
    }

    fn quantity(&mut self, name: &str, values: &[f32]) {
        if !values.is_empty() {
            self.column(name, |i| number(values.get(i)));
        }
    }

    fn selected(&mut self, picture: &Picture) {
        self.column("selected", |i| {
            Cell::Count(u32::from(is_selected(&picture.looks, i)))
        });
    }

    /// Curves share their rows by what lies on the horizontal axis; anything else has a row per point.
    fn chart(&mut self, chart: &Chart) {
        if let [pairs, ..] = &chart.series[..]
            && chart.is_of_pairs()
        {
            let pairs = pairs.points.as_chunks::<2>().0;
            self.columns = vec![column_name(&chart.x.name), column_name(&chart.y.name)];
            self.rows = pairs.iter().map(|p| p.map(Cell::Number).to_vec()).collect();
            return;
        }
        let all = chart.series.iter().flat_map(Series::places);
        let mut places: Vec<f32> = all.filter(|x| !x.is_nan()).collect();
        places.sort_by(f32::total_cmp);
        places.dedup();
        self.rows = vec![Vec::new(); places.len()];
        self.column(column_name(&chart.x.name), |i| {
            match chart.x.names.get(places[i] as usize) {
                Some(name) => Cell::Text(name.clone()),
                None => Cell::Number(places[i]),
            }
        });
        for series in &chart.series {
            let points = series.points.as_chunks::<2>().0;
            self.column(column_name(&series.name), |i| {
                // Places rise along a curve.
                let at = points.partition_point(|p| p[0] < places[i]);
                match points.get(at) {
                    Some(p) if p[0] == places[i] => Cell::Number(p[1]),
                    _ => Cell::Nothing,
                }
            });
        }
    }

    fn matrix(&mut self, figure: &Figure, matrix: &Matrix) {
        let n = matrix.classes as usize;
        let names = (0..n).map(|class| figure.class_name(class));
        self.columns = vec!["true_class".to_owned()];
        self.columns
            .extend(names.clone().map(|name| format!("taken for {name}")));
        let rows = names.enumerate().map(|(truth, name)| {
            let counts = (0..n).map(|predicted| Cell::Count(matrix.count(truth, predicted)));
            std::iter::once(Cell::Text(name)).chain(counts).collect()
        });
        self.rows = rows.collect();
    }
}

fn count(value: Option<u32>) -> Cell {
    value.map_or(Cell::Nothing, Cell::Count)
}

fn number(value: Option<&f32>) -> Cell {
    value.map_or(Cell::Nothing, |value| Cell::Number(*value))
}

/// "Training loss" as a program likes it: "training_loss".
fn column_name(words: &str) -> String {
    words.to_lowercase().replace(' ', "_")
}
