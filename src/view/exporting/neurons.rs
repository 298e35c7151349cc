//! Pictures of neurons.

use leptos::prelude::*;

use super::describing::{Described, figure, picture, title_of};
use crate::canvas::viewport::Viewport;
use crate::figure::{Content, Key, NO_CLASS, Neurons, Quantity, Scale};
use crate::view::naming;
use crate::view::neurons::colouring::Colours;
use crate::view::neurons::state::{Colouring, NeuronPicture};
use crate::view::scatter::Points;
use crate::view::state::Session;

/// The neurons of a layer at one epoch.
pub(super) fn describe(
    session: Session,
    shown: NeuronPicture,
    colours: Colours,
    (points, viewport): (Points, RwSignal<Viewport>),
) -> Option<Described> {
    let representation = shown.representation.get()?;
    let n = points.positions.with(|positions| positions.len() / 2);
    if n == 0 {
        return None;
    }
    let map = colours.maps[shown.side].get();
    let class = || naming::class(session, session.neurons.class.get());
    let (kind, what) = match colours.colouring.get() {
        Colouring::Map => (
            "neuron map".to_owned(),
            "S for the neuron’s own class".to_owned(),
        ),
        Colouring::OneClass => {
            let what = format!("class {} against the rest", class());
            (format!("neurons, {what}"), format!("S, {what}"))
        }
        Colouring::MeanActivation => {
            let what = "mean activation by the selection";
            (format!("neurons, {what}"), what.to_owned())
        }
    };
    let values = colours.values[shown.side].get();
    let key = match colours.range.get().filter(|_| values.is_some()) {
        Some(range) => Key::Sequential(Scale {
            what: what.clone(),
            least: range.least,
            greatest: range.greatest,
        }),
        None => Key::Strength(Scale {
            what: what.clone(),
            least: colours.least_score(session),
            greatest: colours.greatest_score.get(),
        }),
    };
    let mut caption = vec![format!("{n} neurons")];
    if let Some(found) = shown.found(session) {
        caption.extend(found.layout.map(|layout| {
            format!(
                "metric MDS of 1 − |r|, stress {:.3}",
                layout.stress.normalised
            )
        }));
        caption.extend(found.discrimination.map(|found| {
            let trees = found.config.trees;
            format!("scores S by {trees} extremely randomized trees per class")
        }));
    }
    let known = Neurons {
        classes: map.as_ref().map_or_else(Vec::new, |map| {
            let class = |class: &Option<u8>| class.map_or(NO_CLASS, u32::from);
            map.classes.iter().map(class).collect()
        }),
        scores: map.map_or_else(Vec::new, |map| map.scores.clone()),
        quantity: Quantity {
            name: what,
            values: values.map(|values| values.to_vec()).unwrap_or_default(),
        },
    };
    let content = Content::Neurons(picture(points, viewport, key), known);
    let names = [title_of(session, representation), kind];
    figure(
        session,
        names,
        vec![caption.join(" · ")],
        points.about.get(),
        content,
    )
}
