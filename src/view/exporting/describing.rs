//! What a figure of the page shows, as [`crate::figure`] wants it.

use leptos::prelude::*;

use super::{Subject, What, charts, neurons, observations};
use crate::analysis::Representation;
use crate::canvas::viewport::{Bounds, Viewport};
use crate::dataset::Part;
use crate::figure::{Content, Figure, Key, Picture, looks_of};
use crate::view::naming;
use crate::view::scatter::Points;
use crate::view::state::Session;

/// A figure with the parts of its file's name.
pub(super) struct Described {
    pub figure: Figure,
    /// The data set, what of it, and what kind of figure.
    pub name: [String; 3],
}

/// Describes a figure as the page shows it now; `None` where it shows nothing.
pub(super) fn describe(session: Session, subject: Subject) -> Option<Described> {
    match subject {
        Subject::Points(points, viewport, trails) => match points.what {
            What::Observations(panel) => {
                observations::describe(session, panel, (points, viewport), trails)
            }
            What::Neurons(picture, colours) => {
                neurons::describe(session, picture, colours, (points, viewport))
            }
        },
        Subject::Curve(curve) => charts::curve(session, curve),
        Subject::Confusion(told) => charts::confusion(session, told),
        Subject::Shepard(panel) => charts::shepard(session, panel),
    }
}

/// A figure with the heading, the name and the theme that all of them have.
pub(super) fn figure(
    session: Session,
    [of, kind]: [String; 2],
    caption: Vec<String>,
    summary: String,
    content: Content,
) -> Option<Described> {
    let open = session.dataset.get()?;
    let dataset = open.dataset.name.clone();
    let title = [&dataset, &of, &kind];
    let title = title.into_iter().filter(|part| !part.is_empty());
    let title: Vec<&str> = title.map(String::as_str).collect();
    Some(Described {
        figure: Figure {
            title: title.join(" · "),
            caption,
            summary,
            dark: session.dark.get(),
            classes: open.dataset.class_names.clone(),
            content,
        },
        name: [dataset, of, kind],
    })
}

/// "FC 4 after 20 epochs", and whose observations, where they are not those of the test.
pub(super) fn title_of(session: Session, representation: Representation) -> String {
    let title = naming::title(session, representation);
    match representation.part {
        Part::Test => title,
        Part::Train => title + ", training subset",
    }
}

/// Points as they are drawn: all of them, or what the visitor zoomed to.
pub(super) fn picture(points: Points, viewport: RwSignal<Viewport>, key: Key) -> Picture {
    let view = viewport.get();
    let [width, height] = view.size();
    let is_detail = view.zoom() > 1.0;
    let bounds = if is_detail {
        Bounds {
            min: view.to_data([0.0, height]),
            max: view.to_data([width, 0.0]),
        }
    } else {
        view.bounds()
    };
    Picture {
        positions: points.positions.get().to_vec(),
        looks: looks_of(&points.marks.get()),
        has_points: true,
        bounds: Some(bounds),
        is_detail,
        trails: None,
        key,
    }
}

/// A line of the caption that says so where the picture is a detail.
pub(super) fn detail(picture: &Picture) -> Option<String> {
    picture
        .is_detail
        .then(|| "A detail of the picture; the neighborhood hit is that of the whole.".to_owned())
}
