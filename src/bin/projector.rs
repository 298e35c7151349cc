//! The projection worker: decodes files, lays observations out, scores layouts.

use std::rc::Rc;

use hidden_activity::dataset::{DatasetError, MnistFiles, NamedFile, Pack};
use hidden_activity::projection::{NeighborhoodHit, Stage, Tsne, neighborhood_hit};
use hidden_activity::worker::host::{Ended, Job, serve};
use hidden_activity::worker::messages::{
    ProjectionJob, ProjectionPartial, ProjectionResult, ProjectorRequest, ProjectorResult, Refused,
    SentFile,
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
        ProjectorRequest::OpenPack { bytes } => {
            let opened = Pack::decode("the shipped data set", &bytes.into_inner())
                .and_then(Pack::into_dataset)
                .map_err(|error| {
                    Failure::new(
                        "The data set could not be opened.",
                        error.to_string(),
                        "Reload the page; if it happens again, the site's copy of it is damaged.",
                    )
                })?;
            Ok(ProjectorResult::Opened {
                dataset: Some(opened.into()),
                kept: Vec::new(),
                waiting: Vec::new(),
                refused: Vec::new(),
                notes: Vec::new(),
            })
        }
        ProjectorRequest::OpenFiles { files, older, seed } => {
            open_files(files, older as usize, seed, &job).await
        }
        ProjectorRequest::Project(request) => {
            project(request, &job).await.map(ProjectorResult::Projected)
        }
        ProjectorRequest::Score {
            positions,
            labels,
            k,
        } => score(&positions.into_inner(), &labels.into_inner(), k).map(ProjectorResult::Scored),
    }
}

/// Makes a data set of the files, as far as they are enough for one.
async fn open_files(
    sent: Vec<SentFile>,
    older: usize,
    seed: u64,
    job: &ProjectorJob,
) -> Result<ProjectorResult, Ended> {
    let files: Vec<NamedFile> = sent.into_iter().map(NamedFile::from).collect();
    let mut first = 0;
    let (mnist, kept, mut refused, mut notes) = loop {
        let mut mnist = MnistFiles::default();
        let mut kept = Vec::new();
        let mut refused = Vec::new();
        let mut displaced = false;
        for (at, file) in files.iter().enumerate().skip(first) {
            job.progress(
                &format!("Reading {}", file.name),
                at as f32 / files.len() as f32,
            );
            job.breathe().await?;
            match mnist.add(file.clone()) {
                Ok(_) => kept.push(file.name.clone()),
                // New files beside older ones of the same role: another data set.
                Err(DatasetError::TwoFilesForOneRole { .. }) if first < older && at >= older => {
                    displaced = true;
                    break;
                }
                Err(error) => refused.push(Refused {
                    name: file.name.clone(),
                    why: format!("{error}."),
                }),
            }
        }
        if !displaced {
            let notes = if first > 0 {
                vec!["The files opened before were put aside.".to_owned()]
            } else {
                Vec::new()
            };
            break (mnist, kept, refused, notes);
        }
        first = older;
    };
    let waiting = mnist.waiting_for();
    let dataset = if mnist.is_ready() {
        job.progress("Putting the data set together", 0.95);
        job.breathe().await?;
        match mnist.assemble(seed) {
            Ok(assembled) => {
                notes.extend(assembled.notes.iter().map(|note| format!("{note}.")));
                Some(assembled.dataset.into())
            }
            Err(error) => {
                refused.push(Refused {
                    name: kept.join(" and "),
                    why: format!("{error}."),
                });
                None
            }
        }
    } else {
        None
    };
    Ok(ProjectorResult::Opened {
        dataset,
        kept,
        waiting: waiting
            .iter()
            .map(|role| format!("{}(.gz)", role.official_name()))
            .collect(),
        refused,
        notes,
    })
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
