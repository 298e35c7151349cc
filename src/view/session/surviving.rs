//! A training survives its tab: the last epoch's state is kept in the browser while it runs, and the
//! next visit is offered to go on from there. Several tabs may train at once: each keeps its own, and holds
//! a lock by which the others tell that it is not for them.

use std::cell::RefCell;

use gloo::events::EventListener;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::{opening, training};
use crate::analysis::Curves;
use crate::dataset::{Dataset, ImageShape};
use crate::network::{Plan, Setup};
use crate::view::state::{OpenDataset, Run, Session};
use crate::view::storage;
use crate::worker::attachment::{decode, encode};
use crate::worker::life::{self, Asked, Held};
use crate::worker::messages::{SentCheckpoint, SentDataset};
use crate::worker::protocol::Failure;
use crate::worker::wire;

/// The most that is kept in the browser, in bytes: images and state together.
pub const BUDGET: u64 = 64_000_000;
/// Between two writes of the state, in milliseconds.
const BETWEEN_WRITES: f64 = 4_000.0;
/// Names in the storage, each followed by the number of the tab that keeps it.
const STATE: &str = "training";
const IMAGES: &str = "images";
/// Vectors as long as the parameters in a state: the parameters, and what Adam remembers.
const VECTORS: u64 = 3;

/// A data set, as far as it can be told from another without its images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// Shape of its images.
    shape: ImageShape,
    /// Training and test observations.
    pub observations: [usize; 2],
    /// Hash of all images and labels.
    fingerprint: u64,
}

impl Identity {
    fn of(dataset: &Dataset) -> Self {
        let mut hash = Fnv::default();
        for split in [&dataset.train, &dataset.test] {
            hash.take(&split.images);
            hash.take(&split.labels);
        }
        Self {
            name: dataset.name.clone(),
            shape: dataset.shape,
            observations: [dataset.train.len(), dataset.test.len()],
            fingerprint: hash.0,
        }
    }

    /// Whether a network goes on with this data set as if it were the other; the name may differ.
    fn is_same(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
            && self.shape == other.shape
            && self.observations == other.observations
    }
}

/// The hash FNV-1a, eight bytes at a time.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn take(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        for word in words.chain(rest.iter().map(|&byte| u64::from(byte))) {
            self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// Under which number this tab keeps its training.
struct Own {
    /// Nobody else's.
    id: String,
    /// Held as long as this tab is open; `None` where there are no locks, and while the page is put away.
    lock: Option<Held>,
}

thread_local! {
    static OWN: RefCell<Option<Own>> = const { RefCell::new(None) };
}

fn lock_of(id: &str) -> String {
    format!("hidden-activity training{id}")
}

/// This tab's number; it gets one when it first keeps something.
fn own_id() -> String {
    if let Some(id) = known_id() {
        return id;
    }
    let id = format!(" {}", life::unique());
    OWN.set(Some(Own {
        id: id.clone(),
        lock: None,
    }));
    hold(id.clone());
    id
}

fn known_id() -> Option<String> {
    OWN.with_borrow(|own| own.as_ref().map(|own| own.id.clone()))
}

/// Takes the lock of this tab's number.
fn hold(id: String) {
    leptos::task::spawn_local(async move {
        if let Asked::Granted(held) = life::take(&lock_of(&id)).await {
            OWN.with_borrow_mut(|own| {
                if let Some(own) = own.as_mut().filter(|own| own.id == id) {
                    own.lock = Some(held);
                }
            });
        }
    });
}

/// What is kept of a training.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// When, in milliseconds since 1970.
    #[serde(default)]
    written: f64,
    setup: Setup,
    data: Identity,
    /// Whether the images are kept too.
    with_images: bool,
    subset_size: usize,
    keep_every: u32,
    curves: Curves,
    checkpoint: SentCheckpoint,
}

/// A training that ended with its tab.
#[derive(Debug, Clone, PartialEq)]
pub struct Interrupted {
    /// The number of the tab that kept it.
    pub id: String,
    /// The network and how it was trained.
    pub setup: Setup,
    /// What it was trained on.
    pub data: Identity,
    /// Whether the images were kept; else the visitor has to open them.
    pub with_images: bool,
    /// Epochs done.
    pub epoch: u32,
}

/// What of the training under way would survive the tab.
#[derive(Debug, Clone, PartialEq)]
pub enum Surviving {
    /// There is nothing yet.
    Nothing,
    /// Its state after an epoch, and the images if they fit.
    State {
        /// Epochs done.
        epoch: u32,
        /// Whether the images are kept too.
        with_images: bool,
        /// Size of all that is kept.
        bytes: u64,
    },
    /// Nothing, since its state has so many bytes.
    TooLarge(u64),
    /// No more than before, since the browser refused, for this reason.
    Refused(String),
    /// No more than before, since another tab has resumed it meanwhile.
    TakenOver,
}

/// What waits to be written.
#[derive(Default)]
pub struct Writing {
    /// The data set of the training that is kept; `None` while none is.
    data: Option<Identity>,
    with_images: bool,
    image_bytes: u64,
    /// When the last write was.
    written: f64,
    timer: Option<gloo::timers::callback::Timeout>,
}

/// A value as the browser can keep it.
fn to_js(value: impl Serialize) -> Result<JsValue, String> {
    let encoded = encode(value).map_err(|error| error.to_string())?;
    Ok(wire::pack(encoded).0)
}

/// A value that was kept; `None` where there is none, or one of another version of this page.
async fn read<T: DeserializeOwned>(name: &str) -> Option<T> {
    let value = storage::read(name).await.ok()??;
    decode(wire::unpack(&value)?).ok()
}

/// The newest training that no open tab keeps, with its number.
async fn newest() -> Option<(String, Stored)> {
    let names = storage::names().await.ok()?;
    let held = life::held().await;
    let own = known_id();
    let mut newest: Option<(String, Stored)> = None;
    for id in names.iter().filter_map(|name| name.strip_prefix(STATE)) {
        let is_held = |held: &Vec<String>| held.contains(&lock_of(id));
        if own.as_deref() == Some(id) || held.as_ref().is_some_and(is_held) {
            continue;
        }
        let Some(stored) = read::<Stored>(&format!("{STATE}{id}")).await else {
            continue;
        };
        if newest
            .as_ref()
            .is_none_or(|(_, newest)| newest.written < stored.written)
        {
            newest = Some((id.to_owned(), stored));
        }
    }
    newest
}

/// Looks for a training that was interrupted, and keeps this tab's own from being taken for one.
pub fn look(session: Session) {
    offer(session);
    let window = gloo::utils::window();
    let document = gloo::utils::document();
    // A tab that nobody looks at may be ended without a further word.
    EventListener::new(&document, "visibilitychange", move |_| {
        if gloo::utils::document().hidden() {
            write_now(session);
        }
    })
    .forget();
    // A page that is put away for the way back may never be shown again.
    EventListener::new(&window, "pagehide", |_| {
        let held = OWN.with_borrow_mut(|own| own.as_mut()?.lock.take());
        drop(held);
    })
    .forget();
    EventListener::new(&window, "pageshow", move |event| {
        let persisted = js_sys::Reflect::get(event, &"persisted".into());
        if persisted.is_ok_and(|persisted| persisted.is_truthy()) {
            hold_again(session);
        }
    })
    .forget();
}

/// After the way back to this page: its training is its own again, unless another tab has resumed it.
fn hold_again(session: Session) {
    let Some(id) = known_id() else { return };
    leptos::task::spawn_local(async move {
        match life::take(&lock_of(&id)).await {
            Asked::Granted(held) => OWN.set(Some(Own {
                id,
                lock: Some(held),
            })),
            Asked::Unknown => {}
            Asked::Taken => {
                OWN.set(None);
                stop_keeping(session, Surviving::TakenOver);
            }
        }
    });
}

fn offer(session: Session) {
    leptos::task::spawn_local(async move {
        let Some((id, stored)) = newest().await else {
            return;
        };
        // A training may have begun while the storage answered.
        if session.run.get_untracked() == Run::Idle {
            session.interrupted.set(Some(Interrupted {
                id,
                epoch: stored.checkpoint.epoch,
                setup: stored.setup,
                data: stored.data,
                with_images: stored.with_images,
            }));
        }
    });
}

/// Forgets the training of this tab, such as one that has come to its end.
pub fn forget(session: Session) {
    stop_keeping(session, Surviving::Nothing);
    if let Some(id) = known_id() {
        leptos::task::spawn_local(remove(id));
    }
}

async fn remove(id: String) {
    // What cannot be removed is offered again at the next visit, and can be discarded then.
    let _ = storage::remove(&[&format!("{STATE}{id}"), &format!("{IMAGES}{id}")]).await;
}

/// Forgets the training that is offered, and offers the one kept before it, if any.
pub fn discard(session: Session) {
    let Some(found) = session.interrupted.get_untracked() else {
        return;
    };
    session.interrupted.set(None);
    leptos::task::spawn_local(async move {
        // One that another tab has resumed meanwhile is not this one's to discard.
        if !matches!(life::take(&lock_of(&found.id)).await, Asked::Taken) {
            remove(found.id).await;
        }
        offer(session);
    });
}

/// Prepares keeping a training that begins or goes on.
pub fn begin(session: Session, open: &OpenDataset) {
    session.interrupted.set(None);
    session.surviving.set(Surviving::Nothing);
    let dataset = &open.dataset;
    let parameters = session.trained.with_untracked(|trained| {
        let network = &trained.as_ref()?.network;
        let plan = Plan::new(network, dataset.shape, dataset.classes()).ok()?;
        Some(plan.parameter_count() as u64)
    });
    let state = parameters.unwrap_or(0) * VECTORS * 4;
    if state > BUDGET {
        forget(session);
        session.surviving.set(Surviving::TooLarge(state));
        return;
    }
    let data = Identity::of(dataset);
    let images = (dataset.train.images.len() + dataset.test.images.len()) as u64;
    let with_images = state + images <= BUDGET;
    session.writing.set_value(Writing {
        data: Some(data.clone()),
        with_images,
        image_bytes: if with_images { images } else { 0 },
        written: 0.0,
        timer: None,
    });
    let kept = if with_images {
        to_js((data, SentDataset::from(dataset.clone())))
    } else {
        Ok(JsValue::NULL)
    };
    let name = format!("{IMAGES}{}", own_id());
    leptos::task::spawn_local(async move {
        let written = match kept {
            Ok(kept) => storage::write(&name, &kept)
                .await
                .map_err(|error| error.to_string()),
            Err(why) => Err(why),
        };
        if let Err(why) = written {
            refused(session, why);
        }
    });
}

fn refused(session: Session, why: String) {
    stop_keeping(session, Surviving::Refused(why));
}

fn stop_keeping(session: Session, why: Surviving) {
    session
        .writing
        .update_value(|writing| *writing = Writing::default());
    session.surviving.set(why);
}

/// Keeps the state after the epoch that was just completed, now or a little later.
pub fn note(session: Session) {
    let mut late = false;
    session.writing.update_value(|writing| {
        if writing.data.is_none() {
            return;
        }
        let wait = writing.written + BETWEEN_WRITES - js_sys::Date::now();
        if writing.timer.is_some() {
            // Browsers let timers of hidden pages wait for minutes; the trainer's messages come in time.
            late = wait < 0.0;
            return;
        }
        let timer =
            gloo::timers::callback::Timeout::new(wait.max(0.0) as u32, move || write(session));
        writing.timer = Some(timer);
    });
    if late {
        write_now(session);
    }
}

/// Keeps what waits to be kept.
fn write_now(session: Session) {
    let waits = session
        .writing
        .try_update_value(|writing| writing.timer.take());
    if waits.flatten().is_some() {
        write(session);
    }
}

fn write(session: Session) {
    let mut prepared = None;
    session.writing.update_value(|writing| {
        // Whether it has fired or not.
        writing.timer = None;
        writing.written = js_sys::Date::now();
        let data = writing.data.clone();
        prepared = data.map(|data| (data, writing.with_images, writing.image_bytes));
    });
    let (Some((data, with_images, image_bytes)), Some(setup), Some(checkpoint)) = (
        prepared,
        session.trained.get_untracked(),
        session.checkpoint.get_untracked(),
    ) else {
        return;
    };
    let arrays = checkpoint.weights.iter().chain(&checkpoint.optimizer);
    let values: usize = arrays.map(|array| array.data.len()).sum();
    let bytes = image_bytes + values as u64 * 4;
    let epoch = checkpoint.epoch;
    let stored = to_js(Stored {
        written: js_sys::Date::now(),
        setup,
        data,
        with_images,
        subset_size: session.subset_size.get_untracked(),
        keep_every: session.keep_every.get_untracked(),
        curves: session
            .analysis
            .with_untracked(|analysis| (*analysis.curves).clone()),
        checkpoint: (*checkpoint).clone().into(),
    });
    let id = own_id();
    leptos::task::spawn_local(async move {
        let written = match stored {
            Ok(stored) => storage::write(&format!("{STATE}{id}"), &stored)
                .await
                .map_err(|error| error.to_string()),
            Err(why) => Err(why),
        };
        match written {
            // The training may have ended meanwhile, and its state been forgotten.
            Ok(()) if session.writing.with_value(|w| w.data.is_some()) => {
                session.surviving.set(Surviving::State {
                    epoch,
                    with_images,
                    bytes,
                });
            }
            Ok(()) => remove(id).await,
            Err(why) => refused(session, why),
        }
    });
}

/// Goes on with the training that was interrupted, on the images that were kept or on those that are
/// open.
pub fn resume(session: Session) {
    let Some(Interrupted { id, .. }) = session.interrupted.get_untracked() else {
        return;
    };
    leptos::task::spawn_local(async move {
        let cannot = |why: &str, what_to_do: &str| {
            session.interrupted.set(None);
            session.fail(Failure::new(
                "The training could not be resumed.",
                why,
                what_to_do,
            ));
        };
        let lock = match life::take(&lock_of(&id)).await {
            Asked::Granted(held) => Some(held),
            Asked::Unknown => None,
            Asked::Taken => {
                cannot(
                    "Another tab has resumed it.",
                    "Go on there, or train the network anew.",
                );
                return;
            }
        };
        let Some(stored) = read::<Stored>(&format!("{STATE}{id}")).await else {
            cannot(
                "The browser no longer has its state; it may have ended in another tab.",
                "Train the network anew.",
            );
            return;
        };
        let is_open = session.dataset.with_untracked(|open| {
            open.as_ref()
                .is_some_and(|open| Identity::of(&open.dataset).is_same(&stored.data))
        });
        if is_open {
            if session.subset_size.get_untracked() != stored.subset_size {
                opening::choose_subset_size(session, stored.subset_size);
            }
        } else {
            let images: Option<(Identity, SentDataset)> = read(&format!("{IMAGES}{id}")).await;
            match images {
                Some((data, dataset)) if data.is_same(&stored.data) => {
                    session.subset_size.set(stored.subset_size);
                    opening::adopt(session, dataset.into());
                }
                _ => {
                    let [train, test] = stored.data.observations;
                    session.fail(Failure::new(
                        "The images of this training are not open.",
                        format!(
                            "It was trained on {} ({train} training and {test} test images), which did not fit into what is kept.",
                            stored.data.name
                        ),
                        "Open the same files, then resume.",
                    ));
                    return;
                }
            }
        }
        // What this tab kept before is offered to another visit.
        OWN.set(Some(Own { id, lock }));
        session.keep_every.set(stored.keep_every);
        let checkpoint = stored.checkpoint.into();
        training::install(session, stored.setup, checkpoint, stored.curves);
        let device = session.next_device_untracked();
        training::run(session, device, training::Begin::Again);
    });
}
