//! Putting an analysis together, and checking it.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::AnalysisFileError;
use super::index::{
    EvolutionIndex, Index, NeuronIndex, ProjectionIndex, SnapshotIndex, of_item, of_layer, of_part,
    of_snapshot,
};
use super::{AnalysisFile, ArrayValues, NamedArray, Origin, Parts};
use crate::analysis::{
    Analysis, Discrimination, Evolution, NeuronLayout, NeuronMap, Predictions, Projection,
    Snapshot, Subset,
};
use crate::dataset::{Dataset, Part, Split};
use crate::neurons::DiscriminativeScores;
use crate::npz::Shape;

impl Parts {
    /// The analysis that the parts are of; `file` is for messages.
    ///
    /// # Errors
    /// What does not fit together.
    pub fn assemble(self, file: &str) -> Result<AnalysisFile, AnalysisFileError> {
        let index = self.index;
        let arrays = self.arrays.into_iter();
        let mut checked = Checked {
            file: file.to_owned(),
            arrays: arrays.map(|array| (array.name.clone(), array)).collect(),
        };
        let (dataset, origin) = checked.dataset(&index)?;
        let subset = |part| {
            let labels = dataset.split(part).labels.clone();
            Arc::new(Subset {
                indices: (0..labels.len() as u32).collect(),
                labels,
            })
        };
        let mut analysis = Analysis {
            train: subset(Part::Train),
            test: subset(Part::Test),
            layer_names: Arc::new(index.layer_names),
            curves: Arc::new(index.curves),
            ..Analysis::default()
        };
        let layers = index
            .snapshots
            .first()
            .map_or(0, |first| first.widths.len());
        for entry in index.snapshots {
            if entry.widths.len() != layers {
                return Err(checked.contradiction("its epochs have different numbers of layers"));
            }
            let key = (entry.epoch, entry.part);
            let n = analysis.subset(entry.part).len();
            let snapshot = checked.snapshot(entry, n, dataset.classes())?;
            analysis.snapshots.insert(key, Arc::new(snapshot));
        }
        for (at, entry) in index.projections.into_iter().enumerate() {
            let of = entry.of;
            let n = analysis.subset(of.part).len();
            let projection = checked.projection(at, entry, n, dataset.classes())?;
            analysis.projections.insert(of, Arc::new(projection));
        }
        for (at, entry) in index.evolutions.into_iter().enumerate() {
            let of = entry.of;
            let n = analysis.subset(of.part).len();
            let evolution = checked.evolution(at, entry, n, dataset.classes())?;
            analysis.evolutions.insert(of, Arc::new(evolution));
        }
        for (at, entry) in index.neurons.into_iter().enumerate() {
            let of = entry.of;
            analysis.neuron_maps.insert(of, checked.neurons(at, entry)?);
        }
        Ok(AnalysisFile {
            dataset,
            analysis,
            origin,
            settings: index.settings,
            made_by: index.made_by,
        })
    }
}

/// The arrays, given out only in the shape that the description promises.
struct Checked {
    file: String,
    arrays: HashMap<String, NamedArray>,
}

impl Checked {
    fn contradiction(&self, why: &str) -> AnalysisFileError {
        AnalysisFileError::Description {
            file: self.file.clone(),
            why: why.to_owned(),
        }
    }

    fn any(&mut self, name: &str) -> Result<NamedArray, AnalysisFileError> {
        self.arrays
            .remove(name)
            .ok_or_else(|| AnalysisFileError::Missing {
                array: name.to_owned(),
            })
    }

    fn shaped(&mut self, name: &str, shape: &[usize]) -> Result<NamedArray, AnalysisFileError> {
        let array = self.any(name)?;
        if array.shape == shape {
            return Ok(array);
        }
        Err(AnalysisFileError::Array {
            array: name.to_owned(),
            expected: Shape(shape.to_vec()).to_string(),
            found: Shape(array.shape).to_string(),
        })
    }

    /// Real numbers, some of which may be none: what a network that diverged computes.
    fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, AnalysisFileError> {
        match self.shaped(name, shape)?.values {
            ArrayValues::Floats(values) => Ok(values),
            _ => Err(AnalysisFileError::wrong_type(name, "real numbers")),
        }
    }

    /// Real numbers, all finite.
    fn finite(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, AnalysisFileError> {
        let values = self.floats(name, shape)?;
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok(values),
            Some(place) => Err(AnalysisFileError::NotFinite {
                array: name.to_owned(),
                shape: Shape(shape.to_vec()),
                place,
            }),
        }
    }

    fn bytes(&mut self, name: &str, shape: &[usize]) -> Result<Vec<u8>, AnalysisFileError> {
        match self.shaped(name, shape)?.values {
            ArrayValues::Bytes(values) => Ok(values),
            _ => Err(AnalysisFileError::wrong_type(name, "bytes")),
        }
    }

    fn indices(&mut self, name: &str, n: usize) -> Result<Vec<u32>, AnalysisFileError> {
        match self.shaped(name, &[n])?.values {
            ArrayValues::Indices(values) => Ok(values),
            _ => Err(AnalysisFileError::wrong_type(name, "whole numbers")),
        }
    }

    fn dataset(&mut self, index: &Index) -> Result<(Dataset, Origin), AnalysisFileError> {
        let about = &index.dataset;
        let shape = about.image_shape();
        let mut split = |part| -> Result<(Split, Vec<u32>), AnalysisFileError> {
            let labels = of_part(part, "labels");
            let ArrayValues::Bytes(labels) = self.any(&labels)?.values else {
                return Err(AnalysisFileError::wrong_type(&labels, "bytes"));
            };
            let n = labels.len();
            let indices = self.indices(&of_part(part, "indices"), n)?;
            let images = match about.shape {
                [0, 0, _] => Vec::new(),
                [height, width, channels] => {
                    let shape = [n, height, width, channels];
                    self.bytes(&of_part(part, "images"), &shape)?
                }
            };
            Ok((Split { images, labels }, indices))
        };
        let (train, train_places) = split(Part::Train)?;
        let (test, test_places) = split(Part::Test)?;
        let origin = Origin {
            train: train_places,
            test: test_places,
            whole: about.whole,
        };
        let (name, source) = (about.name.clone(), about.source.clone());
        let classes = about.class_names.clone();
        let dataset = if train.is_empty() {
            let has_images = !matches!(about.shape, [0, 0, _]);
            Dataset::to_look_at(name, source, has_images.then_some(shape), classes, test)?
        } else {
            Dataset::new(name, source, shape, classes, train, test)?
        };
        Ok((dataset, origin))
    }

    fn snapshot(
        &mut self,
        entry: SnapshotIndex,
        n: usize,
        classes: usize,
    ) -> Result<Snapshot, AnalysisFileError> {
        let SnapshotIndex { epoch, part, .. } = entry;
        let mut predictions = Predictions::default();
        if entry.predicted {
            let name = of_snapshot(epoch, part, "predicted");
            predictions.predicted = self.bytes(&name, &[n])?;
            if predictions
                .predicted
                .iter()
                .any(|&p| usize::from(p) >= classes)
            {
                return Err(AnalysisFileError::wrong_type(
                    &name,
                    "classes of the data set",
                ));
            }
        }
        if entry.classes > 0 {
            let name = of_snapshot(epoch, part, "probabilities");
            predictions.probabilities = self.floats(&name, &[n, entry.classes])?;
        }
        let mut layers = Vec::new();
        for (index, width) in entry.widths.into_iter().enumerate() {
            let name = of_layer(epoch, part, index);
            let layer = width.map(|width| self.floats(&name, &[n, width]));
            layers.push(layer.transpose()?.map(Arc::new));
        }
        Ok(Snapshot {
            layers,
            predictions,
        })
    }

    fn projection(
        &mut self,
        at: usize,
        entry: ProjectionIndex,
        n: usize,
        classes: usize,
    ) -> Result<Projection, AnalysisFileError> {
        let name = |what: &str| of_item("projection", at, what);
        if entry.hit.per_class.len() > classes {
            return Err(self.contradiction("a neighborhood hit is of a class that is not there"));
        }
        let positions = self.finite(&name("positions"), &[n, 2])?;
        let hits = self.finite(&name("hits"), &[n])?;
        let shepard = match entry.shepard {
            0 => Vec::new(),
            pairs => self.finite(&name("shepard"), &[pairs, 2])?,
        };
        Ok(Projection {
            positions: Arc::new(positions),
            hit: Arc::new(entry.hit.with(hits)),
            fit: entry.fit,
            shepard: Arc::new(shepard),
            iterations: entry.iterations,
            notes: entry.notes,
            method: entry.method,
        })
    }

    fn evolution(
        &mut self,
        at: usize,
        entry: EvolutionIndex,
        n: usize,
        classes: usize,
    ) -> Result<Evolution, AnalysisFileError> {
        let name = |what: &str| of_item("evolution", at, what);
        let steps = entry.steps.len();
        let fits = steps > 0
            && entry.hits.len() == steps
            && entry.divergences.len() == steps
            && entry.hits.iter().all(|hit| hit.per_class.len() <= classes)
            && entry.steps.iter().all(|step| step.part == entry.of.part);
        if !fits {
            return Err(self.contradiction("the steps of an evolution do not fit together"));
        }
        let positions = self.finite(&name("positions"), &[steps, n, 2])?;
        let hits = self.finite(&name("hits"), &[steps, n])?;
        let mut rows = hits.chunks(n.max(1));
        Ok(Evolution {
            steps: entry.steps,
            positions: Arc::new(positions),
            hits: entry
                .hits
                .into_iter()
                .map(|hit| hit.with(rows.next().unwrap_or_default().to_vec()))
                .collect(),
            divergences: entry.divergences,
            movement: entry.movement,
            iterations: entry.iterations,
            notes: entry.notes,
            config: entry.config,
        })
    }

    fn neurons(&mut self, at: usize, entry: NeuronIndex) -> Result<NeuronMap, AnalysisFileError> {
        let name = |what: &str| of_item("neurons", at, what);
        let neurons = entry.neurons;
        let mut map = NeuronMap::default();
        if let Some(mut layout) = entry.layout {
            layout
                .constant
                .retain(|&neuron| (neuron as usize) < neurons);
            map.layout = Some(Arc::new(NeuronLayout {
                positions: Arc::new(self.finite(&name("positions"), &[neurons, 2])?),
                stress: layout.stress,
                iterations: layout.iterations,
                constant: layout.constant,
            }));
        }
        if let Some(found) = entry.discrimination {
            let values = self.finite(&name("scores"), &[found.classes, neurons])?;
            let scores = DiscriminativeScores::from_values(values, neurons).ok_or_else(|| {
                AnalysisFileError::wrong_type(&name("scores"), "a table of scores")
            })?;
            map.discrimination = Some(Arc::new(Discrimination {
                scores: Arc::new(scores),
                config: found.config,
            }));
        }
        Ok(map)
    }
}
