//! What the network said of one observation, epoch by epoch.

use leptos::prelude::*;

use super::css::Css;
use super::frame::class_style;
use super::naming;
use super::state::Session;
use crate::analysis::{Representation, Source};
use crate::canvas::palette::class_color;

/// Rows at most, not counting the last epoch: more are thinned.
const MOST_ROWS: usize = 8;

/// Parts of a bar that would be narrower than this share are left out.
const LEAST_SHARE: f32 = 0.005;

/// What is known of each observation beyond the picture of the moment.
#[derive(Clone, Copy)]
pub struct Past {
    /// The representations that the picture goes through.
    pub steps: Memo<Vec<Representation>>,
    /// How far each observation goes in all, in the picture's unit; empty until that is known.
    pub ways: Memo<std::sync::Arc<Vec<f32>>>,
}

/// What was said of an observation at one epoch.
struct Said {
    epoch: u32,
    predicted: u8,
    /// Of each class.
    probabilities: Vec<f32>,
}

/// What was said at the epochs of some steps, each epoch once, evenly thinned.
fn said(session: Session, steps: &[Representation], index: u32) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    session.analysis.with_untracked(|analysis| {
        for step in steps {
            let Source::Layer { epoch, .. } = step.source else {
                continue;
            };
            if all.last().is_some_and(|said| said.epoch == epoch) {
                continue;
            }
            let said = analysis.snapshot_of(*step).and_then(|snapshot| {
                let predictions = &snapshot.predictions;
                let mut rows = predictions
                    .probabilities
                    .chunks_exact(predictions.classes().max(1));
                Some(Said {
                    epoch,
                    predicted: *predictions.predicted.get(index as usize)?,
                    probabilities: rows.nth(index as usize)?.to_vec(),
                })
            });
            all.extend(said);
        }
    });
    let every = all.len().div_ceil(MOST_ROWS).max(1);
    let last = all.len().saturating_sub(1);
    let mut at = 0..;
    all.retain(|_| {
        at.next()
            .is_some_and(|at: usize| at.is_multiple_of(every) || at == last)
    });
    all
}

/// Rows that the history of these steps has; 0 where there are fewer than two epochs to compare.
pub fn rows(session: Session, steps: &[Representation], index: u32) -> usize {
    let rows = said(session, steps, index).len();
    if rows < 2 { 0 } else { rows }
}

/// A table: for each epoch the predicted class with its probability, all probabilities as a bar, and
/// the probability of the true class, which the bar begins with.
#[component]
pub fn PredictionHistory(
    /// What the picture goes through.
    steps: Vec<Representation>,
    /// What it shows now.
    now: Representation,
    /// Which of the projected observations.
    index: u32,
    /// Its true class.
    label: u8,
) -> impl IntoView {
    let session = Session::from_context();
    let now = match now.source {
        Source::Layer { epoch, .. } => Some(epoch),
        Source::Pixels => None,
    };
    let colour = |class: usize| class_color(class).css();
    let share = |p: f32| format!("{:.1}%", 100.0 * f64::from(p));
    let rows = said(session, &steps, index).into_iter().map(|said| {
        let of = |class: u8| {
            said.probabilities
                .get(usize::from(class))
                .copied()
                .unwrap_or(0.0)
        };
        let truth = std::iter::once(usize::from(label));
        let others = (0..said.probabilities.len()).filter(|class| *class != usize::from(label));
        let parts =
            truth.chain(others).filter_map(|class| {
                let p = *said.probabilities.get(class)?;
                (p >= LEAST_SHARE).then(|| view! {
                <i style=Css(format!("width: {:.1}%; background: {}", 100.0 * p, colour(class)))></i>
            })
            });
        view! {
            <tr class:now=now == Some(said.epoch) data-predicted=said.predicted.to_string()>
                <th scope="row">{naming::epoch(said.epoch)}</th>
                <td>
                    <span class="swatch" style=class_style(said.predicted.into())></span>
                    <b>{naming::class(session, said.predicted)}</b>
                </td>
                <td>{share(of(said.predicted))}</td>
                <td><span class="bar">{parts.collect_view()}</span></td>
                <td>{share(of(label))}</td>
            </tr>
        }
    });
    view! {
        <table class="history" data-testid="prediction-history">
            <thead>
                <tr><th></th><th colspan="2" scope="col">"Predicted"</th><th></th><th scope="col">"True class"</th></tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
