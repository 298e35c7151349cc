//! Light or dark: as the system says, unless the visitor chose. The choice outlives the visit.
//!
//! A line of script in index.html does the same before the first paint, so that nothing flashes.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlMetaElement, MediaQueryList, Storage};

use super::frame::css_token;
use super::state::Session;

/// Under which name the choice is kept.
const KEPT: &str = "ha-theme";
/// What the visitor can choose, with the words for it.
const CHOICES: [(&str, &str); 3] = [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")];
/// Each is followed: the colours change with it.
const QUERIES: [&str; 2] = [
    "(prefers-color-scheme: dark)",
    "(prefers-contrast: more), (forced-colors: active)",
];

/// What a media query is about, as it is now; absent in a browser that does not know it.
fn media(query: &str) -> Option<MediaQueryList> {
    gloo::utils::window().match_media(query).ok().flatten()
}

/// Whether the visitor asked for more contrast, or has colours of their own.
pub fn more_contrast() -> bool {
    media(QUERIES[1]).is_some_and(|query| query.matches())
}

/// Where choices are kept; some windows keep nothing, such as sandboxed frames.
fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok().flatten()
}

fn chosen() -> String {
    let kept = storage().and_then(|storage| storage.get_item(KEPT).ok().flatten());
    kept.unwrap_or_else(|| CHOICES[0].0.into())
}

/// Gives the page its colours, and tells the canvases.
fn apply(session: Session, choice: &str) {
    let dark = match choice {
        "dark" => true,
        "light" => false,
        _ => media(QUERIES[0]).is_some_and(|query| query.matches()),
    };
    let document = gloo::utils::document();
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
    }
    let bar = document.query_selector("meta[name=theme-color]").ok();
    if let Some(bar) = bar
        .flatten()
        .and_then(|it| it.dyn_into::<HtmlMetaElement>().ok())
    {
        bar.set_content(&css_token("--surface"));
    }
    // Also where it stays the same: the contrast may have changed.
    session.dark.set(dark);
}

/// Keeps the page's colours up with the system, or with what an embedding page asks for.
pub fn follow(session: Session, asked: Option<bool>) {
    let now = move || match asked {
        Some(true) => "dark".into(),
        Some(false) => "light".into(),
        None => chosen(),
    };
    apply(session, &now());
    let on_change = Closure::<dyn Fn()>::new(move || apply(session, &now()));
    for query in QUERIES.into_iter().filter_map(media) {
        query.set_onchange(Some(on_change.as_ref().unchecked_ref()));
    }
    // The page's own life.
    on_change.forget();
}

/// Chooses between light, dark, and as the system says.
#[component]
pub fn ThemeMenu() -> impl IntoView {
    let session = Session::from_context();
    let now = chosen();
    let choose = move |event| {
        let choice = event_target_value(&event);
        if let Some(storage) = storage() {
            // Where it cannot be kept, it holds until the system's colours change.
            let _ = storage.set_item(KEPT, &choice);
        }
        apply(session, &choice);
    };
    view! {
        <label class="theme">
            <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 3a7 7 0 1 0 0 14z" /><circle cx="10" cy="10" r="7" /></svg>
            <select aria-label="Light or dark" on:change=choose>
                {CHOICES.map(|(choice, words)| view! { <option value=choice selected=choice == now>{words}</option> })}
            </select>
        </label>
    }
}
