//! The observations that the network is wrong about, as a list to walk along.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::ToldMemo;
use super::seek::seek;
use crate::analysis::Mistake;
use crate::dataset::Part;
use crate::view::caption::percent;
use crate::view::frame::class_style;
use crate::view::gesture::combine;
use crate::view::naming;
use crate::view::state::Session;
use crate::view::subscriptions::leaving;
use crate::view::thumbnail::Thumbnail;

/// Entries that are drawn at once, and added when the visitor asks for more.
const MOST: usize = 60;

/// The list with its heading.
#[component]
pub fn Misclassified(told: ToldMemo) -> impl IntoView {
    let session = Session::from_context();
    let most = RwSignal::new(MOST);
    let surest_first = RwSignal::new(true);
    // Another network begins at the top.
    Effect::new(move |_| {
        told.track();
        most.set(MOST);
    });
    let total = move || told.with(|told| told.as_ref().map_or(0, |told| told.mistakes.len()));
    let shown = move || {
        let part = told.with(|told| told.as_ref().map(|told| told.part))?;
        let mistakes = told.with(|told| told.as_ref().map(|told| told.mistakes.clone()))?;
        let sorted: Box<dyn Iterator<Item = &Mistake>> = if surest_first.get() {
            Box::new(mistakes.iter())
        } else {
            Box::new(mistakes.iter().rev())
        };
        let shown = sorted.take(most.get()).copied();
        Some(shown.map(|mistake| (part, mistake)).collect::<Vec<_>>())
    };
    view! {
        <section class="misclassified" aria-label="Misclassified observations">
            <div class="reading-head">
                <h3>"Misclassified: " <b data-testid="mistakes">{total}</b></h3>
                <button
                    class="quiet"
                    aria-label=move || if surest_first.get() { "Sorted by probability, the surest first" } else { "Sorted by probability, the least sure first" }
                    on:click=move |_| surest_first.update(|first| *first = !*first)
                >
                    {move || if surest_first.get() { "Surest first ▾" } else { "Least sure first ▴" }}
                </button>
            </div>
            <ol on:keydown=walk aria-label="Enter or a click shows an observation in both projections; the arrow keys walk along">
                {move || shown().unwrap_or_default().into_iter().enumerate().map(|(at, (part, mistake))| view! {
                    <Entry part mistake first=at == 0 />
                }).collect_view()}
            </ol>
            <Show when=move || total() == 0>
                <p class="soft">"The network is right about every one of these observations."</p>
            </Show>
            <Show when=move || { total() > most.get() }>
                <button class="quiet" on:click=move |_| most.update(|most| *most += MOST)>
                    {move || format!("Show {} more", MOST.min(total().saturating_sub(most.get())))}
                </button>
            </Show>
            <p class="visually-hidden">
                {move || told.get().and_then(|told| {
                    let mistake = told.mistakes.first()?;
                    Some(format!(
                        "The surest mistake: observation {}, of class {}, taken for {}.",
                        mistake.index + 1, naming::class(session, mistake.truth), naming::class(session, mistake.predicted),
                    ))
                })}
            </p>
        </section>
    }
}

/// One mistake. All but the first are reached by the arrow keys, so that Tab passes the list quickly.
#[component]
fn Entry(part: Part, mistake: Mistake, first: bool) -> impl IntoView {
    let session = Session::from_context();
    let Mistake {
        index,
        truth,
        predicted,
        probability,
    } = mistake;
    let color = |class: u8| class_style(usize::from(class));
    let [is, said] = [truth, predicted].map(|class| untrack(|| naming::class(session, class)));
    // Where it lies in the right projection, or in the left one.
    let place = leaving(move || {
        let panel = session
            .panels
            .iter()
            .rev()
            .find(|panel| panel.representation.get().part == part)?;
        let at = index as usize * 2;
        panel.positions.with(|positions| {
            let (x, y) = (positions.get(at)?, positions.get(at + 1)?);
            Some(format!("({x:.1}, {y:.1})").replace('-', "−"))
        })
    });
    let hover = move |is_over: bool| session.hovered.set(is_over.then_some((part, index)));
    view! {
        <li>
            <button
                tabindex=if first { "0" } else { "-1" }
                data-true=truth.to_string()
                data-predicted=predicted.to_string()
                data-observation=(index + 1).to_string()
                aria-current=leaving(move || session.selection(part).with(|history| history.present().contains(index)).then_some("true"))
                on:pointerenter=move |_| hover(true)
                on:pointerleave=move |_| hover(false)
                on:focus=move |_| hover(true)
                on:blur=move |_| hover(false)
                on:click=move |event| seek(session, part, index, combine(event.shift_key(), event.ctrl_key() || event.meta_key()))
            >
                <Thumbnail part index side=32 />
                <span class="classes">
                    <span class="swatch" style=color(truth)></span>{is}
                    " → "
                    <span class="swatch" style=color(predicted)></span><b>{said}</b>
                </span>
                <span class="probability">{probability.map(percent)}</span>
                <span class="soft where">{format!("№ {} ", index + 1)} {place}</span>
            </button>
        </li>
    }
}

/// The arrow keys go from entry to entry.
fn walk(event: KeyboardEvent) {
    let entry = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest("li").ok().flatten());
    let Some(entry) = entry else {
        return;
    };
    let list = entry.parent_element();
    let to = match event.key().as_str() {
        "ArrowDown" => entry.next_element_sibling(),
        "ArrowUp" => entry.previous_element_sibling(),
        "Home" => list.and_then(|list| list.first_element_child()),
        "End" => list.and_then(|list| list.last_element_child()),
        _ => return,
    };
    event.prevent_default();
    let button = to.and_then(|to| to.first_element_child());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}
