//! Lets go of signals at the end of a view.
//!
//! Signals keep their subscribers until these run again: reactive_graph 0.2.16 lets nobody go who merely
//! ceases to be. Of a view that comes and goes, each time would leave a few bytes in the signals that
//! outlive it, and every change of such a signal would go through all of them: after an hour of work they
//! were tens of thousands (`make soak`). Views that are made anew with each layout, data set or network
//! read such signals through what is here.

use leptos::prelude::*;
use leptos::reactive::graph::{Observer, Subscriber};

/// What runs at the moment, an effect or a memo, unsubscribes from all it read when the view that it
/// belongs to is made anew or taken away. To be called directly by what an effect or a memo runs: within
/// a row of a `<For>`, the end of the row would unsubscribe the list.
pub fn leave_with_view() {
    if let Some(reader) = Observer::get() {
        Owner::on_cleanup(move || reader.clear_sources(&reader));
    }
}

/// `read` for a place in a view, which leaves with it.
pub fn leaving<T>(read: impl Fn() -> T) -> impl Fn() -> T {
    move || {
        leave_with_view();
        read()
    }
}

/// A memo that leaves with its view.
pub fn view_memo<T>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| {
        leave_with_view();
        read()
    })
}
