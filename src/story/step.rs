//! The steps of the tour, in their order, and the figures that they bring to life.

use crate::analysis::{AS_GIVEN, Along, Analysis, Representation, Sequence, Source};
use crate::dataset::{Dataset, Part};

/// Steps of an inter-epoch evolution, where none is known yet: the paper's number.
const EPOCHS: usize = 6;

/// An analysis that comes with the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Example {
    /// Handwritten digits, a perceptron of four hidden layers.
    Digits,
    /// Street digits, a convolutional network.
    Street,
    /// The same after blur and Sobel operator.
    Preprocessed,
}

impl Example {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Digits, Self::Street, Self::Preprocessed];

    /// Where its file is, relative to the page.
    pub fn address(self) -> &'static str {
        match self {
            Self::Digits => "analyses/digits.npz",
            Self::Street => "analyses/street.npz",
            Self::Preprocessed => "analyses/street-preprocessed.npz",
        }
    }
}

/// Which of the visitor's own data a step makes sense for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Any.
    Any,
    /// Pictures in which digits are dark on bright, or bright on dark.
    Polarity,
    /// Such pictures after preprocessing.
    Preprocessed,
}

impl Own {
    /// Whether a data set is of this kind, by what the page calls it.
    pub fn accepts(self, dataset: &Dataset) -> bool {
        // Data sets that were preprocessed say so in brackets behind their name.
        let preprocessed = dataset.name.contains("Sobel");
        match self {
            Self::Any => true,
            Self::Polarity => dataset.shape.channels == 3 && !preprocessed,
            Self::Preprocessed => preprocessed,
        }
    }
}

/// A hidden layer, whatever the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The first that is known.
    First,
    /// The last.
    Last,
}

/// When in the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before it.
    Before,
    /// After its last epoch.
    After,
}

/// What one of the two projections shows, whatever the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The test images themselves.
    Pixels,
    /// A hidden layer.
    Layer(Part, Depth, Moment),
}

impl Shown {
    /// What that is in an analysis; `None` where its network has no such layer or epoch.
    pub fn of(self, analysis: &Analysis) -> Option<Representation> {
        let Shown::Layer(part, depth, moment) = self else {
            return Some(Representation {
                part: Part::Test,
                source: Source::Pixels,
            });
        };
        let epochs = analysis.epochs();
        let epoch = match moment {
            Moment::Before => epochs.first().copied().filter(|epoch| *epoch == 0)?,
            Moment::After => epochs.last().copied().filter(|epoch| *epoch > 0)?,
        };
        let last = analysis.hidden_layers().checked_sub(1)?;
        let at = |index: usize| Representation {
            part,
            source: Source::Layer { index, epoch },
        };
        match depth {
            Depth::First => (0..=last)
                .map(at)
                .find(|representation| analysis.can_be_shown(*representation))
                .or(Some(at(0))),
            Depth::Last => Some(at(last)),
        }
    }
}

/// What the views are to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Two projections.
    Pair([Shown; 2]),
    /// The evolution over the layers after training.
    OverLayers,
    /// The evolution of the last layer over the epochs.
    OverEpochs,
    /// The neurons, by how well they tell one class from the rest.
    OneClass,
    /// The discriminative neuron map.
    Map,
    /// The observations, by the activation of the best neuron of a class.
    Response,
}

impl Scene {
    /// The sequence that an evolution shows: one that was laid out, or else one that can be.
    pub fn sequence(self, analysis: &Analysis) -> Option<Sequence> {
        let last = analysis.hidden_layers().checked_sub(1)?;
        let epoch = analysis.epochs().last().copied()?;
        let wanted = match self {
            Scene::OverLayers => Along::Layers { epoch },
            Scene::OverEpochs => Along::Epochs {
                layer: last,
                most: EPOCHS,
            },
            _ => return None,
        };
        let like = |along: Along| match (along, wanted) {
            (Along::Layers { epoch: a }, Along::Layers { epoch: b }) => a == b,
            (Along::Epochs { layer: a, .. }, Along::Epochs { layer: b, .. }) => a == b,
            _ => false,
        };
        let sequence = Sequence {
            part: Part::Test,
            along: wanted,
        };
        let mut known = analysis.evolutions.keys().copied();
        let laid_out = known.find(|known| known.part == Part::Test && like(known.along));
        Some(laid_out.unwrap_or(sequence))
    }
}

/// The last hidden layer as the neurons' views see it.
pub(super) fn last_layer(analysis: &Analysis, moment: Moment) -> Option<Representation> {
    Shown::Layer(Part::Test, Depth::Last, moment).of(analysis)
}

/// Whether a network came without its training, so that nothing is known of before.
pub(super) fn as_given(analysis: &Analysis) -> bool {
    analysis.epochs() == [AS_GIVEN]
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Its name in public/story.json.
    pub id: &'static str,
    /// The paper's figures that it brings to life.
    pub figures: &'static [u8],
    /// The paper's hypothesis, where it is about one: 1 to 4.
    pub hypothesis: Option<u8>,
    /// Which analysis shows it, where the visitor has none.
    pub example: Example,
    /// Which of the visitor's own networks show it, too.
    pub own: Own,
    /// What is to be seen.
    pub scene: Scene,
    /// Whether example images stand beside the clusters.
    pub insets: bool,
    /// The numbers of its verdict.
    pub numbers: &'static [&'static str],
}

const fn last(part: Part, moment: Moment) -> Shown {
    Shown::Layer(part, Depth::Last, moment)
}

/// The tour.
pub const STEPS: [Step; 13] = [
    Step {
        id: "before",
        figures: &[2, 3],
        hypothesis: Some(1),
        example: Example::Digits,
        own: Own::Any,
        scene: Scene::Pair([Shown::Pixels, last(Part::Test, Moment::Before)]),
        insets: false,
        numbers: &["raw", "before", "difference", "margin", "kept"],
    },
    Step {
        id: "after",
        figures: &[3],
        hypothesis: Some(2),
        example: Example::Digits,
        own: Own::Any,
        scene: Scene::Pair([
            last(Part::Test, Moment::Before),
            last(Part::Test, Moment::After),
        ]),
        insets: false,
        numbers: &["before", "after", "difference", "margin", "accuracy"],
    },
    Step {
        id: "mistakes",
        figures: &[3],
        hypothesis: Some(2),
        example: Example::Digits,
        own: Own::Any,
        scene: Scene::Pair([Shown::Pixels, last(Part::Test, Moment::After)]),
        insets: false,
        numbers: &["mistakes", "of", "assigned", "true", "difference", "margin"],
    },
    Step {
        id: "epochs",
        figures: &[11],
        hypothesis: Some(2),
        example: Example::Digits,
        own: Own::Any,
        scene: Scene::OverEpochs,
        insets: false,
        numbers: &["first", "last", "steps", "difference", "margin"],
    },
    Step {
        id: "depth",
        figures: &[5],
        hypothesis: Some(3),
        example: Example::Digits,
        own: Own::Any,
        scene: Scene::Pair([
            Shown::Layer(Part::Test, Depth::First, Moment::After),
            last(Part::Test, Moment::After),
        ]),
        insets: false,
        numbers: &["first", "last", "difference", "margin"],
    },
    Step {
        id: "layers",
        figures: &[10],
        hypothesis: Some(3),
        example: Example::Digits,
        own: Own::Any,
        scene: Scene::OverLayers,
        insets: false,
        numbers: &["first", "last", "steps", "difference", "margin"],
    },
    Step {
        id: "hard",
        figures: &[4],
        hypothesis: Some(1),
        example: Example::Street,
        own: Own::Polarity,
        scene: Scene::Pair([Shown::Pixels, last(Part::Test, Moment::Before)]),
        insets: true,
        numbers: &["raw", "before", "difference", "margin", "kept"],
    },
    Step {
        id: "polarity",
        figures: &[6],
        hypothesis: Some(4),
        example: Example::Street,
        own: Own::Polarity,
        scene: Scene::Pair([
            last(Part::Test, Moment::Before),
            last(Part::Test, Moment::After),
        ]),
        insets: true,
        numbers: &["after", "polarity", "split", "classes"],
    },
    Step {
        id: "preprocessed",
        figures: &[7],
        hypothesis: Some(4),
        example: Example::Preprocessed,
        own: Own::Preprocessed,
        scene: Scene::Pair([
            last(Part::Test, Moment::Before),
            last(Part::Test, Moment::After),
        ]),
        insets: true,
        numbers: &[
            "without",
            "with",
            "difference",
            "margin",
            "accuracy_without",
            "accuracy_with",
            "polarity_without",
            "polarity_with",
        ],
    },
    Step {
        id: "overfit",
        figures: &[8],
        hypothesis: Some(4),
        example: Example::Street,
        own: Own::Any,
        scene: Scene::Pair([
            last(Part::Train, Moment::After),
            last(Part::Test, Moment::After),
        ]),
        insets: true,
        numbers: &[
            "train",
            "test",
            "difference",
            "margin",
            "accuracy_train",
            "accuracy_test",
        ],
    },
    Step {
        id: "gather",
        figures: &[12],
        hypothesis: None,
        example: Example::Street,
        own: Own::Any,
        scene: Scene::OneClass,
        insets: false,
        numbers: &[
            "class",
            "best",
            "before",
            "after",
            "all_before",
            "all_after",
            "difference",
            "margin",
        ],
    },
    Step {
        id: "map",
        figures: &[13],
        hypothesis: None,
        example: Example::Street,
        own: Own::Any,
        scene: Scene::Map,
        insets: false,
        numbers: &["before", "after", "difference", "margin"],
    },
    Step {
        id: "response",
        figures: &[14],
        hypothesis: None,
        example: Example::Street,
        own: Own::Any,
        scene: Scene::Response,
        insets: false,
        numbers: &["neuron", "class", "inside", "outside", "order"],
    },
];

/// The place of a step in the tour.
pub fn step(id: &str) -> Option<usize> {
    STEPS.iter().position(|step| step.id == id)
}

/// A figure of the paper with the step that brings it to life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its number.
    pub number: u8,
    /// The step's name.
    pub step: &'static str,
}

const fn figure(number: u8, step: &'static str) -> Figure {
    Figure { number, step }
}

/// The figures with results, in their order. The paper's figure 3 has two halves: before and after.
pub const FIGURES: [Figure; 12] = [
    figure(2, "before"),
    figure(3, "after"),
    figure(4, "hard"),
    figure(5, "depth"),
    figure(6, "polarity"),
    figure(7, "preprocessed"),
    figure(8, "overfit"),
    figure(10, "layers"),
    figure(11, "epochs"),
    figure(12, "gather"),
    figure(13, "map"),
    figure(14, "response"),
];
