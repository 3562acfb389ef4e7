//! The accept loop and the ways to start it: `serve` inside a runtime, `run` on this thread until interrupted,
//! `Background` on a thread of its own for tests. Connections are owned by the server and end with it.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::connection::Connection;
use super::counters::Counters;
use super::routes::Site;

/// How many connections the kernel may keep waiting: a run may open thousands at once.
const BACKLOG: i32 = 4096;
/// How long to leave the listener alone when there is no file descriptor left for another connection.
const PAUSE_WHEN_FULL: Duration = Duration::from_millis(10);

/// Where to listen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Port 0 takes a free one; `Server::address` says which.
    pub address: SocketAddr,
}

impl Options {
    /// Loopback on a free port: what tests want.
    pub fn on_a_free_port() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        }
    }
}

/// A bound server: its address is known and the kernel already takes connections; `serve` answers them.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
}

impl Server {
    /// Binds the address; must be called inside a tokio runtime.
    pub fn bind(options: Options) -> io::Result<Self> {
        let listener = listen(options.address)?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            address,
            site: Arc::default(),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.site.counters)
    }

    /// Answers until `shutdown` is ready, then drops all connections at once.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => self.take(stream, &mut connections),
                    Err(_) => tokio::time::sleep(PAUSE_WHEN_FULL).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    fn take(&self, stream: TcpStream, connections: &mut JoinSet<()>) {
        self.site.counters.connected();
        if stream.set_nodelay(true).is_ok() {
            connections.spawn(Connection::new(stream, Arc::clone(&self.site)).run());
        }
    }
}

/// Binds, gives the address to `ready`, and answers until `shutdown` is ready.
pub async fn serve(
    options: Options,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let server = Server::bind(options)?;
    ready(server.address());
    server.serve(shutdown).await;
    Ok(())
}

/// Serves on this thread until SIGINT or SIGTERM; `ready` gets the address once connections are taken.
pub fn run(address: SocketAddr, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    runtime()?.block_on(async {
        // The handlers are in place before the address is given: whoever reads it may already send the signal.
        let interrupted = interrupted()?;
        serve(Options { address }, ready, interrupted).await
    })
}

/// A demo server on a thread of its own. Dropping it stops the thread and waits for it.
#[derive(Debug)]
pub struct Background {
    address: SocketAddr,
    counters: Arc<Counters>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    pub fn start(options: Options) -> io::Result<Self> {
        let runtime = runtime()?;
        let server = {
            let _inside = runtime.enter();
            Server::bind(options)?
        };
        let (address, counters) = (server.address(), server.counters());
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("demo".to_owned())
            .spawn(move || {
                runtime.block_on(server.serve(async {
                    stopped.await.ok(); // a dropped sender is a stop as well
                }));
            })?;
        Ok(Self {
            address,
            counters,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn counters(&self) -> &Counters {
        &self.counters
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok(); // its panic was already printed
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if cfg!(unix) {
        socket.set_reuse_address(true)?; // a restart must not wait for old connections to time out
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

fn runtime() -> io::Result<runtime::Runtime> {
    runtime::Builder::new_current_thread().enable_all().build()
}

#[cfg(unix)]
fn interrupted() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn interrupted() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        tokio::signal::ctrl_c().await.ok(); // without a handler the process ends by the signal itself
    })
}
