//! Unpacking gzip with a limit on what comes out.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::DatasetError;

/// The most bytes a file may unpack to: 512 MiB, twice the largest official file.
pub const MOST_UNPACKED_BYTES: u64 = 512 << 20;

/// The first two bytes of every gzip file (RFC 1952).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Whether `bytes` start like a gzip file.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&GZIP_MAGIC)
}

/// Unpacks `bytes`, with all members the file has, up to `limit` bytes.
///
/// The output grows as data comes out, so memory is bounded by what the input really holds.
///
/// # Errors
/// [`DatasetError::DamagedGzip`] where the data does not unpack or its checksum is wrong, and
/// [`DatasetError::TooLarge`] where it unpacks to more than `limit` bytes.
pub(super) fn gunzip(file: &str, bytes: &[u8], limit: u64) -> Result<Vec<u8>, DatasetError> {
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(limit.saturating_add(1))
        .read_to_end(&mut unpacked)
        .map_err(|error| DatasetError::DamagedGzip {
            file: file.to_owned(),
            why: error.to_string(),
        })?;
    if unpacked.len() as u64 > limit {
        return Err(DatasetError::TooLarge {
            file: file.to_owned(),
            limit,
        });
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn the_limit_is_the_last_size_that_passes() {
        let packed = gzip(&[7; 1000]);
        assert_eq!(gunzip("f", &packed, 1000), Ok(vec![7; 1000]));
        let refused = gunzip("f", &packed, 999);
        assert_eq!(
            refused,
            Err(DatasetError::TooLarge {
                file: "f".into(),
                limit: 999
            })
        );
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        // 64 MB of zeros in 64 kB: with a limit of 1 MB, no more than that is ever held.
        let bomb = gzip(&vec![0; 64 << 20]);
        assert!(bomb.len() < 1 << 20);
        assert!(matches!(
            gunzip("bomb.gz", &bomb, 1 << 20),
            Err(DatasetError::TooLarge { .. })
        ));
    }

    #[test]
    fn damage_is_noticed_wherever_it_is() {
        let packed =
            gzip(b"some bytes that are not all the same, so that there is something to damage");
        for cut in 2..packed.len() {
            let damaged = gunzip("f", &packed[..cut], 1000);
            assert!(
                matches!(damaged, Err(DatasetError::DamagedGzip { .. })),
                "cut at {cut}"
            );
        }
        let mut flipped = packed.clone();
        let checksum = packed.len() - 8;
        flipped[checksum] ^= 1;
        assert!(matches!(
            gunzip("f", &flipped, 1000),
            Err(DatasetError::DamagedGzip { .. })
        ));
    }
}
