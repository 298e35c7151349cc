//! Everything that can be wrong with the files of a data set, in words a visitor can act on.

use super::{ImageShape, Lookalike, OfficialSet, Part, Role};

/// What is wrong with a data set or one of its files, and what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DatasetError {
    /// The file has no byte.
    #[error("{file} is empty: download or copy it again")]
    EmptyFile {
        /// Its name.
        file: String,
    },

    /// The first four bytes are those of no official file.
    #[error(
        "{file} is no file of MNIST, SVHN or CIFAR-10: it starts with the magic number {found} (0x{found:08x}), where images of MNIST have 2051 and labels 2049; {looks_like}"
    )]
    WrongMagic {
        /// Its name.
        file: String,
        /// Its first four bytes, the most significant first, after unpacking.
        found: u32,
        /// What it probably is.
        looks_like: Lookalike,
    },

    /// The name says images and the content labels, or the other way round.
    #[error(
        "{file} is named like {named} but holds {held}: two files may have swapped names; rename it or download it again"
    )]
    NameContradictsContent {
        /// Its name.
        file: String,
        /// What the name says: "images" or "labels".
        named: &'static str,
        /// What the content is: "images" or "labels".
        held: &'static str,
    },

    /// The name does not say whether the file is for training or for testing.
    #[error(
        "{file} holds {held} of {set}, but its name does not say whether of the training or the test set: name it as the official files are named, {}",
        .set.official_files()
    )]
    UnknownPart {
        /// Its name.
        file: String,
        /// The data set.
        set: OfficialSet,
        /// What the content is: "images" or "labels".
        held: &'static str,
    },

    /// Fewer bytes than the header promises.
    #[error(
        "{file} is cut off: {expected} bytes expected, {found} found (after unpacking); download or copy it again"
    )]
    Truncated {
        /// Its name.
        file: String,
        /// Bytes the header promises, or at least the header needs.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },

    /// More bytes than the header promises.
    #[error(
        "{file} has {} bytes too many: {expected} expected, {found} found (after unpacking); download it again in its original form",
        .found - .expected
    )]
    TrailingBytes {
        /// Its name.
        file: String,
        /// Bytes the header promises.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },

    /// The compressed data cannot be unpacked.
    #[error(
        "{file} cannot be unpacked, its compressed data is damaged or cut off ({why}): download or copy it again"
    )]
    DamagedGzip {
        /// Its name.
        file: String,
        /// What the decompressor says.
        why: String,
    },

    /// The unpacked file would be larger than anything we would read.
    #[error("{file} unpacks to more than {} MiB, more than any file of this kind: check where it comes from", .limit >> 20)]
    TooLarge {
        /// Its name.
        file: String,
        /// The most bytes that are unpacked.
        limit: u64,
    },

    /// A header that counts no image or no label.
    #[error("{file} says that it holds 0 {held}: use a file with at least one")]
    NoObservations {
        /// Its name.
        file: String,
        /// "images" or "labels".
        held: &'static str,
    },

    /// A header with images of no height or no width.
    #[error(
        "{file} says that its images are {height}×{width} pixels, so there is nothing to see: use another file"
    )]
    NoPixels {
        /// Its name.
        file: String,
        /// Rows.
        height: u32,
        /// Columns.
        width: u32,
    },

    /// A label that names no class.
    #[error(
        "{file} gives observation {index} the label {label}, but the labels of {set} are {}: is it a file of another data set?",
        .set.label_range()
    )]
    LabelOutOfRange {
        /// Its name.
        file: String,
        /// The data set that the file seems to belong to.
        set: OfficialSet,
        /// Which observation, from 0.
        index: usize,
        /// Its label.
        label: f64,
    },

    /// A batch of CIFAR-10 whose size cannot be right.
    #[error(
        "{file} is named like a batch of CIFAR-10, but its {found} bytes are no whole number of images of {record} bytes: use the binary version, and download or copy it again"
    )]
    NotWholeRecords {
        /// Its name.
        file: String,
        /// Bytes of an image with its label.
        record: usize,
        /// Bytes there are.
        found: u64,
    },

    /// The file contradicts itself.
    #[error("{file} is damaged or was changed ({why}): download it again in its original form")]
    Damaged {
        /// Its name.
        file: String,
        /// The contradiction.
        why: String,
    },

    /// A MATLAB file with the most significant byte first.
    #[error(
        "{file} was written on a machine with another order of bytes: save it anew, for instance with scipy.io.savemat"
    )]
    BigEndian {
        /// Its name.
        file: String,
    },

    /// A MATLAB file without a variable that SVHN has.
    #[error(
        "{file} is a MATLAB file, but not of SVHN's cropped digits: there should be a variable {variable}, and {there}; use train_32x32.mat or test_32x32.mat"
    )]
    NoVariable {
        /// Its name.
        file: String,
        /// The variable, in words.
        variable: &'static str,
        /// What is there instead, in words.
        there: String,
    },

    /// An archive without a file of use.
    #[error(
        "{file} is an archive without any file of MNIST, SVHN or CIFAR-10{}{}",
        listed(.members),
        advice(*.looks_like)
    )]
    NothingInArchive {
        /// Its name.
        file: String,
        /// The first files in it.
        members: Vec<String>,
        /// What one of them looks like.
        looks_like: Option<Lookalike>,
    },

    /// The file cannot be read, whatever is in it.
    #[error("{file} cannot be read ({why}): check that it is still there, and give it again")]
    Unreadable {
        /// Its name.
        file: String,
        /// What the system says.
        why: String,
    },

    /// Images and labels of one part differ in number.
    #[error(
        "{images_file} has {images} images but {labels_file} has {labels} labels: they do not belong together; remove the one that is wrong and add the one that fits"
    )]
    CountMismatch {
        /// The file with the images.
        images_file: String,
        /// Images in it.
        images: usize,
        /// The file with the labels.
        labels_file: String,
        /// Labels in it.
        labels: usize,
    },

    /// Training and test images differ in shape.
    #[error(
        "the images of {train_file} are {train} pixels but those of {test_file} are {test}: they do not belong together; remove the one that is wrong and add the one that fits"
    )]
    ShapeMismatch {
        /// The file with the training images.
        train_file: String,
        /// Their shape.
        train: ImageShape,
        /// The file with the test images.
        test_file: String,
        /// Their shape.
        test: ImageShape,
    },

    /// Two different files for one role.
    #[error(
        "{second} and {first} are both {role}, with different content: remove {first} first if you want {second} instead"
    )]
    TwoFilesForOneRole {
        /// What both are.
        role: Role,
        /// The file that was there, and stays.
        first: String,
        /// The file that came later, and was not taken.
        second: String,
    },

    /// Nothing to assemble yet: no part has both its images and its labels.
    #[error("no part of {set} is complete yet: add {}", waiting_list(.waiting))]
    Incomplete {
        /// The data set.
        set: OfficialSet,
        /// The files that would complete a part.
        waiting: Vec<Role>,
    },

    /// A single observation cannot be both learnt from and judged by.
    #[error(
        "{dataset} has {observations} observations, too few to split into training and test: use at least 2"
    )]
    TooFewToSplit {
        /// The name of the data set.
        dataset: String,
        /// How many observations there are.
        observations: usize,
    },

    /// Not in the packed format.
    #[error("{file} is not a packed data set of Hidden Activity; {looks_like}")]
    NotAPack {
        /// Its name.
        file: String,
        /// What it probably is.
        looks_like: Lookalike,
    },

    /// Packed by another version of this program.
    #[error(
        "{file} is packed in version {found} of the format, and this page reads version {supported}: reload the page, or write the file anew"
    )]
    PackVersion {
        /// Its name.
        file: String,
        /// The version it names.
        found: u16,
        /// The version we read.
        supported: u16,
    },

    /// The header of a packed data set makes no sense.
    #[error("the header of {file} cannot be read ({why}): write the file anew")]
    PackHeader {
        /// Its name.
        file: String,
        /// What is wrong.
        why: String,
    },

    /// The list of a site's data sets makes no sense.
    #[error("the list of data sets cannot be read ({why}): write it anew with `make data`")]
    Manifest {
        /// What is wrong.
        why: String,
    },

    /// The fields of a data set contradict each other.
    #[error("{dataset} is not a usable data set: {why}; correct what made it")]
    Invalid {
        /// The name of the data set.
        dataset: String,
        /// The contradiction.
        why: String,
    },

    /// An index beyond the last observation.
    #[error(
        "{dataset} has {observations} {part} observations, so there is none with index {index}: choose the subset anew"
    )]
    NoSuchObservation {
        /// The name of the data set.
        dataset: String,
        /// Which part was asked.
        part: Part,
        /// The index asked for.
        index: u32,
        /// How many there are.
        observations: usize,
    },
}

/// " (it has readme.html and others)", or nothing where there is nothing.
fn listed(members: &[String]) -> String {
    if members.is_empty() {
        return ": it has no file at all".to_owned();
    }
    format!(" (it begins with {})", members.join(", "))
}

/// What to do where one knows what is there.
fn advice(looks_like: Option<Lookalike>) -> String {
    looks_like.map_or_else(
        || ": check that it is the archive you meant".to_owned(),
        |looks_like| format!("; of one of them: {looks_like}"),
    )
}

/// "t10k-labels-idx1-ubyte(.gz)", or several of them joined by "and".
fn waiting_list(roles: &[Role]) -> String {
    let names: Vec<String> = roles.iter().map(|role| role.file_to_add()).collect();
    names.join(" and ")
}
