//! Parts of the page whose code comes later. The page's module is split where functions here say so
//! (wasm-split, scripts/split-page.sh): what a visitor sees first does not wait for what is not yet in view.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::exporting::{Form, Subject, giving};
use super::session::{addressing, evolving, loading, relating, surviving};
use super::state::Session;
use super::{
    appearance, data_panel, embed, evolution_view, finished, interrupted, network_panel, neurons,
    projection_settings, reading, shortcuts, story, training_panel,
};
use crate::address::Opened;
use crate::worker::protocol::Failure;

/// What builds a part, once its code is there.
type Build = fn() -> AnyView;
/// The code on its way.
type Coming = Pin<Box<dyn Future<Output = Result<Build, NotLoaded>>>>;

/// A part's code could not be fetched.
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

#[wasm_split(controls, fallible, wasm_split_path = leptos::wasm_split)]
fn load_controls() -> Result<Build, NotLoaded> {
    Ok(|| {
        let session = Session::from_context();
        loading::list(session);
        surviving::look(session);
        view! {
            <data_panel::DataPanel />
            <network_panel::NetworkPanel />
            <training_panel::TrainingPanel />
            <projection_settings::ProjectionSettings />
        }
        .into_any()
    })
}

#[wasm_split(controls, fallible, wasm_split_path = leptos::wasm_split)]
fn load_masthead() -> Result<Build, NotLoaded> {
    Ok(|| {
        view! {
            <story::state::Entries />
            <appearance::ThemeMenu />
            <shortcuts::Help />
        }
        .into_any()
    })
}

#[wasm_split(controls, fallible, wasm_split_path = leptos::wasm_split)]
fn load_interrupted() -> Result<Build, NotLoaded> {
    Ok(|| view! { <interrupted::InterruptedBar /> }.into_any())
}

#[wasm_split(figures, fallible, wasm_split_path = leptos::wasm_split)]
fn load_evolution() -> Result<Build, NotLoaded> {
    Ok(|| {
        evolving::follow(Session::from_context());
        view! { <evolution_view::EvolutionFigure /> }.into_any()
    })
}

#[wasm_split(figures, fallible, wasm_split_path = leptos::wasm_split)]
fn load_neurons() -> Result<Build, NotLoaded> {
    Ok(|| {
        relating::follow(Session::from_context());
        view! { <neurons::NeuronsFigure /> }.into_any()
    })
}

#[wasm_split(figures, fallible, wasm_split_path = leptos::wasm_split)]
fn load_reading_bar() -> Result<Build, NotLoaded> {
    Ok(|| view! { <reading::ReadingBar /> }.into_any())
}

#[wasm_split(figures, fallible, wasm_split_path = leptos::wasm_split)]
fn load_readings() -> Result<Build, NotLoaded> {
    Ok(|| view! { <reading::Readings /> }.into_any())
}

#[wasm_split(figures, fallible, wasm_split_path = leptos::wasm_split)]
fn load_finished() -> Result<Build, NotLoaded> {
    Ok(|| view! { <finished::FinishedBar /> }.into_any())
}

/// What opens data sets that take their time.
type OpenOther = fn(Session, Opened);

#[wasm_split(controls, fallible, wasm_split_path = leptos::wasm_split)]
fn load_opener() -> Result<OpenOther, NotLoaded> {
    Ok(addressing::open_other)
}

/// Opens a data set that an address names.
pub fn open(session: Session, opened: Opened) {
    leptos::task::spawn_local(async move {
        match load_opener().await {
            Ok(open) => open(session, opened),
            Err(NotLoaded) => session.fail(Failure::new(
                "The data set of the address could not be opened.",
                "The part of the page that does it could not be loaded.",
                "Check the connection, and reload the page.",
            )),
        }
    });
}

/// What makes a figure that is to be taken away.
pub type Give = fn(Session, Subject, Form) -> Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(figures, fallible, wasm_split_path = leptos::wasm_split)]
fn load_giving() -> Result<Give, NotLoaded> {
    Ok(|session, subject, form| Box::pin(giving::give(session, subject, form)))
}

/// Has a figure made and given to the visitor.
pub async fn give(session: Session, subject: Subject, form: Form) {
    match load_giving().await {
        Ok(give) => give(session, subject, form).await,
        Err(NotLoaded) => session.fail(Failure::new(
            "The figure could not be exported.",
            "The part of the page that does it could not be loaded.",
            "Check the connection, and try again.",
        )),
    }
}

/// Shows one figure in another page.
type Open = fn();

#[wasm_split(figures, fallible, wasm_split_path = leptos::wasm_split)]
fn load_embed() -> Result<Open, NotLoaded> {
    Ok(|| leptos::mount::mount_to_body(embed::Embed))
}

/// Shows one figure alone, as another page asks for it.
pub fn embed() {
    // Nothing of leptos runs yet.
    wasm_bindgen_futures::spawn_local(async move {
        match load_embed().await {
            Ok(open) => open(),
            Err(NotLoaded) => leptos::mount::mount_to_body(|| {
                view! { <p role="alert">"This figure could not be loaded. Reload the page."</p> }
            }),
        }
    });
}

#[wasm_split(figures, fallible, wasm_split_path = leptos::wasm_split)]
fn load_story() -> Result<Build, NotLoaded> {
    Ok(|| view! { <story::StoryView /> }.into_any())
}

/// The parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the page's head offers beside its name.
    Masthead,
    /// Data, network and training.
    Controls,
    /// A training that the last visit left unfinished.
    Interrupted,
    /// The evolution over layers and epochs.
    Evolution,
    /// The neurons.
    Neurons,
    /// That the analysis is a finished one.
    Finished,
    /// What stands above the projections.
    ReadingBar,
    /// What stands below them.
    Readings,
    /// The guided tour and the gallery.
    Story,
}

fn load(part: Part) -> Coming {
    match part {
        Part::Masthead => Box::pin(load_masthead()),
        Part::Controls => Box::pin(load_controls()),
        Part::Interrupted => Box::pin(load_interrupted()),
        Part::Evolution => Box::pin(load_evolution()),
        Part::Neurons => Box::pin(load_neurons()),
        Part::Finished => Box::pin(load_finished()),
        Part::ReadingBar => Box::pin(load_reading_bar()),
        Part::Readings => Box::pin(load_readings()),
        Part::Story => Box::pin(load_story()),
    }
}

#[derive(Clone, Copy)]
enum Stage {
    Waiting,
    Here(Build),
    Failed,
}

/// A part of the page: nothing until it is wanted, then its code is fetched and it is built.
#[component]
pub fn Later(part: Part, #[prop(into)] wanted: Signal<bool>) -> impl IntoView {
    let stage = RwSignal::new(Stage::Waiting);
    let fetch = move || {
        stage.set(Stage::Waiting);
        leptos::task::spawn_local(async move {
            let built = load(part).await;
            stage.try_set(built.map_or(Stage::Failed, Stage::Here));
        });
    };
    let asked =
        Memo::new(move |asked: Option<&bool>| asked.copied().unwrap_or(false) || wanted.get());
    Effect::new(move |_| {
        if asked.get() {
            fetch();
        }
    });
    move || match stage.get() {
        Stage::Waiting => None,
        Stage::Here(build) => Some(build()),
        Stage::Failed => Some(
            view! {
                <p class="part-missing" role="alert">
                    "This part of the page could not be loaded. "
                    <button on:click=move |_| fetch()>"Try again"</button>
                </p>
            }
            .into_any(),
        ),
    }
}
