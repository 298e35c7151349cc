//! Starting, steering and watching the training.

use leptos::prelude::*;

use super::caption::percent;
use super::curves::{AccuracyChart, LossChart};
use super::notice::FailureBox;
use super::session::surviving::{BUDGET, Surviving};
use super::session::{saving, training};
use super::state::{Run, Session};
use crate::network::DeviceKind;

/// The third group of the controls.
#[component]
pub fn TrainingPanel() -> impl IntoView {
    let session = Session::from_context();
    let run = session.run;
    let idle = Memo::new(move |_| !run.with(Run::is_active));
    let has_network = Memo::new(move |_| session.trained.with(Option::is_some));
    let has_curves = Memo::new(move |_| {
        session
            .analysis
            .with(|analysis| !analysis.curves.evaluations.is_empty())
    });
    view! {
        <section class="group" aria-label="Training" data-run=move || run_name(&run.get())>
            <h2>"Training"</h2>
            <div class="row">
                <Show when=move || idle.get()>
                    <button
                        class:primary=move || !session.diverged.get()
                        disabled=move || !session.is_trainable()
                        on:click=move |_| training::start(session)
                    >
                        {move || if has_network.get() { "Train anew" } else { "Train" }}
                    </button>
                    <Calmer />
                    <GoOn />
                    <Show when=move || has_network.get()>
                        <button on:click=move |_| training::reset(session)>"Reset"</button>
                    </Show>
                </Show>
                <Show when=move || run.get() == Run::Running>
                    <button on:click=move |_| training::pause(session)>"Pause"</button>
                </Show>
                <Show when=move || run.get() == Run::Paused>
                    <button class="primary" on:click=move |_| training::resume(session)>"Resume"</button>
                </Show>
                <Show when=move || !idle.get()>
                    <button on:click=move |_| training::stop(session)>"Stop"</button>
                </Show>
            </div>
            <Show when=move || session.dataset.with(Option::is_some) && !session.is_trainable()>
                <p class="soft small">
                    "These observations came with activations of your own network. They are there to look at: the page does not have the network, and there is no part to train another on."
                </p>
            </Show>
            <Status />
            <FileRow />
            {move || match run.get() {
                Run::Failed(failure) => Some(view! { <FailureBox failure /> }),
                _ => None,
            }}
            <Show when=move || has_curves.get()>
                <LossChart />
                <AccuracyChart />
            </Show>
        </section>
    }
}

fn run_name(run: &Run) -> &'static str {
    match run {
        Run::Idle => "idle",
        Run::Preparing(_) => "preparing",
        Run::Running => "running",
        Run::Paused => "paused",
        Run::Ended { early: false, .. } => "ended",
        Run::Ended { early: true, .. } => "stopped",
        Run::Failed(_) => "failed",
    }
}

/// The way on from a training that diverged.
#[component]
fn Calmer() -> impl IntoView {
    let session = Session::from_context();
    let rate = move || {
        let failed = session.run.with(|run| matches!(run, Run::Failed(_)));
        let trained = session
            .trained
            .get()
            .filter(|_| failed && session.diverged.get());
        trained.map(|setup| setup.training.calmer_rate())
    };
    view! {
        {move || rate().map(|rate| view! {
            <button class="primary" on:click=move |_| training::start_calmer(session, rate)>
                {format!("Train anew at a learning rate of {rate}")}
            </button>
        })}
    }
}

/// Goes on from the last completed epoch, where a training ended before its time.
#[component]
fn GoOn() -> impl IntoView {
    let session = Session::from_context();
    let offer = move || {
        let failed = match session.run.get() {
            // From there it would diverge again.
            Run::Failed(_) if session.diverged.get() => return None,
            Run::Failed(_) => true,
            Run::Ended { early: true, .. } => false,
            _ => return None,
        };
        let epoch = session.checkpoint.with(|c| c.as_ref().map(|c| c.epoch));
        let on_gpu = session
            .device
            .with(|d| d.as_ref().is_none_or(|d| d.kind == DeviceKind::WebGpu));
        let device = if failed && on_gpu {
            DeviceKind::Cpu
        } else {
            session.next_device()
        };
        let from = match epoch {
            Some(epoch) => format!("from epoch {epoch}"),
            None => "from the beginning".into(),
        };
        let text = if failed && on_gpu {
            format!("Go on with the CPU {from}")
        } else {
            format!("Go on {from}")
        };
        Some(view! {
            <button class="primary" on:click=move |_| training::go_on(session, device)>{text}</button>
        })
    };
    view! { {offer} }
}

/// Saving the network to a file, and loading one.
#[component]
fn FileRow() -> impl IntoView {
    let session = Session::from_context();
    let saveable = Memo::new(move |_| session.checkpoint.with(Option::is_some));
    let loadable = Memo::new(move |_| {
        session.dataset.with(Option::is_some) && !session.run.with(Run::is_active)
    });
    let picked = move |event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        let file = input.files().and_then(|files| files.get(0));
        // So that the same file can be chosen again.
        input.set_value("");
        if let Some(file) = file {
            saving::load(session, file.into());
        }
    };
    view! {
        <div class="row files">
            <Show when=move || saveable.get()>
                <button on:click=move |_| saving::save(session)>"Save network"</button>
            </Show>
            <Show when=move || loadable.get()>
                <label class="button">
                    "Load network"
                    <input class="visually-hidden" type="file" accept=".safetensors" aria-label="Load network" on:change=picked />
                </label>
            </Show>
        </div>
    }
}

/// What is being done, how fast, and until when.
#[component]
fn Status() -> impl IntoView {
    let session = Session::from_context();
    let epochs = move || {
        session
            .trained
            .with(|trained| trained.as_ref().map_or(0, |setup| setup.training.epochs))
    };
    let headline = move || match session.run.get() {
        Run::Idle => String::new(),
        Run::Preparing(stage) => format!("{stage} …"),
        Run::Running | Run::Paused => session.steps.get().map_or_else(String::new, |steps| {
            format!(
                "Epoch {} of {}, step {} of {}",
                steps.epoch,
                epochs(),
                steps.step,
                steps.steps_per_epoch
            )
        }),
        Run::Ended { epochs, early } => {
            let s = if epochs == 1 { "" } else { "s" };
            let how = if early { "Stopped" } else { "Done" };
            format!("{how} after {epochs} epoch{s}.")
        }
        Run::Failed(_) => String::new(),
    };
    let pace = move || {
        let steps = session.steps.get()?;
        match session.run.get() {
            Run::Running => Some(format!(
                "{:.0} samples/s, {} left",
                steps.samples_per_second,
                duration(steps.seconds_left)
            )),
            Run::Paused => Some("Paused".into()),
            _ => None,
        }
    };
    let fraction = move || {
        let steps = session.steps.get()?;
        let active = session.run.with(Run::is_active);
        let done = f64::from(steps.epoch - 1)
            + f64::from(steps.step) / f64::from(steps.steps_per_epoch.max(1));
        active.then(|| (done / f64::from(epochs().max(1))).to_string())
    };
    let device = move || {
        session.device.get().map(|device| {
            let kind = match device.kind {
                DeviceKind::Cpu => "CPU",
                DeviceKind::WebGpu => "WebGPU",
            };
            if device.kind == DeviceKind::Cpu {
                format!("Device: {kind}")
            } else {
                format!("Device: {kind}, {}", device.name)
            }
        })
    };
    let whole = move || {
        let trained = session.whole_test.get()?;
        Some(format!(
            "Accuracy on all {} test images: {}",
            trained.test_observations,
            percent(trained.test_accuracy)
        ))
    };
    let kept = move || {
        session.analysis.with(|analysis| {
            let bytes = analysis.bytes();
            (bytes > 0).then(|| {
                format!(
                    "Activations of {} epochs kept: {}",
                    analysis.epochs().len(),
                    crate::analysis::format_bytes(bytes)
                )
            })
        })
    };
    let surviving = move || {
        let bytes = crate::analysis::format_bytes;
        match session.surviving.get() {
            Surviving::Nothing => None,
            Surviving::State {
                epoch,
                with_images,
                bytes: kept,
            } => Some(format!(
                "Epoch {epoch} can be resumed if this tab closes ({}{}).",
                bytes(kept),
                if with_images {
                    ", with the images"
                } else {
                    "; the images do not fit and would have to be opened again"
                }
            )),
            Surviving::TooLarge(needed) => Some(format!(
                "This training would not survive the tab: its state has {}, and at most {} are kept.",
                bytes(needed),
                bytes(BUDGET)
            )),
            Surviving::Refused(why) => Some(format!(
                "This training would not survive the tab: the browser refused to keep it ({why}). Leave the tab open, or save the network."
            )),
            Surviving::TakenOver => Some(
                "This training would not survive the tab: another tab has resumed it from what was kept. Leave one of the two open.".into()
            ),
        }
    };
    view! {
        <div class="small" data-testid="training-status">
            <p aria-live="polite">{headline}</p>
            {move || fraction().map(|value| view! { <progress max="1" value=value aria-label="Progress of the training"></progress> })}
            <p class="soft">{pace}</p>
            <p class="soft" data-testid="device">{device}</p>
            <p class="soft" data-testid="whole-test">{whole}</p>
            <p class="soft" data-testid="kept">{kept}</p>
            <p class="soft" data-testid="surviving">{surviving}</p>
        </div>
    }
}

fn duration(seconds: f32) -> String {
    let seconds = seconds.round().max(0.0) as u32;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}
