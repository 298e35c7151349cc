//! The projection worker: decodes files, lays observations out, scores layouts.

use std::rc::Rc;

use hidden_activity::dataset::{self, NamedFile};
use hidden_activity::projection::{NeighborhoodHit, Stage, Tsne, neighborhood_hit};
use hidden_activity::worker::host::{Ended, Job, serve};
use hidden_activity::worker::messages::{
    ProjectionJob, ProjectionPartial, ProjectionResult, ProjectorRequest, ProjectorResult,
};
use hidden_activity::worker::pause::now;
use hidden_activity::worker::protocol::Failure;

type ProjectorJob = Job<ProjectionPartial, ProjectorResult>;

/// Between two layouts sent to the page: a little more than 10 a second.
const FRAME_MS: f64 = 80.0;

fn main() {
    serve(answer);
}

async fn answer(
    request: ProjectorRequest,
    job: Rc<ProjectorJob>,
) -> Result<ProjectorResult, Ended> {
    match request {
        ProjectorRequest::OpenPack { bytes, seed } => {
            job.progress("Decoding", 0.1);
            let opened = dataset::decode_pack(&bytes.into_inner(), seed).map_err(|error| {
                Failure::new(
                    "The data set could not be opened.",
                    error.to_string(),
                    "Reload the page; if it happens again, the site's copy of it is damaged.",
                )
            })?;
            Ok(ProjectorResult::Opened {
                dataset: Some(opened.into()),
                waiting: Vec::new(),
                notes: Vec::new(),
            })
        }
        ProjectorRequest::OpenFiles { files, seed } => {
            job.progress("Reading files", 0.05);
            job.breathe().await?;
            let total = files.len().max(1) as f32;
            let mut mnist = dataset::MnistFiles::default();
            for (done, file) in files.into_iter().enumerate() {
                job.progress(
                    &format!("Reading {}", file.name),
                    0.1 + 0.8 * done as f32 / total,
                );
                mnist.add(NamedFile::from(file)).map_err(refused)?;
                job.breathe().await?;
            }
            let assembled = mnist.assemble(seed).map_err(refused)?;
            Ok(ProjectorResult::Opened {
                dataset: assembled.dataset.map(Into::into),
                waiting: assembled.waiting,
                notes: assembled.notes,
            })
        }
        ProjectorRequest::Project(request) => project(request, &job)
            .await
            .map(ProjectorResult::Projected),
        ProjectorRequest::Score {
            positions,
            labels,
            k,
        } => score(&positions.into_inner(), &labels.into_inner(), k).map(ProjectorResult::Scored),
    }
}

fn refused(error: dataset::DatasetError) -> Ended {
    Failure::new(
        "These files could not be used.",
        error.to_string(),
        "Correct the file and drop it again; files that were fine are kept.",
    )
    .into()
}

async fn project(request: ProjectionJob, job: &ProjectorJob) -> Result<ProjectionResult, Ended> {
    let labels = request.labels.into_inner();
    let mut tsne = Tsne::new(
        request.features.into_inner(),
        request.observations as usize,
        request.dimensions as usize,
        &request.config,
    )
    .map_err(not_projected)?;
    let mut last_frame = 0.0;
    loop {
        let stage = tsne.advance();
        let words = match stage {
            Stage::Reduction => "Reducing dimensions",
            Stage::Neighbours => "Finding neighbours",
            Stage::Affinities => "Computing affinities",
            Stage::Optimisation => "Optimising the layout",
            Stage::Done => break,
        };
        job.progress(words, tsne.progress());
        if stage == Stage::Optimisation && now() - last_frame >= FRAME_MS {
            last_frame = now();
            job.latest(|| ProjectionPartial {
                positions: tsne.positions().into(),
                iteration: tsne.iteration(),
            });
        }
        job.breathe().await?;
    }
    let positions = tsne.positions();
    let hit = score(&positions, &labels, request.k)?;
    Ok(ProjectionResult {
        positions: positions.into(),
        iterations: tsne.iteration(),
        kl_divergence: tsne.kl_divergence(),
        notes: tsne.notes().to_vec(),
        hit,
    })
}

fn score(positions: &[f32], labels: &[u8], k: u32) -> Result<NeighborhoodHit, Ended> {
    Ok(neighborhood_hit(positions, 2, labels, k as usize).map_err(not_projected)?)
}

fn not_projected(error: hidden_activity::projection::ProjectionError) -> Failure {
    Failure::new(
        "This projection could not be computed.",
        error.to_string(),
        "Choose another layer or epoch, or change the projection's settings.",
    )
}
