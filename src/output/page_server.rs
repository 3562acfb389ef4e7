//! Serves the metrics page to whoever asks, within limits: a connection is one request, none lasts for long, and there
//! are few at a time. Descriptors belong to the users, of whom there may be as many as the system grants.
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tracing::debug;

/// What strangers may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the connection to the last line of the request's head.
    pub head: Duration,
    /// From the connection to the last byte of the page.
    pub whole: Duration,
    /// Connections at one time; the oldest gives way.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            whole: Duration::from_secs(30),
            connections: 16,
        }
    }
}

/// Takes connections until the task is dropped.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits) {
    let mut open: VecDeque<AbortHandle> = VecDeque::new();
    let mut reserve = Reserve::default();
    loop {
        reserve.fill();
        let stream = reserve.accept(&listener).await;
        open.retain(|connection| !connection.is_finished());
        if open.len() >= limits.connections
            && let Some(oldest) = open.pop_front()
        {
            oldest.abort();
        }
        let connection = tokio::spawn(answer(stream, router.clone(), limits));
        open.push_back(connection.abort_handle());
    }
}

async fn answer(stream: TcpStream, router: Router, limits: Limits) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let ended = tokio::time::timeout(limits.whole, connection).await;
    if !matches!(ended, Ok(Ok(()))) {
        debug!(target: "rlocust::output", "metrics page given up");
    }
}

/// Descriptors for scrapers while the users have taken all others.
#[derive(Default)]
struct Reserve(Vec<File>);

/// How many scrapers are answered at a time then.
const RESERVED: usize = 2;
/// Until there may be a descriptor again.
const PAUSE: Duration = Duration::from_millis(100);

impl Reserve {
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
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    const LONG: Duration = Duration::from_mins(1);

    async fn serving(limits: Limits) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let page = Router::new().route("/", get(|| async { "figures" }));
        tokio::spawn(serve(listener, page, limits));
        address
    }

    async fn connected(address: SocketAddr) -> TcpStream {
        TcpStream::connect(address).await.expect("it listens")
    }

    /// What the server says until it closes.
    async fn heard(mut stream: TcpStream) -> String {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer));
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
            head: Duration::from_millis(30),
            whole: LONG,
            connections: 8,
        })
        .await;
        for said in [&b""[..], b"GET / HT", b"GET / HTTP/1.1\r\nhost: x\r\n"] {
            let mut stream = connected(address).await;
            stream.write_all(said).await.expect("it listens");
            let answer = heard(stream).await;
            assert!(!answer.contains("figures"), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_connection_is_one_request() {
        let answer = page(serving(Limits::default()).await).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("figures"));
        assert!(answer.contains("connection: close"), "{answer}");
    }

    #[tokio::test]
    async fn idle_connections_keep_no_scraper_out() {
        let address = serving(Limits {
            head: LONG,
            whole: LONG,
            connections: 4,
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
    async fn who_does_not_read_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let page = Router::new().route("/", get(|| async { "x".repeat(64 << 20) }));
        let limits = Limits {
            whole: Duration::from_millis(50),
            ..Limits::default()
        };
        tokio::spawn(serve(listener, page, limits));
        let mut stream = connected(address).await;
        stream.write_all(ASK).await.expect("it reads");
        // Nothing is read until the server has given up: then it closes, and a write is refused.
        let refused = async { while stream.write_all(b"x").await.is_ok() {} };
        let refused = tokio::time::timeout(Duration::from_secs(20), refused);
        refused.await.expect("it closes");
        assert!(heard(stream).await.len() < 64 << 20);
    }
}
