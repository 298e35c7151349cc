//! Whether and how trails are drawn.

use leptos::prelude::*;

use super::glossary::{about, term};
use super::trail_layer::TrailView;

/// Check boxes and the slider of the bundling.
#[component]
pub fn TrailControls(trails: TrailView) -> impl IntoView {
    let TrailView {
        shown,
        points,
        strength,
        bundling,
        ..
    } = trails;
    let bundle = move |event| {
        if let Ok(value) = event_target_value(&event).parse::<f32>() {
            strength.set(value.clamp(0.0, 1.0));
        }
    };
    view! {
        <div class="trail-controls" role="group" aria-label="Trails">
            <label class="check">
                <input type="checkbox" prop:checked=move || shown.get()
                    on:change=move |event| shown.set(event_target_checked(&event)) />
                "Trails"
            </label>
            {about("trails", "trails")}
            <label class="check">
                <input type="checkbox" prop:checked=move || points.get() disabled=move || !shown.get()
                    on:change=move |event| points.set(event_target_checked(&event)) />
                "Points"
            </label>
            <div class="bundling">
                {term("bundling", "Bundling")}
                <input type="range" aria-label="Bundling" min="0" max="1" step="0.05" disabled=move || !shown.get()
                    prop:value=move || strength.get().to_string()
                    on:input=bundle />
                <output>{move || format!("{:.2}", strength.get())}</output>
            </div>
            {move || bundling.get().map(|fraction| view! {
                <progress max="1" value=fraction.to_string() aria-label="Progress of the bundling"></progress>
            })}
        </div>
    }
}
