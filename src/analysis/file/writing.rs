//! Taking an analysis apart.

use super::index::{
    DatasetIndex, DiscriminationIndex, EvolutionIndex, FORMAT, HitIndex, Index, NeuronIndex,
    NeuronLayoutIndex, ProjectionIndex, SnapshotIndex, VERSION, of_item, of_layer, of_part,
    of_snapshot,
};
use super::{ArrayValues, NamedArray, Origin, Parts, Settings};
use crate::analysis::{Analysis, Evolution, NeuronMap, Representation, Sequence, Snapshot};
use crate::dataset::{Dataset, Part};
use crate::projection::{Fit, Stress};

/// The program that writes.
const MADE_BY: &str = concat!("Hidden Activity ", env!("CARGO_PKG_VERSION"));

/// What goes into a file beside labels, predictions and layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The activations: by far the most, and what other layouts are computed from.
    pub activations: bool,
}

impl Parts {
    /// What is known of a data set's projected observations.
    ///
    /// `origin` says where the data set's own observations come from, where it was read from a file
    /// itself.
    pub fn of(
        dataset: &Dataset,
        origin: Option<&Origin>,
        analysis: &Analysis,
        settings: &Settings,
        contents: Contents,
    ) -> Self {
        let mut arrays = Arrays::default();
        let index = Index {
            format: FORMAT.into(),
            version: VERSION,
            made_by: MADE_BY.into(),
            dataset: write_dataset(&mut arrays, dataset, origin, analysis),
            layer_names: analysis.layer_names.to_vec(),
            settings: settings.clone(),
            snapshots: analysis
                .snapshots
                .iter()
                .map(|(&(epoch, part), snapshot)| {
                    write_snapshot(&mut arrays, epoch, part, snapshot, contents)
                })
                .collect(),
            projections: write_projections(&mut arrays, analysis),
            evolutions: analysis
                .evolutions
                .iter()
                .enumerate()
                .map(|(at, (&of, evolution))| write_evolution(&mut arrays, at, of, evolution))
                .collect(),
            neurons: analysis
                .neuron_maps
                .iter()
                .enumerate()
                .map(|(at, (&of, map))| write_neurons(&mut arrays, at, of, map))
                .collect(),
            curves: analysis.curves.as_ref().clone(),
        };
        Self {
            index,
            arrays: arrays.0,
        }
    }
}

/// The arrays taken so far.
#[derive(Default)]
struct Arrays(Vec<NamedArray>);

impl Arrays {
    fn add(&mut self, name: String, shape: &[usize], values: ArrayValues) {
        self.0.push(NamedArray {
            name,
            shape: shape.to_vec(),
            values,
        });
    }

    fn floats(&mut self, name: String, shape: &[usize], values: &[f32]) {
        self.add(name, shape, ArrayValues::Floats(values.to_vec()));
    }

    fn bytes(&mut self, name: String, shape: &[usize], values: &[u8]) {
        self.add(name, shape, ArrayValues::Bytes(values.to_vec()));
    }
}

fn write_dataset(
    arrays: &mut Arrays,
    dataset: &Dataset,
    origin: Option<&Origin>,
    analysis: &Analysis,
) -> DatasetIndex {
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
        let places: Vec<u32> = subset
            .indices
            .iter()
            .map(|&index| {
                let place = places.and_then(|places| places.get(index as usize).copied());
                place.unwrap_or(index)
            })
            .collect();
        arrays.add(of_part(part, "indices"), &[n], ArrayValues::Indices(places));
        arrays.bytes(of_part(part, "labels"), &[n], &subset.labels);
        if dataset.has_images() {
            let images = dataset.images_at(part, &subset.indices);
            let [height, width, channels] = shape;
            let shape = [n, height, width, channels];
            arrays.bytes(of_part(part, "images"), &shape, &images);
        }
    }
    DatasetIndex {
        name: dataset.name.clone(),
        source: dataset.source.clone(),
        class_names: dataset.class_names.clone(),
        shape,
        whole: origin.map_or_else(
            || [dataset.len(Part::Train), dataset.len(Part::Test)],
            |origin| origin.whole,
        ),
        recipe: None,
    }
}

fn write_snapshot(
    arrays: &mut Arrays,
    epoch: u32,
    part: Part,
    snapshot: &Snapshot,
    contents: Contents,
) -> SnapshotIndex {
    let predictions = &snapshot.predictions;
    let (n, classes) = (predictions.len(), predictions.classes());
    if n > 0 {
        let name = of_snapshot(epoch, part, "predicted");
        arrays.bytes(name, &[n], &predictions.predicted);
    }
    if classes > 0 {
        let name = of_snapshot(epoch, part, "probabilities");
        arrays.floats(name, &[n, classes], &predictions.probabilities);
    }
    let mut widths = Vec::new();
    for (index, layer) in snapshot.layers.iter().enumerate() {
        let layer = layer.as_ref().filter(|_| contents.activations && n > 0);
        let width = layer.map(|layer| layer.len() / n);
        if let (Some(layer), Some(width)) = (layer, width) {
            arrays.floats(of_layer(epoch, part, index), &[n, width], layer);
        }
        widths.push(width);
    }
    SnapshotIndex {
        epoch,
        part,
        classes,
        predicted: n > 0,
        widths,
    }
}

fn write_projections(arrays: &mut Arrays, analysis: &Analysis) -> Vec<ProjectionIndex> {
    let mut entries = Vec::new();
    for (at, (&of, projection)) in analysis.projections.iter().enumerate() {
        let name = |what: &str| of_item("projection", at, what);
        let n = projection.positions.len() / 2;
        arrays.floats(name("positions"), &[n, 2], &projection.positions);
        let hits = &projection.hit.per_observation;
        arrays.floats(name("hits"), &[hits.len()], hits);
        let shepard = projection.shepard.len() / 2;
        if shepard > 0 {
            arrays.floats(name("shepard"), &[shepard, 2], &projection.shepard);
        }
        entries.push(ProjectionIndex {
            of,
            method: projection.method.clone(),
            fit: projection.fit.map(kept_fit),
            iterations: projection.iterations,
            notes: projection.notes.clone(),
            hit: HitIndex::from(projection.hit.as_ref()),
            shepard,
        });
    }
    entries
}

fn write_evolution(
    arrays: &mut Arrays,
    at: usize,
    of: Sequence,
    evolution: &Evolution,
) -> EvolutionIndex {
    let name = |what: &str| of_item("evolution", at, what);
    let steps = evolution.steps.len();
    let n = (evolution.positions.len() / 2)
        .checked_div(steps)
        .unwrap_or(0);
    arrays.floats(name("positions"), &[steps, n, 2], &evolution.positions);
    let hits: Vec<f32> = evolution
        .hits
        .iter()
        .flat_map(|hit| &hit.per_observation)
        .copied()
        .collect();
    arrays.floats(name("hits"), &[evolution.hits.len(), n], &hits);
    EvolutionIndex {
        of,
        steps: evolution.steps.clone(),
        hits: evolution.hits.iter().map(HitIndex::from).collect(),
        divergences: evolution.divergences.iter().copied().map(kept).collect(),
        movement: kept(evolution.movement),
        iterations: evolution.iterations,
        notes: evolution.notes.clone(),
        config: evolution.config.clone(),
    }
}

fn write_neurons(
    arrays: &mut Arrays,
    at: usize,
    of: Representation,
    map: &NeuronMap,
) -> NeuronIndex {
    let name = |what: &str| of_item("neurons", at, what);
    let mut neurons = 0;
    let mut layout = None;
    if let Some(found) = &map.layout {
        neurons = found.positions.len() / 2;
        arrays.floats(name("positions"), &[neurons, 2], &found.positions);
        layout = Some(NeuronLayoutIndex {
            stress: kept_stress(found.stress),
            iterations: found.iterations,
            constant: found.constant.clone(),
        });
    }
    let mut discrimination = None;
    if let Some(found) = &map.discrimination {
        let classes = found.scores.classes();
        neurons = found.scores.neurons();
        arrays.floats(name("scores"), &[classes, neurons], found.scores.values());
        discrimination = Some(DiscriminationIndex {
            classes,
            config: found.config.clone(),
        });
    }
    NeuronIndex {
        of,
        neurons,
        layout,
        discrimination,
    }
}

/// A number with the 15 digits that survive being written and read as text by any program.
fn kept(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

fn kept_stress(stress: Stress) -> Stress {
    Stress {
        raw: kept(stress.raw),
        normalised: kept(stress.normalised),
    }
}

fn kept_fit(fit: Fit) -> Fit {
    match fit {
        Fit::Divergence(divergence) => Fit::Divergence(kept(divergence)),
        Fit::Stress(stress) => Fit::Stress(kept_stress(stress)),
    }
}
