//! Laying out what the two panels show.

use std::sync::Arc;

use leptos::prelude::*;

use super::scoring::{rescore, score};
use super::{features_of, labels_of, projector_of};
use crate::analysis::{Projection, Representation, Source};
use crate::projection::{LiveParameters, Method};
use crate::view::state::{Layout, Measured, Panel, Run, Session};
use crate::view::subscriptions::{leave_with_view, view_memo};
use crate::worker::client::JobHandle;
use crate::worker::messages::{ProjectionJob, ProjectorPartial, ProjectorRequest, ProjectorResult};
use crate::worker::protocol::{Event, Progress};

/// What a panel's current layout is of. A change of any of these asks for another layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    dataset: u32,
    representation: Representation,
    method: Method,
}

/// Keeps a panel's layout up with what the visitor wants to see. Called once per panel.
pub fn follow(session: Session, panel: Panel) {
    // What the panel needs of the analysis, so that other changes to it do not wake the effect.
    let available = view_memo(move || {
        let representation = panel.representation.get();
        session
            .analysis
            .with(|analysis| analysis.can_be_shown(representation))
    });
    Effect::new(move |_| {
        leave_with_view();
        let Some(dataset) = session.dataset.get() else {
            return;
        };
        if panel.place == 1 && waits_for_training(session, panel) {
            abandon(session, panel);
            panel.layout.set(Layout::Absent);
            return;
        }
        let wanted = Wanted {
            dataset: dataset.id,
            representation: panel.representation.get(),
            method: session.method(),
        };
        if !available.get() {
            abandon(session, panel);
            panel.layout.set(Layout::Absent);
            panel.positions.set(Arc::default());
            return;
        }
        untrack(|| lay_out(session, panel, wanted));
    });
    Effect::new(move |_| {
        let k = session.k.get();
        untrack(|| rescore(session, panel, k));
    });
}

/// Before there is a trained network, the right panel says what it will show instead of repeating the
/// pixels that the left one shows.
pub fn waits_for_training(session: Session, panel: Panel) -> bool {
    panel.place == 1
        && !panel.chosen.get()
        && panel.representation.get().source == Source::Pixels
        && session.is_trainable()
        && (session.run.with(Run::is_active)
            || session
                .analysis
                .with(|analysis| analysis.snapshots.is_empty()))
}

fn lay_out(session: Session, panel: Panel, wanted: Wanted) {
    let known = session.analysis.with_untracked(|analysis| {
        analysis
            .projections
            .get(&wanted.representation)
            .filter(|projection| projection.method == wanted.method)
            .cloned()
    });
    if let Some(projection) = known {
        abandon(session, panel);
        panel.job.set(None);
        panel.quality.set(Measured::No);
        let stopped = projection.fit.is_none();
        panel.positions.set(projection.positions.clone());
        panel.layout.set(if stopped {
            Layout::Stopped
        } else {
            Layout::Finished
        });
        return;
    }
    let running = session.projections.with_value(|jobs| {
        jobs[panel.place]
            .as_ref()
            .is_some_and(|job| job.wanted == wanted)
    });
    if !running {
        start(session, panel, wanted);
    }
}

/// A layout being computed.
pub struct Running {
    wanted: Wanted,
    job: JobHandle,
}

/// Computes the panel's layout anew, also if there is one.
pub fn restart(session: Session, panel: Panel) {
    let Some(dataset) = session.dataset.get_untracked() else {
        return;
    };
    let wanted = Wanted {
        dataset: dataset.id,
        representation: panel.representation.get_untracked(),
        method: session.method_untracked(),
    };
    start(session, panel, wanted);
}

fn start(session: Session, panel: Panel, wanted: Wanted) {
    let Some(features) = features_of(session, wanted.representation) else {
        panel.layout.set(Layout::Absent);
        return;
    };
    let labels = labels_of(session, wanted.representation);
    panel.positions.set(Arc::default());
    let request = ProjectorRequest::Project(ProjectionJob {
        dimensions: features.ncols() as u32,
        features: features.into_raw_vec_and_offset().0.into(),
        observations: labels.len() as u32,
        labels: labels.into(),
        k: session.k.get_untracked(),
        method: wanted.method.clone(),
    });
    submit(session, panel, wanted, request);
}

/// Begins the descent anew from the layout as it is, with the settings' parameters.
pub fn go_on(session: Session, panel: Panel) {
    let (Some(dataset), Some(of)) = (session.dataset.get_untracked(), panel.job.get_untracked())
    else {
        return;
    };
    let representation = panel.representation.get_untracked();
    let config = session.tsne.get_untracked();
    let request = ProjectorRequest::Continue {
        of,
        parameters: config.live(),
        labels: labels_of(session, representation).into(),
        k: session.k.get_untracked(),
    };
    let wanted = Wanted {
        dataset: dataset.id,
        representation,
        method: Method::Tsne(config),
    };
    submit(session, panel, wanted, request);
}

/// Changes parameters of the layouts under way without beginning them anew.
pub fn adjust(session: Session, parameters: LiveParameters) {
    for panel in session.panels {
        session.projections.with_value(|jobs| {
            if let Some(running) = &jobs[panel.place] {
                projector_of(session, panel)
                    .adjust(running.job.id(), ProjectorRequest::Parameters(parameters));
            }
        });
    }
}

/// Holds the layout under way, or lets it go on.
pub fn hold(session: Session, panel: Panel, hold: bool) {
    session.projections.with_value(|jobs| {
        if let Some(running) = &jobs[panel.place] {
            if hold {
                running.job.pause();
            } else {
                running.job.resume();
            }
        }
    });
    panel.layout.update(|layout| {
        if let Layout::Running { paused, .. } = layout {
            *paused = hold;
        }
    });
}

/// Gives a projector work whose result is the panel's layout.
fn submit(session: Session, panel: Panel, wanted: Wanted, request: ProjectorRequest) {
    let representation = wanted.representation;
    panel.job.set(None);
    panel.quality.set(Measured::No);
    panel.layout.set(Layout::Running {
        progress: Progress {
            stage: "Starting".into(),
            fraction: 0.0,
        },
        iteration: 0,
        paused: false,
    });
    let method = wanted.method.clone();
    let job = projector_of(session, panel).start(request, move |event| match event {
        Event::Progress(now) => panel.layout.update(|layout| {
            if let Layout::Running { progress, .. } = layout {
                *progress = now;
            }
        }),
        Event::Partial(ProjectorPartial::Layout(partial)) => {
            panel
                .positions
                .set(Arc::new(partial.positions.into_inner()));
            panel.layout.update(|layout| {
                if let Layout::Running { iteration, .. } = layout {
                    *iteration = partial.iteration;
                }
            });
            session.projections.with_value(|jobs| {
                if let Some(running) = &jobs[panel.place] {
                    running.job.acknowledge();
                }
            });
        }
        Event::Finished(ProjectorResult::Projected(result)) => {
            let positions = Arc::new(result.positions.into_inner());
            let projection = Projection {
                positions: positions.clone(),
                hit: Arc::new(result.hit),
                fit: Some(result.fit),
                shepard: Arc::new(result.shepard.into_inner()),
                iterations: result.iterations,
                notes: result.notes,
                method: method.clone(),
            };
            session.analysis.update(|analysis| {
                analysis
                    .projections
                    .insert(representation, Arc::new(projection));
            });
            panel.positions.set(positions);
            keep_job(session, panel);
            panel.layout.set(Layout::Finished);
            abandon(session, panel);
            rescore(session, panel, session.k.get_untracked());
        }
        Event::Failed(failure) => {
            panel.layout.set(Layout::Failed(failure));
            abandon(session, panel);
        }
        Event::Cancelled => {
            keep_job(session, panel);
            abandon(session, panel);
            keep_stopped(session, panel, representation, &method);
        }
        Event::Finished(_) | Event::Partial(_) => {}
    });
    session
        .projections
        .update_value(|jobs| jobs[panel.place] = Some(Running { wanted, job }));
}

/// Ends the computation; the layout stays as it is.
pub fn cancel(session: Session, panel: Panel) {
    session.projections.with_value(|jobs| {
        if let Some(running) = &jobs[panel.place] {
            running.job.cancel();
        }
    });
}

/// Remembers the job that has just ended, whose layout its worker keeps for a while.
fn keep_job(session: Session, panel: Panel) {
    let id = session.projections.with_value(|jobs| {
        jobs[panel.place]
            .as_ref()
            .filter(|running| matches!(running.wanted.method, Method::Tsne(_)))
            .map(|running| running.job.id())
    });
    panel.job.set(id);
}

/// Ends the computation, whatever comes of it.
pub fn abandon(session: Session, panel: Panel) {
    // Taken out first: dropping the handle talks to the worker's client.
    let job = session
        .projections
        .try_update_value(|jobs| jobs[panel.place].take());
    drop(job);
}

/// Scores the layout the visitor stopped, so that its caption is as complete as any.
fn keep_stopped(session: Session, panel: Panel, representation: Representation, method: &Method) {
    let positions = panel.positions.get_untracked();
    let iterations = match panel.layout.get_untracked() {
        Layout::Running { iteration, .. } => iteration,
        _ => 0,
    };
    panel.layout.set(Layout::Stopped);
    if positions.is_empty() {
        return;
    }
    let method = method.clone();
    let shown = move || {
        session
            .dataset
            .with_untracked(|open| open.as_ref().map(|open| open.id))
    };
    let dataset = shown();
    score(
        session,
        panel,
        representation,
        positions.clone(),
        move |hit| {
            // By now another data set may be shown, whose observations these are not.
            if shown() != dataset {
                return;
            }
            let projection = Projection {
                positions: positions.clone(),
                hit: Arc::new(hit),
                fit: None,
                shepard: Arc::default(),
                iterations,
                notes: Vec::new(),
                method: method.clone(),
            };
            session.analysis.update(|analysis| {
                analysis
                    .projections
                    .insert(representation, Arc::new(projection));
            });
        },
    );
}
