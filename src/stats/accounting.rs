//! Counters of the accounting classes and histograms of the scheduling lag: written by any thread, without
//! the recorder's lock.
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::model::{Accounting, Exact, Lag, LagSummary, Outcome};

/// One counter per class.
#[derive(Debug, Default)]
pub struct Counters([AtomicU64; Outcome::CLASSES]);

impl Counters {
    pub fn add(&self, outcome: Outcome, count: u64) {
        self.0[outcome as usize].fetch_add(count, Ordering::Relaxed);
    }

    /// One that was counted in `from` belongs into `to`.
    pub fn reclassify(&self, from: Outcome, to: Outcome) {
        let less_one = |count: u64| count.checked_sub(1);
        let moved =
            self.0[from as usize].fetch_update(Ordering::Relaxed, Ordering::Relaxed, less_one);
        // Nothing to move: it was counted before the last `clear`, in a test that is over.
        if moved.is_ok() {
            self.add(to, 1);
        }
    }

    pub fn clear(&self) {
        self.0.iter().for_each(|n| n.store(0, Ordering::Relaxed));
    }

    pub fn read(&self) -> Accounting {
        let of = |outcome: Outcome| self.0[outcome as usize].load(Ordering::Relaxed);
        Accounting {
            ok: of(Outcome::Ok),
            failed: of(Outcome::Failed),
            cut_not_sent: of(Outcome::CutNotSent),
            cut_sent: of(Outcome::CutSent),
            cut_answering: of(Outcome::CutAnswering),
            unreported: of(Outcome::Unreported),
            failed_before_send: of(Outcome::FailedBeforeSend),
            python_timed: of(Outcome::PythonTimed),
            answered: of(Outcome::Answered),
            failed_after_send: of(Outcome::FailedAfterSend),
            cut_after_send: of(Outcome::CutAfterSend),
        }
    }
}

/// One histogram per kind of lag.
#[derive(Debug, Default)]
pub struct Lags([Mutex<Exact>; 3]);

impl Lags {
    pub fn record(&self, kind: Lag, lag: Duration) {
        self.0[kind as usize]
            .lock()
            .record_us(lag.as_micros() as u64);
    }

    pub fn clear(&self) {
        self.0
            .iter()
            .for_each(|kind| *kind.lock() = Exact::default());
    }

    pub fn read(&self) -> [LagSummary; 3] {
        Lag::ALL.map(|kind| LagSummary::from(&*self.0[kind as usize].lock()))
    }

    pub fn ledgers(&self) -> [Exact; 3] {
        Lag::ALL.map(|kind| self.0[kind as usize].lock().clone())
    }
}
