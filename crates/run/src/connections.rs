//! HTTP for whoever asks, within limits: a connection that says nothing, does not read or lasts too long is closed, and
//! there are so many at a time. Descriptors belong to the users, of whom there may be as many as the system grants. The
//! metrics page and the web interface are served so.
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

/// What strangers may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// To the last line of a request's head: from the connection, and from the answer before.
    pub head: Duration,
    /// From the connection to its last byte; nothing where an answer may go on for as long as it is read.
    pub whole: Option<Duration>,
    /// For the client to take the next bytes of an answer.
    pub stall: Duration,
    /// Connections at one time; the oldest gives way.
    pub connections: usize,
    /// Whether a connection may carry a second request.
    pub reuse: Reuse,
}

/// How many requests a connection carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reuse {
    Once,
    KeepAlive,
}

impl Limits {
    /// Of a page that is asked for now and then.
    pub const PAGE: Self = Self {
        head: Duration::from_secs(5),
        whole: Some(Duration::from_secs(30)),
        stall: Duration::from_secs(30),
        connections: 16,
        reuse: Reuse::Once,
    };

    /// Of a site that people keep open.
    pub const SITE: Self = Self {
        head: Duration::from_secs(30),
        whole: None,
        stall: Duration::from_secs(20),
        connections: 128,
        reuse: Reuse::KeepAlive,
    };
}

/// Takes connections until the task is dropped.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    tls: Option<Arc<ServerConfig>>,
) {
    let mut open = Open::default();
    let mut reserve = SpareDescriptors::default();
    loop {
        reserve.fill();
        let stream = reserve.accept(&listener).await;
        open.make_room(limits.connections);
        let connection = tokio::spawn(answer(stream, router.clone(), limits, tls.clone()));
        open.0.push_back(connection.abort_handle());
    }
}

/// Connections under way, oldest first; they end with the listener.
#[derive(Default)]
struct Open(VecDeque<AbortHandle>);

impl Open {
    fn make_room(&mut self, most: usize) {
        self.0.retain(|connection| !connection.is_finished());
        if self.0.len() >= most
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.abort();
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

async fn answer(stream: TcpStream, router: Router, limits: Limits, tls: Option<Arc<ServerConfig>>) {
    // Answers are written at once; waiting for more would delay each event of a stream.
    stream.set_nodelay(true).ok();
    let whole = async {
        match tls {
            None => exchange(stream, router, limits).await,
            Some(tls) => {
                let accepted = TlsAcceptor::from(tls).accept(stream);
                let Ok(Ok(stream)) = tokio::time::timeout(limits.head, accepted).await else {
                    return false;
                };
                exchange(stream, router, limits).await
            }
        }
    };
    let is_complete = match limits.whole {
        Some(limit) => tokio::time::timeout(limit, whole).await == Ok(true),
        None => whole.await,
    };
    if !is_complete {
        debug!(target: "rlocust::output", "connection given up");
    }
}

async fn exchange<T>(stream: T, router: Router, limits: Limits) -> bool
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let patient = StallTimeout {
        stream,
        limit: limits.stall,
        waiting: None,
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .keep_alive(limits.reuse == Reuse::KeepAlive)
        .serve_connection(TokioIo::new(patient), TowerToHyperService::new(router));
    connection.await.is_ok()
}

/// A stream that is an error once nobody has taken its bytes for so long.
struct StallTimeout<T> {
    stream: T,
    limit: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<T> StallTimeout<T> {
    fn judge<R>(
        &mut self,
        context: &mut Context<'_>,
        done: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        if done.is_ready() {
            self.waiting = None;
            return done;
        }
        let limit = self.limit;
        let sleep = || Box::pin(tokio::time::sleep(limit));
        let waiting = self.waiting.get_or_insert_with(sleep);
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for StallTimeout<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for StallTimeout<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.judge(context, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_flush(context);
        self.judge(context, done)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_shutdown(context);
        self.judge(context, done)
    }
}

/// Descriptors for scrapers while the users have taken all others.
#[derive(Default)]
struct SpareDescriptors(Vec<File>);

/// How many scrapers are answered at a time then.
const RESERVED: usize = 2;
/// Until there may be a descriptor again.
const PAUSE: Duration = Duration::from_millis(100);

impl SpareDescriptors {
    fn fill(&mut self) {
        while self.0.len() < RESERVED {
            let Ok(file) = nowhere() else { return };
            self.0.push(file);
        }
    }

    async fn accept(&mut self, listener: &TcpListener) -> TcpStream {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => return stream,
                Err(_) if self.0.pop().is_some() => {}
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

fn nowhere() -> io::Result<File> {
    File::open(if cfg!(windows) { "NUL" } else { "/dev/null" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use rlocust_testing::waiting::DEADLINE;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    const LONG: Duration = Duration::from_mins(1);
    const SOON: Duration = Duration::from_secs(1);

    async fn serving(limits: Limits) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let page = Router::new().route("/", get(|| async { "figures" }));
        tokio::spawn(serve(listener, page, limits, None));
        address
    }

    async fn connected(address: SocketAddr) -> TcpStream {
        TcpStream::connect(address).await.expect("it listens")
    }

    /// What the server says until it closes.
    async fn heard(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(DEADLINE, stream.read_to_end(&mut answer));
        read.await.expect("it closes").ok(); // a reset is an end, too
        String::from_utf8(answer).expect("text")
    }

    async fn page(address: SocketAddr) -> String {
        let mut stream = connected(address).await;
        stream.write_all(ASK).await.expect("it reads");
        heard(stream).await
    }

    #[tokio::test]
    async fn who_asks_nothing_or_half_a_question_is_cut_off() {
        let address = serving(Limits {
            head: SOON,
            whole: Some(LONG),
            ..Limits::PAGE
        })
        .await;
        let mut streams = Vec::new();
        for said in [&b""[..], b"GET / HT", b"GET / HTTP/1.1\r\nhost: x\r\n"] {
            let mut stream = connected(address).await;
            stream.write_all(said).await.expect("it listens");
            streams.push(stream);
        }
        for stream in streams {
            let answer = heard(stream).await;
            assert!(!answer.contains("figures"), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_connection_is_one_request() {
        let answer = page(serving(Limits::PAGE).await).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("figures"));
        assert!(answer.contains("connection: close"), "{answer}");
    }

    #[tokio::test]
    async fn idle_connections_keep_no_scraper_out() {
        let address = serving(Limits {
            head: LONG,
            whole: Some(LONG),
            connections: 4,
            ..Limits::PAGE
        })
        .await;
        let mut idle = Vec::new();
        for _ in 0..12 {
            idle.push(connected(address).await);
        }
        assert!(page(address).await.ends_with("figures"));
        // All but the last ones were closed to make room.
        for stream in idle.drain(..8) {
            assert_eq!(heard(stream).await, "");
        }
    }

    #[tokio::test]
    async fn a_site_answers_more_than_once_on_a_connection() {
        let mut stream = connected(serving(Limits::SITE).await).await;
        for _ in 0..2 {
            stream.write_all(ASK).await.expect("it reads");
            let (mut answer, mut some) = (String::new(), [0; 512]);
            while !answer.ends_with("figures") {
                let read = stream.read(&mut some).await.expect("it stays open");
                assert!(read > 0, "closed after {answer}");
                answer.push_str(&String::from_utf8_lossy(&some[..read]));
            }
        }
    }

    #[tokio::test]
    async fn who_does_not_read_is_cut_off() {
        let whole = Limits {
            whole: Some(SOON),
            ..Limits::PAGE
        };
        let stall = Limits {
            stall: SOON,
            ..Limits::SITE
        };
        tokio::join!(
            cut_off_without_reading(whole),
            cut_off_without_reading(stall)
        );
    }

    async fn cut_off_without_reading(limits: Limits) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let page = Router::new().route("/", get(|| async { "x".repeat(64 << 20) }));
        tokio::spawn(serve(listener, page, limits, None));
        let mut stream = connected(address).await;
        stream.write_all(ASK).await.expect("it reads");
        // Nothing is read until the server has given up: then it closes, and a write is refused.
        let refused = async { while stream.write_all(b"x").await.is_ok() {} };
        let refused = tokio::time::timeout(DEADLINE, refused);
        refused.await.expect("it closes");
        assert!(heard(stream).await.len() < 64 << 20);
    }
}
