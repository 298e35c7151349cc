//! The steps of an evolution, side by side.

use leptos::prelude::*;

use super::caption::hit_text;
use super::evolution_view::found;
use super::naming;
use super::player::Player;
use super::small_multiple::SmallMultiple;
use super::state::Session;
use super::subscriptions::{leaving, view_memo};
use crate::analysis::{Along, Representation, Source};

/// A step in few words, beside the others of its sequence.
pub fn short_title(session: Session, along: Along, step: Representation) -> String {
    match (along, step.source) {
        (Along::Layers { .. }, Source::Layer { index, .. }) => naming::layer(session, index),
        (Along::Epochs { .. }, Source::Layer { epoch, .. }) => naming::epoch(epoch),
        (_, Source::Pixels) => "Pixels".into(),
    }
}

/// Every step as a small picture with its neighborhood hit; pressing one goes there.
#[component]
pub fn Steps(player: Player) -> impl IntoView {
    let session = Session::from_context();
    let evolution = session.evolution;
    let current = view_memo(move || evolution.at.get().round() as usize);
    let hits = view_memo(move || {
        found(session).map_or_else(Vec::new, |found| {
            found.hits.iter().map(hit_text).collect::<Vec<_>>()
        })
    });
    let hit = move |step: usize| hits.with(|hits| hits.get(step).cloned());
    view! {
        <ol class="steps">
            {leaving(move || {
                let along = evolution.sequence.get().along;
                evolution.steps.get().into_iter().enumerate().map(|(step, representation)| view! {
                    <li>
                        <button
                            aria-pressed=move || (current.get() == step).to_string()
                            title=naming::title(session, representation)
                            on:click=move |_| player.show_step(step)
                        >
                            <SmallMultiple step representation />
                            <span>{short_title(session, along, representation)}</span>
                            <b data-testid=format!("evolution-nh-{step}")>{move || hit(step).unwrap_or_else(|| "–".into())}</b>
                        </button>
                    </li>
                }).collect_view()
            })}
        </ol>
    }
}
