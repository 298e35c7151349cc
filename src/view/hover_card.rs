//! What is known about the observation under the pointer.

use leptos::prelude::*;

use super::caption::percent;
use super::css::Css;
use super::frame::{class_style, text_scale};
use super::naming;
use super::neurons::response::activation;
use super::prediction_history::{Past, PredictionHistory, rows};
use super::state::{Panel, Session};
use super::thumbnail::Thumbnail;
use crate::dataset::Part;

/// Width and height to count with when placing the card, CSS pixels at the usual size of text.
const SIZE: [f64; 2] = [250.0, 104.0];
/// The same with a table of what was predicted before; and each of its rows.
const LONG_SIZE: [f64; 2] = [316.0, 136.0];
const ROW: f64 = 18.0;
/// Between the point and the card, CSS pixels.
const GAP: f64 = 14.0;

/// A card beside the observation, inside the picture.
#[component]
pub fn HoverCard(
    /// Whose predictions count.
    panel: Panel,
    /// Of which split.
    part: Part,
    /// Which of the projected observations.
    index: u32,
    /// Where it is drawn, CSS pixels.
    place: [f64; 2],
    /// Width and height of the picture, CSS pixels.
    room: [f64; 2],
    /// What the picture goes through, where it goes through several epochs.
    past: Option<Past>,
) -> impl IntoView {
    let session = Session::from_context();
    let representation = panel.representation.get_untracked();
    let steps = past.map(|past| past.steps.get_untracked());
    let rows = steps
        .as_ref()
        .map_or(0, |steps| rows(session, steps, index));
    let way = past.and_then(|past| {
        past.ways
            .with_untracked(|ways| ways.get(index as usize).copied())
    });
    let (label, prediction) = session.analysis.with_untracked(|analysis| {
        let label = analysis.subset(part).labels.get(index as usize).copied();
        let prediction = analysis.snapshot_of(representation).and_then(|snapshot| {
            let class = *snapshot.predictions.predicted.get(index as usize)?;
            Some((
                class,
                snapshot.predictions.probability(index as usize, class),
            ))
        });
        (label.unwrap_or(0), prediction)
    });
    let name = move |class: u8| untrack(|| naming::class(session, class));
    let color = |class: u8| class_style(usize::from(class));
    let size = match rows {
        0 => SIZE,
        rows => [LONG_SIZE[0], LONG_SIZE[1] + ROW * rows as f64],
    };
    let [left, top] = corner_of(size, place, room);
    view! {
        <div class="hover-card" class:long=move || { rows > 0 } role="status" data-testid="hover-card" style=Css(format!("left: {left}px; top: {top}px"))>
            {session.has_images().then(|| view! { <Thumbnail part index side=84 /> })}
            <div>
                <div><span class="swatch" style=color(label)></span>"True label " <b>{name(label)}</b></div>
                {prediction.filter(|_| rows == 0).map(|(class, probability)| view! {
                    <div>
                        <span class="swatch" style=color(class)></span>
                        "Predicted " <b>{name(class)}</b> {probability.map(|p| format!(" ({})", percent(p)))}
                    </div>
                    {(class != label).then(|| view! { <div><b>"Misclassified"</b></div> })}
                })}
                {move || activation(session, part, index).map(|says| view! { <div>{says}</div> })}
                {way.map(|way| view! { <div>"Moved " <b data-testid="way">{format!("{way:.2}")}</b> " in all"</div> })}
                <div class="soft">{format!("{part} observation {}", index + 1)}</div>
            </div>
            {steps.filter(|_| rows > 0).map(|steps| view! {
                <PredictionHistory steps now=representation index label />
            })}
        </div>
    }
}

/// Where the card's upper left corner goes: beside the observation; in a narrow picture, where
/// there is no room beside it, at the end of the picture that is farther from it.
pub fn corner(place: [f64; 2], room: [f64; 2]) -> [f64; 2] {
    corner_of(SIZE, place, room)
}

fn corner_of(size: [f64; 2], place: [f64; 2], room: [f64; 2]) -> [f64; 2] {
    let scale = text_scale();
    let size = size.map(|side| side * scale);
    let lowest = (room[1] - size[1] - 4.0).max(4.0);
    if place[0] + GAP + size[0] < room[0] {
        [
            place[0] + GAP,
            (place[1] - size[1] / 2.0).clamp(4.0, lowest),
        ]
    } else if place[0] - GAP - size[0] > 0.0 {
        [
            place[0] - GAP - size[0],
            (place[1] - size[1] / 2.0).clamp(4.0, lowest),
        ]
    } else {
        let top = if place[1] > room[1] / 2.0 {
            4.0
        } else {
            lowest
        };
        [((room[0] - size[0]) / 2.0).max(4.0), top]
    }
}
