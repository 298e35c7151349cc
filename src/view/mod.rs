//! The page: components that read the [`state::Session`] and call the commands in [`session`].

mod appearance;
mod caption;
mod chart;
mod css;
mod curves;
mod data_panel;
mod dataset_menu;
mod dropping;
mod embed;
mod evolution_chooser;
mod evolution_curves;
mod evolution_marks;
mod evolution_steps;
mod evolution_view;
mod exporting;
mod finished;
mod first;
mod folder;
mod frame;
mod gesture;
mod glossary;
mod hover_card;
mod interrupted;
mod keeping_panel;
mod layer_builder;
mod legend;
mod naming;
mod network_panel;
mod neurons;
mod notice;
mod number_field;
mod options;
mod parts;
mod player;
mod prediction_history;
mod preprocessing_panel;
mod projection_panel;
mod projection_settings;
mod reading;
mod scatter;
mod session;
mod shepard;
mod shortcuts;
mod small_multiple;
mod state;
mod storage;
mod story;
mod street_digits_panel;
mod strip;
mod subscriptions;
mod tabs;
mod thumbnail;
mod trail_controls;
mod trail_layer;
mod training_panel;
mod training_settings;

use leptos::prelude::*;

use crate::network::{DeviceKind, adapter};
use crate::worker::later::later;
use parts::{Later, Part};
use state::{DeviceChoice, Session, View};

/// After this long without anything else to do, the trainer is fetched in the background.
const WARM_UP_MS: u32 = 4_000;
/// The rest of the page is fetched after this long even where the first view is not there yet.
const FIRST_VIEW_MS: u32 = 1_500;

/// Shows the page; or one figure alone, where the address asks for it.
pub fn open() {
    if address_parameter("embed").is_some() {
        parts::embed();
    } else {
        leptos::mount::mount_to_body(Page);
    }
}

/// What the address says after `?`.
fn address_parameters() -> web_sys::UrlSearchParams {
    let search = gloo::utils::window().location().search();
    web_sys::UrlSearchParams::new_with_str(&search.unwrap_or_default())
        .or_else(|_| web_sys::UrlSearchParams::new())
        .unwrap_or_else(|_| wasm_bindgen::JsValue::UNDEFINED.into())
}

/// What the address says after `?name=`.
fn address_parameter(name: &str) -> Option<String> {
    address_parameters().get(name)
}

/// The device that the address asks for, as in `?device=cpu`.
fn device_from_address() -> DeviceChoice {
    match address_parameter("device").as_deref() {
        Some("cpu") => DeviceChoice::Always(DeviceKind::Cpu),
        Some("webgpu") => DeviceChoice::Always(DeviceKind::WebGpu),
        _ => DeviceChoice::Automatic,
    }
}

#[component]
fn Page() -> impl IntoView {
    let session = Session::new(device_from_address());
    provide_context(session);
    appearance::follow(session, None);
    let story = story::state::Story::new();
    provide_context(story);
    session::addressing::begin(session);
    let settled = first_view_is_there(session);
    for panel in session.panels {
        session::projecting::follow(session, panel);
        session::clustering::follow(session, panel, move || settled.get());
    }
    reading::pins::follow(session);
    leptos::task::spawn_local(async move {
        session.adapter.set(Some(adapter::probe().await));
    });
    warm_up_when_idle(session);
    shortcuts::listen(session);
    let over = dropping::listen(session);

    view! {
        <a class="skip" href="#figures">"Skip to the projections"</a>
        <div class="page">
            <header class="masthead">
                <h1>"Hidden Activity"</h1>
                <p>"Train a network here, and see what its hidden layers have learned"</p>
                <span class="spacer"></span>
                <Later part=Part::Masthead wanted=settled />
                <glossary::Explanation />
            </header>
            <div class="notices">
                <notice::NoticeBar />
                <Later part=Part::Interrupted wanted=settled />
                <Later part=Part::Story wanted=story.wanted() />
            </div>
            <section class="controls" aria-label="Data, network and training">
                <Later part=Part::Controls wanted=settled />
            </section>
            <main class="figures" id="figures">
                <div class="tab-row">
                    <tabs::Tabs />
                    <Show when=move || session.view.get() == View::Projections>
                        <div class="reading-room"><Later part=Part::ReadingBar wanted=settled /></div>
                    </Show>
                </div>
                <legend::Legend />
                <div class="projections" id="view-projections" role="tabpanel" aria-labelledby="tab-projections"
                    hidden=move || session.view.get() != View::Projections>
                    <div class="finished-room"><Later part=Part::Finished wanted=settled /></div>
                    <div class="pair">
                        {session.panels.map(|panel| view! { <projection_panel::ProjectionPanel panel /> })}
                    </div>
                    <div class="readings-room"><Later part=Part::Readings wanted=settled /></div>
                </div>
                <div class="single" id="view-evolution" role="tabpanel" aria-labelledby="tab-evolution"
                    hidden=move || session.view.get() != View::Evolution>
                    <Later part=Part::Evolution wanted=session.evolution.shown />
                </div>
                <div class="single" id="view-neurons" role="tabpanel" aria-labelledby="tab-neurons"
                    hidden=move || session.view.get() != View::Neurons>
                    <Later part=Part::Neurons wanted=session.neurons.shown />
                </div>
                <strip::Strip />
            </main>
        </div>
        <Show when=move || over.get()>
            <div class="drop-veil">"Drop files to open them"</div>
        </Show>
    }
}

/// Whether what the page shows first is drawn, so that what comes after it no longer makes it wait.
fn first_view_is_there(session: Session) -> Memo<bool> {
    let drawn = RwSignal::new(false);
    later(FIRST_VIEW_MS, move || drawn.set(true));
    Effect::new(move |was_there: Option<bool>| {
        let positions = |panel: &state::Panel| !panel.positions.with(|it| it.is_empty());
        let is_there = session.panels.iter().all(positions);
        if is_there && was_there != Some(true) {
            frame::after_frame(move || drawn.set(true));
        }
        is_there
    });
    Memo::new(move |was: Option<&bool>| {
        was.copied().unwrap_or(false)
            || drawn.get()
            || session.view.get() != View::Projections
            || session.notice.with(Option::is_some)
    })
}

/// Fetches the trainer while the visitor looks around, unless they asked to save data.
fn warm_up_when_idle(session: Session) {
    let saves_data = js_sys::Reflect::get(&gloo::utils::window().navigator(), &"connection".into())
        .and_then(|connection| js_sys::Reflect::get(&connection, &"saveData".into()))
        .is_ok_and(|saves| saves.is_truthy());
    if saves_data {
        return;
    }
    later(WARM_UP_MS, move || {
        session.workers.with_value(|workers| workers.trainer.warm());
    });
}
