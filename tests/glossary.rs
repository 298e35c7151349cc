//! Every term that the page explains is in the glossary, in both languages and with its source.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// All sources of the page, one after the other.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|end| end == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// What stands between `before` and `end`, each time.
fn between<'a>(text: &'a str, before: &str, end: char) -> BTreeSet<&'a str> {
    let after = text.split(before).skip(1);
    after.filter_map(|rest| rest.split(end).next()).collect()
}

/// The keys that the page asks for.
fn asked(text: &str) -> BTreeSet<&str> {
    let mut keys = BTreeSet::new();
    for call in [
        "{term(\"",
        "{about(\"",
        // Fields with a label that explains itself.
        " term=\"",
        // Of the steps of the preprocessing, each with a mark beside its check box.
        "check(\"Gaussian blur\", \"",
        "check(\"Sobel: length of the gradient\", \"",
    ] {
        keys.extend(between(text, call, '"'));
    }
    // In sentences: [key|words].
    let marked = between(text, "[", '|').into_iter();
    let is_key =
        |key: &&str| key.len() > 1 && key.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    keys.extend(marked.filter(is_key));
    keys.remove("");
    keys
}

fn glossary() -> serde_json::Map<String, Value> {
    let text = fs::read_to_string("public/glossary.json").unwrap();
    serde_json::from_str::<Value>(&text)
        .unwrap()
        .as_object()
        .unwrap()
        .clone()
}

#[test]
fn every_term_of_the_page_is_explained() {
    let mut text = String::new();
    sources(Path::new("src/view"), &mut text);
    let asked = asked(&text);
    assert!(asked.len() > 30, "only {} terms were found", asked.len());
    let glossary = glossary();
    let missing: Vec<_> = asked
        .iter()
        .filter(|key| !glossary.contains_key(**key))
        .collect();
    assert!(missing.is_empty(), "not in the glossary: {missing:?}");
    for term in ["nh", "perplexity", "mds", "discriminative", "kl", "sobel"] {
        assert!(asked.contains(term), "the page does not explain {term}");
    }
}

#[test]
fn every_explanation_is_complete_and_short() {
    for (key, entry) in glossary() {
        let text = |path: &str| entry.pointer(path).and_then(Value::as_str).unwrap_or("");
        for language in ["en", "zh"] {
            let term = text(&format!("/{language}/term"));
            let said = text(&format!("/{language}/text"));
            assert!(!term.is_empty(), "{key} has no term in {language}");
            let length = said.chars().count();
            assert!(
                (15..=280).contains(&length),
                "{key}: {length} characters in {language}"
            );
            let ends = if language == "zh" { '。' } else { '.' };
            assert!(said.ends_with(ends), "{key}: {said}");
            let is_chinese = said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert_eq!(is_chinese, language == "zh", "{key}: {said}");
        }
        // An author, a title and a year.
        let source = text("/source");
        let year = source.split(|c: char| !c.is_ascii_digit()).any(|word| {
            word.len() == 4
                && (word.starts_with("18") || word.starts_with("19") || word.starts_with("20"))
        });
        assert!(year && source.contains(": "), "{key}: {source}");
    }
}

#[test]
fn the_help_names_the_same_keys_in_both_languages() {
    let rows = |language: &str| {
        let text = fs::read_to_string(format!("public/help/keys.{language}.html")).unwrap();
        (text.matches("<tr>").count(), text.matches("<kbd>").count())
    };
    assert_eq!(rows("en"), rows("zh"));
    assert!(rows("en").0 > 15);
}
