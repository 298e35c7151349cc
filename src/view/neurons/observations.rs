//! The observations beside the neurons.

use std::sync::Arc;

use leptos::prelude::*;

use super::response::{TintNote, tint};
use crate::analysis::Representation;
use crate::view::caption::Caption;
use crate::view::naming;
use crate::view::notice::FailureBox;
use crate::view::projection_panel::{Busy, layout_name};
use crate::view::scatter::ScatterView;
use crate::view::session::projecting;
use crate::view::state::{Layout, Session};
use crate::view::subscriptions::leaving;

/// What the right picture shows; the left one's, where that shows nothing.
fn observed(session: Session) -> Option<Representation> {
    let [left, right] = session.neurons.pictures;
    right
        .representation
        .get()
        .or_else(|| left.representation.get())
}

/// The observations as the layer sees them, in the colours of their activation of chosen neurons.
#[component]
pub fn ObservationPanel() -> impl IntoView {
    let session = Session::from_context();
    // The activations themselves: a layer of another network has the same name.
    let shown = Memo::new_with_compare(
        move |_| {
            let representation = observed(session)?;
            let activations = session
                .analysis
                .with(|analysis| analysis.activations(representation).cloned());
            Some((representation, activations))
        },
        |old, new| {
            let place = |shown: &Option<(Representation, Option<Arc<Vec<f32>>>)>| {
                let (representation, activations) = shown.as_ref()?;
                Some((*representation, activations.as_ref().map(Arc::as_ptr)))
            };
            old.map(place) != new.map(place)
        },
    );
    view! {
        <section class="panel" aria-label="Observations of the neurons">
            {move || shown.get().map(|(representation, _)| view! { <Observations representation /> })}
        </section>
    }
}

#[component]
fn Observations(representation: Representation) -> impl IntoView {
    let session = Session::from_context();
    let panel = session.neurons.observations;
    panel.representation.set(representation);
    projecting::follow(session, panel);
    on_cleanup(move || projecting::abandon(session, panel));
    let tinted = tint(session, panel);
    view! {
        <header class="panel-head"><h2>{leaving(move || format!("Observations, {}", naming::title(session, representation)))}</h2></header>
        <div
            class="stage"
            data-layout=leaving(move || layout_name(&panel.layout.get()))
            data-points=leaving(move || panel.positions.with(|positions| positions.len() / 2))
        >
            <ScatterView panel tinted />
            {leaving(move || match panel.layout.get() {
                Layout::Failed(failure) => Some(view! {
                    <div class="empty">
                        <FailureBox failure />
                        <button on:click=move |_| projecting::restart(session, panel)>"Try again"</button>
                    </div>
                }),
                _ => None,
            })}
            <Busy panel />
        </div>
        <div>
            <TintNote panel />
            <Caption panel />
        </div>
    }
}
