//! One request over a connection of its own, whose answer is taken as it comes: what streams need, which may never end.
//! Over HTTP/1.1; redirects and cookies are not followed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::http1::faults::{is_broken, lost};
use crate::http1::head_reader::HeadReader;
use crate::http1::progress::Progress;
use crate::http1::read_context::ReadContext;
use crate::http1::turns::Turns;
use crate::net::connect::Plain;
use crate::net::connection::Connection;
use crate::net::limit::within;
use crate::proxies::choice::Proxies;
use crate::tls::profile::TlsProfile;
use crate::types::header_block::HeaderBlock;
use crate::types::headers::Headers;
use crate::types::limits::{Redirects, Timeouts};
use crate::types::method::Method;
use crate::types::protocol::Protocol;
use crate::urls::url::Url;
use crate::wire::encode::Request;
use rlocust_core::clock;
use rlocust_core::model::CutPhase;

use super::coding::{Coding, PIECE};
use super::framed::Framed;
use super::network::{Destination, Network};

/// What is asked.
pub struct StreamRequest {
    pub url: Url,
    pub tls: Arc<TlsProfile>,
    pub method: Method,
    pub headers: Headers,
    pub body: Bytes,
    pub user_agent: String,
    /// One of which may be on the way: HTTP proxies get whole `http://` URLs, and are asked for a tunnel to others.
    pub proxies: Option<Arc<Proxies>>,
    /// For each address tried, and for the TLS handshake.
    pub connect_limit: Duration,
    /// For each wait for more of the answer.
    pub read_limit: Duration,
}

/// An answer whose head is there.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderBlock,
    /// When the request was taken up.
    pub began: Instant,
    pub first_byte: Instant,
    connection: Connection,
    framed: Framed,
    coding: Coding,
    read_limit: Duration,
    /// Of the body, and not decoded yet.
    coded: Vec<u8>,
    /// When that had come.
    arrived: Instant,
    turns: Turns,
    /// Of the piece that was taken last, not yet charged.
    cost: usize,
}

impl Network {
    /// Sends it, and waits for the head of the answer.
    pub async fn ask(&self, asked: &StreamRequest) -> Result<Answer, HttpError> {
        let taken_up = clock::instant();
        let limit = asked.connect_limit;
        let to = Destination {
            url: &asked.url,
            tls: &asked.tls,
            protocol: Protocol::Http1,
            limit,
            proxies: asked.proxies.as_deref(),
        };
        let (mut connection, held) = self.connect(to, Plain::WholeUrls).await?;
        let written = within(Some(limit), write(asked, &mut connection)).await;
        written.ok_or(HttpError::WriteTimeout)??;
        Answer::begin(asked, connection, taken_up + held).await
    }
}

impl Answer {
    async fn begin(
        asked: &StreamRequest,
        mut connection: Connection,
        began: Instant,
    ) -> Result<Self, HttpError> {
        let mut progress = Progress {
            phase: CutPhase::Sent,
            ..Progress::default()
        };
        let mut buffer = Vec::new();
        let mut reader = HeadReader {
            asked: reading(asked),
            connection: &mut connection,
            progress: &mut progress,
        };
        let head = reader.read(&mut buffer).await?.head;
        let headers = HeaderBlock {
            raw: Bytes::copy_from_slice(&buffer[..head.length]),
            reason: head.reason,
            fields: head.fields,
        };
        let arrived = connection.arrived();
        let mut answer = Self {
            status: head.status,
            began,
            first_byte: progress.first_byte_at.unwrap_or(arrived),
            framed: Framed::new(head.framing),
            coding: Coding::of(headers.get("content-encoding"))?,
            headers,
            read_limit: asked.read_limit,
            coded: Vec::new(),
            arrived,
            turns: Turns::default(),
            cost: 0,
            connection,
        };
        let behind = &buffer[head.length..];
        answer.framed.feed(behind, &mut answer.coded)?;
        Ok(answer)
    }

    /// The next bytes of the body and when they had come; `None` at its end. Keeps its place where it is dropped before
    /// it is ready. Other users have their turn between pieces, by what these cost unpacked.
    pub async fn next(&mut self) -> Result<Option<(Vec<u8>, Instant)>, HttpError> {
        let cost = std::mem::take(&mut self.cost);
        self.turns.after(cost).await;
        while self.coded.is_empty() {
            if self.framed.is_done() {
                return Ok(None);
            }
            let limit = self.read_limit;
            let Self {
                connection,
                framed,
                coded,
                ..
            } = self;
            let read = connection.read_to(|fresh| framed.feed(fresh, coded).map(|()| fresh.len()));
            let read = within(Some(limit), read).await;
            let read = read.ok_or(HttpError::ReadTimeoutInBody { limit })?;
            if read.map_err(|error| lost(&error, CutPhase::Answering))?? == 0 {
                self.framed.cut()?;
                return Ok(None);
            }
            self.arrived = self.connection.arrived();
        }
        let rest = match self.coding {
            Coding::Plain => Vec::new(),
            _ => self.coded.split_off(PIECE.min(self.coded.len())),
        };
        let coded = std::mem::replace(&mut self.coded, rest);
        let length = coded.len();
        let piece = self.coding.undo(coded)?;
        self.cost = self.coding.cost(length, piece.len());
        Ok(Some((piece, self.arrived)))
    }

    /// When the bytes that were read last had come.
    pub fn arrived(&self) -> Instant {
        self.arrived
    }
}

/// A connection that breaks meanwhile may still hold an answer.
async fn write(asked: &StreamRequest, connection: &mut Connection) -> Result<(), HttpError> {
    let via = asked
        .proxies
        .as_ref()
        .and_then(|proxies| proxies.for_url(&asked.url))
        .filter(|proxy| proxy.takes_whole_urls(&asked.url));
    let request = Request {
        dialect: Dialect::Requests,
        method: &asked.method,
        url: &asked.url,
        headers: &asked.headers,
        cookie: None,
        body: &asked.body,
        first: true,
        fallback_user_agent: &asked.user_agent,
        to_proxy: via.as_deref(),
    };
    let encoded = request.encode();
    for part in [encoded.bytes, encoded.rest] {
        match connection.write_whole(&part).await {
            Err(error) if is_broken(&error) => return Ok(()),
            written => written.map_err(|error| lost(&error, CutPhase::BeforeSend))?,
        }
    }
    Ok(())
}

fn reading(asked: &StreamRequest) -> ReadContext<'_> {
    ReadContext {
        method: &asked.method,
        dialect: Dialect::Requests,
        redirects: Redirects::Never,
        timeouts: Timeouts {
            connect: Some(asked.connect_limit),
            read: Some(asked.read_limit),
        },
    }
}
