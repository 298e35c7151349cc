//! How the network is trained: the settings that most visitors leave as they are.

use leptos::prelude::*;

use super::number_field::{ChoiceField, NumberField};
use super::state::Session;
use crate::network::{ConvActivations, NetworkConfig, Optimizer, Schedule};

/// Momentum when momentum descent is chosen.
const MOMENTUM: f32 = 0.9;
/// The step schedule when it is chosen.
const STEP: (u32, f32) = (5, 0.5);

/// A kind of schedule in the menu.
#[derive(Clone, Copy, PartialEq)]
enum Course {
    Constant,
    Cosine,
    Step,
}

const OPTIMISERS: &[(bool, &str)] = &[(false, "Adam"), (true, "SGD, momentum")];
const COURSES: &[(Course, &str)] = &[
    (Course::Constant, "Constant"),
    (Course::Cosine, "Cosine, to 0"),
    (Course::Step, "Steps"),
];
const INPUTS: &[(bool, &str)] = &[(false, "0 to 1"), (true, "Standardised")];
const CONV: &[(ConvActivations, &str)] = &[
    (ConvActivations::None, "Not taken"),
    (ConvActivations::Average, "Mean of each map"),
    (ConvActivations::Flattened, "All values"),
];

/// Optimiser, schedule, regularisation, inputs and what is kept.
#[component]
pub fn TrainingSettings() -> impl IntoView {
    let session = Session::from_context();
    let config = session.training;
    let descends =
        Memo::new(move |_| config.with(|config| matches!(config.optimizer, Optimizer::Sgd { .. })));
    let course = Memo::new(move |_| match config.with(|config| config.schedule) {
        Schedule::Constant => Course::Constant,
        Schedule::Cosine => Course::Cosine,
        Schedule::Step { .. } => Course::Step,
    });
    let steps = move || match config.with(|config| config.schedule) {
        Schedule::Step { every, factor } => (every, factor),
        Schedule::Constant | Schedule::Cosine => STEP,
    };
    let set_steps = move |(every, factor)| {
        config.update(|c| c.schedule = Schedule::Step { every, factor });
    };
    let choose_optimiser = move |sgd| {
        config.update(|config| {
            config.optimizer = if sgd {
                Optimizer::Sgd { momentum: MOMENTUM }
            } else {
                Optimizer::Adam
            };
            config.learning_rate = config.optimizer.usual_rate();
        });
    };
    let choose_course = move |course| {
        config.update(|config| {
            config.schedule = match course {
                Course::Constant => Schedule::Constant,
                Course::Cosine => Schedule::Cosine,
                Course::Step => Schedule::Step {
                    every: STEP.0,
                    factor: STEP.1,
                },
            };
        });
    };
    let convolves = Memo::new(move |_| session.network.with(NetworkConfig::is_convolutional));
    view! {
        <ChoiceField label="Optimiser" term="optimiser" choices=OPTIMISERS value=descends set=choose_optimiser />
        <Show when=move || descends.get()>
            <NumberField label="Momentum" term="momentum" step="0.05"
                value=Signal::derive(move || match config.get().optimizer { Optimizer::Sgd { momentum } => momentum, Optimizer::Adam => 0.0 })
                set=move |momentum| config.update(|c| c.optimizer = Optimizer::Sgd { momentum }) />
        </Show>
        <NumberField label="Learning rate" term="learning-rate" step="any" value=Signal::derive(move || config.get().learning_rate) set=move |v| config.update(|c| c.learning_rate = v) />
        <ChoiceField label="Rate's course" term="schedule" choices=COURSES value=course set=choose_course />
        <Show when=move || course.get() == Course::Step>
            <NumberField label="Change every … epochs" step="1" value=Signal::derive(move || steps().0) set=move |every| set_steps((every, untrack(steps).1)) />
            <NumberField label="By a factor of" step="0.1" value=Signal::derive(move || steps().1) set=move |factor| set_steps((untrack(steps).0, factor)) />
        </Show>
        <NumberField label="Weight decay" term="weight-decay" step="any" value=Signal::derive(move || config.get().weight_decay) set=move |v| config.update(|c| c.weight_decay = v) />
        <NumberField label="Batch size" term="batch" step="1" value=Signal::derive(move || config.get().batch_size) set=move |v| config.update(|c| c.batch_size = v) />
        <NumberField label="Shift images by up to" step="1" value=Signal::derive(move || config.get().shifts) set=move |v| config.update(|c| c.shifts = v) />
        <ChoiceField label="Pixel values" term="standardise" choices=INPUTS value=Signal::derive(move || config.get().standardise) set=move |v| config.update(|c| c.standardise = v) />
        <NumberField label="Seed" step="1" value=Signal::derive(move || config.get().seed) set=move |v| config.update(|c| c.seed = v) />
        <NumberField label="Keep every … epochs" step="1" value=Signal::derive(move || session.keep_every.get()) set=move |v: u32| session.keep_every.set(v.max(1)) />
        <Show when=move || convolves.get()>
            <ChoiceField label="Conv. activations" term="convolution" choices=CONV value=session.conv_activations set=move |v| session.conv_activations.set(v) />
        </Show>
    }
}
