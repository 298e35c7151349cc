//! The projection worker: decodes files, lays observations out, scores layouts.

mod bundling;
mod colleagues;
mod evolving;
mod making;
mod opening;
mod own_files;
mod relating;

use std::cell::RefCell;
use std::rc::Rc;

use hidden_activity::canvas::clusters::{ClusterConfig, find_clusters};
use hidden_activity::projection::{
    Dissimilarities, DissimilarityBuilder, Fit, LiveParameters, Mds, MdsConfig, Method, Metric,
    NeighborhoodHit, Note, ProjectionQuality, Stage, Stress, Tsne, neighborhood_hit,
};
use hidden_activity::worker::host::{Ended, Job, serve};
use hidden_activity::worker::messages::{
    ProjectionJob, ProjectionPartial, ProjectionResult, ProjectorPartial, ProjectorRequest,
    ProjectorResult, SHEPARD_PAIRS,
};
use hidden_activity::worker::pause::now;
use hidden_activity::worker::protocol::{Failure, JobId};

type ProjectorJob = Job<ProjectorRequest, ProjectorPartial, ProjectorResult>;

/// Between two layouts sent to the page: a little more than 10 a second.
const FRAME_MS: f64 = 80.0;
/// The part of a job's time that distances take, for the progress bar.
const DISTANCES_SHARE: f32 = 0.3;
/// Observations whose pairs are compared at most: the table then has 400 MB.
const MOST_PAIRED: usize = 10_000;

fn main() {
    serve(answer);
}

async fn answer(
    request: ProjectorRequest,
    job: Rc<ProjectorJob>,
) -> Result<ProjectorResult, Ended> {
    match request {
        ProjectorRequest::OpenPack { name, bytes } => {
            opening::open_pack(&name, &bytes.into_inner())
        }
        ProjectorRequest::OpenFiles { files, older, seed } => {
            opening::open_files(files, older as usize, seed, &job).await
        }
        ProjectorRequest::DrawStreetDigits(digits) => {
            making::draw(digits, &job).await.map(ProjectorResult::Made)
        }
        ProjectorRequest::Preprocess { dataset, steps } => {
            making::preprocess(dataset.into(), steps, &job)
                .await
                .map(ProjectorResult::Made)
        }
        ProjectorRequest::OpenOwn(request) => own_files::open(request, &job).await,
        ProjectorRequest::PackAnalysis(parts) => own_files::pack(parts.into()),
        // Some milliseconds, even for ten thousand observations.
        ProjectorRequest::MakeFigure(request) => Ok(ProjectorResult::MadeFigure(request.make())),
        ProjectorRequest::Project(request) => {
            project(request, &job).await.map(ProjectorResult::Projected)
        }
        ProjectorRequest::Continue {
            of,
            parameters,
            labels,
            k,
        } => go_on(of, parameters, &labels.into_inner(), k, &job)
            .await
            .map(ProjectorResult::Projected),
        ProjectorRequest::Evolve(request) => evolving::evolve(request, &job)
            .await
            .map(ProjectorResult::Evolved),
        ProjectorRequest::Bundle(request) => bundling::bundle(request, &job)
            .await
            .map(ProjectorResult::Bundled),
        ProjectorRequest::FindClusters { positions, labels } => {
            // A tenth of a second for ten classes: no progress, and nothing to breathe for.
            let (positions, labels) = (positions.into_inner(), labels.into_inner());
            let clusters = find_clusters(&positions, &labels, ClusterConfig::default());
            Ok(ProjectorResult::FoundClusters(clusters))
        }
        ProjectorRequest::ProjectNeurons(request) => relating::lay_out(request, &job)
            .await
            .map(ProjectorResult::ProjectedNeurons),
        ProjectorRequest::Discriminate(request) => relating::discriminate(request, &job)
            .await
            .map(ProjectorResult::Discriminated),
        ProjectorRequest::Neighbours(request) => colleagues::find_neighbours(request, &job)
            .await
            .map(ProjectorResult::FoundNeighbours),
        ProjectorRequest::Parameters(_) | ProjectorRequest::Lambda(_) => Err(Failure::new(
            "Nothing was changed.",
            "These parameters are meant for a running projection.",
            "Start a projection first.",
        )
        .into()),
        ProjectorRequest::Measure {
            features,
            dimensions,
            positions,
            labels,
            k,
        } => measure(
            features.into_inner(),
            dimensions as usize,
            &positions.into_inner(),
            &labels.into_inner(),
            k,
            &job,
        )
        .await
        .map(ProjectorResult::Measured),
        ProjectorRequest::Score {
            positions,
            labels,
            k,
        } => score(&positions.into_inner(), &labels.into_inner(), k).map(ProjectorResult::Scored),
    }
}

thread_local! {
    /// The last layout, and the job it was of, so that its descent can go on.
    static LAST: RefCell<Option<(JobId, Tsne)>> = const { RefCell::new(None) };
}

async fn project(request: ProjectionJob, job: &ProjectorJob) -> Result<ProjectionResult, Ended> {
    let features = request.features.into_inner();
    let (n, d) = (request.observations as usize, request.dimensions as usize);
    let labels = request.labels.into_inner();
    LAST.take(); // its memory may be wanted
    match &request.method {
        Method::Tsne(config) => {
            let tsne = Tsne::new(features, n, d, config).map_err(not_projected)?;
            descend(tsne, &labels, request.k, job).await
        }
        Method::Mds { config, metric } => {
            let between = dissimilarities(features, n, d, *metric, DISTANCES_SHARE, job).await?;
            scale(between, config, &labels, request.k, job).await
        }
    }
}

/// Begins the descent of an ended job anew, from where its points are.
async fn go_on(
    of: JobId,
    parameters: LiveParameters,
    labels: &[u8],
    k: u32,
    job: &ProjectorJob,
) -> Result<ProjectionResult, Ended> {
    let kept = LAST.take().filter(|(id, _)| *id == of);
    let Some((_, mut tsne)) = kept else {
        return Err(Failure::new(
            "This layout cannot go on.",
            "The projection worker no longer has it.",
            "Compute it anew.",
        )
        .into());
    };
    tsne.set_parameters(parameters).map_err(not_projected)?;
    tsne.restart();
    descend(tsne, labels, k, job).await
}

/// Optimises a layout to its end, showing it on the way. Whatever ends it, the layout is kept.
async fn descend(
    mut tsne: Tsne,
    labels: &[u8],
    k: u32,
    job: &ProjectorJob,
) -> Result<ProjectionResult, Ended> {
    let outcome = optimise(&mut tsne, job).await;
    let result = outcome.and_then(|()| {
        let positions = tsne.positions();
        let hit = score(&positions, labels, k)?;
        Ok(ProjectionResult {
            positions: positions.into(),
            iterations: tsne.iteration(),
            fit: Fit::Divergence(tsne.kl_divergence()),
            shepard: Vec::new().into(),
            notes: tsne.notes().to_vec(),
            hit,
        })
    });
    if tsne.iteration() > 0 {
        LAST.set(Some((job.id(), tsne)));
    }
    result
}

async fn optimise(tsne: &mut Tsne, job: &ProjectorJob) -> Result<(), Ended> {
    let mut last_frame = 0.0;
    loop {
        if let Some(ProjectorRequest::Parameters(parameters)) = job.adjustment() {
            tsne.set_parameters(parameters).map_err(not_projected)?;
        }
        let stage = tsne.advance();
        if stage == Stage::Done {
            return Ok(());
        }
        job.progress(words(stage), tsne.progress());
        if stage == Stage::Neighbours {
            colleagues::share_search(tsne, job).await?;
        }
        if stage == Stage::Optimisation && now() - last_frame >= FRAME_MS {
            last_frame = now();
            job.latest(|| {
                ProjectorPartial::Layout(ProjectionPartial {
                    positions: tsne.positions().into(),
                    iteration: tsne.iteration(),
                })
            });
        }
        job.breathe().await?;
    }
}

/// What t-SNE is busy with, for the visitor.
fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::Reduction => "Reducing dimensions",
        Stage::Neighbours => "Finding neighbours",
        Stage::Affinities => "Computing affinities",
        Stage::Optimisation | Stage::Done => "Optimising the layout",
    }
}

/// Lays observations out by metric MDS.
async fn scale(
    between: Dissimilarities,
    config: &MdsConfig,
    labels: &[u8],
    k: u32,
    job: &ProjectorJob,
) -> Result<ProjectionResult, Ended> {
    let mut mds = Mds::new(between, config).map_err(not_projected)?;
    lower_stress(&mut mds, DISTANCES_SHARE, job).await?;
    let positions = mds.positions();
    let pairs = mds
        .shepard(SHEPARD_PAIRS, config.seed)
        .map_err(not_projected)?;
    let stress = stress_of(&mds);
    Ok(ProjectionResult {
        hit: score(&positions, labels, k)?,
        positions: positions.into(),
        iterations: mds.iteration(),
        fit: Fit::Stress(stress),
        shepard: pairs.into_iter().flatten().collect::<Vec<f32>>().into(),
        notes: mds
            .is_of_equals()
            .then_some(Note::AllIdentical)
            .into_iter()
            .collect(),
    })
}

/// Runs MDS to its end, showing the layout on the way; `done` of the job's time has passed before.
async fn lower_stress(mds: &mut Mds, done: f32, job: &ProjectorJob) -> Result<(), Ended> {
    let mut last_frame = 0.0;
    loop {
        let stage = mds.advance();
        let words = match stage {
            Stage::Done => return Ok(()),
            Stage::Reduction => "Classical scaling",
            _ => "Lowering the stress",
        };
        job.progress(words, done + (1.0 - done) * mds.progress());
        if stage == Stage::Optimisation && now() - last_frame >= FRAME_MS {
            last_frame = now();
            job.latest(|| {
                ProjectorPartial::Layout(ProjectionPartial {
                    positions: mds.positions().into(),
                    iteration: mds.iteration(),
                })
            });
        }
        job.breathe().await?;
    }
}

/// The stress of a finished layout; none where there was nothing to lay out.
fn stress_of(mds: &Mds) -> Stress {
    mds.stress().unwrap_or(Stress {
        raw: 0.0,
        normalised: 0.0,
    })
}

/// All dissimilarities between observations; takes the first `share` of the job's time.
async fn dissimilarities(
    features: Vec<f32>,
    n: usize,
    d: usize,
    metric: Metric,
    share: f32,
    job: &ProjectorJob,
) -> Result<Dissimilarities, Ended> {
    if n > MOST_PAIRED {
        return Err(Failure::new(
            "These are too many observations to compare each with each.",
            format!("There are {n}; this takes a table of {n} × {n} numbers."),
            format!("Project at most {MOST_PAIRED}."),
        )
        .into());
    }
    let mut builder = DissimilarityBuilder::new(features, n, d, metric).map_err(not_projected)?;
    while !builder.advance() {
        job.progress("Measuring distances", share * builder.progress());
        job.breathe().await?;
    }
    Ok(builder.finish())
}

/// Compares a layout with the space it shows.
async fn measure(
    features: Vec<f32>,
    dimensions: usize,
    positions: &[f32],
    labels: &[u8],
    k: u32,
    job: &ProjectorJob,
) -> Result<ProjectionQuality, Ended> {
    let data = dissimilarities(
        features,
        labels.len(),
        dimensions,
        Metric::Euclidean,
        0.6,
        job,
    )
    .await?;
    job.progress("Comparing neighbours", 0.7);
    job.breathe().await?;
    Ok(ProjectionQuality::measure(&data, positions, labels, k as usize).map_err(not_projected)?)
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
