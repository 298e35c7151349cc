//! The published data sets whose official files can be opened.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A published data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfficialSet {
    /// Handwritten digits, 28×28 grey. Files in this format by others (Fashion-MNIST, say) cannot
    /// be told apart.
    Mnist,
    /// Street View House Numbers, cropped digits, 32×32 in colour.
    Svhn,
    /// Small photographs of animals and vehicles, 32×32 in colour.
    Cifar10,
}

/// The ten classes of CIFAR-10, in the order of its labels.
const CIFAR10_CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

impl OfficialSet {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Mnist, Self::Svhn, Self::Cifar10];

    /// What it is called: "MNIST".
    pub fn name(self) -> &'static str {
        match self {
            Self::Mnist => "MNIST",
            Self::Svhn => "SVHN",
            Self::Cifar10 => "CIFAR-10",
        }
    }

    /// What it is called in addresses and file names: "mnist".
    pub fn id(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
            Self::Svhn => "svhn",
            Self::Cifar10 => "cifar10",
        }
    }

    /// Licence and citation, in one line.
    pub fn source(self) -> &'static str {
        match self {
            Self::Mnist => {
                "MNIST, © Yann LeCun and Corinna Cortes, CC BY-SA 3.0; LeCun, Bottou, Bengio, Haffner 1998, doi:10.1109/5.726791"
            }
            Self::Svhn => {
                "Street View House Numbers, cropped digits, for non-commercial use only; Netzer, Wang, Coates, Bissacco, Wu, Ng 2011"
            }
            Self::Cifar10 => {
                "CIFAR-10; Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009"
            }
        }
    }

    /// One name per class, in the order of the labels.
    pub fn class_names(self) -> Vec<String> {
        match self {
            Self::Mnist | Self::Svhn => (0..10).map(|digit| digit.to_string()).collect(),
            Self::Cifar10 => CIFAR10_CLASSES.map(str::to_owned).to_vec(),
        }
    }

    /// Which files to drop onto the page, in words.
    pub fn official_files(self) -> &'static str {
        match self {
            Self::Mnist => {
                "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz"
            }
            Self::Svhn => "train_32x32.mat and test_32x32.mat",
            Self::Cifar10 => {
                "cifar-10-binary.tar.gz, or data_batch_1.bin to data_batch_5.bin and test_batch.bin"
            }
        }
    }

    /// The labels that its files may have, in words.
    pub(super) fn label_range(self) -> &'static str {
        match self {
            Self::Mnist | Self::Cifar10 => "0 to 9",
            Self::Svhn => "1 to 10, where 10 means the digit 0",
        }
    }
}

impl fmt::Display for OfficialSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
