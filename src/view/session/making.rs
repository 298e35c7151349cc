//! Data sets that the page makes itself: drawn, or prepared from the one that is open.

use leptos::prelude::*;

use super::opening;
use crate::address::Opened;
use crate::dataset::{Preprocessing, StreetDigits};
use crate::view::state::Session;
use crate::worker::messages::{ProjectorRequest, ProjectorResult};
use crate::worker::protocol::{Event, Progress};

/// Draws street digits and shows them.
pub fn draw_street_digits(session: Session, digits: StreetDigits) {
    make(
        session,
        "Drawing street digits",
        ProjectorRequest::DrawStreetDigits(digits),
    );
    session.opening_what.set_value(Some(Opened::Street(digits)));
}

/// Makes a new data set of the open one by preprocessing, and shows it. The open one goes to the
/// shelf.
pub fn preprocess(session: Session, steps: Preprocessing) {
    let Some(open) = session.dataset.get_untracked() else {
        return;
    };
    let request = ProjectorRequest::Preprocess {
        dataset: open.dataset.clone().into(),
        steps,
    };
    make(session, "Preprocessing the images", request);
}

/// Has a data set made; it can be cancelled like the opening of one.
fn make(session: Session, stage: &str, request: ProjectorRequest) {
    opening::begin(
        session,
        Progress {
            stage: stage.to_owned(),
            fraction: 0.0,
        },
    );
    let projector = session.workers.with_value(|w| w.opener.clone());
    let job = projector.start(request, move |event| match event {
        Event::Progress(progress) => session.opening.set(Some(progress)),
        Event::Finished(ProjectorResult::Made(dataset)) => {
            session.opening.set(None);
            opening::adopt(session, dataset.into());
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
