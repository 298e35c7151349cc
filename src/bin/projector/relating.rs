//! Relationships between the neurons of a layer: how alike they are, and which class each tells
//! apart.

use hidden_activity::neurons::{DiscriminativeForest, Growth, NeuronError};
use hidden_activity::projection::{DissimilarityBuilder, Mds, Metric};
use hidden_activity::worker::host::Ended;
use hidden_activity::worker::messages::ProjectorPartial;
use hidden_activity::worker::neuron_jobs::{
    DiscriminationJob, NeuronLayoutJob, NeuronLayoutResult, SentScores,
};
use hidden_activity::worker::pause::now;
use hidden_activity::worker::protocol::Failure;

use super::{FRAME_MS, ProjectorJob, lower_stress, stress_of};

/// Neurons whose pairs are compared at most: the table then has 400 MB.
const MOST_NEURONS: usize = 10_000;
/// The part of a layout's time that correlations take, for the progress bar.
const CORRELATIONS_SHARE: f32 = 0.2;
/// Observations turned into columns in one slice of work.
const ROWS: usize = 64;

/// Lays neurons out by metric MDS of 1 − |r|, showing the layout on the way.
pub async fn lay_out(
    request: NeuronLayoutJob,
    job: &ProjectorJob,
) -> Result<NeuronLayoutResult, Ended> {
    let (n, d) = (request.observations as usize, request.neurons as usize);
    if d > MOST_NEURONS {
        return Err(Failure::new(
            "These are too many neurons to compare each with each.",
            format!("There are {d}; this takes a table of {d} × {d} numbers."),
            format!("Choose a layer of at most {MOST_NEURONS}."),
        )
        .into());
    }
    let activations = request.activations.into_inner();
    let columns = turn(&activations, n, d, job).await?;
    drop(activations);
    let mut builder = DissimilarityBuilder::new(columns, d, n, Metric::Correlation)
        .map_err(|error| not_related(error.into()))?;
    while !builder.advance() {
        let fraction = CORRELATIONS_SHARE * builder.progress();
        job.progress("Correlating neurons", fraction);
        job.breathe().await?;
    }
    let constant = builder.telling_nothing();
    let mut mds =
        Mds::new(builder.finish(), &request.config).map_err(|error| not_related(error.into()))?;
    lower_stress(&mut mds, CORRELATIONS_SHARE, job).await?;
    Ok(NeuronLayoutResult {
        positions: mds.positions().into(),
        stress: stress_of(&mds),
        iterations: mds.iteration(),
        constant,
    })
}

/// The transpose of the activations, d × n; in slices, since a large layer takes a while. What does
/// not fit the sizes is left for the dissimilarities to refuse.
async fn turn(
    activations: &[f32],
    n: usize,
    d: usize,
    job: &ProjectorJob,
) -> Result<Vec<f32>, Ended> {
    if activations.len() != n.saturating_mul(d) || d == 0 {
        return Ok(activations.to_vec());
    }
    let mut columns = vec![0.0; activations.len()];
    for (slice, rows) in activations.chunks(ROWS * d).enumerate() {
        let first = slice * ROWS;
        for (j, column) in columns.chunks_exact_mut(n).enumerate() {
            let values = rows.iter().skip(j).step_by(d);
            for (to, &value) in column[first..].iter_mut().zip(values) {
                *to = value;
            }
        }
        job.breathe().await?;
    }
    Ok(columns)
}

/// Grows forests for the discriminative scores, showing the scores as trees finish.
pub async fn discriminate(
    request: DiscriminationJob,
    job: &ProjectorJob,
) -> Result<SentScores, Ended> {
    let labels = request.labels.into_inner();
    let mut forest = DiscriminativeForest::new(
        request.activations.into_inner(),
        labels.len(),
        request.neurons as usize,
        &labels,
        &request.config,
    )
    .map_err(not_related)?;
    let mut last_frame = 0.0;
    loop {
        let growth = forest.advance();
        if growth == Growth::Done {
            break;
        }
        job.progress("Growing trees", forest.progress());
        if growth == Growth::Grown && now() - last_frame >= FRAME_MS {
            last_frame = now();
            job.latest(|| ProjectorPartial::Scores(scores(&forest)));
        }
        job.breathe().await?;
    }
    Ok(scores(&forest))
}

fn scores(forest: &DiscriminativeForest) -> SentScores {
    SentScores::new(&forest.scores(), forest.trees_finished())
}

fn not_related(error: NeuronError) -> Failure {
    Failure::new(
        "The neurons could not be related.",
        error.to_string(),
        "Choose another layer or subset.",
    )
}
