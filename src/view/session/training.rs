//! Training a network and taking its activations.

use std::sync::Arc;

use leptos::prelude::*;

use super::{evolving, opening, projecting};
use crate::analysis::{
    ActivationSize, Evaluation, KeptEpochs, KeptLayers, Predictions, Representation, Snapshot,
    Source, plan_activations,
};
use crate::dataset::Part;
use crate::network::{DeviceKind, MlpConfig, TrainingConfig};
use crate::view::state::{ACTIVATION_BUDGET, Run, Session, Shelved};
use crate::worker::messages::{
    EpochReport, ObservedSubset, SentSnapshot, TrainPartial, TrainRequest, TrainingData,
};
use crate::worker::protocol::{Event, Failure};

/// Which epochs a training with these settings would keep.
pub fn plan(session: Session, network: &MlpConfig, training: &TrainingConfig) -> KeptEpochs {
    let (observations, classes) = session.dataset.with(|dataset| {
        let classes = dataset.as_ref().map_or(0, |d| d.dataset.class_names.len());
        let observations = session
            .analysis
            .with(|analysis| analysis.train.len() + analysis.test.len());
        (observations, classes)
    });
    let aside: u64 = session
        .shelf
        .with(|shelf| shelf.iter().map(Shelved::bytes).sum());
    plan_activations(
        training.epochs,
        session.keep_every.get(),
        ActivationSize {
            observations,
            widths: &network.hidden,
            classes,
        },
        ACTIVATION_BUDGET
            .saturating_sub(aside)
            .max(ACTIVATION_BUDGET / 4),
    )
}

/// Trains the network of the form from the beginning. A network trained before is put aside.
pub fn start(session: Session) {
    if session.shows_preview() {
        session.fail(Failure::new(
            "The training was not started.",
            "The training images are not loaded yet.",
            "Wait for the end of loading; if it was stopped, choose the data set again.",
        ));
        return;
    }
    let network = session.network.get_untracked();
    let training = session.training.get_untracked();
    let checked = network
        .validate()
        .and_then(|()| training.validate())
        .map_err(|error| error.to_string());
    if let Err(why) = checked {
        session.fail(Failure::new(
            "The training was not started.",
            why,
            "Correct the setting and start again.",
        ));
        return;
    }
    opening::put_network_aside(session);
    session.trained.set(Some((network, training)));
    session.checkpoint.set(None);
    for panel in session.panels {
        panel.chosen.set(false);
    }
    run(session, session.next_device_untracked());
}

/// Goes on from the last epoch that was completed.
pub fn go_on(session: Session, device: DeviceKind) {
    run(session, device);
}

fn run(session: Session, device: DeviceKind) {
    let (Some(open), Some((network, training))) = (
        session.dataset.get_untracked(),
        session.trained.get_untracked(),
    ) else {
        return;
    };
    session.notice.set(None);
    session.steps.set(None);
    session.whole_test.set(None);
    session.device.set(None);
    session
        .run
        .set(Run::Preparing("Loading the trainer".into()));

    let trainer = session
        .workers
        .with_value(|workers| workers.trainer.clone());
    trainer.warm();
    // The worker keeps the data set between trainings, until it is started anew.
    let sent = (trainer.generation(), open.id);
    let data = (session.sent_data.get_value() != Some(sent)).then(|| TrainingData {
        pixels: open.dataset.shape.pixels() as u32,
        classes: open.dataset.class_names.len() as u32,
        train_images: open.dataset.train.images.clone().into(),
        train_labels: open.dataset.train.labels.clone().into(),
        test_images: open.dataset.test.images.clone().into(),
        test_labels: open.dataset.test.labels.clone().into(),
    });
    session.sent_data.set_value(Some(sent));

    let plan = untrack(|| plan(session, &network, &training));
    // What came after the epoch to go on from is done again.
    let done = epochs_done(session);
    session.analysis.update(|analysis| {
        Arc::make_mut(&mut analysis.curves).truncate_after(done);
    });
    let observed = session.analysis.with_untracked(|analysis| {
        [Part::Test, Part::Train]
            .into_iter()
            .map(|part| ObservedSubset {
                part,
                indices: analysis.subset(part).indices.clone().into(),
            })
            .collect()
    });
    let request = TrainRequest {
        dataset_id: open.id,
        dataset: data,
        network,
        training,
        device,
        observed,
        activations: plan.fits,
        only_last_layer: plan.layers == KeptLayers::Last,
        checkpoint: session
            .checkpoint
            .get_untracked()
            .map(|checkpoint| (*checkpoint).clone().into()),
    };
    let kept_epochs = plan.epochs;
    let job = trainer.start(request, move |event| match event {
        Event::Progress(progress) => {
            session.run.update(|run| {
                if let Run::Preparing(stage) = run {
                    *stage = progress.stage;
                }
            });
        }
        Event::Partial(TrainPartial::Preparing(stage)) => session.run.set(Run::Preparing(stage)),
        Event::Partial(TrainPartial::Device(info)) => session.device.set(Some(info)),
        Event::Partial(TrainPartial::Steps(steps)) => {
            session.run.update(|run| {
                if matches!(run, Run::Preparing(_)) {
                    *run = Run::Running;
                }
            });
            session.analysis.update(|analysis| {
                Arc::make_mut(&mut analysis.curves)
                    .train_loss
                    .extend(&steps.losses);
            });
            session.steps.set(Some(steps));
        }
        Event::Partial(TrainPartial::Epoch(report)) => take(session, report, &kept_epochs),
        Event::Finished(trained) => {
            session.run.set(Run::Ended {
                epochs: trained.epochs,
                early: false,
            });
            session.whole_test.set(Some(trained));
            ended(session);
        }
        Event::Failed(failure) => {
            // Whether the worker has the data set is not known any more.
            session.sent_data.set_value(None);
            // A worker whose device failed cannot open it again; the next training gets another.
            if session.device.with_untracked(|device| {
                device.as_ref().is_none_or(|d| d.kind == DeviceKind::WebGpu)
            }) {
                session.workers.with_value(|workers| workers.trainer.end());
            }
            session.run.set(Run::Failed(failure));
            ended(session);
        }
        Event::Cancelled => {
            session.run.set(Run::Ended {
                epochs: epochs_done(session),
                early: true,
            });
            ended(session);
        }
    });
    session.training_job.set_value(Some(job));
}

/// Epochs the current network has completed.
pub fn epochs_done(session: Session) -> u32 {
    session
        .checkpoint
        .with_untracked(|checkpoint| checkpoint.as_ref().map_or(0, |c| c.epoch))
}

/// Takes in an epoch. Beside the epochs to keep, the activations of the newest stay until there are
/// newer ones: the training may be stopped at any time.
fn take(session: Session, report: EpochReport, kept_epochs: &[u32]) {
    let epoch = report.epoch;
    session.analysis.update(|analysis| {
        if !report.snapshots.is_empty() {
            analysis.keep_epochs(|older| kept_epochs.contains(&older));
        }
        Arc::make_mut(&mut analysis.curves)
            .evaluations
            .push(Evaluation {
                epoch,
                train_loss: report.train_loss,
                train_accuracy: report.train_accuracy,
                test_loss: report.test_loss,
                test_accuracy: report.test_accuracy,
            });
        for sent in report.snapshots {
            analysis
                .snapshots
                .insert((epoch, sent.part), Arc::new(snapshot(sent)));
        }
    });
    session
        .checkpoint
        .set(Some(Arc::new(report.checkpoint.into())));
    if epoch == 0 {
        show_last_layer(session, 0, 0);
    }
}

fn snapshot(sent: SentSnapshot) -> Snapshot {
    Snapshot {
        layers: sent
            .layers
            .into_iter()
            .map(|layer| layer.map(|values| Arc::new(values.into_inner())))
            .collect(),
        predictions: Predictions {
            predicted: sent.predicted.into_inner(),
            probabilities: sent.probabilities.into_inner(),
        },
    }
}

fn ended(session: Session) {
    drop(session.training_job.try_update_value(Option::take));
    let last = session
        .analysis
        .with_untracked(|analysis| analysis.epochs().last().copied());
    if let Some(last) = last {
        show_last_layer(session, 1, last);
    }
    evolving::begin_with_the_newest(session);
}

/// Points a panel that follows the training at the last hidden layer of an epoch.
fn show_last_layer(session: Session, place: usize, epoch: u32) {
    let panel = session.panels[place];
    let layers = session
        .analysis
        .with_untracked(crate::analysis::Analysis::hidden_layers);
    if layers > 0 && !panel.chosen.get_untracked() {
        let part = panel.representation.get_untracked().part;
        panel.representation.set(Representation {
            part,
            source: Source::Layer {
                index: layers - 1,
                epoch,
            },
        });
    }
}

/// Holds the training.
pub fn pause(session: Session) {
    if session.run.get_untracked() == Run::Running {
        session.training_job.with_value(|job| {
            if let Some(job) = job {
                job.pause();
            }
        });
        session.run.set(Run::Paused);
    }
}

/// Lets a held training go on.
pub fn resume(session: Session) {
    if session.run.get_untracked() == Run::Paused {
        session.training_job.with_value(|job| {
            if let Some(job) = job {
                job.resume();
            }
        });
        session.run.set(Run::Running);
    }
}

/// Ends the training; the completed epochs stay.
pub fn stop(session: Session) {
    session.training_job.with_value(|job| {
        if let Some(job) = job {
            job.cancel();
        }
    });
}

/// Ends the training at once: what it still had to say would be about another network than the one
/// the page shows next. The completed epochs stay.
pub fn abandon(session: Session) {
    drop(session.training_job.try_update_value(Option::take));
    if session.run.with_untracked(Run::is_active) {
        session.run.set(Run::Ended {
            epochs: epochs_done(session),
            early: true,
        });
    }
}

/// Back to before there was a network. It is put aside, not lost.
pub fn reset(session: Session) {
    abandon(session);
    opening::put_network_aside(session);
    session.trained.set(None);
    session.checkpoint.set(None);
    session.steps.set(None);
    session.whole_test.set(None);
    session.device.set(None);
    session.run.set(Run::Idle);
    for panel in session.panels {
        projecting::abandon(session, panel);
        panel.chosen.set(false);
        panel.representation.update(|representation| {
            representation.source = Source::Pixels;
        });
    }
}

/// A network in few words, such as `4 × 128` or `256, 128, 64`.
pub fn describe(network: &MlpConfig) -> String {
    match network.hidden.as_slice() {
        [] => "no hidden layer".into(),
        [width] => width.to_string(),
        [first, rest @ ..] if rest.iter().all(|width| width == first) => {
            format!("{} × {first}", rest.len() + 1)
        }
        widths => {
            let widths: Vec<String> = widths.iter().map(ToString::to_string).collect();
            widths.join(", ")
        }
    }
}
