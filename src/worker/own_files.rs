//! What page and projection worker say to each other about files that are the visitor's own.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::attachment::Bulk;
use super::messages::SentDataset;
use crate::analysis::Predictions;
use crate::analysis::import::{ImportedEpoch, ImportedLayer, ImportedNetwork};
use crate::dataset::NamedFile;
use crate::dataset::pictures::PictureConfig;

/// Files to open.
#[derive(Debug, Serialize, Deserialize)]
pub enum OwnFiles {
    /// An archive: of arrays, which are a network's activations, or of pictures in folders.
    Archive(OwnFile),
    /// A folder with pictures in folders, and what it is called.
    Folder(String, Vec<OwnFile>),
}

/// The job of opening them.
#[derive(Debug, Serialize, Deserialize)]
pub struct OwnFilesJob {
    /// The files.
    pub files: OwnFiles,
    /// What becomes of pictures.
    pub pictures: PictureConfig,
}

/// A file with its content.
#[derive(Debug, Serialize, Deserialize)]
pub struct OwnFile {
    /// Its name, with the folders it is in.
    pub name: String,
    /// Its content.
    pub bytes: Bulk<u8>,
}

impl From<OwnFile> for NamedFile {
    fn from(file: OwnFile) -> Self {
        Self {
            name: file.name,
            bytes: file.bytes.into_inner(),
        }
    }
}

/// What the files hold.
#[derive(Debug, Serialize, Deserialize)]
pub struct OwnData {
    /// The data set.
    pub dataset: SentDataset,
    /// What a network made of it, where the file is of one.
    pub network: Option<SentNetwork>,
    /// What the visitor should know, in sentences.
    pub notes: Vec<String>,
}

/// [`ImportedNetwork`] on its way.
#[derive(Debug, Serialize, Deserialize)]
pub struct SentNetwork {
    layer_names: Vec<String>,
    epochs: Vec<SentEpoch>,
}

#[derive(Debug, Serialize, Deserialize)]
struct SentEpoch {
    epoch: Option<u32>,
    /// Width and activations of each layer that there is.
    layers: Vec<Option<(usize, Bulk<f32>)>>,
    predicted: Bulk<u8>,
    probabilities: Bulk<f32>,
}

impl From<ImportedNetwork> for SentNetwork {
    fn from(network: ImportedNetwork) -> Self {
        let send = |layer: ImportedLayer| {
            // The only owner gives its values away; they are copied where there is another.
            (layer.width, Arc::unwrap_or_clone(layer.values).into())
        };
        Self {
            layer_names: network.layer_names.to_vec(),
            epochs: network
                .epochs
                .into_iter()
                .map(|epoch| SentEpoch {
                    epoch: epoch.epoch,
                    layers: epoch.layers.into_iter().map(|l| l.map(send)).collect(),
                    predicted: epoch.predictions.predicted.into(),
                    probabilities: epoch.predictions.probabilities.into(),
                })
                .collect(),
        }
    }
}

impl From<SentNetwork> for ImportedNetwork {
    fn from(sent: SentNetwork) -> Self {
        let receive = |(width, values): (usize, Bulk<f32>)| ImportedLayer {
            width,
            values: values.into_inner().into(),
        };
        Self {
            layer_names: sent.layer_names.into(),
            epochs: sent
                .epochs
                .into_iter()
                .map(|epoch| ImportedEpoch {
                    epoch: epoch.epoch,
                    layers: epoch.layers.into_iter().map(|l| l.map(receive)).collect(),
                    predictions: Predictions {
                        predicted: epoch.predicted.into_inner(),
                        probabilities: epoch.probabilities.into_inner(),
                    },
                })
                .collect(),
        }
    }
}
