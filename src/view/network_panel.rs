//! The network to train, and how.

use leptos::prelude::*;

use super::glossary::{prose, term};
use super::layer_builder::{LayerBuilder, change};
use super::number_field::NumberField;
use super::session::training;
use super::state::{DeviceChoice, Run, Session};
use super::training_settings::TrainingSettings;
use crate::network::{DeviceKind, LayerConfig, NetworkConfig, Plan, Preset};

/// The second group of the controls.
#[component]
pub fn NetworkPanel() -> impl IntoView {
    let session = Session::from_context();
    let locked = Memo::new(move |_| session.run.with(Run::is_active));
    let network = session.network;
    let preset = Memo::new(move |_| network.with(Preset::of));
    let choose_preset = move |event| {
        let place = event_target_value(&event).parse::<usize>();
        if let Some(preset) = place.ok().and_then(|place| Preset::ALL.get(place)) {
            change(session, preset.network());
        }
    };
    let widths = Memo::new(move |_| network.with(widths_of));
    // The builder opens by itself for what the field of widths cannot say, and never closes by itself.
    let shown = RwSignal::new(false);
    Effect::new(move |_| {
        if preset.get().is_none() && widths.get().is_none() {
            shown.set(true);
        }
    });
    let toggled = move |event| {
        shown.set(event_target::<web_sys::HtmlElement>(&event).has_attribute("open"));
    };
    let summary = Memo::new(move |_| {
        if !session.is_trainable() {
            return None;
        }
        let network = network.get();
        let open = session.dataset.get()?;
        let data = &open.dataset;
        Some(
            Plan::new(&network, data.shape, data.class_names.len())
                .map(|plan| {
                    format!(
                        "{} → {} → {}: {} weights and biases",
                        data.shape,
                        training::describe(&network),
                        data.class_names.len(),
                        thousands(plan.parameter_count()),
                    )
                })
                .map_err(|error| error.to_string()),
        )
    });
    let config = session.training;
    view! {
        <section class="group" aria-label="Network">
            <h2>"Network"</h2>
            <fieldset disabled=move || locked.get()>
                <label class="field roomy">
                    <span>"Preset"</span>
                    <select on:change=choose_preset aria-label="Network preset">
                        {Preset::ALL.into_iter().enumerate().map(|(place, own)| view! {
                            <option value=place.to_string() prop:selected=move || preset.get() == Some(own)>{own.name()}</option>
                        }).collect_view()}
                        <option value="own" prop:selected=move || preset.get().is_none()>"Own layers"</option>
                    </select>
                </label>
                <Show when=move || widths.get().is_some()>
                    <div class="field">
                        {term("hidden-layer", "Hidden widths")}
                        <TextField
                            name="Hidden widths"
                            value=Signal::derive(move || widths_text(&widths.get().unwrap_or_default()))
                            set=move |text: &str| match parse_widths(text) {
                                Some(hidden) => { change(session, NetworkConfig::perceptron(&hidden)); true }
                                None => false,
                            }
                        />
                    </div>
                </Show>
                <details prop:open=move || shown.get() on:toggle=toggled>
                    <summary>"Layers"</summary>
                    <LayerBuilder />
                    <p class="soft small">
                        {prose("Each [convolution|convolutional] or fully connected layer ends in [relu|ReLU], the last one in [softmax|softmax]. [dropout|Dropout] acts while training only.")}
                    </p>
                </details>
                {move || summary.get().map(|summary| match summary {
                    Ok(text) => view! { <p class="soft small" data-testid="network-summary">{text}</p> }.into_any(),
                    Err(text) => view! { <p class="failure small" role="alert" data-testid="network-summary">{text}</p> }.into_any(),
                })}
                <NumberField label="Epochs" term="epoch" step="1" value=Signal::derive(move || config.get().epochs) set=move |v| config.update(|c| c.epochs = v) />
                <details>
                    <summary>"Optimiser and more"</summary>
                    <TrainingSettings />
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
    let plan = Memo::new(move |_| training::plan(session, &training::setup(session)));
    view! {
        {move || plan.get().map(|plan| view! {
            <p class="soft small" data-testid="memory">{term("activation", "Activations")} {format!(": {plan}.")}</p>
        })}
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

/// The widths of a network that has fully connected layers alone.
fn widths_of(network: &NetworkConfig) -> Option<Vec<usize>> {
    let width = |layer: &LayerConfig| match layer {
        LayerConfig::Dense { width } => Some(*width),
        LayerConfig::Conv { .. } | LayerConfig::Pool | LayerConfig::Dropout { .. } => None,
    };
    network.layers.iter().map(width).collect()
}

/// As [`parse_widths`] reads it: `4 × 128` where all are alike, else `256, 128`.
fn widths_text(widths: &[usize]) -> String {
    if widths.is_empty() {
        String::new()
    } else {
        training::describe(&NetworkConfig::perceptron(widths))
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
