//! The types that arrays may have.

/// What one value of an array is, and how it lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dtype {
    pub(super) kind: Kind,
    /// Bytes of one value.
    pub(super) size: usize,
    pub(super) big_endian: bool,
}

/// What kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `?`: true or false.
    Bool,
    /// `u`: whole numbers from 0.
    Unsigned,
    /// `i`: whole numbers.
    Signed,
    /// `f`: real numbers.
    Float,
    /// `U`: text of 4 bytes a character.
    Text,
    /// `S`: text of 1 byte a character.
    Bytes,
}

/// The longest text that one value may have, in characters.
const LONGEST_TEXT: usize = 1_000;

/// Why a type is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    Objects,
    Other,
}

impl Dtype {
    /// The type that NumPy names so, such as `<f4`, `|u1` or `>U12`.
    pub(super) fn parse(descr: &str) -> Result<Self, Unread> {
        let (big_endian, rest) = match descr.split_at_checked(1) {
            Some(("<" | "|" | "=", rest)) => (false, rest),
            Some((">", rest)) => (true, rest),
            _ => (false, descr),
        };
        let Some((kind, digits)) = rest.split_at_checked(1) else {
            return Err(Unread::Other);
        };
        if kind == "O" {
            return Err(Unread::Objects);
        }
        let size: usize = match digits {
            // NumPy itself always writes the size; "|?" and "|b1" are the same.
            "" if kind == "?" => 1,
            digits => digits.parse().map_err(|_| Unread::Other)?,
        };
        let (kind, size) = match (kind, size) {
            ("?" | "b", 1) => (Kind::Bool, 1),
            ("u", 1 | 2 | 4 | 8) => (Kind::Unsigned, size),
            ("i", 1 | 2 | 4 | 8) => (Kind::Signed, size),
            ("f", 2 | 4 | 8) => (Kind::Float, size),
            ("U", 0..=LONGEST_TEXT) => (Kind::Text, size * 4),
            ("S" | "a", 0..=LONGEST_TEXT) => (Kind::Bytes, size),
            _ => return Err(Unread::Other),
        };
        Ok(Self {
            kind,
            size,
            big_endian,
        })
    }

    /// Whether values are text.
    pub(super) fn is_text(self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Bytes)
    }

    /// Bytes that one value takes in memory once it is read.
    pub(super) fn bytes_in_memory(self) -> u64 {
        match self.kind {
            Kind::Bool => 1,
            Kind::Unsigned if self.size == 1 => 1,
            Kind::Unsigned | Kind::Signed => 8,
            Kind::Float => 4,
            // A String and its characters.
            Kind::Text | Kind::Bytes => (size_of::<String>() + self.size) as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_apart_by_their_names() {
        let is = |descr: &str, kind, size, big_endian| {
            let expected = Dtype {
                kind,
                size,
                big_endian,
            };
            assert_eq!(Dtype::parse(descr), Ok(expected), "{descr}");
        };
        is("|u1", Kind::Unsigned, 1, false);
        is("<f4", Kind::Float, 4, false);
        is(">f8", Kind::Float, 8, true);
        is("|b1", Kind::Bool, 1, false);
        is("<U7", Kind::Text, 28, false);
        is("|S3", Kind::Bytes, 3, false);
        for descr in [
            "", "<", "<f", "<f16", "<c8", "|V4", "<M8[ns]", "<f-4", "<U1001", "é",
        ] {
            assert_eq!(Dtype::parse(descr), Err(Unread::Other), "{descr}");
        }
        assert_eq!(Dtype::parse("|O"), Err(Unread::Objects));
    }
}
