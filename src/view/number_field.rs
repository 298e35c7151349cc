//! Fields for numbers and words.

use std::fmt::Display;
use std::str::FromStr;

use leptos::prelude::*;

use super::glossary::Term;

/// A labelled number. What cannot be read as one is marked and not used.
#[component]
pub fn NumberField<T>(
    /// What it is.
    label: &'static str,
    /// Its key in the glossary, where the label is a word of the field.
    #[prop(optional)]
    term: &'static str,
    /// As of `<input type="number">`.
    step: &'static str,
    /// Its value.
    #[prop(into)]
    value: Signal<T>,
    /// Takes a new value.
    set: impl Fn(T) + 'static,
) -> impl IntoView
where
    T: Display + FromStr + Send + Sync + Clone + 'static,
{
    field(
        label,
        term,
        view! { <NumberInput step value set name=label.to_owned() /> }.into_any(),
    )
}

/// A control with its name before it, which explains itself where it is a word of the field. The
/// control has the name as its label: in a `<label>` the button would take its place.
pub fn field(label: &'static str, term: &'static str, control: AnyView) -> AnyView {
    if term.is_empty() {
        view! { <label class="field"><span>{label}</span>{control}</label> }.into_any()
    } else {
        view! { <div class="field"><Term of=term>{label}</Term>{control}</div> }.into_any()
    }
}

/// A number without a visible label. What cannot be read as one is marked and not used.
#[component]
pub fn NumberInput<T>(
    /// As of `<input type="number">`.
    step: &'static str,
    /// Its value.
    #[prop(into)]
    value: Signal<T>,
    /// Takes a new value.
    set: impl Fn(T) + 'static,
    /// What it is, where no label says so.
    #[prop(optional, into)]
    name: Option<Signal<String>>,
) -> impl IntoView
where
    T: Display + FromStr + Send + Sync + Clone + 'static,
{
    let wrong = RwSignal::new(false);
    let changed = move |event| match event_target_value(&event).parse::<T>() {
        Ok(number) => {
            wrong.set(false);
            set(number);
        }
        Err(_) => wrong.set(true),
    };
    view! {
        <input
            type="number"
            step=step
            aria-label=move || name.map(|name| name.get())
            aria-invalid=move || wrong.get().to_string()
            prop:value=move || value.get().to_string()
            on:change=changed
        />
    }
}

/// A choice between a few values, each with a key and the words for it.
#[component]
pub fn ChoiceField<T>(
    /// What is chosen.
    label: &'static str,
    /// Its key in the glossary, where the label is a word of the field.
    #[prop(optional)]
    term: &'static str,
    /// The values, with what the menu says.
    choices: &'static [(T, &'static str)],
    /// The one that is chosen.
    #[prop(into)]
    value: Signal<T>,
    /// Takes another.
    set: impl Fn(T) + 'static,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let choose = move |event| {
        let place = event_target_value(&event).parse::<usize>();
        if let Some((chosen, _)) = place.ok().and_then(|place| choices.get(place)) {
            set(*chosen);
        }
    };
    let options = choices
        .iter()
        .enumerate()
        .map(move |(place, (own, words))| {
            let selected = move || value.get() == *own;
            // The property, not the attribute, which says nothing any more once the visitor has chosen.
            view! { <option value=place.to_string() prop:selected=selected>{*words}</option> }
        });
    field(
        label,
        term,
        view! { <select on:change=choose aria-label=label>{options.collect_view()}</select> }
            .into_any(),
    )
}
