//! The view in the page's address: a link shows the same again, back and forward walk along, and undo takes
//! back what was chosen.

use std::cell::RefCell;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::undoing::{self, SETTINGS};
use super::{asking, keeping, loading, making, opening};
use crate::address::{Looking, Opened, ViewState};
use crate::canvas::history::History;
use crate::canvas::selection::Selection;
use crate::view::frame::after_frame;
use crate::view::state::{Run, SELECTION_HISTORY, Session};
use crate::view::{address_parameters, parts};
use crate::worker::later::later;

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
    let id = session.dataset_id();
    // What was opened last is looked at first.
    Effect::new(move |_| {
        if id.get().is_some() {
            untrack(|| arrive(session));
        }
    });
    Effect::new(move |_| {
        follow(session);
        if id.get().is_none() || session.opening.with(Option::is_some) {
            return;
        }
        ADDRESS.with_borrow_mut(|address| {
            address.waiting = Some(Timeout::new(QUIET_MS, move || write_down(session)));
        });
    });
    let window = gloo::utils::window();
    EventListener::new(&window, "popstate", move |_| go_to(session)).forget();
    // Who reloads at once sees the same again, too.
    EventListener::new(&window, "pagehide", move |_| {
        if ADDRESS.with_borrow(|address| address.waiting.is_some()) {
            write_down(session);
        }
    })
    .forget();
}

/// The names and values of the address that are of the view.
fn said() -> Vec<(String, String)> {
    let parameters = address_parameters();
    ViewState::names()
        .filter_map(|name| Some((name.to_owned(), parameters.get(name)?)))
        .collect()
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
    // What is selected, pinned or zoomed to is always told.
    let base = ViewState {
        pins: Vec::new(),
        selected: Default::default(),
        looking: Default::default(),
        ..read(session)
    };
    let wanted = ADDRESS.with_borrow_mut(|address| {
        address.base = base.clone();
        address.wanted.take()
    });
    session
        .settings
        .set(History::new(base.settings(), SELECTION_HISTORY));
    // An address of other data says nothing of these: someone may have opened them meanwhile.
    let wanted = wanted
        .map(|said| with(base.clone(), &said))
        .filter(|state| state.opened == base.opened || state.opened == Some(Opened::Own));
    if let Some(state) = &wanted {
        apply(session, state);
    }
    // Once the rest of the page has followed, and before anyone chooses something: that is a step.
    let id = session.open_dataset();
    after_frame(move || {
        if session.open_dataset() != id {
            return;
        }
        let mut now = read(session);
        if let Some(wanted) = wanted {
            // They come once there are pictures.
            now.looking = wanted.looking;
            let [.., neurons] = wanted.selected;
            now.selected[2] = neurons;
        }
        write(session, now);
    });
}

/// Notices whatever changes the view; reading all of it at every frame of a gesture would be slow.
fn follow(session: Session) {
    let Session {
        neurons,
        evolution,
        reading,
        ..
    } = session;
    session.dataset.track();
    session.view.track();
    for panel in session.panels {
        panel.representation.track();
    }
    evolution.sequence.track();
    evolution.at.track();
    evolution.lambda.track();
    neurons.chosen_layer.track();
    neurons.colouring.track();
    neurons.class.track();
    neurons.selected.track();
    session.hidden_classes.track();
    reading.insets.track();
    reading.pins.track();
    for selection in session.selections {
        selection.track();
    }
    for viewport in session.viewports {
        viewport.track();
    }
    session.k.track();
    session.tsne.track();
    session.mds.track();
}

/// The view as it is.
fn read(session: Session) -> ViewState {
    let neurons = session.neurons;
    let selected = |history: RwSignal<History<Selection>>| {
        history.with_untracked(|history| history.present().iter().collect::<Vec<u32>>())
    };
    let [test, train] = session.selections;
    ViewState {
        opened: session
            .dataset
            .with_untracked(|open| open.as_ref().and_then(|open| open.opened.clone())),
        tab: session.view.get_untracked(),
        sides: session
            .panels
            .map(|panel| Some(panel.representation.get_untracked())),
        sequence: Some(session.evolution.sequence.get_untracked()),
        step: session.evolution.at.get_untracked().round() as u32,
        layer: neurons.chosen_layer.get_untracked(),
        colours: neurons.colouring.get_untracked(),
        class: neurons.class.get_untracked(),
        hidden: session.hidden_classes.with_untracked(|hidden| {
            let classes = hidden.iter().enumerate();
            classes
                .filter(|(_, hidden)| **hidden)
                .map(|(class, _)| class as u32)
                .collect()
        }),
        insets: session.reading.insets.get_untracked(),
        pins: session
            .reading
            .pins
            .with_untracked(|pins| pins.present().clone()),
        selected: [selected(test), selected(train), selected(neurons.selected)],
        looking: session.viewports.map(|viewport| {
            let viewport = viewport.get_untracked();
            (!viewport.is_home()).then(|| Looking {
                center: viewport.center(),
                zoom: viewport.zoom(),
            })
        }),
        k: session.k.get_untracked(),
        perplexity: session.tsne.with_untracked(|tsne| tsne.perplexity),
        mds: session.mds.get_untracked(),
        lambda: session.evolution.lambda.get_untracked(),
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
    later(60, move || session.wished.set(looking));
}

/// Makes the settings of a view those of the page, where there is what they ask for.
pub fn choose(session: Session, state: &ViewState) {
    set(session.view, state.tab);
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
    set(neurons.colouring, state.colours);
    let classes = session.hidden_classes.with_untracked(Vec::len);
    if usize::from(state.class) < classes.max(1) {
        set(neurons.class, state.class);
    }
    let hidden = (0..classes as u32).map(|class| state.hidden.contains(&class));
    set(session.hidden_classes, hidden.collect());
    set(session.reading.insets, state.insets);
}

fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}

/// Writes what is seen now into the address, without waiting for more.
fn write_down(session: Session) {
    ADDRESS.with_borrow_mut(|address| address.waiting = None);
    write(session, read(session));
}

/// Makes what was chosen since the last step a step of its own, without waiting for quiet: before something else
/// becomes a step or is taken back. Otherwise their order would depend on how fast one follows the other.
pub fn settle(session: Session) {
    if remember_now(session) {
        undoing::made(session, vec![SETTINGS]);
    }
}

/// Remembers the settings as they are now. Gives whether undo can go back to those before; it cannot where no
/// address follows the view, as in an embed.
pub fn remember_now(session: Session) -> bool {
    let written = ADDRESS.with_borrow(|address| address.written.clone());
    written.is_some_and(|before| remember(session, Some(&before), &read(session)))
}

/// Remembers settings where they are others than before: as a step after them where the visitor chose them
/// (`true`), and else in their place, with nothing to go back to.
fn remember(session: Session, before: Option<&ViewState>, now: &ViewState) -> bool {
    let settings = now.settings();
    if session
        .settings
        .with_untracked(|history| *history.present() == settings)
    {
        return false;
    }
    let is_chosen = before.is_some_and(|before| {
        !is_of_other_data(before, now) && !came_by_itself(session, before, now)
    });
    if is_chosen {
        session.settings.update(|history| history.push(settings));
    } else {
        session
            .settings
            .set(History::new(settings, SELECTION_HISTORY));
    }
    is_chosen
}

fn is_of_other_data(before: &ViewState, now: &ViewState) -> bool {
    before.opened != now.opened
}

/// Whether the view moved on without the visitor, as with a training.
fn came_by_itself(session: Session, before: &ViewState, now: &ViewState) -> bool {
    let sides = before.sides.iter().zip(&now.sides).zip(session.panels);
    let mut moved = sides.filter(|((before, now), _)| before != now).peekable();
    session.run.with_untracked(Run::is_active)
        || moved.peek().is_some() && moved.all(|(_, panel)| !panel.chosen.get_untracked())
}

/// Writes a view into the address. What the visitor chose is a step for back and for undo; what came by
/// itself is none, nor is a selection or a zoom.
fn write(session: Session, now: ViewState) {
    let (before, base) = ADDRESS
        .with_borrow_mut(|address| (address.written.replace(now.clone()), address.base.clone()));
    if before.as_ref() == Some(&now) {
        return;
    }
    if remember(session, before.as_ref(), &now) {
        undoing::made(session, vec![SETTINGS]);
    }
    let parameters = address_parameters();
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
    let is_step = before.is_some_and(|before| {
        before.settings() != now.settings()
            && (is_of_other_data(&before, &now) || !came_by_itself(session, &before, &now))
    });
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
    let Some(place) = place else {
        return open(session, &said);
    };
    let reopen = move || opening::reopen(session, place);
    asking::by_consent(session, reopen, move || refused(session));
}

/// The address says again what is shown: the visitor stays with it.
pub fn refused(session: Session) {
    ADDRESS.with_borrow_mut(|address| address.wanted = None);
    write_down(session);
}
