//! Streams from a server of this process, which does what each test says.
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;

use rlocust_core::clock;
use rlocust_core::model::{StreamFigure, StreamRow};
use rlocust_http::{
    Engine, EngineOptions, Reply, SessionOptions, Sink, Ticket, TlsProfile, Url, Wake,
};
use rlocust_stats::stats::{Recorder, ResponseTimesCache};
use rlocust_testing::waiting::{DEADLINE, wait_until};

use super::*;

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

struct Nobody;

impl Sink for Nobody {
    fn answered(&self, _: Ticket, _: Box<Reply>) {}
}

struct Notified(Mutex<Sender<Ticket>>);

impl Wake for Notified {
    fn woken(&self, ticket: Ticket) {
        self.0.lock().send(ticket).ok();
    }
}

/// One stream, and who is notified.
struct User {
    engine: Engine,
    recorder: Arc<Recorder>,
    stream: EventStream,
    notified: Receiver<Ticket>,
}

impl User {
    fn of(address: SocketAddr, limits: impl FnOnce(&mut Options)) -> Self {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        let url = Url::parse(&format!("http://{address}/feed")).expect("a URL");
        let ledger = recorder.stream_ledger("GET", "feed");
        let options = Options::new(url, TlsProfile::none(), "GET", &[], Bytes::new(), ledger);
        let mut options = options.expect("fit to send");
        options.retry = Duration::from_millis(1);
        options.set_limits(DEADLINE, DEADLINE);
        limits(&mut options);
        let engine = Engine::start(&EngineOptions::default(), Arc::new(Nobody)).expect("threads");
        let (sender, notified) = channel();
        let wake = Arc::new(Notified(Mutex::new(sender)));
        let session = engine.session(SessionOptions::default());
        let stream = EventStream::open(&engine, session, options, wake);
        Self {
            engine,
            recorder,
            stream,
            notified,
        }
    }

    fn wait(&self, awaited: Awaited) {
        let ticket = Ticket(7);
        if self.stream.watch(awaited, ticket) {
            assert_eq!(
                self.notified.recv_timeout(DEADLINE),
                Ok(ticket),
                "{awaited:?}"
            );
        }
    }

    /// The data of all events until the end, and that.
    fn all(&self) -> (Vec<String>, Fault) {
        let mut data = Vec::new();
        loop {
            self.wait(Awaited::Event);
            let end = self.stream.end();
            while let Some(received) = self.stream.take(clock::instant()) {
                data.push(received.event.data);
            }
            if let Some(fault) = end {
                return (data, fault);
            }
        }
    }

    fn row(&self) -> StreamRow {
        StreamRow::clone(&self.recorder.snapshot().streams[0])
    }
}

/// A server; each connection gets what `serve` says with its number and the head of its request.
fn listen(mut serve: impl FnMut(usize, &str, TcpStream) + Send + 'static) -> SocketAddr {
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = server.local_addr().expect("an address");
    std::thread::spawn(move || {
        for (number, stream) in server.incoming().flatten().enumerate() {
            let mut stream = stream;
            let head = head_of(&mut stream);
            serve(number, &head, stream);
        }
    });
    address
}

fn head_of(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("ASCII")
}

fn say(mut stream: &TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).ok();
}

/// What comes of a whole answer.
fn ended(answer: &'static str, limits: impl FnOnce(&mut Options)) -> (Vec<String>, Fault) {
    let address = listen(move |_, _, stream| say(&stream, answer));
    User::of(address, limits).all()
}

#[test]
fn events_are_stamped_and_counted_where_they_arrive() {
    let (go, on) = channel::<()>();
    let address = listen(move |_, head, stream| {
        assert!(head.starts_with("GET /feed HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("\r\nAccept: text/event-stream\r\n"), "{head}");
        say(&stream, HEAD);
        for event in ["data: a\n\n", "event: b\nid: 7\ndata: c\n\n"] {
            on.recv().ok();
            say(&stream, event);
        }
    });
    let user = User::of(address, |_| ());
    user.wait(Awaited::Opening);
    assert_eq!(
        user.stream.opening().map(|opening| opening.status),
        Some(200)
    );
    go.send(()).expect("a server");
    user.wait(Awaited::Event);
    let first = user.stream.take(clock::instant()).expect("an event");
    go.send(()).expect("a server");
    user.wait(Awaited::Event);
    let second = user.stream.take(clock::instant()).expect("an event");
    assert_eq!((&*second.event.event, &*second.event.id), ("b", "7"));
    assert_eq!(user.all(), (vec![], Fault::Ended));
    let moments = user.stream.moments();
    let at = |moment: Option<Instant>| moment.expect("it was");
    assert!(at(moments.began) <= at(moments.first_byte) + Duration::from_millis(1));
    assert!(at(moments.first_byte) <= first.arrived && first.arrived <= second.arrived);
    assert_eq!(at(moments.last_event), second.arrived);
    let row = user.row();
    assert_eq!((row.counts.streams, row.counts.events), (1, 2));
    let gap = second.arrived.saturating_duration_since(first.arrived);
    assert_eq!(
        u128::from(row.figure(StreamFigure::Gap).max_us()),
        gap.as_micros()
    );
    let counted = row
        .measured()
        .map(|(figure, values)| (figure, values.count()));
    let expected = [
        (StreamFigure::FirstByte, 1),
        (StreamFigure::FirstEvent, 1),
        (StreamFigure::Gap, 1),
    ];
    assert_eq!(counted.collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_no_stream_is_refused_and_shown() {
    let status = "HTTP/1.1 429 Slow\r\nContent-Length: 9\r\n\r\nslow down";
    let (_, fault) = ended(status, |_| ());
    assert_eq!(
        fault.to_string(),
        "the server answered with status 429: slow down"
    );
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n";
    let content_type = "text/html".to_owned();
    assert_eq!(ended(page, |_| ()).1, Fault::NoEventStream { content_type });
    let moved = "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
    let (status, body) = (302, String::new());
    assert_eq!(ended(moved, |_| ()).1, Fault::Status { status, body });
    assert!(matches!(ended("", |_| ()).1, Fault::Lost(_)));
}

#[test]
fn an_end_in_order_differs_from_a_cut() {
    let begun = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    let one = |rest: &str| (begun.to_owned() + rest).leak() as &'static str;
    let a = || vec!["a".to_owned()];
    let chunked = "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n";
    assert_eq!(
        ended(one(&(chunked.to_owned() + "0\r\n\r\n")), |_| ()),
        (a(), Fault::Ended)
    );
    let text = "the connection ended before the last chunk".to_owned();
    assert_eq!(ended(one(chunked), |_| ()), (a(), Fault::Lost(text)));
    let short = one("Content-Length: 11\r\n\r\ndata: a\n\n");
    let text = "the connection ended 2 bytes before the end that was promised".to_owned();
    assert_eq!(ended(short, |_| ()), (a(), Fault::Lost(text)));
    let half = one("\r\ndata: a\n\ndata: half an event\n");
    assert_eq!(ended(half, |_| ()), (a(), Fault::Ended));
}

#[test]
fn what_is_kept_is_bounded() {
    let line = (HEAD.to_owned() + "data: " + &"x".repeat(200_000)).leak() as &'static str;
    let limit = 1_000;
    let (_, fault) = ended(line, |options| options.max_event = limit);
    assert_eq!(fault, Fault::TooLong { limit });
    let many = (HEAD.to_owned() + &"data: x\n\n".repeat(20)).leak() as &'static str;
    let address = listen(move |_, _, stream| say(&stream, many));
    let user = User::of(address, |options| options.max_queued = 10);
    wait_until("the stream has ended", || user.stream.end().is_some());
    let (data, fault) = user.all();
    assert_eq!((data.len(), fault), (10, Fault::TooMany { limit: 10 }));
}

#[test]
fn a_server_that_says_nothing_more_has_so_long() {
    let limit = Duration::from_secs(1);
    let cases = [("", "no answer"), (HEAD, "nothing more came")].map(|(said, waited_for)| {
        let (hold, until) = channel::<()>();
        let address = listen(move |_, _, stream| {
            say(&stream, said);
            until.recv().ok();
        });
        let user = User::of(address, |options| options.set_limits(DEADLINE, limit));
        (user, waited_for, hold)
    });
    for (user, waited_for, _hold) in cases {
        assert_eq!(user.all().1, Fault::TooSlow { waited_for, limit });
    }
}

#[test]
fn a_stream_goes_on_behind_its_last_event_over_another_connection() {
    let (heads, asked) = channel();
    let address = listen(move |number, head, stream| {
        heads.send(head.to_owned()).ok();
        match number {
            0 => say(
                &stream,
                &format!("{HEAD}retry: 2\nid: 5\ndata: a\n\nid: 6\ndata: half"),
            ),
            1 => say(&stream, &format!("{HEAD}data: b\n\n")),
            _ => say(&stream, "HTTP/1.1 204 No Content\r\n\r\n"),
        }
    });
    let user = User::of(address, |options| {
        options.reconnect = 1;
        options.last_event_id = "4".to_owned();
    });
    assert_eq!(
        user.all(),
        (vec!["a".to_owned(), "b".to_owned()], Fault::Done)
    );
    let ids = asked.try_iter().map(|head: String| {
        let id = head
            .lines()
            .find_map(|line| line.strip_prefix("Last-Event-ID: "));
        id.map(str::to_owned)
    });
    let expected = ["4", "5", "5"].map(|id| Some(id.to_owned()));
    assert_eq!(ids.collect::<Vec<_>>(), expected);
    let row = user.row();
    assert_eq!((row.counts.streams, row.counts.reconnections), (1, 1));
    assert_eq!(
        row.figure(StreamFigure::Gap).count(),
        0,
        "no gap of the server's"
    );
}

#[test]
fn a_server_that_is_gone_is_asked_again_so_often() {
    let address = listen(|number, _, stream| {
        if number == 0 {
            say(&stream, HEAD);
        }
    });
    let user = User::of(address, |options| options.reconnect = 3);
    let text = "closed without an answer".to_owned();
    assert_eq!(user.all(), (vec![], Fault::Lost(text)));
}

#[test]
fn whoever_drops_the_stream_hangs_up() {
    let (said, heard) = channel();
    let address = listen(move |_, _, mut stream| {
        say(&stream, HEAD);
        said.send(stream.read(&mut [0])).ok();
    });
    let User { engine, stream, .. } = {
        let user = User::of(address, |_| ());
        user.wait(Awaited::Opening);
        user
    };
    drop(stream);
    let end = heard.recv_timeout(DEADLINE).expect("the server is done");
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
    drop(engine);
}

#[test]
fn the_end_of_the_threads_ends_every_wait() {
    let (hold, until) = channel::<()>();
    let address = listen(move |_, _, stream| {
        say(&stream, HEAD);
        until.recv().ok();
    });
    let user = User::of(address, |_| ());
    user.wait(Awaited::Opening);
    user.engine.shutdown();
    assert_eq!(user.all().1, Fault::GivenUp);
    drop(hold);
}
