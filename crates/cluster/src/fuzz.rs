//! Frames of a stranger: `fuzz/` feeds them for minutes, the test below for a moment. What is read is written again, and a
//! report is added up, as a master would.
use std::sync::LazyLock;

use rmpv::Value;

use super::auth::{HELLO, SEALED, Secret, WELCOME};
use super::codec::{Message, fits_master, fits_worker, written};
use super::master::gate::{Gate, Passed};
use super::report;
use super::worker::access::{Access, Heard};
use rlocust_core::clock;
use rlocust_stats::stats::{Recorder, ResponseTimesCache};

static SECRET: LazyLock<Secret> = LazyLock::new(|| Secret::new(b"known to nobody"));

/// Nothing that a stranger makes up passes where a secret is asked for, neither at a master nor at a worker.
fn unproven(data: &[u8]) {
    let inside = |kind| written(kind, Value::Binary(data.to_vec()), "w");
    for frame in [
        data.to_vec(),
        inside(HELLO),
        inside(WELCOME),
        inside(SEALED),
    ] {
        let mut gate = Gate::new(SECRET.clone());
        assert!(matches!(gate.pass("w", &frame), Passed::Refused(..)));
        let now = clock::instant();
        let mut worker = Access::new("w", Some(SECRET.clone()), now);
        worker.greeting(now, std::time::Duration::ZERO);
        let heard = worker.hear(&frame, now);
        assert!(!matches!(heard, Heard::Frame(_) | Heard::Welcome));
    }
}

/// One frame.
pub fn message(data: &[u8]) {
    unproven(data);
    let Ok(message) = Message::read(data) else {
        return;
    };
    fits_master(message.kind, &message.data);
    fits_worker(message.kind, &message.data);
    let again = written(message.kind, message.data.to_owned(), message.node_id);
    assert!(
        Message::read(&again).is_ok(),
        "what was read can be written and read"
    );
    if let Ok(received) = report::read(&message.data) {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        recorder.add_report(&received.report);
        recorder.add_report(&received.report);
        recorder.snapshot();
        report::rest(&message.data);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use rlocust_core::model::StreamFigure;

    /// The report of a worker that has counted a little.
    fn plain() -> Vec<u8> {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        recorder.log_request("GET", "/a", Some(12.5), 3, None);
        recorder.log_request("GET", "/a", None, 3, None);
        recorder.log_error("GET", "/a", "bad");
        let stream = recorder.stream_ledger("POST", "/chat");
        stream.begin(Duration::from_millis(20));
        stream.tokens(40, Duration::from_millis(30), Duration::from_secs(1));
        let pairs = report::written(&recorder.take_report());
        written(
            "stats",
            report::with_users(pairs, &[("U".to_owned(), 2)]),
            "w",
        )
    }

    #[test]
    fn a_report_is_read_back_and_what_is_left_of_it_are_the_users() {
        let frame = plain();
        let message = Message::read(&frame).unwrap();
        let received = report::read(&message.data).unwrap();
        assert!(received.is_ours && received.user_count == Some(2));
        assert_eq!(received.report.entries[0].sums.exact.max_us(), 12_500);
        assert!(!received.report.total.is_rounded);
        let stream = &received.report.streams[0];
        assert_eq!((&*stream.name, stream.counts.tokens), ("/chat", 40));
        assert_eq!(stream.figure(StreamFigure::FirstByte).max_us(), 20_000);
        let Value::Map(rest) = report::rest(&message.data) else {
            panic!("a map");
        };
        let keys: Vec<_> = rest.iter().filter_map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["user_classes_count", "user_count"]);
    }

    proptest! {
        #[test]
        fn any_frame_is_read_or_refused(data in vec(any::<u8>(), 0..200)) {
            message(&data);
            message(&[&[0x93, 0xa1, b'a'], &data[..], &[0xa1, b'w']].concat());
        }

        #[test]
        fn a_spoilt_report_is_read_or_refused(spoilt in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut frame = plain();
            for (at, byte) in spoilt {
                let at = at.index(frame.len());
                frame[at] = byte;
            }
            message(&frame);
        }
    }
}
