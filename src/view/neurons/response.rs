//! What chosen neurons make of the observations: the colours by their activation, in every picture
//! of observations. Where several are chosen, their mean counts.

use std::sync::Arc;

use leptos::prelude::*;

use super::colouring::{Range, on_scale};
use super::scale::{Bar, ScaleLegend};
use crate::analysis::{Analysis, Representation};
use crate::canvas::mark::Mark;
use crate::canvas::selection::Selection;
use crate::dataset::Part;
use crate::neurons::mean_over_neurons;
use crate::view::frame::theme;
use crate::view::naming;
use crate::view::session::relating;
use crate::view::state::{Panel, Session};
use crate::view::subscriptions::view_memo;

/// What the chosen neurons make of each observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The layer and epoch.
    pub representation: Representation,
    /// The chosen neurons, ascending.
    pub neurons: Vec<u32>,
    /// Their mean activation by each observation.
    pub values: Vec<f32>,
    /// The class of each observation.
    pub labels: Vec<u8>,
}

impl Response {
    /// "neuron 12"; "5 neurons, their mean". Counted from 1.
    pub fn name(&self) -> String {
        match self.neurons[..] {
            [neuron] => format!("neuron {}", neuron + 1),
            _ => format!("{} neurons, their mean", self.neurons.len()),
        }
    }

    /// The scale of the activations; from 0, where the layer has a ReLU.
    pub fn range(&self) -> Option<Range> {
        Range::of(&self.values)
    }
}

/// What these neurons of a layer make of its observations; `None` where none is chosen.
pub fn to(
    analysis: &Analysis,
    representation: Representation,
    neurons: &Selection,
) -> Option<Arc<Response>> {
    let neurons: Vec<u32> = neurons.iter().collect();
    let activations = analysis.activations(representation)?;
    let labels = analysis.subset(representation.part).labels.clone();
    let width = activations.len().checked_div(labels.len())?;
    let values = mean_over_neurons(activations, width, &neurons).ok()?;
    Some(Arc::new(Response {
        representation,
        neurons,
        values,
        labels,
    }))
}

/// The chosen neurons' response, where it is to the observations of this split.
pub fn on(session: Session, part: Part) -> Option<Arc<Response>> {
    let response = session.neurons.response.get()?;
    (response.representation.part == part).then_some(response)
}

/// The looks of a panel's observations while neurons are chosen.
pub fn tint(session: Session, panel: Panel) -> Memo<Option<Arc<Vec<Mark>>>> {
    view_memo(move || {
        let response = on(session, panel.representation.get().part)?;
        let theme = theme(session.dark.get());
        Some(Arc::new(on_scale(
            &response.values,
            response.range()?,
            theme,
        )))
    })
}

/// The activation by one observation, in words, while neurons are chosen.
pub fn activation(session: Session, part: Part, observation: u32) -> Option<String> {
    let response = on(session, part)?;
    let value = response.values.get(observation as usize)?;
    Some(format!("Activates {}: {value:.3}", response.name()))
}

/// Says below a picture what its colours mean while neurons are chosen, and leads back to classes.
#[component]
pub fn TintNote(
    /// The picture.
    panel: Panel,
) -> impl IntoView {
    let session = Session::from_context();
    let shown = view_memo(move || on(session, panel.representation.get().part));
    let what = Signal::derive(move || {
        shown.get().map_or_else(String::new, |response| {
            let of = naming::title(session, response.representation);
            format!("Activation of {}, {of} (no unit)", response.name())
        })
    });
    let range = Signal::derive(move || shown.get()?.range());
    view! {
        <Show when=move || shown.get().is_some()>
            <div class="tint" data-testid=format!("tint-{}", panel.place)>
                <ScaleLegend what range bar=Bar::Sequential />
                <button on:click=move |_| relating::clear(session)>"Back to the classes"</button>
            </div>
        </Show>
    }
}
