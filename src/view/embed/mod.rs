//! One figure in another page: without the page around it, as large as its frame, told what to show by
//! the frame's address and by messages. docs/embedding.md describes it for those who embed.

mod bridge;
mod figure;
mod showing;

use leptos::prelude::*;
use web_sys::WheelEvent;

use super::legend::Legend;
use super::notice::NoticeBar;
use super::session::{clustering, evolving, keeping, projecting, relating};
use super::state::{DeviceChoice, Session, View};
use super::{address_parameter, appearance, glossary, shortcuts};
use crate::embedding::{self, Figure};
use crate::worker::protocol::Failure;

/// The figure that the frame's address asks for, once its analysis is there. It never trains, and neither
/// reads nor keeps anything in the browser.
#[component]
pub fn Embed() -> impl IntoView {
    let wish = embedding::wish(&|name| address_parameter(name));
    let figure = wish.as_ref().map_or(Figure::Projection, |wish| wish.figure);
    let session = Session {
        embed: Some(figure),
        ..Session::new(DeviceChoice::Automatic)
    };
    provide_context(session);
    let dark = wish.as_ref().ok().and_then(|wish| wish.dark);
    // An epoch's neurons alone, rather than beside those before training.
    let one = wish.as_ref().is_ok_and(|wish| wish.epoch.is_some());
    let root = gloo::utils::document().document_element();
    if let Some(root) = root {
        let _ = root.set_attribute("data-embed", figure.name());
    }
    appearance::follow(session, dark);
    session.view.set(match figure {
        Figure::Projection | Figure::Pair | Figure::Confusion => View::Projections,
        Figure::Evolution | Figure::Trails | Figure::Curves => View::Evolution,
        Figure::Neurons => View::Neurons,
    });
    let address = address_parameter("analysis");
    let address = address.as_deref().unwrap_or(keeping::SHIPPED);
    let commanded = bridge::open(session, figure);
    match wish {
        Ok(wish) => {
            keeping::open_url(session, address);
            showing::follow(session, wish, commanded);
            follow(session, figure);
        }
        Err(why) => session.fail(Failure::new(
            "This figure cannot be shown.",
            format!("In its address, {why}."),
            "Correct the address of the frame.",
        )),
    }
    let whole = format!(
        "./?analysis={}",
        String::from(js_sys::encode_uri_component(address))
    );
    // Scrolling the page around the figure goes on where the pointer is over it; with Ctrl, as a pinch
    // of a touchpad has it, the wheel zooms.
    let on_wheel = |event: WheelEvent| {
        if !event.ctrl_key() && !event.meta_key() {
            event.stop_propagation();
        }
    };
    let there = Memo::new(move |_| session.dataset.with(Option::is_some));
    view! {
        <main class="embed" class:one=one data-figure=figure.name() on:wheel:capture=on_wheel>
            <NoticeBar />
            <glossary::Explanation />
            <Show when=move || there.get() fallback=Loading>
                <figure::Shown figure />
            </Show>
            <footer>
                <Show when=move || there.get() && figure != Figure::Curves && figure != Figure::Confusion>
                    <Legend />
                </Show>
                <a href=whole target="_blank" rel="noopener" aria-label="Open in Hidden Activity" title="Open in Hidden Activity">
                    <span class="words">"Open in Hidden Activity "</span>"↗"
                </a>
            </footer>
        </main>
    }
}

/// Keeps up what this figure needs, and nothing else.
fn follow(session: Session, figure: Figure) {
    match figure {
        Figure::Projection | Figure::Pair => {
            let first = if figure == Figure::Pair { 0 } else { 1 };
            for panel in session.panels.into_iter().skip(first) {
                projecting::follow(session, panel);
                clustering::follow(session, panel, || true);
            }
            relating::follow(session);
        }
        Figure::Evolution | Figure::Trails | Figure::Curves => evolving::follow(session),
        Figure::Neurons => relating::follow(session),
        Figure::Confusion => {}
    }
    shortcuts::listen(session);
}

/// Until the analysis is there.
#[component]
fn Loading() -> impl IntoView {
    let session = Session::from_context();
    view! {
        <div class="loading">
            {move || session.opening.get().map(|progress| view! {
                <p role="status">{progress.stage}</p>
                <progress max="1" aria-label="Progress of the loading"></progress>
            })}
        </div>
    }
}
