//! Chooses among the figures.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::state::{Session, View};

/// The views with their names in the page's structure and for the visitor.
const VIEWS: [(View, &str, &str); 3] = [
    (View::Projections, "projections", "Projections"),
    (View::Evolution, "evolution", "Evolution"),
    (View::Neurons, "neurons", "Neurons"),
];

/// The row of tabs, which the arrow keys walk along.
#[component]
pub fn Tabs() -> impl IntoView {
    let session = Session::from_context();
    let on_key = move |event: KeyboardEvent| {
        let here = session.view.get_untracked();
        let at = VIEWS.iter().position(|(view, ..)| *view == here);
        let at = at.unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % VIEWS.len(),
            "ArrowLeft" => (at + VIEWS.len() - 1) % VIEWS.len(),
            "Home" => 0,
            "End" => VIEWS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let (view, id, _) = VIEWS[to];
        session.view.set(view);
        let tab = gloo::utils::document().get_element_by_id(&format!("tab-{id}"));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
            let _ = tab.focus();
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label="Figures" on:keydown=on_key>
            {VIEWS.map(|(view, id, name)| {
                let selected = move || session.view.get() == view;
                view! {
                    <button
                        role="tab"
                        id=format!("tab-{id}")
                        aria-controls=format!("view-{id}")
                        aria-selected=move || selected().to_string()
                        tabindex=move || if selected() { "0" } else { "-1" }
                        on:click=move |_| session.view.set(view)
                    >
                        {name}
                    </button>
                }
            })}
        </div>
    }
}
