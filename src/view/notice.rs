//! What the visitor should read, at the top of the page.

use leptos::prelude::*;

use super::session::asking;
use super::state::{Session, Severity};
use crate::worker::protocol::Failure;

/// The bar below the masthead.
#[component]
pub fn NoticeBar() -> impl IntoView {
    let session = Session::from_context();
    let question = move || {
        session.question.get().map(|question| view! {
            <div class="notice" role="alert" data-testid="question">
                <p><strong>{question.what}</strong> " " {question.why}</p>
                <div class="row">
                    <button class="primary" on:click=move |_| asking::answer(session, true)>{question.yes}</button>
                    <button class="quiet" on:click=move |_| asking::answer(session, false)>{question.no}</button>
                </div>
            </div>
        })
    };
    let notice = move || {
        session.notice.get().map(|notice| {
            let error = notice.severity == Severity::Error;
            view! {
                <div class="notice" class:error=error role=if error { "alert" } else { "status" }>
                    <p><Sentences failure=notice.failure /></p>
                    <button class="quiet" on:click=move |_| session.notice.set(None)>"Dismiss"</button>
                </div>
            }
        })
    };
    view! { {question}{notice} }
}

/// A failure in its place.
#[component]
pub fn FailureBox(
    /// What failed.
    failure: Failure,
) -> impl IntoView {
    view! {
        <p class="failure" role="alert"><Sentences failure /></p>
    }
}

#[component]
fn Sentences(failure: Failure) -> impl IntoView {
    view! {
        <strong>{failure.what}</strong> " " {failure.why} " " {failure.what_to_do}
    }
}
