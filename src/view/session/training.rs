//! Training a network and taking its activations.

use std::sync::Arc;

use leptos::prelude::*;

use super::{evolving, opening, projecting, surviving};
use crate::analysis::{
    ActivationSize, Curves, Evaluation, KeptEpochs, KeptLayers, Predictions, Representation,
    Snapshot, Source, plan_activations,
};
use crate::dataset::Part;
use crate::network::{Checkpoint, DeviceKind, LayerConfig, NetworkConfig, Plan, Setup};
use crate::view::state::{ACTIVATION_BUDGET, Run, Session, Shelved};
use crate::worker::messages::{
    EpochReport, ObservedSubset, SentSnapshot, TrainPartial, TrainRequest, TrainingData,
};
use crate::worker::protocol::{Event, Failure};

/// What the form says now.
pub fn setup(session: Session) -> Setup {
    Setup {
        network: session.network.get(),
        training: session.training.get(),
        conv_activations: session.conv_activations.get(),
    }
}

/// The network for the images of the data set that is open. `None` without one, and where the
/// network cannot be built.
fn planned(session: Session, network: &NetworkConfig) -> Option<Plan> {
    let open = session.dataset.get()?;
    Plan::new(network, open.dataset.shape, open.dataset.classes()).ok()
}

/// Which epochs a training would keep. `None` where the network cannot be built.
pub fn plan(session: Session, setup: &Setup) -> Option<KeptEpochs> {
    let plan = planned(session, &setup.network)?;
    let observations = session
        .analysis
        .with(|analysis| analysis.train.len() + analysis.test.len());
    let aside: u64 = session
        .shelf
        .with(|shelf| shelf.iter().map(Shelved::bytes).sum());
    let layers = plan.observed(setup.conv_activations);
    let widths: Vec<usize> = layers.iter().map(|layer| layer.width).collect();
    Some(plan_activations(
        setup.training.epochs,
        session.keep_every.get(),
        ActivationSize {
            observations,
            widths: &widths,
            classes: plan.classes(),
        },
        ACTIVATION_BUDGET
            .saturating_sub(aside)
            .max(ACTIVATION_BUDGET / 4),
    ))
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
    let Some(open) = session.dataset.get_untracked() else {
        return;
    };
    let setup = untrack(|| setup(session));
    let checked = Plan::new(&setup.network, open.dataset.shape, open.dataset.classes())
        .and_then(|_| setup.training.validate());
    if let Err(error) = checked {
        session.fail(Failure::new(
            "The training was not started.",
            error.to_string(),
            "Correct the setting and start again.",
        ));
        return;
    }
    opening::put_network_aside(session);
    session.trained.set(Some(setup));
    session.checkpoint.set(None);
    for panel in session.panels {
        panel.chosen.set(false);
    }
    run(session, session.next_device_untracked(), Begin::Training);
}

/// Makes a training that was kept somewhere the one of the page and the form. The network of the page
/// is put aside.
pub fn install(session: Session, setup: Setup, checkpoint: Checkpoint, curves: Curves) {
    abandon(session);
    opening::put_network_aside(session);
    session
        .network_before
        .set(Some(session.network.get_untracked()));
    session.network.set(setup.network.clone());
    session.training.set(setup.training.clone());
    session.conv_activations.set(setup.conv_activations);
    session.trained.set(Some(setup));
    session.checkpoint.set(Some(Arc::new(checkpoint)));
    session
        .analysis
        .update(|analysis| analysis.curves = Arc::new(curves));
    for panel in session.panels {
        panel.chosen.set(false);
    }
}

/// How a run begins, and how far it goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// With what the page has: nothing, or the last epoch's checkpoint and what led to it.
    Training,
    /// With a checkpoint alone: the activations before training and after its epoch are taken first.
    Again,
    /// As [`Self::Again`], and there it ends.
    Look,
}

/// Goes on from the last epoch that was completed.
pub fn go_on(session: Session, device: DeviceKind) {
    run(session, device, Begin::Training);
}

/// Trains the network of the form from the beginning, with a learning rate that fits better than the
/// one with which the last training diverged.
pub fn start_calmer(session: Session, rate: f32) {
    session
        .training
        .update(|config| config.learning_rate = rate);
    start(session);
}

/// Has the trainer work on what `session.trained` and `session.checkpoint` say.
pub fn run(session: Session, device: DeviceKind, begin: Begin) {
    let (Some(open), Some(setup)) = (
        session.dataset.get_untracked(),
        session.trained.get_untracked(),
    ) else {
        return;
    };
    session.notice.set(None);
    session.steps.set(None);
    session.whole_test.set(None);
    session.device.set(None);
    session.diverged.set(false);
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
        shape: open.dataset.shape,
        classes: open.dataset.class_names.len() as u32,
        train_images: open.dataset.train.images.clone().into(),
        train_labels: open.dataset.train.labels.clone().into(),
        test_images: open.dataset.test.images.clone().into(),
        test_labels: open.dataset.test.labels.clone().into(),
    });
    session.sent_data.set_value(Some(sent));

    let (plan, layers) = untrack(|| {
        let layers = planned(session, &setup.network)
            .map(|plan| plan.observed(setup.conv_activations))
            .unwrap_or_default();
        (plan(session, &setup), layers)
    });
    let fits = plan.as_ref().is_some_and(|plan| plan.fits);
    let only_last_layer = plan
        .as_ref()
        .is_some_and(|plan| plan.layers == KeptLayers::Last);
    let kept_epochs = plan.map(|plan| plan.epochs).unwrap_or_default();
    // What came after the epoch to go on from is done again.
    let done = epochs_done(session);
    session.analysis.update(|analysis| {
        Arc::make_mut(&mut analysis.curves).truncate_after(done);
        analysis.layer_names = Arc::new(layers.into_iter().map(|layer| layer.name).collect());
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
    let mut training = setup.training.clone();
    if begin == Begin::Look {
        training.epochs = done;
    }
    let asked = setup.training.epochs;
    let request = TrainRequest {
        dataset_id: open.id,
        dataset: data,
        network: setup.network,
        training,
        device,
        observed,
        activations: fits,
        only_last_layer,
        conv_activations: setup.conv_activations,
        checkpoint: session
            .checkpoint
            .get_untracked()
            .map(|checkpoint| (*checkpoint).clone().into()),
        observe_again: begin != Begin::Training,
    };
    if begin != Begin::Look {
        surviving::begin(session, &open);
    }
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
        Event::Partial(TrainPartial::Diverged) => session.diverged.set(true),
        Event::Finished(trained) => {
            let early = trained.epochs < asked;
            session.run.set(Run::Ended {
                epochs: trained.epochs,
                early,
            });
            if !early {
                surviving::forget(session);
            }
            // Of no image there is no accuracy.
            let whole = (trained.test_observations > 0).then_some(trained);
            session.whole_test.set(whole);
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
        Arc::make_mut(&mut analysis.curves).evaluate(Evaluation {
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
    // Activations before training may be taken again when a later epoch is already known.
    if epoch >= epochs_done(session) {
        session
            .checkpoint
            .set(Some(Arc::new(report.checkpoint.into())));
        surviving::note(session);
    }
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
    surviving::forget(session);
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

/// A network in few words, such as `4 × 128`, `256, 128, 64` or `conv 8, 8, pool, 128`. Dropout is
/// left out.
pub fn describe(network: &NetworkConfig) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut convolves = false;
    let mut same: Vec<usize> = Vec::new();
    for layer in &network.layers {
        match *layer {
            LayerConfig::Conv { channels } if convolves => words.push(channels.to_string()),
            LayerConfig::Conv { channels } => words.push(format!("conv {channels}")),
            LayerConfig::Pool => words.push("pool".into()),
            LayerConfig::Dense { width } => {
                words.push(width.to_string());
                same.push(width);
            }
            LayerConfig::Dropout { .. } => continue,
        }
        convolves = matches!(layer, LayerConfig::Conv { .. });
    }
    match same.as_slice() {
        _ if words.is_empty() => "no hidden layer".into(),
        [first, _, ..] if same.len() == words.len() && same.iter().all(|w| w == first) => {
            format!("{} × {first}", same.len())
        }
        _ => words.join(", "),
    }
}
