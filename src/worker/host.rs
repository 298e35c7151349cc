//! The worker's side: receives jobs, runs each as a task, reports.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::pause::{macrotask, now};
use super::protocol::{Control, Event, Failure, FromWorker, JobId, Progress, ToWorker};
use super::{BUILD, attachment, life, wire};

/// How long a job computes before it lets messages in.
const SLICE_MS: f64 = 12.0;
/// Between two progress events of a job.
const PROGRESS_MS: f64 = 100.0;

/// What the page may ask of a job, and what the job has told the page.
struct Steering<R> {
    cancelled: Cell<bool>,
    paused: Cell<bool>,
    unacknowledged: Cell<bool>,
    /// The latest adjustment, until the job takes it.
    adjustment: RefCell<Option<R>>,
}

/// A job's end of the conversation with the page.
pub struct Job<R, P, F> {
    id: JobId,
    steering: Rc<Steering<R>>,
    slice_began: Cell<f64>,
    last_progress: Cell<f64>,
    messages: PhantomData<(P, F)>,
}

/// The page asked for the job's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

/// Why a job ended without a result.
#[derive(Debug)]
pub enum Ended {
    /// The page asked for it.
    Cancelled,
    /// It could not be done.
    Failed(Failure),
}

impl From<Cancelled> for Ended {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl<R, P: Serialize, F: Serialize> Job<R, P, F> {
    /// To be called between slices of work: lets messages in when the slice is used up, and holds
    /// while the page has paused the job.
    ///
    /// # Errors
    /// The page has cancelled the job.
    pub async fn breathe(&self) -> Result<(), Cancelled> {
        if now() - self.slice_began.get() < SLICE_MS && !self.steering.paused.get() {
            return Ok(());
        }
        macrotask().await;
        while self.steering.paused.get() && !self.steering.cancelled.get() {
            gloo::timers::future::TimeoutFuture::new(30).await;
        }
        self.slice_began.set(now());
        if self.steering.cancelled.get() {
            return Err(Cancelled);
        }
        Ok(())
    }

    /// The job's number.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// What the page wants different since this was last called; the latest of several.
    pub fn adjustment(&self) -> Option<R> {
        self.steering.adjustment.take()
    }

    /// Tells how far the job is; most calls are swallowed, so call it as often as you like.
    pub fn progress(&self, stage: &str, fraction: f32) {
        let time = now();
        if time - self.last_progress.get() >= PROGRESS_MS {
            self.last_progress.set(time);
            self.send(Event::Progress(Progress {
                stage: stage.into(),
                fraction: fraction.clamp(0.0, 1.0),
            }));
        }
    }

    /// Sends a partial result that may not be lost.
    pub fn partial(&self, partial: P) {
        self.send(Event::Partial(partial));
    }

    /// Sends the latest of many partial results, unless the page has not yet taken the last one.
    pub fn latest(&self, partial: impl FnOnce() -> P) {
        if !self.steering.unacknowledged.replace(true) {
            self.send(Event::Partial(partial()));
        }
    }

    fn send(&self, event: Event<P, F>) {
        post(FromWorker::Event {
            job: self.id,
            event,
        });
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post<P: Serialize, F: Serialize>(message: FromWorker<P, F>) {
    let is_last = matches!(&message, FromWorker::Event { event, .. } if event.is_last());
    // Whoever asks for it is answered compactly; without, any program can read the answers.
    let packed = if answers_compactly() {
        attachment::encode_compact(message)
            .map(wire::pack_compact)
            .map_err(|error| error.to_string())
    } else {
        attachment::encode(message)
            .map(wire::pack)
            .map_err(|error| error.to_string())
    };
    match packed {
        Ok((message, transfer)) => {
            if is_last {
                wire::mark_last(&message);
            }
            // Buffers made a moment ago can be handed over.
            let _ = scope().post_message_with_transfer(&message, &transfer);
        }
        Err(error) => wasm_bindgen::throw_str(&error),
    }
}

/// Whether the worker was started as `worker.js#module,compact`.
fn answers_compactly() -> bool {
    scope().location().hash().ends_with(",compact")
}

/// Answers the page for as long as the worker lives. Every job runs as a task of its own, so that
/// a short one is not held up by a long one.
pub fn serve<R, P, F, W, Fut>(work: W)
where
    R: DeserializeOwned + 'static,
    P: Serialize + 'static,
    F: Serialize + 'static,
    W: Fn(R, Rc<Job<R, P, F>>) -> Fut + 'static,
    Fut: Future<Output = Result<F, Ended>> + 'static,
{
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        post(FromWorker::<(), ()>::Crashed {
            why: panic.to_string(),
        });
    }));
    let jobs: Rc<RefCell<HashMap<JobId, Rc<Steering<R>>>>> = Rc::default();
    let work = Rc::new(work);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(encoded) = wire::unpack(&event.data()) else {
            return; // not ours: extensions and developer tools post messages too
        };
        match attachment::decode::<ToWorker<R>>(encoded) {
            Ok(ToWorker::Start { job: id, request }) => {
                let steering = Rc::new(Steering {
                    cancelled: Cell::new(false),
                    paused: Cell::new(false),
                    unacknowledged: Cell::new(false),
                    adjustment: RefCell::new(None),
                });
                jobs.borrow_mut().insert(id, steering.clone());
                let job = Rc::new(Job {
                    id,
                    steering,
                    slice_began: Cell::new(now()),
                    last_progress: Cell::new(0.0),
                    messages: PhantomData,
                });
                let (jobs, work) = (jobs.clone(), work.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    let outcome = work(request, job.clone()).await;
                    jobs.borrow_mut().remove(&id);
                    job.send(match outcome {
                        Ok(result) => Event::Finished(result),
                        Err(Ended::Failed(failure)) => Event::Failed(failure),
                        Err(Ended::Cancelled) => Event::Cancelled,
                    });
                });
            }
            Ok(ToWorker::Adjust { job, request }) => {
                if let Some(steering) = jobs.borrow().get(&job) {
                    steering.adjustment.replace(Some(request));
                }
            }
            Ok(ToWorker::Control { job, control }) => {
                if let Some(steering) = jobs.borrow().get(&job) {
                    match control {
                        Control::Cancel => steering.cancelled.set(true),
                        Control::Pause => steering.paused.set(true),
                        Control::Resume => steering.paused.set(false),
                        Control::Acknowledge => steering.unacknowledged.set(false),
                    }
                }
            }
            Err(error) => wasm_bindgen::throw_str(&format!("undecodable message: {error}")),
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(FromWorker::<P, F>::Ready {
        build: BUILD.into(),
    });
    wasm_bindgen_futures::spawn_local(async {
        if let Some(lock) = life::live().await {
            post(FromWorker::<P, F>::Lives { lock });
        }
    });
}
