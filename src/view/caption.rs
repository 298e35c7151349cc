//! What a projection's numbers are, so that the picture can be read without touching it.

use std::sync::Arc;

use leptos::prelude::*;

use super::css::Css;
use super::evolution_view;
use super::glossary::{plain, prose, term};
use super::naming;
use super::session::{projecting, scoring};
use super::shepard::Shepard;
use super::state::{Layout, Measured, Panel, Session};
use super::subscriptions::{leaving, view_memo};
use crate::analysis::Source;
use crate::canvas::palette::class_color;
use crate::figure::describe_observations;
use crate::projection::{Fit, Method, Metric, NeighborhoodHit, Note};

/// A fraction as a percentage with two digits, as the paper gives it; a dash where there is none.
pub fn percent(fraction: f32) -> String {
    if !fraction.is_finite() {
        return "–".into();
    }
    format!("{:.2}%", 100.0 * f64::from(fraction))
}

/// A neighborhood hit as a percentage; a dash where there is none.
pub fn hit_text(hit: &NeighborhoodHit) -> String {
    hit.defined().map_or_else(|| "–".into(), percent)
}

/// A mean cross-entropy with three digits; a dash where there is none.
pub fn nats(loss: Option<f32>) -> String {
    match loss.filter(|loss| loss.is_finite()) {
        None => "–".into(),
        Some(loss) if loss < 1e5 => format!("{loss:.3}"),
        Some(loss) => format!("{loss:.2e}"),
    }
}

/// A loss beside an axis, where a training that diverges may need many digits.
pub fn nats_tick(loss: f32) -> String {
    if loss < 1e3 {
        format!("{loss:.1}")
    } else {
        format!("{loss:.0e}")
    }
}

/// How a layout was computed, in words; the glossary's terms are marked, as [`prose`] shows them.
fn method_marked(method: &Method) -> String {
    match method {
        Method::Tsne(config) => format!(
            "[tsne|t-SNE], [perplexity|perplexity] {}",
            config.perplexity
        ),
        Method::Mds { metric, .. } => {
            "[mds|metric MDS] of ".to_owned()
                + match metric {
                    Metric::Euclidean => "Euclidean distances",
                    Metric::Cosine => "[cosine|cosine dissimilarities]",
                    Metric::Correlation => "[correlation|1 − |r|]",
                }
        }
    }
}

/// What was minimised, as the end of a sentence with marked terms.
fn fit_marked(fit: Fit) -> String {
    match fit {
        Fit::Divergence(kl) => format!(", [kl|KL] {kl:.3}"),
        Fit::Stress(stress) => {
            format!(
                ", [stress|stress] {:.3} (raw {:.4e})",
                stress.normalised, stress.raw
            )
        }
    }
}

/// How a layout was computed, in plain words.
pub fn method_text(method: &Method) -> String {
    plain(&method_marked(method))
}

/// What was minimised, as the end of a plain sentence.
pub fn fit_text(fit: Fit) -> String {
    plain(&fit_marked(fit))
}

/// What a picture of observations shows, for those who do not see it.
pub fn about(session: Session, panel: Panel) -> String {
    let representation = panel.representation.get();
    let step = session.evolution.at.get().round() as usize;
    let settled = matches!(panel.layout.get(), Layout::Finished | Layout::Stopped);
    let selected = session
        .selection(representation.part)
        .with(|history| history.present().count());
    // The evolution has layouts of its own.
    let evolved = (panel.place == evolution_view::PLACE)
        .then(|| evolution_view::found(session).and_then(|found| found.hits.get(step).cloned()));
    session.analysis.with(|analysis| {
        let subset = analysis.subset(representation.part);
        let found = analysis.projections.get(&representation);
        let hit = match &evolved {
            Some(hit) => hit.as_ref(),
            None => found.map(|found| &*found.hit).filter(|_| settled),
        };
        let snapshot = analysis.snapshot_of(representation);
        let snapshot = snapshot.filter(|_| representation.source.is_trained());
        let wrong = snapshot.map(|it| it.predictions.misclassified(&subset.labels).len());
        let name = |class: usize| naming::class(session, class as u8);
        describe_observations(subset.len(), hit, &name, wrong, selected)
    })
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
                        <li style=Css(format!("--class: {}; --share: {:.1}%", class_color(class).css(), 100.0 * hit))>
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

/// What the layout kept of the space it shows, and a way to improve it.
#[component]
fn Quality(panel: Panel) -> impl IntoView {
    let session = Session::from_context();
    view! {
        {leaving(move || match panel.quality.get() {
            Measured::No => view! {
                <button class="quiet" on:click=move |_| scoring::measure(session, panel)>"Measure its quality"</button>
            }.into_any(),
            Measured::Running(fraction) => view! {
                <progress max="1" value=fraction.to_string() aria-label="Progress of the measuring"></progress>
            }.into_any(),
            Measured::Yes(quality) if quality.k == 0 => view! {
                <p class="soft" data-testid=format!("quality-{}", panel.place)>
                    "There is nothing to measure: fewer than three observations have no neighbours to keep or lose."
                </p>
            }.into_any(),
            Measured::Yes(quality) => view! {
                <dl class="quality" data-testid=format!("quality-{}", panel.place)>
                    <dt>{term("trustworthiness", "Trustworthiness")}</dt>
                    <dd>{format!("{:.3}", quality.trustworthiness)}</dd>
                    <dt>{term("continuity", "Continuity")}</dt>
                    <dd>{format!("{:.3}", quality.continuity)}</dd>
                    <dt>{term("stress", "Normalised stress")}</dt>
                    <dd>{match quality.stress.scaled {
                        stress if stress.is_finite() => format!("{stress:.3}"),
                        _ => "– (all observations are identical)".into(),
                    }}</dd>
                    <dt>{term("knn", "k-NN accuracy in the data")}</dt>
                    <dd>{percent(quality.nearest_neighbour_accuracy as f32)}</dd>
                    <dt>{term("nh", "NH in the data")}</dt>
                    <dd>{percent(quality.data_neighborhood_hit as f32)}</dd>
                </dl>
            }.into_any(),
        })}
        <Show when=leaving(move || panel.job.get().is_some())>
            <button class="quiet" on:click=move |_| projecting::go_on(session, panel)>"Restart from this layout"</button>
        </Show>
    }
}

/// The line below a projection.
#[component]
pub fn Caption(
    /// Of this panel.
    panel: Panel,
) -> impl IntoView {
    let session = Session::from_context();
    let projection = view_memo(move || {
        let representation = panel.representation.get();
        session
            .analysis
            .with(|analysis| analysis.projections.get(&representation).cloned())
    });
    let accuracy = view_memo(move || {
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
            {leaving(move || {
                let projection = projection.get().filter(|_| settled())?;
                let k = projection.hit.k;
                // Where all observations are alike, who lies beside whom is chance.
                let identical = projection.notes.contains(&Note::AllIdentical);
                let hit = match identical {
                    true => "–".to_owned(),
                    false => hit_text(&projection.hit),
                };
                Some(view! {
                    <span>
                        {term("nh", "NH")} " " <b data-testid=format!("nh-{}", panel.place)>{hit}</b>
                        {format!(" (k = {k})")}
                    </span>
                    {accuracy.get().map(|accuracy| view! {
                        " · " {term("accuracy", "accuracy")} " " <b data-testid=format!("accuracy-{}", panel.place)>{percent(accuracy)}</b>
                    })}
                    <span class="details">
                        " · " {leaving(observations)} " · "
                        {prose(&(method_marked(&projection.method) + &projection.fit.map_or_else(String::new, fit_marked)))}
                    </span>
                    {(panel.layout.get() == Layout::Stopped).then(|| view! {
                        <span class="note">
                            {format!("Stopped after iteration {} of {}. ", projection.iterations, projection.method.iterations())}
                            <button class="quiet" on:click=move |_| projecting::restart(session, panel)>"Compute it to the end"</button>
                        </span>
                    })}
                    <div class="caption-more">
                    {(!identical).then(|| view! { <ByClass hit=projection.hit.clone() /> })}
                    <Quality panel />
                    {(!projection.shepard.is_empty()).then(|| view! { <Shepard pairs=projection.shepard.clone() panel /> })}
                    </div>
                    {projection.hit.reservation().map(|why| view! { <span class="note">{why}</span> })}
                    {projection.notes.iter().map(|note| view! { <span class="note">{note.to_string()}</span> }).collect_view()}
                })
            })}
            {leaving(move || {
                let running = matches!(panel.layout.get(), Layout::Running { .. });
                running.then(|| match panel.representation.get().source {
                    Source::Pixels => "Each point is an image, placed by its pixels.",
                    Source::Layer { .. } => "Each point is an image, placed by the activations of this layer.",
                })
            })}
        </div>
    }
}
