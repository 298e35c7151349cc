//! The outcomes as a page of Markdown.

use std::fmt::Write;

use super::experiment::Outcome;

const HEAD: &str = "# Results

Written by `make results` (src/bin/results): networks trained natively by the same core that the page
runs, with the page's defaults for t-SNE, and 2,000 observations of each part projected (all, where a
part has fewer), k = 6. Do not edit: run it again.

Read the numbers with this in mind. The paper trained on all of MNIST (60,000 images) and SVHN (73,257),
with 1,000 neurons in each layer of its MLP and 4,096 and 512 in its CNN, until nothing improved; here are
10,000 images of MNIST, 6,000 of SVHN (all from the official *test* split, see the shared data's README),
4,000 of CIFAR-10, and some epochs on a processor. Ours stand beside the paper's, not for them. The paper's
CNN gets two or three epochs on larger sets, what a processor does in minutes: with dropout of one half it has
hardly begun to learn unprocessed street digits and SVHN by then, while preprocessed ones come quickly.

";

const POLARITY: &str = "
## Do classes split by polarity? (figures 6 and 7)

Street digits have both polarities in equal parts: dark on bright, bright on dark. The polarity hit is the
neighborhood hit of polarity within a class, in the projection of the last hidden layer: 100 where each class
falls into two clusters, about 50 where polarities are mixed. A class counts as split where its own polarity
hit is at least 75, half way.

| network | preprocessed | polarity hit before training | classes split, of 10 | polarity hit after | classes split |
| --- | --- | ---: | ---: | ---: | ---: |
";

fn percent(fraction: f32) -> String {
    format!("{:.2}", 100.0 * f64::from(fraction))
}

/// The whole page.
pub fn markdown(outcomes: &[Outcome]) -> String {
    let mut text = HEAD.to_owned();
    text.push_str("## Accuracy and neighborhood hit, percent\n\n");
    text.push_str("| data | network | preprocessed | training images | epochs | accuracy, test | accuracy, training | NH, pixels | NH before, first layer | before, last | after, first | after, last | training subset after, first | last |\n");
    text.push_str("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for outcome in outcomes {
        let experiment = &outcome.experiment;
        let numbers = [
            outcome.test_accuracy,
            outcome.train_accuracy,
            outcome.pixels,
            outcome.before.first,
            outcome.before.last,
            outcome.after.first,
            outcome.after.last,
            outcome.after_train.first,
            outcome.after_train.last,
        ];
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            experiment.set,
            experiment.preset.name(),
            if experiment.preprocessed { "yes" } else { "no" },
            outcome.train_images,
            experiment.training.epochs,
            numbers.map(percent).join(" | "),
        );
    }
    text.push_str(
        "\nAccuracy on training images and its NH are of the projected training subset. All trainings: Adam, batches of 64, \
learning rate 0.001 falling along a cosine, standardised inputs; CNNs on larger images than the digits see them shifted by up to 2 pixels. \
Preprocessing: grey, Gaussian blur with σ = 1, Sobel.\n",
    );

    let split: Vec<_> = outcomes.iter().filter(|o| o.polarity.is_some()).collect();
    if !split.is_empty() {
        text.push_str(POLARITY);
        for outcome in split {
            if let Some((before, after)) = outcome.polarity {
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} | {} | {} |",
                    outcome.experiment.preset.name(),
                    if outcome.experiment.preprocessed {
                        "yes"
                    } else {
                        "no"
                    },
                    percent(before.hit),
                    before.classes,
                    percent(after.hit),
                    after.classes,
                );
            }
        }
    }

    text.push_str(
        "\n## The paper's numbers

| figure | data, network | what | paper |
| --- | --- | --- | ---: |
| 2 | MNIST | NH, pixels | 89.12 |
| 3, left | MNIST, MLP 4 × 1000 | NH before, last layer | 83.78 |
| 3, right | MNIST, MLP 4 × 1000 | NH after, last layer; accuracy | 98.36; 99.15 |
| 4 | SVHN, MLP | NH before, last layer | 20.94 |
| 5 | SVHN, MLP | NH after, first and last layer | 52.78; 67 |
| 6 | SVHN, CNN | NH after, last layer | 85.02 |
| 8 | SVHN, CNN | NH after, last layer, training subset; accuracy | 93.83; 99.9 |
",
    );
    text
}
