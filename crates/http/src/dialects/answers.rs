//! How the clients differ in reading answers: `http.client` and urllib3 line by line, geventhttpclient by feeding all it
//! has read at once to llhttp.

use super::dialect::Dialect;

/// What `http.client` reads ahead of what it needs.
const HTTP_CLIENT_BUFFER: usize = 8192;
/// What geventhttpclient reads at once.
const GHC_BLOCK: usize = 4096;

impl Dialect {
    /// llhttp refuses what breaks the rules, in its own words; `http.client` and urllib3 make do with most of it.
    pub(crate) fn is_strict(self) -> bool {
        self.is_ghc()
    }

    /// Names of protocols that the parser takes for HTTP.
    pub(crate) fn protocols(self) -> &'static [&'static [u8]] {
        match self {
            Self::Requests => &[b"HTTP/"],
            Self::Ghc => &[b"HTTP/", b"RTSP/", b"ICE/"],
        }
    }

    /// `http.client` takes no status below 100.
    pub(crate) fn takes_any_status(self) -> bool {
        self.is_ghc()
    }

    /// An answer before the answer: `http.client` passes over 100 only, geventhttpclient over all below 200
    /// (101 it never gets to see: what follows it is not HTTP).
    pub(crate) fn is_interim(self, status: u16) -> bool {
        match self {
            Self::Requests => status == 100,
            Self::Ghc => status < 200,
        }
    }

    /// llhttp gives up behind 101: what follows is not HTTP.
    pub(crate) fn stops_at_upgrade(self) -> bool {
        self.is_ghc()
    }

    /// Statuses without a body. urllib3 undoes chunks also there; llhttp lets interim answers that it does not know by
    /// number have a body if they announce it.
    pub(crate) fn has_no_body(self, status: u16, is_chunked: bool, has_length: bool) -> bool {
        match (status, self) {
            (100..=199 | 204 | 304, Self::Requests) => !is_chunked,
            (104..=199, Self::Ghc) => !is_chunked && !has_length,
            (100..=103 | 204 | 304, Self::Ghc) => true,
            _ => false,
        }
    }

    /// A body in chunks of a coding that it does not know ends the connection: `http.client` does not find its end.
    pub(crate) fn closes_behind_unknown_codings(self) -> bool {
        self.is_requests()
    }

    /// If the connection ends inside a head, `http.client` takes what came of it.
    pub(crate) fn takes_cut_heads(self) -> bool {
        self.is_requests()
    }

    /// If the connection ends inside the framing of chunks, urllib3 takes a size line without its end for one, and
    /// needs nothing more behind the last chunk.
    pub(crate) fn takes_cut_chunks(self) -> bool {
        self.is_requests()
    }

    /// Trailers become headers.
    pub(crate) fn keeps_trailers(self) -> bool {
        self.is_ghc()
    }

    /// Empty lines before an answer are nothing to llhttp.
    pub(crate) fn skips_empty_lines(self) -> bool {
        self.is_ghc()
    }

    /// The parser gets all that came together with the head before there is a response: a fault in a body, or garbage
    /// behind it, is then a fault without a response, and a further answer takes the place of the one before.
    pub(crate) fn parses_blocks(self) -> bool {
        self.is_ghc()
    }

    /// geventhttpclient does not wait for the body of an answer that it will not hand out.
    pub(crate) fn leaves_unwanted_bodies(self) -> bool {
        self.is_ghc()
    }

    /// Bytes that are read beyond an answer, and thrown away with it.
    pub(crate) fn read_ahead(self) -> usize {
        match self {
            Self::Requests => HTTP_CLIENT_BUFFER,
            Self::Ghc => GHC_BLOCK,
        }
    }
}
