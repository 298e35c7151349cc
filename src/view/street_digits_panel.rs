//! House numbers to be drawn: how many, and from which seed.

use leptos::prelude::*;

use super::number_field::NumberField;
use super::session::making;
use super::state::{Run, Session};
use crate::dataset::StreetDigits;

/// As many as a processor learns in about a minute.
pub const DRAWN: StreetDigits = StreetDigits {
    train: 10_000,
    test: 2_000,
    seed: 1,
};

/// Among the controls of the images.
#[component]
pub fn StreetDigitsPanel() -> impl IntoView {
    let session = Session::from_context();
    let digits = RwSignal::new(DRAWN);
    let busy = move || session.opening.with(Option::is_some) || session.run.with(Run::is_active);
    view! {
        <details>
            <summary>"Street digits"</summary>
            <p class="soft small">
                "House numbers drawn here, in the manner of SVHN: one half bright on dark, the other dark on bright."
            </p>
            <NumberField label="To train on" step="1000" value=Signal::derive(move || digits.get().train)
                set=move |train| digits.update(|d| d.train = train) />
            <NumberField label="To test with" step="500" value=Signal::derive(move || digits.get().test)
                set=move |test| digits.update(|d| d.test = test) />
            <NumberField label="Seed of the drawing" step="1" value=Signal::derive(move || digits.get().seed)
                set=move |seed| digits.update(|d| d.seed = seed) />
            <div class="row">
                <button disabled=busy on:click=move |_| making::draw_street_digits(session, digits.get_untracked())>
                    "Draw street digits"
                </button>
            </div>
        </details>
    }
}
