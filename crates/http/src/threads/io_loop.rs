//! One I/O thread: takes commands from its inbox and has tasks carry the calls. Calls under way go before new ones: so
//! many are taken up in a turn, the rest wait in the inbox, before their clocks start.

use std::future::poll_fn;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::calls::call::Call;
use crate::calls::command::Command;
use crate::calls::job::Job;
use crate::calls::shared::LaneShared;
use crate::sessions::idle::has_looked;
use crate::sessions::session::Session;
use crate::types::ticket::Ticket;
use crate::work::network::Work;
use rlocust_core::liveness::Liveness;

use super::inbox::Inbox;
use super::task_pool::TaskPool;

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
        carriers: TaskPool::new(Arc::clone(shared)),
        taken_up: 0,
    };
    let turns = Arc::clone(shared);
    let served = runtime.block_on(async {
        tokio::spawn(async move { turns.openings.give_turns().await });
        tokio::spawn(tick());
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

/// A timer that is always armed. To arm one that is due before all others, the runtime writes to its own eventfd and
/// looks at the network once more: without this one the limit of each call would be such a timer.
async fn tick() {
    loop {
        sleep(TICK).await;
    }
}

/// Most limits are longer; the thread wakes as often to say that it takes its turns.
const TICK: Duration = Duration::from_secs(1);

/// Serves the lane; when it ends, be it by a panic, nobody is left waiting.
struct Worker {
    inbox: Arc<Inbox>,
    shared: Arc<LaneShared>,
    liveness: Arc<Liveness>,
    carriers: TaskPool,
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
                has_looked();
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
            Command::Work { session, work } => self.begin(session, work),
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
        // Made here: it answers also where its task is cut before it has begun.
        let job = Job::new(Arc::clone(&self.shared), call);
        let handle = self.carriers.carry_in_turn(job);
        self.shared.running.add(ticket, handle, url);
    }

    fn begin(&mut self, session: Session, work: Work) {
        self.taken_up += 1;
        tokio::spawn(work(self.shared.network(session)));
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
    use super::*;
    use crate::calls::reply::Reply;
    use crate::calls::sink::Sink;
    use crate::threads::task_pool::tests::{lane_with, vain_call};

    struct Nobody;

    impl Sink for Nobody {
        fn answered(&self, _: Ticket, _: Box<Reply>) {}
    }

    fn numbered_call(number: usize) -> Command {
        let mut asked = vain_call();
        asked.ticket = Ticket(number as u64);
        Command::Call(asked)
    }

    #[tokio::test]
    async fn others_have_their_turn_after_so_many_calls() {
        let inbox = Arc::new(Inbox::default());
        let most = 3 * MOST_CALLS;
        assert!(inbox.put((0..most).map(numbered_call)).is_empty());
        let shared = lane_with(Nobody);
        let worker = Worker {
            inbox: Arc::clone(&inbox),
            liveness: Arc::new(Liveness::new(Arc::new(|| ()))),
            carriers: TaskPool::new(Arc::clone(&shared)),
            shared,
            taken_up: 0,
        };
        let serving = tokio::spawn(worker.serve());
        for turn in 1..=3 {
            tokio::task::yield_now().await;
            assert_eq!(inbox.calls(), most - turn * MOST_CALLS);
        }
        inbox.close();
        serving.await.expect("an end");
    }
}
