//! Questions to the visitor, before something is done that costs them something.

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::{opening, training};
use crate::view::state::{Question, Run, Session};

/// Asks, and waits for the answer. A question that was still open is answered with no.
pub async fn ask(session: Session, question: Question) -> bool {
    withdraw(session);
    let asked = Promise::new(&mut |resolve: Function, _| {
        session.answering.set_value(Some(resolve));
    });
    session.question.set(Some(question));
    let answered = JsFuture::from(asked).await;
    answered.is_ok_and(|answer| answer.is_truthy())
}

/// Answers the question that is open.
pub fn answer(session: Session, yes: bool) {
    let answering = session.answering.try_update_value(Option::take).flatten();
    if let Some(answering) = answering {
        session.question.set(None);
        // The promise's own function does not throw.
        let _ = answering.call1(&JsValue::NULL, &yes.into());
    }
}

/// Takes the question back that is open: what it was about has ended.
pub fn withdraw(session: Session) {
    answer(session, false);
}

/// Opens something else: at once where nothing has to be asked, and otherwise by consent; without it the
/// visitor stays.
pub fn by_consent(session: Session, open: impl FnOnce() + 'static, stay: impl FnOnce() + 'static) {
    let Some(question) = before_opening(session) else {
        return open();
    };
    leptos::task::spawn_local(async move {
        if ask(session, question).await {
            open();
        } else {
            stay();
        }
    });
}

/// What has to be asked before something else is opened: whether a training may end, or whether results
/// that nobody saved may be forgotten. Mostly nothing, because what was shown is put aside.
fn before_opening(session: Session) -> Option<Question> {
    if session.run.with_untracked(Run::is_active) {
        let (done, asked) = (
            training::epochs_done(session),
            session.trained.get_untracked(),
        );
        let asked = asked.map_or(0, |setup| setup.training.epochs);
        return Some(Question {
            what: "A training is under way.".into(),
            why: format!(
                "To open something else ends it, after {done} of {asked} epochs. What it has found by then is put aside and can be returned to."
            ),
            yes: "End it and open",
            no: "Go on training",
        });
    }
    let forgotten = opening::forgotten_unsaved(session);
    (!forgotten.is_empty()).then(|| Question {
        what: "There is no memory for all results.".into(),
        why: format!(
            "To open something else makes the page forget what it holds of {}, which was not saved. Return to it and save the analysis, to have it later.",
            forgotten.join(" and of "),
        ),
        yes: "Forget it and open",
        no: "Keep it",
    })
}
