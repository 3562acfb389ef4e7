//! One I/O thread: takes commands from its inbox and runs calls as tasks. The inbox can be filled from
//! any thread; the lane is woken only if it sleeps.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

use crate::clock;

use super::engine::{EngineOptions, Sink};
use crate::http::calls::call::{Call, Command, Ticket};
use crate::http::calls::job::{Job, blank_reply};
use crate::http::calls::reply::Reply;
use crate::http::coding::decode::Decoders;
use crate::http::http1::spare::SpareRoom;
use crate::http::net::dns::Dns;
use crate::http::net::socket::SilentFor;
use crate::http::words::error::HttpError;
use crate::model::CutPhase;

/// Where commands for one I/O thread wait.
#[derive(Default)]
pub(crate) struct Inbox {
    state: Mutex<InboxState>,
}

#[derive(Default)]
struct InboxState {
    commands: VecDeque<Command>,
    /// The lane, asleep.
    sleeper: Option<Waker>,
    is_closed: bool,
}

impl Inbox {
    /// Puts commands in; gives them back if the lane is gone.
    pub(crate) fn put(&self, commands: impl Iterator<Item = Command>) -> Vec<Command> {
        let mut state = self.state.lock();
        if state.is_closed {
            return commands.collect();
        }
        state.commands.extend(commands);
        let sleeper = state.sleeper.take();
        drop(state);
        if let Some(sleeper) = sleeper {
            sleeper.wake();
        }
        Vec::new()
    }

    /// From now on commands are given back. Those inside are still taken up.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        let sleeper = state.sleeper.take();
        drop(state);
        if let Some(sleeper) = sleeper {
            sleeper.wake();
        }
    }

    /// Swaps the waiting commands into `batch` (empty before); `Ready(false)` once closed and
    /// drained.
    fn poll_take(&self, task: &mut Context<'_>, batch: &mut VecDeque<Command>) -> Poll<bool> {
        let mut state = self.state.lock();
        if !state.commands.is_empty() {
            std::mem::swap(&mut state.commands, batch);
            return Poll::Ready(true);
        }
        if state.is_closed {
            return Poll::Ready(false);
        }
        state.sleeper = Some(task.waker().clone());
        Poll::Pending
    }
}

/// What the tasks of a lane share.
pub(crate) struct LaneShared {
    pub sink: Arc<dyn Sink>,
    pub dns: Arc<Dns>,
    pub fallback_user_agent: String,
    pub decoders: Decoders,
    pub spare: Arc<SpareRoom>,
    pub silent_for: SilentFor,
    running: Mutex<HashMap<Ticket, AbortHandle, BuildHasherDefault<TicketHasher>>>,
}

impl LaneShared {
    pub(crate) fn new(sink: Arc<dyn Sink>, dns: Arc<Dns>, options: &EngineOptions) -> Arc<Self> {
        Arc::new(Self {
            sink,
            dns,
            fallback_user_agent: options.fallback_user_agent.clone(),
            decoders: options.decoders,
            spare: Arc::default(),
            silent_for: options.silent_for,
            running: Mutex::default(),
        })
    }

    /// Hands a reply in; the ticket is free again.
    pub(crate) fn finished(&self, ticket: Ticket, reply: Box<Reply>) {
        self.running.lock().remove(&ticket);
        self.sink.answered(ticket, reply);
    }

    /// Answers a command that no lane will take up.
    pub(crate) fn refuse(&self, command: Command) {
        match command {
            Command::Call(call) => refuse_call(&*self.sink, &call),
            Command::Abort { .. } => {}
            #[cfg(test)]
            Command::Panic(_) => {}
        }
    }
}

fn refuse_call(sink: &dyn Sink, call: &Call) {
    let mut reply = Box::new(blank_reply(call, clock::instant()));
    reply.error = Some(HttpError::Cut {
        phase: CutPhase::BeforeSend,
    });
    reply.attempts.failed_before_send = 1;
    sink.answered(call.ticket, reply);
}

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
        self.shared
            .running
            .lock()
            .insert(ticket, task.abort_handle());
    }

    fn abort(&self, ticket: Ticket) {
        let handle = self.shared.running.lock().remove(&ticket);
        if let Some(handle) = handle {
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
        let left = std::mem::take(&mut self.inbox.state.lock().commands);
        for command in left {
            self.shared.refuse(command);
        }
    }
}

/// Tickets are small numbers already; mixing them a little is enough.
#[derive(Default)]
struct TicketHasher(u64);

impl Hasher for TicketHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(32);
    }
}
