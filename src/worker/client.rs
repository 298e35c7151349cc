//! The page's side: a handle on a worker that starts it when needed, survives its end, and drops
//! what comes from jobs that nobody owns any more.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, HtmlMetaElement, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::later::later;
use super::protocol::{Control, Event, Failure, FromWorker, JobId, ToWorker};
use super::{BUILD, attachment, life, wire};

/// After this long without an answer, a cancelled job's worker is ended.
const PATIENCE_MS: u32 = 1_000;
/// And after this long where others wait for jobs of the same worker, which end with it: a busy machine may
/// take longer to answer, and would have answered.
const PATIENCE_WITH_OTHERS_MS: u32 = 10_000;

type OnEvent<P, F> = Box<dyn FnMut(Event<P, F>)>;

/// A job the worker has not finished. `None` while its callback runs, and for good once its handle
/// was dropped: the entry then only waits for the worker to confirm the end.
struct Pending<P, F> {
    on_event: Option<OnEvent<P, F>>,
    owned: bool,
    cancelled: bool,
}

/// A worker that does jobs of type `R`, reports `P` on the way and `F` at the end. Cheap to clone.
pub struct Client<R, P, F>(Rc<Inner<R, P, F>>);

impl<R, P, F> Clone for Client<R, P, F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Inner<R, P, F> {
    /// The wasm module, e.g. `projector`.
    module: &'static str,
    /// For the visitor, e.g. "projection worker".
    title: &'static str,
    /// Whether the worker is ended after its last job, for the memory that it would keep.
    short_lived: bool,
    running: RefCell<Option<Running>>,
    /// Messages that wait for the worker's first word.
    queue: RefCell<Vec<ToWorker<R>>>,
    jobs: RefCell<HashMap<JobId, Pending<P, F>>>,
    next_job: Cell<JobId>,
    /// How often the worker was started; tells a worker's last messages from its successor's.
    generation: Cell<u32>,
}

/// A live worker with the closures it calls.
struct Running {
    worker: Worker,
    ready: bool,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// A started job. Dropping it cancels the job.
pub struct JobHandle {
    id: JobId,
    control: Box<dyn Fn(Control)>,
    forget: Box<dyn Fn()>,
}

impl JobHandle {
    /// The job's number.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// Asks the job to end. Its last event still arrives.
    pub fn cancel(&self) {
        (self.control)(Control::Cancel);
    }

    /// Asks the job to hold.
    pub fn pause(&self) {
        (self.control)(Control::Pause);
    }

    /// Asks the job to go on.
    pub fn resume(&self) {
        (self.control)(Control::Resume);
    }

    /// Asks for the next partial result.
    pub fn acknowledge(&self) {
        (self.control)(Control::Acknowledge);
    }
}

impl Drop for JobHandle {
    fn drop(&mut self) {
        (self.forget)();
    }
}

impl<R, P, F> Client<R, P, F>
where
    R: Serialize + 'static,
    P: DeserializeOwned + 'static,
    F: DeserializeOwned + 'static,
{
    /// A handle; the worker itself is started by [`warm`](Self::warm) or the first job.
    pub fn new(module: &'static str, title: &'static str) -> Self {
        Self::with_life(module, title, false)
    }

    /// As [`new`](Self::new), of a worker that ends with its last job: memory that wasm has once
    /// taken is given back only so.
    pub fn short_lived(module: &'static str, title: &'static str) -> Self {
        Self::with_life(module, title, true)
    }

    fn with_life(module: &'static str, title: &'static str, short_lived: bool) -> Self {
        Self(Rc::new(Inner {
            module,
            title,
            short_lived,
            running: RefCell::default(),
            queue: RefCell::default(),
            jobs: RefCell::default(),
            next_job: Cell::new(0),
            generation: Cell::new(0),
        }))
    }

    /// Changes what a running job does. Without effect on a job that has ended.
    pub fn adjust(&self, job: JobId, request: R) {
        if self.0.jobs.borrow().contains_key(&job) {
            self.0.send(ToWorker::Adjust { job, request });
        }
    }

    /// Starts the worker, so that the first job need not wait for its download.
    pub fn warm(&self) {
        self.0.ensure_running();
    }

    /// Ends the worker; the next job starts another.
    pub fn end(&self) {
        let running = self.0.running.borrow_mut().take();
        drop(running);
    }

    /// Which life of the worker this is; it changes when the worker is started anew and has lost
    /// what it kept.
    pub fn generation(&self) -> u32 {
        self.0.generation.get()
    }

    /// Begins a job. `on_event` is called for each of its events until the last, or until the
    /// handle is dropped.
    pub fn start(&self, request: R, on_event: impl FnMut(Event<P, F>) + 'static) -> JobHandle {
        let inner = &self.0;
        let job = inner.next_job.get();
        inner.next_job.set(job.wrapping_add(1));
        inner.jobs.borrow_mut().insert(
            job,
            Pending {
                on_event: Some(Box::new(on_event)),
                owned: true,
                cancelled: false,
            },
        );
        inner.ensure_running();
        inner.send(ToWorker::Start { job, request });
        let (steer, end) = (Rc::downgrade(inner), Rc::downgrade(inner));
        JobHandle {
            id: job,
            control: Box::new(move |control| {
                if let Some(inner) = steer.upgrade() {
                    inner.steer(job, control);
                }
            }),
            forget: Box::new(move || {
                if let Some(inner) = end.upgrade() {
                    inner.steer(job, Control::Cancel);
                    if let Some(pending) = inner.jobs.borrow_mut().get_mut(&job) {
                        pending.owned = false;
                        pending.on_event = None;
                    }
                }
            }),
        }
    }
}

impl<R, P, F> Inner<R, P, F>
where
    R: Serialize + 'static,
    P: DeserializeOwned + 'static,
    F: DeserializeOwned + 'static,
{
    fn ensure_running(self: &Rc<Self>) {
        if self.running.borrow().is_some() {
            return;
        }
        let generation = self.generation.get() + 1;
        self.generation.set(generation);
        let url = format!("{}worker.js#{},compact", workers_folder(), self.module);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(self.module);
        // There Firefox makes a worker that only tells later that it may not load its file, and so
        // the other way has to be the first.
        let sandboxed = has_opaque_origin()
            .then(|| worker_of_sandbox(&url, &options))
            .flatten();
        let worker = sandboxed.map_or_else(|| Worker::new_with_options(&url, &options), Ok);
        let worker = match worker {
            Ok(worker) => worker,
            Err(error) => {
                let why = format!("{error:?}");
                let weak = Rc::downgrade(self);
                // Later, because the caller has not yet got its handle.
                later(0, move || {
                    if let Some(inner) = weak.upgrade() {
                        inner.fail_all(&End::NotLoaded(why));
                    }
                });
                return;
            }
        };
        let weak = Rc::downgrade(self);
        let on_message = Closure::new(move |event: MessageEvent| {
            with_current(&weak, generation, |inner| inner.receive(&event.data()));
        });
        let weak = Rc::downgrade(self);
        let on_error = Closure::new(move |event: ErrorEvent| {
            // Where the files could not be loaded, the event has no message.
            let message = js_sys::Reflect::get(&event, &"message".into()).ok();
            let message = message.and_then(|message| message.as_string());
            let end = End::of_error(message.filter(|message| message != "undefined"));
            with_current(&weak, generation, |inner| inner.fail_all(&end));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        *self.running.borrow_mut() = Some(Running {
            worker,
            ready: false,
            _on_message: on_message,
            _on_error: on_error,
        });
    }

    fn send(&self, message: ToWorker<R>) {
        let running = self.running.borrow();
        match running.as_ref() {
            Some(running) if running.ready => post(&running.worker, message),
            _ => self.queue.borrow_mut().push(message),
        }
    }

    fn steer(self: &Rc<Self>, job: JobId, control: Control) {
        match self.jobs.borrow_mut().get_mut(&job) {
            Some(pending) => pending.cancelled |= control == Control::Cancel,
            None => return,
        }
        self.send(ToWorker::Control { job, control });
        if control == Control::Cancel {
            let ready = self.running.borrow().as_ref().is_some_and(|r| r.ready);
            if !ready {
                return; // still loading: it will read the cancel right after the start
            }
            self.wait_for_end(job, PATIENCE_MS);
        }
    }

    /// Looks after a second whether the cancelled `job` has ended; by then `waited` ms have passed.
    fn wait_for_end(self: &Rc<Self>, job: JobId, waited: u32) {
        let (weak, generation) = (Rc::downgrade(self), self.generation.get());
        later(PATIENCE_MS, move || {
            with_current(&weak, generation, |inner| {
                if !inner.jobs.borrow().contains_key(&job) {
                    return;
                }
                let is_wanted = |pending: &Pending<P, F>| pending.owned && !pending.cancelled;
                let has_others = inner.jobs.borrow().values().any(is_wanted);
                if has_others && waited < PATIENCE_WITH_OTHERS_MS {
                    inner.wait_for_end(job, waited + PATIENCE_MS);
                } else {
                    inner.end_for(job);
                }
            });
        });
    }

    /// The worker does not answer to the cancelling of `job`: end it. The next job starts another.
    fn end_for(self: &Rc<Self>, job: JobId) {
        self.running.borrow_mut().take();
        self.queue.borrow_mut().clear();
        self.deliver(job, Event::Cancelled);
        self.fail_jobs(&End::Ended);
    }

    fn receive(self: &Rc<Self>, data: &JsValue) {
        // Before the result is copied, so that its memory and the worker's are not needed at once.
        if self.short_lived && wire::is_last(data) && self.jobs.borrow().len() == 1 {
            self.running.borrow_mut().take();
        }
        if let Some(why) = wire::crash(data) {
            self.fail_all(&End::NotLoaded(why));
            return;
        }
        let Some(compact) = wire::unpack_compact(data) else {
            return;
        };
        match attachment::decode_compact::<FromWorker<P, F>>(compact) {
            Ok(FromWorker::Ready { build }) if build == BUILD => {
                let mut running = self.running.borrow_mut();
                if let Some(running) = running.as_mut() {
                    running.ready = true;
                    for message in self.queue.take() {
                        post(&running.worker, message);
                    }
                }
            }
            Ok(FromWorker::Ready { .. }) => {
                self.fail_all(&End::Stale);
            }
            Ok(FromWorker::Lives { lock }) => {
                let (weak, generation) = (Rc::downgrade(self), self.generation.get());
                life::when_dead(&lock, move || {
                    with_current(&weak, generation, |inner| {
                        inner.fail_all(&End::Silent);
                    });
                });
            }
            Ok(FromWorker::Crashed { why }) => self.fail_all(&End::Fault(why)),
            Ok(FromWorker::Event { job, event }) => self.deliver(job, event),
            Err(error) => self.fail_all(&End::Fault(format!(
                "its answer could not be read ({error})"
            ))),
        }
    }

    fn deliver(&self, job: JobId, event: Event<P, F>) {
        // Taken out while it runs, because it may start and drop jobs itself.
        let taken = match self.jobs.borrow_mut().get_mut(&job) {
            Some(pending) => pending.on_event.take(),
            None => return,
        };
        if event.is_last() {
            self.jobs.borrow_mut().remove(&job);
        }
        let Some(mut on_event) = taken else { return };
        on_event(event);
        if let Some(pending) = self.jobs.borrow_mut().get_mut(&job)
            && pending.owned
        {
            pending.on_event = Some(on_event);
        }
    }

    fn fail_all(self: &Rc<Self>, end: &End) {
        self.running.borrow_mut().take();
        self.queue.borrow_mut().clear();
        self.fail_jobs(end);
    }

    fn fail_jobs(&self, end: &End) {
        let jobs: Vec<JobId> = self.jobs.borrow().keys().copied().collect();
        for job in jobs {
            self.deliver(job, Event::Failed(end.told(self.title)));
        }
    }
}

/// How a worker came to its end.
enum End {
    /// Its files did not come, or not whole.
    NotLoaded(String),
    /// They are of another release than the page.
    Stale,
    /// It said what went wrong.
    Fault(String),
    /// It stopped in the middle of its work, as wasm does where no memory is left.
    OutOfMemory,
    /// It is gone without a word.
    Silent,
    /// The page ended it.
    Ended,
}

impl End {
    /// By what the browser says of it; files that could not be loaded it leaves without a message.
    fn of_error(message: Option<String>) -> Self {
        match message.filter(|message| !message.is_empty()) {
            None => Self::NotLoaded("the browser gives no reason".into()),
            // A panic is told before it ends so; an allocation that fails is not.
            Some(message) if is_out_of_memory(&message) => Self::OutOfMemory,
            Some(message) => Self::Fault(message),
        }
    }

    /// In words for the visitor.
    fn told(&self, title: &str) -> Failure {
        let again = "Start the task again; a new worker is started for it.";
        let (what, why, what_to_do) = match self {
            Self::NotLoaded(why) if is_out_of_memory(why) => return Self::OutOfMemory.told(title),
            Self::NotLoaded(why) => (
                format!("The {title} could not be loaded."),
                format!("Its files did not arrive, or not whole ({why})."),
                "Check the connection, and start the task again.",
            ),
            Self::Stale => (
                format!("The {title} could not be used."),
                "It belongs to another release than this page.".into(),
                "Reload the page.",
            ),
            Self::Fault(why) => (
                format!("The {title} stopped."),
                format!("Reason: {why}."),
                again,
            ),
            Self::OutOfMemory => (
                format!("The {title} ran out of memory."),
                "The browser gives it no more.".into(),
                "Close other tabs, or choose fewer observations or smaller layers, and start the task again.",
            ),
            Self::Silent => (
                format!("The {title} was ended by the browser."),
                "It gave no reason; most often memory was short.".into(),
                again,
            ),
            Self::Ended => (
                format!("The {title} stopped."),
                "It had to be ended to cancel another task.".into(),
                again,
            ),
        };
        Failure::new(what, why, what_to_do)
    }
}

/// Whether this is what browsers say where wasm finds no memory: its own trap, or a refusal.
fn is_out_of_memory(message: &str) -> bool {
    let message = message.to_lowercase();
    [
        "runtimeerror: unreachable",
        "out of memory",
        "allocate memory",
        "allocation failed",
        "could not allocate",
    ]
    .iter()
    .any(|words| message.contains(words))
}

fn with_current<R, P, F>(
    weak: &Weak<Inner<R, P, F>>,
    generation: u32,
    act: impl FnOnce(&Rc<Inner<R, P, F>>),
) {
    if let Some(inner) = weak.upgrade()
        && inner.generation.get() == generation
        && inner.running.borrow().is_some()
    {
        act(&inner);
    }
}

fn post<R: Serialize>(worker: &Worker, message: ToWorker<R>) {
    match attachment::encode(message) {
        Ok(encoded) => {
            let (message, transfer) = wire::pack(encoded);
            // Fails only for buffers that were handed over before; these were made just now.
            let _ = worker.post_message_with_transfer(&message, &transfer);
        }
        Err(error) => wasm_bindgen::throw_str(&error.to_string()),
    }
}

/// Whether this is a sandboxed frame that is of no origin, not even of the one it came from.
fn has_opaque_origin() -> bool {
    let origin = js_sys::Reflect::get(&js_sys::global(), &"origin".into());
    origin.is_ok_and(|origin| origin == "null")
}

/// In a sandboxed frame no address is of the page's own origin, as a worker's has to be. One inside
/// the address is; the script there imports the worker's, which the server has to allow (CORS).
fn worker_of_sandbox(url: &str, options: &WorkerOptions) -> Option<Worker> {
    let document = web_sys::window()?.document()?;
    let base = document.base_uri().ok()??;
    let url = web_sys::Url::new_with_base(url, &base).ok()?;
    let which = url.hash();
    url.set_hash("");
    let script = js_sys::encode_uri_component(&format!("import({:?})", url.href()));
    let url = format!("data:text/javascript,{}{which}", String::from(script));
    Worker::new_with_options(&url, options).ok()
}

/// Where the build put the workers' files (a folder named by their content): seen from the page;
/// a worker that starts another finds its files beside its own.
fn workers_folder() -> String {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return String::new();
    };
    document
        .query_selector("meta[name=workers]")
        .ok()
        .flatten()
        .and_then(|meta| meta.dyn_into::<HtmlMetaElement>().ok())
        .map_or_else(String::new, |meta| meta.content())
}
