//! What page and workers send each other arrives as it was sent, and nothing that arrives can
//! make the receiver panic.
#![allow(clippy::unwrap_used)]

use hidden_activity::analysis::Analysis;
use hidden_activity::analysis::file::{Contents, Parts, Settings};
use hidden_activity::dataset::{
    Dataset, Division, ImageShape, OfficialSet, Pack, Part, Preprocessing, Split, StreetDigits,
};
use hidden_activity::network::{
    Checkpoint, ConvActivations, DeviceKind, NamedArray, Optimizer, Preset, Schedule, Setup,
    TrainingConfig,
};
use hidden_activity::neurons::DiscriminativeScores;
use hidden_activity::projection::{Initialisation, Method, TsneConfig};
use hidden_activity::worker::attachment::{
    Attachment, Compact, Encoded, FileHandle, decode, decode_compact, encode, encode_compact,
};
use hidden_activity::worker::messages::{
    Kept, Missing, ObservedSubset, ProjectionJob, ProjectorPartial, ProjectorRequest,
    ProjectorResult, TrainPartial, TrainRequest, Trained,
};
use hidden_activity::worker::neuron_jobs::SentScores;
use hidden_activity::worker::protocol::{Control, Event, Failure, FromWorker, Progress, ToWorker};
use proptest::prelude::*;

fn dataset() -> Dataset {
    let split = |n: u8| Split {
        images: (0..n * 4).collect(),
        labels: (0..n).map(|i| i % 2).collect(),
    };
    let shape = ImageShape {
        height: 2,
        width: 2,
        channels: 1,
    };
    let names = vec!["no".into(), "yes".into()];
    Dataset::new(
        "tiny".into(),
        "ours".into(),
        shape,
        names,
        split(6),
        split(3),
    )
    .expect("its parts agree")
}

fn kept() -> Kept {
    Kept {
        name: "a".into(),
        sets: vec![OfficialSet::Cifar10, OfficialSet::Mnist],
    }
}

fn missing() -> Missing {
    Missing {
        set: OfficialSet::Svhn,
        name: "b".into(),
    }
}

#[test]
fn a_data_set_arrives_as_it_was_sent() {
    let sent = FromWorker::<ProjectorPartial, ProjectorResult>::Event {
        job: 7,
        event: Event::Finished(ProjectorResult::Opened {
            datasets: vec![dataset().into()],
            kept: vec![kept()],
            sets: vec![OfficialSet::Svhn],
            waiting: vec![missing()],
            refused: Vec::new(),
            notes: Vec::new(),
        }),
    };
    let encoded = encode(sent).unwrap();
    assert_eq!(
        encoded.attachments.len(),
        4,
        "images and labels of two splits"
    );
    let FromWorker::Event {
        job: 7,
        event:
            Event::Finished(ProjectorResult::Opened {
                datasets,
                kept,
                waiting,
                ..
            }),
    } = decode::<FromWorker<ProjectorPartial, ProjectorResult>>(encoded).unwrap()
    else {
        panic!("another message arrived");
    };
    let arrived: Vec<Dataset> = datasets.into_iter().map(Dataset::from).collect();
    assert_eq!(arrived, [dataset()]);
    assert_eq!((kept, waiting), (vec![self::kept()], vec![missing()]));
}

#[test]
fn a_data_set_to_be_preprocessed_arrives_with_its_steps() {
    let asked = Preprocessing {
        grayscale: true,
        gaussian_sigma: Some(0.75),
        sobel: true,
        standardise: false,
    };
    let encoded = encode(ProjectorRequest::Preprocess {
        dataset: dataset().into(),
        steps: asked,
    })
    .unwrap();
    assert_eq!(encoded.attachments.len(), 4);
    let ProjectorRequest::Preprocess {
        dataset: arrived,
        steps,
    } = decode(encoded).unwrap()
    else {
        panic!("another request arrived");
    };
    assert_eq!((Dataset::from(arrived), steps), (dataset(), asked));
    let digits = StreetDigits {
        train: 3,
        test: 2,
        seed: u64::MAX,
    };
    let encoded = encode(ProjectorRequest::DrawStreetDigits(digits)).unwrap();
    let arrived = decode(encoded).unwrap();
    assert!(matches!(arrived, ProjectorRequest::DrawStreetDigits(same) if same == digits));
}

#[test]
fn a_checkpoint_survives_the_way_to_the_page_and_back() {
    let array = |name: &str, data: Vec<f32>| NamedArray {
        name: name.into(),
        shape: vec![data.len()],
        data,
    };
    let checkpoint = Checkpoint {
        epoch: 3,
        step: 0,
        updates: 51,
        weights: vec![array("layer1.weight", vec![0.5, -1.25, f32::MIN_POSITIVE])],
        optimizer: vec![array("adam.first_moment", vec![1e-20, 3.0])],
    };
    let request = TrainRequest {
        dataset_id: 1,
        dataset: None,
        network: Preset::ConvolutionalPaper.network(),
        training: TrainingConfig {
            optimizer: Optimizer::Sgd { momentum: 0.9 },
            seed: u64::MAX,
            schedule: Schedule::Cosine,
            ..TrainingConfig::default()
        },
        device: DeviceKind::WebGpu,
        observed: vec![ObservedSubset {
            part: Part::Train,
            indices: vec![0, 5].into(),
        }],
        activations: true,
        only_last_layer: true,
        conv_activations: ConvActivations::Average,
        checkpoint: Some(checkpoint.clone().into()),
        observe_again: true,
    };
    let encoded = encode(ToWorker::Start { job: 0, request }).unwrap();
    let ToWorker::Start { request, .. } = decode::<ToWorker<TrainRequest>>(encoded).unwrap() else {
        panic!("another message arrived");
    };
    assert_eq!(Checkpoint::from(request.checkpoint.unwrap()), checkpoint);
    assert_eq!(request.training.seed, u64::MAX);
    assert_eq!(request.training.schedule, Schedule::Cosine);
    assert_eq!(request.network, Preset::ConvolutionalPaper.network());
    assert_eq!(request.observed[0].indices, vec![0, 5].into());
}

#[test]
fn a_projection_job_keeps_every_bit_of_its_features() {
    let features = vec![f32::MAX, -0.0, 1.0 / 3.0, f32::EPSILON];
    let config = TsneConfig {
        initialisation: Initialisation::Random,
        reduce_to: None,
        ..TsneConfig::default()
    };
    let request = ProjectorRequest::Project(ProjectionJob {
        features: features.clone().into(),
        observations: 2,
        dimensions: 2,
        labels: vec![0, 1].into(),
        k: 1,
        method: Method::Tsne(config.clone()),
    });
    let arrived: ProjectorRequest = decode(encode(request).unwrap()).unwrap();
    let ProjectorRequest::Project(job) = arrived else {
        panic!("another message arrived");
    };
    let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&job.features.into_inner()), bits(&features));
    assert_eq!(job.method, Method::Tsne(config));
}

#[test]
fn scores_of_neurons_keep_every_bit() {
    let values = vec![0.1, 1.0 / 3.0, 0.0, 1e-30, 0.7, f32::MIN_POSITIVE];
    let scores = DiscriminativeScores::from_values(values, 3).unwrap();
    let sent = Event::<ProjectorPartial, ProjectorResult>::Finished(
        ProjectorResult::Discriminated(SentScores::new(&scores, 7)),
    );
    let arrived: Event<ProjectorPartial, ProjectorResult> =
        decode_compact(encode_compact(sent).unwrap()).unwrap();
    let Event::Finished(ProjectorResult::Discriminated(arrived)) = arrived else {
        panic!("another event arrived");
    };
    assert_eq!(arrived.trees, 7);
    assert_eq!(arrived.into_scores(), Some(scores));
    assert_eq!(DiscriminativeScores::from_values(vec![0.5; 5], 3), None);
    assert_eq!(DiscriminativeScores::from_values(Vec::new(), 0), None);
}

/// A setup has enums that postcard cannot express.
#[test]
fn an_analysis_arrives_compactly_with_its_setup() {
    let settings = Settings {
        setup: Some(Setup {
            network: Preset::ConvolutionalLight.network(),
            training: TrainingConfig {
                optimizer: Optimizer::Sgd { momentum: 0.9 },
                schedule: Schedule::Cosine,
                ..TrainingConfig::default()
            },
            conv_activations: ConvActivations::Average,
        }),
        whole_test: None,
    };
    let data = dataset();
    let analysis = Analysis::of(&data, 4, 1);
    let contents = Contents { activations: true };
    let parts = Parts::of(&data, None, &analysis, &settings, contents);
    let sent = ProjectorResult::OpenedAnalysis {
        name: "a".into(),
        parts: parts.clone().into(),
    };
    let arrived = decode_compact(encode_compact(sent).unwrap()).unwrap();
    let ProjectorResult::OpenedAnalysis { parts: arrived, .. } = arrived else {
        panic!("another result arrived");
    };
    assert_eq!(Parts::from(arrived), parts);
}

/// A piece of a pack says which places it has; the enum of it has a tag in JSON.
#[test]
fn a_piece_arrives_compactly() {
    let places = vec![(0, 2), (5, 6)];
    let pack = Pack {
        name: "piece".into(),
        source: "ours".into(),
        shape: dataset().shape,
        class_names: vec!["no".into(), "yes".into()],
        division: Division::Piece {
            part: Part::Test,
            places,
        },
        observations: dataset().test,
    };
    let sent = ProjectorResult::Piece(pack.clone().into());
    let arrived = decode_compact(encode_compact(sent).unwrap()).unwrap();
    let ProjectorResult::Piece(arrived) = arrived else {
        panic!("another result arrived");
    };
    assert_eq!(Pack::from(arrived), pack);
}

#[test]
fn only_last_words_are_last() {
    let progress = Progress {
        stage: "a".into(),
        fraction: 0.5,
    };
    assert!(!Event::<(), ()>::Progress(progress).is_last());
    assert!(!Event::<(), ()>::Partial(()).is_last());
    assert!(Event::<(), ()>::Finished(()).is_last());
    assert!(Event::<(), ()>::Failed(Failure::new("a", "b", "c")).is_last());
    assert!(Event::<(), ()>::Cancelled.is_last());
    let control: ToWorker<()> = decode(
        encode(ToWorker::<()>::Control {
            job: 1,
            control: Control::Pause,
        })
        .unwrap(),
    )
    .unwrap();
    assert!(matches!(
        control,
        ToWorker::Control {
            job: 1,
            control: Control::Pause
        }
    ));
}

fn attachments() -> impl Strategy<Value = Vec<Attachment>> {
    prop::collection::vec(
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20).prop_map(Attachment::U8),
            prop::collection::vec(any::<u32>(), 0..5).prop_map(Attachment::U32),
            prop::collection::vec(any::<f32>(), 0..5).prop_map(Attachment::F32),
            any::<u32>().prop_map(|handle| Attachment::File(FileHandle(handle))),
        ],
        0..6,
    )
}

proptest! {
    /// Headers that are nearly right: a true one with one character changed.
    #[test]
    fn no_message_makes_the_receiver_panic(
        at in any::<prop::sample::Index>(),
        to in any::<char>(),
        attachments in attachments(),
    ) {
        let true_one = encode(FromWorker::<ProjectorPartial, ProjectorResult>::Event {
            job: 7,
            event: Event::Finished(ProjectorResult::Opened {
                datasets: vec![dataset().into()],
                kept: vec![kept()],
                sets: Vec::new(),
                waiting: Vec::new(),
                refused: Vec::new(),
                notes: vec!["note".into()],
            }),
        })
        .unwrap();
        let mut header: Vec<char> = true_one.header.chars().collect();
        let place = at.index(header.len());
        header[place] = to;
        let encoded = Encoded { header: header.into_iter().collect(), attachments };
        let _ = decode::<FromWorker<ProjectorPartial, ProjectorResult>>(encoded.clone());
        let _ = decode::<FromWorker<TrainPartial, Trained>>(encoded.clone());
        let _ = decode::<ToWorker<TrainRequest>>(encoded.clone());
        let _ = decode::<ToWorker<ProjectorRequest>>(encoded);
    }

    /// Compact headers of any bytes, and nearly right ones.
    #[test]
    fn no_compact_message_makes_the_receiver_panic(
        at in any::<prop::sample::Index>(),
        to in any::<u8>(),
        any_header in prop::collection::vec(any::<u8>(), 0..60),
        attachments in attachments(),
    ) {
        let true_one = encode_compact(FromWorker::<ProjectorPartial, ProjectorResult>::Event {
            job: 7,
            event: Event::Finished(ProjectorResult::Made(dataset().into())),
        })
        .unwrap();
        let mut changed = true_one.header;
        let place = at.index(changed.len());
        changed[place] = to;
        for header in [changed, any_header] {
            let compact = Compact { header, attachments: attachments.clone() };
            let _ = decode_compact::<FromWorker<ProjectorPartial, ProjectorResult>>(compact.clone());
            let _ = decode_compact::<FromWorker<TrainPartial, Trained>>(compact);
        }
    }
}
