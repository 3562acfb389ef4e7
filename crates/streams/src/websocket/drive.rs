//! The task of one connection: reads and writes at the same time, until one of both has to end.
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use rlocust_core::clock;
use rlocust_http::{Arrivals, Network, Stream, Turns};

use super::fault::Fault;
use super::message::Payload;
use super::opening::{Connection, open};
use super::options::Options;
use super::shared::{Order, Shared};

/// So long the other side has to take and to answer a goodbye, and to hang up after its own.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// Bytes of answers to pings that may wait for a server that does not read.
const MOST_UNREAD: u64 = 1 << 20;
/// Of a frame with a mask and a short payload.
const PONG_HEAD: u64 = 6;
/// Of an empty frame, in bytes that are read.
const LEAST_COST: usize = 1 << 10;

/// What goes with a connection: whoever drops it, the user learns of the end.
pub(super) struct EndOnDrop(pub Arc<Shared>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end(Fault::GivenUp);
    }
}

/// Opens the connection and serves it to its end.
pub(super) async fn drive(network: Network, life: EndOnDrop, options: Options) {
    let shared = &life.0;
    let opened = tokio::select! {
        biased;
        () = shared.leaving.notified() => Err(Fault::GivenUp),
        opened = open(&network, options) => opened,
    };
    let fault = match opened {
        Ok(connection) => serve(connection, shared).await,
        Err(fault) => fault,
    };
    shared.end(fault);
}

async fn serve(connection: Connection, shared: &Shared) -> Fault {
    shared.opened(connection.opening);
    let (mut writer, mut reader) = connection.stream.split();
    tokio::select! {
        fault = receive(&mut reader, &connection.arrivals, shared) => fault,
        fault = send(&mut writer, shared) => fault,
        fault = say_goodbye_in_time(shared) => fault,
    }
}

async fn receive(
    reader: &mut SplitStream<WebSocketStream<Stream>>,
    arrivals: &Arrivals,
    shared: &Shared,
) -> Fault {
    let mut pongs = UnreadPongs::default();
    let mut turns = Turns::default();
    loop {
        let next = reader.next().await;
        // Many frames may lie in one buffer: other users have their turn between them.
        let bytes = next
            .as_ref()
            .map_or(0, |next| next.as_ref().map_or(0, Frame::len));
        turns.after(bytes + LEAST_COST).await;
        let payload = match next {
            Some(Ok(Frame::Text(text))) => Payload::Text(text.as_str().to_owned()),
            Some(Ok(Frame::Binary(bytes))) => Payload::Binary(bytes),
            Some(Ok(Frame::Close(frame))) => {
                shared.goodbye(closed(frame));
                continue;
            }
            Some(Ok(Frame::Ping(payload))) => {
                if pongs.are_too_many(payload.len(), arrivals.written()) {
                    return Fault::Lost("the server sends pings and reads no answers".to_owned());
                }
                continue;
            }
            Some(Ok(_)) => continue,
            Some(Err(error)) => {
                return said(shared).unwrap_or_else(|| Fault::of_open_connection(error));
            }
            None => return said(shared).unwrap_or_else(|| closed(None)),
        };
        let arrived = arrivals.last().unwrap_or_else(clock::instant);
        if let Err(fault) = shared.arrive(payload, arrived) {
            return fault;
        }
    }
}

/// Answers to pings that wait to be written: a server that reads none of them would fill our memory with them.
#[derive(Default)]
struct UnreadPongs {
    bytes: u64,
    written: u64,
}

impl UnreadPongs {
    /// Notes the answer to a ping of `payload` bytes, where the connection has taken `written` bytes from us so far.
    fn are_too_many(&mut self, payload: usize, written: u64) -> bool {
        let taken = written - self.written;
        self.bytes = self.bytes.saturating_sub(taken) + payload as u64 + PONG_HEAD;
        self.written = written;
        self.bytes > MOST_UNREAD
    }
}

async fn send(writer: &mut SplitSink<WebSocketStream<Stream>, Frame>, shared: &Shared) -> Fault {
    loop {
        let sent = match shared.next_order().await {
            Order::Send(payload) => writer.send(payload.into()).await,
            Order::Close { code, reason } => {
                let code = code.into();
                let reason = reason.into();
                let frame = Frame::Close(Some(CloseFrame { code, reason }));
                if writer.send(frame).await.is_ok() {
                    pending::<()>().await; // the reader sees the answer, and the end
                }
                Ok(())
            }
        };
        match sent {
            Ok(()) => shared.has_written(),
            Err(error) => {
                // Why it does not take any more often stands in what is still to be read.
                sleep(CLOSE_LIMIT).await;
                return Fault::of_open_connection(error);
            }
        }
    }
}

async fn say_goodbye_in_time(shared: &Shared) -> Fault {
    shared.closing.notified().await;
    sleep(CLOSE_LIMIT).await;
    said(shared).unwrap_or_else(|| {
        let limit = CLOSE_LIMIT.as_secs();
        Fault::Lost(format!(
            "the server did not answer the close frame within {limit} s"
        ))
    })
}

fn said(shared: &Shared) -> Option<Fault> {
    shared.state.look(|state| state.goodbye.clone())
}

fn closed(frame: Option<CloseFrame>) -> Fault {
    match frame {
        Some(CloseFrame { code, reason }) => Fault::Closed {
            code: code.into(),
            reason: reason.as_str().to_owned(),
        },
        None => Fault::Closed {
            code: 1005,
            reason: String::new(),
        },
    }
}
