//! Finding the clusters of a layout, for the insets beside it.

use std::sync::Arc;

use leptos::prelude::*;

use super::{labels_of, projector_of};
use crate::dataset::Part;
use crate::view::reading::state::Insets;
use crate::view::state::{Layout, Panel, Session};
use crate::worker::client::JobHandle;
use crate::worker::messages::{ProjectorRequest, ProjectorResult};
use crate::worker::protocol::Event;

/// Keeps the clusters of one of the two projections up with its layout, once that has come to rest
/// and clusters are asked for. Called once per panel. The first picture does not wait for it: it begins
/// once the page `has_settled`.
pub fn follow(
    session: Session,
    panel: Panel,
    has_settled: impl Fn() -> bool + Send + Sync + 'static,
) {
    let reading = session.reading;
    let clusters = reading.clusters[panel.place];
    let job = StoredValue::new_local(None::<JobHandle>);
    // The layout whose clusters are known, or on their way.
    let of = StoredValue::new(None::<(Arc<Vec<f32>>, Part)>);
    Effect::new(move |_| {
        let positions = panel.positions.get();
        let part = panel.representation.get().part;
        let settled = matches!(panel.layout.get(), Layout::Finished | Layout::Stopped);
        let wanted = has_settled()
            && settled
            && !positions.is_empty()
            && reading.insets.get() == Insets::Automatic;
        let is_known = of.with_value(|of| {
            of.as_ref()
                .is_some_and(|(known, of)| Arc::ptr_eq(known, &positions) && *of == part)
        });
        if is_known {
            return;
        }
        // Taken out first: dropping the handle talks to the worker's client.
        let given_up = job.try_update_value(Option::take);
        drop(given_up);
        if of.with_value(Option::is_some) {
            of.set_value(None);
            clusters.set(Arc::default());
        }
        if wanted {
            job.set_value(untrack(|| start(session, panel, &positions)));
            of.set_value(Some((positions, part)));
        }
    });
}

fn start(session: Session, panel: Panel, positions: &[f32]) -> Option<JobHandle> {
    let labels = labels_of(session, panel.representation.get());
    // What is about to be replaced by another layout is not looked at.
    if labels.len() * 2 != positions.len() {
        return None;
    }
    let request = ProjectorRequest::FindClusters {
        positions: positions.to_vec().into(),
        labels: labels.into(),
    };
    let clusters = session.reading.clusters[panel.place];
    Some(
        projector_of(session, panel).start(request, move |event| match event {
            Event::Finished(ProjectorResult::FoundClusters(found)) => clusters.set(Arc::new(found)),
            Event::Failed(failure) => session.fail(failure),
            _ => {}
        }),
    )
}
