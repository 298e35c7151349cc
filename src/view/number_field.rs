//! Fields for numbers and words.
//!
//! The components are generic for whoever uses them; what they show is made by functions that are
//! not, so that the page holds them once.

use std::fmt::Display;
use std::str::FromStr;

use leptos::prelude::*;

use super::glossary::term;

/// Takes what was typed; says whether it can be read.
type Take = Box<dyn Fn(&str) -> bool>;

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
    let name = Signal::stored(label.to_owned());
    field(label, term, input(step, text(value), take(set), Some(name)))
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
    input(step, text(value), take(set), name)
}

fn text<T: Display + Send + Sync + Clone + 'static>(value: Signal<T>) -> Signal<String> {
    Signal::derive(move || value.get().to_string())
}

fn take<T: FromStr>(set: impl Fn(T) + 'static) -> Take {
    Box::new(move |typed| match typed.parse() {
        Ok(number) => {
            set(number);
            true
        }
        Err(_) => false,
    })
}

fn input(
    step: &'static str,
    value: Signal<String>,
    take: Take,
    name: Option<Signal<String>>,
) -> AnyView {
    let wrong = RwSignal::new(false);
    view! {
        <input
            type="number"
            step=step
            aria-label=move || name.map(|name| name.get())
            aria-invalid=move || wrong.get().to_string()
            prop:value=value
            on:change=move |event| wrong.set(!take(&event_target_value(&event)))
        />
    }
    .into_any()
}

/// A control with its name before it, which explains itself where it is a word of the field. The
/// control has the name as its label: in a `<label>` the button would take its place.
fn field(label: &'static str, key: &'static str, control: AnyView) -> AnyView {
    if key.is_empty() {
        view! { <label class="field"><span>{label}</span>{control}</label> }.into_any()
    } else {
        view! { <div class="field">{term(key, label)}{control}</div> }.into_any()
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
    let words = choices.iter().map(|choice| choice.1).collect();
    let chosen = Signal::derive(move || {
        let value = value.get();
        choices.iter().position(|choice| choice.0 == value)
    });
    let take = Box::new(move |place: usize| {
        if let Some(choice) = choices.get(place) {
            set(choice.0);
        }
    });
    field(label, term, menu(label, words, chosen, take))
}

fn menu(
    label: &'static str,
    words: Vec<&'static str>,
    chosen: Signal<Option<usize>>,
    take: Box<dyn Fn(usize)>,
) -> AnyView {
    let choose = move |event| {
        if let Ok(place) = event_target_value(&event).parse() {
            take(place);
        }
    };
    let option = |(place, words): (usize, &'static str)| {
        // The property, not the attribute, which says nothing any more once the visitor has chosen.
        view! { <option value=place.to_string() prop:selected=move || chosen.get() == Some(place)>{words}</option> }
    };
    let options = words.into_iter().enumerate().map(option).collect_view();
    view! { <select on:change=choose aria-label=label>{options}</select> }.into_any()
}
