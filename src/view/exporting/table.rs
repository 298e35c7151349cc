//! The numbers of a figure as a table, for everybody.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::figure::{ROWS_OF_A_PAGE, TablePages};
use crate::worker::later::later;

/// Shows the table in a dialog over the page, which is taken away when it closes.
pub(super) fn show(table: TablePages) {
    let Some(body) = gloo::utils::document().body() else {
        return;
    };
    let mounted: Rc<RefCell<Option<Box<dyn Any>>>> = Rc::default();
    let closing = mounted.clone();
    let close = move || {
        // Not while the dialog still handles its own event.
        let closing = closing.clone();
        later(0, move || drop(closing.take()));
    };
    let handle = leptos::mount::mount_to(body, move || view! { <TableDialog table close /> });
    *mounted.borrow_mut() = Some(Box::new(handle));
}

/// A page of the table's rows at a time.
#[component]
fn TableDialog(table: TablePages, close: impl Fn() + 'static) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let at = RwSignal::new(0_usize);
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let TablePages {
        caption,
        head,
        pages,
        rows,
    } = table;
    let rows = rows as usize;
    let last = pages.len().saturating_sub(1);
    // The buttons stay where they are and keep the focus, also where there is nowhere to go.
    let turn = move |by: isize| at.update(|at| *at = at.saturating_add_signed(by).min(last));
    let range = move || {
        let first = at.get() * ROWS_OF_A_PAGE;
        let to = (first + ROWS_OF_A_PAGE).min(rows);
        format!("Rows {} to {to} of {rows}", (first + 1).min(rows))
    };
    // The keys of the dialog are not for what lies below it.
    let on_key = move |event: KeyboardEvent| event.stop_propagation();
    view! {
        <dialog class="numbers" node_ref=dialog aria-label="Numbers of the figure" data-testid="numbers"
            on:keydown=on_key on:close=move |_| close()>
            <div class="table-room" tabindex="0" role="group" aria-label="Table, to scroll">
                <table>
                    <caption>{caption}</caption>
                    <thead inner_html=head></thead>
                    <tbody inner_html=move || pages.get(at.get()).cloned().unwrap_or_default()></tbody>
                </table>
            </div>
            <form method="dialog" class="row">
                <button type="button" aria-disabled=move || (at.get() == 0).to_string() on:click=move |_| turn(-1)>"Previous rows"</button>
                <button type="button" aria-disabled=move || (at.get() == last).to_string() on:click=move |_| turn(1)>"Next rows"</button>
                <span role="status">{range}</span>
                <button>"Close"</button>
            </form>
        </dialog>
    }
}
