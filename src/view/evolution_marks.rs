//! Marks the observations of an evolution that moved most, or whose prediction changed.

use std::sync::Arc;

use leptos::prelude::*;

use super::evolution_view::found;
use super::number_field::NumberInput;
use super::scatter::shown_by_legend;
use super::session::selecting;
use super::state::Session;
use super::subscriptions::{leaving, view_memo};
use crate::analysis::standing_out::{changed_prediction, moved_most, usual_count};
use crate::analysis::{Along, Representation, Source};
use crate::canvas::selection::{Combine, Selection};
use crate::trails::Trails;

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marking {
    Nothing,
    MovedMost,
    /// From the first step with a trained network to the last.
    ChangedInAll,
    /// From the step before the one that is shown.
    ChangedNow,
}

/// The choices, with their names in the page's structure and for the visitor.
const MARKINGS: [(Marking, &str, &str); 4] = [
    (Marking::Nothing, "nothing", "nothing"),
    (Marking::MovedMost, "moved", "moved most"),
    (Marking::ChangedInAll, "changed", "changed prediction"),
    (
        Marking::ChangedNow,
        "changed-now",
        "changed prediction in this step",
    ),
];

/// The marked observations.
#[derive(Clone, Copy)]
pub struct Marks {
    marking: RwSignal<Marking>,
    /// How many moved most, where the visitor says so.
    count: RwSignal<Option<usize>>,
    /// How far each observation goes in all; empty until the layouts are there.
    pub ways: Memo<Arc<Vec<f32>>>,
    /// The marked ones among those that the legend shows; `None` where nothing is to be marked.
    pub marked: Memo<Option<Arc<Selection>>>,
}

impl Marks {
    /// Nothing is marked; and nothing is marked any more once the visitor selects something.
    pub fn new(session: Session) -> Self {
        let (marking, count) = (RwSignal::new(Marking::Nothing), RwSignal::new(None));
        let observations = move || {
            let part = session.evolution.sequence.get().part;
            session
                .analysis
                .with(|analysis| analysis.subset(part).len())
        };
        let ways = Memo::new(move |_| {
            let found = found(session);
            let trails = found.and_then(|found| {
                Trails::new(found.positions.to_vec(), observations(), found.steps.len()).ok()
            });
            Arc::new(trails.map(|trails| trails.lengths()).unwrap_or_default())
        });
        let marked = Memo::new(move |_| {
            let chosen = marking.get();
            if chosen == Marking::Nothing {
                return None;
            }
            let n = observations();
            let visible = shown_by_legend(session, session.evolution.sequence.get().part);
            let counts = |index| {
                visible
                    .as_ref()
                    .is_none_or(|visible| visible.contains(index))
            };
            let indices = match compared(session, chosen) {
                _ if chosen == Marking::MovedMost => {
                    let shown = visible.as_ref().map_or(n, |visible| visible.count());
                    let count = count.get().unwrap_or_else(|| usual_count(shown));
                    moved_most(&ways.get(), count, counts)
                }
                Some([before, after]) => session.analysis.with(|analysis| {
                    let of = |step| {
                        analysis
                            .snapshot_of(step)
                            .map(|snapshot| &snapshot.predictions)
                    };
                    let (before, after) = (of(before), of(after));
                    let changed = before.zip(after).map(|(a, b)| changed_prediction(a, b));
                    changed.unwrap_or_default()
                }),
                None => Vec::new(),
            };
            let indices: Vec<u32> = indices.into_iter().filter(|index| counts(*index)).collect();
            Some(Arc::new(Selection::from_indices(n, &indices)))
        });
        Effect::new(move |before: Option<(_, Selection)>| {
            let part = session.evolution.sequence.get().part;
            let now = session
                .selection(part)
                .with(|history| history.present().clone());
            // The visitor's newest wish counts.
            if before.is_some_and(|before| before.0 == part && before.1 != now) {
                marking.set(Marking::Nothing);
            }
            (part, now)
        });
        Self {
            marking,
            count,
            ways,
            marked,
        }
    }
}

/// The two steps whose predictions are compared: what an untrained network says is chance, and all
/// layers of one epoch say the same.
fn compared(session: Session, marking: Marking) -> Option<[Representation; 2]> {
    let is_over_epochs = matches!(session.evolution.sequence.get().along, Along::Epochs { .. });
    let steps = session.evolution.steps.get();
    let last = match marking {
        _ if !is_over_epochs => return None,
        Marking::ChangedNow => session.evolution.at.get().round() as usize,
        _ => steps.len().saturating_sub(1),
    };
    let first = match marking {
        Marking::ChangedNow => last.checked_sub(1)?,
        _ => steps.iter().position(|step| step.source.is_trained())?,
    };
    let pair = [*steps.get(first)?, *steps.get(last)?];
    (first < last && pair[0].source.is_trained()).then_some(pair)
}

/// The choice of what to mark, how many that are, and a way to select them.
#[component]
pub fn MarkControls(marks: Marks) -> impl IntoView {
    let session = Session::from_context();
    let Marks {
        marking,
        count,
        marked,
        ways,
    } = marks;
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some((chosen, ..)) = MARKINGS.iter().find(|(_, name, _)| *name == value) {
            marking.set(*chosen);
        }
    };
    let is_over_epochs =
        view_memo(move || matches!(session.evolution.sequence.get().along, Along::Epochs { .. }));
    let marked_count =
        Memo::new(move |_| marked.with(|marked| marked.as_ref().map(|marked| marked.count())));
    let indices = move || {
        let marked = marked.get();
        marked
            .map(|marked| marked.iter().collect::<Vec<u32>>())
            .unwrap_or_default()
    };
    let words = move || {
        let marked = marked_count.get()?;
        let epoch = |step: Representation| match step.source {
            Source::Layer { epoch, .. } => epoch,
            Source::Pixels => 0,
        };
        let chosen = marking.get();
        let of = match chosen {
            Marking::MovedMost if ways.with(|ways| ways.is_empty()) => {
                return Some("once the layouts are finished".to_owned());
            }
            // How many they are stands in the field before.
            Marking::MovedMost => return Some(format!("of {}", ways.with(|ways| ways.len()))),
            _ => match compared(session, chosen) {
                Some([from, to]) => format!(", epochs {} to {}", epoch(from), epoch(to)),
                None if !is_over_epochs.get() => ": all layers are of one epoch".to_owned(),
                None => ": no trained network before this step".to_owned(),
            },
        };
        Some(format!("{marked}{of}"))
    };
    let select = move |_| {
        let part = session.evolution.sequence.get_untracked().part;
        let indices = untrack(indices);
        selecting::select(session, part, &indices, Combine::Replace);
        marking.set(Marking::Nothing);
    };
    view! {
        <div
            class="marks"
            role="group"
            aria-label="Marks"
            data-marked=move || serde_json::to_string(&indices()).unwrap_or_default()
        >
            <label>
                <span>"Mark"</span>
                <select aria-label="Mark observations" on:change=choose>
                    {MARKINGS.map(|(each, name, words)| {
                        let needs_epochs = matches!(each, Marking::ChangedInAll | Marking::ChangedNow);
                        view! {
                            <option
                                value=name
                                prop:selected=leaving(move || marking.get() == each)
                                disabled=leaving(move || needs_epochs && !is_over_epochs.get())
                            >
                                {words}
                            </option>
                        }
                    })}
                </select>
            </label>
            <Show when=leaving(move || marking.get() == Marking::MovedMost)>
                <NumberInput
                    step="1"
                    name=Signal::stored("How many moved most".to_owned())
                    value=Signal::derive(move || marked_count.get().unwrap_or(0))
                    set=move |chosen: usize| count.set(Some(chosen))
                />
            </Show>
            <span class="soft" role="status" data-testid="marked">{words}</span>
            <Show when=move || marked_count.get().is_some()>
                <button disabled=move || marked_count.get() == Some(0) on:click=select>"Select them"</button>
            </Show>
        </div>
    }
}
