//! Records in a file: a mark, the length, a CRC-32 of length and content, the content. By the mark a torn end is
//! known from damage in the middle: behind a torn end no whole record follows.

/// What a result store begins with; the last byte is the version of the format.
pub const HEAD: &[u8] = b"rlocust-store\x01";
pub const MARK: [u8; 4] = [0xf7, b'r', b'l', b'\n'];
pub const FRONT: usize = 12;

/// Frames one content.
pub fn framed(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_le_bytes();
    let mut record = Vec::with_capacity(FRONT + content.len());
    record.extend_from_slice(&MARK);
    record.extend_from_slice(&length);
    record.extend_from_slice(&checksum(&length, content).to_le_bytes());
    record.extend_from_slice(content);
    record
}

/// What stands at a place of the file.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// A whole record, and where the next one begins.
    Record(&'a [u8], usize),
    End,
    /// The file ends within a record.
    Torn,
    /// Not a record, though whole ones follow.
    Damage,
}

/// Looks at the record that begins at `at`.
pub fn at(file: &[u8], at: usize) -> Found<'_> {
    if at >= file.len() {
        return Found::End;
    }
    if let Some(content) = whole(file, at) {
        return Found::Record(content, at + FRONT + content.len());
    }
    if has_whole(&file[at + 1..]) {
        Found::Damage
    } else {
        Found::Torn
    }
}

/// Whether a whole record stands somewhere in these bytes. Marks whose checksums are wrong are read over for no more
/// than a few times the length, lest a file of marks alone takes hours.
fn has_whole(bytes: &[u8]) -> bool {
    let mut patience = bytes.len().saturating_mul(4);
    let marks = bytes.windows(MARK.len()).enumerate();
    for (place, _) in marks.filter(|(_, found)| *found == MARK) {
        if whole(bytes, place).is_some() {
            return true;
        }
        let Some(rest) = patience.checked_sub(promised(bytes, place)) else {
            return false;
        };
        patience = rest;
    }
    false
}

/// The length of the content that the mark at `at` promises; 0 where the file does not hold so much.
fn promised(file: &[u8], at: usize) -> usize {
    let length = file.get(at + 4..at + 8).and_then(<[u8]>::first_chunk);
    let length = length.map_or(0, |length| u32::from_le_bytes(*length) as usize);
    let left = file.len().saturating_sub(at + FRONT);
    if length <= left { length } else { 0 }
}

fn whole(file: &[u8], at: usize) -> Option<&[u8]> {
    let front = file.get(at..at + FRONT)?;
    let (mark, rest) = front.split_first_chunk::<4>()?;
    let (length, sum) = rest.split_first_chunk::<4>()?;
    let content = file
        .get(at + FRONT..)?
        .get(..u32::from_le_bytes(*length) as usize)?;
    let is_right = *mark == MARK && sum == checksum(length, content).to_le_bytes();
    is_right.then_some(content)
}

fn checksum(length: &[u8], content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(length);
    hasher.update(content);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_end_is_no_damage_before_the_end() {
        let mut file = framed(b"one");
        let second = file.len();
        file.extend(framed(b"two"));
        assert_eq!(at(&file, 0), Found::Record(b"one", second));
        assert_eq!(at(&file, file.len()), Found::End);
        for length in second + 1..file.len() {
            assert_eq!(at(&file[..length], second), Found::Torn, "{length}");
        }
        for byte in 0..second {
            let mut damaged = file.clone();
            damaged[byte] ^= 0x10;
            assert_eq!(at(&damaged, 0), Found::Damage, "{byte}");
        }
    }
}
