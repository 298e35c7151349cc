//! Keys that work everywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::glossary::Glossary;
use super::reading::pins;
use super::session::selecting;
use super::state::Session;

/// What the help lists: where keys work, which, and what they do.
const HELP: [(&str, &[(&str, &str)]); 5] = [
    (
        "Everywhere",
        &[
            ("Ctrl Z", "take the last selection back"),
            ("Ctrl Shift Z, Ctrl Y", "make it again"),
            ("Esc", "close an explanation; else select nothing"),
            (
                "i",
                "pin the observation’s image as an inset, or take it out",
            ),
            ("?", "this help"),
        ],
    ),
    (
        "In a picture",
        &[
            ("[, ]", "previous and next observation or neuron"),
            (
                "Enter, Space",
                "select it; with Shift, add it or take it out",
            ),
            ("← → ↑ ↓", "move the view"),
            ("+, −", "zoom"),
            ("0", "show everything"),
        ],
    ),
    (
        "In the evolution",
        &[
            ("Space", "play and pause"),
            ("← →", "the step before, the step after"),
            ("Home, End", "the first step, the last step"),
            ("Shift ← → ↑ ↓", "move the view"),
        ],
    ),
    (
        "In tabs, the confusion matrix and the list of mistakes",
        &[("← → ↑ ↓, Home, End", "go from one to the next")],
    ),
    (
        "Mouse, pen and fingers",
        &[
            (
                "drag",
                "draw a lasso; with Shift, add to the selection; with Alt, move the view",
            ),
            (
                "click, tap",
                "select an observation; with Ctrl, add it or take it out",
            ),
            (
                "double click",
                "pin the observation’s image as an inset, or take it out",
            ),
            ("wheel, two fingers", "zoom"),
            (
                "hold a finger",
                "tell about the observation; then drag to draw a lasso in any direction",
            ),
        ],
    ),
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

/// Whether a dialog is open, whose keys mean nothing to the page behind it.
fn in_dialog() -> bool {
    let open = gloo::utils::document().query_selector("dialog[open]");
    open.is_ok_and(|open| open.is_some())
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
            if typing(event) || in_dialog() {
                return;
            }
            let command = event.ctrl_key() || event.meta_key();
            // With Shift, some systems tell the capital letter and some the small one.
            match event.key().to_ascii_lowercase().as_str() {
                "z" if command && event.shift_key() => selecting::redo(session),
                "z" if command => selecting::undo(session),
                "y" if command => selecting::redo(session),
                // A dialog has its own use for it.
                "escape" => selecting::clear(session),
                "i" if !command && !event.alt_key() => pins::toggle_hovered(session),
                _ => return,
            }
            event.prevent_default();
        },
    )
    .forget();
}

/// The button with the list of keys and of terms.
#[component]
pub fn Help() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let wanted = RwSignal::new(false);
    let open = move || {
        if let Some(dialog) = dialog.get_untracked()
            && !in_dialog()
        {
            wanted.set(true);
            // The browser keeps the focus inside, and gives it back afterwards.
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
    // A press beside the dialog hits the element itself: all that is inside lies in its sections.
    let beside = move |event: web_sys::MouseEvent| {
        if let Some(dialog) = dialog.get_untracked()
            && event
                .target()
                .is_some_and(|target| target == *dialog.unchecked_ref())
        {
            dialog.close();
        }
    };
    let group = |(place, keys): (&'static str, &'static [(&'static str, &'static str)])| {
        let row = |(keys, meaning): &(&'static str, &'static str)| {
            let keys = keys.split(", ").map(|key| view! { <kbd>{key}</kbd> " " });
            view! { <tr><th scope="row">{keys.collect_view()}</th><td>{*meaning}</td></tr> }
        };
        view! { <table><caption>{place}</caption><tbody>{keys.iter().map(row).collect_view()}</tbody></table> }
    };
    view! {
        <button class="quiet" aria-haspopup="dialog" aria-keyshortcuts="?" title="Keys and terms (?)" on:click=move |_| open()>"Help"</button>
        <dialog node_ref=dialog class="help" aria-labelledby="help-title" on:mousedown=beside>
            <div class="dialog-head">
                <h2 id="help-title">"Keyboard shortcuts and terms"</h2>
                <form method="dialog"><button aria-keyshortcuts="Escape">"Close"</button></form>
            </div>
            <div class="help-body" tabindex="0" role="group" aria-labelledby="help-title">
                <h3>"Keyboard shortcuts"</h3>
                <div class="keys">{HELP.map(group)}</div>
                <h3>"Terms"</h3>
                <Glossary wanted />
            </div>
            // public/offline.js adds whether the page needs a network.
            <p class="soft small">
                {concat!("Hidden Activity ", env!("CARGO_PKG_VERSION"), ". ")}
                <span id="works-offline"></span>
            </p>
        </dialog>
    }
}
