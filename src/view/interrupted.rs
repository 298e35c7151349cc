//! A training that ended with its tab, at the top of the page.

use leptos::prelude::*;

use super::session::{surviving, training};
use super::state::{Run, Session};

/// The offer to resume it.
#[component]
pub fn InterruptedBar() -> impl IntoView {
    let session = Session::from_context();
    let busy = Memo::new(move |_| {
        session.opening.with(Option::is_some) || session.run.with(Run::is_active)
    });
    move || {
        session.interrupted.get().map(|found| {
            let network = training::describe(&found.setup.network);
            let epochs = found.setup.training.epochs;
            let images = if found.with_images {
                ""
            } else {
                " Its images were too large to keep: open the same files first."
            };
            let button = match found.epoch {
                0 => "Resume from the beginning".to_owned(),
                epoch => format!("Resume from epoch {epoch}"),
            };
            view! {
                <div class="notice" role="status" data-testid="interrupted">
                    <p>
                        <strong>"A training was interrupted."</strong>
                        {format!(
                            " Network {network} on {}, after {} of {epochs} epochs.{images}",
                            found.data.name, found.epoch
                        )}
                    </p>
                    <button class="primary" disabled=move || busy.get() on:click=move |_| surviving::resume(session)>{button}</button>
                    <button class="quiet" on:click=move |_| surviving::discard(session)>"Discard"</button>
                </div>
            }
        })
    }
}
