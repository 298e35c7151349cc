//! Bundling the trails of the evolution that is shown.

use std::sync::Arc;

use leptos::prelude::*;

use crate::trails::BundlingConfig;
use crate::view::state::{Layout, Session};
use crate::view::trail_layer::TrailView;
use crate::worker::client::JobHandle;
use crate::worker::messages::{BundlingJob, ProjectorRequest, ProjectorResult};
use crate::worker::protocol::Event;

/// Keeps the trails up with the layouts, once these have come to rest.
pub fn follow(session: Session, trails: TrailView) {
    let evolution = session.evolution;
    let job = StoredValue::new_local(None::<JobHandle>);
    // The layouts whose trails are shown, or on their way.
    let of = StoredValue::new(None::<Arc<Vec<f32>>>);
    Effect::new(move |_| {
        let positions = evolution.positions.get();
        let settled = matches!(evolution.layout.get(), Layout::Finished | Layout::Stopped);
        let wanted = trails.shown.get() && evolution.shown.get();
        let same = of.with_value(|of| of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &positions)));
        if settled && same || !settled && of.with_value(Option::is_none) {
            return;
        }
        // Taken out first: dropping the handle talks to the worker's client.
        let given_up = job.try_update_value(Option::take);
        drop(given_up);
        trails.bundling.set(None);
        trails.bundled.set(None);
        of.set_value(None);
        if settled && wanted && !positions.is_empty() {
            job.set_value(untrack(|| start(session, trails, &positions)));
            of.set_value(Some(positions));
        }
    });
}

fn start(session: Session, trails: TrailView, positions: &[f32]) -> Option<JobHandle> {
    let part = session.evolution.sequence.get().part;
    let labels = session
        .analysis
        .with(|analysis| analysis.subset(part).labels.clone());
    let n = labels.len();
    let steps = positions.len().checked_div(2 * n)?;
    let request = ProjectorRequest::Bundle(BundlingJob {
        layouts: positions.to_vec().into(),
        observations: n as u32,
        steps: steps as u32,
        labels: labels.into(),
        config: BundlingConfig::default(),
    });
    trails.bundling.set(Some(0.0));
    let evolver = session
        .workers
        .with_value(|workers| workers.evolver.clone());
    Some(evolver.start(request, move |event| match event {
        Event::Progress(now) => trails.bundling.set(Some(now.fraction)),
        Event::Finished(ProjectorResult::Bundled(sent)) => {
            trails.bundling.set(None);
            trails.bundled.set(Some(Arc::new(sent.into())));
        }
        Event::Failed(failure) => {
            trails.bundling.set(None);
            session.fail(failure);
        }
        Event::Cancelled => trails.bundling.set(None),
        Event::Partial(_) | Event::Finished(_) => {}
    }))
}
