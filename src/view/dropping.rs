//! Files dropped anywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, FileList, FileSystemEntry};

use super::folder;
use super::session::own_files::{self, GivenFile};
use super::state::Session;
use crate::worker::protocol::Failure;

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
            let Some(data) = event.data_transfer() else {
                return;
            };
            let entries = folder::dropped_entries(&data);
            if entries.iter().any(FileSystemEntry::is_directory) {
                leptos::task::spawn_local(async move {
                    let files = folder::files_in(entries).await;
                    if files.is_empty() {
                        session.fail(Failure::new(
                            "There is nothing in this folder.",
                            "No file in it could be read.",
                            "Drop a folder with one folder of pictures for each class.",
                        ));
                    }
                    own_files::open(session, files);
                });
            } else if let Some(files) = data.files() {
                own_files::open(session, listed(&files));
            }
        }),
    );
    over
}

/// The files of a browser's list, with their paths where a folder was picked.
pub fn listed(files: &FileList) -> Vec<GivenFile> {
    (0..files.length())
        .filter_map(|at| files.get(at))
        .map(|file| {
            let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into())
                .ok()
                .and_then(|path| path.as_string())
                .filter(|path| !path.is_empty());
            GivenFile {
                path: path.unwrap_or_else(|| file.name()),
                file: file.into(),
            }
        })
        .collect()
}
