//! Messages between a figure and the page around it. What is told holds nothing that the reader of that
//! page could not see, so it goes to any origin; what is asked is taken from that page alone.

use gloo::events::EventListener;
use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};

use super::showing;
use crate::analysis::Representation;
use crate::canvas::history::History;
use crate::canvas::selection::Selection;
use crate::dataset::Part;
use crate::embedding::{Figure, KIND, MOST_INDICES, VERSION, Value, decode};
use crate::projection::NeighborhoodHit;
use crate::view::evolution_view;
use crate::view::state::{Layout, Session, Severity};

/// The page around this one; `None` where there is none.
fn outer() -> Option<Window> {
    let window = gloo::utils::window();
    let parent = window.parent().ok().flatten()?;
    (parent != window).then_some(parent)
}

/// Tells what has happened.
fn tell(event: &str, values: &[(&str, JsValue)]) {
    let message = Object::new();
    let own = [
        ("type", KIND.into()),
        ("version", VERSION.into()),
        ("event", event.into()),
    ];
    for (name, value) in own.iter().chain(values) {
        // Setting a property of an object made here cannot fail.
        let _ = Reflect::set(&message, &(*name).into(), value);
    }
    if let Some(outer) = outer() {
        // A page that is going away hears nothing more.
        let _ = outer.post_message(&message, "*");
    }
}

fn list<T: Into<JsValue>>(values: impl IntoIterator<Item = T>) -> JsValue {
    let list = Array::new();
    for value in values {
        list.push(&value.into());
    }
    list.into()
}

fn part_name(part: Part) -> JsValue {
    part.to_string().into()
}

/// A value of a message, which may be anything.
fn read(message: &JsValue, name: &str) -> Option<Value> {
    // What came as a message has no getters that could do something.
    let value = Reflect::get(message, &name.into()).ok()?;
    if value.is_undefined() {
        return None;
    }
    Some(if let Some(text) = value.as_string() {
        Value::Text(text)
    } else if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else {
        match value.dyn_ref::<Array>() {
            Some(list) if list.length() as usize <= MOST_INDICES => {
                let numbers: Option<Vec<f64>> = list.iter().map(|value| value.as_f64()).collect();
                numbers.map_or(Value::Other, Value::Numbers)
            }
            _ => Value::Other,
        }
    })
}

/// Whether the selection that changes next is what the page around asked for.
#[derive(Clone, Copy)]
pub struct Commanded(StoredValue<bool>);

impl Commanded {
    /// Does something that the page around asked for.
    pub fn watch<T>(self, session: Session, act: impl FnOnce() -> T) -> T {
        let before = session.selections.map(present);
        let outcome = act();
        self.0.set_value(session.selections.map(present) != before);
        outcome
    }
}

/// Begins to listen and to tell.
pub fn open(session: Session, figure: Figure) -> Commanded {
    let commanded = Commanded(StoredValue::new(false));
    EventListener::new(&gloo::utils::window(), "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else {
            return;
        };
        let source = Reflect::get(event, &"source".into()).ok();
        if outer().map(JsValue::from) != source {
            return;
        }
        let data = event.data();
        let Some(command) = decode(&|name| read(&data, name)) else {
            return;
        };
        let outcome = match command {
            Ok(_) if session.dataset.with_untracked(Option::is_none) => {
                Err("The figure is not there yet: wait for its ready event.".to_owned())
            }
            Ok(command) => commanded.watch(session, || showing::act(session, figure, command)),
            Err(why) => Err(format!("This message cannot be understood: {why}.")),
        };
        if let Err(why) = outcome {
            tell("error", &[("message", why.into())]);
        }
    })
    .forget();
    for part in [Part::Test, Part::Train] {
        let selected = session.selection(part);
        Effect::new(move |before: Option<Vec<u32>>| {
            let now: Vec<u32> = selected.with(|history| history.present().iter().collect());
            if before.is_some_and(|before| before != now) {
                let by = if commanded.0.try_update_value(std::mem::take) == Some(true) {
                    "command"
                } else {
                    "reader"
                };
                let indices = list(now.iter().copied());
                tell(
                    "select",
                    &[
                        ("part", part_name(part)),
                        ("indices", indices),
                        ("by", by.into()),
                    ],
                );
            }
            now
        });
    }
    Effect::new(move |before: Option<Option<(Part, u32)>>| {
        let now = session.hovered.get();
        if before.is_some_and(|before| before != now) {
            tell_hover(session, now);
        }
        now
    });
    let ready = Memo::new(move |was: Option<&bool>| {
        was.copied().unwrap_or(false) || state(session, figure) == Some(Ok(()))
    });
    Effect::new(move |_| {
        if ready.get() {
            untrack(|| tell_ready(session, figure));
        }
    });
    Effect::new(move |_| {
        let why = match state(session, figure) {
            Some(Err(why)) => Some(why),
            _ => session
                .notice
                .get()
                .filter(|notice| notice.severity == Severity::Error)
                .map(|notice| format!("{} {}", notice.failure.what, notice.failure.why)),
        };
        if let Some(why) = why {
            tell("error", &[("message", why.into())]);
        }
    });
    commanded
}

fn present(history: RwSignal<History<Selection>>) -> Selection {
    history.with_untracked(|history| history.present().clone())
}

fn tell_hover(session: Session, hovered: Option<(Part, u32)>) {
    let Some((part, index)) = hovered else {
        tell("hover", &[("index", JsValue::NULL)]);
        return;
    };
    let class = session
        .analysis
        .with_untracked(|analysis| analysis.subset(part).labels.get(index as usize).copied());
    let class = class.map_or(JsValue::NULL, JsValue::from);
    tell(
        "hover",
        &[
            ("part", part_name(part)),
            ("index", index.into()),
            ("class", class),
        ],
    );
}

/// Whether a figure is drawn; `None` while it is on its way.
fn state(session: Session, figure: Figure) -> Option<Result<(), String>> {
    if session.dataset.with(Option::is_none) {
        return None;
    }
    let layouts = match figure {
        Figure::Projection => vec![session.panels[1].layout],
        Figure::Pair => session.panels.map(|panel| panel.layout).to_vec(),
        Figure::Evolution | Figure::Trails | Figure::Curves => vec![session.evolution.layout],
        Figure::Neurons => {
            let pictures = session.neurons.pictures.iter();
            let there = pictures.filter(|picture| picture.representation.get().is_some());
            there.map(|picture| picture.layout).collect()
        }
        Figure::Confusion => return Some(Ok(())),
    };
    let mut all_there = !layouts.is_empty();
    for layout in layouts {
        match layout.get() {
            Layout::Finished | Layout::Stopped => {}
            Layout::Failed(failure) => {
                return Some(Err(format!("{} {}", failure.what, failure.why)));
            }
            Layout::Absent | Layout::Running { .. } => all_there = false,
        }
    }
    all_there.then_some(Ok(()))
}

/// Tells what the figure shows, in numbers.
fn tell_ready(session: Session, figure: Figure) {
    let part = showing::part_of(session, figure);
    let right = session.panels[1].representation.get_untracked();
    let shown: Vec<Representation> = match figure {
        Figure::Pair => session
            .panels
            .iter()
            .map(|panel| panel.representation.get_untracked())
            .collect(),
        Figure::Projection => vec![right],
        _ => Vec::new(),
    };
    let value =
        |hit: &NeighborhoodHit| -> JsValue { hit.defined().map_or(JsValue::NULL, JsValue::from) };
    let (hits, accuracy, observations, layers, epochs) =
        session.analysis.with_untracked(|analysis| {
            let hits = shown
                .iter()
                .filter_map(|shown| analysis.projections.get(shown));
            let subset = analysis.subset(part);
            let snapshot = analysis.snapshot_of(right);
            let accuracy =
                snapshot.and_then(|snapshot| snapshot.predictions.accuracy(&subset.labels));
            (
                hits.map(|projection| value(&projection.hit))
                    .collect::<Vec<JsValue>>(),
                accuracy,
                subset.len(),
                analysis.hidden_layers(),
                analysis.epochs(),
            )
        });
    let hits = match evolution_view::found(session) {
        Some(found) if session.evolution.shown.get_untracked() => {
            found.hits.iter().map(value).collect()
        }
        _ => hits,
    };
    let classes = session.dataset.with_untracked(|open| {
        open.as_ref()
            .map_or_else(Vec::new, |open| open.dataset.class_names.clone())
    });
    let names = (0..layers).map(|index| crate::view::naming::layer(session, index));
    tell(
        "ready",
        &[
            ("figure", figure.name().into()),
            ("part", part_name(part)),
            ("observations", observations.into()),
            ("classes", list(classes)),
            ("layers", list(names)),
            ("epochs", list(epochs)),
            ("hits", list(hits)),
            ("accuracy", accuracy.map_or(JsValue::NULL, JsValue::from)),
        ],
    );
}
