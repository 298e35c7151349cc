//! The paper's story: which figures a guided tour shows, and what their numbers say.
//!
//! Pure: a [`Step`] names what the views are to show, relative to whatever network is there; [`judge`]
//! compares the numbers of an [`Analysis`](crate::analysis::Analysis) and gives a [`Verdict`]. The words,
//! in two languages, and the paper's own numbers are data ([`Script`], public/story.json): nothing here
//! knows what should come out.

mod difference;
mod gathering;
mod judging;
mod judging_neurons;
mod polarity;
mod script;
mod step;
mod verdict;

pub use difference::Difference;
pub use gathering::gathering;
pub use judging::{Evidence, judge};
pub use judging_neurons::best_neuron;
pub use polarity::polarities;
pub use script::{FigureText, Paper, Script, StepText, Words, fill, placeholders};
pub use step::{Depth, Example, FIGURES, Figure, Moment, Own, STEPS, Scene, Shown, Step, step};
pub use verdict::{Kind, Missing, Number, Value, Verdict};
