//! Big arrays beside a small serialised header.
//!
//! A message is a serde type whose large fields are [`Bulk`]. [`encode`] writes the type as JSON
//! in which every [`Bulk`] is only a number, the place of its array in a list that travels beside
//! the JSON: between page and worker these arrays are handed over, not copied or printed.
//! [`encode_compact`] writes it in postcard's format instead: workers answer the page so, because
//! reading JSON takes several times the code, which every visitor would have to download.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An array that travels beside the header.
#[derive(Debug, Clone, PartialEq)]
pub enum Attachment {
    /// Bytes, such as images or labels.
    U8(Vec<u8>),
    /// Indices.
    U32(Vec<u32>),
    /// Activations, positions, probabilities.
    F32(Vec<f32>),
    /// A file that the browser holds; it travels unread.
    File(FileHandle),
}

/// Names a file that the browser holds, among those known to this page or worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileHandle(pub u32);

/// A message in transit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Encoded {
    /// The message as JSON, with numbers in the place of its arrays.
    pub header: String,
    /// The arrays, in the order the header numbers them.
    pub attachments: Vec<Attachment>,
}

/// A message in transit, its header in postcard's format.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compact {
    /// The message, with numbers in the place of its arrays.
    pub header: Vec<u8>,
    /// The arrays, in the order the header numbers them.
    pub attachments: Vec<Attachment>,
}

thread_local! {
    /// The attachments of the message being encoded or decoded on this thread.
    static IN_TRANSIT: RefCell<Option<Vec<Option<Attachment>>>> = const { RefCell::new(None) };
}

/// Empties the list when encoding or decoding ends, also by an early return.
struct Transit;

impl Transit {
    fn begin(attachments: Vec<Option<Attachment>>) -> Self {
        IN_TRANSIT.with(|list| *list.borrow_mut() = Some(attachments));
        Self
    }

    fn take() -> Vec<Attachment> {
        IN_TRANSIT
            .with(|list| list.borrow_mut().take())
            .unwrap_or_default()
            .into_iter()
            .flatten()
            .collect()
    }
}

impl Drop for Transit {
    fn drop(&mut self) {
        IN_TRANSIT.with(|list| *list.borrow_mut() = None);
    }
}

/// Encodes a message. It is taken by value because its arrays move into the result.
///
/// # Errors
/// A type that JSON cannot express, such as a map with keys that are not strings.
pub fn encode<M: Serialize>(message: M) -> Result<Encoded, serde_json::Error> {
    let _transit = Transit::begin(Vec::new());
    let header = serde_json::to_string(&message)?;
    Ok(Encoded {
        header,
        attachments: Transit::take(),
    })
}

/// Decodes a message.
///
/// # Errors
/// A header that is not JSON of this type, or that names an array that is not there, is named
/// twice, or has other elements.
pub fn decode<M: DeserializeOwned>(encoded: Encoded) -> Result<M, serde_json::Error> {
    let attachments = encoded.attachments.into_iter().map(Some).collect();
    let _transit = Transit::begin(attachments);
    serde_json::from_str(&encoded.header)
}

/// Encodes a message as [`encode`] does, but compactly.
///
/// # Errors
/// A type that postcard cannot express, such as an enum with an internal tag.
pub fn encode_compact<M: Serialize>(message: M) -> Result<Compact, postcard::Error> {
    let _transit = Transit::begin(Vec::new());
    let header = postcard::to_allocvec(&message)?;
    Ok(Compact {
        header,
        attachments: Transit::take(),
    })
}

/// Decodes a message of [`encode_compact`].
///
/// # Errors
/// As [`decode`].
pub fn decode_compact<M: DeserializeOwned>(compact: Compact) -> Result<M, postcard::Error> {
    let attachments = compact.attachments.into_iter().map(Some).collect();
    let _transit = Transit::begin(attachments);
    postcard::from_bytes(&compact.header)
}

/// An array inside a message that [`encode`] moves out and [`decode`] moves back in.
pub struct Bulk<T>(RefCell<Vec<T>>);

impl<T> Bulk<T> {
    /// The array itself.
    pub fn into_inner(self) -> Vec<T> {
        self.0.into_inner()
    }
}

impl<T> From<Vec<T>> for Bulk<T> {
    fn from(values: Vec<T>) -> Self {
        Self(RefCell::new(values))
    }
}

impl<T> Default for Bulk<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T: Clone> Clone for Bulk<T> {
    fn clone(&self) -> Self {
        self.0.borrow().clone().into()
    }
}

impl<T: PartialEq> PartialEq for Bulk<T> {
    fn eq(&self, other: &Self) -> bool {
        *self.0.borrow() == *other.0.borrow()
    }
}

impl<T> fmt::Debug for Bulk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bulk({} values)", self.0.borrow().len())
    }
}

/// Puts an attachment into the message being encoded, and gives its place there.
fn attach<E: serde::ser::Error>(attachment: impl FnOnce() -> Attachment) -> Result<u64, E> {
    IN_TRANSIT
        .with(|list| {
            let mut list = list.borrow_mut();
            let list = list.as_mut()?;
            list.push(Some(attachment()));
            Some(list.len() as u64 - 1)
        })
        .ok_or_else(|| E::custom("an array can only be sent through `encode`"))
}

/// Takes an attachment out of the message being decoded.
fn detach<E: serde::de::Error>(place: usize) -> Result<Attachment, E> {
    IN_TRANSIT
        .with(|list| {
            list.borrow_mut()
                .as_mut()
                .and_then(|list| list.get_mut(place))
                .and_then(Option::take)
        })
        .ok_or_else(|| E::custom(format!("array {place} is not in the message")))
}

impl Serialize for FileHandle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(attach(|| Attachment::File(*self))?)
    }
}

impl<'de> Deserialize<'de> for FileHandle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let place = usize::deserialize(deserializer)?;
        match detach(place)? {
            Attachment::File(handle) => Ok(handle),
            _ => Err(D::Error::custom(format!("array {place} is no file"))),
        }
    }
}

macro_rules! bulk_of {
    ($element:ty, $variant:ident) => {
        impl Serialize for Bulk<$element> {
            /// Moves the array out: [`encode`] owns the message, so nobody sees it empty.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(attach(|| Attachment::$variant(self.0.take()))?)
            }
        }

        impl<'de> Deserialize<'de> for Bulk<$element> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let place = usize::deserialize(deserializer)?;
                match detach(place)? {
                    Attachment::$variant(values) => Ok(values.into()),
                    _ => Err(D::Error::custom(format!(
                        "array {place} has elements of another type"
                    ))),
                }
            }
        }
    };
}

bulk_of!(u8, U8);
bulk_of!(u32, U32);
bulk_of!(f32, F32);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
    struct Message {
        name: String,
        positions: Bulk<f32>,
        labels: Option<Bulk<u8>>,
        groups: Vec<Bulk<u32>>,
        file: FileHandle,
    }

    fn message() -> Message {
        Message {
            name: "\u{1F980} \"quoted\"".into(),
            positions: vec![1.5, f32::NAN.max(2.0), -0.0].into(),
            labels: Some(vec![3, 255].into()),
            groups: vec![vec![7].into(), Vec::new().into()],
            file: FileHandle(9),
        }
    }

    #[test]
    fn a_round_trip_loses_nothing_and_the_header_stays_small() {
        let encoded = encode(message()).unwrap();
        assert_eq!(encoded.attachments.len(), 5);
        assert!(encoded.header.len() < 100, "{}", encoded.header);
        assert_eq!(decode::<Message>(encoded).unwrap(), message());
    }

    #[test]
    fn a_compact_message_arrives_too_and_is_smaller() {
        let compact = encode_compact(message()).unwrap();
        assert_eq!(compact.attachments.len(), 5);
        assert!(compact.header.len() < encode(message()).unwrap().header.len() / 2);
        assert_eq!(
            decode_compact::<Message>(compact.clone()).unwrap(),
            message()
        );
        let mut missing = compact.clone();
        missing.attachments.truncate(2);
        assert!(decode_compact::<Message>(missing).is_err());
        for end in 0..compact.header.len() {
            let mut cut = compact.clone();
            cut.header.truncate(end);
            assert!(decode_compact::<Message>(cut).is_err(), "{end}");
        }
    }

    #[test]
    fn a_missing_or_foreign_array_is_an_error() {
        let mut missing = encode(message()).unwrap();
        missing.attachments.truncate(2);
        let error = decode::<Message>(missing).unwrap_err().to_string();
        assert!(error.contains("not in the message"), "{error}");

        let mut foreign = encode(message()).unwrap();
        foreign.attachments[0] = Attachment::U8(vec![1]);
        let error = decode::<Message>(foreign).unwrap_err().to_string();
        assert!(error.contains("another type"), "{error}");

        let mut no_file = encode(message()).unwrap();
        no_file.attachments[4] = Attachment::U32(vec![9]);
        let error = decode::<Message>(no_file).unwrap_err().to_string();
        assert!(error.contains("is no file"), "{error}");

        let mut huge = encode(message()).unwrap();
        huge.header = huge
            .header
            .replace("\"positions\":0", "\"positions\":18446744073709551615");
        assert!(decode::<Message>(huge).is_err());
    }

    #[test]
    fn one_array_cannot_be_taken_twice() {
        let mut twice = encode(message()).unwrap();
        twice.header = twice.header.replace("\"labels\":1", "\"labels\":1,\"x\":1");
        twice.header = twice.header.replace("[2,3]", "[2,2]");
        assert!(decode::<Message>(twice).is_err());
    }

    #[test]
    fn a_failed_message_leaves_nothing_for_the_next() {
        let _ = decode::<Message>(Encoded {
            header: "{".into(),
            attachments: vec![Attachment::U8(vec![1])],
        });
        assert_eq!(encode(message()).unwrap().attachments.len(), 5);
        assert!(serde_json::to_string(&message()).is_err());
    }
}
