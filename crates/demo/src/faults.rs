//! Routes that break the rules, as servers do when they die or are badly written. What each does on the wire is in
//! `connection`; here is which exist and the bytes they send before they misbehave.

/// How an answer goes wrong. Each counts as received like any other request; none counts as answered,
/// except `HalfClose` and `BadGzip`, whose answers are whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset (RST) before any answer byte.
    Reset,
    /// Head and a tenth of the body, then a reset.
    ResetInBody,
    /// The connection is closed (FIN) without an answer.
    Close,
    /// 10 of 100 announced bytes, then closed.
    ShortBody,
    /// One chunk of a chunked body, then closed.
    ShortChunked,
    /// Closed in the middle of the head.
    CutHead,
    /// A whole answer; then our side is closed without having said so. What still arrives is counted, not answered.
    HalfClose,
    /// Bytes that are not HTTP, then closed.
    Garbage,
    /// A body that says it is gzip and is not.
    BadGzip,
    /// Never answers and never closes.
    Hang,
    /// Head and a tenth of the body, then nothing more.
    Stall,
}

/// How the connection goes on after the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Reset,
    Close,
    /// Our side is closed, theirs still read.
    HalfClose,
    /// Open, but nothing more is said.
    Silence,
    KeepAlive,
}

impl Fault {
    pub const ALL: [(&'static str, Self); 11] = [
        ("reset", Self::Reset),
        ("reset-in-body", Self::ResetInBody),
        ("close", Self::Close),
        ("short-body", Self::ShortBody),
        ("short-chunked", Self::ShortChunked),
        ("cut-head", Self::CutHead),
        ("half-close", Self::HalfClose),
        ("garbage", Self::Garbage),
        ("bad-gzip", Self::BadGzip),
        ("hang", Self::Hang),
        ("stall", Self::Stall),
    ];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, fault)| *fault)
    }

    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Reset | Self::Close | Self::Hang => b"",
            Self::ResetInBody | Self::ShortBody | Self::Stall => {
                b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\n0123456789"
            }
            Self::ShortChunked => {
                b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\na\r\n0123456789\r\n"
            }
            Self::CutHead => b"HTTP/1.1 200 OK\r\ncontent-type: text/pl",
            Self::HalfClose => {
                b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\nbye\n"
            }
            Self::Garbage => b"this is not HTTP\r\n\r\n",
            Self::BadGzip => {
                b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 8\r\n\r\nnot gzip"
            }
        }
    }

    pub fn ending(self) -> Ending {
        match self {
            Self::Reset | Self::ResetInBody => Ending::Reset,
            Self::Close | Self::ShortBody | Self::ShortChunked | Self::CutHead | Self::Garbage => {
                Ending::Close
            }
            Self::HalfClose => Ending::HalfClose,
            Self::Hang | Self::Stall => Ending::Silence,
            Self::BadGzip => Ending::KeepAlive,
        }
    }

    pub fn is_answer(self) -> bool {
        matches!(self, Self::HalfClose | Self::BadGzip)
    }
}
