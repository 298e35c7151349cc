//! Opening the visitor's own network and pictures; other files go on to [`opening`](super::opening).

use leptos::prelude::*;

use super::{asking, keeping, opening};
use crate::archive::is_zip;
use crate::dataset::pictures::is_named_like_a_picture;
use crate::view::state::Session;
use crate::worker::messages::{ProjectorRequest, ProjectorResult};
use crate::worker::own_files::{OwnData, OwnFile, OwnFiles, OwnFilesJob};
use crate::worker::protocol::{Event, Failure, Progress};

/// Files larger than this in sum are not read.
const MOST_FILE_BYTES: u64 = 1 << 30;
/// Bytes that tell an archive.
const BEGINNING: u64 = 4;

/// A file that was dropped or picked.
#[derive(Clone)]
pub struct GivenFile {
    /// Its name, with the folders that it is in.
    pub path: String,
    /// Its content.
    pub file: gloo::file::File,
}

/// Opens what was given: pictures in folders, an archive, or official files.
pub fn open(session: Session, files: Vec<GivenFile>) {
    if files.is_empty() {
        return;
    }
    let open = move || leptos::task::spawn_local(open_given(session, files));
    asking::by_consent(session, open, || {});
}

async fn open_given(session: Session, files: Vec<GivenFile>) {
    let pictures =
        |given: &GivenFile| given.path.contains('/') && is_named_like_a_picture(&given.path);
    if files.iter().any(pictures) {
        let name = folder_name(&files[0].path);
        read(session, files, |files| OwnFiles::Folder(name, files)).await;
        return;
    }
    let mut archives = Vec::new();
    let mut others = Vec::new();
    for given in files {
        if is_archive(&given).await {
            archives.push(given);
        } else {
            others.push(given.file);
        }
    }
    if archives.len() > 1 || !(archives.is_empty() || others.is_empty()) {
        session.fail(Failure::new(
            "These files do not belong together.",
            "An archive (.npz or .zip) is a data set of its own.",
            "Drop one archive at a time, or only official files.",
        ));
    } else if archives.is_empty() {
        opening::open_files(session, others);
    } else {
        read(session, archives, |mut files| {
            OwnFiles::Archive(files.remove(0))
        })
        .await;
    }
}

/// The folder that a path begins with.
fn folder_name(path: &str) -> String {
    let folder = path.trim_start_matches('/').split('/').next();
    folder.unwrap_or("Pictures").to_owned()
}

async fn is_archive(given: &GivenFile) -> bool {
    let beginning = given.file.slice(0, BEGINNING.min(given.file.size()));
    match gloo::file::futures::read_as_bytes(&beginning).await {
        Ok(bytes) => is_zip(&bytes),
        // Whoever reads the whole of it reports what is wrong.
        Err(_) => false,
    }
}

/// Reads all files and has them opened.
async fn read(
    session: Session,
    given: Vec<GivenFile>,
    into: impl FnOnce(Vec<OwnFile>) -> OwnFiles,
) {
    let size: u64 = given.iter().map(|given| given.file.size()).sum();
    if size > MOST_FILE_BYTES {
        session.fail(Failure::new(
            "This is too large for this page.",
            format!("Together the files have {:.1} GB.", size as f64 / 1e9),
            "Give at most 1 GB: fewer observations, or smaller pictures.",
        ));
        return;
    }
    let progress = Progress {
        stage: "Reading files".into(),
        fraction: 0.0,
    };
    let turn = opening::begin(session, progress);
    let mut files = Vec::with_capacity(given.len());
    for GivenFile { path, file } in given {
        match gloo::file::futures::read_as_bytes(&file).await {
            Ok(bytes) => files.push(OwnFile {
                name: path,
                bytes: bytes.into(),
            }),
            Err(error) => {
                opening::end(session);
                session.fail(Failure::new(
                    format!("{path} could not be read."),
                    error.to_string(),
                    "Check that it is still there, and drop it again.",
                ));
                return;
            }
        }
        if !opening::is_current(session, turn) {
            return;
        }
    }
    decode(session, into(files));
}

pub(super) fn decode(session: Session, files: OwnFiles) {
    let projector = session.workers.with_value(|w| w.opener.clone());
    let request = ProjectorRequest::OpenOwn(OwnFilesJob {
        files,
        pictures: session.pictures.get_untracked(),
    });
    let job = projector.start(request, move |event| match event {
        Event::Progress(progress) => session.opening.set(Some(progress)),
        Event::Finished(ProjectorResult::OpenedOwn(data)) => {
            opening::end(session);
            adopt(session, data);
        }
        Event::Finished(ProjectorResult::OpenedAnalysis { name, parts }) => {
            opening::end(session);
            keeping::adopt(session, &name, parts.into());
        }
        Event::Failed(failure) => {
            opening::end(session);
            session.fail(failure);
            open_something(session);
        }
        Event::Cancelled => {
            opening::end(session);
            open_something(session);
        }
        Event::Finished(_) | Event::Partial(_) => {}
    });
    session.opening_job.set_value(Some(job));
}

/// Opens the digits where nothing is open: a page without images is of no use. A figure in another
/// page shows what that page asked for, or nothing.
pub(super) fn open_something(session: Session) {
    if session.embed.is_none() && session.dataset.with_untracked(Option::is_none) {
        opening::open_digits(session);
    }
}

fn adopt(session: Session, data: OwnData) {
    session.notice.set(None);
    let dataset = data.dataset.into();
    match data.network {
        Some(network) => opening::adopt_network(session, dataset, network.into()),
        None => opening::adopt(session, dataset),
    };
    if !data.notes.is_empty() {
        session.inform("The files are open.", data.notes.join(" "));
    }
}
