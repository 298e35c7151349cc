//! The header of one array: its type, order and shape.

use super::dtype::{Dtype, Unread};
use super::{NPY_MAGIC, NpzError};

/// The most bytes of a header: NumPy's own are 118, and those of version 1.0 cannot be longer.
const LONGEST_HEADER: usize = 1 << 16;
/// Bytes in front of the header's text: magic, version, and its length in two or in four bytes.
const SHORT_PREFIX: usize = 10;
const LONG_PREFIX: usize = 12;
/// Bytes that say how long the header is, in every version.
pub(super) const SHORTEST: usize = LONG_PREFIX;
/// NumPy has no array of more dimensions.
const MOST_DIMENSIONS: usize = 64;

/// What an array says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) dtype: Dtype,
    /// Whether the first index runs fastest.
    pub(super) fortran: bool,
    pub(super) shape: Vec<usize>,
    /// How many values, the product of the shape.
    pub(super) count: usize,
}

/// How long a header with its prefix is, by its first bytes; `None` where there are too few of them.
pub(super) fn length(array: &str, begin: &[u8]) -> Result<Option<usize>, NpzError> {
    let Some(&[major, _minor, l0, l1, l2, l3]) = begin
        .get(NPY_MAGIC.len()..LONG_PREFIX)
        .and_then(|rest| rest.first_chunk())
    else {
        return Ok(None);
    };
    let refused = |why: String| NpzError::Header {
        array: array.to_owned(),
        why,
    };
    if !begin.starts_with(&NPY_MAGIC) {
        return Err(refused("it is no .npy file".to_owned()));
    }
    let length = match major {
        1 => SHORT_PREFIX + usize::from(u16::from_le_bytes([l0, l1])),
        2 | 3 => (u32::from_le_bytes([l0, l1, l2, l3]) as usize).saturating_add(LONG_PREFIX),
        _ => {
            return Err(refused(format!(
                "its format has the unknown version {major}"
            )));
        }
    };
    if length > LONGEST_HEADER + LONG_PREFIX {
        return Err(refused("its header is too long".to_owned()));
    }
    Ok(Some(length))
}

impl Header {
    /// Reads a whole header with its prefix.
    pub(super) fn parse(array: &str, bytes: &[u8]) -> Result<Self, NpzError> {
        let refused = |why: &str| NpzError::Header {
            array: array.to_owned(),
            why: why.to_owned(),
        };
        let prefix = if bytes.get(NPY_MAGIC.len()) == Some(&1) {
            SHORT_PREFIX
        } else {
            LONG_PREFIX
        };
        let text = bytes.get(prefix..).unwrap_or_default();
        let text = std::str::from_utf8(text).map_err(|_| refused("its header is no text"))?;
        let fields = Literal { rest: text }
            .fields()
            .ok_or_else(|| refused("its header makes no sense"))?;
        let dtype = match fields.descr {
            Some(Descr::Plain(descr)) => Dtype::parse(descr).map_err(|unread| match unread {
                Unread::Objects => NpzError::Objects {
                    array: array.to_owned(),
                },
                Unread::Other => NpzError::Type {
                    array: array.to_owned(),
                    dtype: descr.to_owned(),
                },
            })?,
            Some(Descr::Structured) => {
                return Err(NpzError::Type {
                    array: array.to_owned(),
                    dtype: "of a structured array".to_owned(),
                });
            }
            None => return Err(refused("its header names no type")),
        };
        let (Some(fortran), Some(shape)) = (fields.fortran, fields.shape) else {
            return Err(refused("its header names no shape and order"));
        };
        let count = shape
            .iter()
            .try_fold(1_usize, |product, &length| product.checked_mul(length))
            .ok_or_else(|| refused("its shape has more values than any computer could hold"))?;
        Ok(Self {
            dtype,
            fortran,
            shape,
            count,
        })
    }
}

#[derive(Default)]
struct Fields<'a> {
    descr: Option<Descr<'a>>,
    fortran: Option<bool>,
    shape: Option<Vec<usize>>,
}

enum Descr<'a> {
    Plain(&'a str),
    Structured,
}

/// The rest of a text that is a Python dictionary with three known keys.
struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    fn fields(mut self) -> Option<Fields<'a>> {
        let mut fields = Fields::default();
        self.take("{")?;
        while self.take("}").is_none() {
            let key = self.string()?;
            self.take(":")?;
            match key {
                "descr" if self.peek("[") => {
                    // Nothing behind the description of a structured array matters any more.
                    fields.descr = Some(Descr::Structured);
                    return Some(fields);
                }
                "descr" => fields.descr = Some(Descr::Plain(self.string()?)),
                "fortran_order" => fields.fortran = Some(self.boolean()?),
                "shape" => fields.shape = Some(self.shape()?),
                _ => return None,
            }
            if self.take(",").is_none() {
                self.take("}")?;
                break;
            }
        }
        self.rest.trim().is_empty().then_some(fields)
    }

    fn peek(&self, token: &str) -> bool {
        self.rest.trim_start().starts_with(token)
    }

    fn take(&mut self, token: &str) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(token)?;
        Some(())
    }

    /// Text between quotes, with nothing escaped in it: no type and no key needs that.
    fn string(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (text, rest) = rest[1..].split_once(quote)?;
        self.rest = rest;
        Some(text)
    }

    fn boolean(&mut self) -> Option<bool> {
        if self.take("True").is_some() {
            return Some(true);
        }
        self.take("False").map(|()| false)
    }

    fn shape(&mut self) -> Option<Vec<usize>> {
        let mut shape = Vec::new();
        self.take("(")?;
        while self.take(")").is_none() {
            if shape.len() == MOST_DIMENSIONS {
                return None;
            }
            let rest = self.rest.trim_start();
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            shape.push(rest[..end].parse().ok()?);
            self.rest = &rest[end..];
            // Python 2 marked long numbers.
            let _ = self.take("L");
            if self.take(",").is_none() {
                self.take(")")?;
                break;
            }
        }
        Some(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::super::dtype::Kind;
    use super::*;

    fn parse(text: &str) -> Result<Header, NpzError> {
        let text = format!("{text}  \n");
        let mut bytes = NPY_MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        assert_eq!(length("a", &bytes), Ok(Some(bytes.len())));
        Header::parse("a", &bytes)
    }

    #[test]
    fn headers_say_type_order_and_shape() {
        let header =
            parse("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }      \n").unwrap();
        assert_eq!(header.dtype.kind, Kind::Float);
        assert_eq!(
            (header.fortran, header.shape, header.count),
            (false, vec![3, 4], 12)
        );
        let header = parse("{\"shape\":(5,),\"descr\":\"|u1\",\"fortran_order\":True}").unwrap();
        assert_eq!(
            (header.fortran, header.shape, header.count),
            (true, vec![5], 5)
        );
        let header = parse("{'descr': '<i8', 'fortran_order': False, 'shape': ()}").unwrap();
        assert_eq!((header.shape, header.count), (vec![], 1));
        let header = parse("{'descr': '<i8', 'fortran_order': False, 'shape': (2L, 3L)}").unwrap();
        assert_eq!(header.shape, [2, 3]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<f4'}",
            "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} and more",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999, 9999999999)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        ] {
            assert!(
                matches!(parse(text), Err(NpzError::Header { .. })),
                "{text}"
            );
        }
        let deep = format!("{{'shape': {}", "(".repeat(60_000));
        assert!(parse(&deep).is_err());
        let objects = parse("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}").unwrap_err();
        assert!(objects.to_string().contains("Python objects"), "{objects}");
        let structured =
            parse("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}").unwrap_err();
        assert!(
            structured.to_string().contains("structured"),
            "{structured}"
        );
    }

    #[test]
    fn a_claimed_length_is_not_believed() {
        let mut bytes = NPY_MAGIC.to_vec();
        bytes.extend([2, 0, 0xff, 0xff, 0xff, 0xff]);
        assert!(matches!(length("a", &bytes), Err(NpzError::Header { .. })));
        assert_eq!(length("a", &bytes[..9]), Ok(None));
    }
}
