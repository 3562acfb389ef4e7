//! The tasks that carry calls, one call after the other. To make a task and to take it down costs a sixth of what the
//! thread does for a plain request; so a task that is through with its call waits for the next one.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use tokio::task::AbortHandle;

use crate::calls::job::Job;
use crate::calls::shared::LaneShared;

/// So many tasks may wait for a call; each keeps some kilobytes.
const MOST_IDLE: usize = 64;

/// The tasks of one I/O thread. Cheap to clone.
#[derive(Clone)]
pub(super) struct TaskPool {
    lane: Arc<LaneShared>,
    idle: Idle,
}

/// Those that wait for a call.
type Idle = Arc<Mutex<Vec<Carrier>>>;

/// A task: where its next call is put, and what stops it.
struct Carrier {
    place: Arc<Mutex<TaskSlot>>,
    handle: AbortHandle,
}

/// Where a call waits for its task to begin. The call is answered, as cut, where the task is stopped before.
#[derive(Default)]
struct TaskSlot {
    handed: Option<(Box<Job>, AbortHandle)>,
    /// The task, asleep.
    sleeper: Option<Waker>,
}

impl TaskPool {
    pub(super) fn new(lane: Arc<LaneShared>) -> Self {
        let idle = Idle::default();
        Self { lane, idle }
    }

    /// Has a task carry the call, behind all that can go on, and in its turn where it will open a connection; gives back
    /// what stops it. Until then it needs no task that has room for all of a call: ten thousand users may ask at once.
    pub(super) fn carry_in_turn(&self, mut job: Box<Job>) -> AbortHandle {
        if !job.will_connect() {
            return self.carry(job);
        }
        if self.lane.openings.has_turn() {
            job.has_turn = true;
            return self.carry(job);
        }
        let carriers = self.clone();
        let waiting = tokio::spawn(async move {
            carriers.lane.openings.turn().await;
            job.has_turn = true;
            let ticket = job.ticket();
            let handle = carriers.carry(job);
            carriers.lane.running.is_carried(ticket, handle);
        });
        waiting.abort_handle()
    }

    fn carry(&self, job: Box<Job>) -> AbortHandle {
        let idle = self.idle.lock().pop();
        let Carrier { place, handle } = idle.unwrap_or_else(|| self.begin());
        let mut place = place.lock();
        place.handed = Some((job, handle.clone()));
        if let Some(sleeper) = place.sleeper.take() {
            sleeper.wake();
        }
        handle
    }

    fn begin(&self) -> Carrier {
        let place = Arc::<Mutex<TaskSlot>>::default();
        let (lane, idle) = (Arc::clone(&self.lane), Arc::clone(&self.idle));
        let task = tokio::spawn(serve(Arc::clone(&place), lane, idle));
        let handle = task.abort_handle();
        Carrier { place, handle }
    }
}

/// Carries what comes to its place, until there are enough that wait.
async fn serve(place: Arc<Mutex<TaskSlot>>, lane: Arc<LaneShared>, idle: Idle) {
    loop {
        let (job, handle) = poll_fn(|task| place.lock().poll_take(task)).await;
        let ticket = job.ticket();
        let mut run = pin!(job.run());
        poll_fn(|task| {
            lane.running.goes_on(ticket);
            run.as_mut().poll(task)
        })
        .await;
        let mut idle = idle.lock();
        if idle.len() >= MOST_IDLE {
            return;
        }
        let place = Arc::clone(&place);
        idle.push(Carrier { place, handle });
    }
}

impl TaskSlot {
    fn poll_take(&mut self, task: &mut Context<'_>) -> Poll<(Box<Job>, AbortHandle)> {
        if let Some(handed) = self.handed.take() {
            return Poll::Ready(handed);
        }
        self.sleeper = Some(task.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Read as _;
    use std::net::{TcpListener, TcpStream};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use crate::calls::call::Call;
    use crate::calls::call::tests::call;
    use crate::calls::reply::Reply;
    use crate::calls::sink::Sink;
    use crate::errors::error::HttpError;
    use crate::net::dns::Dns;
    use crate::types::ticket::Ticket;
    use crate::urls::url::Url;
    use rlocust_core::model::CutPhase;
    use rlocust_testing::waiting::DEADLINE;

    use super::super::options::EngineOptions;
    use super::*;

    struct Mailbox(Mutex<Sender<Option<HttpError>>>);

    impl Sink for Mailbox {
        fn answered(&self, _ticket: Ticket, reply: Box<Reply>) {
            self.0.lock().send(reply.error).ok();
        }
    }

    /// The tasks of this runtime, and how their calls ended.
    fn carriers() -> (TaskPool, Receiver<Option<HttpError>>) {
        let (sender, ends) = channel();
        let lane = lane_with(Mailbox(Mutex::new(sender)));
        let turns = Arc::clone(&lane);
        tokio::spawn(async move { turns.openings.give_turns().await });
        (TaskPool::new(lane), ends)
    }

    /// What the calls of an I/O thread share that is told of their ends by this sink.
    pub(in crate::threads) fn lane_with(sink: impl Sink + 'static) -> Arc<LaneShared> {
        let options = EngineOptions::default();
        let dns = Arc::new(Dns::new(options.dns_ttl, Vec::new()));
        Arc::new(options.shared(Arc::new(sink), dns))
    }

    /// A call to where nobody listens.
    pub(in crate::threads) fn vain_call() -> Box<Call> {
        let mut asked = call();
        asked.url = Url::parse("http://127.0.0.1:9/").expect("a URL");
        asked
    }

    /// As `wait_until`, while the tasks of this thread go on.
    async fn eventually(condition: &str, mut is_true: impl FnMut() -> bool) {
        let looks = async {
            let mut looks = tokio::time::interval(Duration::from_millis(1));
            while !is_true() {
                looks.tick().await;
            }
        };
        let found = tokio::time::timeout(DEADLINE, looks).await;
        found.unwrap_or_else(|_| panic!("waited {DEADLINE:?} until {condition}"));
    }

    fn carry(carriers: &TaskPool) -> AbortHandle {
        carriers.carry(Job::new(Arc::clone(&carriers.lane), vain_call()))
    }

    #[tokio::test]
    async fn a_task_carries_one_call_after_the_other_and_goes_with_the_one_that_is_stopped() {
        let (carriers, ends) = carriers();
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(carry(&carriers).id());
            eventually("its task waits for the next", || {
                !carriers.idle.lock().is_empty()
            })
            .await;
            assert!(matches!(
                ends.try_recv(),
                Ok(Some(HttpError::Connect { .. }))
            ));
        }
        assert_eq!(ids, [ids[0]; 3]);
        let stopped = carry(&carriers);
        assert_eq!(stopped.id(), ids[0]);
        stopped.abort();
        eventually("its task has ended", || stopped.is_finished()).await;
        let phase = CutPhase::BeforeSend;
        assert_eq!(ends.try_recv(), Ok(Some(HttpError::Cut { phase })));
        assert_ne!(carry(&carriers).id(), ids[0]);
    }

    #[tokio::test]
    async fn no_more_tasks_wait_than_may() {
        let (carriers, ends) = carriers();
        for _ in 0..2 * MOST_IDLE {
            carry(&carriers);
        }
        let mut ended = 0;
        eventually("all have ended", || {
            ended += ends.try_iter().count();
            ended == 2 * MOST_IDLE
        })
        .await;
        assert_eq!(carriers.idle.lock().len(), MOST_IDLE);
    }

    /// A server that never answers, and word that it was asked.
    fn silent_server() -> (Url, Receiver<TcpStream>) {
        let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = server.local_addr().expect("bound");
        let (sender, asked) = channel();
        std::thread::spawn(move || {
            let (mut peer, _) = server.accept().expect("a client");
            let count = peer.read(&mut [0; 4096]).expect("a request");
            assert_ne!(count, 0);
            sender.send(peer).ok();
        });
        let url = Url::parse(&format!("http://{address}/")).expect("a URL");
        (url, asked)
    }

    /// Two calls that wait for their turn to connect, of which the first is stopped there.
    #[tokio::test]
    async fn a_call_that_waits_for_its_turn_can_be_stopped_and_goes_on_in_another_task() {
        let (sender, ends) = channel();
        let lane = lane_with(Mailbox(Mutex::new(sender)));
        let carriers = TaskPool::new(Arc::clone(&lane));
        lane.openings.turn().await;
        let (server, asked) = silent_server();
        let handles = [1, 2].map(|number| {
            let mut call = vain_call();
            call.ticket = Ticket(number);
            call.url = server.clone();
            let url = call.url.clone();
            let handle = carriers.carry_in_turn(Job::new(Arc::clone(&lane), call));
            lane.running.add(Ticket(number), handle.clone(), url);
            handle
        });
        handles[0].abort();
        eventually("its task has ended", || handles[0].is_finished()).await;
        let phase = CutPhase::BeforeSend;
        assert_eq!(ends.try_recv(), Ok(Some(HttpError::Cut { phase })));
        assert!(!handles[1].is_finished() && carriers.idle.lock().is_empty());
        tokio::spawn(async move { lane.openings.give_turns().await });
        let mut peer = None;
        eventually("the server is asked", || {
            peer = asked.try_recv().ok();
            peer.is_some()
        })
        .await;
        assert!(handles[1].is_finished(), "it has handed its call over");
        let carried = carriers.lane.running.take(Ticket(2)).expect("under way");
        assert_ne!(
            carried.id(),
            handles[1].id(),
            "it is stopped by another handle now"
        );
        carried.abort();
        eventually("its task has ended", || carried.is_finished()).await;
        let phase = CutPhase::Sent;
        assert_eq!(ends.try_recv(), Ok(Some(HttpError::Cut { phase })));
    }
}
