//! Writes the seeds of the fuzz targets (fuzz/src/feeds.rs says how each reads its input):
//!
//! ```text
//! cargo run --example fuzz_seeds -- fuzz/seeds [FOLDER OF OFFICIAL FILES]
//! ```
//!
//! Small files of every format, as programs write them, and the first observations of the official files,
//! where these are at hand.
#![allow(clippy::unwrap_used)] // a maker of test data may stop with a panic

#[allow(dead_code)]
#[path = "../tests/dataset_files/mod.rs"]
mod dataset_files;
#[path = "../tests/network_support/mod.rs"]
mod network_support;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use dataset_files::{Stored, array, batch, gzip, images, labels, matlab, planes, tar};
use flate2::read::{GzDecoder, ZlibDecoder};
use hidden_activity::analysis::file::Reading;
use hidden_activity::archive::{Allowance, Zip, ZipWriter};
use hidden_activity::dataset::{
    DATA_SEED, Division, ImageShape, Pack, Part, Split, StreetDigits, cut,
};
use hidden_activity::network::{
    ConvActivations, DeviceKind, LayerConfig, NetworkConfig, SavedTraining, Setup, TrainedOn,
    TrainingConfig,
};
use hidden_activity::projection::NeighborhoodHit;
use hidden_activity::worker::attachment::{Attachment, Compact, Encoded, encode, encode_compact};
use hidden_activity::worker::flat::flatten;
use hidden_activity::worker::messages::{
    EpochReport, ObservedSubset, ProjectionPartial, ProjectorPartial, ProjectorRequest,
    ProjectorResult, SentSnapshot, Steps, TrainPartial, TrainRequest, Trained, TrainingData,
};
use hidden_activity::worker::protocol::{Control, Event, Failure, FromWorker, Progress, ToWorker};
use network_support::{SHAPE, blobs, block_on, train};

/// As in fuzz/src/feeds.rs.
const MATLAB_CUT: u8 = 0xfe;

struct Seeds {
    folder: PathBuf,
    official: Option<PathBuf>,
}

impl Seeds {
    fn put(&self, target: &str, name: &str, bytes: &[u8]) {
        // Longer inputs would be cut off by scripts/fuzz.sh.
        assert!(bytes.len() <= 16_384, "{target}/{name}: {}", bytes.len());
        let folder = self.folder.join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), bytes).unwrap();
    }

    /// With a first byte.
    fn put_as(&self, target: &str, name: &str, how: u8, bytes: &[u8]) {
        self.put(target, name, &[&[how], bytes].concat());
    }

    /// The first bytes of an official file, unpacked where it is gzipped.
    fn official(&self, name: &str, most: u64) -> Option<Vec<u8>> {
        let file = fs::File::open(self.official.as_ref()?.join(name)).ok()?;
        let mut bytes = Vec::new();
        if name.ends_with(".gz") {
            GzDecoder::new(file)
                .take(most)
                .read_to_end(&mut bytes)
                .unwrap();
        } else {
            file.take(most).read_to_end(&mut bytes).unwrap();
        }
        Some(bytes)
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let seeds = Seeds {
        folder: arguments.next().unwrap_or_else(|| "fuzz/seeds".into()),
        official: arguments.next(),
    };
    official_files(&seeds);
    packs(&seeds);
    archives(&seeds);
    messages(&seeds);
    words(&seeds);
    saved(&seeds);
    for entry in fs::read_dir("tests/reference/pictures").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".json") {
            seeds.put_as("pictures", name, 0, &fs::read(&path).unwrap());
        }
    }
}

fn official_files(seeds: &Seeds) {
    seeds.put_as("idx", "images", 0, &images(2, 3, 2));
    seeds.put_as("idx", "images.gz", 7, &gzip(&images(2, 3, 2)));
    seeds.put_as("idx", "labels", 0x85, &labels(&[3, 9, 0]));
    if let Some(mut bytes) = seeds.official("mnist/t10k-images-idx3-ubyte.gz", 16 + 2 * 784) {
        bytes[4..8].copy_from_slice(&2_u32.to_be_bytes());
        seeds.put_as("idx", "mnist_images", 0, &bytes);
        seeds.put_as("idx", "mnist_images.gz", 0, &gzip(&bytes));
    }
    if let Some(mut bytes) = seeds.official("mnist/t10k-labels-idx1-ubyte.gz", 8 + 20) {
        bytes[4..8].copy_from_slice(&20_u32.to_be_bytes());
        seeds.put_as("idx", "mnist_labels", 0x80, &bytes);
    }

    let (x, y) = (
        array("X", &[4, 3, 3, 2], &planes(2, 4, 3), Stored::Bytes),
        array("y", &[2, 1], &[10, 3], Stored::Bytes),
    );
    seeds.put_as("matlab", "plain", 6, &matlab(&[x.clone(), y.clone()]));
    let doubles = array("y", &[2, 1], &[10, 3], Stored::Doubles);
    let file = matlab(&[x.clone(), doubles]);
    seeds.put_as("matlab", "doubles", 0, &file);
    let apart = [matlab(&[]), x, vec![MATLAB_CUT], y].concat();
    seeds.put_as("matlab", "packed", 1, &apart);
    if let Some(file) = seeds.official("svhn/test_32x32.mat", 1 << 16) {
        // The header, and the first variable's first image, which is cut off there.
        let mut unpacked = vec![0; 8 + 16 + 24 + 8 + 8 + 3072];
        ZlibDecoder::new(&file[136..])
            .read_exact(&mut unpacked)
            .unwrap();
        unpacked
            .iter_mut()
            .filter(|byte| **byte == MATLAB_CUT)
            .for_each(|byte| *byte -= 1);
        seeds.put_as(
            "matlab",
            "svhn_cut_off",
            1,
            &[&file[..128], &unpacked].concat(),
        );
        // And as a whole file: one image of that size, and its label.
        let pixels = &unpacked[unpacked.len() - 3072..];
        let x = array("X", &[32, 32, 3, 1], pixels, Stored::Bytes);
        let y = array("y", &[1, 1], &[5], Stored::Bytes);
        seeds.put_as(
            "matlab",
            "svhn",
            1,
            &[&file[..128], &x, &[MATLAB_CUT], &y].concat(),
        );
    }

    seeds.put_as("cifar10", "one", 0, &batch(&[3]));
    seeds.put_as("cifar10", "two", 0xff, &batch(&[9, 0]));
    if let Some(bytes) = seeds.official("cifar10/test_batch.bin", 3073) {
        seeds.put_as("cifar10", "official", 1, &bytes);
    }

    let (images, labels) = (images(2, 3, 2), labels(&[3, 9]));
    let members: [(&str, &[u8]); 3] = [
        ("data/t10k-images-idx3-ubyte.gz", &gzip(&images)),
        ("data/t10k-labels-idx1-ubyte", &labels),
        ("data/readme.html", b"<html>not of use"),
    ];
    seeds.put_as("tarball", "mnist", 2, &tar(&members));
    let batches = tar(&[
        ("cifar-10-batches-bin/data_batch_1.bin", &batch(&[3])),
        ("cifar-10-batches-bin/test_batch.bin", &batch(&[4])),
    ]);
    seeds.put_as("tarball", "cifar10", 1, &batches);
    let mut long = ::tar::Builder::new(Vec::new());
    let mut header = ::tar::Header::new_gnu();
    header.set_size(labels.len() as u64);
    header.set_mode(0o644);
    let name = format!("{}/train-labels-idx1-ubyte", "folder".repeat(20));
    long.append_data(&mut header, name, labels.as_slice())
        .unwrap();
    seeds.put_as("tarball", "long_name", 0, &long.into_inner().unwrap());
    let mut pax = ::tar::Builder::new(Vec::new());
    pax.append_pax_extensions([("path", b"pax/t10k-labels-idx1-ubyte".as_slice())])
        .unwrap();
    let mut header = ::tar::Header::new_ustar();
    header.set_size(labels.len() as u64);
    header.set_path("short").unwrap();
    header.set_cksum();
    pax.append(&header, labels.as_slice()).unwrap();
    seeds.put_as("tarball", "pax", 0, &pax.into_inner().unwrap());
}

/// The file of a pack with its payload unpacked behind a zero, and as it is.
fn put_pack(seeds: &Seeds, name: &str, pack: &Pack) {
    let file = pack.encode().unwrap();
    seeds.put_as("pack", name, 0, &file);
    let length = u32::from_le_bytes(file[10..14].try_into().unwrap()) as usize;
    let header = &file[14..14 + length];
    let Split { images, labels } = &pack.observations;
    seeds.put_as(
        "pack",
        &format!("{name}.open"),
        1,
        &[header, &[0], labels, images].concat(),
    );
}

fn packs(seeds: &Seeds) {
    let digits = Pack::decode("digits", &fs::read("public/data/digits.pack").unwrap()).unwrap();
    let pixels = digits.shape.pixels();
    let few = |n: usize, division| Pack {
        division,
        observations: Split {
            images: digits.observations.images[..n * pixels].to_vec(),
            labels: digits.observations.labels[..n].to_vec(),
        },
        ..digits.clone()
    };
    put_pack(
        seeds,
        "by_seed",
        &few(
            9,
            Division::BySeed {
                test_fraction: 0.3,
                seed: DATA_SEED,
            },
        ),
    );
    put_pack(seeds, "given", &few(5, Division::Given { train: 3 }));
    let dataset = few(9, Division::Given { train: 5 }).into_dataset().unwrap();
    for (at, piece) in cut(&dataset).iter().enumerate() {
        put_pack(seeds, &format!("piece_{at}"), piece);
    }
    seeds.put_as(
        "pack",
        "list",
        2,
        &fs::read("public/data/shipped.json").unwrap(),
    );
}

/// An archive's entries, as the targets take them.
fn entries(archive: &Path) -> Vec<u8> {
    let zip = Zip::open("seed", fs::read(archive).unwrap()).unwrap();
    let mut bytes = Vec::new();
    for entry in zip.entries() {
        let content = zip.unpack(entry).unwrap();
        let content = content.read_to_end(&mut Allowance::new(1 << 20)).unwrap();
        bytes.extend(entry.name.as_bytes());
        bytes.push(0);
        bytes.extend(u16::try_from(content.len()).unwrap().to_le_bytes());
        bytes.extend(content);
    }
    bytes
}

fn archives(seeds: &Seeds) {
    for version in 1..=2 {
        let path = format!("tests/analysis_files/version-{version}.npz");
        seeds.put(
            "analysis",
            &format!("version_{version}"),
            &entries(path.as_ref()),
        );
        seeds.put(
            "archives",
            &format!("analysis_{version}"),
            &fs::read(&path).unwrap(),
        );
    }
    for name in ["network", "objects", "structured", "types", "zip64"] {
        let path = PathBuf::from(format!("tests/reference/npz/{name}.npz"));
        seeds.put("arrays", name, &entries(&path));
        let bytes = fs::read(&path).unwrap();
        if bytes.len() < 16_384 {
            seeds.put("archives", name, &bytes);
        }
    }
    let mut pictures = ZipWriter::default();
    for path in [
        "train/cats/1.png",
        "train/dogs/1.png",
        "test/cats/2.png",
        "__MACOSX/x",
    ] {
        let grey = fs::read("tests/reference/pictures/transparent.png").unwrap();
        pictures.add(path, [grey.as_slice()]).unwrap();
    }
    seeds.put("archives", "pictures", &pictures.finish().unwrap());
}

/// The bytes before a header: how many arrays, their kinds and lengths.
fn attachments(list: &[Attachment]) -> Vec<u8> {
    let short = |length: usize| length.min(255) as u8;
    let mut bytes = vec![list.len() as u8];
    for attachment in list {
        bytes.extend(match attachment {
            Attachment::U8(values) => [0, short(values.len())],
            Attachment::U32(values) => [1, short(values.len())],
            Attachment::F32(values) => [2, short(values.len())],
            Attachment::File(_) => [3, 0],
        });
    }
    bytes
}

fn put_request<R: serde::Serialize>(seeds: &Seeds, name: &str, message: ToWorker<R>) {
    let Encoded {
        header,
        attachments: list,
    } = encode(message).unwrap();
    seeds.put_as(
        "messages",
        name,
        0,
        &[attachments(&list), header.into_bytes()].concat(),
    );
}

fn put_answer<P: serde::Serialize, F: serde::Serialize>(
    seeds: &Seeds,
    name: &str,
    message: FromWorker<P, F>,
) {
    let compact = encode_compact(message).unwrap();
    let Compact {
        header,
        attachments: list,
    } = &compact;
    seeds.put_as(
        "messages",
        name,
        1,
        &[&attachments(list), header.as_slice()].concat(),
    );
    let flat = flatten(&compact);
    if flat.len() < 8_000 {
        // The mark at its beginning is left to the target.
        seeds.put_as("messages", &format!("{name}.flat"), 2, &flat[4..]);
    }
}

fn messages(seeds: &Seeds) {
    let start = |request| ToWorker::Start { job: 1, request };
    put_request(
        seeds,
        "draw",
        start(ProjectorRequest::DrawStreetDigits(StreetDigits {
            train: 9,
            test: 3,
            seed: 1,
        })),
    );
    put_request(
        seeds,
        "score",
        start(ProjectorRequest::Score {
            positions: vec![0.0; 6].into(),
            labels: vec![0, 1, 0].into(),
            k: 2,
        }),
    );
    put_request(
        seeds,
        "pack",
        start(ProjectorRequest::OpenPack {
            name: "a".into(),
            bytes: vec![1].into(),
        }),
    );
    put_request(
        seeds,
        "lambda",
        ToWorker::Adjust {
            job: 2,
            request: ProjectorRequest::Lambda(0.1),
        },
    );
    put_request::<ProjectorRequest>(
        seeds,
        "pause",
        ToWorker::Control {
            job: 7,
            control: Control::Pause,
        },
    );
    put_request(
        seeds,
        "train",
        start(TrainRequest {
            dataset_id: 1,
            dataset: Some(TrainingData {
                shape: SHAPE,
                classes: 4,
                train_images: vec![0; 36].into(),
                train_labels: vec![1].into(),
                test_images: vec![0; 36].into(),
                test_labels: vec![2].into(),
            }),
            network: NetworkConfig {
                layers: vec![
                    LayerConfig::Conv { channels: 2 },
                    LayerConfig::Pool,
                    LayerConfig::Dense { width: 3 },
                ],
            },
            training: TrainingConfig::default(),
            device: DeviceKind::Cpu,
            observed: vec![ObservedSubset {
                part: Part::Test,
                indices: vec![0].into(),
            }],
            activations: true,
            only_last_layer: false,
            conv_activations: ConvActivations::Average,
            checkpoint: Some(saved_training().checkpoint.into()),
            observe_again: false,
        }),
    );

    type Projector = FromWorker<ProjectorPartial, ProjectorResult>;
    type Trainer = FromWorker<TrainPartial, Trained>;
    let event = |event| Projector::Event { job: 1, event };
    put_answer(
        seeds,
        "ready",
        Projector::Ready {
            build: "0123".into(),
        },
    );
    put_answer(
        seeds,
        "progress",
        event(Event::Progress(Progress {
            stage: "a".into(),
            fraction: 0.5,
        })),
    );
    put_answer(
        seeds,
        "failed",
        event(Event::Failed(Failure::new("a", "b", "c"))),
    );
    put_answer(
        seeds,
        "layout",
        event(Event::Partial(ProjectorPartial::Layout(
            ProjectionPartial {
                positions: vec![0.5; 8].into(),
                iteration: 3,
            },
        ))),
    );
    put_answer(
        seeds,
        "scored",
        event(Event::Finished(ProjectorResult::Scored(NeighborhoodHit {
            k: 2,
            per_observation: vec![0.5, 1.0],
            per_class: vec![Some(1.0), None],
            overall: 0.75,
        }))),
    );
    let mut reading =
        Reading::open("a", fs::read("tests/analysis_files/version-1.npz").unwrap()).unwrap();
    while !reading.advance().unwrap() {}
    let parts = reading.finish().into();
    put_answer(
        seeds,
        "analysis",
        event(Event::Finished(ProjectorResult::OpenedAnalysis {
            name: "a".into(),
            parts,
        })),
    );
    let event = |event| Trainer::Event { job: 1, event };
    put_answer(
        seeds,
        "steps",
        event(Event::Partial(TrainPartial::Steps(Steps {
            epoch: 1,
            step: 2,
            steps_per_epoch: 3,
            losses: vec![(0.5, 2.3)],
            samples_per_second: 1e3,
            seconds_left: 9.0,
        }))),
    );
    put_answer(
        seeds,
        "epoch",
        event(Event::Partial(TrainPartial::Epoch(EpochReport {
            epoch: 1,
            test_loss: 0.5,
            test_accuracy: 0.9,
            train_loss: None,
            train_accuracy: Some(0.95),
            snapshots: vec![SentSnapshot {
                part: Part::Test,
                layers: vec![None, Some(vec![1.0; 4].into())],
                predicted: vec![1, 2].into(),
                probabilities: vec![0.5; 4].into(),
            }],
            checkpoint: saved_training().checkpoint.into(),
        }))),
    );
    put_answer(
        seeds,
        "trained",
        event(Event::Finished(Trained {
            epochs: 2,
            test_observations: 9,
            test_accuracy: 0.9,
            test_loss: 0.1,
        })),
    );
}

fn words(seeds: &Seeds) {
    let addresses = [
        "analysis=analyses/digits.npz&view=evolution&along=test.layers.20&step=3&select=3,7-12&pins=test.5,train.12",
        "data=street.600.300.7&left=test.pixels&right=test.4.20&zoom-left=0.52_-3.1_4&k=5&perplexity=30&mds=euclidean",
        "view=neurons&layer=2&colour=class&class=3&hide=0,4-6&insets=pinned&neurons=*0f3a&lambda=0.1&along=test.epochs.4.6",
        "embed=pair&layer=pixels&part=train&theme=dark&select=1,2,3&epoch=20",
        "embed=projection&select=class:7&analysis=none&select-train=4294967295&zoom-after=all",
    ];
    for (at, address) in addresses.iter().enumerate() {
        seeds.put("address", &format!("address_{at}"), address.as_bytes());
    }
    let commands = [
        r#"{"type":"hidden-activity","version":1,"command":"select","indices":[3,0,17],"part":"train"}"#,
        r#"{"type":"hidden-activity","version":1,"command":"select","class":9}"#,
        r#"{"type":"hidden-activity","version":1,"command":"color","by":"activation","neuron":12,"layer":4}"#,
        r#"{"type":"hidden-activity","version":1,"command":"color","by":"prediction"}"#,
        r#"{"type":"hidden-activity","version":1,"command":"goto","epoch":20,"layer":"pixels"}"#,
        r#"{"type":"other","data":[1e308,-0.5,null,"a"]}"#,
    ];
    for (at, command) in commands.iter().enumerate() {
        seeds.put("embedding", &format!("command_{at}"), command.as_bytes());
    }
}

fn saved_training() -> SavedTraining {
    use LayerConfig::{Conv, Dense, Dropout, Pool};
    let setup = Setup {
        network: NetworkConfig {
            layers: vec![
                Conv { channels: 2 },
                Pool,
                Dropout { rate: 0.1 },
                Dense { width: 3 },
            ],
        },
        training: TrainingConfig {
            epochs: 2,
            ..TrainingConfig::default()
        },
        ..Setup::default()
    };
    let mut training = train(&blobs(90, 1).train(), &setup.network, &setup.training);
    block_on(training.step()).unwrap();
    SavedTraining {
        checkpoint: block_on(training.checkpoint()).unwrap(),
        setup,
        data: TrainedOn {
            name: "blobs".into(),
            shape: ImageShape { ..SHAPE },
            class_names: ["a", "b", "c", "d"].map(String::from).to_vec(),
        },
    }
}

fn saved(seeds: &Seeds) {
    let mut whole = saved_training();
    for (name, optimizer) in [("with_optimizer", true), ("weights", false)] {
        if !optimizer {
            whole.checkpoint.optimizer.clear();
        }
        let file = whole.to_bytes().unwrap();
        let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
        let (header, tensors) = file[8..].split_at(length);
        seeds.put_as("saved", name, 0, &file);
        seeds.put_as(
            "saved",
            &format!("{name}.open"),
            1,
            &[header, &[0], tensors].concat(),
        );
    }
}
