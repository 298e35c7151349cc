//! A message as one run of bytes: what the page shows first, ready to be read without code for files.
//!
//! A worker's answers have a header and arrays beside it ([`Compact`]); here they stand one after the other.
//! The bytes of numbers are sorted by their place (all lowest bytes, then all next ones): rounded numbers
//! have zeros there, which compress to nothing.

use super::attachment::{Attachment, Compact};

/// What such a run begins with.
const MAGIC: &[u8; 4] = b"HAF1";
/// More arrays than a message of ours has.
const MOST_ARRAYS: u32 = 10_000;

/// A message as one run of bytes. Files of the browser do not go into it, and are left out.
pub fn flatten(compact: &Compact) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let mut number = |value: usize| bytes.extend_from_slice(&(value as u32).to_le_bytes());
    number(compact.header.len());
    number(compact.attachments.len());
    let mut data = compact.header.clone();
    for attachment in &compact.attachments {
        let (kind, values) = match attachment {
            Attachment::U8(values) => (0, values.clone()),
            Attachment::U32(values) => (1, sorted(values.iter().map(|value| value.to_le_bytes()))),
            Attachment::F32(values) => (2, sorted(values.iter().map(|value| value.to_le_bytes()))),
            Attachment::File(_) => (0, Vec::new()),
        };
        number(kind);
        number(values.len());
        data.extend(values);
    }
    bytes.extend(data);
    bytes
}

/// The message of a run of bytes; `None` where it is none, or not all of it.
pub fn unflatten(bytes: &[u8]) -> Option<Compact> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let mut number = || {
        let (value, after) = rest.split_first_chunk()?;
        rest = after;
        Some(u32::from_le_bytes(*value))
    };
    let header = number()? as usize;
    let arrays = number().filter(|&arrays| arrays <= MOST_ARRAYS)?;
    let mut kinds = Vec::new();
    for _ in 0..arrays {
        kinds.push((number()?, number()? as usize));
    }
    let (header, mut rest) = rest.split_at_checked(header)?;
    let mut attachments = Vec::new();
    for (kind, length) in kinds {
        let (values, after) = rest.split_at_checked(length)?;
        rest = after;
        if kind != 0 && length % 4 != 0 {
            return None;
        }
        attachments.push(match kind {
            0 => Attachment::U8(values.to_vec()),
            1 => Attachment::U32(unsorted(values).map(u32::from_le_bytes).collect()),
            2 => Attachment::F32(unsorted(values).map(f32::from_le_bytes).collect()),
            _ => return None,
        });
    }
    rest.is_empty().then(|| Compact {
        header: header.to_vec(),
        attachments,
    })
}

fn sorted(values: impl Iterator<Item = [u8; 4]> + Clone) -> Vec<u8> {
    let place = |place: usize| values.clone().map(move |value| value[place]);
    (0..4).flat_map(place).collect()
}

fn unsorted(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    let n = bytes.len() / 4;
    (0..n).map(move |at| std::array::from_fn(|place| bytes[place * n + at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Compact {
        Compact {
            header: vec![1, 2, 3],
            attachments: vec![
                Attachment::U8(vec![9, 8, 7]),
                Attachment::F32(vec![0.5, -1.25, f32::INFINITY]),
                Attachment::U32(vec![]),
                Attachment::U32(vec![70_000, 2]),
            ],
        }
    }

    #[test]
    fn a_message_comes_back_whole_or_not_at_all() {
        let bytes = flatten(&message());
        assert_eq!(unflatten(&bytes), Some(message()));
        for end in 0..bytes.len() {
            assert_eq!(unflatten(&bytes[..end]), None, "cut at {end}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(unflatten(&longer), None);
        // Claims of more than is there allocate nothing for it.
        let mut claims = bytes;
        claims[8..12].fill(255);
        assert_eq!(unflatten(&claims), None);
    }
}
