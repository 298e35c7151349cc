//! The bar below the masthead that leads through the steps.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::following::{Text, Tour};
use super::state::Language;
use super::subject::Subject;
use super::verdict_box::VerdictBox;
use crate::story::STEPS;

/// The bar.
#[component]
pub fn Bar(tour: Tour) -> impl IntoView {
    let node = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        if let Some(section) = node.get() {
            let _ = section.focus();
        }
    });
    let at = move || tour.story.at.get().unwrap_or(0);
    let close = move || {
        tour.story.at.set(None);
        let button = gloo::utils::document().get_element_by_id("tour-button");
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            let _ = button.focus();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let now = tour.story.at.get_untracked().unwrap_or(0);
        match event.key().as_str() {
            "ArrowRight" => tour.go(now + 1),
            "ArrowLeft" => tour.go(now.saturating_sub(1)),
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <section class="tour" node_ref=node tabindex="-1" lang=move || tour.story.language.get().code()
            aria-label=move || tour.story.language.get().of("Guided tour", "导览") on:keydown=on_key data-step=move || STEPS[at()].id>
            {move || match tour.script.get() {
                Text::Coming => view! { <p class="soft">"…"</p> }.into_any(),
                Text::Failed(why) => view! {
                    <p class="failure" role="alert">
                        <strong>"The words of the tour could not be loaded."</strong> " " {why} " "
                        <button on:click=move |_| tour.fetch_words()>"Try again"</button>
                    </p>
                }.into_any(),
                Text::Here(_) => view! {
                    <div class="tour-body">
                        <div class="tour-text">
                            <p class="tour-where soft">{move || place(tour)}</p>
                            <h2>{move || text(tour, |text| text.title.clone())}</h2>
                            <p>{move || text(tour, |text| text.text.clone())}</p>
                            <Whose tour />
                        </div>
                        <VerdictBox tour />
                    </div>
                }.into_any(),
            }}
            <nav class="tour-steps" aria-label=move || tour.label("steps")>
                <button disabled=move || at() == 0 on:click=move |_| tour.go(at().saturating_sub(1))>{move || tour.label("back")}</button>
                <ol>
                    {(0..STEPS.len()).map(|index| {
                        let title = move || tour.words(|_, words| {
                            words.steps.get(STEPS[index].id).map(|text| text.title.clone())
                        }).flatten();
                        view! {
                            <li>
                                <button title=title aria-label=title on:click=move |_| tour.go(index)
                                    aria-current=move || (at() == index).then_some("step")>
                                    {(index + 1).to_string()}
                                </button>
                            </li>
                        }
                    }).collect_view()}
                </ol>
                <button class="primary" disabled=move || at() + 1 == STEPS.len() on:click=move |_| tour.go(at() + 1)>{move || tour.label("next")}</button>
                <span class="spacer"></span>
                <Languages tour />
                <button class="quiet" on:click=move |_| close()>{move || tour.label("end")}</button>
            </nav>
        </section>
    }
}

/// "Hypothesis 1 · Figures 2, 3".
fn place(tour: Tour) -> Option<String> {
    let step = tour.step()?;
    let figures: Vec<String> = step.figures.iter().map(u8::to_string).collect();
    let name = if figures.len() == 1 {
        "figure"
    } else {
        "figures"
    };
    let figures = format!("{} {}", tour.label(name), figures.join(", "));
    Some(match step.hypothesis {
        Some(number) => format!("{} {number} · {figures}", tour.label("hypothesis")),
        None => figures,
    })
}

fn text(tour: Tour, read: impl FnOnce(&crate::story::StepText) -> String) -> Option<String> {
    let step = tour.step()?;
    tour.words(|_, words| words.steps.get(step.id).map(read))?
}

/// Whose network the step is shown on, where there is a choice.
#[component]
fn Whose(tour: Tour) -> impl IntoView {
    let any = Memo::new(move |_| tour.own().is_some());
    let own = Memo::new(move |_| tour.subject() == Some(Subject::Own));
    view! {
        <Show when=move || any.get()>
            <p class="presets" role="group" aria-label=move || tour.label("on")>
                <span class="soft">{move || tour.label("on")}</span>
                <button aria-pressed=move || (!own.get()).to_string() on:click=move |_| tour.prefers_own.set(false)>
                    {move || tour.label("example")}
                </button>
                <button aria-pressed=move || own.get().to_string() on:click=move |_| tour.prefers_own.set(true)>
                    {move || tour.label("own")}
                </button>
            </p>
        </Show>
    }
}

/// The switch of the language, named in the languages themselves.
#[component]
pub fn Languages(tour: Tour) -> impl IntoView {
    let language = tour.story.language;
    view! {
        <span class="presets" role="group" aria-label="Language / 语言">
            {[(Language::English, "EN"), (Language::Chinese, "中文")].map(|(own, name)| view! {
                <button lang=own.code() aria-pressed=move || (language.get() == own).to_string() on:click=move |_| {
                    language.set(own);
                    own.keep();
                }>{name}</button>
            })}
        </span>
    }
}
