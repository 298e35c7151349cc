//! Reading the two projections: example images beside clusters, the network's mistakes, and how
//! much better one side separates each class than the other.

mod comparison;
mod confusion;
pub mod insets;
mod misclassified;
pub mod pins;
mod presets;
mod seek;
pub mod state;
mod told;

use leptos::prelude::*;

use super::state::Session;
use comparison::Comparison;
use confusion::ConfusionMatrix;
pub use confusion::summary;
use misclassified::Misclassified;
use presets::Presets;
use state::Insets;
use told::{Told, WhichNetwork};

/// The choices of insets, with their names in the page's structure and for the visitor.
const CHOICES: [(Insets, &str, &str); 3] = [
    (Insets::None, "none", "None"),
    (Insets::Automatic, "automatic", "Automatic"),
    (Insets::Pinned, "pinned", "Pinned"),
];

/// Above the projections: comparisons to choose from, and which insets there are.
#[component]
pub fn ReadingBar() -> impl IntoView {
    let session = Session::from_context();
    let insets = session.reading.insets;
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some((choice, ..)) = CHOICES.iter().find(|(_, name, _)| *name == value) {
            insets.set(*choice);
        }
    };
    view! {
        <div class="reading-bar">
            <Presets />
            <Show when=move || session.has_images()>
                <label class="inset-choice" title="Images of example observations beside the points: of each cluster of each class, or those that you pinned with i or a double click">
                    <span class="soft">"Insets"</span>
                    <select on:change=choose>
                        {CHOICES.map(|(choice, value, name)| view! {
                            <option value=value selected=move || insets.get() == choice>{name}</option>
                        })}
                    </select>
                </label>
            </Show>
        </div>
    }
}

/// Below the projections, once a network was trained: its mistakes, and the comparison.
#[component]
pub fn Readings() -> impl IntoView {
    let session = Session::from_context();
    let told = told::follow(session);
    let pairs = comparison::follow(session);
    let has_network = Memo::new(move |_| told.with(Option::is_some));
    let open = RwSignal::new(false);
    view! {
        <Show when=move || has_network.get()>
            <details class="readings" on:toggle=move |event| {
                open.set(told::is_open(&event));
                told::bring_into_view(&event);
            }>
                <summary>
                    "Mistakes and comparison"
                    <span class="soft" data-testid="readings-summary">
                        {move || told.get().map(|told| format!(" · {}", told.in_short()))}
                        {move || pairs.with(|pairs| comparison::in_short(pairs)).map(|text| format!(" · {text}"))}
                    </span>
                </summary>
                // What nobody looks at is not built.
                <Show when=move || open.get()>
                    <WhichNetwork told />
                    <div class="reading">
                        <ConfusionMatrix told />
                        <Misclassified told />
                        <Comparison pairs />
                    </div>
                </Show>
            </details>
        </Show>
    }
}

/// The matrix alone, of the network that the right projection shows.
#[component]
pub fn NetworkConfusion() -> impl IntoView {
    let told = told::follow(Session::from_context());
    view! { <ConfusionMatrix told /> }
}

/// What the network says of the observations that a projection shows.
pub type ToldMemo = Memo<Option<Told>>;
