//! Words of the field, explained where they stand. What they mean is in public/glossary.json, which
//! is fetched when the first of them is asked about.
//!
//! One tooltip serves all terms: it comes by pointing, by focus or by a tap, can itself be pointed
//! at, and goes by Escape (WCAG 1.4.13).

use gloo::timers::callback::Timeout;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::session::opening::fetch;

/// The explanations, relative to the page.
const FILE: &str = "glossary.json";
/// How long the tooltip stays after the pointer has left it and its term, milliseconds: time to go
/// from one to the other.
const LINGER_MS: u32 = 250;
/// Between the term and the tooltip, and from the tooltip to the window's edge, CSS pixels.
const GAP: f64 = 6.0;

/// "zh" on a Chinese page, else "en".
fn language() -> &'static str {
    let root = gloo::utils::document().document_element();
    let language = root.and_then(|root| root.get_attribute("lang"));
    if language.is_some_and(|language| language.starts_with("zh")) {
        "zh"
    } else {
        "en"
    }
}

/// The file as the browser reads it, once it is there.
type File = StoredValue<Option<JsValue>, LocalStorage>;

/// The file; loaded where it is not there yet.
async fn load(file: File) -> Result<JsValue, String> {
    if let Some(known) = file.get_value() {
        return Ok(known);
    }
    let text = String::from_utf8(fetch(FILE).await?).map_err(|error| error.to_string())?;
    let read = js_sys::JSON::parse(&text).map_err(|_| format!("{FILE} is damaged"))?;
    file.try_set_value(Some(read.clone()));
    Ok(read)
}

/// Text as it stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// What is said of a term, as it stands in the page.
fn said(term: &str, text: &str, source: &str) -> String {
    let [term, text, source] = [term, text, source].map(escaped);
    format!("<dt>{term}</dt><dd>{text} <span class=\"soft source\">{source}</span></dd>")
}

/// What the file says of a key.
fn entry(file: &JsValue, key: &str) -> Option<String> {
    let field = |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).ok();
    let about = field(file, key)?;
    let words = field(&about, language())?;
    Some(said(
        &field(&words, "term")?.as_string()?,
        &field(&words, "text")?.as_string()?,
        &field(&about, "source")?.as_string()?,
    ))
}

/// A word of the field that explains itself, given its key in the file.
pub fn term(key: &'static str, words: &'static str) -> AnyView {
    view! { <button type="button" class="term" data-term=key aria-describedby="explanation">{words}</button> }
        .into_any()
}

/// A sentence in pieces: words, and the key in the file where they are a term, as in `[nh|NH]`.
fn pieces(marked: &str) -> impl Iterator<Item = (Option<&str>, &str)> {
    let mut rest = Some(marked);
    std::iter::from_fn(move || {
        let text = rest?;
        let term = text
            .strip_prefix('[')
            .and_then(|inner| inner.split_once(']'))
            .and_then(|(term, after)| Some((term.split_once('|')?, after)));
        let (piece, after) = match term {
            Some(((key, words), after)) => ((Some(key), words), after),
            None => {
                let next = text.char_indices().skip(1).find(|(_, it)| *it == '[');
                let (words, after) = text.split_at(next.map_or(text.len(), |(at, _)| at));
                ((None, words), after)
            }
        };
        rest = (!after.is_empty()).then_some(after);
        Some(piece)
    })
}

/// A sentence with marked terms as it is read.
pub fn plain(marked: &str) -> String {
    pieces(marked).map(|(_, words)| words).collect()
}

/// A sentence with terms in it that explain themselves: `[nh|NH]` is one with its key.
pub fn prose(marked: &str) -> AnyView {
    let mut html = String::new();
    for (key, words) in pieces(marked) {
        match key {
            Some(key) => {
                html += "<button type=\"button\" class=\"term\" aria-describedby=\"explanation\" data-term=\"";
                html += key;
                html += "\">";
                html += &escaped(words);
                html += "</button>";
            }
            None => html += &escaped(words),
        }
    }
    view! { <span inner_html=html></span> }.into_any()
}

/// A mark that explains a term where the word itself is the label of something else, or none; `what` is
/// for those who do not see where it stands.
pub fn about(key: &'static str, what: &'static str) -> AnyView {
    view! { <button type="button" class="term about" data-term=key aria-describedby="explanation" aria-label=format!("About {what}")>"?"</button> }
        .into_any()
}

/// The term that an event belongs to; and whether it happened in the tooltip instead.
fn place_of(event: &Event) -> (Option<Element>, bool) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let closest = |selector| {
        let target = target.as_ref()?;
        target.closest(selector).ok().flatten()
    };
    (closest(".term"), closest("#explanation").is_some())
}

/// The tooltip.
#[component]
pub fn Explanation() -> impl IntoView {
    let file = File::new_local(None);
    let node = NodeRef::<html::Div>::new();
    let shown = RwSignal::new(None::<String>);
    // The term that is explained, or is about to be.
    let asked = StoredValue::new_local(None::<Element>);
    let leaving = StoredValue::new_local(None::<Timeout>);
    let hide = move || {
        leaving.set_value(None);
        if asked.with_value(Option::is_none) {
            return;
        }
        asked.set_value(None);
        shown.set(None);
        if let Some(tooltip) = node.get_untracked() {
            let _ = tooltip.hide_popover();
        }
    };
    let show = move |term: Element| {
        leaving.set_value(None);
        if asked.with_value(|asked| asked.as_ref() == Some(&term)) {
            return;
        }
        asked.set_value(Some(term.clone()));
        leptos::task::spawn_local(async move {
            let key = term.get_attribute("data-term").unwrap_or_default();
            let found = load(file).await.map(|file| entry(&file, &key));
            // Meanwhile the visitor may have gone on to another.
            if !asked.with_value(|asked| asked.as_ref() == Some(&term)) {
                return;
            }
            shown.set(match found {
                Ok(found) => found,
                Err(why) => Some(said("", "This explanation could not be loaded.", &why)),
            });
            // Its size is known once its words are in the page.
            request_animation_frame(move || {
                if let Some(tooltip) = node.get_untracked() {
                    let _ = tooltip.show_popover();
                    place(&tooltip, &term);
                }
            });
        });
    };
    let listen = move |event: Event| {
        let (term, inside) = place_of(&event);
        match (event.type_().as_str(), term) {
            ("scroll", _) => {
                if let (Some(tooltip), Some(term)) = (node.get_untracked(), asked.get_value())
                    && !inside
                    && !place(&tooltip, &term)
                {
                    hide();
                }
            }
            ("keydown", _) => {
                let escape = event
                    .dyn_ref::<KeyboardEvent>()
                    .is_some_and(|event| event.key() == "Escape");
                // The key then does nothing else.
                if escape && shown.with_untracked(Option::is_some) {
                    event.stop_immediate_propagation();
                    event.prevent_default();
                    hide();
                }
            }
            (_, Some(term)) => show(term),
            ("pointerover", None) if inside => leaving.set_value(None),
            // What has the focus stays explained, wherever the pointer goes.
            ("pointerover", None) => {
                let focused = asked.with_value(|asked| {
                    asked.is_some() && *asked == gloo::utils::document().active_element()
                });
                if !focused && shown.with_untracked(Option::is_some) {
                    leaving.set_value(Some(Timeout::new(LINGER_MS, hide)));
                } else if shown.with_untracked(Option::is_none) && !focused {
                    asked.set_value(None);
                }
            }
            ("focusin" | "click", None) if !inside => hide(),
            _ => {}
        }
    };
    let listener = Closure::<dyn Fn(Event)>::new(listen);
    for kind in ["pointerover", "focusin", "click", "keydown", "scroll"] {
        let _ = gloo::utils::document().add_event_listener_with_callback_and_bool(
            kind,
            listener.as_ref().unchecked_ref(),
            true,
        );
    }
    // The page's own life.
    listener.forget();
    view! {
        <div node_ref=node id="explanation" class="explanation" role="tooltip" popover="manual"
            inner_html=move || shown.get().map_or_else(String::new, |said| format!("<dl>{said}</dl>"))></div>
    }
}

/// Puts the tooltip below its term, or above where there is more room, within the window. Says
/// whether the term itself is there.
fn place(tooltip: &HtmlElement, term: &Element) -> bool {
    let root = gloo::utils::document().document_element();
    let [width, height] = root.map_or([0.0; 2], |root| {
        [root.client_width(), root.client_height()].map(f64::from)
    });
    let (own, of) = (
        tooltip.get_bounding_client_rect(),
        term.get_bounding_client_rect(),
    );
    let below = of.bottom() + GAP;
    let top = if below + own.height() + GAP > height && of.top() > height - of.bottom() {
        (of.top() - GAP - own.height()).max(GAP)
    } else {
        below
    };
    let left = of.left().min(width - own.width() - GAP).max(GAP);
    let _ = tooltip.set_attribute("style", &format!("left: {left:.0}px; top: {top:.0}px"));
    of.bottom() > 0.0 && of.top() < height
}

/// The help: the keys, which are written in a file for each language, and all terms.
///
/// # Errors
/// Why one of the files could not be had.
pub async fn help() -> Result<String, String> {
    let keys = fetch(&format!("help/keys.{}.html", language())).await?;
    let mut html = String::from_utf8(keys).map_err(|error| error.to_string())?;
    let file = load(File::new_local(None)).await?;
    html += "<dl class=\"glossary\">";
    for key in js_sys::Object::keys(file.unchecked_ref::<js_sys::Object>()).iter() {
        html += &key
            .as_string()
            .and_then(|key| entry(&file, &key))
            .unwrap_or_default();
    }
    Ok(html + "</dl>")
}
