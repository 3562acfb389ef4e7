//! Where a body ends: counting `Content-Length`, or undoing chunked framing piece by piece.

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::memory::space::BodySpace;

use super::chunk_lines::{self, StrictSize, framing_fault};
use super::head_faults::{LARGEST_HEAD, MOST_HEADERS, USERS};

/// urllib3 reads a chunk in pieces of this size; its text about a cut chunk counts within one.
const PIECE: u64 = 10240;

/// urllib3 gives up on longer lines.
const LONGEST_LINE: usize = 65536;

const TRAILER: &str = "Response chunk trailer line";

/// Undoes chunked framing. Feed it all bytes from the head on; it says how many it has used.
#[derive(Debug)]
pub(crate) struct Chunks {
    state: State,
    payload: Vec<u8>,
    /// The lines behind the last chunk, if the dialect keeps them.
    trailers: Vec<u8>,
    /// The bytes of trailers that came.
    trailing: usize,
    /// How many lines they were.
    trailing_lines: usize,
    /// How far into the line that is not all there it was looked for its end.
    looked: usize,
    dialect: Dialect,
}

#[derive(Debug)]
enum State {
    Size(StrictSize),
    Data { size: u64, left: u64 },
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
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            state: State::Size(StrictSize::default()),
            payload: Vec::new(),
            trailers: Vec::new(),
            trailing: 0,
            trailing_lines: 0,
            looked: 0,
            dialect,
        }
    }

    /// Lets somebody see to it that there is space for more of the payload.
    pub(crate) fn make_space(&mut self, make: impl FnOnce(&mut Vec<u8>)) {
        make(&mut self.payload);
    }

    /// The same as `feed`, within what bodies may take.
    pub(crate) fn feed_within(
        &mut self,
        space: &mut BodySpace,
        input: &[u8],
    ) -> Result<usize, HttpError> {
        space.reserve(&mut self.payload, input.len())?;
        let used = self.feed(input)?;
        space.reserve(&mut self.payload, 0)?;
        Ok(used)
    }

    /// Takes what it can from `input`; returns how much of it is dealt with.
    pub(crate) fn feed(&mut self, input: &[u8]) -> Result<usize, HttpError> {
        let mut used = 0;
        while !self.is_done() {
            match self.step(&input[used..])? {
                Step::Used(more) => used += more,
                Step::NeedMore => break,
            }
        }
        Ok(used)
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    pub(crate) fn read(&self) -> u64 {
        self.payload.len() as u64
    }

    pub(crate) fn trailers(&self) -> &[u8] {
        &self.trailers
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// What came since the last time.
    pub(crate) fn take_payload(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.payload)
    }

    pub(crate) fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The connection ends, with `pending` not dealt with. urllib3 takes what came: a size line
    /// without its end is one, and after the last chunk nothing more is needed.
    pub(crate) fn cut(&self, pending: &[u8]) -> Result<(), HttpError> {
        let piece = match self.state {
            State::Done => return Ok(()),
            State::Trailers if self.dialect.takes_cut_chunks() => return Ok(()),
            State::Data { size, left } => {
                let got = size - left;
                let within = got % PIECE;
                Some((within, PIECE.min(size - (got - within)) - within))
            }
            State::DataEnd => Some((pending.len() as u64, 2 - pending.len() as u64)),
            State::Size(_) if self.dialect.takes_cut_chunks() && !pending.is_empty() => {
                match self.size_of(pending)? {
                    0 => return Ok(()),
                    size => Some((0, size.min(PIECE))),
                }
            }
            State::Size(_) | State::Trailers => None,
        };
        Err(HttpError::TruncatedChunked {
            read: self.read(),
            piece,
        })
    }

    fn step(&mut self, input: &[u8]) -> Result<Step, HttpError> {
        match self.state {
            State::Size(_) => self.size_line(input),
            State::Data { size, left } => Ok(self.data(input, size, left)),
            State::DataEnd => self.data_end(input),
            State::Trailers => self.trailer(input),
            State::Done => Ok(Step::NeedMore),
        }
    }

    fn size_line(&mut self, input: &[u8]) -> Result<Step, HttpError> {
        if let State::Size(line) = &mut self.state
            && self.dialect.is_strict()
        {
            return Ok(match line.read(input)? {
                Some((size, used)) => {
                    self.begin(size);
                    Step::Used(used)
                }
                None => Step::NeedMore,
            });
        }
        let Some(line) = self.line(input, "Response chunk size line")? else {
            return Ok(Step::NeedMore);
        };
        let size = self.size_of(line)?;
        self.begin(size);
        Ok(Step::Used(line.len()))
    }

    fn begin(&mut self, size: u64) {
        self.state = if size == 0 {
            State::Trailers
        } else {
            State::Data { size, left: size }
        };
    }

    fn size_of(&self, line: &[u8]) -> Result<u64, HttpError> {
        let text = line.split(|byte| *byte == b';').next().unwrap_or_default();
        match chunk_lines::python_size(text) {
            Some((_, 0)) => Ok(0),
            Some((true, _)) => Err(HttpError::NegativeChunk),
            Some((false, size)) => Ok(size),
            None => Err(self.bad(text)),
        }
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

    /// urllib3 throws two bytes away, whatever they are.
    fn data_end(&mut self, input: &[u8]) -> Result<Step, HttpError> {
        match input {
            [b'\r', b'\n', ..] => {}
            [_, _, ..] if !self.dialect.is_strict() => {}
            [b'\n', ..] if self.dialect.is_strict() => {
                return Err(framing_fault("Missing expected CR after chunk data", 25));
            }
            [] | [b'\r'] => return Ok(Step::NeedMore),
            [_] if !self.dialect.is_strict() => return Ok(Step::NeedMore),
            _ => return Err(framing_fault("Expected LF after chunk data", 2)),
        }
        self.state = State::Size(StrictSize::default());
        Ok(Step::Used(2))
    }

    fn trailer(&mut self, input: &[u8]) -> Result<Step, HttpError> {
        let Some(line) = self.line(input, TRAILER)? else {
            return Ok(Step::NeedMore);
        };
        self.trailing += line.len();
        self.trailing_lines += 1;
        let has_too_many = !self.dialect.is_strict() && self.trailing_lines > MOST_HEADERS;
        if self.trailing > LARGEST_HEAD || has_too_many {
            return Err(self.too_long(TRAILER));
        }
        if self.dialect.is_strict() {
            chunk_lines::check_trailer(line)?;
        }
        if line == b"\r\n" {
            self.state = State::Done;
        } else if self.dialect.keeps_trailers() {
            self.trailers.extend_from_slice(line);
        }
        Ok(Step::Used(line.len()))
    }

    fn bad(&self, line: &[u8]) -> HttpError {
        HttpError::BadChunk {
            line: line.to_vec(),
            read: self.read(),
        }
    }

    /// The next line with its end, if it is all there.
    fn line<'a>(&mut self, input: &'a [u8], what: &str) -> Result<Option<&'a [u8]>, HttpError> {
        let end = input[self.looked..].iter().position(|byte| *byte == b'\n');
        let end = end.map(|end| self.looked + end);
        self.looked = if end.is_some() { 0 } else { input.len() };
        let length = end.map_or(input.len(), |end| end + 1);
        if length > LONGEST_LINE {
            return Err(self.too_long(what));
        }
        Ok(end.map(|end| &input[..=end]))
    }

    fn too_long(&self, what: &str) -> HttpError {
        if self.dialect.is_strict() {
            return framing_fault("Header overflow", USERS);
        }
        let reason = format!("{what} exceeded maximum allowed length");
        HttpError::BadFraming { reason, code: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed_in_pieces(text: &[u8], piece: usize) -> (Chunks, usize) {
        let mut chunks = Chunks::new(Dialect::Ghc);
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
    fn so_many_trailers_are_taken_as_headers() {
        let fed = |dialect, count| {
            let text = [b"0\r\n", &b"A: b\r\n".repeat(count)[..], b"\r\n"].concat();
            Chunks::new(dialect).feed(&text)
        };
        assert!(fed(Dialect::Requests, MOST_HEADERS - 1).is_ok());
        let fault = fed(Dialect::Requests, MOST_HEADERS);
        assert!(matches!(fault, Err(HttpError::BadFraming { .. })));
        assert!(fed(Dialect::Ghc, 10 * MOST_HEADERS).is_ok(), "nor headers");
    }

    /// What comes of these bytes and then the end of the connection.
    fn ended(text: &[u8], dialect: Dialect) -> Result<Vec<u8>, HttpError> {
        let mut chunks = Chunks::new(dialect);
        let used = chunks.feed(text)?;
        chunks.cut(&text[used..])?;
        Ok(chunks.into_payload())
    }

    fn cut<T>(read: u64, piece: Option<(u64, u64)>) -> Result<T, HttpError> {
        Err(HttpError::TruncatedChunked { read, piece })
    }

    #[test]
    fn a_cut_body_is_judged_as_urllib3_judges_it() {
        let of = |text: &[u8]| ended(text, Dialect::Requests);
        assert_eq!(of(b"a\r\nabc"), cut(3, Some((3, 7))));
        assert_eq!(of(b"3\r\nabc\r\n"), cut(3, None));
        assert_eq!(of(b"3\r\nabc"), cut(3, Some((0, 2))));
        assert_eq!(of(b"3\r\nabc\r\n5"), cut(3, Some((0, 5))));
        assert_eq!(of(b"3\r\nabc\r\n0\r\n"), Ok(b"abc".to_vec()));
        assert_eq!(of(b"3\r\nabcdef\r\n0\r\n\r\n"), cut(8, Some((5, 10))));
        let long = [b"186a0\r\n".as_slice(), &[b'x'; 15000]].concat();
        assert_eq!(of(&long), cut(15000, Some((4760, 5480))));
        let line = b"xyz\r\n".to_vec();
        assert_eq!(
            of(b"3\r\nabc\r\nxyz\r\n"),
            Err(HttpError::BadChunk { line, read: 3 })
        );
    }

    #[test]
    fn geventhttpclient_wants_the_last_line_too() {
        assert_eq!(ended(b"3\r\nabc\r\n0\r\n", Dialect::Ghc), cut(3, None));
        assert_eq!(
            ended(b"3\r\nabcdef\r\n0\r\n\r\n", Dialect::Ghc),
            Err(framing_fault("Expected LF after chunk data", 2))
        );
    }

    #[test]
    fn behind_a_chunk_urllib3_passes_over_two_bytes_and_llhttp_looks_at_them() {
        let step = |dialect: Dialect, input: &[u8]| {
            let mut chunks = Chunks::new(dialect);
            chunks.state = State::DataEnd;
            match chunks.data_end(input) {
                Ok(Step::Used(length)) => Ok(Some(length)),
                Ok(_) => Ok(None),
                Err(HttpError::BadFraming { code, .. }) => Err(code),
                Err(_) => Err(0),
            }
        };
        for (input, by_urllib3, by_llhttp) in [
            (&b""[..], Ok(None), Ok(None)),
            (b"\r", Ok(None), Ok(None)),
            (b"\r\n", Ok(Some(2)), Ok(Some(2))),
            (b"\n", Ok(None), Err(25)),
            (b"x", Ok(None), Err(2)),
            (b"xy", Ok(Some(2)), Err(2)),
            (b"\nx", Ok(Some(2)), Err(25)),
        ] {
            assert_eq!(step(Dialect::Requests, input), by_urllib3, "{input:?}");
            assert_eq!(step(Dialect::Ghc, input), by_llhttp, "{input:?}");
        }
    }
}
