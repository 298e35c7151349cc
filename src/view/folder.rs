//! The files of folders that were dropped.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

use super::session::own_files::GivenFile;
use crate::ordering::order;

/// The most files that are looked for in folders.
const MOST_FILES: usize = 200_000;

/// What was dropped, as far as the browser shows it as entries of a file system. To be asked for while
/// the drop is handled: later the browser has forgotten them.
pub fn dropped_entries(data: &DataTransfer) -> Vec<FileSystemEntry> {
    let items = data.items();
    (0..items.length())
        .filter_map(|at| items.get(at)?.webkit_get_as_entry().ok().flatten())
        .collect()
}

/// All files in these entries, each with its path. What cannot be read is left out.
pub async fn files_in(entries: Vec<FileSystemEntry>) -> Vec<GivenFile> {
    let mut waiting = entries;
    let mut files = Vec::new();
    while let Some(entry) = waiting.pop() {
        if files.len() >= MOST_FILES {
            break;
        }
        let path = entry.full_path().trim_start_matches('/').to_owned();
        // Not by their classes, which Chromium does not name.
        if entry.is_file() {
            let file: &FileSystemFileEntry = entry.unchecked_ref();
            let found = promised(|done, failed| {
                file.file_with_callback_and_callback(done, failed);
                Ok(())
            });
            if let Ok(file) = found.await
                && let Ok(file) = file.dyn_into::<File>()
            {
                files.push(GivenFile {
                    path,
                    file: file.into(),
                });
            }
        } else {
            let folder: &FileSystemDirectoryEntry = entry.unchecked_ref();
            waiting.extend(entries_of(&folder.create_reader()).await);
        }
    }
    // Folders are read in any order; the same folder is to make the same data set.
    let sorted = order(files.len(), &|a, b| files[a].path.cmp(&files[b].path));
    let mut files: Vec<_> = files.into_iter().map(Some).collect();
    sorted
        .into_iter()
        .filter_map(|at| files[at as usize].take())
        .collect()
}

/// All entries of one folder, which browsers give a hundred at a time.
async fn entries_of(reader: &FileSystemDirectoryReader) -> Vec<FileSystemEntry> {
    let mut all = Vec::new();
    while all.len() < MOST_FILES {
        let some =
            promised(|done, failed| reader.read_entries_with_callback_and_callback(done, failed));
        let Ok(some) = some.await else {
            break;
        };
        let some = Array::from(&some);
        if some.length() == 0 {
            break;
        }
        all.extend(some.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
    all
}

/// What a function hands to the first of its two callbacks.
async fn promised(
    ask: impl Fn(&Function, &Function) -> Result<(), JsValue>,
) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |done, failed| {
        if let Err(error) = ask(&done, &failed) {
            let _ = failed.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(promise).await
}
