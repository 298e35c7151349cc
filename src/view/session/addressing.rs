//! The view in the page's address: a link shows the same again, back and forward walk along, and undo takes
//! back what was chosen.

use std::cell::RefCell;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::undoing::{self, SETTINGS};
use super::{keeping, loading, making, opening};
use crate::address::{InsetChoice, Looking, NeuronColours, Opened, Tab, ViewState};
use crate::canvas::history::History;
use crate::canvas::selection::Selection;
use crate::view::neurons::state::Colouring;
use crate::view::parts;
use crate::view::reading::state::Insets;
use crate::view::state::{Run, SELECTION_HISTORY, Session, View};

/// The address follows once nothing changed for so long: browsers refuse to be told too often.
const QUIET_MS: u32 = 250;

/// What the address is about to say.
#[derive(Default)]
struct Address {
    /// What the open analysis opened with; only what differs from it is written.
    base: ViewState,
    /// What the address says now.
    written: Option<ViewState>,
    /// What is to be shown of what is being opened.
    wanted: Option<Vec<(String, String)>>,
    waiting: Option<Timeout>,
}

thread_local! {
    static ADDRESS: RefCell<Address> = RefCell::default();
}

/// Opens what the address says, and keeps the address up with the view from then on.
pub fn begin(session: Session) {
    let said = said();
    open(session, &said);
    ADDRESS.with_borrow_mut(|address| address.wanted = Some(said));
    let id = Memo::new(move |_| {
        session
            .dataset
            .with(|open| open.as_ref().map(|open| open.id))
    });
    // What was opened last is looked at first.
    Effect::new(move |_| {
        if id.get().is_some() {
            untrack(|| arrive(session));
        }
    });
    Effect::new(move |_| {
        let now = read(session);
        if id.get().is_none() || session.opening.with(Option::is_some) {
            return;
        }
        ADDRESS.with_borrow_mut(|address| {
            address.waiting = Some(Timeout::new(QUIET_MS, move || write(session, now)));
        });
    });
    EventListener::new(&gloo::utils::window(), "popstate", move |_| go_to(session)).forget();
}

/// The names and values of the address that are of the view.
fn said() -> Vec<(String, String)> {
    let parameters = parameters();
    ViewState::names()
        .filter_map(|name| Some((name.to_owned(), parameters.get(name)?)))
        .collect()
}

fn parameters() -> web_sys::UrlSearchParams {
    let search = gloo::utils::window().location().search();
    let search = search.unwrap_or_default();
    web_sys::UrlSearchParams::new_with_str(&search)
        .or_else(|_| web_sys::UrlSearchParams::new())
        .unwrap_or_else(|_| JsValue::UNDEFINED.into())
}

fn with(state: ViewState, said: &[(String, String)]) -> ViewState {
    state.with(|name| {
        let found = said.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone())
    })
}

/// Opens the data that an address names.
fn open(session: Session, said: &[(String, String)]) {
    match with(ViewState::default(), said).opened {
        None => keeping::open_url(session, keeping::SHIPPED),
        Some(Opened::Analysis(address)) => keeping::open_url(session, &address),
        Some(Opened::Digits) => opening::open_digits(session),
        Some(other @ (Opened::Street(_) | Opened::Site(_))) => parts::open(session, other),
        Some(Opened::Own) => {
            keeping::open_url(session, keeping::SHIPPED);
            session.inform(
                "The address is of a view of someone’s own files.",
                "Open the same files here, and then use the address again.",
            );
        }
    }
}

/// Opens what the page makes or loads in pieces.
pub fn open_other(session: Session, opened: Opened) {
    match opened {
        Opened::Street(digits) => making::draw_street_digits(session, digits),
        Opened::Site(id) => open_of_site(session, id),
        Opened::Analysis(_) | Opened::Digits | Opened::Own => {}
    }
}

/// A data set of the site, once its list is there.
fn open_of_site(session: Session, id: String) {
    let done = StoredValue::new(false);
    Effect::new(move |_| {
        let Some(sets) = session.offered.get() else {
            return;
        };
        if done.get_value() {
            return;
        }
        done.set_value(true);
        match sets.into_iter().find(|set| set.id == id) {
            Some(set) => loading::load(session, set),
            None => {
                session.inform(
                    "The address names a data set that this site does not have.",
                    format!("There is none called “{id}”."),
                );
                keeping::open_url(session, keeping::SHIPPED);
            }
        }
    });
}

/// Data came, or came back from the shelf: what the address wants of them is shown.
fn arrive(session: Session) {
    let base = read(session);
    let wanted = ADDRESS.with_borrow_mut(|address| {
        address.base = base.clone();
        address.wanted.take()
    });
    session
        .settings
        .set(History::new(base.settings(), SELECTION_HISTORY));
    if let Some(said) = wanted {
        // An address of other data says nothing of these: someone may have opened them meanwhile.
        let state = with(base.clone(), &said);
        if state.opened == base.opened || matches!(state.opened, Some(Opened::Own)) {
            apply(session, &state);
        }
    }
}

/// The view as it is.
fn read(session: Session) -> ViewState {
    let neurons = session.neurons;
    let selected = |history: RwSignal<History<Selection>>| {
        history.with(|history| history.present().iter().collect::<Vec<u32>>())
    };
    let [test, train] = session.selections;
    ViewState {
        opened: session
            .dataset
            .with(|open| open.as_ref().and_then(|open| open.opened.clone())),
        tab: match session.view.get() {
            View::Projections => Tab::Projections,
            View::Evolution => Tab::Evolution,
            View::Neurons => Tab::Neurons,
        },
        sides: session.panels.map(|panel| Some(panel.representation.get())),
        sequence: Some(session.evolution.sequence.get()),
        step: session.evolution.at.get().round() as u32,
        layer: neurons.chosen_layer.get(),
        colours: match neurons.colouring.get() {
            Colouring::Map => NeuronColours::Map,
            Colouring::OneClass => NeuronColours::OneClass,
            Colouring::MeanActivation => NeuronColours::MeanActivation,
        },
        class: neurons.class.get(),
        hidden: session.hidden_classes.with(|hidden| {
            let classes = hidden.iter().enumerate();
            classes
                .filter(|(_, hidden)| **hidden)
                .map(|(class, _)| class as u32)
                .collect()
        }),
        insets: match session.reading.insets.get() {
            Insets::None => InsetChoice::None,
            Insets::Automatic => InsetChoice::Automatic,
            Insets::Pinned => InsetChoice::Pinned,
        },
        pins: session.reading.pins.with(|pins| pins.present().clone()),
        selected: [selected(test), selected(train), selected(neurons.selected)],
        looking: session.viewports.map(|viewport| {
            let viewport = viewport.get();
            (!viewport.is_home()).then(|| Looking {
                center: viewport.center(),
                zoom: viewport.zoom(),
            })
        }),
        k: session.k.get(),
        perplexity: session.tsne.with(|tsne| tsne.perplexity),
        mds: session.mds.get(),
        lambda: session.evolution.lambda.get(),
    }
}

/// Shows a view of the data that are open.
fn apply(session: Session, state: &ViewState) {
    choose(session, state);
    let [test, train] = session.selections;
    for (history, chosen) in [test, train, session.neurons.selected]
        .into_iter()
        .zip(&state.selected)
    {
        let selection = |history: &History<Selection>| {
            Selection::from_indices(history.present().universe(), chosen)
        };
        let wanted = history.with_untracked(selection);
        if history.with_untracked(|history| *history.present() != wanted) {
            history.update(|history| history.push(wanted));
        }
    }
    session.wished_neurons.set_value(state.selected[2].clone());
    let pins = session.reading.pins;
    if pins.with_untracked(|pins| *pins.present() != state.pins) {
        pins.update(|history| history.push(state.pins.clone()));
    }
    let at = session.evolution.at;
    if at.get_untracked().round() as u32 != state.step {
        at.set(state.step as f32);
    }
    let looking = state.looking;
    for (viewport, looking) in session.viewports.iter().zip(looking) {
        if looking.is_none() && !viewport.with_untracked(crate::canvas::viewport::Viewport::is_home)
        {
            viewport.update(|viewport| *viewport = viewport.home());
        }
    }
    // Once the pictures show what was chosen above.
    Timeout::new(60, move || session.wished.set(looking)).forget();
}

/// Makes the settings of a view those of the page, where there is what they ask for.
pub fn choose(session: Session, state: &ViewState) {
    set(
        session.view,
        match state.tab {
            Tab::Projections => View::Projections,
            Tab::Evolution => View::Evolution,
            Tab::Neurons => View::Neurons,
        },
    );
    set(session.k, state.k.clamp(1, 1_000));
    set(session.mds, state.mds);
    if session
        .tsne
        .with_untracked(|tsne| tsne.perplexity != state.perplexity)
    {
        let perplexity = state.perplexity.clamp(1.0, 10_000.0);
        session.tsne.update(|tsne| tsne.perplexity = perplexity);
    }
    set(session.evolution.lambda, state.lambda.clamp(0.0, 1_000.0));
    for (panel, side) in session.panels.into_iter().zip(state.sides) {
        let known = |of: &_| {
            session
                .analysis
                .with_untracked(|analysis| analysis.can_be_shown(*of))
        };
        if let Some(of) = side.filter(known)
            && of != panel.representation.get_untracked()
        {
            panel.chosen.set(true);
            panel.representation.set(of);
        }
    }
    if let Some(sequence) = state.sequence {
        let steps = session
            .analysis
            .with_untracked(|analysis| sequence.representations(analysis));
        if steps.len() > 1 {
            set(session.evolution.sequence, sequence);
        }
    }
    let neurons = session.neurons;
    set(neurons.chosen_layer, state.layer);
    set(
        neurons.colouring,
        match state.colours {
            NeuronColours::Map => Colouring::Map,
            NeuronColours::OneClass => Colouring::OneClass,
            NeuronColours::MeanActivation => Colouring::MeanActivation,
        },
    );
    let classes = session.hidden_classes.with_untracked(Vec::len);
    if usize::from(state.class) < classes.max(1) {
        set(neurons.class, state.class);
    }
    let hidden = (0..classes as u32).map(|class| state.hidden.contains(&class));
    set(session.hidden_classes, hidden.collect());
    set(
        session.reading.insets,
        match state.insets {
            InsetChoice::None => Insets::None,
            InsetChoice::Automatic => Insets::Automatic,
            InsetChoice::Pinned => Insets::Pinned,
        },
    );
}

fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}

/// Writes a view into the address. What the visitor chose is a step for back and for undo; what came by
/// itself is none, nor is a selection or a zoom.
fn write(session: Session, now: ViewState) {
    let (before, base) = ADDRESS
        .with_borrow_mut(|address| (address.written.replace(now.clone()), address.base.clone()));
    if before.as_ref() == Some(&now) {
        return;
    }
    let settings = now.settings();
    let other_data = before
        .as_ref()
        .is_none_or(|before| before.opened != now.opened);
    let by_itself = session.run.with_untracked(Run::is_active)
        || before.as_ref().is_some_and(|before| {
            let sides = before.sides.iter().zip(&now.sides).zip(session.panels);
            let mut moved = sides.filter(|((before, now), _)| before != now).peekable();
            moved.peek().is_some() && moved.all(|(_, panel)| !panel.chosen.get_untracked())
        });
    let chosen = session
        .settings
        .with_untracked(|history| *history.present() != settings);
    if chosen && !other_data && !by_itself {
        session
            .settings
            .update(|history| history.push(settings.clone()));
        undoing::made(session, vec![SETTINGS]);
    } else if chosen {
        session
            .settings
            .set(History::new(settings.clone(), SELECTION_HISTORY));
    }
    let parameters = parameters();
    for name in ViewState::names() {
        parameters.delete(name);
    }
    // What is open is told even where the analysis opened with it.
    let told = ViewState {
        opened: None,
        ..base
    };
    for (name, value) in now.pairs(&told) {
        if !(value.is_empty() && matches!(name, "analysis" | "data")) {
            parameters.set(name, &value);
        }
    }
    // Addresses of other sites are as readable as paths here.
    let query = String::from(parameters.to_string())
        .replace("%2F", "/")
        .replace("%2C", ",");
    let window = gloo::utils::window();
    let path = window.location().pathname().unwrap_or_default();
    let hash = window.location().hash().unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    let url = format!("{path}{mark}{query}{hash}");
    let Ok(history) = window.history() else {
        return;
    };
    let is_step =
        before.is_some_and(|before| before.settings() != settings) && (!by_itself || other_data);
    // A page inside a frame without an origin may not change its address; the view is the same without.
    let _ = if is_step {
        history.push_state_with_url(&JsValue::NULL, "", Some(&url))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&url))
    };
}

/// Shows what the address says, which the browser has just changed.
fn go_to(session: Session) {
    let said = said();
    let base = ADDRESS.with_borrow_mut(|address| {
        // What was about to be written is of where the browser no longer is.
        address.waiting = None;
        address.base.clone()
    });
    let wanted = with(ViewState::default(), &said).opened;
    let current = session
        .dataset
        .with_untracked(|open| open.as_ref().map(|open| open.opened.clone()));
    if current.is_none_or(|current| current == wanted) {
        let state = with(base, &said);
        ADDRESS.with_borrow_mut(|address| address.written = Some(state.clone()));
        let settings = state.settings();
        apply(session, &state);
        session.settings.update(|history| history.push(settings));
        return;
    }
    ADDRESS.with_borrow_mut(|address| {
        address.wanted = Some(said.clone());
        address.written = None;
    });
    // What was put aside comes back with all that was found out about it.
    let place = session.shelf.with_untracked(|shelf| {
        shelf
            .iter()
            .rposition(|entry| entry.dataset.opened == wanted)
    });
    match place {
        Some(place) => opening::reopen(session, place),
        None => open(session, &said),
    }
}
