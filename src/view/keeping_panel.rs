//! Saving all that is shown as one file.

use leptos::prelude::*;

use super::session::keeping;
use super::state::{Run, Session};
use crate::analysis::{Analysis, format_bytes};

/// Among the controls of the images.
#[component]
pub fn KeepingPanel() -> impl IntoView {
    let session = Session::from_context();
    let activations = RwSignal::new(true);
    let bytes = Memo::new(move |_| session.analysis.with(Analysis::bytes));
    let busy = move || session.opening.with(Option::is_some) || session.run.with(Run::is_active);
    view! {
        <details>
            <summary>"Save this analysis"</summary>
            <p class="soft small">
                "One .npz with the projected images, predictions, layouts and scores. Open it here again, or with numpy.load."
            </p>
            <Show when=move || { bytes.get() > 0 }>
                <label class="check">
                    <input type="checkbox" prop:checked=move || activations.get()
                        on:change=move |event| activations.set(event_target_checked(&event)) />
                    {move || format!("With activations ({} before packing)", format_bytes(bytes.get()))}
                </label>
            </Show>
            <div class="row">
                <button disabled=busy on:click=move |_| keeping::save(session, activations.get_untracked())>
                    "Save analysis"
                </button>
            </div>
        </details>
    }
}
