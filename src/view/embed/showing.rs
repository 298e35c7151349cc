//! Doing what the page around a figure asks for: by its address at first, and by commands.

use leptos::prelude::*;

use super::bridge::Commanded;
use crate::analysis::{Along, Analysis, Representation, Sequence, Source};
use crate::canvas::selection::Combine;
use crate::dataset::Part;
use crate::embedding::{Chosen, Colour, Command, Figure, Layer, Wish};
use crate::view::naming;
use crate::view::session::{relating, selecting};
use crate::view::state::{EVOLUTION_STEPS, Session};
use crate::worker::protocol::Failure;

/// Shows what the address asks for, once the analysis is there.
pub fn follow(session: Session, wish: Wish, commanded: Commanded) {
    Effect::new(move |_| {
        if session.dataset.with(Option::is_none) {
            return;
        }
        let wish = wish.clone();
        untrack(|| {
            if let Err(why) = commanded.watch(session, || begin(session, wish)) {
                session.fail(Failure::new(
                    "Not all that was asked for can be shown.",
                    why,
                    "",
                ));
            }
        });
    });
}

fn begin(session: Session, wish: Wish) -> Result<(), String> {
    let Wish {
        layer, epoch, part, ..
    } = wish;
    for panel in session.panels {
        panel.representation.update(|shown| shown.part = part);
    }
    session.neurons.part.set(part);
    session.reading.asked.set(Some(1));
    match wish.figure {
        Figure::Evolution | Figure::Trails | Figure::Curves => {
            begin_sequence(session, &wish);
            let steps = session.evolution.steps.with_untracked(Vec::len);
            if steps < 2 {
                return Err(absent(session));
            }
            if wish.figure == Figure::Curves {
                session.evolution.at.set(steps.saturating_sub(1) as f32);
            }
        }
        Figure::Pair => {
            if layer.is_some() {
                let before = session.panels[0].representation.get_untracked();
                let before = moved(session, before, None, layer)?;
                session.panels[0].representation.set(before);
            }
            if layer.is_some() || epoch.is_some() {
                go_to(session, wish.figure, epoch, layer)?;
            }
        }
        _ if layer.is_some() || epoch.is_some() => go_to(session, wish.figure, epoch, layer)?,
        _ => {}
    }
    match wish.select {
        Some(chosen) => select(session, part, chosen),
        None => Ok(()),
    }
}

/// The sequence over the epochs of a layer that the address names, or over the layers at an epoch that
/// it names; otherwise the one that the analysis holds, over epochs rather than over layers.
fn begin_sequence(session: Session, wish: &Wish) {
    let part = wish.part;
    let sequence = session.analysis.with_untracked(|analysis| {
        let last = analysis.hidden_layers().saturating_sub(1);
        let over_epochs = |layer: usize| {
            // With as many steps as the one that is there.
            let mut known = analysis.evolutions.keys().copied();
            let found = known.find(|known| {
                known.part == part
                    && matches!(known.along, Along::Epochs { layer: own, .. } if own == layer)
            });
            found.map(|sequence| sequence.along)
        };
        let along = match (wish.layer, wish.epoch) {
            (None, Some(epoch)) if wish.figure != Figure::Curves => Along::Layers { epoch },
            (Some(Layer::Hidden(layer)), _) => over_epochs(layer).unwrap_or(Along::Epochs {
                layer,
                most: EVOLUTION_STEPS,
            }),
            _ => {
                let known = (0..=last).rev().find_map(over_epochs);
                known.unwrap_or(Along::Epochs {
                    layer: last,
                    most: EVOLUTION_STEPS,
                })
            }
        };
        Sequence { part, along }
    });
    session.evolution.sequence.set(sequence);
}

/// Does what a command says.
///
/// # Errors
/// Why it cannot be done.
pub fn act(session: Session, figure: Figure, command: Command) -> Result<(), String> {
    match command {
        Command::Select { part, chosen } => {
            select(session, part.unwrap_or(part_of(session, figure)), chosen)
        }
        Command::Color(colour) => color(session, colour),
        Command::GoTo { epoch, layer } => go_to(session, figure, epoch, layer),
    }
}

/// Whose observations a figure shows.
pub fn part_of(session: Session, figure: Figure) -> Part {
    match figure {
        Figure::Projection | Figure::Pair | Figure::Confusion => {
            session.panels[1].representation.get_untracked().part
        }
        Figure::Evolution | Figure::Trails | Figure::Curves => {
            session.evolution.sequence.get_untracked().part
        }
        Figure::Neurons => session.neurons.part.get_untracked(),
    }
}

fn select(session: Session, part: Part, chosen: Chosen) -> Result<(), String> {
    let indices = session.analysis.with_untracked(|analysis| {
        let labels = &analysis.subset(part).labels;
        let n = labels.len();
        match chosen {
            Chosen::Indices(indices) if indices.iter().all(|&index| (index as usize) < n) => {
                Ok(indices)
            }
            Chosen::Indices(_) => Err(format!(
                "There are {n} {part} observations, counted from 0."
            )),
            Chosen::Class(class) => {
                let of_class = (0..).zip(labels).filter(|(_, label)| **label == class);
                let found: Vec<u32> = of_class.map(|(index, _)| index).collect();
                let known = !found.is_empty();
                known
                    .then_some(found)
                    .ok_or_else(|| format!("There is no observation of class {class}."))
            }
        }
    })?;
    selecting::select(session, part, &indices, Combine::Replace);
    Ok(())
}

fn color(session: Session, colour: Colour) -> Result<(), String> {
    let neurons = session.neurons;
    let Colour::Activation { neuron, layer } = colour else {
        relating::clear(session);
        neurons.shows_mean.set(false);
        session.by_prediction.set(colour == Colour::Prediction);
        return Ok(());
    };
    let index = layer.unwrap_or_else(|| neurons.layer.get_untracked());
    let known = session.analysis.with_untracked(|analysis| {
        let part = neurons.part.get_untracked();
        let mut epochs = analysis.epochs().into_iter().rev();
        epochs.find_map(|epoch| {
            let source = Source::Layer { index, epoch };
            let activations = analysis.activations(Representation { part, source })?;
            activations.len().checked_div(analysis.subset(part).len())
        })
    });
    let Some(width) = known else {
        return Err("The activations of this layer are not in this analysis.".into());
    };
    if neuron as usize >= width {
        return Err(format!("The layer has {width} neurons, counted from 0."));
    }
    session.by_prediction.set(false);
    neurons.chosen_layer.set(Some(index));
    leptos::task::spawn_local(async move {
        // Once the neurons of that layer can be chosen from.
        gloo::timers::future::TimeoutFuture::new(0).await;
        relating::select(session, &[neuron], Combine::Replace);
    });
    Ok(())
}

fn go_to(
    session: Session,
    figure: Figure,
    epoch: Option<u32>,
    layer: Option<Layer>,
) -> Result<(), String> {
    match figure {
        Figure::Projection | Figure::Pair => {
            let panel = session.panels[1];
            let there = moved(session, panel.representation.get_untracked(), epoch, layer)?;
            panel.chosen.set(true);
            panel.representation.set(there);
        }
        Figure::Confusion => {
            let panel = session.panels[1];
            let now = panel.representation.get_untracked();
            let (index, before) = match now.source {
                Source::Layer { index, epoch } => (index, epoch),
                Source::Pixels => (0, 0),
            };
            let epoch = epoch.unwrap_or(before);
            if !session
                .analysis
                .with_untracked(|analysis| analysis.snapshots.contains_key(&(epoch, now.part)))
            {
                return Err(absent(session));
            }
            let source = Source::Layer { index, epoch };
            panel.representation.set(Representation { source, ..now });
        }
        Figure::Neurons => {
            let neurons = session.neurons;
            let index = match layer {
                Some(Layer::Hidden(index)) => index,
                Some(Layer::Pixels) => return Err("Pixels are no neurons.".into()),
                None => neurons.layer.get_untracked(),
            };
            let part = neurons.part.get_untracked();
            let there = session.analysis.with_untracked(|analysis| {
                let last = analysis.epochs().last().copied();
                let source = Source::Layer {
                    index,
                    epoch: epoch.or(last)?,
                };
                let representation = Representation { part, source };
                let known = analysis.neuron_maps.contains_key(&representation)
                    || analysis.activations(representation).is_some();
                known.then_some(())
            });
            there.ok_or_else(|| absent(session))?;
            neurons.chosen_layer.set(Some(index));
            if epoch.is_some() {
                neurons.pictures[1].chosen_epoch.set(epoch);
            }
        }
        Figure::Evolution | Figure::Trails | Figure::Curves => go_to_step(session, epoch, layer)?,
    }
    Ok(())
}

/// A representation at another epoch or layer.
fn moved(
    session: Session,
    now: Representation,
    epoch: Option<u32>,
    layer: Option<Layer>,
) -> Result<Representation, String> {
    let (last_layer, last_epoch) = session.analysis.with_untracked(|analysis| {
        let last = analysis.epochs().last().copied();
        (
            analysis.hidden_layers().saturating_sub(1),
            last.unwrap_or(0),
        )
    });
    let (index, before) = match now.source {
        Source::Layer { index, epoch } => (index, epoch),
        Source::Pixels => (last_layer, last_epoch),
    };
    let source = match layer {
        Some(Layer::Pixels) => Source::Pixels,
        None if epoch.is_none() => now.source,
        Some(Layer::Hidden(index)) => Source::Layer {
            index,
            epoch: epoch.unwrap_or(before),
        },
        None => Source::Layer {
            index,
            epoch: epoch.unwrap_or(before),
        },
    };
    let there = Representation { source, ..now };
    let known = session
        .analysis
        .with_untracked(|analysis| analysis.can_be_shown(there));
    known.then_some(there).ok_or_else(|| absent(session))
}

/// Moves an evolution to a step, or, over the layers, to another epoch's sequence.
fn go_to_step(session: Session, epoch: Option<u32>, layer: Option<Layer>) -> Result<(), String> {
    let evolution = session.evolution;
    let mut sequence = evolution.sequence.get_untracked();
    let layer = match layer {
        Some(Layer::Hidden(index)) => Some(index),
        Some(Layer::Pixels) => return Err("Pixels are no step of an evolution.".into()),
        None => None,
    };
    let step_epoch = match (sequence.along, epoch, layer) {
        (Along::Layers { epoch: own }, Some(other), _) if own != other => {
            sequence.along = Along::Layers { epoch: other };
            None
        }
        (Along::Epochs { layer: own, most }, _, Some(other)) if own != other => {
            sequence.along = Along::Epochs { layer: other, most };
            epoch
        }
        _ => epoch,
    };
    let steps = session
        .analysis
        .with_untracked(|analysis| sequence.representations(analysis));
    let wanted = |step: &Representation| match step.source {
        Source::Layer { index, epoch } => {
            layer.is_none_or(|layer| layer == index)
                && step_epoch.is_none_or(|wanted| wanted == epoch)
        }
        Source::Pixels => false,
    };
    let found = steps.iter().position(wanted).filter(|_| steps.len() > 1);
    let step = found.ok_or_else(|| absent(session))?;
    if sequence != evolution.sequence.get_untracked() {
        evolution.sequence.set(sequence);
    }
    evolution.asked.set(Some(step));
    Ok(())
}

/// Why there is nothing to go to.
fn absent(session: Session) -> String {
    let (epochs, layers) = session
        .analysis
        .with_untracked(|analysis| (analysis.epochs(), Analysis::hidden_layers(analysis)));
    let epochs: Vec<String> = epochs.iter().map(ToString::to_string).collect();
    let names: Vec<String> = (0..layers)
        .map(|index| naming::layer(session, index))
        .collect();
    format!(
        "It is not in this analysis, which has the epochs {} and the layers {}; not all of them for every figure.",
        epochs.join(", "),
        names.join(", "),
    )
}
