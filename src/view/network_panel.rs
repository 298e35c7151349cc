//! The network to train, and how.

use std::fmt::Display;
use std::str::FromStr;

use leptos::prelude::*;

use super::session::training;
use super::state::{DeviceChoice, Run, Session};
use crate::network::{DeviceKind, MlpConfig, Optimizer};

/// Learning rate when momentum descent is chosen, and when Adam is chosen again.
const SGD_RATE: f32 = 0.05;
const ADAM_RATE: f32 = 0.001;
/// Momentum when momentum descent is chosen.
const MOMENTUM: f32 = 0.9;

/// The second group of the controls.
#[component]
pub fn NetworkPanel() -> impl IntoView {
    let session = Session::from_context();
    let locked = Memo::new(move |_| session.run.with(Run::is_active));
    let preset = move || {
        session.network.with(|network| {
            if network.hidden == MlpConfig::light().hidden {
                "light"
            } else if network.hidden == MlpConfig::paper().hidden {
                "paper"
            } else {
                "own"
            }
        })
    };
    let choose_preset = move |event| match event_target_value(&event).as_str() {
        "light" => session
            .network
            .update(|n| n.hidden = MlpConfig::light().hidden),
        "paper" => session
            .network
            .update(|n| n.hidden = MlpConfig::paper().hidden),
        _ => session.network.update(|n| n.hidden = vec![256; 4]),
    };
    let parameters = move || {
        let network = session.network.get();
        session.dataset.with(|open| {
            open.as_ref().map(|open| {
                let data = &open.dataset;
                let count = network.parameter_count(data.shape.pixels(), data.class_names.len());
                format!(
                    "{} → {} → {}: {} weights and biases",
                    data.shape.pixels(),
                    training::describe(&network),
                    data.class_names.len(),
                    thousands(count),
                )
            })
        })
    };
    let optimizer = move || match session.training.with(|t| t.optimizer) {
        Optimizer::Adam => "adam",
        Optimizer::Sgd { .. } => "sgd",
    };
    let choose_optimizer = move |event| {
        let sgd = event_target_value(&event) == "sgd";
        session.training.update(|training| {
            (training.optimizer, training.learning_rate) = if sgd {
                (Optimizer::Sgd { momentum: MOMENTUM }, SGD_RATE)
            } else {
                (Optimizer::Adam, ADAM_RATE)
            };
        });
    };
    let network = session.network;
    let config = session.training;
    view! {
        <section class="group" aria-label="Network">
            <h2>"Network"</h2>
            <fieldset disabled=move || locked.get()>
                <label class="field">
                    <span>"Perceptron"</span>
                    <select on:change=choose_preset aria-label="Network preset">
                        <option value="light" selected=move || preset() == "light">"Light 4 × 128"</option>
                        <option value="paper" selected=move || preset() == "paper">"Paper 4 × 1000"</option>
                        <option value="own" selected=move || preset() == "own">"Own widths"</option>
                    </select>
                </label>
                <label class="field">
                    <span>"Hidden widths"</span>
                    <TextField
                        name="Hidden widths"
                        value=Signal::derive(move || widths_text(&network.get().hidden))
                        set=move |text: &str| match parse_widths(text) {
                            Some(hidden) => { network.update(|n| n.hidden = hidden); true }
                            None => false,
                        }
                    />
                </label>
                <p class="soft small">{parameters}</p>
                <NumberField label="Epochs" step="1" value=Signal::derive(move || config.get().epochs) set=move |v| config.update(|c| c.epochs = v) />
                <details>
                    <summary>"Optimiser and more"</summary>
                    <label class="field">
                        <span>"Optimiser"</span>
                        <select on:change=choose_optimizer aria-label="Optimiser">
                            <option value="adam" selected=move || optimizer() == "adam">"Adam"</option>
                            <option value="sgd" selected=move || optimizer() == "sgd">"SGD, momentum"</option>
                        </select>
                    </label>
                    <Show when=move || optimizer() == "sgd">
                        <NumberField label="Momentum" step="0.05"
                            value=Signal::derive(move || match config.get().optimizer { Optimizer::Sgd { momentum } => momentum, Optimizer::Adam => 0.0 })
                            set=move |momentum| config.update(|c| c.optimizer = Optimizer::Sgd { momentum }) />
                    </Show>
                    <NumberField label="Learning rate" step="any" value=Signal::derive(move || config.get().learning_rate) set=move |v| config.update(|c| c.learning_rate = v) />
                    <NumberField label="Batch size" step="1" value=Signal::derive(move || config.get().batch_size) set=move |v| config.update(|c| c.batch_size = v) />
                    <NumberField label="Dropout" step="0.05" value=Signal::derive(move || network.get().dropout) set=move |v| network.update(|n| n.dropout = v) />
                    <NumberField label="Seed" step="1" value=Signal::derive(move || config.get().seed) set=move |v| config.update(|c| c.seed = v) />
                    <NumberField label="Keep every … epochs" step="1" value=Signal::derive(move || session.keep_every.get()) set=move |v: u32| session.keep_every.set(v.max(1)) />
                </details>
                <DeviceField />
            </fieldset>
            <MemoryLine />
        </section>
    }
}

/// Where the training runs.
#[component]
fn DeviceField() -> impl IntoView {
    let session = Session::from_context();
    let choose = move |event| {
        session
            .device_choice
            .set(match event_target_value(&event).as_str() {
                "cpu" => DeviceChoice::Always(DeviceKind::Cpu),
                "webgpu" => DeviceChoice::Always(DeviceKind::WebGpu),
                _ => DeviceChoice::Automatic,
            });
    };
    let automatic = move || {
        let usable = session.adapter.get().flatten();
        match usable {
            Some(adapter) if !adapter.software && adapter.usable.is_ok() => "Automatic: WebGPU",
            _ => "Automatic: CPU",
        }
    };
    let chosen = move |choice| session.device_choice.get() == choice;
    let explained = move || match session.adapter.get() {
        None => "Looking for a graphics adapter.".to_owned(),
        Some(None) => "This browser offers no WebGPU adapter, so the CPU trains.".to_owned(),
        Some(Some(adapter)) => match adapter.usable {
            Err(why) => format!(
                "WebGPU adapter: {}. It cannot be used: {why}.",
                adapter.name
            ),
            Ok(()) if adapter.software => format!(
                "WebGPU adapter: {}, imitated in software and slower than the CPU.",
                adapter.name
            ),
            Ok(()) => format!("WebGPU adapter: {}.", adapter.name),
        },
    };
    view! {
        <label class="field">
            <span>"Device"</span>
            <select on:change=choose aria-label="Device">
                <option value="auto" selected=move || chosen(DeviceChoice::Automatic)>{automatic}</option>
                <option value="cpu" selected=move || chosen(DeviceChoice::Always(DeviceKind::Cpu))>"CPU"</option>
                <option value="webgpu" selected=move || chosen(DeviceChoice::Always(DeviceKind::WebGpu))>"WebGPU"</option>
            </select>
        </label>
        <p class="soft small" data-testid="adapter">{explained}</p>
    }
}

/// What the activations will take.
#[component]
fn MemoryLine() -> impl IntoView {
    let session = Session::from_context();
    let plan = Memo::new(move |_| {
        training::plan(session, &session.network.get(), &session.training.get())
    });
    view! {
        <p class="soft small" data-testid="memory">
            {move || {
                let text = plan.get().to_string();
                let mut letters = text.chars();
                let first = letters.next().map(|letter| letter.to_uppercase().to_string());
                format!("Activations: {}{}.", first.unwrap_or_default().to_lowercase(), letters.as_str())
            }}
        </p>
    }
}

/// A labelled number. What cannot be read as one is marked and not used.
#[component]
pub fn NumberField<T>(
    /// What it is.
    label: &'static str,
    /// As of `<input type="number">`.
    step: &'static str,
    /// Its value.
    #[prop(into)]
    value: Signal<T>,
    /// Takes a new value.
    set: impl Fn(T) + 'static,
) -> impl IntoView
where
    T: Display + FromStr + Send + Sync + Clone + 'static,
{
    let wrong = RwSignal::new(false);
    let changed = move |event| match event_target_value(&event).parse::<T>() {
        Ok(number) => {
            wrong.set(false);
            set(number);
        }
        Err(_) => wrong.set(true),
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                type="number"
                step=step
                aria-invalid=move || wrong.get().to_string()
                prop:value=move || value.get().to_string()
                on:change=changed
            />
        </label>
    }
}

#[component]
fn TextField(
    name: &'static str,
    #[prop(into)] value: Signal<String>,
    set: impl Fn(&str) -> bool + 'static,
) -> impl IntoView {
    let wrong = RwSignal::new(false);
    view! {
        <input
            type="text"
            aria-label=name
            aria-invalid=move || wrong.get().to_string()
            title="Neurons of each hidden layer, from the input on, as in 256, 256, 128"
            prop:value=value
            on:change=move |event| wrong.set(!set(&event_target_value(&event)))
        />
    }
}

/// As [`parse_widths`] reads it: `4 × 128` where all are alike, else `256, 128`.
fn widths_text(widths: &[usize]) -> String {
    if widths.is_empty() {
        String::new()
    } else {
        training::describe(&MlpConfig {
            hidden: widths.to_vec(),
            dropout: 0.0,
        })
    }
}

/// Widths separated by commas or spaces; `4x128` and `4 × 128` stand for four of 128.
fn parse_widths(text: &str) -> Option<Vec<usize>> {
    let text = text.replace(['×', 'X', '*'], "x");
    let text = text.replace(" x ", "x");
    let mut widths = Vec::new();
    for word in text.split([',', ' ', ';']).filter(|word| !word.is_empty()) {
        match word.split_once('x') {
            Some((count, width)) => {
                let count: usize = count.parse().ok().filter(|count| *count <= 64)?;
                widths.extend(std::iter::repeat_n(width.parse::<usize>().ok()?, count));
            }
            None => widths.push(word.parse().ok()?),
        }
    }
    Some(widths)
}

/// 1234567 as "1,234,567".
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
