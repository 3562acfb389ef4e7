//! One I/O thread: takes commands from its inbox and runs calls as tasks. Calls under way go before new ones: so many
//! are taken up in a turn, the rest wait in the inbox, before their clocks start.

use std::future::{Future as _, poll_fn};
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Runtime;

use crate::http::calls::call::Call;
use crate::http::calls::command::Command;
use crate::http::calls::job::Job;
use crate::http::calls::shared::LaneShared;
use crate::http::words::ticket::Ticket;
use crate::liveness::Liveness;

use super::inbox::Inbox;

/// The thread's work; returns when the inbox is closed. Dropping the runtime then drops every
/// call still running, which reports it as cut.
pub(crate) fn run(
    runtime: Runtime,
    inbox: &Arc<Inbox>,
    liveness: &Arc<Liveness>,
    shared: &Arc<LaneShared>,
) {
    let worker = Worker {
        inbox: Arc::clone(inbox),
        liveness: Arc::clone(liveness),
        shared: Arc::clone(shared),
        taken_up: 0,
    };
    let turns = Arc::clone(shared);
    let served = runtime.block_on(async {
        tokio::spawn(async move { turns.openings.give_turns().await });
        // A task, as calls are: so it stands behind those that can go on.
        tokio::spawn(worker.serve()).await
    });
    runtime.shutdown_background();
    if let Err(fault) = served
        && fault.is_panic()
    {
        resume_unwind(fault.into_panic());
    }
}

/// Serves the lane; when it ends, be it by a panic, nobody is left waiting.
struct Worker {
    inbox: Arc<Inbox>,
    shared: Arc<LaneShared>,
    liveness: Arc<Liveness>,
    /// So many calls were taken up in this turn.
    taken_up: usize,
}

/// So many calls are taken up in a turn. To send a request costs 5 to 10 µs: what comes meanwhile waits 0.1 ms.
const MOST_CALLS: usize = 16;

impl Worker {
    async fn serve(mut self) {
        while let Some(command) = poll_fn(|task| self.poll_take(task)).await {
            self.take_up(command);
            // No command is in hand across the wait: a thread that ends there would lose it.
            if self.taken_up >= MOST_CALLS && !self.inbox.is_empty() {
                // Until all that was ready has run and the network was asked what is ready now.
                tokio::task::yield_now().await;
                self.taken_up = 0;
            }
        }
    }

    fn poll_take(&self, task: &mut Context<'_>) -> Poll<Option<Command>> {
        let taken = self.inbox.poll_take(task);
        // After the inbox knows whom to wake: a question that comes now is not lost.
        self.liveness.answer();
        taken
    }

    fn take_up(&mut self, command: Command) {
        match command {
            Command::Call(call) => self.start(call),
            Command::Abort { ticket, .. } => self.abort(ticket),
            #[cfg(debug_assertions)]
            Command::Stall { until, limit, .. } => {
                until.recv_timeout(limit).ok();
            }
            #[cfg(test)]
            Command::Panic(_) => panic!("a bug"),
        }
    }

    fn start(&mut self, call: Box<Call>) {
        self.taken_up += 1;
        let (ticket, url) = (call.ticket, call.url.clone());
        let lane = Arc::clone(&self.shared);
        // Made here: it answers also where its task is cut before it has begun.
        let job = Job::new(Arc::clone(&lane), call);
        let task = tokio::spawn(async move {
            let mut run = pin!(job.run());
            poll_fn(|task| {
                lane.running.goes_on(ticket);
                run.as_mut().poll(task)
            })
            .await;
        });
        self.shared.running.add(ticket, task.abort_handle(), url);
    }

    fn abort(&self, ticket: Ticket) {
        if let Some(handle) = self.shared.running.take(ticket) {
            handle.abort();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.inbox.close();
        for command in self.inbox.take_all() {
            self.shared.refuse(command);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::OnceLock;
    use std::sync::mpsc::{Sender, channel};
    use std::time::Instant;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use parking_lot::Mutex;

    use crate::clock;
    use crate::helpers::Helpers;
    use crate::http::calls::call::tests::call;
    use crate::http::calls::reply::Reply;
    use crate::http::calls::sink::Sink;
    use crate::http::errors::error::HttpError;
    use crate::http::errors::memory_fault::MemoryFault;
    use crate::http::memory::budget::BodyBudget;
    use crate::http::net::dns::Dns;
    use crate::http::threads::options::EngineOptions;
    use crate::http::urls::url::Url;

    use super::*;

    struct Mailbox(Mutex<Sender<Box<Reply>>>);

    impl Sink for Mailbox {
        fn answered(&self, _ticket: Ticket, reply: Box<Reply>) {
            drop(self.0.lock().send(reply));
        }
    }

    #[test]
    fn a_panic_is_answered_like_everything_else() {
        let (sender, replies) = channel();
        let options = EngineOptions::default();
        let dns = Arc::new(Dns::new(options.dns_ttl, Vec::new()));
        let lane = Arc::new(options.shared(Arc::new(Mailbox(Mutex::new(sender))), dns));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let job = Job::new(lane, call());
        let task = runtime.spawn(async move {
            let _job = job;
            panic!("a bug");
        });
        assert!(runtime.block_on(task).is_err());
        let reply = replies.try_recv().expect("a reply");
        assert_eq!(
            (reply.ticket, reply.error),
            (Ticket(7), Some(HttpError::Panic))
        );
        assert!(replies.try_recv().is_err());
    }

    /// A body that is undone to more than all bodies may take, on a machine that grants no thread.
    #[test]
    fn a_fault_of_decoding_is_not_in_the_time() {
        static BEGUN: OnceLock<Instant> = OnceLock::new();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(&vec![0; 65_536]).expect("memory");
        let url = served_once(&encoder.finish().expect("memory"));
        let (sender, replies) = channel();
        let options = EngineOptions::default();
        let dns = Arc::new(Dns::new(options.dns_ttl, Vec::new()));
        let mut shared = options.shared(Arc::new(Mailbox(Mutex::new(sender))), dns);
        shared.budget = BodyBudget::new(u64::MAX, 100_000);
        let mut threads = Helpers::new("test", 1);
        threads.start_thread = |_, _| {
            BEGUN.set(clock::instant()).ok();
            Err(io::ErrorKind::WouldBlock.into())
        };
        shared.decoding = Arc::new(threads);
        let mut asked = call();
        asked.url = Url::parse(&url).expect("a URL");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(Job::new(Arc::new(shared), asked).run());
        let reply = replies.try_recv().expect("a reply");
        let fault = MemoryFault::TooManyAtOnce { limit: 100_000 };
        assert_eq!(reply.error, Some(HttpError::OutOfMemory(fault)));
        assert!(reply.finished <= *BEGUN.get().expect("a large body"));
    }

    fn served_once(body: &[u8]) -> String {
        let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = server.local_addr().expect("an address");
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let answer = [head.as_bytes(), body].concat();
        std::thread::spawn(move || {
            let (mut peer, _) = server.accept().expect("a client");
            let length = peer.read(&mut [0; 4096]).expect("a request");
            assert_ne!(length, 0);
            peer.write_all(&answer).expect("a reader");
        });
        format!("http://{address}/")
    }
}
