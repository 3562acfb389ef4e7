//! What Python calls of the hub, among it the end of a run whose I/O threads do not report: what they owe is booked as
//! far as it can be known.
use std::sync::Arc;
#[cfg(debug_assertions)]
use std::sync::mpsc::channel;
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::http::Ticket;
#[cfg(debug_assertions)]
use rlocust_engine::http::{Command, SessionOptions};
use rlocust_engine::stats::{OwedSample, Recorder};

use crate::hub::slots::Waiter;
use crate::hub::start::hub;
use crate::hub::state::Hub;
use crate::stats::recorder::PyRecorder;

/// Parks the calling greenlet for `seconds` (float); 0 or less lets every other ready greenlet run once.
///
/// The latter returns at once where they all had their turn since this one came back from a call or a wait.
///
/// Raises `ValueError` for NaN. Waits longer than a year end after a year. The number is read here, because pyo3 would
/// add to an error where it found it, and the error is about a suite's `wait_time`.
#[pyfunction]
pub fn sleep(py: Python<'_>, seconds: &Bound<'_, PyAny>) -> PyResult<()> {
    const LONGEST: f64 = 365.0 * 86_400.0;
    let seconds: f64 = seconds.extract()?;
    if seconds.is_nan() {
        return Err(PyValueError::new_err("cannot wait for `nan` seconds"));
    }
    hub(py)?.sleep(py, Duration::from_secs_f64(seconds.clamp(0.0, LONGEST)))
}

/// Lets no wait end for the next `seconds`: what the caller is about to do comes before whatever else is due now.
#[pyfunction]
pub fn hold_waits(py: Python<'_>, seconds: f64) -> PyResult<()> {
    let until = clock::instant() + Duration::from_secs_f64(seconds);
    hub(py)?.waits.lock().hold(until);
    Ok(())
}

/// Names the recorder that gets the lag of waits.
#[pyfunction]
pub fn record_lag_in(py: Python<'_>, recorder: &Bound<'_, PyRecorder>) -> PyResult<()> {
    *hub(py)?.recorder.lock() = Some(Arc::clone(&recorder.get().inner));
    Ok(())
}

/// How many wait: parked and yielded greenlets, and killed calls that still owe their report.
#[pyfunction]
pub fn parked(py: Python<'_>) -> PyResult<usize> {
    let hub = hub(py)?;
    let yielded = hub.yields.lock().len();
    Ok(hub.slots.lock().slab.len() + yielded)
}

/// The greenlets that are parked in a call or a wait.
#[pyfunction]
pub fn waiting(py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
    let slots = hub(py)?.slots.lock();
    Ok(slots
        .slab
        .iter()
        .filter_map(|(_, slot)| match &slot.waiter {
            Waiter::Greenlet(greenlet) => Some(greenlet.clone_ref(py)),
            Waiter::Gone(..) => None,
        })
        .collect())
}

/// How many killed calls still owe the report of their attempts.
#[pyfunction]
pub fn owed(py: Python<'_>) -> PyResult<usize> {
    let slots = hub(py)?.slots.lock();
    Ok(slots
        .slab
        .iter()
        .filter(|(_, slot)| matches!(slot.waiter, Waiter::Gone(..)))
        .count())
}

/// Books the calls that the I/O threads have not reported on, because one stands still: what was not taken up as cut
/// before it was sent, of the rest nobody knows how far it was.
#[pyfunction]
pub fn settle_owed(py: Python<'_>) -> PyResult<()> {
    hub(py)?.settle_owed();
    Ok(())
}

/// An I/O thread stands still for so many seconds.
#[cfg(debug_assertions)]
#[pyfunction]
pub fn stall_for_tests(py: Python<'_>, seconds: f64) -> PyResult<()> {
    hub(py)?.stall(Duration::from_secs_f64(seconds));
    Ok(())
}

/// Panics. The stress suite shows with it that a panic reaches the greenlet that caused it, alone.
#[cfg(debug_assertions)]
#[pyfunction]
pub fn panic_for_tests() {
    panic!("asked for by a test");
}

impl Hub {
    /// Books the calls without a waiter that nobody has reported on. Those not taken up are answered first, as cut
    /// before they were sent.
    pub(super) fn settle_owed(&self) {
        self.engine.refuse_waiting();
        let mut answers = self.inbox.take();
        answers.retain(|(ticket, reply)| match self.close_if_gone(*ticket) {
            Some((recorder, sample)) => {
                sample.settle(&recorder, &reply.end());
                false
            }
            None => true,
        });
        self.inbox.put_back(answers);
        for (recorder, sample) in self.close_all_gone() {
            sample.settle_unseen(&recorder);
        }
    }

    /// Closes the slot if its waiter is gone.
    fn close_if_gone(&self, ticket: Ticket) -> Option<Debt> {
        let mut slots = self.slots.lock();
        let debt = slots.get(ticket).and_then(|slot| debt_of(&slot.waiter))?;
        slots.close(ticket);
        Some(debt)
    }

    fn close_all_gone(&self) -> Vec<Debt> {
        let mut slots = self.slots.lock();
        let debts = slots.slab.iter();
        let debts = debts
            .filter_map(|(_, slot)| debt_of(&slot.waiter))
            .collect();
        slots.slab.retain(|_, slot| debt_of(&slot.waiter).is_none());
        debts
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
type Debt = (Arc<Recorder>, OwedSample);

fn debt_of(waiter: &Waiter) -> Option<Debt> {
    match waiter {
        Waiter::Gone(recorder, sample) => Some((Arc::clone(recorder), sample.clone())),
        Waiter::Greenlet(_) => None,
    }
}
