//! Trails of evolutions, bundled.

use hidden_activity::trails::{BundledTrails, Bundling, TrailError, Trails};
use hidden_activity::worker::host::Ended;
use hidden_activity::worker::messages::{BundlingJob, SentTrails};
use hidden_activity::worker::protocol::Failure;

use super::ProjectorJob;

/// Bundles the trails of every class.
pub async fn bundle(request: BundlingJob, job: &ProjectorJob) -> Result<SentTrails, Ended> {
    let (n, steps) = (request.observations as usize, request.steps as usize);
    let labels = request.labels.into_inner();
    let trails = Trails::new(request.layouts.into_inner(), n, steps).map_err(not_bundled)?;
    let mut bundling =
        Bundling::new(&trails, Some(&labels), &request.config).map_err(not_bundled)?;
    while bundling.advance() {
        job.progress("Bundling the trails", bundling.progress());
        job.breathe().await?;
    }
    Ok(BundledTrails::from(&bundling).into())
}

fn not_bundled(error: TrailError) -> Failure {
    Failure::new(
        "The trails could not be bundled.",
        error.to_string(),
        "Compute the evolution anew.",
    )
}
