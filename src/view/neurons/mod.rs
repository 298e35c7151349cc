//! The neurons of a layer at two epochs, before and after training: which are alike, which class each tells apart,
//! and what each responds to. Linked with the observations in both directions.

mod best;
mod caption;
mod card;
mod chooser;
pub mod colouring;
mod drawn;
mod histograms;
mod observations;
mod picture;
pub mod response;
mod role;
mod scale;
pub mod state;

use leptos::prelude::*;

use super::state::Session;
use best::BestNeurons;
use chooser::NeuronChooser;
use colouring::Colours;
use drawn::Drawn;
use observations::ObservationPanel;
use picture::NeuronPanel;
use role::Role;

/// The figure with its controls.
#[component]
pub fn NeuronsFigure() -> impl IntoView {
    let session = Session::from_context();
    let neurons = session.neurons;
    // Nothing of this is asked for before it is looked at; then it stays.
    let seen =
        Memo::new(move |seen: Option<&bool>| seen.copied().unwrap_or(false) || neurons.shown.get());
    view! {
        <Show when=move || seen.get()>
            <Figure />
        </Show>
    }
}

#[component]
fn Figure() -> impl IntoView {
    let session = Session::from_context();
    let colours = Colours::new(session);
    let drawn = Drawn::new(session);
    view! {
        <NeuronChooser colours />
        <div class="neurons">
            {session.neurons.pictures.map(|picture| view! { <NeuronPanel picture colours drawn /> })}
            <ObservationPanel />
        </div>
        <Role colours />
        <BestNeurons />
    }
}
