//! Writing an analysis.

use super::index::{
    DatasetIndex, DiscriminationIndex, EvolutionIndex, FORMAT, HitIndex, Index, NeuronIndex,
    NeuronLayoutIndex, ProjectionIndex, SnapshotIndex, VERSION, of_item, of_layer, of_part,
    of_snapshot,
};
use super::{AnalysisFile, DESCRIPTION, Origin, Settings};
use crate::analysis::{Analysis, Evolution, NeuronMap, Representation, Sequence, Snapshot};
use crate::dataset::{Dataset, Part};
use crate::npz::{NpzError, NpzWriter};

/// The program that writes.
const MADE_BY: &str = concat!("Hidden Activity ", env!("CARGO_PKG_VERSION"));

/// What goes into a file beside labels, predictions and layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The activations: by far the most, and what other layouts are computed from.
    pub activations: bool,
}

impl AnalysisFile {
    /// Writes what is known of a data set's projected observations.
    ///
    /// `origin` says where the data set's own observations come from, where it was read from a file
    /// itself.
    ///
    /// # Errors
    /// [`NpzError::Unwritable`] where the fields of the analysis contradict each other.
    pub fn write(
        dataset: &Dataset,
        origin: Option<&Origin>,
        analysis: &Analysis,
        settings: &Settings,
        contents: Contents,
    ) -> Result<Vec<u8>, NpzError> {
        let mut writer = NpzWriter::default();
        let index = Index {
            format: FORMAT.into(),
            version: VERSION,
            made_by: MADE_BY.into(),
            dataset: write_dataset(&mut writer, dataset, origin, analysis)?,
            layer_names: analysis.layer_names.to_vec(),
            settings: settings.clone(),
            snapshots: analysis
                .snapshots
                .iter()
                .map(|(&(epoch, part), snapshot)| {
                    write_snapshot(&mut writer, epoch, part, snapshot, contents)
                })
                .collect::<Result<_, _>>()?,
            projections: write_projections(&mut writer, analysis)?,
            evolutions: analysis
                .evolutions
                .iter()
                .enumerate()
                .map(|(at, (&of, evolution))| write_evolution(&mut writer, at, of, evolution))
                .collect::<Result<_, _>>()?,
            neurons: analysis
                .neuron_maps
                .iter()
                .enumerate()
                .map(|(at, (&of, map))| write_neurons(&mut writer, at, of, map))
                .collect::<Result<_, _>>()?,
            curves: analysis.curves.as_ref().clone(),
        };
        // Plain values without maps: JSON can express all of them.
        let description = serde_json::to_vec_pretty(&index).unwrap_or_default();
        writer.file(DESCRIPTION, &description)?;
        writer.finish()
    }
}

fn write_dataset(
    writer: &mut NpzWriter,
    dataset: &Dataset,
    origin: Option<&Origin>,
    analysis: &Analysis,
) -> Result<DatasetIndex, NpzError> {
    let shape = [
        dataset.shape.height,
        dataset.shape.width,
        dataset.shape.channels,
    ];
    for part in [Part::Train, Part::Test] {
        let subset = analysis.subset(part);
        let n = subset.len();
        let places = origin.map(|origin| match part {
            Part::Train => &origin.train,
            Part::Test => &origin.test,
        });
        let places: Vec<i64> = subset
            .indices
            .iter()
            .map(|&index| {
                let place = places.and_then(|places| places.get(index as usize).copied());
                i64::from(place.unwrap_or(index))
            })
            .collect();
        writer.integers(&of_part(part, "indices"), &[n], &places)?;
        writer.bytes(&of_part(part, "labels"), &[n], &subset.labels)?;
        if dataset.has_images() {
            let images: Vec<u8> = subset
                .indices
                .iter()
                .flat_map(|&index| dataset.image(part, index as usize))
                .copied()
                .collect();
            let [height, width, channels] = shape;
            let shape = [n, height, width, channels];
            writer.bytes(&of_part(part, "images"), &shape, &images)?;
        }
    }
    Ok(DatasetIndex {
        name: dataset.name.clone(),
        source: dataset.source.clone(),
        class_names: dataset.class_names.clone(),
        shape,
        whole: origin.map_or_else(
            || [dataset.len(Part::Train), dataset.len(Part::Test)],
            |origin| origin.whole,
        ),
    })
}

fn write_snapshot(
    writer: &mut NpzWriter,
    epoch: u32,
    part: Part,
    snapshot: &Snapshot,
    contents: Contents,
) -> Result<SnapshotIndex, NpzError> {
    let predictions = &snapshot.predictions;
    let (n, classes) = (predictions.len(), predictions.classes());
    if n > 0 {
        let name = of_snapshot(epoch, part, "predicted");
        writer.bytes(&name, &[n], &predictions.predicted)?;
    }
    if classes > 0 {
        let name = of_snapshot(epoch, part, "probabilities");
        writer.floats(&name, &[n, classes], &predictions.probabilities)?;
    }
    let mut widths = Vec::new();
    for (index, layer) in snapshot.layers.iter().enumerate() {
        let layer = layer.as_ref().filter(|_| contents.activations && n > 0);
        let width = layer.map(|layer| layer.len() / n);
        if let (Some(layer), Some(width)) = (layer, width) {
            writer.floats(&of_layer(epoch, part, index), &[n, width], layer)?;
        }
        widths.push(width);
    }
    Ok(SnapshotIndex {
        epoch,
        part,
        classes,
        predicted: n > 0,
        widths,
    })
}

fn write_projections(
    writer: &mut NpzWriter,
    analysis: &Analysis,
) -> Result<Vec<ProjectionIndex>, NpzError> {
    let mut entries = Vec::new();
    for (at, (&of, projection)) in analysis.projections.iter().enumerate() {
        let name = |what: &str| of_item("projection", at, what);
        let n = projection.positions.len() / 2;
        writer.floats(&name("positions"), &[n, 2], &projection.positions)?;
        let hits = &projection.hit.per_observation;
        writer.floats(&name("hits"), &[hits.len()], hits)?;
        let shepard = projection.shepard.len() / 2;
        if shepard > 0 {
            writer.floats(&name("shepard"), &[shepard, 2], &projection.shepard)?;
        }
        entries.push(ProjectionIndex {
            of,
            method: projection.method.clone(),
            fit: projection.fit,
            iterations: projection.iterations,
            notes: projection.notes.clone(),
            hit: HitIndex::from(projection.hit.as_ref()),
            shepard,
        });
    }
    Ok(entries)
}

fn write_evolution(
    writer: &mut NpzWriter,
    at: usize,
    of: Sequence,
    evolution: &Evolution,
) -> Result<EvolutionIndex, NpzError> {
    let name = |what: &str| of_item("evolution", at, what);
    let steps = evolution.steps.len();
    let n = (evolution.positions.len() / 2)
        .checked_div(steps)
        .unwrap_or(0);
    writer.floats(&name("positions"), &[steps, n, 2], &evolution.positions)?;
    let hits: Vec<f32> = evolution
        .hits
        .iter()
        .flat_map(|hit| &hit.per_observation)
        .copied()
        .collect();
    writer.floats(&name("hits"), &[evolution.hits.len(), n], &hits)?;
    Ok(EvolutionIndex {
        of,
        steps: evolution.steps.clone(),
        hits: evolution.hits.iter().map(HitIndex::from).collect(),
        divergences: evolution.divergences.clone(),
        movement: evolution.movement,
        iterations: evolution.iterations,
        notes: evolution.notes.clone(),
        config: evolution.config.clone(),
    })
}

fn write_neurons(
    writer: &mut NpzWriter,
    at: usize,
    of: Representation,
    map: &NeuronMap,
) -> Result<NeuronIndex, NpzError> {
    let name = |what: &str| of_item("neurons", at, what);
    let mut neurons = 0;
    let mut layout = None;
    if let Some(found) = &map.layout {
        neurons = found.positions.len() / 2;
        writer.floats(&name("positions"), &[neurons, 2], &found.positions)?;
        layout = Some(NeuronLayoutIndex {
            stress: found.stress,
            iterations: found.iterations,
        });
    }
    let mut discrimination = None;
    if let Some(found) = &map.discrimination {
        let classes = found.scores.classes();
        neurons = found.scores.neurons();
        writer.floats(&name("scores"), &[classes, neurons], found.scores.values())?;
        discrimination = Some(DiscriminationIndex {
            classes,
            config: found.config.clone(),
        });
    }
    Ok(NeuronIndex {
        of,
        neurons,
        layout,
        discrimination,
    })
}
