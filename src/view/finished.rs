//! A finished analysis that was opened, and the same done again here: both are shown.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

use super::caption::percent;
use super::naming;
use super::session::training;
use super::state::{Run, Session};
use crate::analysis::Analysis;

/// What an analysis looked like when it was opened.
#[derive(Clone, PartialEq)]
pub struct Finished {
    /// For the left and the right projection.
    sides: [Side; 2],
    /// Of the network in the end, 0 to 1.
    accuracy: Option<f32>,
}

#[derive(Clone, PartialEq)]
struct Side {
    title: String,
    /// The picture as a data URL.
    picture: String,
    /// Neighborhood hit, 0 to 1.
    hit: Option<f32>,
}

/// The pictures and numbers of what the page shows.
fn now(session: Session) -> Finished {
    let sides = session.panels.map(|panel| {
        let of = panel.representation.get_untracked();
        let side = if panel.place == 0 { "Left" } else { "Right" };
        let selector = format!("section[aria-label=\"{side} projection\"] canvas");
        let canvas = gloo::utils::document()
            .query_selector(&selector)
            .ok()
            .flatten();
        let canvas = canvas.and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok());
        Side {
            title: untrack(|| naming::title(session, of)),
            picture: canvas
                .and_then(|canvas| canvas.to_data_url().ok())
                .unwrap_or_default(),
            hit: session.analysis.with_untracked(|analysis| {
                let projection = analysis.projections.get(&of)?;
                projection.hit.defined()
            }),
        }
    });
    Finished {
        sides,
        accuracy: session
            .whole_test
            .with_untracked(|whole| whole.as_ref().map(|whole| whole.test_accuracy)),
    }
}

/// Above the projections: that the analysis is a finished one and can be done again, and once it was, what
/// it looked like before.
#[component]
pub fn FinishedBar() -> impl IntoView {
    let session = Session::from_context();
    let before = RwSignal::new(None::<Finished>);
    // An analysis with a network but nothing to go on from was not made here.
    let opened = Memo::new(move |_| {
        session.run.with(|run| matches!(run, Run::Ended { .. }))
            && session.trained.with(Option::is_some)
            && session.checkpoint.with(Option::is_none)
            && session.is_trainable()
    });
    let dataset = session.dataset_id();
    Effect::new(move |_| {
        dataset.track();
        before.set(None);
    });
    let about = move || {
        let network = session
            .trained
            .with(|setup| {
                setup
                    .as_ref()
                    .map(|setup| training::describe(&setup.network))
            })
            .unwrap_or_default();
        let epochs = session.analysis.with(Analysis::epochs).last().copied();
        format!(
            "A finished analysis: hidden layers {network}, {}. ",
            naming::after(epochs.unwrap_or_default())
        )
    };
    view! {
        <Show when=move || opened.get()>
            <p class="finished-bar" data-testid="finished">
                <span>{about}</span>
                <button on:click=move |_| {
                    before.set(Some(now(session)));
                    training::start(session);
                }>"Train the same here"</button>
            </p>
        </Show>
        {move || before.get().map(|finished| view! {
            <aside class="finished" aria-label="The analysis that was opened">
                <p><b>"As it was opened"</b>
                    {finished.accuracy.map(|accuracy| format!(" · accuracy {}", percent(accuracy)))}
                    <button class="quiet" on:click=move |_| before.set(None)>"Hide"</button>
                </p>
                {finished.sides.into_iter().map(|side| view! {
                    <figure>
                        <img src=side.picture alt="" />
                        <figcaption>
                            {side.title} {side.hit.map(|hit| format!(" · NH {}", percent(hit)))}
                        </figcaption>
                    </figure>
                }).collect_view()}
            </aside>
        })}
    }
}
