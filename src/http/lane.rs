//! One I/O thread: takes commands from its inbox, runs calls as tasks and keeps the waits. The
//! inbox can be filled from any thread; the lane is woken only if it sleeps, and not for a wait that
//! ends after its alarm: ten thousand users who wait for half a minute cost a wake-up less each time.

use std::collections::HashMap;
use std::future::poll_fn;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use parking_lot::Mutex;
use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

use crate::clock;

use super::decode::Decoders;
use super::dns::Dns;
use super::engine::{EngineOptions, Sink};
use super::error::{CutPhase, HttpError};
use super::job::{Job, blank_outcome};
use super::request::{Call, Command, Ticket};
use super::response::Outcome;
use super::spare::SpareRoom;
use super::waits::Waits;

/// Where commands for one I/O thread wait.
#[derive(Default)]
pub(super) struct Inbox {
    state: Mutex<InboxState>,
}

#[derive(Default)]
struct InboxState {
    commands: Vec<Command>,
    /// The lane, asleep.
    sleeper: Option<Waker>,
    /// When the sleeping lane wakes by itself to end a wait.
    wakes_at: Option<Instant>,
    is_closed: bool,
}

/// So many commands may lie there until the lane wakes by itself.
const MOST_LYING: usize = 256;

impl InboxState {
    /// Whether there is time for `command` until the lane wakes by itself.
    fn can_lie(&self, command: &Command) -> bool {
        let Some(wakes_at) = self.wakes_at else {
            return false;
        };
        match command {
            Command::Wait { due, .. } => *due >= wakes_at,
            // A wait that is forgotten too late wakes nobody: its ticket is not valid any more.
            Command::Abort { session, .. } => session.is_none(),
            Command::Call(_) => false,
        }
    }
}

impl Inbox {
    /// Puts commands in; gives them back if the lane is gone.
    pub(super) fn put(&self, commands: impl Iterator<Item = Command>) -> Vec<Command> {
        let mut state = self.state.lock();
        if state.is_closed {
            return commands.collect();
        }
        let mut is_urgent = false;
        for command in commands {
            is_urgent |= !state.can_lie(&command);
            state.commands.push(command);
        }
        if !is_urgent && state.commands.len() <= MOST_LYING {
            return Vec::new();
        }
        let sleeper = state.sleeper.take();
        drop(state);
        if let Some(sleeper) = sleeper {
            sleeper.wake();
        }
        Vec::new()
    }

    /// From now on commands are given back. Those inside are still taken up.
    pub(super) fn close(&self) {
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
    fn poll_take(&self, batch: &mut Vec<Command>) -> Poll<bool> {
        let mut state = self.state.lock();
        if !state.commands.is_empty() {
            std::mem::swap(&mut state.commands, batch);
            return Poll::Ready(true);
        }
        if state.is_closed {
            return Poll::Ready(false);
        }
        Poll::Pending
    }

    /// Goes to sleep, at most until `wakes_at`; not if there is news by now.
    fn fall_asleep(&self, task: &Context<'_>, wakes_at: Option<Instant>) -> bool {
        let mut state = self.state.lock();
        if !state.commands.is_empty() || state.is_closed {
            return false;
        }
        state.sleeper = Some(task.waker().clone());
        state.wakes_at = wakes_at;
        true
    }
}

/// What the tasks of a lane share.
pub(super) struct LaneShared {
    pub sink: Arc<dyn Sink>,
    pub dns: Arc<Dns>,
    pub fallback_user_agent: String,
    pub decoders: Decoders,
    pub spare: Arc<SpareRoom>,
    running: Mutex<HashMap<Ticket, AbortHandle, BuildHasherDefault<TicketHasher>>>,
}

impl LaneShared {
    pub(super) fn new(sink: Arc<dyn Sink>, dns: Arc<Dns>, options: &EngineOptions) -> Arc<Self> {
        Arc::new(Self {
            sink,
            dns,
            fallback_user_agent: options.fallback_user_agent.clone(),
            decoders: options.decoders,
            spare: Arc::default(),
            running: Mutex::default(),
        })
    }

    /// Hands an outcome in; the ticket is free again.
    pub(super) fn finished(&self, ticket: Ticket, outcome: Box<Outcome>) {
        self.running.lock().remove(&ticket);
        self.sink.answered(ticket, outcome);
    }

    /// Answers a command that no lane will take up.
    pub(super) fn refuse(&self, command: Command) {
        match command {
            Command::Call(call) => refuse_call(&*self.sink, &call),
            Command::Wait { ticket, due } => self.sink.woken(ticket, due),
            Command::Abort { .. } => {}
        }
    }
}

fn refuse_call(sink: &dyn Sink, call: &Call) {
    let mut outcome = Box::new(blank_outcome(call, clock::instant()));
    outcome.error = Some(HttpError::Cut {
        phase: CutPhase::BeforeSend,
    });
    outcome.attempts.failed_before_send = 1;
    sink.answered(call.ticket, outcome);
}

/// The thread's work; returns when the inbox is closed. Dropping the runtime then drops every
/// call still running, which reports it as cut.
pub(super) fn run(runtime: Runtime, inbox: &Arc<Inbox>, shared: &Arc<LaneShared>) {
    let mut worker = Worker {
        inbox,
        shared,
        waits: Waits::default(),
        batch: Vec::new(),
    };
    runtime.block_on(worker.serve());
    runtime.shutdown_background();
}

/// Serves the lane; when it ends, be it by a panic, nobody is left waiting.
struct Worker<'a> {
    inbox: &'a Arc<Inbox>,
    shared: &'a Arc<LaneShared>,
    waits: Waits,
    batch: Vec<Command>,
}

/// So many pieces of news are dealt with before calls get their turn.
const MOST_NEWS: usize = 64;

enum News {
    Commands,
    Woken(Ticket, Instant),
    Closed,
}

impl Worker<'_> {
    async fn serve(&mut self) {
        for count in 1_usize.. {
            match poll_fn(|task| self.poll_news(task)).await {
                News::Commands => self.take_up(),
                News::Woken(ticket, due) => self.shared.sink.woken(ticket, due),
                News::Closed => return,
            }
            // Calls run while this task sleeps; see to it that news without end let them.
            if count.is_multiple_of(MOST_NEWS) {
                tokio::task::yield_now().await;
            }
        }
    }

    fn poll_news(&mut self, task: &mut Context<'_>) -> Poll<News> {
        loop {
            match self.inbox.poll_take(&mut self.batch) {
                Poll::Ready(true) => return Poll::Ready(News::Commands),
                Poll::Ready(false) => return Poll::Ready(News::Closed),
                Poll::Pending => {}
            }
            if let Poll::Ready((ticket, due)) = self.waits.poll_next(task) {
                return Poll::Ready(News::Woken(ticket, due));
            }
            if self.inbox.fall_asleep(task, self.waits.rings_at()) {
                return Poll::Pending;
            }
        }
    }

    fn take_up(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        for command in batch.drain(..) {
            match command {
                Command::Call(call) => self.start(call),
                Command::Wait { ticket, due } => self.waits.add(ticket, due),
                Command::Abort {
                    ticket,
                    session: Some(_),
                } => self.abort(ticket),
                Command::Abort {
                    ticket,
                    session: None,
                } => self.waits.forget(ticket),
            }
        }
        self.batch = batch;
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
        for (ticket, due) in self.waits.drain() {
            self.shared.sink.woken(ticket, due);
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;
    use std::time::Duration;

    use super::*;

    #[derive(Default)]
    struct Bell(AtomicUsize);

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A lane that sleeps until `alarm`, and the bell that wakes it.
    fn sleeping(alarm: Option<Instant>) -> (Inbox, Arc<Bell>) {
        let (inbox, bell) = (Inbox::default(), Arc::new(Bell::default()));
        let waker = Waker::from(Arc::clone(&bell));
        assert!(inbox.fall_asleep(&Context::from_waker(&waker), alarm));
        (inbox, bell)
    }

    fn wait(due: Instant) -> impl Iterator<Item = Command> {
        std::iter::once(Command::Wait {
            ticket: Ticket(1),
            due,
        })
    }

    fn rung(bell: &Bell) -> usize {
        bell.0.load(Ordering::Relaxed)
    }

    #[test]
    fn a_wait_that_ends_after_the_alarm_wakes_nobody() {
        let now = clock::instant();
        let alarm = now + Duration::from_secs(1);
        let (inbox, bell) = sleeping(Some(alarm));
        inbox.put(wait(alarm + Duration::from_secs(30)));
        assert_eq!(rung(&bell), 0);
        inbox.put(wait(now));
        assert_eq!(rung(&bell), 1);
        let mut batch = Vec::new();
        assert_eq!(inbox.poll_take(&mut batch), Poll::Ready(true));
        assert_eq!(batch.len(), 2);
    }

    #[test]
    fn without_an_alarm_every_command_wakes_the_lane() {
        let (inbox, bell) = sleeping(None);
        inbox.put(wait(clock::instant() + Duration::from_hours(1)));
        assert_eq!(rung(&bell), 1);
    }

    #[test]
    fn commands_that_can_lie_do_not_pile_up() {
        let alarm = clock::instant();
        let (inbox, bell) = sleeping(Some(alarm));
        for _ in 0..=MOST_LYING {
            inbox.put(wait(alarm));
        }
        assert_eq!(rung(&bell), 1);
    }

    #[test]
    fn a_lane_with_news_does_not_fall_asleep() {
        let alarm = clock::instant();
        let (inbox, bell) = sleeping(Some(alarm));
        inbox.put(wait(alarm));
        let waker = Waker::from(bell);
        assert!(!inbox.fall_asleep(&Context::from_waker(&waker), None));
    }
}
