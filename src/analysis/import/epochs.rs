//! Layers and predictions, brought into the order of their epochs.

use std::collections::BTreeSet;

use super::error::ImportError;
use super::imported::ImportedEpoch;
use super::layers::layer;
use super::note::ImportNote;
use crate::analysis::Predictions;
use crate::npz::Array;

/// The array of a layer, before it is read.
#[derive(Debug)]
pub(super) struct LayerArray {
    pub(super) epoch: Option<u32>,
    /// What the layer is called, without its epoch.
    pub(super) layer: String,
    /// What the array is called.
    pub(super) array_name: String,
    pub(super) array: Array,
}

/// Predictions that are not yet read: epoch, name and array.
type PredictionArray = (Option<u32>, String, Array);

/// Checks that either all layers have an epoch or none, and then no predictions either.
pub(super) fn check_epochs(
    layers: &[LayerArray],
    predictions: &[PredictionArray],
) -> Result<(), ImportError> {
    let Some(without) = layers.iter().find(|layer| layer.epoch.is_none()) else {
        return Ok(());
    };
    let with = layers
        .iter()
        .map(|layer| (layer.epoch, &layer.array_name))
        .chain(predictions.iter().map(|(epoch, name, _)| (*epoch, name)))
        .find(|(epoch, _)| epoch.is_some());
    match with {
        None => Ok(()),
        Some((_, with)) => Err(ImportError::MixedEpochs {
            without: without.layer.clone(),
            with: with.clone(),
        }),
    }
}

/// Gives predictions without an epoch the last one, where there are epochs.
pub(super) fn give_epoch(
    file: &str,
    layers: &[LayerArray],
    predictions: &mut [PredictionArray],
    notes: &mut Vec<ImportNote>,
) -> Result<(), ImportError> {
    let epochs = layers.iter().map(|layer| layer.epoch);
    let last = epochs.chain(predictions.iter().map(|(epoch, ..)| *epoch));
    let Some(epoch) = last.max().flatten() else {
        return Ok(());
    };
    let taken = predictions.iter().any(|(of, ..)| *of == Some(epoch));
    let Some(unnumbered) = predictions.iter_mut().find(|(of, ..)| of.is_none()) else {
        return Ok(());
    };
    if taken {
        return Err(ImportError::Twice {
            file: file.to_owned(),
            array: format!("epoch_{epoch}/predictions"),
        });
    }
    unnumbered.0 = Some(epoch);
    notes.push(ImportNote::PredictionsOfLastEpoch { epoch });
    Ok(())
}

/// Reads the layers, and sorts them and the predictions into epochs, ascending. Also the names of
/// the layers, in the order in which they first come.
pub(super) fn put_together(
    layers: Vec<LayerArray>,
    said: Vec<(Option<u32>, Predictions)>,
    observations: usize,
    notes: &mut Vec<ImportNote>,
) -> Result<(Vec<String>, Vec<ImportedEpoch>), ImportError> {
    let mut layer_names: Vec<String> = Vec::new();
    for layer in &layers {
        if !layer_names.contains(&layer.layer) {
            layer_names.push(layer.layer.clone());
        }
    }
    let numbers: BTreeSet<Option<u32>> = layers
        .iter()
        .map(|layer| layer.epoch)
        .chain(said.iter().map(|(epoch, _)| *epoch))
        .collect();
    let mut epochs: Vec<ImportedEpoch> = numbers
        .into_iter()
        .map(|epoch| ImportedEpoch {
            epoch,
            layers: vec![None; layer_names.len()],
            predictions: Predictions::default(),
        })
        .collect();
    let mut widths: Vec<Option<usize>> = vec![None; layer_names.len()];
    for array in layers {
        let read = layer(&array.array_name, array.array, observations, notes)?;
        let Some(index) = layer_names.iter().position(|name| *name == array.layer) else {
            continue;
        };
        let first = *widths[index].get_or_insert(read.width);
        if first != read.width {
            return Err(ImportError::Width {
                layer: array.layer,
                first,
                second: read.width,
            });
        }
        if let Some(epoch) = epochs.iter_mut().find(|epoch| epoch.epoch == array.epoch) {
            epoch.layers[index] = Some(read);
        }
    }
    for (number, predictions) in said {
        if let Some(epoch) = epochs.iter_mut().find(|epoch| epoch.epoch == number) {
            epoch.predictions = predictions;
        }
    }
    Ok((layer_names, epochs))
}
