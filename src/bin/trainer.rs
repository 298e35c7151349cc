//! The training worker: trains a network on the CPU or on WebGPU and takes its activations.

use std::cell::RefCell;
use std::rc::Rc;

use hidden_activity::dataset::Part;
use hidden_activity::network::{
    Checkpoint, ConvActivations, DeviceKind, Divergence, Keep, Observed, TrainInputs, Training,
    TrainingError, device,
};
use hidden_activity::worker::attachment::Bulk;
use hidden_activity::worker::host::{Ended, Job, serve};
use hidden_activity::worker::messages::{
    EpochReport, SentSnapshot, Steps, TrainPartial, TrainRequest, Trained, TrainingData,
};
use hidden_activity::worker::pause::now;
use hidden_activity::worker::protocol::Failure;

type TrainJob = Job<TrainRequest, TrainPartial, Trained>;

/// Between two reports of steps: a little less than 10 a second.
const REPORT_MS: f64 = 120.0;
/// Weight of the newest step in the mean duration of a step.
const NEWEST: f64 = 0.1;

fn main() {
    serve(answer);
}

/// A data set that this worker keeps between trainings.
struct Kept {
    id: u32,
    inputs: TrainInputs,
    train: Labelled,
    test: Labelled,
    pixels: usize,
}

/// Images, n × pixels, and their labels.
struct Labelled {
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl Labelled {
    fn select(&self, indices: &[u32], pixels: usize) -> Self {
        let mut images = Vec::with_capacity(indices.len() * pixels);
        let mut labels = Vec::with_capacity(indices.len());
        for &index in indices {
            let index = index as usize;
            if let Some(label) = self.labels.get(index) {
                images.extend_from_slice(&self.images[index * pixels..(index + 1) * pixels]);
                labels.push(*label);
            }
        }
        Self { images, labels }
    }
}

/// Observations whose activations are taken.
struct Subset {
    part: Part,
    observations: Labelled,
}

thread_local! {
    static KEPT: RefCell<Option<Rc<Kept>>> = const { RefCell::new(None) };
}

fn keep(id: u32, sent: Option<TrainingData>) -> Result<Rc<Kept>, Ended> {
    if let Some(data) = sent {
        let (shape, classes) = (data.shape, data.classes as usize);
        let train = Labelled {
            images: data.train_images.into_inner(),
            labels: data.train_labels.into_inner(),
        };
        let kept = Kept {
            id,
            inputs: TrainInputs::new(
                train.images.as_slice(),
                train.labels.as_slice(),
                shape,
                classes,
            )
            .map_err(|error| failed(&error))?,
            train,
            test: Labelled {
                images: data.test_images.into_inner(),
                labels: data.test_labels.into_inner(),
            },
            pixels: shape.pixels(),
        };
        KEPT.set(Some(Rc::new(kept)));
    }
    KEPT.with_borrow(Clone::clone)
        .filter(|kept| kept.id == id)
        .ok_or_else(|| {
            Failure::new(
                "The training could not start.",
                "The training worker does not have this data set.",
                "Start the training again; the data set is then sent anew.",
            )
            .into()
        })
}

/// The end of a training that cannot go on; that it diverged is told first.
fn ended(error: &TrainingError, job: &TrainJob) -> Ended {
    if let TrainingError::Diverged { .. } = error {
        job.partial(TrainPartial::Diverged);
    }
    failed(error)
}

fn failed(error: &TrainingError) -> Ended {
    let (what, what_to_do) = match error {
        TrainingError::Device(_) => (
            "The graphics device failed during the training.",
            "The epochs completed so far are kept: go on from there with the CPU.",
        ),
        TrainingError::Diverged { epoch, step, sign } => {
            return Failure::new(
                "The training diverged and was stopped.",
                format!("In epoch {epoch}, step {step}, {sign}."),
                "Train anew with a smaller learning rate; the epochs completed before are kept.",
            )
            .into();
        }
        _ => (
            "The training could not go on.",
            "Change the setting that is named and start again.",
        ),
    };
    Failure::new(what, error.to_string(), what_to_do).into()
}

async fn answer(request: TrainRequest, job: Rc<TrainJob>) -> Result<Trained, Ended> {
    let kept = keep(request.dataset_id, request.dataset)?;
    let subsets: Vec<Subset> = request
        .observed
        .into_iter()
        .map(|subset| {
            let from = match subset.part {
                Part::Train => &kept.train,
                Part::Test => &kept.test,
            };
            Subset {
                part: subset.part,
                observations: from.select(&subset.indices.into_inner(), kept.pixels),
            }
        })
        .collect();
    let taking = Taking {
        subsets,
        activations: request.activations,
        only_last_layer: request.only_last_layer,
        conv_activations: request.conv_activations,
    };

    job.partial(TrainPartial::Preparing("Opening the device".into()));
    let device = device::open(request.device).await.map_err(|error| {
        Failure::new(
            "The graphics device could not be used.",
            error.to_string(),
            "Choose the CPU as the device, or go on with the CPU.",
        )
    })?;
    job.partial(TrainPartial::Device(device.info().clone()));
    let inputs = kept.inputs.clone();
    let (network, settings) = (request.network, request.training);
    let checkpoint = request.checkpoint.map(Checkpoint::from);
    // Made anew from the seed where the page no longer has what it showed.
    let untrained = match &checkpoint {
        Some(_) if !request.observe_again => None,
        _ => Some(
            Training::new(&device, inputs.clone(), &network, settings.clone())
                .map_err(|error| failed(&error))?,
        ),
    };
    let resumed = match &checkpoint {
        Some(checkpoint) => Some(
            Training::from_checkpoint(&device, inputs, &network, settings, checkpoint)
                .map_err(|error| failed(&error))?,
        ),
        None => None,
    };
    if let (DeviceKind::WebGpu, Some(training)) =
        (device.info().kind, resumed.as_ref().or(untrained.as_ref()))
    {
        job.breathe().await?;
        job.partial(TrainPartial::Preparing("Preparing the GPU".into()));
        training.warm_up().await.map_err(|error| failed(&error))?;
    }
    if let Some(training) = &untrained {
        job.partial(TrainPartial::Preparing(
            "Taking the activations before training".into(),
        ));
        let report = taking.report(training, &job).await?;
        job.partial(TrainPartial::Epoch(report));
    }
    if let (Some(training), true) = (&resumed, request.observe_again) {
        job.partial(TrainPartial::Preparing(
            "Taking the activations of the last epoch".into(),
        ));
        let report = taking.report(training, &job).await?;
        job.partial(TrainPartial::Epoch(report));
    }
    let Some(mut training) = resumed.or(untrained) else {
        return Err(failed(&TrainingError::NoImages));
    };
    train(&mut training, &taking, &job).await?;
    let whole = evaluate_whole_test(&training, &kept, &taking, &job).await?;
    Ok(Trained {
        epochs: training.epoch(),
        test_observations: kept.test.labels.len() as u32,
        test_accuracy: whole.accuracy,
        test_loss: whole.loss,
    })
}

async fn train(training: &mut Training, taking: &Taking, job: &TrainJob) -> Result<(), Ended> {
    let epochs = training.config().epochs;
    let steps_per_epoch = training.steps_per_epoch();
    let mut step_ms: Option<f64> = None;
    let mut taking_ms = 0.0;
    let mut losses = Vec::new();
    let mut reported = now();
    while !training.is_finished() {
        let (epoch, step) = (training.epoch(), training.steps_done());
        let began = now();
        let outcome = match training.step().await {
            Ok(outcome) => outcome,
            Err(error) => {
                // What the curve shows of the way there.
                job.partial(TrainPartial::Steps(Steps {
                    epoch: epoch + 1,
                    step: step + 1,
                    steps_per_epoch,
                    losses,
                    samples_per_second: 0.0,
                    seconds_left: 0.0,
                }));
                return Err(ended(&error, job));
            }
        };
        let took = now() - began;
        let mean = step_ms.map_or(took, |mean| mean + NEWEST * (took - mean));
        step_ms = Some(mean);
        if let Some(loss) = outcome.loss {
            let at = epoch as f32 + (step + 1) as f32 / steps_per_epoch as f32;
            losses.push((at, loss));
        }
        if now() - reported >= REPORT_MS || outcome.epoch_finished {
            reported = now();
            let steps_left =
                f64::from(epochs - epoch) * f64::from(steps_per_epoch) - f64::from(step + 1);
            let epochs_left = f64::from(epochs - epoch);
            job.partial(TrainPartial::Steps(Steps {
                epoch: epoch + 1,
                step: step + 1,
                steps_per_epoch,
                losses: std::mem::take(&mut losses),
                samples_per_second: (training.batch_size() as f64 * 1000.0 / mean.max(0.01)) as f32,
                seconds_left: ((steps_left * mean + epochs_left * taking_ms) / 1000.0) as f32,
            }));
        }
        if outcome.epoch_finished {
            let began = now();
            let report = taking.report(training, job).await?;
            taking_ms = now() - began;
            job.partial(TrainPartial::Epoch(report));
        }
        job.breathe().await?;
    }
    Ok(())
}

/// What is taken from the network after an epoch.
struct Taking {
    subsets: Vec<Subset>,
    activations: bool,
    only_last_layer: bool,
    conv_activations: ConvActivations,
}

impl Taking {
    async fn report(&self, training: &Training, job: &TrainJob) -> Result<EpochReport, Ended> {
        let epoch = training.epoch();
        let keep = if self.activations {
            Keep::Activations(self.conv_activations)
        } else {
            Keep::Predictions
        };
        // First, for what a network with weights that are no numbers shows is nothing to look at.
        let checkpoint = training
            .checkpoint()
            .await
            .map_err(|error| ended(&error, job))?;
        let mut scores = [None, None];
        let mut snapshots = Vec::new();
        for subset in &self.subsets {
            let observed = observe(training, &subset.observations, keep, job).await?;
            if !observed.is_finite() {
                return Err(ended(&training.diverged(Divergence::Activations), job));
            }
            scores[subset.part as usize] = Some((observed.loss, observed.accuracy));
            if self.activations {
                snapshots.push(self.snapshot(subset.part, observed));
            }
        }
        let test = scores[Part::Test as usize].unwrap_or((f32::NAN, f32::NAN));
        let train = scores[Part::Train as usize];
        Ok(EpochReport {
            epoch,
            test_loss: test.0,
            test_accuracy: test.1,
            train_loss: train.map(|(loss, _)| loss).filter(|loss| loss.is_finite()),
            train_accuracy: train
                .map(|(_, accuracy)| accuracy)
                .filter(|accuracy| accuracy.is_finite()),
            snapshots,
            checkpoint: checkpoint.into(),
        })
    }

    fn snapshot(&self, part: Part, observed: Observed) -> SentSnapshot {
        let last = observed.layers.len().saturating_sub(1);
        SentSnapshot {
            part,
            layers: observed
                .layers
                .into_iter()
                .enumerate()
                .map(|(index, layer)| {
                    (!self.only_last_layer || index == last).then(|| Bulk::from(layer))
                })
                .collect(),
            predicted: observed.predicted.into(),
            probabilities: observed.probabilities.into(),
        }
    }
}

async fn observe(
    training: &Training,
    observations: &Labelled,
    keep: Keep,
    job: &TrainJob,
) -> Result<Observed, Ended> {
    let mut observer = training
        .observer(&observations.images, &observations.labels, keep)
        .map_err(|error| failed(&error))?;
    while observer.advance().await.map_err(|error| failed(&error))? {
        job.breathe().await?;
    }
    Ok(observer.finish())
}

/// The test split as a whole, where it is larger than the part of it that is projected.
async fn evaluate_whole_test(
    training: &Training,
    kept: &Kept,
    taking: &Taking,
    job: &TrainJob,
) -> Result<Observed, Ended> {
    let projected = taking
        .subsets
        .iter()
        .find(|subset| subset.part == Part::Test);
    let observations = match projected {
        Some(subset) if subset.observations.labels.len() == kept.test.labels.len() => {
            &subset.observations
        }
        _ => &kept.test,
    };
    job.partial(TrainPartial::Preparing(
        "Judging by the whole test set".into(),
    ));
    observe(training, observations, Keep::Predictions, job).await
}
