//! The numbers of a figure as a table, for everybody.

use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::figure::{ROWS_OF_A_PAGE, TablePages};
use crate::view::state::Session;

/// The dialog with the table that was asked for last, a page of its rows at a time.
#[component]
pub fn TableDialog() -> impl IntoView {
    let session = Session::from_context();
    let dialog = NodeRef::<html::Dialog>::new();
    let page = RwSignal::new(0_usize);
    Effect::new(move |_| {
        page.set(0);
        if let (true, Some(dialog)) = (session.table.with(Option::is_some), dialog.get())
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    let of = move |part: fn(&TablePages, usize) -> String| {
        let page = page.get();
        session.table.with(|table| {
            table
                .as_ref()
                .map_or_else(String::new, |table| part(table, page))
        })
    };
    let is_last = move || {
        let pages = |table: &TablePages| table.pages.len();
        page.get() + 1 >= session.table.with(|table| table.as_ref().map_or(0, pages))
    };
    let turn = move |by: isize| page.update(|page| *page = page.saturating_add_signed(by));
    // The keys of the page below are not for what lies above it.
    let on_key = move |event: KeyboardEvent| event.stop_propagation();
    view! {
        <dialog class="numbers" node_ref=dialog aria-label="Numbers of the figure" data-testid="numbers"
            on:keydown=on_key on:close=move |_| session.table.set(None)>
            <div class="table-room" tabindex="0" role="group" aria-label="Table, to scroll">
                <table>
                    <caption>{move || of(|table, _| table.caption.clone())}</caption>
                    <thead inner_html=move || of(|table, _| table.head.clone())></thead>
                    <tbody inner_html=move || of(|table, page| table.pages.get(page).cloned().unwrap_or_default())></tbody>
                </table>
            </div>
            <form method="dialog" class="row">
                <button type="button" disabled=move || page.get() == 0 on:click=move |_| turn(-1)>"Previous rows"</button>
                <button type="button" disabled=is_last on:click=move |_| turn(1)>"Next rows"</button>
                <span role="status">{move || of(|table, page| {
                    let rows = table.rows as usize;
                    let first = page * ROWS_OF_A_PAGE;
                    format!("Rows {} to {} of {rows}", (first + 1).min(rows), (first + ROWS_OF_A_PAGE).min(rows))
                })}</span>
                <button>"Close"</button>
            </form>
        </dialog>
    }
}
