//! Laying a sequence of representations out by dynamic t-SNE.

use std::sync::Arc;

use leptos::prelude::*;

use super::features_of;
use crate::analysis::{Along, Evolution, Sequence};
use crate::projection::DynamicTsneConfig;
use crate::view::state::{Layout, Session};
use crate::worker::client::JobHandle;
use crate::worker::messages::{
    EvolutionJob, ProjectorPartial, ProjectorRequest, ProjectorResult, SentFeatures,
};
use crate::worker::protocol::{Event, Progress};

/// What an evolution is of. A change of any of these asks for another one.
#[derive(Debug, Clone, PartialEq)]
struct Wanted {
    dataset: u32,
    sequence: Sequence,
    config: DynamicTsneConfig,
}

/// An evolution being computed.
pub struct RunningEvolution {
    wanted: Wanted,
    job: JobHandle,
}

/// How dynamic t-SNE is to be run: as t-SNE is, where the two have a parameter in common.
fn config(session: Session) -> DynamicTsneConfig {
    let tsne = session.tsne.get();
    DynamicTsneConfig {
        lambda: session.evolution.lambda.get(),
        perplexity: tsne.perplexity,
        iterations: tsne.iterations,
        early_iterations: tsne.exaggeration_iterations,
        seed: tsne.seed,
        theta: tsne.theta,
        reduce_to: tsne.reduce_to,
        ..DynamicTsneConfig::default()
    }
}

/// Keeps the evolution up with what the visitor wants to see, while its view is shown.
pub fn follow(session: Session) {
    let evolution = session.evolution;
    Effect::new(move |_| {
        let Some(dataset) = session.dataset.get() else {
            return;
        };
        let wanted = Wanted {
            dataset: dataset.id,
            sequence: evolution.sequence.get(),
            config: config(session),
        };
        let steps = evolution.steps.get();
        if !evolution.shown.get() {
            return;
        }
        untrack(|| lay_out(session, wanted, steps.len()));
    });
    Effect::new(move |_| {
        let k = session.k.get();
        let settled = evolution.layout.get() == Layout::Finished;
        if settled {
            untrack(|| rescore(session, k));
        }
    });
}

/// Brings the neighborhood hits up to another k.
fn rescore(session: Session, k: u32) {
    let sequence = session.evolution.sequence.get();
    let found = session.analysis.with(|analysis| {
        let labels = analysis.subset(sequence.part).labels.clone();
        let found = analysis.evolutions.get(&sequence)?;
        Some((found.clone(), labels))
    });
    let Some((found, labels)) = found else {
        return;
    };
    let most = labels.len().saturating_sub(1);
    if found.hits.iter().all(|hit| hit.k == (k as usize).min(most)) {
        return;
    }
    let evolver = session
        .workers
        .with_value(|workers| workers.evolver.clone());
    let layouts = found.positions.chunks_exact((2 * labels.len()).max(1));
    let jobs = layouts
        .enumerate()
        .map(|(step, layout)| {
            let request = ProjectorRequest::Score {
                positions: layout.to_vec().into(),
                labels: labels.clone().into(),
                k,
            };
            let scored = found.positions.clone();
            evolver.start(request, move |event| match event {
                Event::Finished(ProjectorResult::Scored(hit)) => {
                    session.analysis.update(|analysis| {
                        // Only where the layouts that were scored are still the ones that are kept.
                        if let Some(kept) = analysis.evolutions.get_mut(&sequence)
                            && Arc::ptr_eq(&kept.positions, &scored)
                            && let Some(own) = Arc::make_mut(kept).hits.get_mut(step)
                        {
                            *own = hit;
                        }
                    });
                }
                Event::Failed(failure) => session.fail(failure),
                _ => {}
            })
        })
        .collect();
    session.evolution_scorings.set_value(jobs);
}

/// After another network, or another training of it: the sequence is of its last epoch, or of a
/// layer that it has.
pub fn begin_with_the_newest(session: Session) {
    let (last_epoch, layers) = session.analysis.with_untracked(|analysis| {
        let last = analysis.epochs().last().copied();
        (last.unwrap_or(0), analysis.hidden_layers())
    });
    session.evolution.sequence.update(|sequence| {
        sequence.along = match sequence.along {
            Along::Layers { .. } => Along::Layers { epoch: last_epoch },
            Along::Epochs { layer, most } => Along::Epochs {
                layer: layer.min(layers.saturating_sub(1)),
                most,
            },
        };
    });
}

fn lay_out(session: Session, wanted: Wanted, steps: usize) {
    let evolution = session.evolution;
    if steps < 2 {
        abandon(session);
        evolution.layout.set(Layout::Absent);
        evolution.positions.set(Arc::default());
        return;
    }
    let known = session.analysis.with_untracked(|analysis| {
        analysis
            .evolutions
            .get(&wanted.sequence)
            .filter(|known| known.config == wanted.config && known.steps.len() == steps)
            .cloned()
    });
    if let Some(known) = known {
        abandon(session);
        evolution.positions.set(known.positions.clone());
        evolution.layout.set(Layout::Finished);
        return;
    }
    // Another λ is no reason to begin anew while the layouts are still moving.
    let adjusted = session.evolving.try_update_value(|running| {
        let running = running.as_mut()?;
        let begun = DynamicTsneConfig {
            lambda: running.wanted.config.lambda,
            ..wanted.config.clone()
        };
        let same = running.wanted.dataset == wanted.dataset
            && running.wanted.sequence == wanted.sequence
            && running.wanted.config == begun;
        same.then(|| {
            running.wanted.config.lambda = wanted.config.lambda;
            running.job.id()
        })
    });
    if let Some(Some(job)) = adjusted {
        let lambda = ProjectorRequest::Lambda(wanted.config.lambda);
        session
            .workers
            .with_value(|workers| workers.evolver.adjust(job, lambda));
        return;
    }
    start(session, wanted);
}

/// Computes the evolution anew, also if there is one.
pub fn restart(session: Session) {
    let Some(dataset) = session.dataset.get_untracked() else {
        return;
    };
    let wanted = untrack(|| Wanted {
        dataset: dataset.id,
        sequence: session.evolution.sequence.get(),
        config: config(session),
    });
    start(session, wanted);
}

fn start(session: Session, wanted: Wanted) {
    let evolution = session.evolution;
    let steps = evolution.steps.get_untracked();
    let features: Option<Vec<_>> = steps
        .iter()
        .map(|&representation| features_of(session, representation))
        .collect();
    let Some(features) = features else {
        evolution.layout.set(Layout::Absent);
        return;
    };
    let labels = session
        .analysis
        .with_untracked(|analysis| analysis.subset(wanted.sequence.part).labels.clone());
    let sequence = features
        .into_iter()
        .map(|matrix| SentFeatures {
            dimensions: matrix.ncols() as u32,
            values: matrix.into_raw_vec_and_offset().0.into(),
        })
        .collect();
    let request = ProjectorRequest::Evolve(EvolutionJob {
        sequence,
        observations: labels.len() as u32,
        labels: labels.into(),
        k: session.k.get_untracked(),
        config: wanted.config.clone(),
    });
    evolution.positions.set(Arc::default());
    evolution.layout.set(Layout::Running {
        progress: Progress {
            stage: "Starting".into(),
            fraction: 0.0,
        },
        iteration: 0,
        paused: false,
    });
    let (sequence, config) = (wanted.sequence, wanted.config.clone());
    let evolver = session
        .workers
        .with_value(|workers| workers.evolver.clone());
    let job = evolver.start(request, move |event| match event {
        Event::Progress(now) => evolution.layout.update(|layout| {
            if let Layout::Running { progress, .. } = layout {
                *progress = now;
            }
        }),
        Event::Partial(ProjectorPartial::Layout(partial)) => {
            evolution
                .positions
                .set(Arc::new(partial.positions.into_inner()));
            evolution.layout.update(|layout| {
                if let Layout::Running { iteration, .. } = layout {
                    *iteration = partial.iteration;
                }
            });
            session.evolving.with_value(|running| {
                if let Some(running) = running {
                    running.job.acknowledge();
                }
            });
        }
        Event::Finished(ProjectorResult::Evolved(result)) => {
            let positions = Arc::new(result.positions.into_inner());
            let found = Evolution {
                steps: steps.clone(),
                positions: positions.clone(),
                hits: result.hits,
                divergences: result.divergences,
                movement: result.movement,
                iterations: result.iterations,
                notes: result.notes,
                config: DynamicTsneConfig {
                    lambda: result.lambda,
                    ..config.clone()
                },
            };
            session.analysis.update(|analysis| {
                analysis.evolutions.insert(sequence, Arc::new(found));
            });
            evolution.positions.set(positions);
            evolution.layout.set(Layout::Finished);
            abandon(session);
        }
        Event::Failed(failure) => {
            evolution.layout.set(Layout::Failed(failure));
            abandon(session);
        }
        Event::Cancelled => {
            evolution.layout.set(Layout::Stopped);
            abandon(session);
        }
        Event::Finished(_) | Event::Partial(_) => {}
    });
    session
        .evolving
        .set_value(Some(RunningEvolution { wanted, job }));
}

/// Holds the computation, or lets it go on.
pub fn hold(session: Session, hold: bool) {
    session.evolving.with_value(|running| {
        if let Some(running) = running {
            if hold {
                running.job.pause();
            } else {
                running.job.resume();
            }
        }
    });
    session.evolution.layout.update(|layout| {
        if let Layout::Running { paused, .. } = layout {
            *paused = hold;
        }
    });
}

/// Ends the computation; the layouts stay as they are.
pub fn cancel(session: Session) {
    session.evolving.with_value(|running| {
        if let Some(running) = running {
            running.job.cancel();
        }
    });
}

/// Ends the computation, whatever comes of it.
pub fn abandon(session: Session) {
    // Taken out first: dropping the handle talks to the worker's client.
    let running = session.evolving.try_update_value(Option::take);
    drop(running);
}
