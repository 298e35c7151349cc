//! What layers, epochs and representations are called on the page.

use leptos::prelude::*;

use super::state::Session;
use crate::analysis::{AS_GIVEN, Representation, Source};

/// A hidden layer, by its index from 0: its own name, or "Layer 1".
pub fn layer(session: Session, index: usize) -> String {
    session.layer_names.with(|names| match names.get(index) {
        Some(name) => name.clone(),
        None => format!("Layer {}", index.saturating_add(1)),
    })
}

/// An epoch in few words.
pub fn epoch(epoch: u32) -> String {
    match epoch {
        0 => "Before".to_owned(),
        AS_GIVEN => "As given".to_owned(),
        epoch => format!("Epoch {epoch}"),
    }
}

/// When in the training a network is, after so many epochs: "after 5 epochs".
pub fn after(epoch: u32) -> String {
    match epoch {
        0 => "before training".to_owned(),
        1 => "after 1 epoch".to_owned(),
        AS_GIVEN => "as given".to_owned(),
        epoch => format!("after {epoch} epochs"),
    }
}

/// When in the training a representation is from; nothing for pixels.
pub fn moment(representation: Representation) -> String {
    match representation.source {
        Source::Pixels => String::new(),
        Source::Layer { epoch, .. } => after(epoch),
    }
}

/// A representation as a heading.
pub fn title(session: Session, representation: Representation) -> String {
    match representation.source {
        Source::Pixels => "Raw pixels".to_owned(),
        Source::Layer { index, .. } => {
            format!("{} {}", layer(session, index), moment(representation))
        }
    }
}

/// A class, by its name in the data set.
pub fn class(session: Session, class: u8) -> String {
    session.dataset.with(|open| {
        open.as_ref()
            .and_then(|open| open.dataset.class_names.get(usize::from(class)).cloned())
            .unwrap_or_else(|| class.to_string())
    })
}
