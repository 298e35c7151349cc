//! Opening files that are the visitor's own: a network's activations, or pictures.

use std::fmt::Display;

use hidden_activity::analysis::file::{Parts, Reading};
use hidden_activity::analysis::import::Importing;
use hidden_activity::archive::Zip;
use hidden_activity::dataset::NamedFile;
use hidden_activity::dataset::pictures::Pictures;
use hidden_activity::worker::host::Ended;
use hidden_activity::worker::messages::ProjectorResult;
use hidden_activity::worker::own_files::{OwnData, OwnFiles, OwnFilesJob};
use hidden_activity::worker::protocol::Failure;

use super::{ProjectorJob, making};

/// Reads them in slices.
pub(super) async fn open(
    request: OwnFilesJob,
    job: &ProjectorJob,
) -> Result<ProjectorResult, Ended> {
    let config = request.pictures;
    let opened = match request.files {
        OwnFiles::Archive(file) => {
            let NamedFile { name, bytes } = file.into();
            // Arrays make it a network's; their names end so, whatever the archive is called.
            let zip = Zip::open(&name, bytes).map_err(not_opened)?;
            if Reading::recognises(&zip) {
                return unpack(name, Reading::of(zip), job).await;
            }
            if zip
                .entries()
                .iter()
                .any(|entry| entry.name.ends_with(".npy"))
            {
                import(Importing::of(zip), job).await
            } else {
                read_pictures(Pictures::of_zip(zip, config), job).await
            }
        }
        OwnFiles::Folder(name, files) => {
            let files = files.into_iter().map(NamedFile::from).collect();
            read_pictures(Pictures::from_files(&name, files, config), job).await
        }
    };
    opened.map(ProjectorResult::OpenedOwn)
}

async fn unpack(
    name: String,
    reading: Result<Reading, impl Display>,
    job: &ProjectorJob,
) -> Result<ProjectorResult, Ended> {
    let mut reading = reading.map_err(not_opened)?;
    while !reading.advance().map_err(not_opened)? {
        job.progress("Reading the analysis", reading.progress());
        job.breathe().await?;
    }
    let mut parts = reading.finish();
    if let Some(recipe) = parts.recipe(&name).map_err(not_opened)? {
        let drawn = making::draw(recipe.street_digits, job).await?;
        let steps = recipe.preprocessing;
        let images = if steps.changes_pixels() {
            making::preprocess(drawn.into(), steps, job).await?
        } else {
            drawn
        };
        parts.redraw(&images.into(), &name).map_err(not_opened)?;
    }
    let parts = parts.into();
    Ok(ProjectorResult::OpenedAnalysis { name, parts })
}

/// Makes a file of an analysis.
pub(super) fn pack(parts: Parts) -> Result<ProjectorResult, Ended> {
    match parts.pack() {
        Ok(bytes) => Ok(ProjectorResult::PackedAnalysis(bytes.into())),
        Err(error) => Err(Failure::new(
            "The analysis could not be saved.",
            sentence(&error),
            "Save it without activations.",
        )
        .into()),
    }
}

async fn import(
    importing: Result<Importing, impl Display>,
    job: &ProjectorJob,
) -> Result<OwnData, Ended> {
    let mut importing = importing.map_err(not_opened)?;
    while !importing.advance().map_err(not_opened)? {
        job.progress("Reading the activations", importing.progress());
        job.breathe().await?;
    }
    let imported = importing.finish().map_err(not_opened)?;
    let notes = imported.notes.iter().map(sentence).collect();
    let (dataset, network) = imported.into_parts().map_err(not_opened)?;
    Ok(OwnData {
        dataset: dataset.into(),
        network: Some(network.into()),
        notes,
    })
}

async fn read_pictures(
    pictures: Result<Pictures, impl Display>,
    job: &ProjectorJob,
) -> Result<OwnData, Ended> {
    let mut pictures = pictures.map_err(not_opened)?;
    while !pictures.advance().map_err(not_opened)? {
        job.progress("Reading the pictures", pictures.progress());
        job.breathe().await?;
    }
    let opened = pictures.finish().map_err(not_opened)?;
    Ok(OwnData {
        dataset: opened.dataset.into(),
        network: None,
        notes: opened.notes.iter().map(sentence).collect(),
    })
}

/// The message says both what is wrong and what to do.
fn not_opened(error: impl Display) -> Failure {
    Failure::new("This could not be opened.", sentence(&error), "")
}

/// A clause as a sentence.
fn sentence(clause: &impl Display) -> String {
    let clause = clause.to_string();
    let mut letters = clause.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}
