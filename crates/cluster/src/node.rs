//! What both kinds of node share: a thread with a socket in it, made and ended by whoever holds the node. A forked child
//! has neither the thread nor its locks: there a node does nothing.
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use parking_lot::Mutex;
use zmq::{PollItem, Socket};

use super::inbox::Inbox;

/// Why a node cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    #[error("{0}")]
    Socket(#[from] zmq::Error),
    #[error("{0}")]
    System(#[from] io::Error),
}

impl NodeError {
    /// As the system counts errors; nothing for those that libzmq made up.
    pub fn number(&self) -> Option<i32> {
        match self {
            Self::Socket(error) => Some(error.to_raw()),
            Self::System(error) => error.raw_os_error(),
        }
    }
}

/// The thread of a node, in the process that has made it.
pub struct NodeThread {
    process: u32,
    ended: Mutex<Receiver<()>>,
}

impl NodeThread {
    /// `serve` runs on it until it is told to end; the script hears of it when it panics.
    pub fn start(inbox: Arc<Inbox>, serve: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (end, ended) = sync_channel(1);
        std::thread::Builder::new()
            .name("rlocust-node".to_owned())
            .spawn(move || {
                if catch_unwind(AssertUnwindSafe(serve)).is_err() {
                    inbox.note("died", &"".into(), None);
                }
                end.send(()).ok(); // nobody may be waiting any more
            })?;
        Ok(Self {
            process: std::process::id(),
            ended: Mutex::new(ended),
        })
    }

    /// Whether this is a child that was forked since.
    pub fn is_elsewhere(&self) -> bool {
        self.process != std::process::id()
    }

    pub fn wait(&self, limit: Duration) {
        self.ended.lock().recv_timeout(limit).ok();
    }
}

/// Waits for a socket, the descriptor of commands, or the end of `limit`.
pub fn poll(sockets: &[(&Socket, zmq::PollEvents)], descriptor: i32, limit: Duration) {
    let mut items = vec![PollItem::from_fd(descriptor, zmq::POLLIN)];
    let sockets = sockets.iter();
    items.extend(sockets.map(|(socket, events)| socket.as_poll_item(*events)));
    let limit = i64::try_from(limit.as_micros().div_ceil(1000)).unwrap_or(i64::MAX);
    zmq::poll(&mut items, limit).ok(); // interrupted by a signal, it is asked again
}
