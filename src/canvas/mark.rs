//! How an observation looks: shape, colours, and how much it stands out.

use super::colour::Rgb;
use super::glyph::Shape;
use super::palette::{Theme, class_color};
use super::selection::{Selection, is_visible};

/// How much an observation stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Emphasis {
    /// Not drawn.
    Hidden,
    /// Faint, below all others: something else is selected.
    Dimmed,
    /// As it is.
    #[default]
    Normal,
    /// Larger, with a ring, above all others.
    Selected,
}

/// The look of one observation, eight bytes of plain data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Colour of the glyph's inside.
    pub fill: Rgb,
    /// Colour of its outline.
    pub outline: Rgb,
    /// Its shape.
    pub shape: Shape,
    /// How much it stands out.
    pub emphasis: Emphasis,
}

impl Mark {
    /// A disc in any colour, as for a continuous colouring; the outline is the picture's ground,
    /// so that neighbours stay apart.
    pub fn coloured(fill: Rgb, theme: Theme) -> Self {
        Self {
            fill,
            outline: theme.rim(),
            ..Self::default()
        }
    }

    /// An observation of class `truth`, drawn in the paper's manner: a disc in the colour of its
    /// class where the prediction is right or where there is none, a triangle in the predicted
    /// class's colour, outlined in its own class's colour, where it is wrong. Without a class it
    /// is a disc in the predicted class's colour, or in the theme's muted one.
    pub fn observation(truth: Option<usize>, predicted: Option<usize>, theme: Theme) -> Self {
        match (truth, predicted) {
            (Some(truth), Some(predicted)) if truth != predicted => Self {
                fill: class_color(predicted),
                outline: class_color(truth),
                shape: Shape::Triangle,
                emphasis: Emphasis::Normal,
            },
            (Some(class), _) | (None, Some(class)) => Self::coloured(class_color(class), theme),
            (None, None) => Self::coloured(theme.muted(), theme),
        }
    }
}

/// Sets the emphasis of every mark: hidden where not `visible` (`None`: all are), selected where
/// selected; the others are dimmed where anything visible is selected, and normal otherwise.
pub fn emphasise(marks: &mut [Mark], selected: &Selection, visible: Option<&Selection>) {
    let any = selected.iter().any(|index| is_visible(visible, index));
    let rest = if any {
        Emphasis::Dimmed
    } else {
        Emphasis::Normal
    };
    for (mark, index) in marks.iter_mut().zip(0u32..) {
        mark.emphasis = if !is_visible(visible, index) {
            Emphasis::Hidden
        } else if selected.contains(index) {
            Emphasis::Selected
        } else {
            rest
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_eight_bytes() {
        assert_eq!(size_of::<Mark>(), 8);
    }

    #[test]
    fn right_is_a_disc_of_its_class_and_wrong_a_triangle_of_the_predicted() {
        let theme = Theme::Dark;
        let right = Mark::observation(Some(3), Some(3), theme);
        assert_eq!((right.shape, right.fill), (Shape::Disc, class_color(3)));
        assert_eq!(right, Mark::observation(Some(3), None, theme));
        let wrong = Mark::observation(Some(3), Some(8), theme);
        assert_eq!((wrong.shape, wrong.fill), (Shape::Triangle, class_color(8)));
        assert_eq!(wrong.outline, class_color(3));
        let unknown = Mark::observation(None, None, theme);
        assert_eq!((unknown.shape, unknown.fill), (Shape::Disc, theme.muted()));
    }

    #[test]
    fn emphasis_follows_selection_and_visibility() {
        use Emphasis::{Dimmed, Hidden, Normal, Selected};
        let looks = |selected: &[u32], visible: Option<&[u32]>| {
            let mut marks = [Mark::default(); 4];
            let visible = visible.map(|v| Selection::from_indices(4, v));
            let selected = Selection::from_indices(4, selected);
            emphasise(&mut marks, &selected, visible.as_ref());
            marks.map(|m| m.emphasis)
        };
        assert_eq!(looks(&[], None), [Normal; 4]);
        assert_eq!(looks(&[1], None), [Dimmed, Selected, Dimmed, Dimmed]);
        assert_eq!(
            looks(&[1, 2], Some(&[0, 1])),
            [Dimmed, Selected, Hidden, Hidden]
        );
        // What is selected cannot be seen: nothing to stand back from.
        assert_eq!(
            looks(&[3], Some(&[0, 1, 2])),
            [Normal, Normal, Normal, Hidden]
        );
    }
}
