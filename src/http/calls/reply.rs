//! What comes back: a `Reply` with every answered hop, the clock's readings and the count of
//! attempts. Header blocks stay as they came and are read on demand.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;

use crate::model::{Attempts, CallEnd, Ended, Phases};

use super::call::{Method, Ticket};
use crate::http::urls::url::Url;
use crate::http::words::error::HttpError;

/// The end of a call: exactly one per call.
#[derive(Debug)]
pub struct Reply {
    /// The caller's name for the call.
    pub ticket: Ticket,
    /// Every answered hop in order; the last one is the response. Empty if nothing answered.
    pub hops: Vec<Hop>,
    /// What went wrong. A fault inside a body leaves its hop, with the partial body, in `hops`.
    pub error: Option<HttpError>,
    /// The last request sent (or tried) that has no hop of its own because no head came back, or
    /// because the call was cut inside its body.
    /// Tells the bridge method, URL and headers of a failed request.
    pub unanswered: Option<Sent>,
    /// The clock's readings.
    pub timing: Timing,
    /// `taken_up` and `elapsed` later: when the last byte came (or the error). What the engine did
    /// afterwards is part of the lag until the caller is resumed.
    pub finished: Instant,
    /// What went over the wire, for exact accounting.
    pub attempts: Attempts,
    /// The session's jar is not as it was when the call began.
    pub cookies_changed: bool,
}

impl Reply {
    /// The response: the last answered hop.
    pub fn response(&self) -> Option<&Hop> {
        self.hops.last()
    }

    /// How the call ended, as far as it is counted.
    pub fn end(&self) -> CallEnd {
        let how = match self.error {
            None => Ended::Answered,
            Some(HttpError::Cut { phase }) => Ended::Cut(phase),
            Some(_) => Ended::Failed,
        };
        CallEnd {
            attempts: self.attempts,
            how,
        }
    }
}

/// One answered request of a chain of redirects.
#[derive(Debug)]
pub struct Hop {
    /// The status code.
    pub status: u16,
    /// The version the answer came in.
    pub version: Version,
    /// Status line and headers as they came.
    pub head: HeaderBlock,
    /// The request this answers.
    pub sent: Sent,
    /// From the start of this hop's request (connecting included) to the end of its headers.
    pub elapsed: Duration,
    /// The body, decoded if the call asked for it; partial after an error.
    pub body: Bytes,
    /// Bytes of the body on the wire, chunk framing not counted.
    pub wire_length: u64,
}

/// A request as it went out.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The method of this hop (redirects may have changed it).
    pub method: Method,
    /// Where it went, fragment included.
    pub url: Url,
    /// Request line and headers with the empty line, byte for byte; over HTTP/2 the same request
    /// as HTTP/1.1 would have spelt it. Empty if there was no connection to send it on.
    pub head: Bytes,
    /// The body; empty if a redirect dropped it.
    pub body: Bytes,
}

impl Sent {
    /// Names and values of the headers in the order sent, `Host` and `Cookie` included.
    pub fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.head
            .split(|byte| *byte == b'\n')
            .skip(1)
            .filter_map(|line| {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                let colon = line.iter().position(|byte| *byte == b':')?;
                Some((&line[..colon], line[colon + 1..].trim_ascii()))
            })
    }
}

/// The protocol version of an answer.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Version {
    /// `HTTP/1.0` (`http.client`'s `version` 10)
    Http10,
    /// `HTTP/1.1` (`http.client`'s `version` 11)
    Http11,
    /// `HTTP/2` (urllib3's `version` 20)
    Http2,
}

/// Status line and headers of an answer, in one piece of memory; names and values by offset.
#[derive(Clone, Debug)]
pub struct HeaderBlock {
    pub(crate) raw: Bytes,
    pub(crate) reason: (u32, u32),
    pub(crate) fields: Arc<[Field]>,
}

/// Where a header lies in its block.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Field {
    pub name: (u32, u32),
    pub value: (u32, u32),
}

impl HeaderBlock {
    /// The whole block as it came.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The reason phrase (latin-1 by the clients' reading).
    pub fn reason(&self) -> &[u8] {
        &self.raw[self.reason.0 as usize..self.reason.1 as usize]
    }

    /// Names and values in order, repeated ones repeated, spelt as they came; values trimmed.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|field| {
            (
                &self.raw[field.name.0 as usize..field.name.1 as usize],
                &self.raw[field.value.0 as usize..field.value.1 as usize],
            )
        })
    }

    /// All values of a name, whatever its case.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The first value of a name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }
}

/// The clock's readings. All are of the I/O thread, but for the ends of answers, which the kernel tells where it can.
#[derive(Copy, Clone, Debug)]
pub struct Timing {
    /// When the caller handed the call in (copied from the call).
    pub submitted: Instant,
    /// When the I/O thread took the call up: the clock of the sample starts here.
    pub taken_up: Instant,
    /// The same moment on the wall clock.
    pub started: SystemTime,
    /// From `taken_up` to the last body byte (or the error): the response time, redirects, waits
    /// for a free connection and retries included.
    pub elapsed: Duration,
    /// `Hop::elapsed` of the last hop (requests' `response.elapsed`); zero if nothing answered.
    pub last_hop_headers: Duration,
    /// Name resolution, over all connections that the call opened; `None` if it opened none, or
    /// only to addresses.
    pub dns: Option<Duration>,
    /// TCP connects, over all hops; `None` if every connection was there already.
    pub connect: Option<Duration>,
    /// TLS handshakes, over all hops; `None` without one.
    pub tls: Option<Duration>,
    /// From the request written to the first byte of the answer, last hop.
    pub ttfb: Option<Duration>,
    /// From the first byte of the answer to the last, last hop.
    pub body: Option<Duration>,
    /// The last hop used a connection that had been used before.
    pub reused: bool,
}

impl Timing {
    /// What the exchange spent its time on, for the sums.
    pub fn phases(&self) -> Phases {
        Phases {
            dns: self.dns,
            connect: self.connect,
            tls: self.tls,
            first_byte: self.ttfb,
            body: self.body,
            reused: self.reused,
        }
    }
}
