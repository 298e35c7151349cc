//! Sequences of representations laid out together.

use hidden_activity::projection::{DynamicTsne, Stage};
use hidden_activity::worker::host::Ended;
use hidden_activity::worker::messages::{
    EvolutionJob, EvolutionResult, ProjectionPartial, ProjectorPartial, ProjectorRequest,
};
use hidden_activity::worker::pause::now;

use super::{FRAME_MS, ProjectorJob, not_projected, score, words};

/// Lays a sequence out by dynamic t-SNE, showing all layouts on the way.
pub async fn evolve(request: EvolutionJob, job: &ProjectorJob) -> Result<EvolutionResult, Ended> {
    let n = request.observations as usize;
    let sequence = request
        .sequence
        .into_iter()
        .map(|sent| (sent.values.into_inner(), sent.dimensions as usize))
        .collect();
    let mut run = DynamicTsne::new(sequence, n, &request.config).map_err(not_projected)?;
    let mut last_frame = 0.0;
    loop {
        if let Some(ProjectorRequest::Lambda(lambda)) = job.adjustment() {
            run.set_lambda(lambda).map_err(not_projected)?;
        }
        let stage = run.advance();
        if stage == Stage::Done {
            break;
        }
        job.progress(words(stage), run.progress());
        if stage == Stage::Optimisation && now() - last_frame >= FRAME_MS {
            last_frame = now();
            job.latest(|| {
                ProjectorPartial::Layout(ProjectionPartial {
                    positions: positions(&run).concat().into(),
                    iteration: run.iteration(),
                })
            });
        }
        job.breathe().await?;
    }
    let labels = request.labels.into_inner();
    let hits = positions(&run)
        .into_iter()
        .map(|layout| score(layout, &labels, request.k))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(EvolutionResult {
        positions: positions(&run).concat().into(),
        iterations: run.iteration(),
        lambda: run.lambda(),
        movement: run.movement(),
        notes: run.notes().to_vec(),
        hits,
        divergences: run.kl_divergences(),
    })
}

/// The layouts as they are, in the order of the sequence.
fn positions(run: &DynamicTsne) -> Vec<&[f32]> {
    (0..run.sequence_length())
        .filter_map(|step| run.positions(step))
        .collect()
}
