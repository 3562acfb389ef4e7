//! The task of one call: a connection, the request, the answer, each within the deadline of the call.
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::client::ResponseFuture;
use h2::{RecvStream, SendStream};
use http::HeaderMap;
use tokio::time::{sleep, timeout};

use rlocust_core::clock;
use rlocust_http::{Network, Turns};

use super::call_options::{Answers, CallOptions, Method};
use super::fault::{Broken, foreign, said};
use super::line::{Line, Link, Way, closed};
use super::message::{Encoding, Incoming};
use super::metadata::Metadata;
use super::shared::{Order, Shared};
use super::status::{Code, Status};

/// Who waits for a server that cannot be reached tries again after so long, and then less and less often …
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// … down to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Of an empty message, in bytes that are read.
const LEAST_COST: usize = 1 << 10;

/// What goes with a call: whoever drops it, the user learns of the end.
pub(super) struct Guard(pub Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        let status = Status::new(Code::CANCELLED, "given up");
        self.0.end(status, Metadata::default(), None);
    }
}

/// What the server said at last, and when that came.
struct Said {
    status: Status,
    trailing: HeaderMap,
    at: Option<Instant>,
}

impl Said {
    fn here(status: Status) -> Self {
        let (trailing, at) = (HeaderMap::new(), None);
        Self {
            status,
            trailing,
            at,
        }
    }
}

/// Serves a call to its end.
pub(super) async fn drive(
    network: Network,
    guard: Guard,
    line: Arc<Line>,
    method: Arc<Method>,
    asked: CallOptions,
) {
    let shared = &guard.0;
    let began = clock::instant();
    shared.begin(began);
    let call = Call {
        line: &line,
        method: &method,
        asked: &asked,
        shared,
        began,
    };
    let said = tokio::select! {
        biased;
        () = shared.cancelled.notified() => {
            Said::here(Status::new(Code::CANCELLED, "cancelled by the script"))
        }
        () = line.closing.notified() => Said::here(closed()),
        said = call.in_time(&network) => said,
    };
    shared.end(said.status, Metadata::of(said.trailing), said.at);
}

struct Call<'a> {
    line: &'a Line,
    method: &'a Method,
    asked: &'a CallOptions,
    shared: &'a Shared,
    began: Instant,
}

impl Call<'_> {
    async fn in_time(&self, network: &Network) -> Said {
        let Some(limit) = self.asked.limit else {
            return self.serve(network).await;
        };
        let late = || {
            let text = "Deadline Exceeded"; // grpcio's words
            Said::here(Status::new(Code::DEADLINE_EXCEEDED, text))
        };
        if limit.is_zero() {
            return late(); // a timer ends a millisecond later at the earliest: an answer could come before it
        }
        let said = timeout(limit, self.serve(network)).await;
        said.unwrap_or_else(|_| late())
    }

    /// Once more, where the server has promised that it has not looked at it.
    async fn serve(&self, network: &Network) -> Said {
        let mut is_repeated = false;
        loop {
            let (link, held) = match self.way(network).await {
                Ok(way) => way,
                Err(status) => return Said::here(status),
            };
            self.shared.begin(self.began + held);
            match self.exchange(&link).await {
                Ok(said) => return said,
                Err(broken) if broken.is_untouched && self.asked.is_whole && !is_repeated => {
                    is_repeated = true;
                    self.line.give_up(&link);
                }
                Err(broken) => return Said::here(broken.status),
            }
        }
    }

    async fn way(&self, network: &Network) -> Result<Way, Status> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.line.way(network).await {
                Err(status) if self.asked.waits_for_ready && status.code == Code::UNAVAILABLE => {
                    sleep(pause).await;
                    pause = LONGEST_PAUSE.min(2 * pause);
                }
                settled => return settled,
            }
        }
    }

    async fn exchange(&self, link: &Link) -> Result<Said, Broken> {
        let asked = self.asked;
        let left = asked
            .limit
            .map(|limit| limit.saturating_sub(self.began.elapsed()));
        let request = asked.request(self.method, left);
        let (response, mut sending) = link.sender.clone().send_request(request, false)?;
        if let Some(message) = &asked.message {
            sending.send_data(message.framed(), asked.is_whole)?;
        }
        if asked.is_whole {
            return self.receive(link, response).await;
        }
        tokio::select! {
            biased;
            said = self.receive(link, response) => said,
            never = self.feed(&mut sending) => match never {},
        }
    }

    /// Sends what the script hands over, as fast as the server takes it. Why it takes no more, the answer says.
    async fn feed(&self, sending: &mut SendStream<Bytes>) -> Infallible {
        loop {
            let done = match self.shared.next_order().await {
                Order::Send(message) => self.send(sending, message.framed()).await,
                Order::Finish => sending.send_data(Bytes::new(), true).is_ok(),
            };
            if !done {
                return pending().await;
            }
        }
    }

    async fn send(&self, sending: &mut SendStream<Bytes>, mut framed: Bytes) -> bool {
        while !framed.is_empty() {
            sending.reserve_capacity(framed.len());
            let Some(Ok(room)) = poll_fn(|task| sending.poll_capacity(task)).await else {
                return false;
            };
            let piece = framed.split_to(room.min(framed.len()));
            if sending.send_data(piece, false).is_err() {
                return false;
            }
        }
        self.shared.has_sent();
        true
    }

    async fn receive(&self, link: &Link, response: ResponseFuture) -> Result<Said, Broken> {
        let (head, stream) = response.await?.into_parts();
        if let Some(status) = foreign(head.status, &head.headers) {
            return Ok(Said::here(status));
        }
        let at = || link.arrivals.last();
        if stream.is_end_stream() {
            return Ok(ended(head.headers, at()));
        }
        let encoding = head.headers.get("grpc-encoding");
        let encoding = Encoding::of(encoding.map(http::HeaderValue::as_bytes))?;
        self.shared.answer(Metadata::of(head.headers));
        let limit = self.line.target.max_receive;
        let trailers = self.read(stream, Incoming::new(encoding, limit)).await?;
        let said = ended(trailers, at());
        let is_missing =
            self.asked.answers == Answers::One && self.shared.state.look(|state| state.came) == 0;
        if is_missing && said.status.code == Code::OK {
            let status = Status::new(Code::INTERNAL, "the server sent no message");
            return Ok(Said { status, ..said });
        }
        Ok(said)
    }

    async fn read(
        &self,
        mut stream: RecvStream,
        mut incoming: Incoming,
    ) -> Result<HeaderMap, Broken> {
        let mut turns = Turns::default();
        while let Some(piece) = stream.data().await {
            let piece = piece?;
            // Fails only on a stream that has ended, which the next round shows.
            drop(stream.flow_control().release_capacity(piece.len()));
            incoming.take_in(piece);
            while let Some(message) = incoming.next()? {
                let came = self.shared.state.look(|state| state.came);
                if self.asked.answers == Answers::One && came > 0 {
                    let text = "the server sent more than one message";
                    return Err(Status::new(Code::INTERNAL, text).into());
                }
                // Many packed messages may lie in one piece: other users have their turn between them.
                turns.after(message.len() + LEAST_COST).await;
                self.shared.arrive(message).await;
            }
        }
        let trailers = stream.trailers().await?.unwrap_or_default();
        let is_ok = said(&trailers).is_none_or(|status| status.code == Code::OK);
        if is_ok && incoming.is_cut() {
            let text = "the server ended within a message";
            return Err(Status::new(Code::INTERNAL, text).into());
        }
        Ok(trailers)
    }
}

fn ended(trailing: HeaderMap, at: Option<Instant>) -> Said {
    let status = said(&trailing).unwrap_or_else(|| {
        Status::new(Code::UNKNOWN, "the server ended the call without a status")
    });
    Said {
        status,
        trailing,
        at,
    }
}
