//! What a visitor sees, as what stands in the page's address: a link shows the same again.
//!
//! A [`ViewState`] is plain data. As names and values ([`ViewState::pairs`]) it goes into the address; only
//! what differs from the state that an analysis opens with is written. What cannot be read is left out, and
//! so is what there is not any more: an address never makes an error of a view.

mod values;

pub use values::{Looking, Opened};

use crate::analysis::{Representation, Sequence};
use crate::dataset::Part;
use crate::projection::Metric;
use values::Value;

/// Pictures that can be zoomed: left, right, beside the neurons, the evolution, the neurons before and after.
pub const PICTURES: usize = 6;

/// Which figures are shown; chosen by the tabs above them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Two projections side by side.
    #[default]
    Projections,
    /// One sequence of representations.
    Evolution,
    /// The neurons of one layer.
    Neurons,
}

/// What a neuron's colour says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colouring {
    /// The class that it discriminates best: the discriminative neuron map.
    #[default]
    Map,
    /// How well it tells one class from the rest.
    OneClass,
    /// How strongly the selected observations activate it.
    MeanActivation,
}

/// Which observations are shown by their images beside the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Insets {
    /// None.
    None,
    /// The middle of each cluster of each class, and the pinned ones.
    #[default]
    Automatic,
    /// Those that the visitor pinned.
    Pinned,
}

/// All that decides what the page shows, beside the results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ViewState {
    /// What is open; `None` for what the page opens by itself.
    pub opened: Option<Opened>,
    /// Which figures.
    pub tab: View,
    /// What the left and the right projection show.
    pub sides: [Option<Representation>; 2],
    /// What the evolution is of.
    pub sequence: Option<Sequence>,
    /// The step of the evolution that is shown, from 0.
    pub step: u32,
    /// The layer whose neurons are shown, from 0; `None` for the last.
    pub layer: Option<usize>,
    /// What the neurons' colours say.
    pub colours: Colouring,
    /// The class that they are told from the rest by.
    pub class: u8,
    /// Classes that the legend hides, ascending.
    pub hidden: Vec<u32>,
    /// Which images stand beside the points.
    pub insets: Insets,
    /// Observations that are pinned.
    pub pins: Vec<(Part, u32)>,
    /// Selected test observations, training observations and neurons, each ascending.
    pub selected: [Vec<u32>; 3],
    /// Where the pictures are zoomed to; `None` where all is in view.
    pub looking: [Option<Looking>; PICTURES],
    /// Neighbours in the neighborhood hit.
    pub k: u32,
    /// Perplexity of t-SNE.
    pub perplexity: f32,
    /// MDS instead of t-SNE, between distances of this kind.
    pub mds: Option<Metric>,
    /// λ of dynamic t-SNE.
    pub lambda: f32,
}

/// Names of the parts in the address, in the order they are written.
const NAMES: [&str; 26] = [
    "analysis",
    "data",
    "view",
    "left",
    "right",
    "along",
    "step",
    "layer",
    "colour",
    "class",
    "hide",
    "insets",
    "pins",
    "select",
    "select-train",
    "neurons",
    "zoom-left",
    "zoom-right",
    "zoom-beside",
    "zoom-evolution",
    "zoom-before",
    "zoom-after",
    "k",
    "perplexity",
    "mds",
    "lambda",
];

impl ViewState {
    /// Names that [`pairs`](Self::pairs) may give; others in an address are not of the view.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter()
    }

    /// What differs from `base`, by name.
    pub fn pairs(&self, base: &Self) -> Vec<(&'static str, String)> {
        let (ours, theirs) = (self.values(), base.values());
        let differing = ours
            .into_iter()
            .zip(theirs)
            .filter(|(ours, theirs)| ours != theirs);
        differing.map(|(ours, _)| ours).collect()
    }

    /// This state with what an address says instead; what is not said, or cannot be read, stays.
    #[must_use]
    pub fn with(mut self, said: impl Fn(&str) -> Option<String>) -> Self {
        let opened = [said("analysis"), said("data")];
        if opened.iter().any(Option::is_some) {
            let [analysis, data] = opened;
            self.opened = Opened::read(analysis.as_deref(), data.as_deref());
        }
        let read = |name: &str| said(name);
        take(&mut self.tab, read("view"));
        for (side, name) in self.sides.iter_mut().zip(["left", "right"]) {
            take(side, read(name));
        }
        take(&mut self.sequence, read("along"));
        take(&mut self.step, read("step"));
        take(&mut self.layer, read("layer"));
        take(&mut self.colours, read("colour"));
        take(&mut self.class, read("class"));
        take(&mut self.hidden, read("hide"));
        take(&mut self.insets, read("insets"));
        take(&mut self.pins, read("pins"));
        for (selected, name) in self.selected.iter_mut().zip(&NAMES[13..16]) {
            take(selected, read(name));
        }
        for (looking, name) in self.looking.iter_mut().zip(&NAMES[16..22]) {
            take(looking, read(name));
        }
        take(&mut self.k, read("k"));
        take(&mut self.perplexity, read("perplexity"));
        take(&mut self.mds, read("mds"));
        take(&mut self.lambda, read("lambda"));
        self
    }

    fn values(&self) -> Vec<(&'static str, String)> {
        let (analysis, data) = Opened::write(self.opened.as_ref());
        let values = [
            analysis,
            data,
            self.tab.write(),
            self.sides[0].write(),
            self.sides[1].write(),
            self.sequence.write(),
            self.step.write(),
            self.layer.write(),
            self.colours.write(),
            self.class.write(),
            self.hidden.write(),
            self.insets.write(),
            self.pins.write(),
            self.selected[0].write(),
            self.selected[1].write(),
            self.selected[2].write(),
            self.looking[0].write(),
            self.looking[1].write(),
            self.looking[2].write(),
            self.looking[3].write(),
            self.looking[4].write(),
            self.looking[5].write(),
            self.k.write(),
            self.perplexity.write(),
            self.mds.write(),
            self.lambda.write(),
        ];
        Self::names().zip(values).collect()
    }

    /// The state without selections, pins and zoom: what is chosen, not what is looked at.
    #[must_use]
    pub fn settings(&self) -> Self {
        Self {
            pins: Vec::new(),
            selected: Default::default(),
            looking: Default::default(),
            step: 0,
            ..self.clone()
        }
    }
}

/// Takes what an address says, where it can be read.
fn take<T: Value>(into: &mut T, said: Option<String>) {
    if let Some(value) = said.and_then(|text| T::read(&text)) {
        *into = value;
    }
}
