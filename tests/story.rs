//! The tour: its words fit its numbers, its verdicts are those of the shipped analyses, and the map of the
//! paper leads somewhere.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use hidden_activity::analysis::file::{AnalysisFile, Reading};
use hidden_activity::analysis::{Analysis, Representation, Source};
use hidden_activity::dataset::Part;
use hidden_activity::story::{
    Evidence, Example, FIGURES, Kind, Missing, STEPS, Script, Value, Verdict, Words, fill, judge,
    placeholders, polarities, step,
};

fn script() -> Script {
    serde_json::from_str(include_str!("../public/story.json")).unwrap()
}

fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// An example as the page opens it: its images are drawn where the file says how.
fn shipped(example: Example) -> &'static AnalysisFile {
    static FILES: [OnceLock<AnalysisFile>; 3] = [const { OnceLock::new() }; 3];
    FILES[example as usize].get_or_init(|| {
        let name = example.address();
        let bytes = std::fs::read(root("public").join(name)).unwrap();
        let mut reading = Reading::open(name, bytes).unwrap();
        while !reading.advance().unwrap() {}
        let mut parts = reading.finish();
        if let Some(recipe) = parts.recipe(name).unwrap() {
            let mut drawn = recipe.street_digits.start().unwrap().finish().unwrap();
            if recipe.preprocessing.changes_pixels() {
                let mut run = recipe.preprocessing.start(&drawn).unwrap();
                while !run.advance(500) {}
                drawn = run.finish().unwrap().dataset;
            }
            parts.redraw(&drawn, name).unwrap();
        }
        parts.assemble(name).unwrap()
    })
}

fn evidence(file: &AnalysisFile) -> Evidence<'_> {
    Evidence {
        dataset: &file.dataset,
        analysis: &file.analysis,
        unprocessed: None,
        class: 8,
    }
}

fn judged(id: &str, evidence: Evidence) -> Verdict {
    judge(&STEPS[step(id).unwrap()], evidence)
}

fn value(verdict: &Verdict, name: &str) -> Value {
    let found = verdict.numbers.iter().find(|(own, _)| *own == name);
    found
        .unwrap_or_else(|| panic!("no {name}: {verdict:?}"))
        .1
        .clone()
}

fn number(verdict: &Verdict, name: &str) -> f64 {
    match value(verdict, name) {
        Value::Share(value) | Value::Points(value) | Value::Width(value) | Value::Plain(value) => {
            value
        }
        Value::Count(count) => count as f64,
        other => panic!("{name} is {other:?}"),
    }
}

// --- words --------------------------------------------------------------------------------------

#[test]
fn both_languages_have_every_word_and_no_number_that_is_not_computed() {
    let script = script();
    for words in [&script.en, &script.zh] {
        let steps: BTreeSet<_> = words.steps.keys().map(String::as_str).collect();
        assert_eq!(steps, STEPS.iter().map(|step| step.id).collect());
        for step in &STEPS {
            let text = &words.steps[step.id];
            let known = |name: &str| step.numbers.contains(&name);
            assert!(!text.title.is_empty() && !text.text.is_empty());
            for (name, label) in &text.rows {
                assert!(known(name) && !label.is_empty(), "{}: {name}", step.id);
            }
            for template in [&text.confirmed, &text.contradicted, &text.undecided] {
                let names = placeholders(template);
                assert!(
                    !names.is_empty(),
                    "{}: a canned sentence: {template}",
                    step.id
                );
                for name in names {
                    assert!(known(name), "{}: {{{name}}} in {template}", step.id);
                }
            }
        }
        for missing in Missing::ALL {
            assert!(
                words.missing.contains_key(missing.name()),
                "{}",
                missing.name()
            );
        }
        let figures: BTreeSet<_> = words.figures.keys().cloned().collect();
        assert_eq!(
            figures,
            FIGURES.iter().map(|f| f.number.to_string()).collect()
        );
    }
    assert_eq!(names(&script.en), names(&script.zh), "the same controls");
    for step in &STEPS {
        let paper = &script.paper[step.id];
        assert!(
            paper
                .numbers
                .keys()
                .all(|name| step.numbers.contains(&name.as_str()))
        );
        if let Some(verdict) = &paper.verdict {
            assert!(script.en.labels.contains_key(&format!("paper_{verdict}")));
        }
    }
}

fn names(words: &Words) -> BTreeSet<&String> {
    words.labels.keys().collect()
}

#[test]
fn a_step_is_read_in_half_a_minute() {
    let script = script();
    for (id, text) in &script.en.steps {
        let words = text.text.split_whitespace().count();
        assert!((20..=60).contains(&words), "{id}: {words} words");
    }
    for (id, text) in &script.zh.steps {
        let characters = text.text.chars().count();
        assert!(
            (40..=120).contains(&characters),
            "{id}: {characters} characters"
        );
        assert!(!text.text.contains(','), "{id}: a comma of another script");
    }
}

#[test]
fn every_figure_with_results_has_a_step_that_names_it() {
    let numbers: Vec<u8> = FIGURES.iter().map(|figure| figure.number).collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14]);
    for figure in FIGURES {
        let at = step(figure.step).unwrap();
        assert!(STEPS[at].figures.contains(&figure.number), "{figure:?}");
    }
    assert_eq!(step("none"), None);
}

// --- verdicts -----------------------------------------------------------------------------------

fn hit(analysis: &Analysis, part: Part, source: Source) -> f64 {
    analysis.projections[&Representation { part, source }]
        .hit
        .overall
        .into()
}

#[test]
fn verdicts_on_the_digits_are_of_the_numbers_in_the_file() {
    let file = shipped(Example::Digits);
    let analysis = &file.analysis;
    let of = |index, epoch| hit(analysis, Part::Test, Source::Layer { index, epoch });
    let last = *analysis.epochs().last().unwrap();
    let (raw, before, after) = (
        hit(analysis, Part::Test, Source::Pixels),
        of(3, 0),
        of(3, last),
    );

    let found = judged("before", evidence(file));
    assert_eq!(
        (number(&found, "raw"), number(&found, "before")),
        (raw, before)
    );
    assert!((number(&found, "difference") - (before - raw)).abs() < 1e-6);
    // Ten classes of equal size: chance is close to a tenth.
    let kept = (before - 0.1) / (raw - 0.1);
    assert!((number(&found, "kept") - kept).abs() < 2e-3);
    assert_eq!(found.kind, Kind::Contradicted, "it keeps {kept}");

    let found = judged("after", evidence(file));
    assert_eq!(
        (number(&found, "before"), number(&found, "after")),
        (before, after)
    );
    assert_eq!(found.kind, Kind::Confirmed);
    assert!(number(&found, "margin") < number(&found, "difference"));

    let found = judged("depth", evidence(file));
    assert_eq!(
        (number(&found, "first"), number(&found, "last")),
        (of(0, last), after)
    );

    for (id, steps) in [("layers", 4), ("epochs", 6)] {
        let found = judged(id, evidence(file));
        assert_eq!(value(&found, "steps"), Value::Count(steps), "{id}");
        assert!(number(&found, "last") > number(&found, "first"), "{id}");
    }
    assert_eq!(judged("epochs", evidence(file)).kind, Kind::Confirmed);

    let found = judged("mistakes", evidence(file));
    let snapshot = &analysis.snapshots[&(last, Part::Test)];
    let pairs = snapshot
        .predictions
        .predicted
        .iter()
        .zip(&analysis.test.labels);
    let wrong = pairs.filter(|(a, b)| a != b).count();
    assert_eq!(value(&found, "mistakes"), Value::Count(wrong));
    // By the definition: of the six nearest others of each mistake, those assigned the same class.
    let after = Representation {
        part: Part::Test,
        source: Source::Layer {
            index: 3,
            epoch: last,
        },
    };
    let places = analysis.projections[&after].positions.as_chunks::<2>().0;
    let predicted = &snapshot.predictions.predicted;
    let (mut sum, mut mistakes) = (0.0, 0.0);
    for (i, &own) in predicted.iter().enumerate() {
        if own == analysis.test.labels[i] {
            continue;
        }
        let away = |j: usize| {
            let [a, b] = [places[i], places[j]].map(|place| place.map(f64::from));
            (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
        };
        let mut others: Vec<usize> = (0..places.len()).filter(|j| *j != i).collect();
        others.sort_by(|&a, &b| away(a).total_cmp(&away(b)));
        let same = others[..6].iter().filter(|&&j| predicted[j] == own).count();
        sum += same as f64 / 6.0;
        mistakes += 1.0;
    }
    assert!((number(&found, "assigned") - sum / mistakes).abs() < 1e-6);
}

#[test]
fn every_step_names_the_numbers_that_its_verdict_has() {
    let files = Example::ALL.map(shipped);
    for step in &STEPS {
        let file = files[step.example as usize];
        let evidence = Evidence {
            unprocessed: Some((&files[1].dataset, &files[1].analysis)),
            ..evidence(file)
        };
        let verdict = judge(step, evidence);
        assert!(
            !matches!(verdict.kind, Kind::NotYet(_)),
            "{}: {verdict:?}",
            step.id
        );
        let names: Vec<_> = verdict.numbers.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, step.numbers, "{}", step.id);
        let text = &script().en.steps[step.id];
        let sentence = match verdict.kind {
            Kind::Confirmed => &text.confirmed,
            Kind::Contradicted => &text.contradicted,
            _ => &text.undecided,
        };
        println!(
            "{:12} {:13} {}",
            step.id,
            verdict.kind.name(),
            fill(sentence, &verdict.numbers)
        );
        assert!(
            !fill(sentence, &verdict.numbers).contains(['{', '–']),
            "{}",
            step.id
        );
    }
}

#[test]
fn polarity_splits_street_digits_and_no_longer_once_it_is_taken_away() {
    let files = [Example::Street, Example::Preprocessed].map(shipped);
    let [street, preprocessed] = files;
    assert!(polarities(&street.dataset.test.images, street.dataset.shape).is_some());
    let split = judged("polarity", evidence(street));
    assert_eq!(split.kind, Kind::Confirmed, "{split:?}");
    let alone = judged("preprocessed", evidence(preprocessed));
    assert_eq!(alone.kind, Kind::NotYet(Missing::Unprocessed));
    let both = Evidence {
        unprocessed: Some((&street.dataset, &street.analysis)),
        ..evidence(preprocessed)
    };
    let found = judged("preprocessed", both);
    assert_eq!(
        number(&found, "polarity_without"),
        number(&split, "polarity")
    );
    let mixed = number(&found, "polarity_with");
    assert!((0.4..0.6).contains(&mixed), "{mixed}");
    assert_eq!(found.kind, Kind::Confirmed);
    // Preprocessing that is compared with itself changes nothing, and is no gain.
    let same = Evidence {
        unprocessed: Some((&street.dataset, &street.analysis)),
        ..evidence(street)
    };
    assert_ne!(judged("preprocessed", same).kind, Kind::Confirmed);
}

#[test]
fn what_is_missing_is_named() {
    let file = shipped(Example::Digits);
    let nothing = Analysis::of(&file.dataset, 100, 1);
    let empty = Evidence {
        analysis: &nothing,
        ..evidence(file)
    };
    for step in &STEPS {
        assert!(
            matches!(judge(step, empty).kind, Kind::NotYet(_)),
            "{}",
            step.id
        );
    }
    assert_eq!(judged("after", empty).kind, Kind::NotYet(Missing::Network));
    // This file was saved without activations.
    assert_eq!(
        judged("response", evidence(file)).kind,
        Kind::NotYet(Missing::Activations)
    );
    let mut cut = file.analysis.clone();
    cut.projections
        .retain(|representation, _| representation.part == Part::Test);
    let cut = Evidence {
        analysis: &cut,
        ..evidence(file)
    };
    assert_eq!(judged("overfit", cut).kind, Kind::NotYet(Missing::Layout));
    // Digits are all bright on dark.
    assert_eq!(
        judged("polarity", evidence(file)).kind,
        Kind::NotYet(Missing::Polarities)
    );
}

#[test]
fn worse_layouts_give_the_opposite_verdict() {
    let file = shipped(Example::Digits);
    let mut turned = file.analysis.clone();
    let last = *turned.epochs().last().unwrap();
    let of = |epoch| Representation {
        part: Part::Test,
        source: Source::Layer { index: 3, epoch },
    };
    let (before, after) = (
        turned.projections[&of(0)].clone(),
        turned.projections[&of(last)].clone(),
    );
    turned.projections.insert(of(0), after);
    turned.projections.insert(of(last), before);
    let turned = Evidence {
        analysis: &turned,
        ..evidence(file)
    };
    assert_eq!(judged("after", turned).kind, Kind::Contradicted);
    assert_eq!(judged("depth", turned).kind, Kind::Contradicted);
}

// --- the map ------------------------------------------------------------------------------------

#[test]
fn every_path_in_the_map_of_the_paper_exists() {
    let text = std::fs::read_to_string(root("docs/PAPER_MAP.md")).unwrap();
    let folders = ["src/", "tests/", "public/", "docs/"];
    let quoted = text.split('`').skip(1).step_by(2);
    let paths: Vec<&str> = quoted
        .filter(|quoted| folders.iter().any(|folder| quoted.starts_with(folder)))
        .collect();
    assert!(paths.len() > 40, "{} paths", paths.len());
    for path in paths {
        // A path may be followed by the name of what is in it.
        let path = path.split("::").next().unwrap();
        assert!(root(path).exists(), "docs/PAPER_MAP.md names {path}");
    }
    for figure in FIGURES {
        let row = format!("| {} |", figure.number);
        assert!(text.contains(&row), "no row of figure {}", figure.number);
    }
}
