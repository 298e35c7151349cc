//! Several workers at one neighbour search. Nothing is shared between them but copied data, so that
//! this works on every static host; the layout has the same bits as that of one worker alone.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use hidden_activity::projection::{FoundNeighbours, NeighbourShare, NeighbourTask, Stage, Tsne};
use hidden_activity::worker::client::{Client, JobHandle};
use hidden_activity::worker::host::Ended;
use hidden_activity::worker::messages::{
    NeighbourJob, ProjectorPartial, ProjectorRequest, ProjectorResult, SentNeighbours,
};
use hidden_activity::worker::protocol::{Event, Failure};
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

use super::{ProjectorJob, words};

type Colleague = Client<ProjectorRequest, ProjectorPartial, ProjectorResult>;

/// For fewer observations the search is over before a colleague is ready.
const FEWEST_SHARED: usize = 8_000;
/// More workers would take memory, but hardly time any more.
const MOST_SHARES: u32 = 16;
/// Between two looks at whether colleagues are done.
const WAIT_MS: u32 = 5;

/// What became of a colleague's share: `None` until it ends, then what was found, if anything.
type Outcome = Rc<RefCell<Option<Option<FoundNeighbours>>>>;

/// Does the neighbour search that `tsne` is about to begin with as many workers as there are
/// processors. Returns at once where it is too small for that, or divided already.
pub async fn share_search(tsne: &mut Tsne, job: &ProjectorJob) -> Result<(), Ended> {
    let shares = processors().min(MOST_SHARES);
    if tsne.observations() < FEWEST_SHARED || shares < 2 {
        return Ok(());
    }
    let Some(task) = tsne.divide_neighbour_search(shares as usize) else {
        return Ok(());
    };
    // Dropped, and so ended, when the search is over: they hold copies of the data.
    let colleagues: Vec<_> = (1..shares)
        .map(|share| delegate(&task, share, shares))
        .collect();
    while tsne.stage() == Stage::Neighbours && !tsne.awaits_neighbours() {
        let stage = tsne.advance();
        job.progress(words(stage), tsne.progress());
        job.breathe().await?;
    }
    for (share, (_colleague, _handle, outcome)) in (1..).zip(colleagues) {
        if !tsne.awaits_neighbours() {
            break; // the shares left have no rows
        }
        while outcome.borrow().is_none() {
            TimeoutFuture::new(WAIT_MS).await;
            job.breathe().await?;
        }
        let found = outcome.take().flatten();
        if !found.is_some_and(|found| tsne.accept_neighbours(&found)) {
            // It could not be started, or was ended: its share is done here.
            let own = search(task.clone(), share, shares, job).await?;
            if !tsne.accept_neighbours(&own) {
                return Err(not_shared());
            }
        }
    }
    Ok(())
}

/// Gives a new colleague one share.
fn delegate(task: &NeighbourTask, share: u32, shares: u32) -> (Colleague, JobHandle, Outcome) {
    let colleague = Colleague::new("projector", "projection worker");
    let request = ProjectorRequest::Neighbours(NeighbourJob::new(task.clone(), share, shares));
    let outcome = Outcome::default();
    let told = outcome.clone();
    let handle = colleague.start(request, move |event| match event {
        Event::Finished(ProjectorResult::FoundNeighbours(found)) => {
            told.replace(Some(Some(found.into())));
        }
        Event::Progress(_) | Event::Partial(_) => {}
        _ => {
            told.replace(Some(None));
        }
    });
    (colleague, handle, outcome)
}

/// Does a share for a colleague.
pub async fn find_neighbours(
    request: NeighbourJob,
    job: &ProjectorJob,
) -> Result<SentNeighbours, Ended> {
    let (share, shares) = (request.share, request.shares);
    search(request.into_task(), share, shares, job)
        .await
        .map(SentNeighbours::from)
}

async fn search(
    task: NeighbourTask,
    share: u32,
    shares: u32,
    job: &ProjectorJob,
) -> Result<FoundNeighbours, Ended> {
    let mut search =
        NeighbourShare::new(task, share as usize, shares as usize).ok_or_else(not_shared)?;
    while !search.advance() {
        job.breathe().await?;
    }
    Ok(search.finish())
}

fn not_shared() -> Ended {
    Failure::new(
        "The neighbours could not be found.",
        "The search was divided among workers, and its parts do not fit together.",
        "Compute the projection anew.",
    )
    .into()
}

fn processors() -> u32 {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope.navigator().hardware_concurrency() as u32
}
