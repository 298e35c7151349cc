//! The page: components that read the [`state::Session`] and call the commands in [`session`].

mod caption;
mod chart;
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
mod folder;
mod frame;
mod gesture;
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
mod street_digits_panel;
mod strip;
mod tabs;
mod thumbnail;
mod trail_controls;
mod trail_layer;
mod training_panel;
mod training_settings;

use leptos::prelude::*;

use crate::network::{DeviceKind, adapter};
use state::{DeviceChoice, Session, View};

/// After this long without anything else to do, the trainer is fetched in the background.
const WARM_UP_MS: u32 = 4_000;

/// Shows the page; or one figure alone, where the address asks for it.
pub fn open() {
    if address_parameter("embed").is_some() {
        leptos::mount::mount_to_body(embed::Embed);
    } else {
        leptos::mount::mount_to_body(Page);
    }
}

/// What the address says after `?name=`.
fn address_parameter(name: &str) -> Option<String> {
    let search = gloo::utils::window().location().search().ok()?;
    let parameters = web_sys::UrlSearchParams::new_with_str(&search).ok()?;
    parameters.get(name)
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
    frame::follow_theme(session.dark);
    match address_parameter("analysis") {
        Some(address) => session::keeping::open_url(session, &address),
        None => session::opening::open_digits(session),
    }
    session::loading::list(session);
    for panel in session.panels {
        session::projecting::follow(session, panel);
        session::clustering::follow(session, panel);
    }
    reading::pins::follow(session);
    session::evolving::follow(session);
    session::relating::follow(session);
    leptos::task::spawn_local(async move {
        session.adapter.set(Some(adapter::probe().await));
    });
    session::surviving::look(session);
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
                <shortcuts::Help />
            </header>
            <div class="notices">
                <notice::NoticeBar />
                <interrupted::InterruptedBar />
            </div>
            <section class="controls" aria-label="Data, network and training">
                <data_panel::DataPanel />
                <network_panel::NetworkPanel />
                <training_panel::TrainingPanel />
                <projection_settings::ProjectionSettings />
            </section>
            <main class="figures" id="figures">
                <div class="tab-row">
                    <tabs::Tabs />
                    <Show when=move || session.view.get() == View::Projections>
                        <reading::ReadingBar />
                    </Show>
                </div>
                <legend::Legend />
                <div class="projections" id="view-projections" role="tabpanel" aria-labelledby="tab-projections"
                    hidden=move || session.view.get() != View::Projections>
                    <div class="pair">
                        {session.panels.map(|panel| view! { <projection_panel::ProjectionPanel panel /> })}
                    </div>
                    <reading::Readings />
                </div>
                <div class="single" id="view-evolution" role="tabpanel" aria-labelledby="tab-evolution"
                    hidden=move || session.view.get() != View::Evolution>
                    <evolution_view::EvolutionFigure />
                </div>
                <div class="single" id="view-neurons" role="tabpanel" aria-labelledby="tab-neurons"
                    hidden=move || session.view.get() != View::Neurons>
                    <neurons::NeuronsFigure />
                </div>
                <strip::Strip />
            </main>
        </div>
        <Show when=move || over.get()>
            <div class="drop-veil">"Drop files to open them"</div>
        </Show>
    }
}

/// Fetches the trainer while the visitor looks around, unless they asked to save data.
fn warm_up_when_idle(session: Session) {
    let saves_data = js_sys::Reflect::get(&gloo::utils::window().navigator(), &"connection".into())
        .and_then(|connection| js_sys::Reflect::get(&connection, &"saveData".into()))
        .is_ok_and(|saves| saves.is_truthy());
    if saves_data {
        return;
    }
    gloo::timers::callback::Timeout::new(WARM_UP_MS, move || {
        session.workers.with_value(|workers| workers.trainer.warm());
    })
    .forget();
}
