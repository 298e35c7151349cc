//! Data sets that are made rather than opened: drawn, or prepared from another.

use hidden_activity::dataset::{Dataset, DatasetError, Preprocessing, StreetDigits};
use hidden_activity::worker::host::Ended;
use hidden_activity::worker::messages::SentDataset;
use hidden_activity::worker::protocol::Failure;

use super::ProjectorJob;

/// Images between two looks at the clock: about a millisecond.
const IMAGES_AT_ONCE: usize = 5;

/// Draws street digits.
pub async fn draw(digits: StreetDigits, job: &ProjectorJob) -> Result<SentDataset, Ended> {
    let mut drawing = digits
        .start()
        .map_err(|error| not_made(&error.to_string(), "Change the numbers, and draw again."))?;
    while !drawing.advance(IMAGES_AT_ONCE) {
        job.progress(
            "Drawing street digits",
            drawing.drawn() as f32 / drawing.total() as f32,
        );
        job.breathe().await?;
    }
    drawing.finish().map(SentDataset::from).map_err(unusable)
}

/// Applies the steps of preprocessing to all images of a data set.
pub async fn preprocess(
    dataset: Dataset,
    steps: Preprocessing,
    job: &ProjectorJob,
) -> Result<SentDataset, Ended> {
    let mut run = steps.start(&dataset).map_err(|error| {
        not_made(
            &error.to_string(),
            "Change the steps, and apply them again.",
        )
    })?;
    while !run.advance(IMAGES_AT_ONCE) {
        job.progress(
            "Preprocessing the images",
            run.done() as f32 / run.total() as f32,
        );
        job.breathe().await?;
    }
    let done = run.finish().map_err(unusable)?;
    Ok(done.dataset.into())
}

fn unusable(error: DatasetError) -> Ended {
    not_made(&error.to_string(), "Try it with another data set.")
}

fn not_made(why: &str, remedy: &str) -> Ended {
    Failure::new("No images were made.", format!("{why}."), remedy).into()
}
