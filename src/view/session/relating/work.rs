//! The jobs for the neurons' pictures.

use std::sync::Arc;

use leptos::prelude::*;

use super::Subject;
use crate::analysis::{Discrimination, NeuronLayout, NeuronMap, Representation};
use crate::projection::MdsConfig;
use crate::view::neurons::state::{NeuronPicture, Scoring};
use crate::view::session::Projector;
use crate::view::state::{Layout, Session};
use crate::worker::client::JobHandle;
use crate::worker::messages::{ProjectorPartial, ProjectorRequest, ProjectorResult};
use crate::worker::neuron_jobs::{DiscriminationJob, NeuronLayoutJob};
use crate::worker::protocol::{Event, Failure, Progress};

/// The work under way for one picture, or none.
#[derive(Default)]
pub struct PictureJobs {
    layout: Option<JobHandle>,
    scores: Option<JobHandle>,
}

fn worker(session: Session, picture: NeuronPicture) -> Projector {
    session
        .workers
        .with_value(|workers| workers.relaters[picture.side].clone())
}

/// Asks for a layout.
pub fn lay_out(session: Session, picture: NeuronPicture, subject: &Subject) {
    let representation = subject.representation;
    let Some(activations) = &subject.activations else {
        return;
    };
    picture.positions.set(Arc::default());
    picture.layout.set(Layout::Running {
        progress: Progress {
            stage: "Starting".into(),
            fraction: 0.0,
        },
        iteration: 0,
        paused: false,
    });
    let request = ProjectorRequest::ProjectNeurons(NeuronLayoutJob {
        activations: activations.to_vec().into(),
        observations: subject.labels.len() as u32,
        neurons: subject.neurons as u32,
        config: MdsConfig::default(),
    });
    let ended = move || set_jobs(session, picture, |jobs| jobs.layout.take());
    let job = worker(session, picture).start(request, move |event| match event {
        Event::Progress(now) => picture.layout.update(|layout| {
            if let Layout::Running { progress, .. } = layout {
                *progress = now;
            }
        }),
        Event::Partial(ProjectorPartial::Layout(partial)) => {
            let positions = partial.positions.into_inner();
            picture.positions.set(Arc::new(positions));
            picture.layout.update(|layout| {
                if let Layout::Running { iteration, .. } = layout {
                    *iteration = partial.iteration;
                }
            });
            acknowledge(session, picture, |jobs| &jobs.layout);
        }
        Event::Finished(ProjectorResult::ProjectedNeurons(result)) => {
            let positions = Arc::new(result.positions.into_inner());
            keep(session, representation, |map| {
                map.layout = Some(Arc::new(NeuronLayout {
                    positions: positions.clone(),
                    stress: result.stress,
                    iterations: result.iterations,
                    constant: result.constant.clone(),
                }));
            });
            picture.positions.set(positions);
            picture.layout.set(Layout::Finished);
            ended();
        }
        Event::Failed(failure) => {
            picture.layout.set(Layout::Failed(failure));
            ended();
        }
        Event::Cancelled => {
            picture.layout.set(Layout::Stopped);
            ended();
        }
        Event::Finished(_) | Event::Partial(_) => {}
    });
    set_jobs(session, picture, |jobs| jobs.layout.replace(job));
}

/// Asks for scores.
pub fn discriminate(session: Session, picture: NeuronPicture, subject: &Subject) {
    let representation = subject.representation;
    let Some(activations) = &subject.activations else {
        return;
    };
    let config = subject.forest.clone();
    picture.scores.set(None);
    picture.scoring.set(Scoring::Running {
        fraction: 0.0,
        trees: 0,
    });
    let request = ProjectorRequest::Discriminate(DiscriminationJob {
        activations: activations.to_vec().into(),
        neurons: subject.neurons as u32,
        labels: subject.labels.clone().into(),
        config: config.clone(),
    });
    let ended = move || set_jobs(session, picture, |jobs| jobs.scores.take());
    let job = worker(session, picture).start(request, move |event| match event {
        Event::Progress(now) => picture.scoring.update(|scoring| {
            if let Scoring::Running { fraction, .. } = scoring {
                *fraction = now.fraction;
            }
        }),
        Event::Partial(ProjectorPartial::Scores(sent)) => {
            let standing = sent.trees;
            if let Some(scores) = sent.into_scores() {
                picture.scores.set(Some(Arc::new(scores)));
            }
            picture.scoring.update(|scoring| {
                if let Scoring::Running { trees, .. } = scoring {
                    *trees = standing;
                }
            });
            acknowledge(session, picture, |jobs| &jobs.scores);
        }
        Event::Finished(ProjectorResult::Discriminated(sent)) => {
            match sent.into_scores() {
                Some(scores) => {
                    let scores = Arc::new(scores);
                    keep(session, representation, |map| {
                        map.discrimination = Some(Arc::new(Discrimination {
                            scores: scores.clone(),
                            config: config.clone(),
                        }));
                    });
                    picture.scores.set(Some(scores));
                    picture.scoring.set(Scoring::Finished);
                }
                None => picture.scoring.set(Scoring::Failed(Failure::new(
                    "The scores of the neurons did not arrive.",
                    "What the projection worker sent is no table of scores.",
                    "Compute them anew.",
                ))),
            }
            ended();
        }
        Event::Failed(failure) => {
            picture.scoring.set(Scoring::Failed(failure));
            ended();
        }
        Event::Cancelled => {
            picture.scoring.set(Scoring::Stopped);
            ended();
        }
        Event::Finished(_) | Event::Partial(_) => {}
    });
    set_jobs(session, picture, |jobs| jobs.scores.replace(job));
}

fn keep(session: Session, of: Representation, change: impl FnOnce(&mut NeuronMap)) {
    session
        .analysis
        .update(|analysis| change(analysis.neuron_maps.entry(of).or_default()));
}

/// Changes which work is under way. A handle that goes is dropped after: that talks to the client.
fn set_jobs(
    session: Session,
    picture: NeuronPicture,
    change: impl FnOnce(&mut PictureJobs) -> Option<JobHandle>,
) {
    let old = session
        .neurons
        .jobs
        .try_update_value(|jobs| change(&mut jobs[picture.side]));
    drop(old);
}

fn acknowledge(
    session: Session,
    picture: NeuronPicture,
    of: impl Fn(&PictureJobs) -> &Option<JobHandle>,
) {
    session.neurons.jobs.with_value(|jobs| {
        if let Some(job) = of(&jobs[picture.side]) {
            job.acknowledge();
        }
    });
}

/// Ends the work for a picture; what there is of it stays.
pub fn cancel(session: Session, picture: NeuronPicture) {
    session.neurons.jobs.with_value(|jobs| {
        let jobs = &jobs[picture.side];
        for job in [&jobs.layout, &jobs.scores].into_iter().flatten() {
            job.cancel();
        }
    });
}

/// Ends the work for a picture, whatever comes of it.
pub fn abandon(session: Session, picture: NeuronPicture) {
    set_jobs(session, picture, |jobs| jobs.layout.take());
    set_jobs(session, picture, |jobs| jobs.scores.take());
}
