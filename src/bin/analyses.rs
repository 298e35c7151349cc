//! Makes the analyses that a site ships, so that a visitor sees one before anything is computed:
//! `make analyses`.
//!
//!     analyses FOLDER [NAME]
//!
//! Each is what the page itself would find with its own settings, written as a file that it opens.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use hidden_activity::analysis::computing::{at_once, evolve, observe, project, relate};
use hidden_activity::analysis::file::{Contents, Parts, Recipe, Settings, WholeTest};
use hidden_activity::analysis::shortening::shorten;
use hidden_activity::analysis::{
    Along, Analysis, EVOLUTION_LAMBDA, Representation, Sequence, Source,
};
use hidden_activity::dataset::{DATA_SEED, Dataset, Pack, Part, Preprocessing, StreetDigits};
use hidden_activity::network::{
    ConvActivations, NetworkConfig, Preset, Setup, TrainInputs, Training, TrainingConfig, device,
};
use hidden_activity::neurons::ForestConfig;
use hidden_activity::projection::{DynamicTsneConfig, MdsConfig, Method, TsneConfig};
use hidden_activity::worker::attachment::encode_compact;
use hidden_activity::worker::flat::flatten;
use hidden_activity::worker::messages::ProjectorResult;

/// The most that a visitor waits for: bytes.
const MOST_BYTES: usize = 400_000;
/// The one that the page shows first comes together with the page: bytes.
const MOST_FIRST_BYTES: usize = 250_000;
/// Neighbours in the neighborhood hit.
const K: usize = 6;
/// Steps of the evolution over the epochs: the paper's number.
const STEPS: usize = 6;
/// House numbers drawn to learn from and to judge by.
const STREET: StreetDigits = StreetDigits {
    train: 3_000,
    test: 1_000,
    seed: 1,
};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: analyses FOLDER [NAME]");
        return ExitCode::FAILURE;
    };
    match work(Path::new(&folder), arguments.next().as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("analyses: {error}");
            ExitCode::FAILURE
        }
    }
}

/// An analysis to make.
struct Plan {
    network: NetworkConfig,
    training: TrainingConfig,
    /// Epochs of which something is kept.
    kept: &'static [u32],
    /// Whether the file has the activations of the last layer in the end.
    activations: bool,
    /// How the images are drawn, where the file need not hold them.
    recipe: Option<Recipe>,
}

fn work(folder: &Path, only: Option<&str>) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    if wanted("digits") {
        let pack = include_bytes!("../../public/data/digits.pack");
        let digits = Pack::decode("digits", pack)?.into_dataset()?;
        let plan = |activations| Plan {
            network: NetworkConfig::default(),
            training: TrainingConfig::default(),
            kept: &[0, 1, 2, 5, 10, 20],
            activations,
            recipe: None,
        };
        let parts = write(folder, "digits", MOST_FIRST_BYTES, &digits, plan(false))?;
        write_first(folder, parts)?;
        let name = "digits-with-activations";
        write(folder, name, MOST_BYTES, &digits, plan(true))?;
    }
    let drawn = STREET.start()?.finish()?;
    let street = |preprocessing| Plan {
        network: Preset::ConvolutionalLight.network(),
        training: TrainingConfig {
            epochs: 20,
            ..TrainingConfig::default()
        },
        kept: &[0, 1, 2, 5, 10, 20],
        activations: true,
        recipe: Some(Recipe {
            street_digits: STREET,
            preprocessing,
        }),
    };
    if wanted("street") {
        let plan = street(Preprocessing::default());
        write(folder, "street", MOST_BYTES, &drawn, plan)?;
    }
    if wanted("street-preprocessed") {
        let steps = Preprocessing {
            grayscale: true,
            gaussian_sigma: Some(1.0),
            sobel: true,
            standardise: false,
        };
        let mut run = steps.start(&drawn)?;
        while !run.advance(1_000) {}
        let prepared = run.finish()?.dataset;
        write(
            folder,
            "street-preprocessed",
            MOST_BYTES,
            &prepared,
            street(steps),
        )?;
    }
    Ok(())
}

fn write(
    folder: &Path,
    name: &str,
    most: usize,
    dataset: &Dataset,
    plan: Plan,
) -> Result<Parts, Box<dyn Error>> {
    let parts = analyse(dataset, plan)?;
    let bytes = parts.pack()?;
    let path = folder.join(format!("{name}.npz"));
    println!("{}: {} bytes", path.display(), bytes.len());
    if bytes.len() > most {
        return Err(format!("that is more than {most}").into());
    }
    std::fs::write(path, bytes)?;
    Ok(parts)
}

/// The same in the form that the page reads first (src/view/first.rs).
fn write_first(folder: &Path, parts: Parts) -> Result<(), Box<dyn Error>> {
    let message = ProjectorResult::OpenedAnalysis {
        name: "digits.npz".into(),
        parts: parts.into(),
    };
    let path = folder.join("digits.first");
    let mut packed = GzEncoder::new(std::fs::File::create(&path)?, Compression::best());
    packed.write_all(&flatten(&encode_compact(message)?))?;
    println!(
        "{}: {} bytes",
        path.display(),
        packed.finish()?.metadata()?.len()
    );
    Ok(())
}

/// What the page finds out about a data set with a network.
fn analyse(dataset: &Dataset, plan: Plan) -> Result<Parts, Box<dyn Error>> {
    let Plan {
        network,
        training: config,
        kept,
        activations,
        recipe,
    } = plan;
    let inputs = TrainInputs::new(
        dataset.train.images.as_slice(),
        dataset.train.labels.as_slice(),
        dataset.shape,
        dataset.classes(),
    )?;
    // All observations, so that the same network can be trained from the file.
    let mut analysis = Analysis::of(dataset, usize::MAX, DATA_SEED);
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
    analysis.keep_epochs(|epoch| kept.contains(&epoch));

    let at = |part, index: usize, epoch: u32| Representation {
        part,
        source: Source::Layer { index, epoch },
    };
    let pixels = Representation {
        part: Part::Test,
        source: Source::Pixels,
    };
    let method = Method::Tsne(TsneConfig::default());
    let mut wanted = vec![pixels];
    for layer in 0..=last {
        wanted.extend([0, config.epochs].map(|epoch| at(Part::Test, layer, epoch)));
    }
    wanted.extend(kept.iter().map(|&epoch| at(Part::Test, last, epoch)));
    // Figure 8: the training observations, by the last layer.
    wanted.push(at(Part::Train, last, config.epochs));
    wanted.sort_unstable();
    wanted.dedup();
    for of in wanted {
        project(&mut analysis, dataset, of, &method, K)?;
    }
    let over_layers = Along::Layers {
        epoch: config.epochs,
    };
    let over_epochs = Along::Epochs {
        layer: last,
        most: STEPS,
    };
    for along in [over_layers, over_epochs] {
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
        relate(&mut analysis, at(Part::Test, last, epoch), &mds, &forest)?;
    }
    // Of the training observations the end, of the activations what neurons respond to in the end.
    analysis
        .snapshots
        .retain(|&(epoch, part), _| part == Part::Test || epoch == config.epochs);
    for (&(epoch, part), snapshot) in &mut analysis.snapshots {
        let snapshot = Arc::make_mut(snapshot);
        // Between beginning and end the first file says only which class, not how surely.
        if !activations && epoch != 0 && epoch != config.epochs {
            snapshot.predictions.probabilities.clear();
        }
        for (index, layer) in snapshot.layers.iter_mut().enumerate() {
            if (index, epoch, part) != (last, config.epochs, Part::Test) {
                *layer = None;
            }
        }
    }
    shorten(&mut analysis)?;

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
    let contents = Contents { activations };
    let mut parts = Parts::of(dataset, None, &analysis, &settings, contents);
    if let Some(recipe) = recipe {
        parts = parts.with_recipe(recipe);
    }
    Ok(parts)
}
