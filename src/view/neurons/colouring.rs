//! What the neurons' colours say, on one scale for both pictures.

use std::sync::Arc;

use leptos::prelude::*;

use super::state::{Colouring, NeuronPicture};
use crate::canvas::colour::Rgb;
use crate::canvas::colour_scale::ColourScale;
use crate::canvas::mark::{Emphasis, Mark, emphasise};
use crate::canvas::palette::{Theme, class_color};
use crate::canvas::selection::Selection;
use crate::canvas::shade::at_strength;
use crate::neurons::{DiscriminativeMap, mean_over_observations};
use crate::view::frame::theme;
use crate::view::session::relating;
use crate::view::state::Session;

/// An outline is at least this strong, so that a neuron of hardly any score can be found.
const LEAST_OUTLINE: f64 = 0.4;

/// The ends of a scale of colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Where it begins.
    pub least: f32,
    /// Where it ends.
    pub greatest: f32,
}

impl Range {
    /// The range of all these values; `None` where there are none.
    pub fn of<'a>(values: impl IntoIterator<Item = &'a f32>) -> Option<Self> {
        values
            .into_iter()
            .fold(None, |range: Option<Self>, &value| {
                let Self { least, greatest } = range.unwrap_or(Self {
                    least: value,
                    greatest: value,
                });
                Some(Self {
                    least: least.min(value),
                    greatest: greatest.max(value),
                })
            })
    }
}

/// The colours of both pictures.
#[derive(Clone, Copy)]
pub struct Colours {
    /// What they say; the mean activation only while there are observations to take it of.
    pub colouring: Memo<Colouring>,
    /// c* and S_{c*,j}, on the left and on the right.
    pub maps: [Memo<Option<Arc<DiscriminativeMap>>>; 2],
    /// The greatest score of both maps.
    pub greatest_score: Memo<f32>,
    /// The quantity that is coloured, on the left and on the right; `None` for the map.
    pub values: [Memo<Option<Arc<Vec<f32>>>>; 2],
    /// The scale of that quantity, for both.
    pub range: Memo<Option<Range>>,
}

impl Colours {
    /// Follows the session.
    pub fn new(session: Session) -> Self {
        let neurons = session.neurons;
        let colouring = Memo::new(move |_| {
            if neurons.shows_mean.get() && relating::any_observation(session) {
                Colouring::MeanActivation
            } else {
                neurons.colouring.get()
            }
        });
        let maps = neurons.pictures.map(|picture| {
            Memo::new(move |_| {
                let scores = picture.scores.get()?;
                Some(Arc::new(DiscriminativeMap::new(&scores)))
            })
        });
        let greatest_score = Memo::new(move |_| {
            let greatest = |map: Memo<Option<Arc<DiscriminativeMap>>>| {
                map.with(|map| map.as_ref().map_or(0.0, |map| map.greatest()))
            };
            greatest(maps[0]).max(greatest(maps[1]))
        });
        let values = neurons.pictures.map(|picture| {
            Memo::new(move |_| match colouring.get() {
                Colouring::Map => None,
                Colouring::OneClass => {
                    let class = usize::from(neurons.class.get());
                    let scores = picture.scores.get()?;
                    Some(Arc::new(scores.of_class(class)?.to_vec()))
                }
                Colouring::MeanActivation => mean_activation(session, picture).map(Arc::new),
            })
        });
        let range = Memo::new(move |_| {
            let [before, after] = values.map(|values| values.get());
            let all = [before, after].into_iter().flatten();
            let all: Vec<f32> = all.flat_map(|values| values.to_vec()).collect();
            let range = Range::of(&all)?;
            let least = match colouring.get() {
                Colouring::OneClass => neurons.threshold.get() * range.greatest,
                // A mean counts from nothing, as an activation behind a ReLU does.
                _ => range.least.min(0.0),
            };
            Some(Range { least, ..range })
        });
        Self {
            colouring,
            maps,
            greatest_score,
            values,
            range,
        }
    }

    /// The score from which neurons have a colour.
    pub fn least_score(self, session: Session) -> f32 {
        match (self.colouring.get(), self.range.get()) {
            (Colouring::OneClass, Some(range)) => range.least,
            _ => session.neurons.threshold.get() * self.greatest_score.get(),
        }
    }

    /// How many neurons of the right picture, or else the left one, have a score from there on.
    pub fn reaching(self, session: Session) -> Option<usize> {
        let least = self.least_score(session);
        let reaches = |score: &&f32| **score > 0.0 && **score >= least;
        let count = |side: usize| match self.colouring.get() {
            Colouring::Map => self.maps[side]
                .with(|map| Some(map.as_ref()?.scores.iter().filter(reaches).count())),
            _ => self.values[side]
                .with(|values| Some(values.as_ref()?.iter().filter(reaches).count())),
        };
        count(1).or_else(|| count(0))
    }

    /// The neurons that the legend of classes does not hide; `None` where it hides none.
    pub fn visible(self, session: Session, side: usize) -> Option<Arc<Selection>> {
        let hidden = session.hidden_classes.get();
        let is_hidden = |class: u8| hidden.get(usize::from(class)).copied().unwrap_or(false);
        if self.colouring.get() != Colouring::Map || !hidden.contains(&true) {
            return None;
        }
        let map = self.maps[side].get()?;
        Some(Arc::new(Selection::from_fn(map.classes.len(), |j| {
            !map.classes[j].is_some_and(is_hidden)
        })))
    }

    /// The look of each neuron of a picture, with the chosen ones standing out.
    pub fn marks(
        self,
        session: Session,
        picture: NeuronPicture,
        visible: Option<&Selection>,
    ) -> Vec<Mark> {
        let theme = theme(session.dark.get());
        let neurons = picture.positions.with(|positions| positions.len() / 2);
        let mut marks = match self.colouring.get() {
            Colouring::Map => self.map_marks(session, picture.side, theme),
            _ => self.scale_marks(picture.side, theme),
        };
        // Until there are scores.
        marks.resize(neurons, Mark::coloured(theme.muted(), theme));
        session
            .neurons
            .selected
            .with(|history| emphasise(&mut marks, history.present(), visible));
        // The colours of the other neurons are what a chosen one is to be compared with.
        for mark in &mut marks {
            if mark.emphasis == Emphasis::Dimmed {
                mark.emphasis = Emphasis::Normal;
            }
        }
        marks
    }

    fn map_marks(self, session: Session, side: usize, theme: Theme) -> Vec<Mark> {
        let Some(map) = self.maps[side].get() else {
            return Vec::new();
        };
        let shades = map.shades_up_to(self.least_score(session), self.greatest_score.get());
        let looks = map.classes.iter().zip(shades);
        looks
            .map(|(class, shade)| {
                let colour = class.map_or(theme.muted(), |class| class_color(usize::from(class)));
                shaded(colour, strength(f64::from(shade)), theme)
            })
            .collect()
    }

    fn scale_marks(self, side: usize, theme: Theme) -> Vec<Mark> {
        let (Some(values), Some(range)) = (self.values[side].get(), self.range.get()) else {
            return Vec::new();
        };
        let mut marks = on_scale(&values, range, theme);
        for (mark, &value) in marks.iter_mut().zip(values.iter()) {
            if value < range.least {
                *mark = shaded(theme.muted(), 0.0, theme);
            }
        }
        marks
    }
}

/// A neuron at this strength of a colour; the weakest ones are outlines.
fn shaded(colour: Rgb, strength: f64, theme: Theme) -> Mark {
    Mark {
        outline: at_strength(colour, strength.max(LEAST_OUTLINE), theme),
        ..Mark::coloured(at_strength(colour, strength, theme), theme)
    }
}

/// How strong the colour of a class is at a share of the map's scale, 0 to 1. Most scores are far
/// below the greatest: their square roots tell them apart.
pub fn strength(share: f64) -> f64 {
    share.sqrt()
}

/// The look of each of some values on a scale.
pub fn on_scale(values: &[f32], range: Range, theme: Theme) -> Vec<Mark> {
    let scale = ColourScale::sequential(theme);
    let mark = |&value: &f32| {
        let fill = scale.of(value, range.least, range.greatest);
        // The least colours are near the ground, where an outline shows that there is a point.
        let outline = fill.mix(theme.muted(), LEAST_OUTLINE);
        Mark {
            outline,
            ..Mark::coloured(fill, theme)
        }
    };
    values.iter().map(mark).collect()
}

/// The mean activation of each neuron by the selected observations.
fn mean_activation(session: Session, picture: NeuronPicture) -> Option<Vec<f32>> {
    let representation = picture.representation.get()?;
    let observations: Vec<u32> = session
        .selection(representation.part)
        .with(|history| history.present().iter().collect());
    session.analysis.with(|analysis| {
        let activations = analysis.activations(representation)?;
        let width = activations
            .len()
            .checked_div(analysis.subset(representation.part).len())?;
        mean_over_observations(activations, width, &observations).ok()
    })
}
