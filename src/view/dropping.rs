//! Files dropped anywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, FileList};

use super::session::opening;
use super::state::Session;

/// Opens files dropped onto the page. The signal says whether files hang over it.
pub fn listen(session: Session) -> RwSignal<bool> {
    let over = RwSignal::new(false);
    let document = gloo::utils::document();
    let on = |name: &'static str, act: Box<dyn Fn(&DragEvent)>| {
        EventListener::new_with_options(
            &document,
            name,
            EventListenerOptions::enable_prevent_default(),
            move |event| {
                if let Some(event) = event.dyn_ref::<DragEvent>() {
                    act(event);
                }
            },
        )
        .forget();
    };
    on(
        "dragover",
        Box::new(move |event| {
            event.prevent_default();
            if !over.get_untracked() {
                over.set(true);
            }
        }),
    );
    on(
        "dragleave",
        Box::new(move |event| {
            // Leaving an element inside the page is no leaving.
            if event.related_target().is_none() {
                over.set(false);
            }
        }),
    );
    on(
        "drop",
        Box::new(move |event| {
            event.prevent_default();
            over.set(false);
            if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
                opening::open_files(session, listed(&files));
            }
        }),
    );
    over
}

/// The files of a browser's list.
pub fn listed(files: &FileList) -> Vec<gloo::file::File> {
    (0..files.length())
        .filter_map(|at| files.get(at))
        .map(gloo::file::File::from)
        .collect()
}
