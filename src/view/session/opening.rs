//! Opening data sets: the shipped one and the visitor's files.

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;

use super::{asking, evolving, projecting, training};
use crate::address::Opened;
use crate::analysis::file::Origin;
use crate::analysis::import::ImportedNetwork;
use crate::analysis::{Analysis, Representation, Source, forgotten, within_memory};
use crate::canvas::history::History;
use crate::canvas::selection::Selection;
use crate::dataset::{DATA_SEED, Dataset, OfficialSet, Part};
use crate::view::state::{
    ACTIVATION_BUDGET, Dropped, DroppedFile, Layout, OpenDataset, SELECTION_HISTORY, Session,
    Shelved, USUAL_MEMORY,
};
use crate::worker::browser_file::{hold, release};
use crate::worker::messages::{ProjectorRequest, ProjectorResult, SentFile};
use crate::worker::protocol::{Event, Failure, Progress};

/// Where the shipped digits are, relative to the page.
const DIGITS: &str = "data/digits.pack";
/// Files larger than this in sum are not read: no data set that can be opened has a third of it.
const MOST_FILE_BYTES: f64 = 1e9;
/// Fewer observations make no picture.
const FEWEST_PROJECTED: usize = 20;
/// All of MNIST. More would be drawn on top of each other, and take minutes to lay out.
const MOST_PROJECTED: usize = 70_000;

/// Begins an opening, which ends any other, and gives its number.
pub(super) fn begin(session: Session, progress: Progress) -> u32 {
    asking::withdraw(session);
    session.opening_job.set_value(None);
    session.opening_what.set_value(Some(Opened::Own));
    session.opening.set(Some(progress));
    session.opening_turn.update_value(|turn| *turn += 1);
    session.opening_turn.get_value()
}

/// Whether an opening was neither given up nor followed by another.
pub(super) fn is_current(session: Session, turn: u32) -> bool {
    session.opening_turn.get_value() == turn
}

/// Ends the opening under way.
pub(super) fn end(session: Session) {
    asking::withdraw(session);
    session.opening.set(None);
    session.opening_turn.update_value(|turn| *turn += 1);
}

/// Opens the digits that come with the page.
pub fn open_digits(session: Session) {
    let turn = begin(
        session,
        Progress {
            stage: "Loading the digits".into(),
            fraction: 0.0,
        },
    );
    session.opening_what.set_value(Some(Opened::Digits));
    leptos::task::spawn_local(async move {
        let fetched = fetch(DIGITS).await;
        if !is_current(session, turn) {
            return;
        }
        match fetched {
            Ok(bytes) => decode(
                session,
                ProjectorRequest::OpenPack {
                    name: DIGITS.to_owned(),
                    bytes: bytes.into(),
                },
            ),
            Err(why) => {
                end(session);
                session.fail(Failure::new(
                    "The digits that come with this page could not be loaded.",
                    format!("{why}."),
                    "Choose them again under Data, or drop files of MNIST, SVHN or CIFAR-10 onto the page.",
                ));
            }
        }
    });
}

/// The bytes of a file of this site, or of one that allows it.
///
/// # Errors
/// Why it could not be had, with its address.
pub async fn fetch(url: &str) -> Result<Vec<u8>, String> {
    let response = gloo::net::http::Request::get(url)
        .send()
        .await
        .map_err(|error| format!("{url}: {error}"))?;
    if !response.ok() {
        return Err(format!("{url}: the server answered {}", response.status()));
    }
    response
        .binary()
        .await
        .map_err(|error| format!("{url}: {error}"))
}

/// Takes files that were dropped or picked, together with those that still wait for a partner.
pub fn open_files(session: Session, files: Vec<gloo::file::File>) {
    if files.is_empty() {
        return;
    }
    let size: f64 = files.iter().map(|file| file.size() as f64).sum();
    if size > MOST_FILE_BYTES {
        session.fail(Failure::new(
            "These files are too large for this page.",
            format!("Together they have {:.1} GB.", size / 1e9),
            "Drop the official files of MNIST, SVHN or CIFAR-10, which have 250 MB at most.",
        ));
        return;
    }
    let new: Vec<DroppedFile> = files
        .into_iter()
        .map(|file| DroppedFile {
            name: file.name(),
            size: file.size(),
            file: hold(AsRef::<web_sys::Blob>::as_ref(&file).clone()),
            sets: Vec::new(),
        })
        .collect();
    begin(
        session,
        Progress {
            stage: "Reading files".into(),
            fraction: 0.0,
        },
    );
    let older = with_new(session, new);
    let files = session.dropped.with_untracked(|dropped| {
        let send = |file: &DroppedFile| SentFile {
            name: file.name.clone(),
            size: file.size,
            file: file.file,
            sets: file.sets.clone(),
        };
        dropped.files.iter().map(send).collect()
    });
    decode(
        session,
        ProjectorRequest::OpenFiles {
            files,
            older,
            seed: DATA_SEED,
        },
    );
}

/// Adds new files to those given before, and says how many of those are still of interest.
fn with_new(session: Session, new: Vec<DroppedFile>) -> u32 {
    let mut older = 0;
    session.dropped.update(|dropped| {
        let given_again = |old: &DroppedFile| new.iter().any(|file| file.name == old.name);
        // Where nothing is missing, a file of the same name is no correction but another edition of
        // the data set: its other files go, too.
        let waits = |set: &OfficialSet| dropped.waiting.iter().any(|missing| missing.set == *set);
        let replaced: Vec<OfficialSet> = dropped
            .files
            .iter()
            .filter(|old| given_again(old))
            .flat_map(|old| old.sets.iter().copied())
            .filter(|set| !waits(set))
            .collect();
        let goes = |old: &DroppedFile| {
            given_again(old) || old.sets.iter().any(|set| replaced.contains(set))
        };
        retain(dropped, |old| !goes(old));
        older = dropped.files.len() as u32;
        dropped.files.extend(new.iter().cloned());
    });
    older
}

/// Forgets all files but some.
fn retain(dropped: &mut Dropped, stays: impl Fn(&DroppedFile) -> bool) {
    dropped.files.retain(|file| {
        let stays = stays(file);
        if !stays {
            release(file.file);
        }
        stays
    });
}

/// Forgets files that wait for a partner.
pub fn forget_files(session: Session) {
    session.dropped.update(|dropped| {
        retain(dropped, |_| false);
        dropped.waiting.clear();
    });
}

/// Stops opening. Files that were given stay, and can be opened by giving another.
pub fn cancel(session: Session) {
    session.opening_job.set_value(None);
    end(session);
    if session.shows_preview() {
        session.inform(
            "Loading was stopped.",
            "The images that are here can be projected; to train, choose the data set again.",
        );
    }
}

fn decode(session: Session, request: ProjectorRequest) {
    let projector = session.workers.with_value(|workers| match request {
        // Small, and this worker is needed for the first projection anyhow.
        ProjectorRequest::OpenPack { .. } => workers.projectors[0].clone(),
        _ => workers.opener.clone(),
    });
    let job = projector.start(request, move |event| match event {
        Event::Progress(progress) => session.opening.set(Some(progress)),
        Event::Finished(ProjectorResult::Opened {
            datasets,
            kept,
            sets,
            waiting,
            refused,
            mut notes,
        }) => {
            session.opening.set(None);
            session.dropped.update(|dropped| {
                for file in &mut dropped.files {
                    let found = kept.iter().find(|kept| kept.name == file.name);
                    file.sets = found.map_or_else(Vec::new, |kept| kept.sets.clone());
                }
                retain(dropped, |file| !file.sets.is_empty());
                dropped
                    .waiting
                    .retain(|missing| !sets.contains(&missing.set));
                dropped.waiting.extend(waiting);
            });
            if let [others @ .., last] = sets.as_slice()
                && datasets.len() > 1
            {
                let others: Vec<_> = others.iter().map(|set| set.name()).collect();
                notes.push(format!(
                    "The files are of several data sets: {last} is shown, {} can be returned to.",
                    others.join(" and "),
                ));
            }
            let opened = !datasets.is_empty();
            for dataset in datasets {
                adopt(session, dataset.into());
            }
            if opened && !notes.is_empty() {
                session.inform("The files are open.", notes.join(" "));
            }
            if !refused.is_empty() {
                let names: Vec<_> = refused.iter().map(|r| r.name.as_str()).collect();
                let reasons: Vec<_> = refused.iter().map(|r| r.why.as_str()).collect();
                session.fail(Failure::new(
                    format!("{} could not be used.", names.join(" and ")),
                    reasons.join(" "),
                    "The other files are kept; drop a corrected one to go on.",
                ));
            }
        }
        Event::Failed(failure) => {
            session.opening.set(None);
            session.fail(failure);
        }
        Event::Cancelled => session.opening.set(None),
        Event::Finished(_) | Event::Partial(_) => {}
    });
    session.opening_job.set_value(Some(job));
}

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
}

fn next_id() -> u32 {
    NEXT_ID.with(|next| next.replace(next.get() + 1))
}

/// Makes a data set the one the page shows. What was found out about the last one is put aside,
/// not lost. Gives the number of the new one.
pub(super) fn adopt(session: Session, dataset: Dataset) -> u32 {
    take_over(session, dataset, None, false)
}

/// As [`adopt`], for the first images of a data set whose others are still to come.
pub(super) fn adopt_preview(session: Session, dataset: Dataset) -> u32 {
    take_over(session, dataset, None, true)
}

/// As [`adopt`], for observations that came with what a network made of them.
pub(super) fn adopt_network(session: Session, dataset: Dataset, network: ImportedNetwork) -> u32 {
    take_over(session, dataset, Some(network.into()), false)
}

fn take_over(
    session: Session,
    dataset: Dataset,
    network: Option<Arc<ImportedNetwork>>,
    preview: bool,
) -> u32 {
    let id = next_id();
    let open = Arc::new(OpenDataset {
        id,
        dataset,
        network,
        preview,
        origin: None,
        opened: session.opening_what.get_value(),
    });
    let analysis = first_analysis(&open, session.subset_size.get_untracked());
    put_aside(session);
    show(session, Shelved::untrained(open, analysis));
    id
}

/// Shows an analysis that came with its observations. What was found out about the last data set is put
/// aside, not lost.
pub(super) fn adopt_analysis(
    session: Session,
    dataset: Dataset,
    origin: Origin,
    entry: impl FnOnce(Arc<OpenDataset>) -> Shelved,
) {
    let open = Arc::new(OpenDataset {
        id: next_id(),
        dataset,
        network: None,
        preview: false,
        origin: Some(origin),
        opened: session.opening_what.get_value(),
    });
    put_aside(session);
    show(session, entry(open));
}

/// Puts a whole data set into the place of its first images, which are to have these places in its
/// test part. Where the same observations are projected, their layouts stay.
pub(super) fn complete(session: Session, id: u32, whole: Dataset, places: &[u32]) {
    let mut analysis = Analysis::of(&whole, session.subset_size.get_untracked(), DATA_SEED);
    let open = Arc::new(OpenDataset {
        id,
        dataset: whole,
        network: None,
        preview: false,
        origin: None,
        opened: session.opening_what.get_value(),
    });
    if session.open_dataset() != Some(id) {
        // The visitor has returned to something else meanwhile.
        let name = &open.dataset.name;
        session.inform(
            format!("{name} is loaded."),
            "It is among what can be returned to.",
        );
        let entry = Shelved::untrained(open, analysis);
        session.shelf.update(|shelf| shelf.push(entry));
        return;
    }
    let shown: Vec<u32> = session.analysis.with_untracked(|analysis| {
        let indices = analysis.test.indices.iter();
        indices
            .filter_map(|&index| places.get(index as usize).copied())
            .collect()
    });
    if shown != analysis.test.indices {
        for panel in session.panels {
            projecting::abandon(session, panel);
        }
        show(session, Shelved::untrained(open, analysis));
        return;
    }
    analysis.projections = session
        .analysis
        .with_untracked(|analysis| analysis.projections.clone());
    let train = Selection::none(analysis.train.len());
    session
        .selection(Part::Train)
        .set(History::new(train, SELECTION_HISTORY));
    session.analysis.set(analysis);
    session.dataset.set(Some(open));
}

/// What is known before anything is computed: of a network that came with the data, its activations.
fn first_analysis(open: &OpenDataset, subset_size: usize) -> Analysis {
    match &open.network {
        Some(network) => network.analysis(&open.dataset, subset_size, DATA_SEED),
        None => Analysis::of(&open.dataset, subset_size, DATA_SEED),
    }
}

/// Projects at most so many observations of either split. A network whose activations were taken of
/// others is put aside.
pub fn choose_subset_size(session: Session, size: usize) {
    let size = size.clamp(FEWEST_PROJECTED, MOST_PROJECTED);
    session.subset_size.set(size);
    let Some(open) = session.dataset.get_untracked() else {
        return;
    };
    training::abandon(session);
    for panel in session.panels {
        projecting::abandon(session, panel);
    }
    // A network that came with the data is taken again, of other observations.
    if open.network.is_none() {
        put_network_aside(session);
    }
    let analysis = first_analysis(&open, size);
    show(session, Shelved::untrained(open, analysis));
}

/// Shows what was put aside at this place of the shelf, with all that was found out about it.
pub fn reopen(session: Session, place: usize) {
    let mut found = None;
    session.shelf.update(|shelf| {
        if place < shelf.len() {
            found = Some(shelf.remove(place));
        }
    });
    if let Some(entry) = found {
        put_aside(session);
        show(session, entry);
    }
}

fn put_aside(session: Session) {
    training::abandon(session);
    for panel in session.panels {
        projecting::abandon(session, panel);
    }
    shelve(session);
}

/// Puts the network and its results aside, to make room for another on the same data.
pub fn put_network_aside(session: Session) {
    let empty = session
        .analysis
        .with_untracked(|analysis| analysis.snapshots.is_empty());
    if !empty {
        shelve(session);
    }
    session
        .analysis
        .update(|analysis| *analysis = analysis.without_network());
    session.unsaved.set_value(false);
}

/// What is shown, as it would be put aside.
fn shown(session: Session) -> Option<Shelved> {
    let dataset = session.dataset.get_untracked()?;
    if dataset.preview {
        return None; // the site still has it, and nothing was made of it
    }
    Some(Shelved {
        dataset,
        analysis: session.analysis.get_untracked(),
        run: session.run.get_untracked(),
        trained: session.trained.get_untracked(),
        checkpoint: session.checkpoint.get_untracked(),
        whole_test: session.whole_test.get_untracked(),
        unsaved: session.unsaved.get_value(),
    })
}

/// Bytes of activations that may be put aside.
fn shelf_budget() -> u64 {
    let pages = core::arch::wasm32::memory_size::<0>() as u64;
    within_memory(ACTIVATION_BUDGET, USUAL_MEMORY, pages * 65_536)
}

fn shelve(session: Session) {
    let Some(entry) = shown(session) else {
        return;
    };
    session.shelf.update(|shelf| {
        shelf.push(entry);
        // Activations are what costs memory.
        let sizes: Vec<u64> = shelf.iter().map(Shelved::bytes).collect();
        shelf.drain(..forgotten(&sizes, shelf_budget()));
    });
}

/// The data sets whose networks nobody saved, and which would be forgotten to make room for what is
/// shown now.
pub(super) fn forgotten_unsaved(session: Session) -> Vec<String> {
    let Some(entry) = shown(session) else {
        return Vec::new();
    };
    session.shelf.with_untracked(|shelf| {
        let sizes: Vec<u64> = shelf.iter().chain([&entry]).map(Shelved::bytes).collect();
        shelf[..forgotten(&sizes, shelf_budget())]
            .iter()
            .filter(|entry| entry.unsaved)
            .map(|entry| entry.dataset.dataset.name.clone())
            .collect()
    })
}

/// What a panel shows first: of a network its last layer, on the left at the first epoch, on the
/// right at the last. Where there is one epoch only, the left shows what comes before that layer.
fn first_shown(entry: &Shelved, left: bool) -> Representation {
    let of = |source| Representation {
        part: Part::Test,
        source,
    };
    let mut layers = 0..entry.analysis.hidden_layers();
    let epochs = entry.analysis.epochs();
    let there = |index: usize, epoch: u32| {
        let representation = of(Source::Layer { index, epoch });
        let known = entry.analysis.can_be_shown(representation);
        known.then_some(representation)
    };
    let has_images = entry.dataset.dataset.has_images();
    let found = match epochs.as_slice() {
        [_] if left && has_images => None,
        [only] if left => layers.find_map(|index| there(index, *only)),
        _ => layers.rev().find_map(|index| {
            let at = |epoch: &u32| there(index, *epoch);
            if left {
                epochs.iter().find_map(at)
            } else {
                epochs.iter().rev().find_map(at)
            }
        }),
    };
    found.unwrap_or(of(Source::Pixels))
}

fn show(session: Session, entry: Shelved) {
    let classes = entry.dataset.dataset.class_names.len();
    for part in [Part::Test, Part::Train] {
        let n = entry.analysis.subset(part).len();
        session
            .selection(part)
            .set(History::new(Selection::none(n), SELECTION_HISTORY));
    }
    session.hovered.set(None);
    session.hidden_classes.set(vec![false; classes]);
    let representations = session
        .panels
        .map(|panel| first_shown(&entry, panel.place == 0));
    session.steps.set(None);
    session.trained.set(entry.trained);
    session.checkpoint.set(entry.checkpoint);
    session.whole_test.set(entry.whole_test);
    session.unsaved.set_value(entry.unsaved);
    session.device.set(None);
    session.run.set(entry.run);
    session.analysis.set(entry.analysis);
    for (panel, representation) in session.panels.into_iter().zip(representations) {
        panel.layout.set(Layout::Absent);
        panel.positions.set(Arc::default());
        panel.chosen.set(false);
        panel.representation.set(representation);
    }
    session.dataset.set(Some(entry.dataset));
    evolving::begin_with_the_newest(session);
}
