//! The menu of a figure: take it away, or read its numbers.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, KeyboardEvent, Node};

use super::{Form, Subject};
use crate::view::parts;
use crate::view::state::Session;

const FORMS: [(Form, &str); 4] = [
    (Form::Svg, "Save as SVG"),
    (Form::Png, "Save as PNG"),
    (Form::Csv, "Save numbers as CSV"),
    (Form::Table, "Show as table"),
];

/// A button that opens the menu; it closes when the focus leaves, by Escape, and by choosing.
#[component]
pub fn ExportMenu(
    /// Whose menu it is.
    subject: Subject,
    /// What the figure is called, to tell this menu from others.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let session = Session::from_context();
    let details = NodeRef::<html::Details>::new();
    let busy = RwSignal::new(false);
    let open = RwSignal::new(false);
    let close = move || {
        if let Some(details) = details.get_untracked() {
            let _ = details.remove_attribute("open");
        }
    };
    let left = move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        let details = details.get_untracked();
        if !details.is_some_and(|details| details.contains(to.as_ref())) {
            close();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            close();
            let summary = details
                .get_untracked()
                .and_then(|d| d.first_element_child());
            if let Some(summary) = summary.and_then(|s| s.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = summary.focus();
            }
        }
    };
    let choose = move |form| {
        close();
        busy.set(true);
        leptos::task::spawn_local(async move {
            parts::give(session, subject, form).await;
            busy.try_set(false);
        });
    };
    view! {
        <details class="export" node_ref=details on:focusout=left on:keydown=on_key on:toggle=move |_| open.set(true)>
            <summary
                title="Export"
                aria-label=move || format!("Export: {}", name.get())
                aria-busy=move || busy.get().to_string()
            >
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 3v9M6 8.5l4 4 4-4M3.5 13.5V17h13v-3.5" /></svg>
            </summary>
            // What nobody has opened is not built: the first view has two of these.
            {move || open.get().then(|| view! {
                <div class="menu">
                    {FORMS.map(|(form, words)| view! {
                        <button class="quiet" disabled=busy on:click=move |_| choose(form)>{words}</button>
                    })}
                </div>
            })}
        </details>
    }
}
