//! The figures that can stand alone. They are the page's own; style/embed.css leaves their controls out.

use leptos::prelude::*;

use crate::embedding::Figure;
use crate::view::evolution_curves::EvolutionCurves;
use crate::view::evolution_view::{self, EvolutionFigure};
use crate::view::naming;
use crate::view::neurons::NeuronsFigure;
use crate::view::player::Player;
use crate::view::projection_panel::{ProjectionPanel, layout_name};
use crate::view::reading::NetworkConfusion;
use crate::view::state::Session;

/// A figure.
#[component]
pub fn Shown(figure: Figure) -> impl IntoView {
    let session = Session::from_context();
    let [left, right] = session.panels;
    match figure {
        Figure::Projection => view! { <ProjectionPanel panel=right /> }.into_any(),
        Figure::Pair => view! {
            <div class="pair"><ProjectionPanel panel=left /><ProjectionPanel panel=right /></div>
        }
        .into_any(),
        Figure::Evolution | Figure::Trails => view! { <EvolutionFigure /> }.into_any(),
        Figure::Neurons => view! { <NeuronsFigure /> }.into_any(),
        Figure::Curves => view! { <Curves /> }.into_any(),
        Figure::Confusion => view! { <Confusion /> }.into_any(),
    }
}

/// How the numbers go over the epochs.
#[component]
fn Curves() -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let found = Memo::new(move |_| evolution_view::found(session));
    let player = Player::new(session);
    view! {
        <section class="panel" aria-label="Curves" data-layout=move || layout_name(&evolution.layout.get())>
            <header class="panel-head">
                <h2>{move || evolution_view::heading(session)}</h2>
            </header>
            <EvolutionCurves found player />
        </section>
    }
}

/// What the network takes for what.
#[component]
fn Confusion() -> impl IntoView {
    let session = Session::from_context();
    let heading = move || {
        let shown = session.panels[1].representation.get();
        format!("Confusion matrix, {}", naming::moment(shown))
    };
    view! {
        <section class="panel" aria-label="Mistakes of the network">
            <header class="panel-head"><h2>{heading}</h2></header>
            <NetworkConfusion />
        </section>
    }
}
