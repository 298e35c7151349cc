//! What is kept of a training is within the memory there is for it, and is said in words.

use hidden_activity::analysis::{
    ActivationSize, KeptLayers, MOST_KEPT_EPOCHS, bytes_per_epoch, format_bytes, plan_activations,
    plan_kept_epochs,
};
use proptest::prelude::*;

const MB: u64 = 1_000_000;

#[test]
fn the_size_of_an_epoch_counts_activations_and_predictions() {
    // 2,000 observations, 4 × 1,000 units, 10 probabilities, all f32, and the class as a byte.
    assert_eq!(bytes_per_epoch(2000, &[1000; 4], 10), 2000 * (4 * 4010 + 1));
    assert_eq!(bytes_per_epoch(0, &[1000], 10), 0);
    assert_eq!(
        bytes_per_epoch(usize::MAX, &[usize::MAX; 9], usize::MAX),
        u64::MAX
    );
}

#[test]
fn plans_are_sentences() {
    let cases = [
        (
            plan_kept_epochs(20, 1, 40 * MB, 512 * MB),
            "keeps epochs 0, 2, 4, … 20: 440 MB of 512 MB (every epoch would take 840 MB)",
        ),
        (
            plan_kept_epochs(20, 1, 4 * MB, 512 * MB),
            "keeps epochs 0, 1, 2, … 20: 84 MB of 512 MB",
        ),
        (
            plan_kept_epochs(100, 20, 200 * MB, 512 * MB),
            "keeps epochs 0 and 100: 400 MB of 512 MB (every 20 epochs would take 1.2 GB)",
        ),
        (
            plan_kept_epochs(5, 2, MB, 512 * MB),
            "keeps epochs 0, 2, 4, 5: 4.0 MB of 512 MB",
        ),
        (
            plan_kept_epochs(0, 1, MB, 512 * MB),
            "keeps epoch 0: 1.0 MB of 512 MB",
        ),
        (
            plan_kept_epochs(9, 1, 300 * MB, 512 * MB),
            "cannot keep any activations: epochs 0 and 9 would take 600 MB of 512 MB; choose fewer observations or narrower layers",
        ),
    ];
    for (plan, sentence) in cases {
        assert_eq!(plan.to_string(), sentence);
    }
}

#[test]
fn where_two_epochs_do_not_fit_the_last_layer_is_kept() {
    let size = ActivationSize {
        observations: 100_000,
        widths: &[1000; 4],
        classes: 10,
    };
    let plan = plan_activations(10, 1, size, 1000 * MB);
    assert_eq!(
        (plan.layers, plan.fits, plan.epochs.as_slice()),
        (KeptLayers::Last, true, [0, 10].as_slice())
    );
    assert_eq!(
        plan.to_string(),
        "keeps epochs 0 and 10 of the last hidden layer only: 808 MB of 1.0 GB (every epoch of all layers would take 18 GB)"
    );
    let plan = plan_activations(10, 1, size, 500 * MB);
    assert!(!plan.fits && !plan.is_as_asked());
    assert_eq!(
        plan.to_string(),
        "cannot keep any activations: epochs 0 and 10 of the last hidden layer only would take 808 MB of 500 MB; choose fewer observations or narrower layers"
    );
    let plan = plan_activations(10, 1, size, 20_000 * MB);
    assert!(plan.is_as_asked());
    assert_eq!(plan.epochs.len(), 11);
}

#[test]
fn a_network_without_or_with_one_hidden_layer_has_no_fewer_layers_to_keep() {
    for widths in [&[][..], &[1000]] {
        let size = ActivationSize {
            observations: 1000,
            widths,
            classes: 10,
        };
        let plan = plan_activations(10, 1, size, 1000);
        assert_eq!((plan.layers, plan.fits), (KeptLayers::All, false));
    }
}

#[test]
fn bytes_read_well() {
    let cases = [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (1540, "1.5 kB"),
        (9949, "9.9 kB"),
        (9951, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (512 * MB, "512 MB"),
        (1_200 * MB, "1.2 GB"),
        (u64::MAX, "18 EB"),
    ];
    for (bytes, text) in cases {
        assert_eq!(format_bytes(bytes), text);
    }
}

fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![0..2000_u64, any::<u64>()]
}

fn epoch_numbers() -> impl Strategy<Value = u32> {
    prop_oneof![0..300_u32, any::<u32>()]
}

proptest! {
    #[test]
    fn a_plan_keeps_its_promises(epochs in epoch_numbers(), every in epoch_numbers(), each in sizes(), budget in sizes()) {
        let plan = plan_kept_epochs(epochs, every, each, budget);
        prop_assert_eq!(plan.epochs.first(), Some(&0));
        prop_assert_eq!(plan.epochs.last(), Some(&epochs));
        prop_assert!(plan.epochs.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(plan.epochs.len() <= MOST_KEPT_EPOCHS as usize);
        prop_assert_eq!(plan.bytes, each.saturating_mul(plan.epochs.len() as u64));
        prop_assert_eq!(plan.fits, plan.bytes <= budget);
        prop_assert!(plan.bytes <= plan.asked_bytes);
        prop_assert_eq!(plan.asked_every, every.max(1));
        // Kept is a part of what was asked.
        prop_assert!(plan.epochs.iter().all(|epoch| epoch % plan.asked_every == 0 || *epoch == epochs));
        // Nothing is given up that is not needed to fit: what does not fit is already the least.
        prop_assert!(plan.fits || plan.epochs.len() <= 2);
        prop_assert!(!plan.to_string().is_empty());
    }

    #[test]
    fn no_smaller_interval_would_have_fitted(epochs in 1..400_u32, every in 1..20_u32, each in 1..100_u64, budget in 0..8000_u64) {
        let plan = plan_kept_epochs(epochs, every, each, budget);
        if plan.fits && plan.every > plan.asked_every {
            let smaller = plan.every - plan.asked_every;
            let kept = u64::from(epochs.div_ceil(smaller)) + 1;
            prop_assert!(kept * each > budget);
        }
    }

    #[test]
    fn activations_fit_wherever_the_last_layer_does(epochs in epoch_numbers(), widths in prop::collection::vec(0..5000_usize, 0..6), observations in 0..100_000_usize, budget in sizes()) {
        let size = ActivationSize { observations, widths: &widths, classes: 10 };
        let plan = plan_activations(epochs, 1, size, budget);
        let last = widths.last().map_or(&[][..], std::slice::from_ref);
        let least = bytes_per_epoch(observations, last, 10).saturating_mul(if epochs == 0 { 1 } else { 2 });
        prop_assert_eq!(plan.fits, least <= budget);
        prop_assert!(plan.bytes <= budget || !plan.fits);
    }
}
