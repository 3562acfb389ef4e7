//! A raw TCP server that does what a test's script says, right or wrong, and a client that submits
//! calls to an engine and waits for their ends with a deadline.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use rlocust_engine::clock;
use rlocust_engine::http::{
    Call, Command, Dialect, Engine, EngineOptions, Headers, Hop, Method, Redirects, Reply, Session,
    SessionOptions, Sink, Ticket, Timeouts, TlsProfile, Url,
};
use socket2::{Domain, Socket, Type};

pub use rlocust_testing::waiting::{DEADLINE, let_pass, wait_until};

/// A limit that strikes: the other side is silent, or has no end.
pub const SHORT: Duration = Duration::from_secs(1);

/// A limit that does not strike, however busy the machine is.
pub const LONG: Duration = Duration::from_mins(2);

/// A port of ours, where nobody listens yet: connections to it are refused.
pub fn silent_port() -> (Socket, SocketAddr) {
    let any: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&any.into()).expect("a free port");
    let address = socket.local_addr().ok().and_then(|own| own.as_socket());
    (socket, address.expect("bound"))
}

/// A listener with room for all that a test connects at once.
pub fn listen() -> TcpListener {
    let (socket, _) = silent_port();
    socket.listen(4096).expect("a socket");
    socket.into()
}

/// A server whose connections are served by a test's closure, one thread each.
pub struct RawServer {
    pub address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<Vec<u8>>>,
}

/// One accepted connection.
pub struct Peer {
    pub socket: TcpStream,
    /// Counts from 0 over the server's life.
    pub number: usize,
    seen: Arc<Seen>,
    pending: Vec<u8>,
}

impl RawServer {
    pub fn start(serve: impl Fn(&mut Peer) + Send + Sync + 'static) -> Self {
        let listener = listen();
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Seen::default());
        let serve = Arc::new(serve);
        let own = Arc::clone(&seen);
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let number = own.connections.fetch_add(1, Ordering::SeqCst);
                let mut peer = Peer {
                    socket,
                    number,
                    seen: Arc::clone(&own),
                    pending: Vec::new(),
                };
                let serve = Arc::clone(&serve);
                std::thread::spawn(move || serve(&mut peer));
            }
        });
        Self { address, seen }
    }

    /// Answers every request on every connection with the same bytes.
    pub fn always(answer: &'static [u8]) -> Self {
        Self::start(move |peer| {
            while peer.read_request().is_some() {
                peer.send(answer);
            }
        })
    }

    /// Answers each connection's first request with these bytes and closes.
    pub fn once_and_close(answer: &'static [u8]) -> Self {
        Self::start(move |peer| {
            if peer.read_request().is_some() {
                peer.send(answer);
            }
        })
    }

    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// All requests so far as text, head and body, with this server's port written as PORT.
    pub fn requests(&self) -> Vec<String> {
        let port = self.address.port().to_string();
        let requests = self.seen.requests.lock().expect("no poison");
        requests
            .iter()
            .map(|request| String::from_utf8_lossy(request).replace(&port, "PORT"))
            .collect()
    }
}

impl Peer {
    /// The next request, its body by `Content-Length` included; `None` at the end.
    pub fn read_request(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(length) = request_length(&self.pending)
                && self.pending.len() >= length
            {
                let request: Vec<u8> = self.pending.drain(..length).collect();
                self.seen
                    .requests
                    .lock()
                    .expect("no poison")
                    .push(request.clone());
                return Some(request);
            }
            let mut space = [0; 8192];
            match self.socket.read(&mut space) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.pending.extend_from_slice(&space[..count]),
            }
        }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        // A client that has gone away is what some tests are about.
        drop(self.socket.write_all(bytes));
    }

    /// Sends no more, but stays open for reading.
    pub fn half_close(&self) {
        drop(self.socket.shutdown(Shutdown::Write));
    }

    /// Ends the connection with a reset in place of an orderly goodbye.
    pub fn reset(&self) {
        socket2::SockRef::from(&self.socket)
            .set_linger(Some(Duration::ZERO))
            .expect("linger");
        drop(self.socket.shutdown(Shutdown::Read));
    }

    /// Waits until the client closes.
    pub fn wait_for_end(&mut self) {
        let mut space = [0; 4096];
        while matches!(self.socket.read(&mut space), Ok(count) if count > 0) {}
    }
}

fn request_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| {
        line.strip_prefix("content-length: ")?
            .trim()
            .parse::<usize>()
            .ok()
    });
    Some(head + length.unwrap_or(0))
}

struct Mailbox {
    replies: Mutex<Sender<Box<Reply>>>,
    stop: Option<Stop>,
}

impl Sink for Mailbox {
    fn answered(&self, ticket: Ticket, reply: Box<Reply>) {
        assert_eq!(ticket, reply.ticket);
        if let Some(stop) = self.stop.as_ref().filter(|_| ticket == Client::FIRST) {
            stop.hold();
        }
        drop(self.replies.lock().expect("no poison").send(reply));
    }
}

/// Holds the I/O thread up, in the middle of its work.
struct Stop {
    stands: Mutex<Sender<()>>,
    goes_on: Mutex<Receiver<()>>,
}

impl Stop {
    fn hold(&self) {
        self.stands.lock().expect("no poison").send(()).ok();
        let goes_on = self.goes_on.lock().expect("no poison");
        goes_on.recv_timeout(DEADLINE).ok();
    }
}

/// An I/O thread that stands as soon as the client's first call was answered, until it may go on.
pub struct Standstill {
    stands: Receiver<()>,
    goes_on: Sender<()>,
}

impl Standstill {
    pub fn wait(&self) {
        self.stands.recv_timeout(DEADLINE).expect("it stands");
    }

    pub fn end(&self) {
        self.goes_on.send(()).expect("it stands");
    }
}

/// An engine with a mailbox.
pub struct Client {
    pub engine: Engine,
    replies: Receiver<Box<Reply>>,
    tickets: AtomicU64,
}

impl Client {
    pub fn start() -> Self {
        Self::with(&EngineOptions::default())
    }

    /// The ticket of the first call.
    const FIRST: Ticket = Ticket(1);

    pub fn with(options: &EngineOptions) -> Self {
        Self::start_with(options, None)
    }

    /// Its one I/O thread stands still in the end of the first call.
    pub fn that_stands() -> (Self, Standstill) {
        let ((standing, stands), (goes_on, going)) = (channel(), channel());
        let stop = Stop {
            stands: Mutex::new(standing),
            goes_on: Mutex::new(going),
        };
        let client = Self::start_with(&EngineOptions::default(), Some(stop));
        (client, Standstill { stands, goes_on })
    }

    fn start_with(options: &EngineOptions, stop: Option<Stop>) -> Self {
        let (sender, replies) = channel();
        let replies_to = Mutex::new(sender);
        let mailbox = Mailbox {
            replies: replies_to,
            stop,
        };
        Self {
            engine: Engine::start(options, Arc::new(mailbox)).expect("an engine"),
            replies,
            tickets: AtomicU64::new(Self::FIRST.0),
        }
    }

    pub fn session(&self) -> Session {
        self.engine.session(SessionOptions::default())
    }

    pub fn ticket(&self) -> Ticket {
        Ticket(self.tickets.fetch_add(1, Ordering::SeqCst))
    }

    /// A GET with the defaults of requests and a session of its own; tests change what they need.
    pub fn get(&self, url: &str) -> Box<Call> {
        self.call(&self.session(), "GET", url)
    }

    pub fn call(&self, session: &Session, method: &str, url: &str) -> Box<Call> {
        Box::new(Call {
            ticket: self.ticket(),
            session: session.clone(),
            submitted: clock::instant(),
            method: Method::new(method),
            url: Url::parse(url).expect("a URL"),
            headers: usual_headers(),
            body: Bytes::new(),
            dialect: Dialect::Requests,
            redirects: Redirects::Follow { max: 30 },
            timeouts: Timeouts::default(),
            tls: TlsProfile::none(),
            proxies: None,
            decode: true,
            max_retries: 0,
            cookies: None,
        })
    }

    pub fn submit(&self, call: Box<Call>) {
        self.engine.submit(&mut vec![Command::Call(call)]);
    }

    pub fn run(&self, call: Box<Call>) -> Box<Reply> {
        self.submit(call);
        self.next_reply()
    }

    pub fn next_reply(&self) -> Box<Reply> {
        self.replies
            .recv_timeout(DEADLINE)
            .expect("a reply in time")
    }

    /// By then the client's I/O thread has read what had come before.
    pub fn look_at_the_network(&self) {
        let other = RawServer::always(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
        for _ in 0..2 {
            assert_eq!(body(&self.run(self.get(&other.url("/")))), "other");
        }
    }

    /// Nothing more has come.
    pub fn is_silent(&self) -> bool {
        self.replies.try_recv().is_err()
    }
}

pub fn usual_headers() -> Headers {
    let mut headers = Headers::new();
    headers.push("User-Agent", "test");
    headers.push("Accept-Encoding", "gzip, deflate");
    headers
}

/// The response of a call that went well.
pub fn response(reply: &Reply) -> &Hop {
    assert_eq!(reply.error, None);
    reply.response().expect("a response")
}

pub fn body(reply: &Reply) -> String {
    String::from_utf8_lossy(&response(reply).body).into_owned()
}
