//! The light convolutional network learns the digits that are shipped with the page.
#![allow(clippy::unwrap_used)]

use crate::network_support;

use hidden_activity::dataset::{Pack, Part};
use hidden_activity::network::{ConvActivations, Keep, Preset, TrainInputs, TrainingConfig};
use network_support::{block_on, train};

#[test]
fn the_light_convolutional_network_learns_the_digits() {
    let pack = include_bytes!("../public/data/digits.pack");
    let data = Pack::decode("digits.pack", pack)
        .unwrap()
        .into_dataset()
        .unwrap();
    let inputs = TrainInputs::new(
        data.train.images.clone(),
        data.train.labels.clone(),
        data.shape,
        data.classes(),
    )
    .unwrap();
    let config = TrainingConfig {
        epochs: 12,
        ..TrainingConfig::default()
    };
    let mut training = train(&inputs, &Preset::ConvolutionalLight.network(), &config);
    while !training.is_finished() {
        block_on(training.step()).unwrap();
    }
    let test = data.split(Part::Test);
    let mut observer = training
        .observer(
            &test.images,
            &test.labels,
            Keep::Activations(ConvActivations::None),
        )
        .unwrap();
    while block_on(observer.advance()).unwrap() {}
    let seen = observer.finish();
    assert!(seen.accuracy > 0.95, "{}", seen.accuracy);
    assert_eq!(seen.layers.len(), 2);
}
