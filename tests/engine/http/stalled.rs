//! An I/O thread that stands still, as in an answer that costs too much: it is seen, with its work, and what it has not
//! taken up can be answered without it; a run whose service watches it cannot be trusted.
#![cfg(debug_assertions)]

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use rlocust_engine::http::{Command, CutPhase, HttpError, Session};
use rlocust_engine::liveness::{WatchedThread, Work};
use rlocust_engine::model::{Conclusion, Lag};
use rlocust_engine::run::{Notification, Run};
use rlocust_engine::stats::{Recorder, ResponseTimesCache};
use rlocust_engine::verdict::LimitTracker;

use crate::support::{Client, DEADLINE, RawServer, SHORT, wait_until};

/// Stands still until the sender is dropped.
fn stall(client: &Client, session: &Session) -> Sender<()> {
    let (release, until) = channel();
    client.engine.submit(&mut vec![Command::Stall {
        session: session.clone(),
        until,
        limit: DEADLINE,
    }]);
    release
}

fn is_silent(thread: &Arc<dyn WatchedThread>) -> bool {
    thread.liveness().ask();
    thread.liveness().silence() > SHORT
}

#[test]
fn a_thread_that_stands_still_is_seen_with_its_work() {
    let client = Client::start();
    let server = RawServer::start(|peer| {
        peer.read_request();
        peer.wait_for_end();
    });
    let thread = client.engine.threads().remove(0);
    assert_eq!(thread.name(), "rlocust-io-0");
    let session = client.session();
    client.submit(client.call(&session, "GET", &server.url("/")));
    wait_until("the request arrived", || server.requests().len() == 1);
    let release = stall(&client, &session);
    wait_until("the thread does not answer", || is_silent(&thread));
    client.submit(client.get(&server.url("/late")));
    let expected = Work {
        waiting: 1,
        under_way: 1,
        host: Some(server.address.to_string()),
    };
    assert_eq!(thread.work(), expected);
    client.engine.refuse_waiting();
    let phase = CutPhase::BeforeSend;
    assert_eq!(client.next_reply().error, Some(HttpError::Cut { phase }));
    drop(release);
    wait_until("it answers again", || thread.liveness().silence().is_zero());
    assert_eq!(thread.work().under_way, 1);
    assert_eq!(server.requests().len(), 1, "what was refused is never sent");
}

#[test]
fn a_run_says_so_while_it_lasts_and_is_not_trusted() {
    let client = Client::start();
    let run = Run::new(Recorder::new(ResponseTimesCache::Off), || ());
    let mut service = run.service();
    let threads = client.engine.threads();
    service.watch_threads(move || threads.clone());
    let mut running = service.start().expect("a thread");
    let session = client.session();
    let release = stall(&client, &session);
    client.submit(client.get("http://127.0.0.1:9/"));
    let mut reported = Vec::new();
    wait_until("it is reported", || {
        reported.extend(run.notifications().take());
        !reported.is_empty()
    });
    assert!(
        matches!(&reported[..], [Notification::Error(line)] if line.contains("rlocust-io-0 has stood still for 1.")
            && line.contains("1 not taken up") && line.contains("not to be trusted")),
        "{reported:?}"
    );
    let tick = run.tick();
    assert_eq!(tick.snapshot.lag(Lag::Submit).count, 1, "silence is lag");
    assert!(tick.snapshot.lag(Lag::Submit).max_us >= 900_000);
    let verdict = LimitTracker::default().verdict(&tick);
    assert!(!verdict.is_trustworthy());
    drop(release);
    wait_until("its end is reported", || {
        reported.extend(run.notifications().take());
        matches!(reported.last(), Some(Notification::Info(line)) if line.contains("stood still"))
    });
    let tick = run.tick();
    assert_eq!(
        tick.snapshot.lag(Lag::Submit).count,
        0,
        "calls book their own"
    );
    assert!(!LimitTracker::default().verdict(&tick).is_trustworthy());
    running.finish(run.conclude(&tick, Conclusion::default()));
    running.wait(DEADLINE);
}
