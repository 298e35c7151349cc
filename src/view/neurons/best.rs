//! The best neurons of each class, in words and as a table: what the pictures show, for everybody.

use leptos::prelude::*;

use super::caption::constant;
use super::colouring::Colours;
use super::state::{Colouring, NeuronPicture};
use crate::canvas::selection::Combine;
use crate::neurons::DiscriminativeScores;
use crate::ordering::falling;
use crate::view::frame::class_style;
use crate::view::naming;
use crate::view::session::relating;
use crate::view::state::Session;

/// Neurons of each class in the table.
const BEST: usize = 3;

/// The neurons with the greatest values that are above 0, the greatest first.
fn best(values: &[f32]) -> Vec<(u32, f32)> {
    let ranked = falling(values).into_iter();
    ranked
        .map(|neuron| (neuron, values[neuron as usize]))
        .take_while(|(_, value)| *value > 0.0)
        .take(BEST)
        .collect()
}

/// A picture of neurons in a sentence.
pub fn summary(session: Session, picture: NeuronPicture, colours: Colours) -> Option<String> {
    let representation = picture.representation.get()?;
    let layout = picture.found(session)?.layout?;
    let mut text = format!(
        "{} neurons of {}{}",
        layout.positions.len() / 2,
        naming::title(session, representation),
        constant(layout.constant.len()).unwrap_or_default(),
    );
    let values = colours.values[picture.side].get();
    let strongest = values.and_then(|values| best(&values).first().copied());
    let map = colours.maps[picture.side].get();
    let ends = match colours.colouring.get() {
        Colouring::Map => map.and_then(|map| {
            let (neuron, score) = *best(&map.scores).first()?;
            let class = (*map.classes.get(neuron as usize)?)?;
            Some((best_of(session, class), neuron, format!("S = {score:.4}")))
        }),
        Colouring::OneClass => strongest.map(|(neuron, score)| {
            let class = session.neurons.class.get();
            (best_of(session, class), neuron, format!("S = {score:.4}"))
        }),
        Colouring::MeanActivation => strongest.map(|(neuron, mean)| {
            let most = "the selected observations activate most".to_owned();
            (most, neuron, format!("{mean:.3} on average"))
        }),
    };
    if let Some((what, neuron, value)) = ends {
        text += &format!("; {what} neuron {} with {value}", neuron + 1);
    }
    Some(text + ".")
}

fn best_of(session: Session, class: u8) -> String {
    format!("the best of class {} is", naming::class(session, class))
}

/// The best neurons of each class in both pictures, which can be chosen here.
#[component]
pub fn BestNeurons() -> impl IntoView {
    let session = Session::from_context();
    let pictures = session.neurons.pictures;
    let classes = move || {
        let classes = pictures.map(|picture| {
            let scores = picture.scores.get();
            scores.map_or(0, |scores| scores.classes())
        });
        classes[0].max(classes[1])
    };
    let heading = |picture: NeuronPicture| {
        let shown = move || {
            picture
                .representation
                .get()
                .map(|shown| naming::title(session, shown))
        };
        view! { <th colspan=BEST.to_string() scope="colgroup">{shown}</th> }
    };
    view! {
        <details class="best">
            <summary>"The best neurons of each class"</summary>
            <div class="table-room">
                <table data-testid="best-neurons">
                    <thead><tr><th scope="col">"Class"</th>{pictures.map(heading)}</tr></thead>
                    <tbody>
                        {move || (0..classes()).map(|class| view! {
                            <tr data-class=class.to_string()>
                                <th scope="row" style=class_style(class)>
                                    <span class="swatch"></span>{naming::class(session, class as u8)}
                                </th>
                                {pictures.map(|picture| picture.scores.get().map(|scores| cells(session, &scores, picture.side, class)))}
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
        </details>
    }
}

fn cells(
    session: Session,
    scores: &DiscriminativeScores,
    side: usize,
    class: usize,
) -> impl IntoView + use<> {
    let row = scores.of_class(class).unwrap_or_default();
    let sum: f64 = row.iter().map(|&score| f64::from(score)).sum();
    let best = best(row);
    (0..BEST)
        .map(|rank| {
            let found = best.get(rank).copied();
            view! {
                <td data-side=side.to_string() data-rank=rank.to_string() data-sum=format!("{sum:.6}")
                    data-neuron=found.map(|(neuron, _)| (neuron + 1).to_string()) data-score=found.map(|(_, score)| score.to_string())>
                    {found.map(|(neuron, score)| view! {
                        <button class="quiet" title="Show its role" on:click=move |_| relating::select(session, &[neuron], Combine::Replace)>
                            <b>{(neuron + 1).to_string()}</b> {format!(" {score:.3}")}
                        </button>
                    })}
                </td>
            }
        })
        .collect_view()
}
