//! Calls of native threads that are not the script thread: each blocks its own thread, with the interpreter released.
//!
//! At the end of the interpreter such a thread must not come back into it: Python would unwind it, through our frames,
//! and that aborts the process. So `end_foreign_calls` cuts the calls, whose threads are then parked for good, and waits
//! for threads that run Python code below one of our frames (a listener, say) until they are through.
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rlocust_engine::http::{Command, Reply, Session, Ticket};
use rlocust_engine::stats::Recorder;

use crate::hub::inbox::{FOREIGN, Gate};
use crate::hub::park::Interrupted;
use crate::hub::process::{forks, is_foreign_thread, this_thread};
use crate::hub::start::started_hub;
use crate::hub::state::Hub;
use crate::wait_clock;

/// The end of the interpreter waits so long for code of the suite that runs below our frames.
const PATIENCE: Duration = Duration::from_secs(2);

static IS_ENDING: AtomicBool = AtomicBool::new(false);
static INSIDE: Mutex<Threads> = Mutex::new(Threads {
    forks: 0,
    depths: BTreeMap::new(),
});

/// Foreign threads inside a client that may come back into the interpreter, and in how many calls at once: a listener may
/// make another call, and a call may take another road. Of one process: a forked child has none of its parent's threads.
struct Threads {
    forks: u64,
    depths: BTreeMap<usize, usize>,
}

impl Threads {
    fn depths(&mut self) -> &mut BTreeMap<usize, usize> {
        if self.forks != forks() {
            self.forks = forks();
            self.depths.clear();
        }
        &mut self.depths
    }
}

/// A foreign thread is inside a client while this lives.
pub struct Inside;

impl Inside {
    /// For the whole of a client's call; nothing on the script thread. Does not return once the interpreter ends.
    pub fn enter(py: Python<'_>) -> Option<Self> {
        if !is_foreign_thread(py) {
            return None;
        }
        if is_ending() {
            py.detach(|| park_for_good());
        }
        *INSIDE.lock().depths().entry(this_thread()).or_default() += 1;
        Some(Self)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut inside = INSIDE.lock();
        if let Entry::Occupied(mut depth) = inside.depths().entry(this_thread()) {
            *depth.get_mut() -= 1;
            if *depth.get() == 0 {
                depth.remove();
            }
        }
    }
}

fn is_ending() -> bool {
    IS_ENDING.load(Ordering::SeqCst)
}

/// However many calls this thread is in, it comes back from none.
fn park_for_good() -> ! {
    INSIDE.lock().depths().remove(&this_thread());
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
    ) -> Result<Box<Reply>, Interrupted> {
        let ticket = Ticket(FOREIGN | self.foreign_tickets.fetch_add(1, Ordering::Relaxed));
        let gate = Arc::new(Gate::of(session, owed));
        self.open_gate(ticket, &gate).map_err(Interrupted::plain)?;
        self.engine.submit(&mut vec![command(ticket)]);
        py.detach(|| {
            let reply = gate.wait();
            if !is_ending() {
                return Ok(reply);
            }
            if let Some(recorder) = gate.recorder.lock().take() {
                recorder.book_attempts(&reply.attempts);
                recorder.book_given_up(Some(&reply.end()));
            }
            park_for_good()
        })
    }

    fn open_gate(&self, ticket: Ticket, gate: &Arc<Gate>) -> PyResult<()> {
        let most = self.most_foreign.load(Ordering::Relaxed);
        let mut gates = self.inbox.gates.lock();
        if gates.len() >= most {
            let message = format!(
                "{most} native threads wait for answers in clients already; make the calls in greenlets (gevent.spawn)"
            );
            return Err(PyRuntimeError::new_err(message));
        }
        gates.insert(ticket.0, Arc::clone(gate));
        Ok(())
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
    let due = wait_clock::due_in(PATIENCE);
    py.detach(|| {
        while !INSIDE.lock().depths().is_empty() && wait_clock::now() < due {
            std::thread::park_timeout(Duration::from_millis(1));
        }
    });
}
