//! Response times of a summary: base64 of `HdrHistogram`'s compressed V2 form. A file may hold anything, so sizes and
//! counts are looked at before the decoder sees them: it trusts its input and would take memory without end.
use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::{Decompress, FlushDecompress, Status};

use rlocust_core::histogram::Exact;

/// Of the plain V2 form.
const MARK: u32 = 0x1c84_9313;
/// Mark and length of what is compressed.
const FRONT: usize = 8;
/// Of what is inflated: mark, length of the counts, offset, digits, lowest and highest value, ratio.
const HEAD: usize = 40;
/// Ours have 60 000 counters at most, of nine bytes at most.
const LONGEST: usize = 1 << 20;
/// Samples of one run; doubles are exact up to here.
pub const MOST: u64 = 1 << 53;

/// What unpacks; a file has a hundred thousand histograms, and to set one up costs more than most of them.
struct Unpacker {
    inflate: Decompress,
    packed: Vec<u8>,
    plain: Vec<u8>,
}

thread_local! {
    static UNPACKER: RefCell<Unpacker> = RefCell::new(Unpacker {
        inflate: Decompress::new(true),
        packed: Vec::new(),
        plain: Vec::new(),
    });
}

/// Nothing where this is no histogram as we write it.
pub fn times_of(text: &str) -> Option<Exact> {
    UNPACKER.with_borrow_mut(|unpacker| counted(unpacker.unpack(text)?))
}

impl Unpacker {
    /// The plain V2 form.
    fn unpack(&mut self, text: &str) -> Option<&[u8]> {
        let Self {
            inflate,
            packed,
            plain,
        } = self;
        packed.clear();
        BASE64.decode_vec(text, packed).ok()?;
        let packed = packed.get(FRONT..)?;
        inflate.reset(true);
        plain.clear();
        loop {
            plain.reserve(plain.len().max(4096));
            let rest = &packed[inflate.total_in() as usize..];
            let unpacked = inflate.decompress_vec(rest, plain, FlushDecompress::None);
            if unpacked.ok()? == Status::StreamEnd {
                return Some(plain);
            }
            let is_cut_off = inflate.total_in() as usize == packed.len();
            if (is_cut_off && plain.len() < plain.capacity()) || plain.len() > LONGEST {
                return None;
            }
        }
    }
}

fn counted(plain: &[u8]) -> Option<Exact> {
    let head: &[u8; HEAD] = plain.first_chunk()?;
    let mut counts = &plain[HEAD..];
    if head[..4] != MARK.to_be_bytes()
        || head[4..8] != u32::try_from(counts.len()).ok()?.to_be_bytes()
        || head[12..16] != u32::from(Exact::DIGITS).to_be_bytes()
        || head[16..24] != 1_u64.to_be_bytes()
    {
        return None;
    }
    let mut times = Exact::default();
    let (mut index, mut sum) = (0_u64, 0_u64);
    while !counts.is_empty() {
        let (number, rest) = number(counts)?;
        counts = rest;
        // A negative number says how many counters in a row are empty.
        let Ok(count) = u64::try_from(number) else {
            index = index.saturating_add(number.unsigned_abs());
            if index > MOST {
                return None;
            }
            continue;
        };
        sum = sum.saturating_add(count);
        if sum > MOST || (count > 0 && !times.record_at(index, count)) {
            return None;
        }
        index = index.saturating_add(1);
    }
    Some(times)
}

/// LEB128 in zigzag; the ninth byte counts whole.
fn number(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 || *byte < 0x80 {
            value |= u64::from(*byte) << (7 * at);
            let number = (value >> 1).cast_signed() ^ -(value & 1).cast_signed();
            return Some((number, &bytes[at + 1..]));
        }
        value |= u64::from(byte & 0x7f) << (7 * at);
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use hdrhistogram::serialization::{Serializer as _, V2Serializer};

    use super::*;

    fn plain(counts: &[(u64, u64)]) -> Vec<u8> {
        let mut times = Exact::default();
        for (value, count) in counts {
            times.record_many_us(*value, *count);
        }
        let mut bytes = Vec::new();
        let written = V2Serializer::new().serialize(&times.to_hdr(), &mut bytes);
        written.expect("into memory");
        bytes
    }

    fn packed(plain: &[u8]) -> String {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(plain).expect("into memory");
        let packed = encoder.finish().expect("into memory");
        let mut bytes = 0x1c84_9314_u32.to_be_bytes().to_vec();
        bytes.extend((packed.len() as u32).to_be_bytes());
        bytes.extend(packed);
        BASE64.encode(bytes)
    }

    /// Counts as they stand in a file, behind the head of a good one.
    fn with_counts(length: u32, counts: &[u8]) -> String {
        let mut bytes = plain(&[(1000, 1)]);
        bytes.truncate(HEAD);
        bytes[4..8].copy_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(counts);
        packed(&bytes)
    }

    #[test]
    fn what_we_wrote_comes_back() {
        let counts = [(1, 3), (20_015, 1 << 40), (3_599_999_999, 2)];
        let times = times_of(&packed(&plain(&counts))).expect("it is one of ours");
        assert_eq!(times.count(), (1 << 40) + 5);
        assert_eq!(times.quantile_us(0.5), 20_015);
    }

    /// So many that they are unpacked piece by piece.
    #[test]
    fn a_histogram_of_every_counter_comes_back() {
        let counts: Vec<_> = (1..3_600_000)
            .map(|ms: u64| (ms * 1000, ms.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 44))
            .collect();
        let packed = packed(&plain(&counts));
        let times = times_of(&packed).expect("it is one of ours");
        let sum: u64 = counts.iter().map(|(_, count)| count).sum();
        assert_eq!(times.count(), sum);
        for cut in [100, packed.len() / 8 * 4, packed.len() - 24] {
            assert!(times_of(&packed[..cut / 4 * 4]).is_none(), "{cut}");
        }
    }

    #[test]
    fn sizes_and_counts_that_cannot_be_are_refused() {
        let lowest = [0xff; 9]; // -2^63
        let most = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]; // 2^63 - 1
        for text in [
            with_counts(0xffff_fff0, &[2]),
            with_counts(0x7fff_fff0, &[2]),
            with_counts(9, &lowest),
            with_counts(18, &[most, most].concat()),
            with_counts(0x2000_0000, &vec![0; 64 << 20]),
            with_counts(3, &[0x80; 3]),
            packed(b""),
            "AAAA".to_owned(),
            "no base64".to_owned(),
        ] {
            assert!(times_of(&text).is_none(), "{}", &text[..text.len().min(80)]);
        }
        let mut other_digits = plain(&[(1000, 1)]);
        other_digits[15] = 5;
        assert!(times_of(&packed(&other_digits)).is_none());
    }

    #[test]
    fn counts_of_any_length_are_read() {
        for (bytes, value) in [
            (&[0x00][..], 0),
            (&[0x02], 1),
            (&[0x01], -1),
            (&[0x80, 0x01], 64),
            (&[0x81, 0x80, 0x01], -8193),
            (&[0xff; 9], i64::MIN),
            (
                &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                i64::MAX,
            ),
        ] {
            let followed = [bytes, &[7]].concat();
            assert_eq!(number(&followed), Some((value, &[7][..])), "{bytes:x?}");
        }
        assert_eq!(number(&[0x80; 8]), None);
        assert_eq!(number(&[]), None);
    }
}
