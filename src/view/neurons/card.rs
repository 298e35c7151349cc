//! What is known of the neuron under the pointer.

use leptos::prelude::*;

use super::colouring::Colours;
use super::state::{Colouring, NeuronPicture};
use crate::view::css::Css;
use crate::view::frame::class_style;
use crate::view::hover_card::corner;
use crate::view::naming;
use crate::view::state::Session;

/// A card beside the neuron, inside the picture.
#[component]
pub fn Card(
    /// In which picture.
    picture: NeuronPicture,
    /// What the colours say.
    colours: Colours,
    /// Which.
    neuron: u32,
    /// Where it is drawn, CSS pixels.
    place: [f64; 2],
    /// Width and height of the picture, CSS pixels.
    room: [f64; 2],
) -> impl IntoView {
    let session = Session::from_context();
    let at = neuron as usize;
    let best = move || {
        let map = colours.maps[picture.side].get()?;
        let class = (*map.classes.get(at)?)?;
        Some((class, *map.scores.get(at)?))
    };
    let value = move || colours.values[picture.side].get()?.get(at).copied();
    let says = move || match colours.colouring.get() {
        Colouring::Map => None,
        Colouring::OneClass => {
            let class = naming::class(session, session.neurons.class.get());
            value().map(|score| format!("S, class {class} against the rest: {score:.4}"))
        }
        Colouring::MeanActivation => value().map(|mean| format!("Mean activation {mean:.3}")),
    };
    let constant = move || {
        let layout = picture.found(session)?.layout?;
        layout.constant.binary_search(&neuron).ok()
    };
    let [left, top] = corner(place, room);
    view! {
        <div class="hover-card" role="status" data-testid="neuron-card" style=Css(format!("left: {left}px; top: {top}px"))>
            <div>
                <div><b>{format!("Neuron {}", at + 1)}</b></div>
                {move || best().map(|(class, score)| view! {
                    <div>
                        <span class="swatch" style=class_style(usize::from(class))></span>
                        "Discriminates " <b>{naming::class(session, class)}</b> {format!(" best, S = {score:.4}")}
                    </div>
                })}
                {move || constant().map(|_| view! { <div>"Constant: tells no class apart"</div> })}
                {move || says().map(|says| view! { <div>{says}</div> })}
            </div>
        </div>
    }
}
