//! Why a call failed: kinds with the data that both clients' texts need. No text of Locust,
//! requests or geventhttpclient is here; the bridge words them.

use std::time::Duration;

use thiserror::Error;

use super::memory_fault::MemoryFault;
use super::tls_fault::TlsFault;
use rlocust_core::model::CutPhase;

/// What went wrong with a call.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum HttpError {
    /// The operating system refused to connect (111 refused, 113 no route, 101 unreachable …);
    /// the last address's errno, as Python shows it.
    #[error("cannot connect: errno {errno}")]
    Connect {
        /// The system's error number; 0 if it gave none.
        errno: i32,
    },
    /// `getaddrinfo` failed.
    #[error("cannot resolve host: {text}")]
    Resolve {
        /// The `EAI_` code, negative as on Linux (-2 name unknown, -3 temporary …).
        code: i32,
        /// The resolver's sentence.
        text: String,
    },
    /// The connect limit passed, for every address tried.
    #[error("connect timed out")]
    ConnectTimeout {
        /// `Timeouts::connect` of the call.
        limit: Duration,
    },
    /// The connect limit passed while TLS was being agreed on.
    #[error("handshake timed out")]
    HandshakeTimeout {
        /// `Timeouts::connect` of the call.
        limit: Duration,
    },
    /// The connect limit passed while the request was being written (urllib3 keeps it for that).
    #[error("write timed out")]
    WriteTimeout,
    /// The read limit passed before the headers were complete.
    #[error("read timed out before the headers")]
    ReadTimeoutBeforeHeaders {
        /// `Timeouts::read` of the call.
        limit: Duration,
    },
    /// The read limit passed inside the body; the hop holds what came.
    #[error("read timed out in the body")]
    ReadTimeoutInBody {
        /// `Timeouts::read` of the call.
        limit: Duration,
    },
    /// The whole answer took longer than the run allows (`--max-response-time`).
    #[error("no whole answer within {} s (`--max-response-time`)", limit.as_secs_f64())]
    TooSlow { limit: Duration },
    /// The connection ended before `Content-Length` bytes; the hop holds what came.
    #[error("body ended after {read} bytes, {missing} more expected")]
    ShortBody {
        /// Bytes that came.
        read: u64,
        /// Bytes that did not.
        missing: u64,
    },
    /// The connection ended inside a chunked body; the hop holds what came.
    #[error("chunked body ended early")]
    TruncatedChunked {
        /// Payload bytes that came.
        read: u64,
        /// If it ended inside a chunk's data: bytes got and missing of the piece that urllib3
        /// was reading (it reads at most 10240 at a time). `None` if a size line was due
        /// (`Response ended prematurely`).
        piece: Option<(u64, u64)>,
    },
    /// A chunk's size line is not one; the hop holds what came.
    #[error("bad chunk size line")]
    BadChunk {
        /// The line with its end, as urllib3 quotes it.
        line: Vec<u8>,
        /// Payload bytes that came before it (urllib3's text always says 0 here).
        read: u64,
    },
    /// A chunk's size is below zero (`Dialect::Requests`, where Python takes that for a number).
    #[error("negative chunk size")]
    NegativeChunk,
    /// Chunked framing breaks another rule of the client's parser; the hop holds what came.
    #[error("bad framing: {reason}")]
    BadFraming {
        /// urllib3's or llhttp's words.
        reason: String,
        /// llhttp's number; 0 for `Dialect::Requests`.
        code: i32,
    },
    /// The connection was closed without a byte of answer.
    #[error("closed without reply")]
    ClosedWithoutReply,
    /// The system reported an error on the connection (104 reset, 32 broken pipe, 110 …).
    #[error("connection lost: errno {errno}")]
    Reset {
        /// The system's error number; 0 if it gave none.
        errno: i32,
        /// Where it happened.
        during: CutPhase,
    },
    /// The first line of the answer is not a status line.
    #[error("bad status line")]
    BadStatusLine {
        /// The line with its end, as `http.client` quotes it.
        line: Vec<u8>,
    },
    /// The connection ended inside the headers (`Dialect::Ghc`; `http.client` takes what came).
    #[error("headers cut off")]
    HeadersCutOff {
        /// geventhttpclient says `Incomplete response.` (a length or an interim answer had come)
        /// and not `Invalid EOF state`.
        is_incomplete: bool,
    },
    /// The answer's protocol is not HTTP/1 (`http.client`'s `UnknownProtocol`).
    #[error("unknown protocol {version}")]
    UnknownProtocol {
        /// `HTTP/2.0`, say.
        version: String,
    },
    /// The header block breaks a rule or a limit of the client.
    #[error("bad headers: {reason}")]
    BadHeaders {
        /// llhttp's words for `Dialect::Ghc` (`Invalid header token`); for `Dialect::Requests`
        /// `got more than 100 headers`, `got more than 65536 bytes when reading header line` or
        /// `Content-Length contained multiple unmatching values (1, 2)`.
        reason: String,
        /// llhttp's number; 0 for `Dialect::Requests`, -1 for words of geventhttpclient itself.
        code: i32,
    },
    /// There is no memory for the body; the hop holds nothing of it.
    #[error("{0}")]
    OutOfMemory(#[from] MemoryFault),
    /// The body could not be decoded; the hop holds the raw bytes.
    #[error("cannot decode {encoding}: {detail}")]
    Decode {
        /// The whole `Content-Encoding` value as sent.
        encoding: String,
        /// The encoding that failed (the one of a stack).
        failed: String,
        /// The decoder's sentence; zlib's own wording for gzip and deflate
        /// (`Error -3 while decompressing data: incorrect header check`).
        detail: String,
    },
    /// `Content-Encoding` lists more encodings than urllib3 undoes (5).
    #[error("{count} content-encodings")]
    TooManyEncodings { count: usize },
    /// `Content-Encoding` names something this dialect does not know
    /// (`Dialect::Ghc` only: requests hands the raw bytes out).
    #[error("unknown content-encoding {encoding}")]
    UnknownEncoding {
        /// The encoding, lower case.
        encoding: String,
    },
    /// One redirect more than allowed; the hops hold all answers.
    #[error("more than {limit} redirects")]
    TooManyRedirects { limit: u32 },
    /// A redirect to something that is not http or https.
    #[error("redirect to {url}")]
    RedirectScheme {
        /// Lower case.
        scheme: String,
        /// The URL the client would have gone to.
        url: String,
    },
    /// A redirect to something that is not a URL.
    #[error("redirect to {url}: {reason}")]
    RedirectInvalid {
        /// What the client would have gone to.
        url: String,
        reason: &'static str,
    },
    /// A `Location` that is not UTF-8 (`Dialect::Requests`, which decodes it strictly).
    #[error("redirect to bytes that are not UTF-8")]
    RedirectUndecodable {
        /// The header's value as sent.
        location: Vec<u8>,
    },
    /// The TLS handshake failed.
    #[error("TLS: {detail}")]
    Tls {
        fault: TlsFault,
        /// rustls' own sentence.
        detail: String,
    },
    /// A proxy could not be reached, or led nowhere.
    #[error("proxy: {reason}")]
    Proxy {
        /// What happened, in words of ours.
        reason: String,
        /// `requests` has words for it. (For SOCKS it has none without another library.)
        has_words: bool,
    },
    /// The server broke off a stream or the connection in HTTP/2's own way, or a request cannot
    /// be put into its form.
    #[error("HTTP/2: {reason}")]
    Http2 {
        /// `h2`'s own sentence.
        reason: String,
        /// Where it happened.
        during: CutPhase,
        /// The server promised that it has not looked at the request.
        is_untouched: bool,
    },
    /// The call was aborted, or the engine shut down.
    #[error("cut {phase:?}")]
    Cut {
        /// How far it was.
        phase: CutPhase,
    },
    /// A bug of ours: the task that did the call panicked.
    #[error("the I/O task panicked")]
    Panic,
}
