//! What is known about the observation under the pointer.

use leptos::prelude::*;

use super::caption::percent;
use super::neurons::response::activation;
use super::state::{Panel, Session};
use super::thumbnail::Thumbnail;
use crate::canvas::palette::class_color;
use crate::dataset::Part;

/// Width and height to count with when placing the card, CSS pixels.
const SIZE: [f64; 2] = [250.0, 104.0];
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
) -> impl IntoView {
    let session = Session::from_context();
    let representation = panel.representation.get_untracked();
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
    let name = move |class: u8| {
        session.dataset.with_untracked(|open| {
            open.as_ref()
                .and_then(|open| open.dataset.class_names.get(usize::from(class)).cloned())
                .unwrap_or_else(|| class.to_string())
        })
    };
    let color = |class: u8| format!("--class: {}", class_color(usize::from(class)).css());
    let [left, top] = corner(place, room);
    view! {
        <div class="hover-card" role="status" data-testid="hover-card" style=format!("left: {left}px; top: {top}px")>
            {session.has_images().then(|| view! { <Thumbnail part index side=84 /> })}
            <div>
                <div><span class="swatch" style=color(label)></span>"True label " <b>{name(label)}</b></div>
                {prediction.map(|(class, probability)| view! {
                    <div>
                        <span class="swatch" style=color(class)></span>
                        "Predicted " <b>{name(class)}</b> {probability.map(|p| format!(" ({})", percent(p)))}
                    </div>
                    {(class != label).then(|| view! { <div><b>"Misclassified"</b></div> })}
                })}
                {move || activation(session, part, index).map(|says| view! { <div>{says}</div> })}
                <div class="soft">{format!("{part} observation {}", index + 1)}</div>
            </div>
        </div>
    }
}

/// Where the card's upper left corner goes: beside the observation; in a narrow picture, where
/// there is no room beside it, at the end of the picture that is farther from it.
pub fn corner(place: [f64; 2], room: [f64; 2]) -> [f64; 2] {
    let lowest = (room[1] - SIZE[1] - 4.0).max(4.0);
    if place[0] + GAP + SIZE[0] < room[0] {
        [
            place[0] + GAP,
            (place[1] - SIZE[1] / 2.0).clamp(4.0, lowest),
        ]
    } else if place[0] - GAP - SIZE[0] > 0.0 {
        [
            place[0] - GAP - SIZE[0],
            (place[1] - SIZE[1] / 2.0).clamp(4.0, lowest),
        ]
    } else {
        let top = if place[1] > room[1] / 2.0 {
            4.0
        } else {
            lowest
        };
        [((room[0] - SIZE[0]) / 2.0).max(4.0), top]
    }
}
