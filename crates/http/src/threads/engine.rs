//! The engine: I/O threads, and the way in and out of them. A call belongs to the thread of its
//! session; answers come back through one `Sink`. No global state: a forked child leaves its
//! copy alone and starts an engine of its own.

use std::cmp::Reverse;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use parking_lot::Mutex;

use crate::calls::command::Command;
use crate::calls::sink::Sink;
use crate::net::dns::Dns;
use crate::net::stamps::Stamping;
use crate::sessions::options::PoolOptions;
use crate::sessions::pool::Pool;
use crate::sessions::session::{Session, SessionOptions};
use rlocust_core::liveness::WatchedThread;

use super::io_thread::IoThread;
use super::options::EngineOptions;

/// The I/O threads. Dropping it shuts them down.
pub struct Engine {
    lanes: Vec<Arc<IoThread>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    sources: Vec<IpAddr>,
    next_lane: AtomicUsize,
    _stamping: Stamping,
}

impl Engine {
    /// Starts the threads.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "it is the engine's from here on"
    )]
    pub fn start(options: &EngineOptions, sink: Arc<dyn Sink>) -> io::Result<Self> {
        let dns = Arc::new(Dns::new(options.dns_ttl, options.resolve.clone()));
        let cookie_warning = Arc::default();
        let budget = options.budget();
        let decoding = EngineOptions::decoding();
        let mut engine = Self {
            lanes: Vec::new(),
            threads: Mutex::default(),
            sources: options.sources.clone(),
            next_lane: AtomicUsize::new(0),
            _stamping: Stamping::begin(),
        };
        for number in 0..options.io_threads.max(1) {
            let mut shared = options.shared(Arc::clone(&sink), Arc::clone(&dns));
            shared.cookie_warning = Arc::clone(&cookie_warning);
            shared.budget = Arc::clone(&budget);
            shared.decoding = Arc::clone(&decoding);
            let lane = IoThread::new(number, shared);
            let thread = lane.start()?;
            engine.threads.get_mut().push(thread);
            engine.lanes.push(Arc::new(lane));
        }
        Ok(engine)
    }

    /// A new session on the next I/O thread in turn, or on that of the pool it shares.
    pub fn session(&self, options: SessionOptions) -> Session {
        Session::new(options.pool.unwrap_or_else(|| self.pool(options.own_pool)))
    }

    /// A pool that several sessions can share, on the next I/O thread in turn.
    pub fn pool(&self, options: PoolOptions) -> Pool {
        let turn = self.next_lane.fetch_add(1, Ordering::Relaxed);
        let source = self.sources.get(turn % self.sources.len().max(1)).copied();
        Pool::new(turn % self.lanes.len(), source, options)
    }

    /// Hands commands over and leaves the batch empty; at most one wake-up per I/O thread, and no look at those that get
    /// nothing.
    pub fn submit(&self, batch: &mut Vec<Command>) {
        if let [lane] = &self.lanes[..] {
            return lane.put(batch.drain(..));
        }
        // From the end on, thread by thread; what is for one thread stays in its order.
        let lane_of = |command: &Command| command.session().lane();
        batch.sort_by_key(|command| Reverse(lane_of(command)));
        while let Some(last) = batch.last() {
            let lane = lane_of(last);
            let first = batch.partition_point(|command| lane_of(command) > lane);
            self.lanes[lane].put(batch.drain(first..));
        }
    }

    /// The I/O threads, to be watched.
    pub fn threads(&self) -> Vec<Arc<dyn WatchedThread>> {
        let lanes = self.lanes.iter().map(Arc::clone);
        lanes.map(|lane| lane as Arc<dyn WatchedThread>).collect()
    }

    /// Answers the calls that threads which stand still have not taken up, as cut before they were sent.
    pub fn refuse_waiting(&self) {
        let silent = |lane: &&Arc<IoThread>| !lane.liveness().silence().is_zero();
        for lane in self.lanes.iter().filter(silent) {
            lane.refuse_waiting();
        }
    }

    /// Ends every call (as cut), and joins the threads. Commands that come later
    /// are answered at once, as cut before send. Not to be called on an I/O thread.
    pub fn shutdown(&self) {
        for lane in &self.lanes {
            lane.close();
        }
        let threads = std::mem::take(&mut *self.threads.lock());
        for thread in threads {
            // A thread that panicked has reported so to the sink.
            drop(thread.join());
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shutdown();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use crate::calls::call::tests::call;
    use crate::calls::reply::Reply;
    use crate::errors::error::HttpError;
    use crate::types::ticket::Ticket;
    use rlocust_core::model::CutPhase;

    use super::*;

    /// Sends on what it gets.
    struct Mailbox(Mutex<Sender<String>>);

    impl Sink for Mailbox {
        fn answered(&self, ticket: Ticket, reply: Box<Reply>) {
            let cut = HttpError::Cut {
                phase: CutPhase::BeforeSend,
            };
            assert_eq!(reply.error, Some(cut));
            drop(self.0.lock().send(format!("cut {}", ticket.0)));
        }

        fn thread_died(&self, message: String) {
            drop(self.0.lock().send(format!("died of {message}")));
        }
    }

    #[test]
    fn a_dead_thread_is_reported_and_leaves_nobody_waiting() {
        let (sender, received) = channel();
        let sink = Arc::new(Mailbox(Mutex::new(sender)));
        let engine = Engine::start(&EngineOptions::default(), sink).expect("an engine");
        let first = call();
        let bug = Command::Panic(first.session.clone());
        // The call stands behind the bug in one batch: the dying thread has to answer it.
        engine.submit(&mut vec![bug, Command::Call(first)]);
        engine.shutdown();
        engine.submit(&mut vec![Command::Call(call())]);
        assert_eq!(
            received.try_iter().collect::<Vec<_>>(),
            ["cut 7", "died of a bug", "cut 7"]
        );
    }
}
