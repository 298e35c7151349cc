//! Makes the analyses that a site ships, so that a visitor sees one before anything is computed:
//! `make analyses`.
//!
//!     analyses FOLDER
//!
//! Each is what the page itself would find with its own settings, written as a file that it opens.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use hidden_activity::analysis::computing::{at_once, evolve, observe, project, relate};
use hidden_activity::analysis::file::{Contents, Parts, Settings, WholeTest};
use hidden_activity::analysis::{
    Along, Analysis, EVOLUTION_LAMBDA, Representation, Sequence, Source,
};
use hidden_activity::dataset::{DATA_SEED, Dataset, FIRST_OBSERVATIONS, Pack, Part};
use hidden_activity::network::{
    ConvActivations, NetworkConfig, Setup, TrainInputs, Training, TrainingConfig, device,
};
use hidden_activity::neurons::ForestConfig;
use hidden_activity::projection::{DynamicTsneConfig, MdsConfig, Method, TsneConfig};

/// The most that a visitor waits for: bytes.
const MOST_BYTES: usize = 400_000;
/// Neighbours in the neighborhood hit.
const K: usize = 6;
/// Epochs of which something is kept.
const KEPT: [u32; 6] = [0, 1, 2, 5, 10, 20];

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: analyses FOLDER");
        return ExitCode::FAILURE;
    };
    match work(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("analyses: {error}");
            ExitCode::FAILURE
        }
    }
}

fn work(folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let pack = include_bytes!("../../public/data/digits.pack");
    let digits = Pack::decode("digits", pack)?.into_dataset()?;
    let bytes = analyse(&digits, TrainingConfig::default())?;
    let path = folder.join("digits.npz");
    println!("{}: {} bytes", path.display(), bytes.len());
    if bytes.len() > MOST_BYTES {
        return Err(format!("that is more than {MOST_BYTES}").into());
    }
    std::fs::write(path, bytes)?;
    Ok(())
}

/// What the page finds out about a data set with its first network.
fn analyse(dataset: &Dataset, config: TrainingConfig) -> Result<Vec<u8>, Box<dyn Error>> {
    let network = NetworkConfig::default();
    let inputs = TrainInputs::new(
        dataset.train.images.as_slice(),
        dataset.train.labels.as_slice(),
        dataset.shape,
        dataset.classes(),
    )?;
    let mut analysis = Analysis::of(dataset, FIRST_OBSERVATIONS, DATA_SEED);
    let mut training = Training::new(&device::cpu(), inputs, &network, config.clone())?;
    let layers = training.plan().observed(ConvActivations::None);
    let last = layers.len().saturating_sub(1);
    analysis.layer_names = Arc::new(layers.into_iter().map(|layer| layer.name).collect());

    let take = |analysis: &mut Analysis, training: &Training| {
        observe(analysis, dataset, training, ConvActivations::None)
    };
    take(&mut analysis, &training)?;
    while !training.is_finished() {
        // Steps are counted anew in every epoch.
        let (epoch, step) = (training.epoch(), training.steps_done() + 1);
        let steps = epoch as f32 + step as f32 / training.steps_per_epoch() as f32;
        let outcome = at_once(training.step())?;
        if let Some(loss) = outcome.loss {
            let curves = Arc::make_mut(&mut analysis.curves);
            curves.train_loss.push((steps, loss));
        }
        if outcome.epoch_finished {
            take(&mut analysis, &training)?;
        }
    }
    // The curves know every epoch, the projections only some.
    analysis.keep_epochs(|epoch| KEPT.contains(&epoch));

    let at = |index: usize, epoch: u32| Representation {
        part: Part::Test,
        source: Source::Layer { index, epoch },
    };
    let pixels = Representation {
        part: Part::Test,
        source: Source::Pixels,
    };
    let method = Method::Tsne(TsneConfig::default());
    let mut wanted = vec![pixels];
    wanted.extend((0..=last).flat_map(|layer| [at(layer, 0), at(layer, config.epochs)]));
    wanted.extend(KEPT.into_iter().map(|epoch| at(last, epoch)));
    wanted.sort_unstable();
    wanted.dedup();
    for of in wanted {
        project(&mut analysis, dataset, of, &method, K)?;
    }
    for along in [
        Along::Layers {
            epoch: config.epochs,
        },
        Along::Epochs {
            layer: last,
            most: KEPT.len(),
        },
    ] {
        let sequence = Sequence {
            part: Part::Test,
            along,
        };
        let dynamic = DynamicTsneConfig {
            lambda: EVOLUTION_LAMBDA,
            ..DynamicTsneConfig::default()
        };
        evolve(&mut analysis, dataset, sequence, &dynamic, K)?;
    }
    for epoch in [0, config.epochs] {
        let (mds, forest) = (MdsConfig::default(), ForestConfig::default());
        relate(&mut analysis, at(last, epoch), &mds, &forest)?;
    }
    // What the training subset looks like is left to those who ask.
    analysis
        .snapshots
        .retain(|(_, part), _| *part == Part::Test);

    let whole_test = analysis
        .curves
        .at_epoch(config.epochs)
        .map(|end| WholeTest {
            epochs: end.epoch,
            observations: dataset.test.len() as u32,
            accuracy: end.test_accuracy,
            loss: end.test_loss,
        });
    println!(
        "accuracy {:?}, {:?}",
        whole_test,
        analysis
            .projections
            .iter()
            .map(|(of, p)| format!("{of}: {:.2}%", 100.0 * p.hit.overall))
            .collect::<Vec<_>>()
    );
    let settings = Settings {
        setup: Some(Setup {
            network,
            training: config,
            conv_activations: ConvActivations::None,
        }),
        whole_test,
    };
    let contents = Contents { activations: false };
    Ok(Parts::of(dataset, None, &analysis, &settings, contents).pack()?)
}
