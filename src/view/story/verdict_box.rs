//! What the numbers say, beside what the paper reported.

use leptos::prelude::*;

use super::action::ActionButton;
use super::following::{Standing, Tour};
use crate::story::{Kind, Script, Step, Verdict, Words, fill};

/// The verdict in a sentence.
pub fn sentence(words: &Words, step: &Step, verdict: &Verdict) -> String {
    let text = words.steps.get(step.id).cloned().unwrap_or_default();
    match verdict.kind {
        Kind::Confirmed => fill(&text.confirmed, &verdict.numbers),
        Kind::Contradicted => fill(&text.contradicted, &verdict.numbers),
        Kind::Undecided => fill(&text.undecided, &verdict.numbers),
        Kind::NotYet(missing) => {
            let found = words.missing.get(missing.name());
            found.cloned().unwrap_or_default()
        }
    }
}

/// What the paper found, in few words.
pub fn reported(script: &Script, words: &Words, step: &Step) -> Option<String> {
    let paper = script.paper.get(step.id)?;
    let verdict = paper.verdict.as_ref()?;
    Some(words.label(&format!("paper_{verdict}")))
}

/// The numbers of a step: what they are, here, and in the paper.
pub fn rows(
    script: &Script,
    words: &Words,
    step: &Step,
    verdict: Option<&Verdict>,
) -> Vec<(String, String, String, String)> {
    let paper = script.paper.get(step.id);
    let Some(text) = words.steps.get(step.id) else {
        return Vec::new();
    };
    let row = |(name, label): &(String, String)| {
        let here = verdict.and_then(|verdict| verdict.text(name));
        let here = here.map_or_else(|| "–".to_owned(), std::borrow::Cow::into_owned);
        let paper = paper.and_then(|paper| paper.numbers.get(name));
        (
            name.clone(),
            label.clone(),
            here,
            paper.cloned().unwrap_or_default(),
        )
    };
    text.rows.iter().map(row).collect()
}

/// The table of the numbers.
#[component]
pub fn Numbers(tour: Tour, step: &'static Step, verdict: Option<Verdict>) -> impl IntoView {
    move || {
        let found = tour.words(|script, words| {
            let on = script.paper.get(step.id).map(|paper| paper.on.clone());
            let head = [words.label("here"), words.label("paper")];
            (rows(script, words, step, verdict.as_ref()), head, on)
        });
        found.map(|(rows, [here, paper], on)| {
            view! {
                <table class="story-numbers">
                    <thead><tr><td></td><th scope="col">{here}</th><th scope="col" title=on>{paper}</th></tr></thead>
                    <tbody>
                        {rows.into_iter().map(|(name, label, here, paper)| view! {
                            <tr><th scope="row">{label}</th><td data-number=name>{here}</td><td>{paper}</td></tr>
                        }).collect_view()}
                    </tbody>
                </table>
            }
        })
    }
}

/// The box.
#[component]
pub fn VerdictBox(tour: Tour) -> impl IntoView {
    let kind = move || match (tour.standing.get(), tour.verdict.get()) {
        (Standing::Shown, Some(verdict)) => verdict.kind.name(),
        _ => "not_yet",
    };
    let words = move || {
        let step = tour.step()?;
        match tour.standing.get() {
            Standing::Loading => return Some(tour.label("loading")),
            Standing::Failed => return Some(tour.label("failed")),
            Standing::Training => return Some(tour.label("training")),
            Standing::Shown => {}
        }
        let verdict = tour.verdict.get()?;
        tour.words(|_, words| sentence(words, step, &verdict))
    };
    let paper = move || {
        let step = tour.step()?;
        tour.words(|script, words| reported(script, words, step))?
    };
    let numbers = move || {
        let verdict = tour.verdict.get();
        let shown = tour.standing.get() == Standing::Shown;
        let step = tour.step()?;
        Some(view! { <Numbers tour step verdict=verdict.filter(|_| shown) /> })
    };
    view! {
        <div class="verdict" data-testid="tour-verdict" data-kind=kind>
            <div aria-live="polite">
                <p class="verdict-head"><b>{move || tour.label(kind())}</b> <span class="soft">{paper}</span></p>
                <p title=move || tour.label("margin")>{words}</p>
            </div>
            {numbers}
            <ActionButton tour />
        </div>
    }
}
