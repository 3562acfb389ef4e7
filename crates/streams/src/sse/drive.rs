//! The task of one stream: asks, reads events as they come, and asks again where that is wanted, until it ends.
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use rlocust_core::clock;
use rlocust_http::{Answer, Network};

use super::fault::Fault;
use super::options::Options;
use super::parser::Parser;
use super::shared::{Opening, Shared};

/// Of an answer that is none, so much is shown, if it comes soon.
const MOST_SHOWN: usize = 2 * 1024;
const SHOWN_LIMIT: Duration = Duration::from_secs(2);
/// What a server may make us wait before a new connection.
const LONGEST_RETRY: Duration = Duration::from_mins(5);

/// What goes with a stream: whoever drops it, the user learns of the end.
pub(super) struct EndOnDrop(pub Arc<Shared>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end(Fault::GivenUp, clock::instant());
    }
}

/// How a connection ended, and when its last byte came where it ended in order.
type End = (Fault, Instant);

/// Serves the stream to its end.
pub(super) async fn drive(network: Network, life: EndOnDrop, options: Options) {
    let shared = &life.0;
    shared.begin();
    let (fault, at) = tokio::select! {
        biased;
        () = shared.leaving.notified() => now(Fault::GivenUp),
        end = serve(&network, shared, options) => end,
    };
    shared.end(fault, at);
}

async fn serve(network: &Network, shared: &Shared, mut options: Options) -> End {
    let mut last_id = std::mem::take(&mut options.last_event_id);
    let mut retry = options.retry;
    let mut tries = 0;
    loop {
        let before = shared.state.look(|state| state.moments.events);
        options.ask_behind(&last_id);
        let mut parser = Parser::new(options.max_event, last_id);
        let end = connect(network, shared, &options, &mut parser).await;
        let (events, is_open) = shared
            .state
            .look(|state| (state.moments.events, state.opening.is_some()));
        tries = if events > before { 0 } else { tries };
        if !is_open || !end.0.may_pass() || tries >= options.reconnect {
            return end;
        }
        tries += 1;
        last_id = parser.last_id().to_owned();
        retry = parser.retry_ms().map_or(retry, Duration::from_millis);
        sleep(retry.min(LONGEST_RETRY)).await;
    }
}

/// Over one connection.
async fn connect(
    network: &Network,
    shared: &Shared,
    options: &Options,
    parser: &mut Parser,
) -> End {
    let mut answer = match network.ask(&options.asked).await {
        Ok(answer) => answer,
        Err(error) => return now(Fault::of(error)),
    };
    if let Err(fault) = accept(&mut answer, shared).await {
        return now(fault);
    }
    loop {
        let (bytes, arrived) = match answer.next().await {
            Ok(Some(piece)) => piece,
            Ok(None) => return (Fault::Ended, answer.arrived()),
            Err(error) => return now(Fault::of(error)),
        };
        shared.read(bytes.len());
        if let Err(fault) = parser.feed(&bytes, |event| shared.arrive(event, arrived)) {
            return (fault, arrived);
        }
    }
}

/// Whether it is an event stream.
async fn accept(answer: &mut Answer, shared: &Shared) -> Result<(), Fault> {
    let status = answer.status;
    if status == 204 {
        return Err(stop_asking(shared)); // the standard's way to say that there is no more
    }
    if status != 200 {
        let body = beginning_of(answer).await;
        return Err(Fault::Status { status, body });
    }
    let content_type = answer.headers.get("content-type").unwrap_or_default();
    let kind = content_type.split(|byte| *byte == b';').next();
    if !kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"text/event-stream")) {
        let content_type = String::from_utf8_lossy(content_type).into_owned();
        return Err(Fault::NoEventStream { content_type });
    }
    let headers = answer.headers.clone();
    let opening = Opening { status, headers };
    shared.open(answer.began, answer.first_byte, opening);
    Ok(())
}

/// After events it is an end in order, before any it is no stream.
fn stop_asking(shared: &Shared) -> Fault {
    let is_open = shared.state.look(|state| state.opening.is_some());
    let (status, body) = (204, String::new());
    if is_open {
        Fault::Done
    } else {
        Fault::Status { status, body }
    }
}

async fn beginning_of(answer: &mut Answer) -> String {
    let mut body = Vec::new();
    let read = async {
        while body.len() < MOST_SHOWN {
            match answer.next().await {
                Ok(Some((more, _))) => body.extend_from_slice(&more),
                Ok(None) | Err(_) => break,
            }
        }
    };
    timeout(SHOWN_LIMIT, read).await.ok();
    body.truncate(MOST_SHOWN);
    String::from_utf8_lossy(&body).trim().to_owned()
}

fn now(fault: Fault) -> End {
    (fault, clock::instant())
}
