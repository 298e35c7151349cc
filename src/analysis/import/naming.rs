//! Which array is what, by its name.

/// What an array is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Labels,
    Images,
    ClassNames,
    /// Of a network after an epoch, or of the only one.
    Predictions(Option<u32>),
    /// The activations of the layer of this name.
    Layer(Option<u32>, String),
}

/// Reads a name: "labels", "epoch_3/fc1", "encoder/block1".
pub(super) fn meaning(name: &str) -> Meaning {
    let (epoch, rest) = match name.split_once('/') {
        Some((folder, rest)) if epoch_of(folder).is_some() && !rest.is_empty() => {
            (epoch_of(folder), rest)
        }
        _ => (None, name),
    };
    match (epoch, rest) {
        (None, "labels") => Meaning::Labels,
        (None, "images") => Meaning::Images,
        (None, "class_names") => Meaning::ClassNames,
        (epoch, "predictions") => Meaning::Predictions(epoch),
        (epoch, layer) => Meaning::Layer(epoch, layer.to_owned()),
    }
}

/// The number in "epoch_3", also written "epoch3", "epoch-3" or "Epoch 03". The largest number of 32
/// bits stands for activations without an epoch, and is none.
fn epoch_of(folder: &str) -> Option<u32> {
    let (word, number) = folder.split_at_checked("epoch".len())?;
    let digits = number.trim_start_matches(['_', '-', ' ']);
    let epoch = digits.parse().ok()?;
    let is_one = word.eq_ignore_ascii_case("epoch")
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && epoch != u32::MAX;
    is_one.then_some(epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_an_array_is() {
        let layer = |epoch, name: &str| Meaning::Layer(epoch, name.to_owned());
        for (name, expected) in [
            ("labels", Meaning::Labels),
            ("images", Meaning::Images),
            ("class_names", Meaning::ClassNames),
            ("predictions", Meaning::Predictions(None)),
            ("epoch_3/predictions", Meaning::Predictions(Some(3))),
            ("epoch_3/fc1", layer(Some(3), "fc1")),
            ("Epoch-007/fc1", layer(Some(7), "fc1")),
            ("epoch12/a/b", layer(Some(12), "a/b")),
            ("fc1", layer(None, "fc1")),
            ("encoder/fc1", layer(None, "encoder/fc1")),
            ("epoch_x/fc1", layer(None, "epoch_x/fc1")),
            ("epoch_+3/fc1", layer(None, "epoch_+3/fc1")),
            ("epoch_3/", layer(None, "epoch_3/")),
            ("epoch_4294967295/fc1", layer(None, "epoch_4294967295/fc1")),
            ("épöch_3/fc1", layer(None, "épöch_3/fc1")),
            ("epoch_3/labels", layer(Some(3), "labels")),
        ] {
            assert_eq!(meaning(name), expected, "{name}");
        }
    }
}
