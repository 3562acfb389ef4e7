//! One request and its answer on an HTTP/2 connection. Says what it got as an `Answer` like HTTP/1.1's, so that
//! redirects, cookies, decoding and all texts above are the same.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;

use crate::errors::error::HttpError;
use crate::http1::answer::Answer;
use crate::http1::progress::Progress;
use crate::memory::budget::BodyBudget;
use crate::memory::space::BodySpace;
use crate::net::limit::within;
use crate::wire::sent::Sent;
use rlocust_core::clock;
use rlocust_core::model::CutPhase;

use super::fault::{broken_body, fault_of};
use super::form::{head_of, request_of};
use super::wire::Wire;

/// What an answer may take.
#[derive(Copy, Clone)]
pub(crate) struct Limits<'a> {
    /// From one piece to the next.
    pub read: Option<Duration>,
    pub budget: &'a Arc<BodyBudget>,
}

/// One request and its answer.
pub(crate) async fn exchange(
    limits: Limits<'_>,
    sent: &Sent,
    wire: &Wire,
    progress: &mut Progress,
) -> Result<Answer, HttpError> {
    let limit = limits.read;
    let request = request_of(sent)?;
    let is_bare = sent.body.is_empty();
    let mut sender = wire.sender.clone();
    let (response, mut body) = sender
        .send_request(request, is_bare)
        .map_err(|error| fault_of(&error, progress.phase))?;
    progress.is_open = true;
    progress.phase = CutPhase::Sent;
    if !is_bare {
        body.send_data(sent.body.clone(), true)
            .map_err(|error| fault_of(&error, progress.phase))?;
    }
    progress.written_at = Some(clock::instant());
    let timed = within(limit, response).await;
    let response = timed.ok_or(HttpError::ReadTimeoutBeforeHeaders {
        limit: limit.unwrap_or_default(),
    })?;
    let response = response.map_err(|error| fault_of(&error, progress.phase))?;
    let now = Some(clock::instant());
    (progress.first_byte_at, progress.headers_at) = (now, now);
    (progress.is_open, progress.is_answered) = (false, true);
    progress.phase = CutPhase::Answering;
    let (head, raw_head, announced) = head_of(&response);
    let (body, fault) = read_body(limits, response.into_body(), announced).await;
    Ok(Answer {
        head,
        raw_head,
        wire_length: body.len() as u64,
        body,
        fault,
        ended_at: clock::instant(),
        reusable: false,
        reused: false,
    })
}

async fn read_body(
    limits: Limits<'_>,
    mut stream: RecvStream,
    announced: Option<u64>,
) -> (Bytes, Option<HttpError>) {
    let limit = limits.read;
    let mut space = BodySpace::of(limits.budget);
    let mut first = Bytes::new();
    let mut whole = Vec::new();
    let fault = loop {
        let Some(next) = within(limit, stream.data()).await else {
            let limit = limit.unwrap_or_default();
            break Some(HttpError::ReadTimeoutInBody { limit });
        };
        match next {
            None => break None,
            Some(Err(error)) => {
                let read = first.len().max(whole.len()) as u64;
                break Some(broken_body(&error, read, announced));
            }
            Some(Ok(piece)) => {
                // Fails only on a stream that has ended, which the next round shows.
                drop(stream.flow_control().release_capacity(piece.len()));
                if first.is_empty() {
                    first = piece;
                    continue;
                }
                let parts = [if whole.is_empty() { &first[..] } else { &[] }, &piece[..]];
                let appended = parts
                    .iter()
                    .try_for_each(|part| space.append(&mut whole, part));
                if let Err(fault) = appended {
                    return (Bytes::new(), Some(fault.into()));
                }
            }
        }
    };
    if whole.is_empty() {
        return (first, fault);
    }
    (space.hold(whole), fault)
}
