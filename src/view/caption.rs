//! What a projection's numbers are, so that the picture can be read without touching it.

use std::sync::Arc;

use leptos::prelude::*;

use super::session::projecting;
use super::state::{Layout, Panel, Session};
use crate::analysis::Source;
use crate::canvas::palette::class_color;
use crate::projection::NeighborhoodHit;

/// A fraction as a percentage with two digits, as the paper gives it.
pub fn percent(fraction: f32) -> String {
    format!("{:.2}%", 100.0 * f64::from(fraction))
}

/// The neighborhood hit of each class, behind a heading.
#[component]
fn ByClass(hit: Arc<NeighborhoodHit>) -> impl IntoView {
    let session = Session::from_context();
    let names = session.dataset.with_untracked(|open| {
        open.as_ref()
            .map(|open| open.dataset.class_names.clone())
            .unwrap_or_default()
    });
    view! {
        <details class="by-class">
            <summary>"NH by class"</summary>
            <ul>
                {hit.per_class.iter().enumerate().filter_map(|(class, hit)| {
                    let hit = (*hit)?;
                    Some(view! {
                        <li style=format!("--class: {}; --share: {:.1}%", class_color(class).css(), 100.0 * hit)>
                            <span class="swatch"></span>
                            {names.get(class).cloned().unwrap_or_else(|| class.to_string())}
                            " " <b>{format!("{:.1}%", 100.0 * hit)}</b>
                        </li>
                    })
                }).collect_view()}
            </ul>
        </details>
    }
}

/// The line below a projection.
#[component]
pub fn Caption(
    /// Of this panel.
    panel: Panel,
) -> impl IntoView {
    let session = Session::from_context();
    let projection = Memo::new(move |_| {
        let representation = panel.representation.get();
        session
            .analysis
            .with(|analysis| analysis.projections.get(&representation).cloned())
    });
    let accuracy = Memo::new(move |_| {
        let representation = panel.representation.get();
        session.analysis.with(|analysis| {
            let labels = &analysis.subset(representation.part).labels;
            analysis
                .snapshot_of(representation)
                .and_then(|snapshot| snapshot.predictions.accuracy(labels))
        })
    });
    let settled = move || matches!(panel.layout.get(), Layout::Finished | Layout::Stopped);
    let observations = move || {
        let part = panel.representation.get().part;
        let n = session
            .analysis
            .with(|analysis| analysis.subset(part).len());
        format!("{n} {part} observations")
    };
    view! {
        <div class="caption" data-testid=format!("caption-{}", panel.place)>
            {move || {
                let projection = projection.get().filter(|_| settled())?;
                let k = projection.hit.k;
                Some(view! {
                    <span title="Neighborhood hit: the share of each observation's k nearest neighbours in the picture that have its class, averaged (Paulovich et al. 2008).">
                        "NH " <b data-testid=format!("nh-{}", panel.place)>{percent(projection.hit.overall)}</b>
                        {format!(" (k = {k})")}
                    </span>
                    {accuracy.get().map(|accuracy| view! {
                        " · accuracy " <b data-testid=format!("accuracy-{}", panel.place)>{percent(accuracy)}</b>
                    })}
                    " · " {observations} " · t-SNE, perplexity " {projection.config.perplexity.to_string()}
                    {projection.kl_divergence.map(|kl| format!(", KL {kl:.3}"))}
                    {(panel.layout.get() == Layout::Stopped).then(|| view! {
                        <span class="note">
                            {format!("Stopped after iteration {} of {}. ", projection.iterations, projection.config.iterations)}
                            <button class="quiet" on:click=move |_| projecting::restart(session, panel)>"Compute it to the end"</button>
                        </span>
                    })}
                    <ByClass hit=projection.hit.clone() />
                    {projection.notes.iter().map(|note| view! { <span class="note">{note.to_string()}</span> }).collect_view()}
                })
            }}
            {move || {
                let running = matches!(panel.layout.get(), Layout::Running { .. });
                running.then(|| match panel.representation.get().source {
                    Source::Pixels => "Each point is an image, placed by its pixels.",
                    Source::Layer { .. } => "Each point is an image, placed by the activations of this layer.",
                })
            }}
        </div>
    }
}
