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

/// What is said of a term.
#[derive(Clone, PartialEq)]
struct Entry {
    term: String,
    text: String,
    source: String,
}

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

fn entry(file: &JsValue, key: &str) -> Option<Entry> {
    let field = |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).ok();
    let about = field(file, key)?;
    let words = field(&about, language())?;
    Some(Entry {
        term: field(&words, "term")?.as_string()?,
        text: field(&words, "text")?.as_string()?,
        source: field(&about, "source")?.as_string()?,
    })
}

/// A word of the field that explains itself.
#[component]
pub fn Term(
    /// Its key in the file.
    of: &'static str,
    /// How it reads here.
    children: Children,
) -> impl IntoView {
    view! { <button type="button" class="term" data-term=of aria-describedby="explanation">{children()}</button> }
}

/// Explains a term where the word itself is the label of something else.
#[component]
pub fn About(
    /// Its key in the file.
    term: &'static str,
    /// What it is about, for those who do not see where it stands.
    what: &'static str,
) -> impl IntoView {
    view! { <button type="button" class="term about" data-term=term aria-describedby="explanation" aria-label=format!("About {what}")>"?"</button> }
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
    let shown = RwSignal::new(None::<Entry>);
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
                Err(why) => Some(Entry {
                    term: term.text_content().unwrap_or_default(),
                    text: "This explanation could not be loaded.".into(),
                    source: why,
                }),
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
        <div node_ref=node id="explanation" class="explanation" role="tooltip" popover="manual">
            {move || shown.get().map(said)}
        </div>
    }
}

fn said(entry: Entry) -> impl IntoView {
    view! {
        <strong>{entry.term}</strong>
        <p>{entry.text}</p>
        <p class="soft source">{entry.source}</p>
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

/// All terms with what they mean, in the order of the file.
#[component]
pub fn Glossary(
    /// Nothing is fetched before it is.
    wanted: RwSignal<bool>,
) -> impl IntoView {
    let file = File::new_local(None);
    let entries = RwSignal::new(Vec::<Entry>::new());
    Effect::new(move |_| {
        if !wanted.get() {
            return;
        }
        leptos::task::spawn_local(async move {
            let Ok(file) = load(file).await else {
                wanted.set(false);
                return;
            };
            let keys = js_sys::Object::keys(file.unchecked_ref::<js_sys::Object>());
            let of = |key: JsValue| entry(&file, &key.as_string()?);
            entries.set(keys.iter().filter_map(of).collect());
        });
    });
    view! {
        <dl class="glossary">
            {move || entries.get().into_iter().map(|entry| view! {
                <dt>{entry.term}</dt>
                <dd>{entry.text} " " <span class="soft source">{entry.source}</span></dd>
            }).collect_view()}
        </dl>
    }
}
