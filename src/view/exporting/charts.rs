//! Curves, the confusion matrix, the Shepard diagram.

use leptos::prelude::*;

use super::Curve;
use super::describing::{Described, figure, title_of};
use crate::analysis::Along;
use crate::figure::{Axis, Chart, Content, Matrix, Series, Stroke};
use crate::projection::Fit;
use crate::view::caption::{fit_text, method_text, nats, percent};
use crate::view::curves::{TEST, TRAIN};
use crate::view::evolution_steps::short_title;
use crate::view::evolution_view;
use crate::view::naming;
use crate::view::reading::ToldMemo;
use crate::view::session::training;
use crate::view::state::{Panel, Session};

fn series(name: &str, colour: usize, stroke: Stroke, points: Vec<[f32; 2]>) -> Series {
    Series {
        name: name.to_owned(),
        points: points.into_flattened(),
        colour: Some(colour as u8),
        stroke,
    }
}

fn axis(name: &str, greatest: f32) -> Axis {
    Axis {
        name: name.to_owned(),
        greatest,
        ..Axis::default()
    }
}

/// The greatest finite value of all series along an axis.
fn greatest(series: &[Series], axis: usize, at_least: f32) -> f32 {
    let values = series
        .iter()
        .flat_map(|s| s.points.iter().skip(axis).step_by(2));
    let finite = values.copied().filter(|value| value.is_finite());
    finite.fold(at_least, f32::max)
}

pub(super) fn curve(session: Session, curve: Curve) -> Option<Described> {
    let (mut x, mut y, lines, kind) = match curve {
        Curve::Hit => hits(session)?,
        Curve::Loss | Curve::Accuracy => over_epochs(session, curve),
    };
    if lines.iter().all(|line| line.points.is_empty()) {
        return None;
    }
    if x.names.is_empty() {
        x.greatest = greatest(&lines, 0, 1.0);
    }
    if !y.is_share {
        y.greatest = 1.05 * greatest(&lines, 1, 0.1);
    }
    let last = lines.iter().filter_map(|line| {
        let [.., value] = line.points[..] else {
            return None;
        };
        let value = match y.is_share {
            true => percent(value),
            false => nats(Some(value)),
        };
        Some(format!("{} {value}", line.name))
    });
    let last = format!("At the end: {}.", last.collect::<Vec<_>>().join(", "));
    let setup = session.trained.get();
    let network = match curve {
        Curve::Hit => evolution_view::heading(session),
        _ => setup.map_or_else(String::new, |setup| training::describe(&setup.network)),
    };
    let chart = Chart {
        x,
        y,
        series: lines,
    };
    let names = [network, kind.to_owned()];
    figure(
        session,
        names,
        vec![last.clone()],
        last,
        Content::Chart(chart),
    )
}

type Drawn = (Axis, Axis, Vec<Series>, &'static str);

fn over_epochs(session: Session, curve: Curve) -> Drawn {
    let curves = session.analysis.with(|analysis| analysis.curves.clone());
    let evaluations = || curves.evaluations.iter();
    let at = |epoch: u32, value: f32| [epoch as f32, value];
    let (train, test, y, kind) = if curve == Curve::Loss {
        let train = curves.train_loss.iter().map(|(at, loss)| [*at, *loss]);
        let test = evaluations().map(|e| at(e.epoch, e.test_loss));
        let y = axis("Mean cross-entropy, nats", 0.0);
        (train.collect(), test.collect(), y, "loss")
    } else {
        let train = evaluations().filter_map(|e| Some(at(e.epoch, e.train_accuracy?)));
        let test = evaluations().map(|e| at(e.epoch, e.test_accuracy));
        let is_share = true;
        let y = Axis {
            is_share,
            ..axis("Classified right", 1.0)
        };
        (train.collect(), test.collect(), y, "accuracy")
    };
    let lines = vec![
        series("training", TRAIN, Stroke::Solid, train),
        series("test", TEST, Stroke::Dashed, test),
    ];
    (axis("Epoch", 1.0), y, lines, kind)
}

fn hits(session: Session) -> Option<Drawn> {
    let found = evolution_view::found(session)?;
    let along = session.evolution.sequence.get().along;
    let places = crate::view::evolution_curves::places(session);
    let hits = found
        .hits
        .iter()
        .map(|hit| hit.defined().unwrap_or(f32::NAN));
    let points = places.into_iter().zip(hits).map(|(x, y)| [x, y]);
    let line = Series {
        colour: None,
        ..series("neighborhood hit", 0, Stroke::Dotted, points.collect())
    };
    let x = match along {
        Along::Epochs { .. } => axis("Epoch", 1.0),
        Along::Layers { .. } => {
            let steps = session.evolution.steps.get();
            let names = steps.iter().map(|step| short_title(session, along, *step));
            let names: Vec<String> = names.collect();
            Axis {
                least: -0.5,
                greatest: names.len() as f32 - 0.5,
                names,
                ..axis("Layer", 0.0)
            }
        }
    };
    let least = line
        .points
        .iter()
        .skip(1)
        .step_by(2)
        .copied()
        .fold(1.0, f32::min);
    let y = Axis {
        is_share: true,
        // From the round number below.
        least: (10.0 * least).floor() / 10.0,
        ..axis("Neighborhood hit", 1.0)
    };
    Some((x, y, vec![line], "neighborhood hit"))
}

pub(super) fn confusion(session: Session, told: ToldMemo) -> Option<Described> {
    let told = told.get()?;
    let confusion = &told.confusion;
    let n = confusion.classes();
    let cells = (0..n * n).map(|at| confusion.count(at / n, at % n));
    let content = Content::Matrix(Matrix {
        classes: n as u32,
        counts: cells.collect(),
    });
    let words = crate::view::reading::summary(session, &told);
    let network = session.panels[told.side].representation.get();
    let of = format!("{}, {} subset", naming::moment(network), told.part);
    let names = [of, "confusion matrix".to_owned()];
    figure(session, names, vec![words.clone()], words, content)
}

pub(super) fn shepard(session: Session, panel: Panel) -> Option<Described> {
    let representation = panel.representation.get();
    let found = session
        .analysis
        .with(|analysis| analysis.projections.get(&representation).cloned())?;
    let pairs = found.shepard.to_vec();
    let count = pairs.len() / 2;
    let most = pairs
        .iter()
        .copied()
        .filter(|v| v.is_finite())
        .fold(f32::MIN_POSITIVE, f32::max);
    let chart = Chart {
        x: axis("Dissimilarity", most),
        y: axis("Distance in the picture", most),
        series: vec![
            Series {
                points: pairs,
                ..series("pairs of observations", 0, Stroke::Pairs, Vec::new())
            },
            Series {
                colour: None,
                ..series("equal", 0, Stroke::Solid, vec![[0.0; 2], [most; 2]])
            },
        ],
    };
    let fit = found.fit.map(|fit: Fit| fit_text(fit)).unwrap_or_default();
    let words = format!(
        "{count} pairs of observations · {}{fit}",
        method_text(&found.method)
    );
    let names = [
        title_of(session, representation),
        "Shepard diagram".to_owned(),
    ];
    figure(
        session,
        names,
        vec![words.clone()],
        words,
        Content::Chart(chart),
    )
}
