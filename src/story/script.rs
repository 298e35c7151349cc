//! The words of the tour and the paper's own numbers: public/story.json.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::verdict::Number;

/// What public/story.json says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Script {
    /// What the paper reported, by step.
    pub paper: BTreeMap<String, Paper>,
    /// In English.
    pub en: Words,
    /// In Chinese.
    pub zh: Words,
}

/// What the paper reported for a step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Paper {
    /// Its data and network.
    pub on: String,
    /// The name of its verdict, as that of [`Kind`](super::Kind); none where it is about no hypothesis.
    pub verdict: Option<String>,
    /// Its numbers, by the names of the step's numbers.
    #[serde(default)]
    pub numbers: BTreeMap<String, String>,
}

/// The words of one language.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Words {
    /// Of controls.
    pub labels: BTreeMap<String, String>,
    /// What is missing, by [`Missing::name`](super::Missing::name).
    pub missing: BTreeMap<String, String>,
    /// The steps, by name.
    pub steps: BTreeMap<String, StepText>,
    /// The figures, by number.
    pub figures: BTreeMap<String, FigureText>,
}

/// The words of one step.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct StepText {
    /// A few words.
    pub title: String,
    /// What it is about and what to look at.
    pub text: String,
    /// What the numbers are called, in the order in which they are shown: (name, words).
    pub rows: Vec<(String, String)>,
    /// What the numbers say; names of numbers stand in braces.
    pub confirmed: String,
    /// Likewise.
    pub contradicted: String,
    /// Likewise.
    pub undecided: String,
}

/// The words of one figure in the gallery.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct FigureText {
    /// What it shows in the paper.
    pub shows: String,
}

impl Words {
    /// The word of a control, or its name where there is none.
    pub fn label(&self, name: &str) -> String {
        let found = self.labels.get(name);
        found.map_or_else(|| name.to_owned(), Clone::clone)
    }
}

/// Puts numbers into the places of their names: "{before}" becomes "86.86%".
pub fn fill(template: &str, numbers: &[Number]) -> String {
    let mut text = template.to_owned();
    for (name, value) in numbers {
        text = text.replace(&format!("{{{name}}}"), &value.text());
    }
    text
}

/// The names in braces.
pub fn placeholders(template: &str) -> Vec<&str> {
    let parts = template.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Value;

    #[test]
    fn numbers_take_the_places_of_their_names() {
        let template = "From {first} to {last}: {first} first.";
        assert_eq!(placeholders(template), ["first", "last", "first"]);
        let numbers = [("first", Value::Share(0.5)), ("last", Value::Count(3))];
        assert_eq!(fill(template, &numbers), "From 50.00% to 3: 50.00% first.");
        assert_eq!(placeholders("none"), Vec::<&str>::new());
    }
}
