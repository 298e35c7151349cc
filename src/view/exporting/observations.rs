//! Pictures of observations.

use leptos::prelude::*;

use super::describing::{Described, detail, figure, picture, title_of};
use crate::analysis::{Along, Analysis, Representation, Source};
use crate::canvas::viewport::Viewport;
use crate::figure::{Content, Key, Observations, Quantity, Scale, Trails};
use crate::projection::NeighborhoodHit;
use crate::trails::TrailPaths;
use crate::view::caption::{self, fit_text, method_text, percent};
use crate::view::evolution_steps::short_title;
use crate::view::evolution_view;
use crate::view::neurons::response;
use crate::view::scatter::Points;
use crate::view::state::{Panel, Session};
use crate::view::trail_layer::TrailView;

/// A projection, or a moment of the evolution with its trails.
pub(super) fn describe(
    session: Session,
    panel: Panel,
    (points, viewport): (Points, RwSignal<Viewport>),
    trails: Option<TrailView>,
) -> Option<Described> {
    let representation = panel.representation.get();
    let mut known = session
        .analysis
        .with(|analysis| known_of(analysis, representation));
    if known.labels.is_empty() || points.positions.with(|p| p.is_empty()) {
        return None;
    }
    let response = response::on(session, representation.part);
    let key = response.as_ref().and_then(|response| {
        known.quantity = Quantity {
            name: format!("activation of {}", response.name()),
            values: response.values.clone(),
        };
        let range = response.range()?;
        Some(Key::Sequential(Scale {
            what: format!("Activation of {}", response.name()),
            least: range.least,
            greatest: range.greatest,
        }))
    });
    let mut picture = picture(points, viewport, key.unwrap_or(Key::Classes));
    let n = known.labels.len();
    let mut first = Vec::new();
    let mut second = Vec::new();
    let names = match trails {
        Some(trails) => {
            picture.trails = drawn_trails(trails);
            picture.has_points = trails.has_points();
            evolution(session, &mut known, &mut first, &mut second)
        }
        None => projection(
            session,
            representation,
            points,
            &mut known,
            &mut first,
            &mut second,
        ),
    };
    first.push(format!("{n} {} observations", representation.part));
    let mut caption = vec![first.join(" · "), second.join(" · ")];
    caption.extend(detail(&picture));
    let content = Content::Observations(picture, known);
    figure(session, names, caption, points.about.get(), content)
}

/// What is known of the observations, but for their places.
fn known_of(analysis: &Analysis, representation: Representation) -> Observations {
    let subset = analysis.subset(representation.part);
    let snapshot = analysis.snapshot_of(representation);
    let mut known = Observations {
        indices: subset.indices.clone(),
        labels: subset.labels.clone(),
        ..Observations::default()
    };
    if let Some(snapshot) = snapshot {
        let predictions = &snapshot.predictions;
        known.predicted.clone_from(&predictions.predicted);
        let of = |(i, class): (usize, &u8)| predictions.probability(i, *class);
        let all: Option<Vec<f32>> = known.predicted.iter().enumerate().map(of).collect();
        known.probabilities = all.unwrap_or_default();
    }
    known
}

fn projection(
    session: Session,
    representation: Representation,
    points: Points,
    known: &mut Observations,
    first: &mut Vec<String>,
    second: &mut Vec<String>,
) -> [String; 2] {
    known.steps = vec![String::new()];
    known.layouts = points.positions.get().to_vec();
    let found = session
        .analysis
        .with(|analysis| analysis.projections.get(&representation).cloned());
    // The layout that is shown may be one on the way.
    let found = found.filter(|found| *found.positions == known.layouts);
    let mut kind = "projection".to_owned();
    if let Some(found) = found {
        first.push(hit_text(&found.hit));
        known.hits.clone_from(&found.hit.per_observation);
        let method = method_text(&found.method);
        kind = match method.starts_with("t-SNE") {
            true => "t-SNE".to_owned(),
            false => "MDS".to_owned(),
        };
        second.push(method + &found.fit.map(fit_text).unwrap_or_default());
        second.extend(found.notes.iter().map(ToString::to_string));
    }
    let accuracy = session.analysis.with(|analysis| {
        let snapshot = analysis.snapshot_of(representation)?;
        snapshot.predictions.accuracy(&known.labels)
    });
    first.extend(accuracy.map(|accuracy| format!("accuracy {}", percent(accuracy))));
    [title_of(session, representation), kind]
}

fn hit_text(hit: &NeighborhoodHit) -> String {
    format!("NH {} (k = {})", caption::hit_text(hit), hit.k)
}

fn evolution(
    session: Session,
    known: &mut Observations,
    first: &mut Vec<String>,
    second: &mut Vec<String>,
) -> [String; 2] {
    let evolution = session.evolution;
    let along = evolution.sequence.get().along;
    let steps = evolution.steps.get();
    let names = steps.iter().map(|step| short_title(session, along, *step));
    known.steps = names.collect();
    known.layouts = evolution.positions.get().to_vec();
    let at = evolution.at.get();
    let step = at.round() as usize;
    let name = |step: usize| known.steps.get(step).cloned().unwrap_or_default();
    let when = match at.fract() {
        0.0 => name(step),
        _ => format!(
            "between {} and {}",
            name(at as usize),
            name(at as usize + 1)
        ),
    };
    first.push(when.clone());
    if let Some(found) = evolution_view::found(session) {
        let hits = || found.hits.iter().map(|hit| &hit.per_observation);
        known.hits = hits().flatten().copied().collect();
        let each = found.hits.iter().map(caption::hit_text);
        let each: Vec<String> = each.collect();
        if let Some(hit) = found.hits.get(step).filter(|_| at.fract() == 0.0) {
            first.push(hit_text(hit));
        }
        second.push(format!("NH of the steps {}", each.join(", ")));
        let config = &found.config;
        second.push(format!(
            "dynamic t-SNE, λ = {}, perplexity {}",
            config.lambda, config.perplexity
        ));
    }
    let over = match along {
        Along::Layers { .. } => "evolution over the layers",
        Along::Epochs { .. } => "evolution over the epochs",
    };
    let of = steps.get(step).map_or_else(String::new, |shown| {
        let source = shown.source;
        match (along, source) {
            (Along::Layers { .. }, _) | (_, Source::Pixels) => crate::view::naming::moment(*shown),
            (_, Source::Layer { index, .. }) => crate::view::naming::layer(session, index),
        }
    });
    [of, format!("{over}, {when}")]
}

/// The trails as they are drawn, where they are.
fn drawn_trails(trails: TrailView) -> Option<Trails> {
    let bundled = trails.bundled.get().filter(|_| trails.is_drawn())?;
    let mut paths = TrailPaths::default();
    bundled.write_paths(trails.strength.get(), &mut paths);
    Some(Trails {
        vertices: paths.vertices,
        times: paths.times,
        starts: paths.starts,
    })
}
