//! Opening data sets of the site. A large one comes in pieces: its first test images are shown and
//! laid out while the others are loaded.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use super::opening;
use crate::address::Opened;
use crate::dataset::{Manifest, Pieces, SiteSet};
use crate::view::state::Session;
use crate::worker::messages::{ProjectorRequest, ProjectorResult};
use crate::worker::protocol::{Event, Failure, Progress};

/// Where the site keeps its data sets, relative to the page.
const FOLDER: &str = "data/";
/// In that folder: which data sets there are.
const LIST: &str = "manifest.json";

/// Reads which data sets the site has.
pub fn list(session: Session) {
    leptos::task::spawn_local(async move {
        let manifest = opening::fetch(&format!("{FOLDER}{LIST}"))
            .await
            .and_then(|bytes| String::from_utf8(bytes).map_err(|error| error.to_string()))
            .and_then(|text| Manifest::parse(&text).map_err(|error| error.to_string()));
        match manifest {
            Ok(manifest) => session.offered.set(Some(manifest.sets)),
            Err(why) => {
                session.offered.set(Some(Vec::new()));
                session.inform(
                    "The list of this site's data sets could not be read.",
                    format!("{why}."),
                );
            }
        }
    });
}

/// A data set on its way.
struct Loading {
    set: SiteSet,
    /// The file to load next.
    next: usize,
    /// Bytes of the files that are there.
    bytes: u64,
    pieces: Pieces,
    /// What is shown meanwhile.
    preview: Option<Preview>,
}

/// The first test images.
struct Preview {
    /// Of the data set that they are shown as.
    id: u32,
    /// Their places in the whole test part.
    places: Vec<u32>,
}

/// Loads a data set and shows it.
pub fn load(session: Session, set: SiteSet) {
    let turn = opening::begin(
        session,
        Progress {
            stage: format!("Loading {}", set.name),
            fraction: 0.0,
        },
    );
    session
        .opening_what
        .set_value(Some(Opened::Site(set.id.clone())));
    let loading = Loading {
        set,
        next: 0,
        bytes: 0,
        pieces: Pieces::default(),
        preview: None,
    };
    go_on(session, turn, Rc::new(RefCell::new(loading)));
}

/// Loads the next file, or ends where there is none.
fn go_on(session: Session, turn: u32, loading: Rc<RefCell<Loading>>) {
    let file = {
        let loading = loading.borrow();
        loading.set.files.get(loading.next).cloned()
    };
    let Some(file) = file else {
        end(session, loading);
        return;
    };
    leptos::task::spawn_local(async move {
        let fetched = opening::fetch(&format!("{FOLDER}{}", file.name)).await;
        if !opening::is_current(session, turn) {
            return;
        }
        match fetched {
            Ok(bytes) => decode(session, turn, loading, file.name, bytes),
            Err(why) => fail(session, &loading.borrow().set, format!("{why}.")),
        }
    });
}

fn fail(session: Session, set: &SiteSet, why: String) {
    opening::end(session);
    session.fail(Failure::new(
        format!("{} could not be loaded.", set.name),
        why,
        "Choose it again, or drop its official files onto the page.",
    ));
}

fn decode(
    session: Session,
    turn: u32,
    loading: Rc<RefCell<Loading>>,
    name: String,
    bytes: Vec<u8>,
) {
    let request = ProjectorRequest::OpenPack {
        name,
        bytes: bytes.into(),
    };
    let projector = session.workers.with_value(|w| w.projectors[0].clone());
    let job = projector.start(request, move |event| match event {
        Event::Finished(ProjectorResult::Piece(pack)) => {
            let taken = loading.borrow_mut().pieces.add(pack.into());
            if let Err(error) = taken {
                fail(session, &loading.borrow().set, format!("{error}."));
                return;
            }
            advance(session, &loading);
            go_on(session, turn, loading.clone());
        }
        Event::Finished(ProjectorResult::Opened { datasets, .. }) => {
            opening::end(session);
            for dataset in datasets {
                opening::adopt(session, dataset.into());
            }
        }
        Event::Failed(failure) => {
            opening::end(session);
            session.fail(failure);
        }
        Event::Cancelled => opening::end(session),
        Event::Progress(_) | Event::Finished(_) | Event::Partial(_) => {}
    });
    session.opening_job.set_value(Some(job));
}

/// Counts a file that is there, and shows the first one's images.
fn advance(session: Session, loading: &Rc<RefCell<Loading>>) {
    let mut loading = loading.borrow_mut();
    loading.bytes += loading
        .set
        .files
        .get(loading.next)
        .map_or(0, |file| file.bytes);
    loading.next += 1;
    let (done, all) = (loading.bytes as f64, loading.set.bytes() as f64);
    session.opening.set(Some(Progress {
        stage: format!(
            "Loading {}: {:.0} of {:.0} MB",
            loading.set.name,
            done / 1e6,
            all / 1e6
        ),
        fraction: (done / all.max(1.0)) as f32,
    }));
    if loading.preview.is_none()
        && loading.set.files.len() > 1
        && let Ok((dataset, places)) = loading.pieces.preview()
    {
        let id = opening::adopt_preview(session, dataset);
        loading.preview = Some(Preview { id, places });
    }
}

/// All files are there: the whole data set takes the place of its first images.
fn end(session: Session, loading: Rc<RefCell<Loading>>) {
    opening::end(session);
    let (set, pieces, preview) = {
        let mut loading = loading.borrow_mut();
        let pieces = std::mem::take(&mut loading.pieces);
        (loading.set.clone(), pieces, loading.preview.take())
    };
    match (pieces.into_dataset(), preview) {
        (Ok(whole), Some(Preview { id, places })) => {
            opening::complete(session, id, whole, &places);
        }
        (Ok(whole), None) => {
            opening::adopt(session, whole);
        }
        (Err(error), _) => fail(session, &set, format!("{error}.")),
    }
}
