//! Calls that will not end by themselves, at the end of a run: booked as far as it can be known what became of them. Because
//! an I/O thread stands still, or because the script does and the process ends without it.
use std::sync::Arc;
#[cfg(debug_assertions)]
use std::sync::mpsc::channel;
#[cfg(debug_assertions)]
use std::time::Duration;

use pyo3::prelude::*;
use rlocust_engine::http::Ticket;
#[cfg(debug_assertions)]
use rlocust_engine::http::{Command, SessionOptions};
use rlocust_engine::stats::{PendingSample, Recorder};

use crate::hub::slots::{Notification, Slot, Waiter};
use crate::hub::start::started_hub;
use crate::hub::state::Hub;

/// Books every call of this process as cut, and what nobody has reported as unreported, from any thread: no code of the
/// script runs any more.
#[pyfunction]
pub fn settle_all() {
    if let Some(hub) = started_hub() {
        hub.settle_all();
    }
}

impl Hub {
    /// Books the calls without a waiter that nobody has reported on. Those not taken up are answered first, as cut
    /// before they were sent.
    pub(super) fn settle_owed(&self) {
        self.engine.refuse_waiting();
        self.settle(debt_of);
    }

    fn settle_all(&self) {
        self.engine.refuse_waiting();
        let waits = self.waits.lock().tickets();
        let recorder = self.recorder.lock().clone();
        self.settle_foreign();
        self.settle(debt_of);
        self.settle(|ticket, slot| {
            let is_call = !waits.contains(&ticket.0);
            let recorder = recorder.as_ref().filter(|_| is_call)?;
            match slot.waiter {
                Waiter::Greenlet(_) => Some((Arc::clone(recorder), PendingSample::Cut)),
                Waiter::Gone(..) => None,
            }
        });
        if let Some(recorder) = recorder {
            recorder.settle_python_calls();
            recorder.settle_open();
        }
    }

    /// Calls of native threads, which do not get back into the interpreter.
    fn settle_foreign(&self) {
        for gate in self.inbox.gates.lock().values() {
            if let Some(recorder) = gate.recorder.lock().take() {
                PendingSample::Cut.settle_unseen(&recorder);
            }
        }
    }

    /// Closes the slots that leave a debt, and pays it: by the answer where one has come, else as unseen.
    fn settle(&self, debt: impl Fn(Ticket, &Slot) -> Option<Debt>) {
        let mut answers = self.inbox.take();
        answers.retain(|(ticket, notification)| {
            let Notification::Answered(reply) = notification else {
                return true;
            };
            let mut slots = self.slots.lock();
            let debt = slots.get(*ticket).and_then(|slot| debt(*ticket, slot));
            let Some((recorder, sample)) = debt else {
                return true;
            };
            let closed = slots.close(*ticket);
            drop(slots);
            forget(closed);
            sample.settle(&recorder, &reply.end());
            false
        });
        self.inbox.put_back(answers);
        self.inbox.wake(); // whatever else had come is still to be heard
        for (slot, (recorder, sample)) in self.close(debt) {
            match &slot.notification {
                Some(Notification::Answered(reply)) => sample.settle(&recorder, &reply.end()),
                _ => sample.settle_unseen(&recorder),
            }
            forget(Some(slot));
        }
    }

    fn close(&self, debt: impl Fn(Ticket, &Slot) -> Option<Debt>) -> Vec<(Slot, Debt)> {
        let mut slots = self.slots.lock();
        let tickets = slots.tickets();
        let with_debt = tickets.into_iter().filter_map(|ticket| {
            let debt = slots.get(ticket).and_then(|slot| debt(ticket, slot))?;
            Some((slots.close(ticket)?, debt))
        });
        with_debt.collect()
    }

    /// The first I/O thread stands still for so long.
    #[cfg(debug_assertions)]
    pub(super) fn stall(&self, limit: Duration) {
        let session = self.engine.session(SessionOptions::default());
        let (forever, until) = channel();
        std::mem::forget(forever);
        self.engine.submit(&mut vec![Command::Stall {
            session,
            until,
            limit,
        }]);
    }
}

/// Whose sample and attempts are still to be booked, and where.
type Debt = (Arc<Recorder>, PendingSample);

fn debt_of(_: Ticket, slot: &Slot) -> Option<Debt> {
    match &slot.waiter {
        Waiter::Gone(recorder, sample) => Some((Arc::clone(recorder), sample.clone())),
        Waiter::Greenlet(_) => None,
    }
}

/// A slot may hold a greenlet, which only the interpreter can let go of; the process ends anyway.
fn forget(slot: Option<Slot>) {
    if slot
        .as_ref()
        .is_some_and(|slot| matches!(slot.waiter, Waiter::Greenlet(_)))
    {
        std::mem::forget(slot);
    }
}
