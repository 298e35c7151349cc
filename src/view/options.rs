//! The options of a menu.

use leptos::prelude::*;

/// Options by their values and words, of which one may be chosen.
///
/// To be called in a closure, so that the whole list is one effect. With an effect for each option,
/// every list that is made anew would leave as many behind: a signal keeps those who read it until
/// they read it again, even where they are long gone.
pub fn options<V: ToString + PartialEq>(
    all: impl IntoIterator<Item = (V, String)>,
    chosen: Option<V>,
) -> AnyView {
    all.into_iter()
        .map(|(value, words)| {
            let is_chosen = chosen.as_ref() == Some(&value);
            // The property, not the attribute, which says nothing any more once the visitor has chosen.
            view! { <option value=value.to_string() prop:selected=is_chosen>{words}</option> }
        })
        .collect_view()
        .into_any()
}
