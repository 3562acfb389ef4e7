//! One I/O thread: takes commands from its inbox and runs calls as tasks.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::http::calls::call::Call;
use crate::http::calls::command::Command;
use crate::http::calls::job::Job;
use crate::http::calls::shared::LaneShared;
use crate::http::words::ticket::Ticket;

use super::inbox::Inbox;

/// The thread's work; returns when the inbox is closed. Dropping the runtime then drops every
/// call still running, which reports it as cut.
pub(crate) fn run(runtime: Runtime, inbox: &Arc<Inbox>, shared: &Arc<LaneShared>) {
    let mut worker = Worker {
        inbox,
        shared,
        batch: VecDeque::new(),
    };
    runtime.block_on(worker.serve());
    runtime.shutdown_background();
}

/// Serves the lane; when it ends, be it by a panic, nobody is left waiting.
struct Worker<'a> {
    inbox: &'a Arc<Inbox>,
    shared: &'a Arc<LaneShared>,
    batch: VecDeque<Command>,
}

/// So many batches are taken up before calls get their turn.
const MOST_BATCHES: usize = 64;

impl Worker<'_> {
    async fn serve(&mut self) {
        for count in 1_usize.. {
            if !poll_fn(|task| self.inbox.poll_take(task, &mut self.batch)).await {
                return;
            }
            self.take_up();
            // Calls run while this task sleeps; see to it that commands without end let them.
            if count.is_multiple_of(MOST_BATCHES) {
                tokio::task::yield_now().await;
            }
        }
    }

    fn take_up(&mut self) {
        while let Some(command) = self.batch.pop_front() {
            match command {
                Command::Call(call) => self.start(call),
                Command::Abort { ticket, .. } => self.abort(ticket),
                #[cfg(test)]
                Command::Panic(_) => panic!("a bug"),
            }
        }
    }

    fn start(&self, call: Box<Call>) {
        let ticket = call.ticket;
        let task = tokio::spawn(Job::new(Arc::clone(self.shared), call).run());
        self.shared.running.add(ticket, task.abort_handle());
    }

    fn abort(&self, ticket: Ticket) {
        if let Some(handle) = self.shared.running.take(ticket) {
            handle.abort();
        }
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        self.inbox.close();
        for command in self.batch.drain(..) {
            self.shared.refuse(command);
        }
        for command in self.inbox.take_all() {
            self.shared.refuse(command);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use parking_lot::Mutex;

    use crate::http::calls::call::tests::call;
    use crate::http::calls::reply::Reply;
    use crate::http::calls::sink::Sink;
    use crate::http::errors::error::HttpError;
    use crate::http::net::dns::Dns;
    use crate::http::threads::options::EngineOptions;

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
}
