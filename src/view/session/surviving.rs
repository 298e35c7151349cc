//! A training survives its tab: the last epoch's state is kept in the browser while it runs, and the
//! next visit is offered to go on from there.

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
use crate::worker::messages::{SentCheckpoint, SentDataset};
use crate::worker::protocol::Failure;
use crate::worker::wire;

/// The most that is kept in the browser, in bytes: images and state together.
pub const BUDGET: u64 = 64_000_000;
/// Between two writes of the state, in milliseconds.
const BETWEEN_WRITES: f64 = 4_000.0;
/// Names in the storage.
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

/// What is kept of a training.
#[derive(Serialize, Deserialize)]
struct Stored {
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
    /// Nothing, since the browser refused, for this reason.
    Refused(String),
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

/// Looks for a training that was interrupted.
pub fn look(session: Session) {
    leptos::task::spawn_local(async move {
        let Some(stored) = read::<Stored>(STATE).await else {
            return;
        };
        // A training may have begun while the storage answered.
        if session.run.get_untracked() == Run::Idle {
            session.interrupted.set(Some(Interrupted {
                epoch: stored.checkpoint.epoch,
                setup: stored.setup,
                data: stored.data,
                with_images: stored.with_images,
            }));
        }
    });
}

/// Forgets the training that was interrupted, or that has come to its end.
pub fn forget(session: Session) {
    session.interrupted.set(None);
    session.surviving.set(Surviving::Nothing);
    session
        .writing
        .update_value(|writing| *writing = Writing::default());
    leptos::task::spawn_local(async move {
        // What cannot be removed is offered again at the next visit, and can be discarded then.
        let _ = storage::remove(&[STATE, IMAGES]).await;
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
    leptos::task::spawn_local(async move {
        let written = match kept {
            Ok(kept) => storage::write(IMAGES, &kept)
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
    session
        .writing
        .update_value(|writing| *writing = Writing::default());
    session.surviving.set(Surviving::Refused(why));
}

/// Keeps the state after the epoch that was just completed, now or a little later.
pub fn note(session: Session) {
    session.writing.update_value(|writing| {
        if writing.data.is_none() || writing.timer.is_some() {
            return;
        }
        let wait = (writing.written + BETWEEN_WRITES - js_sys::Date::now()).max(0.0);
        let timer = gloo::timers::callback::Timeout::new(wait as u32, move || write(session));
        writing.timer = Some(timer);
    });
}

fn write(session: Session) {
    let mut prepared = None;
    session.writing.update_value(|writing| {
        // A timer that has fired has nothing left to cancel.
        if let Some(timer) = writing.timer.take() {
            timer.forget();
        }
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
    leptos::task::spawn_local(async move {
        let written = match stored {
            Ok(stored) => storage::write(STATE, &stored)
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
            Ok(()) => forget(session),
            Err(why) => refused(session, why),
        }
    });
}

/// Goes on with the training that was interrupted, on the images that were kept or on those that are
/// open.
pub fn resume(session: Session) {
    leptos::task::spawn_local(async move {
        let Some(stored) = read::<Stored>(STATE).await else {
            session.interrupted.set(None);
            session.fail(Failure::new(
                "The training could not be resumed.",
                "The browser no longer has its state.",
                "Train the network anew.",
            ));
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
            let images: Option<(Identity, SentDataset)> = read(IMAGES).await;
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
        session.keep_every.set(stored.keep_every);
        let checkpoint = stored.checkpoint.into();
        training::install(session, stored.setup, checkpoint, stored.curves);
        let device = session.next_device_untracked();
        training::run(session, device, training::Begin::Again);
    });
}
