//! Relating the neurons of a layer: their layout, their discriminative scores, and which are chosen.

use std::sync::Arc;

use leptos::prelude::*;

use super::Projector;
use crate::analysis::{Discrimination, NeuronLayout, NeuronMap, Representation};
use crate::canvas::history::History;
use crate::canvas::selection::{Combine, Selection};
use crate::neurons::ForestConfig;
use crate::projection::MdsConfig;
use crate::view::neurons::state::{Colouring, NeuronPicture, Scoring};
use crate::view::state::{Layout, SELECTION_HISTORY, Session, View};
use crate::worker::client::JobHandle;
use crate::worker::messages::{ProjectorPartial, ProjectorRequest, ProjectorResult};
use crate::worker::neuron_jobs::{DiscriminationJob, NeuronLayoutJob};
use crate::worker::protocol::{Event, Failure, Progress};

/// The activations that a picture is of.
#[derive(Debug, Clone)]
struct Subject {
    representation: Representation,
    /// n × width, row-major.
    activations: Arc<Vec<f32>>,
    /// Class of each observation (n).
    labels: Vec<u8>,
}

/// The same activations, and not only equal ones: those of another network are another subject.
impl PartialEq for Subject {
    fn eq(&self, other: &Self) -> bool {
        self.representation == other.representation
            && Arc::ptr_eq(&self.activations, &other.activations)
    }
}

impl Subject {
    fn neurons(&self) -> usize {
        let observations = self.labels.len();
        self.activations
            .len()
            .checked_div(observations)
            .unwrap_or(0)
    }
}

/// The work under way for one picture, or none.
#[derive(Default)]
pub struct PictureJobs {
    layout: Option<JobHandle>,
    scores: Option<JobHandle>,
}

/// Keeps the neurons' pictures up with what the visitor wants to see, while they are shown.
pub fn follow(session: Session) {
    let neurons = session.neurons;
    for picture in neurons.pictures {
        let subject = Memo::new(move |_| subject(session, picture.representation.get()?));
        // Returns what the picture is of by now.
        Effect::new(move |of: Option<Option<Subject>>| {
            let (of, now) = (of.flatten(), subject.get());
            let shown = neurons.shown.get();
            if of.is_some() && of == now {
                return of; // work under way goes on while another view is shown
            }
            if !shown {
                // What is of a network that is no longer open must not be taken for another's.
                untrack(|| forget(session, picture));
                return None;
            }
            untrack(|| relate(session, picture, now.clone()));
            now
        });
    }
    // Another layer has other neurons.
    let width = Memo::new(move |_| {
        let widths = neurons.pictures.map(|picture| width(session, picture));
        (neurons.layer.get(), widths[1].or(widths[0]).unwrap_or(0))
    });
    Effect::new(move |_| {
        let (_, width) = width.get();
        let none = Selection::none(width);
        neurons.selected.set(History::new(none, SELECTION_HISTORY));
        neurons.selected_last.set(false);
        neurons.hovered.set(None);
    });
    link_observations(session);
}

/// Observations that are selected in this view colour the neurons, for as long as they are.
fn link_observations(session: Session) {
    let neurons = session.neurons;
    let any = Memo::new(move |_| any_observation(session));
    Effect::new(move |before: Option<bool>| {
        let now = any.get();
        if before.is_some_and(|before| before != now) {
            let shown = session.view.get_untracked() == View::Neurons;
            let colouring = neurons.colouring.get_untracked();
            if now && shown {
                neurons.colouring.set(Colouring::MeanActivation);
            } else if !now && colouring == Colouring::MeanActivation {
                neurons.colouring.set(Colouring::Map);
            }
        }
        now
    });
}

/// Whether observations are selected among those whose activations count.
pub fn any_observation(session: Session) -> bool {
    let part = session.neurons.part.get();
    session
        .selection(part)
        .with(|history| !history.present().is_empty())
}

/// Neurons of a picture; `None` where there is none.
pub fn width(session: Session, picture: NeuronPicture) -> Option<usize> {
    subject(session, picture.representation.get()?).map(|subject| subject.neurons())
}

fn subject(session: Session, representation: Representation) -> Option<Subject> {
    session.analysis.with(|analysis| {
        Some(Subject {
            representation,
            activations: analysis.activations(representation)?.clone(),
            labels: analysis.subset(representation.part).labels.clone(),
        })
    })
}

fn relate(session: Session, picture: NeuronPicture, subject: Option<Subject>) {
    abandon(session, picture);
    let Some(subject) = subject.filter(|subject| subject.neurons() > 0) else {
        forget(session, picture);
        return;
    };
    let known = session.analysis.with_untracked(|analysis| {
        let known = analysis.neuron_maps.get(&subject.representation);
        known.cloned().unwrap_or_default()
    });
    match known.layout {
        Some(layout) => {
            picture.positions.set(layout.positions.clone());
            picture.layout.set(Layout::Finished);
        }
        None => lay_out(session, picture, &subject),
    }
    match known.discrimination {
        Some(discrimination) => {
            picture.scores.set(Some(discrimination.scores.clone()));
            picture.scoring.set(Scoring::Finished);
        }
        None => discriminate(session, picture, &subject),
    }
}

/// Computes what was stopped or has failed.
pub fn restart(session: Session, picture: NeuronPicture) {
    let subject = untrack(|| subject(session, picture.representation.get()?));
    relate(session, picture, subject);
}

fn worker(session: Session, picture: NeuronPicture) -> Projector {
    session
        .workers
        .with_value(|workers| workers.relaters[picture.side].clone())
}

fn lay_out(session: Session, picture: NeuronPicture, subject: &Subject) {
    let representation = subject.representation;
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
        activations: subject.activations.to_vec().into(),
        observations: subject.labels.len() as u32,
        neurons: subject.neurons() as u32,
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

fn discriminate(session: Session, picture: NeuronPicture, subject: &Subject) {
    let representation = subject.representation;
    let config = ForestConfig::default();
    picture.scores.set(None);
    picture.scoring.set(Scoring::Running {
        fraction: 0.0,
        trees: 0,
    });
    let request = ProjectorRequest::Discriminate(DiscriminationJob {
        activations: subject.activations.to_vec().into(),
        neurons: subject.neurons() as u32,
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
fn abandon(session: Session, picture: NeuronPicture) {
    set_jobs(session, picture, |jobs| jobs.layout.take());
    set_jobs(session, picture, |jobs| jobs.scores.take());
}

fn forget(session: Session, picture: NeuronPicture) {
    abandon(session, picture);
    picture.layout.set(Layout::Absent);
    picture.positions.set(Arc::default());
    picture.scoring.set(Scoring::Absent);
    picture.scores.set(None);
}

/// Combines neurons with those already chosen. Can be undone.
pub fn select(session: Session, indices: &[u32], how: Combine) {
    let neurons = session.neurons;
    neurons.selected.update(|history| {
        let mut selection = history.present().clone();
        let chosen = Selection::from_indices(selection.universe(), indices);
        selection.combine(&chosen, how);
        history.push(selection);
    });
    neurons.selected_last.set(true);
}

/// Chooses no neuron. Can be undone.
pub fn clear(session: Session) {
    let selected = session.neurons.selected;
    if !selected.with_untracked(|history| history.present().is_empty()) {
        selected.update(|history| {
            let none = Selection::none(history.present().universe());
            history.push(none);
        });
    }
}
