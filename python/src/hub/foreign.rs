//! Calls of native threads that are not the script thread: each blocks its own thread, with the interpreter released.
//!
//! At the end of the interpreter such a thread must not come back into it: Python would unwind it, through our frames,
//! and that aborts the process. So `end_foreign_calls` cuts the calls, whose threads are then parked for good, and waits
//! for threads that run Python code below one of our frames (a listener, say) until they are through.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::http::{Command, Reply, Session, Ticket};
use rlocust_engine::stats::Recorder;

use crate::hub::inbox::{FOREIGN, Gate};
use crate::hub::process::{forks, is_foreign_thread};
use crate::hub::start::started_hub;
use crate::hub::state::Hub;

/// The end of the interpreter waits so long for code of the suite that runs below our frames.
const PATIENCE: Duration = Duration::from_secs(2);

static IS_ENDING: AtomicBool = AtomicBool::new(false);
/// Foreign threads inside a client that may come back into the interpreter.
static INSIDE: Mutex<Count> = Mutex::new(Count {
    forks: 0,
    threads: 0,
});

/// Of one process: a forked child has none of its parent's threads.
struct Count {
    forks: u64,
    threads: usize,
}

impl Count {
    fn threads(&mut self) -> &mut usize {
        if self.forks != forks() {
            (self.forks, self.threads) = (forks(), 0);
        }
        &mut self.threads
    }
}

/// A foreign thread is inside a client while this lives.
pub struct Inside {
    forks: u64,
}

impl Inside {
    /// For the whole of a client's call; nothing on the script thread. Does not return once the interpreter ends.
    pub fn enter(py: Python<'_>) -> Option<Self> {
        if !is_foreign_thread(py) {
            return None;
        }
        if is_ending() {
            py.detach(|| park_for_good());
        }
        *INSIDE.lock().threads() += 1;
        Some(Self { forks: forks() })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        if self.forks == forks() {
            leave();
        }
    }
}

fn leave() {
    let mut inside = INSIDE.lock();
    let threads = inside.threads();
    *threads = threads.saturating_sub(1);
}

fn is_ending() -> bool {
    IS_ENDING.load(Ordering::SeqCst)
}

fn park_for_good() -> ! {
    loop {
        std::thread::park();
    }
}

impl Hub {
    pub(super) fn call_from_foreign_thread(
        &self,
        py: Python<'_>,
        owed: Option<&Arc<Recorder>>,
        session: &Session,
        command: impl FnOnce(Ticket) -> Command,
    ) -> Box<Reply> {
        let ticket = Ticket(FOREIGN | self.foreign_tickets.fetch_add(1, Ordering::Relaxed));
        let gate = Arc::new(Gate::of(session));
        self.inbox.gates.lock().insert(ticket.0, Arc::clone(&gate));
        self.engine.submit(&mut vec![command(ticket)]);
        py.detach(|| {
            let reply = gate.wait();
            if !is_ending() {
                return reply;
            }
            if let Some(recorder) = owed {
                recorder.book_attempts(&reply.attempts);
                recorder.book_given_up(Some(&reply.end()));
            }
            leave();
            park_for_good()
        })
    }

    fn cut_foreign_calls(&self) {
        let gates = self.inbox.gates.lock();
        let mut aborts = gates
            .iter()
            .map(|(ticket, gate)| Command::Abort {
                ticket: Ticket(*ticket),
                session: gate.session.clone(),
            })
            .collect();
        drop(gates);
        self.engine.submit(&mut aborts);
    }
}

/// The last thing before the interpreter ends: no foreign thread is inside a client any more, or comes back from one.
#[pyfunction]
pub fn end_foreign_calls(py: Python<'_>) {
    IS_ENDING.store(true, Ordering::SeqCst);
    if let Some(hub) = started_hub() {
        hub.cut_foreign_calls();
    }
    let began = clock::instant();
    py.detach(|| {
        while *INSIDE.lock().threads() > 0 && began.elapsed() < PATIENCE {
            std::thread::park_timeout(Duration::from_millis(1));
        }
    });
}
