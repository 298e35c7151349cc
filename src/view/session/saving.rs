//! Saving a training to a file and loading it again.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::training;
use crate::analysis::Curves;
use crate::network::{SavedTraining, TrainedOn};
use crate::view::state::Session;
use crate::worker::later::later;
use crate::worker::protocol::Failure;

/// Larger files are not read: no network that can be built here has one.
const MOST_BYTES: u64 = 1_300_000_000;
/// The name of a saved file.
const FILE_NAME: &str = "hidden-activity.safetensors";

/// Hands the visitor a file with weights, optimizer and settings of the last completed epoch.
pub fn save(session: Session) {
    let (Some(open), Some(setup), Some(checkpoint)) = (
        session.dataset.get_untracked(),
        session.trained.get_untracked(),
        session.checkpoint.get_untracked(),
    ) else {
        return;
    };
    let saved = SavedTraining {
        setup,
        data: TrainedOn {
            name: open.dataset.name.clone(),
            shape: open.dataset.shape,
            class_names: open.dataset.class_names.clone(),
        },
        checkpoint: (*checkpoint).clone(),
    };
    let given = saved
        .to_bytes()
        .map_err(|error| error.to_string())
        .and_then(|bytes| download(file_of(&bytes), FILE_NAME));
    match given {
        Ok(()) => session.unsaved.set_value(false),
        Err(why) => session.fail(Failure::new(
            "The network could not be saved.",
            why,
            "Try again; the training is not touched by this.",
        )),
    }
}

/// Bytes as the browser's own file.
pub(super) fn file_of(bytes: &[u8]) -> gloo::file::Blob {
    gloo::file::Blob::new_with_options(bytes, Some("application/octet-stream"))
}

/// Has the browser save a file.
pub fn download(blob: gloo::file::Blob, name: &str) -> Result<(), String> {
    let url = gloo::file::ObjectUrl::from(blob);
    let told = |error: wasm_bindgen::JsValue| format!("{error:?}");
    let link = document().create_element("a").map_err(told)?;
    link.set_attribute("href", &url).map_err(told)?;
    link.set_attribute("download", name).map_err(told)?;
    let link: web_sys::HtmlElement = link.unchecked_into();
    link.click();
    // The browser reads the file after the click; its address must live until then.
    later(60_000, move || drop(url));
    Ok(())
}

/// Loads a saved network: the page shows what it makes of the open data set, and training can go on.
pub fn load(session: Session, file: gloo::file::File) {
    let name = file.name();
    let failed = move |why: String| {
        session.fail(Failure::new(
            format!("{name} could not be loaded."),
            why,
            "What the page shows stays as it is.",
        ));
    };
    leptos::task::spawn_local(async move {
        if file.size() > MOST_BYTES {
            failed("It is larger than any network of this page.".into());
            return;
        }
        let saved = match gloo::file::futures::read_as_bytes(&file).await {
            Ok(bytes) => SavedTraining::from_bytes(&bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let checked = saved.and_then(|saved| {
            let open = session.dataset.get_untracked();
            let open = open.ok_or("No data set is open. Open one first.")?;
            saved
                .check(open.dataset.shape, open.dataset.classes())
                .map_err(|error| error.to_string())?;
            Ok(saved)
        });
        match checked {
            Ok(saved) => {
                training::install(session, saved.setup, saved.checkpoint, Curves::default());
                let device = session.next_device_untracked();
                training::run(session, device, training::Begin::Look);
            }
            Err(why) => failed(why),
        }
    });
}
