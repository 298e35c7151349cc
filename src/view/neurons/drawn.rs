//! Both layouts as they are drawn: the right one turned to fit the left one, both to one measure.

use std::sync::Arc;

use leptos::prelude::*;

use super::state::NeuronPicture;
use crate::analysis::aligned;
use crate::canvas::viewport::Bounds;
use crate::view::state::Session;

/// The layouts on the page.
#[derive(Clone, Copy)]
pub struct Drawn {
    /// On the left and on the right, each neurons × 2, row-major.
    pub positions: [RwSignal<Arc<Vec<f32>>>; 2],
    /// What both pictures enclose.
    pub room: Signal<Option<Bounds>>,
    /// How far neurons are from where the left picture has them; `None` unless there are both.
    pub apart: RwSignal<Option<f32>>,
}

impl Drawn {
    /// Follows the session.
    pub fn new(session: Session) -> Self {
        let pictures = session.neurons.pictures;
        let left = pictures[0].positions;
        let right = RwSignal::new(Arc::default());
        let apart = RwSignal::new(None);
        let constants = Memo::new(move |_| {
            pictures.map(|picture: NeuronPicture| {
                let layout = picture.found(session).and_then(|found| found.layout);
                layout.map_or_else(Vec::new, |layout| layout.constant.clone())
            })
        });
        Effect::new(move |_| {
            let [to, from] = pictures.map(|picture| picture.positions.get());
            let found = constants.with(|[a, b]| aligned(&from, &to, [a, b]));
            let both = !from.is_empty() && from.len() == to.len();
            apart.set(both.then_some(found.apart));
            right.set(Arc::new(found.positions));
        });
        let positions = [left, right];
        let room = Signal::derive(move || {
            let bounds =
                positions.map(|positions| positions.with(|positions| Bounds::of(positions)));
            bounds.into_iter().flatten().reduce(Bounds::union)
        });
        Self {
            positions,
            room,
            apart,
        }
    }
}
