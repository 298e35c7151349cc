//! Keys that work everywhere on the page, and the help. What it says of keys is in public/help.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::glossary::help;
use super::reading::pins;
use super::session::selecting;
use super::state::Session;

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
    let text = RwSignal::new(String::new());
    let open = move || {
        if let Some(dialog) = dialog.get_untracked()
            && !in_dialog()
        {
            leptos::task::spawn_local(async move {
                text.set(match help().await {
                    Ok(text) => text,
                    Err(why) => format!("The help could not be loaded ({why})."),
                });
            });
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
    view! {
        <button class="quiet" aria-haspopup="dialog" aria-keyshortcuts="?" title="Keys and terms (?)" on:click=move |_| open()>"Help"</button>
        <dialog node_ref=dialog class="help" aria-labelledby="help-title" on:mousedown=beside>
            <div class="dialog-head">
                <h2 id="help-title">"Keyboard shortcuts and terms"</h2>
                <form method="dialog"><button aria-keyshortcuts="Escape">"Close"</button></form>
            </div>
            <div class="help-body" tabindex="0" role="group" aria-labelledby="help-title" inner_html=text></div>
            // public/offline.js adds whether the page needs a network.
            <p class="soft small">
                {concat!("Hidden Activity ", env!("CARGO_PKG_VERSION"), ". ")}
                <span id="works-offline"></span>
            </p>
        </dialog>
    }
}
