//! Whose predictions the matrix and the list are of.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::ToldMemo;
use crate::analysis::{Confusion, Mistake, Representation, Snapshot, Source, Subset, mistakes};
use crate::dataset::Part;
use crate::view::caption::percent;
use crate::view::naming;
use crate::view::options::options;
use crate::view::state::{Run, Session};

/// The predictions for the observations of a projection, and what is wrong about them.
#[derive(Clone)]
pub struct Told {
    /// 0 on the left, 1 on the right.
    pub side: usize,
    /// Whose observations.
    pub part: Part,
    /// The observations.
    pub subset: Arc<Subset>,
    /// What the network says.
    pub snapshot: Arc<Snapshot>,
    /// How often each class is taken for each.
    pub confusion: Arc<Confusion>,
    /// The surest first.
    pub mistakes: Arc<Vec<Mistake>>,
}

/// Equal where it is the same network, seen from the same side.
impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        self.side == other.side
            && Arc::ptr_eq(&self.subset, &other.subset)
            && Arc::ptr_eq(&self.snapshot, &other.snapshot)
    }
}

impl Told {
    /// The accuracy and the number of mistakes in a line.
    pub fn in_short(&self) -> String {
        let n = self.confusion.total();
        let share = self.mistakes.len() as f32 / n as f32;
        format!(
            "{} of {n} {} observations misclassified ({})",
            self.mistakes.len(),
            self.part,
            percent(share),
        )
    }
}

/// The network of a representation and the observations it is asked about.
fn network_of(representation: Representation) -> Option<(u32, Part)> {
    match representation.source {
        Source::Pixels => None,
        Source::Layer { epoch, .. } => Some((epoch, representation.part)),
    }
}

/// The sides with predictions, the right one first; the left one only where it shows another network
/// or other observations.
fn sides(session: Session) -> Vec<(usize, u32, Part)> {
    let mut found: Vec<(usize, u32, Part)> = Vec::new();
    for side in [1, 0] {
        let representation = session.panels[side].representation.get();
        let has_predictions = session.analysis.with(|analysis| {
            analysis
                .snapshot_of(representation)
                .is_some_and(|snapshot| !snapshot.predictions.is_empty())
        });
        if let Some((epoch, part)) = network_of(representation)
            && has_predictions
            && found.iter().all(|(_, e, p)| (*e, *p) != (epoch, part))
        {
            found.push((side, epoch, part));
        }
    }
    found
}

/// The predictions that the visitor asked about, or else those of the right projection, or else of
/// the left one. What an untrained network says is chance, and shown only where it is asked for.
pub fn follow(session: Session) -> ToldMemo {
    Memo::new(move |_| {
        let sides = sides(session);
        let asked = session.reading.asked.get();
        // While a network is being trained its last epoch is another one all the time.
        let rests = !session.run.with(Run::is_active);
        let is_trained = |epoch: u32| epoch > 0;
        let asked = sides.iter().find(|(side, ..)| Some(*side) == asked);
        let (side, epoch, part) =
            *asked.or_else(|| sides.iter().find(|(_, epoch, _)| is_trained(*epoch)))?;
        let classes = session
            .dataset
            .with(|open| open.as_ref().map_or(0, |open| open.dataset.classes()));
        session.analysis.with(|analysis| {
            let snapshot = analysis
                .snapshots
                .get(&(epoch, part))
                .filter(|_| rests)?
                .clone();
            let subset = analysis.subset(part).clone();
            let predictions = &snapshot.predictions;
            Some(Told {
                side,
                part,
                confusion: Arc::new(Confusion::new(predictions, &subset.labels, classes)),
                mistakes: Arc::new(mistakes(predictions, &subset.labels)),
                subset,
                snapshot,
            })
        })
    })
}

/// Says whose mistakes these are; where the two projections show different networks or observations,
/// lets the visitor choose.
#[component]
pub fn WhichNetwork(told: ToldMemo) -> impl IntoView {
    let session = Session::from_context();
    let sides = Memo::new(move |_| sides(session));
    let name = |(side, epoch, part): (usize, u32, Part)| {
        let side = if side == 0 { "left" } else { "right" };
        format!("{side}: {}, {part} subset", naming::after(epoch))
    };
    let choose = move |event| {
        session
            .reading
            .asked
            .set(event_target_value(&event).parse().ok());
    };
    view! {
        <label class="which-network">
            <span class="soft">"Mistakes of the network"</span>
            <select on:change=choose data-testid="which-network" disabled=move || sides.with(Vec::len) < 2>
                {move || options(
                    sides.get().into_iter().map(|each| (each.0, name(each))),
                    told.with(|told| told.as_ref().map(|told| told.side)),
                )}
            </select>
        </label>
    }
}

/// The element behind a heading that was opened or closed.
fn details(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Whether a heading was opened, rather than closed.
pub fn is_open(event: &Event) -> bool {
    details(event).is_some_and(|details| details.has_attribute("open"))
}

/// Scrolls what was opened into view, once it is there; its end, where all of it fits.
pub fn bring_into_view(event: &Event) {
    let Some(details) = details(event).filter(|_| is_open(event)) else {
        return;
    };
    request_animation_frame(move || {
        let window = gloo::utils::window();
        let room = window.inner_height().ok().and_then(|room| room.as_f64());
        let rect = details.get_bounding_client_rect();
        let fits = room.is_some_and(|room| rect.height() < room);
        if fits && room.is_some_and(|room| rect.bottom() < room) {
            return;
        }
        details.scroll_into_view_with_bool(!fits);
    });
}
