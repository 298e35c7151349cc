//! What page and worker say to each other, whatever the work is.
//!
//! The page starts jobs and steers them; the worker answers with events that carry the job's
//! number. The page drops events of jobs it no longer owns, which makes cancelling free of races.

use serde::{Deserialize, Serialize};

/// Names a job for as long as its worker lives. Never used twice by one page.
pub type JobId = u32;

/// From the page to a worker whose jobs are described by `R`.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker<R> {
    /// Begin a job.
    Start {
        /// The job's number.
        job: JobId,
        /// What to do.
        request: R,
    },
    /// Change what a running job does.
    Adjust {
        /// The job's number.
        job: JobId,
        /// What is different now.
        request: R,
    },
    /// Steer a job that runs.
    Control {
        /// The job's number.
        job: JobId,
        /// How.
        control: Control,
    },
}

/// Steers a running job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// End at the next opportunity.
    Cancel,
    /// Hold until resumed.
    Pause,
    /// Go on.
    Resume,
    /// The last partial result was taken; the next one may come.
    Acknowledge,
}

/// From a worker to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker<P, F> {
    /// The first message: the worker listens now.
    Ready {
        /// The worker's [`BUILD`](super::BUILD).
        build: String,
    },
    /// The worker holds the browser's lock of this name for as long as it lives (see [`life`](super::life)).
    Lives {
        /// The lock's name; no other worker's.
        lock: String,
    },
    /// The worker met a fault of its own and is of no more use.
    Crashed {
        /// What it could still say about it.
        why: String,
    },
    /// Something happened to a job.
    Event {
        /// The job's number.
        job: JobId,
        /// What happened.
        event: Event<P, F>,
    },
}

/// What happens to a job. `Finished`, `Failed` and `Cancelled` are last words.
#[derive(Debug, Serialize, Deserialize)]
pub enum Event<P, F> {
    /// How far the job is.
    Progress(Progress),
    /// A result on the way.
    Partial(P),
    /// The result.
    Finished(F),
    /// The job could not be done.
    Failed(Failure),
    /// The job ended because the page asked for it.
    Cancelled,
}

impl<P, F> Event<P, F> {
    /// Whether nothing follows.
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Finished(_) | Self::Failed(_) | Self::Cancelled)
    }
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done, in words for the visitor.
    pub stage: String,
    /// Of the whole job, from 0 to 1.
    pub fraction: f32,
}

/// Why something could not be done, in words for the visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What failed.
    pub what: String,
    /// The reason.
    pub why: String,
    /// What the visitor can do about it.
    pub what_to_do: String,
}

impl Failure {
    /// A failure in three sentences.
    pub fn new(
        what: impl Into<String>,
        why: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            what_to_do: what_to_do.into(),
        }
    }
}
