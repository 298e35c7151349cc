//! Keys that work everywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::reading::pins;
use super::session::selecting;
use super::state::Session;

/// What the help lists: keys, and what they do.
const HELP: [(&str, &str); 12] = [
    ("Ctrl Z", "take the last selection back"),
    ("Ctrl Shift Z", "make it again"),
    ("Esc", "select nothing"),
    (
        "[ and ]",
        "in a projection: previous and next observation or neuron",
    ),
    ("Enter", "in a projection: select the observation or neuron"),
    (
        "i, or double click",
        "pin the observation’s image as an inset, or take it out",
    ),
    ("arrows", "in a projection: move the view"),
    (
        "Space",
        "in the evolution: play and pause; Shift and arrows move the view",
    ),
    (
        "← → Home End",
        "in the evolution: the step before, after, first, last",
    ),
    ("+ and −", "in a projection: zoom"),
    ("0", "in a projection: show everything"),
    ("?", "this list"),
];

/// Whether a key is meant for a field the visitor types in.
fn typing(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| {
            matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA")
        })
}

/// Whether a dialog lies over the page.
fn is_dialog_open() -> bool {
    gloo::utils::document()
        .query_selector("dialog[open]")
        .is_ok_and(|dialog| dialog.is_some())
}

/// Listens for as long as the page lives.
pub fn listen(session: Session) {
    EventListener::new_with_options(
        &gloo::utils::document(),
        "keydown",
        EventListenerOptions::enable_prevent_default(),
        move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if typing(event) {
                return;
            }
            let command = event.ctrl_key() || event.meta_key();
            // With Shift, some systems tell the capital letter and some the small one.
            match event.key().to_ascii_lowercase().as_str() {
                "z" if command && event.shift_key() => selecting::redo(session),
                "z" if command => selecting::undo(session),
                "y" if command => selecting::redo(session),
                // A dialog has its own use for it.
                "escape" if !is_dialog_open() => selecting::clear(session),
                "i" if !command && !event.alt_key() => pins::toggle_hovered(session),
                _ => return,
            }
            event.prevent_default();
        },
    )
    .forget();
}

/// The button with the list of keys.
#[component]
pub fn Help() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = move || {
        if let Some(dialog) = dialog.get_untracked()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    };
    let by_key = EventListener::new(&gloo::utils::document(), "keydown", move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>()
            && event.key() == "?"
            && !typing(event)
        {
            open();
        }
    });
    by_key.forget();
    view! {
        <button class="quiet" aria-label="Keyboard shortcuts" on:click=move |_| open()>"Keys"</button>
        <dialog node_ref=dialog aria-label="Keyboard shortcuts">
            <h2>"Keys"</h2>
            <table>
                <tbody>
                    {HELP.map(|(keys, meaning)| view! { <tr><td><kbd>{keys}</kbd></td><td>{meaning}</td></tr> })}
                </tbody>
            </table>
            <form method="dialog"><button>"Close"</button></form>
        </dialog>
    }
}
