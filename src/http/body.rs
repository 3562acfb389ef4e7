//! Where a body ends: counting `Content-Length`, or undoing chunked framing piece by piece.

use super::error::HttpError;

/// urllib3 reads a chunk in pieces of this size; its text about a cut chunk counts within one.
const PIECE: u64 = 10240;
/// `http.client` gives up on longer lines.
const LONGEST_LINE: usize = 65536;

/// Undoes chunked framing. Feed it all bytes from the head on; it says how many it has used.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    state: State,
    payload: Vec<u8>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Size,
    Data {
        size: u64,
        left: u64,
    },
    DataEnd,
    Trailers,
    Done,
}

/// What a step came to.
enum Step {
    Used(usize),
    NeedMore,
}

impl Chunks {
    /// Takes what it can from `input`; returns how much of it is dealt with.
    pub(super) fn feed(&mut self, input: &[u8]) -> Result<usize, HttpError> {
        let mut used = 0;
        while !self.is_done() {
            match self.step(&input[used..])? {
                Step::Used(more) => used += more,
                Step::NeedMore => break,
            }
        }
        Ok(used)
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    pub(super) fn read(&self) -> u64 {
        self.payload.len() as u64
    }

    pub(super) fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The fault if the connection ends now.
    pub(super) fn cut(&self) -> HttpError {
        let piece = match self.state {
            State::Data { size, left } => {
                let got = size - left;
                let within = got % PIECE;
                Some((within, PIECE.min(size - (got - within)) - within))
            }
            _ => None,
        };
        HttpError::TruncatedChunked {
            read: self.read(),
            piece,
        }
    }

    fn step(&mut self, input: &[u8]) -> Result<Step, HttpError> {
        match self.state {
            State::Size => self.size_line(input),
            State::Data { size, left } => Ok(self.data(input, size, left)),
            State::DataEnd => self.data_end(input),
            State::Trailers => self.trailer(input),
            State::Done => Ok(Step::NeedMore),
        }
    }

    fn size_line(&mut self, input: &[u8]) -> Result<Step, HttpError> {
        let Some(line) = self.line(input)? else {
            return Ok(Step::NeedMore);
        };
        let digits = line
            .split(|byte| *byte == b';')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        let size = std::str::from_utf8(digits)
            .ok()
            .and_then(|text| u64::from_str_radix(text, 16).ok());
        let Some(size) = size.filter(|_| !digits.starts_with(b"+")) else {
            return Err(self.bad(line.trim_ascii_end()));
        };
        self.state = if size == 0 {
            State::Trailers
        } else {
            State::Data { size, left: size }
        };
        Ok(Step::Used(line.len()))
    }

    fn data(&mut self, input: &[u8], size: u64, left: u64) -> Step {
        if input.is_empty() {
            return Step::NeedMore;
        }
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        self.payload.extend_from_slice(&input[..taken]);
        let left = left - taken as u64;
        self.state = if left == 0 {
            State::DataEnd
        } else {
            State::Data { size, left }
        };
        Step::Used(taken)
    }

    fn data_end(&mut self, input: &[u8]) -> Result<Step, HttpError> {
        let used = match input {
            [] | [b'\r'] => return Ok(Step::NeedMore),
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            other => return Err(self.bad(&other[..other.len().min(32)])),
        };
        self.state = State::Size;
        Ok(Step::Used(used))
    }

    fn trailer(&mut self, input: &[u8]) -> Result<Step, HttpError> {
        let Some(line) = self.line(input)? else {
            return Ok(Step::NeedMore);
        };
        if line.trim_ascii_end().is_empty() {
            self.state = State::Done;
        }
        Ok(Step::Used(line.len()))
    }

    /// The next line with its end, if it is all there.
    fn line<'a>(&self, input: &'a [u8]) -> Result<Option<&'a [u8]>, HttpError> {
        let end = input.iter().position(|byte| *byte == b'\n');
        match end {
            Some(end) => Ok(Some(&input[..=end])),
            None if input.len() > LONGEST_LINE => Err(self.bad(&input[..64])),
            None => Ok(None),
        }
    }

    fn bad(&self, line: &[u8]) -> HttpError {
        HttpError::BadChunk {
            line: line.to_vec(),
            read: self.read(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed_in_pieces(text: &[u8], piece: usize) -> (Chunks, usize) {
        let mut chunks = Chunks::default();
        let (mut used, mut seen) = (0, 0);
        while seen < text.len() && !chunks.is_done() {
            seen = (seen + piece).min(text.len());
            used += chunks.feed(&text[used..seen]).expect("well formed");
        }
        (chunks, used)
    }

    #[test]
    fn chunks_are_joined_however_the_bytes_are_cut() {
        let text = b"5\r\nhello\r\n1;ext=1\r\n \r\n005\r\nworld\r\n0\r\nTrailer: x\r\n\r\nNEXT";
        for piece in 1..text.len() {
            let (chunks, used) = feed_in_pieces(text, piece);
            assert!(chunks.is_done());
            assert_eq!(used, text.len() - 4);
            assert_eq!(chunks.into_payload(), b"hello world");
        }
    }

    #[test]
    fn garbage_for_a_size_is_named() {
        let mut chunks = Chunks::default();
        let fault = chunks.feed(b"3\r\nabc\r\nxyz\r\n");
        assert_eq!(
            fault,
            Err(HttpError::BadChunk {
                line: b"xyz".to_vec(),
                read: 3
            })
        );
    }

    #[test]
    fn a_cut_chunk_is_counted_as_urllib3_counts_it() {
        let mut chunks = Chunks::default();
        chunks.feed(b"a\r\nabc").expect("fine so far");
        assert_eq!(
            chunks.cut(),
            HttpError::TruncatedChunked {
                read: 3,
                piece: Some((3, 7))
            }
        );
        let mut chunks = Chunks::default();
        let long = [b"186a0\r\n".as_slice(), &[b'x'; 15000]].concat();
        chunks.feed(&long).expect("fine so far");
        assert_eq!(
            chunks.cut(),
            HttpError::TruncatedChunked {
                read: 15000,
                piece: Some((4760, 5480))
            }
        );
        let mut chunks = Chunks::default();
        chunks.feed(b"3\r\nabc\r\n").expect("fine so far");
        assert_eq!(
            chunks.cut(),
            HttpError::TruncatedChunked {
                read: 3,
                piece: None
            }
        );
    }
}
