//! How good a layout is: its neighborhood hit, and what it kept of the space it shows.

use std::sync::Arc;

use leptos::prelude::*;

use super::{features_of, labels_of, projector_of};
use crate::analysis::Representation;
use crate::view::state::{Measured, Panel, Session};
use crate::worker::messages::{ProjectorRequest, ProjectorResult};
use crate::worker::protocol::Event;

/// Compares the panel's layout with the space it shows, all distances of which this takes.
pub fn measure(session: Session, panel: Panel) {
    let representation = panel.representation.get_untracked();
    let Some(features) = features_of(session, representation) else {
        return;
    };
    let positions = panel.positions.get_untracked();
    panel.quality.set(Measured::Running(0.0));
    let request = ProjectorRequest::Measure {
        dimensions: features.ncols() as u32,
        features: features.into_raw_vec_and_offset().0.into(),
        positions: positions.to_vec().into(),
        labels: labels_of(session, representation).into(),
        k: session.k.get_untracked(),
    };
    let job = projector_of(session, panel).start(request, move |event| {
        // What is said of a layout that is no longer shown would stand below another.
        if !Arc::ptr_eq(&panel.positions.get_untracked(), &positions) {
            return;
        }
        match event {
            Event::Progress(progress) => panel.quality.set(Measured::Running(progress.fraction)),
            Event::Finished(ProjectorResult::Measured(quality)) => {
                panel.quality.set(Measured::Yes(quality));
            }
            Event::Failed(failure) => {
                panel.quality.set(Measured::No);
                session.fail(failure);
            }
            Event::Cancelled => panel.quality.set(Measured::No),
            Event::Finished(_) | Event::Partial(_) => {}
        }
    });
    session
        .measurings
        .update_value(|jobs| jobs[panel.place] = Some(job));
}

/// Brings the panel's neighborhood hit up to another k.
pub fn rescore(session: Session, panel: Panel, k: u32) {
    let representation = panel.representation.get_untracked();
    let Some(projection) = session
        .analysis
        .with_untracked(|analysis| analysis.projections.get(&representation).cloned())
    else {
        return;
    };
    let most = projection.positions.len() / 2;
    if projection.hit.k == (k as usize).min(most.saturating_sub(1)) {
        return;
    }
    score(
        session,
        panel,
        representation,
        projection.positions.clone(),
        move |hit| {
            session.analysis.update(|analysis| {
                // Only where the layout that was scored is still the one that is kept.
                if let Some(kept) = analysis.projections.get_mut(&representation)
                    && Arc::ptr_eq(kept, &projection)
                {
                    Arc::make_mut(kept).hit = Arc::new(hit);
                }
            });
        },
    );
}

/// Scores a layout and gives the score to `then`.
pub fn score(
    session: Session,
    panel: Panel,
    representation: Representation,
    positions: Arc<Vec<f32>>,
    then: impl FnOnce(crate::projection::NeighborhoodHit) + 'static,
) {
    let request = ProjectorRequest::Score {
        positions: positions.to_vec().into(),
        labels: labels_of(session, representation).into(),
        k: session.k.get_untracked(),
    };
    let mut then = Some(then);
    let job = projector_of(session, panel).start(request, move |event| match event {
        Event::Finished(ProjectorResult::Scored(hit)) => {
            if let Some(then) = then.take() {
                then(hit);
            }
        }
        Event::Failed(failure) => session.fail(failure),
        _ => {}
    });
    session
        .scorings
        .update_value(|jobs| jobs[panel.place] = Some(job));
}
