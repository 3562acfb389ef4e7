//! Counters of the accounting classes and histograms of the scheduling lag: written by any thread, without
//! the recorder's lock. A sample whose outcome is still to be reported is open, and in no class until then: what a
//! class holds never becomes less during a test.
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use rlocust_core::histogram::Exact;
use rlocust_core::model::{Accounting, Lag, LagSummary, Outcome};

/// One counter per class.
#[derive(Debug, Default)]
pub struct Counters {
    classes: [AtomicU64; Outcome::CLASSES],
    /// How many samples are open, below the number of the period they were opened in.
    open: AtomicU64,
    /// Calls that Python clients carry now, of whichever test.
    carried: AtomicU64,
}

/// A sample that is finished on the wire and not yet reported. It has to be closed once.
#[derive(Debug)]
pub struct Open {
    period: u64,
}

const COUNT_BITS: u32 = 32;
const COUNT: u64 = (1 << COUNT_BITS) - 1;

impl Counters {
    pub fn add(&self, outcome: Outcome, count: u64) {
        self.classes[outcome as usize].fetch_add(count, Ordering::Relaxed);
    }

    /// What a worker has counted, by `Outcome`; a class never falls below zero.
    pub fn add_signed(&self, more: &[i64; Outcome::CLASSES]) {
        for (class, more) in self.classes.iter().zip(more) {
            let sum = |count: u64| Some(count.saturating_add_signed(*more));
            (class.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum)).ok();
        }
    }

    pub fn open(&self) -> Open {
        let period = self.open.fetch_add(1, Ordering::Relaxed) >> COUNT_BITS;
        Open { period }
    }

    /// The sample came to `outcome`. Nothing changes when its period is over: it was settled, or belongs to a
    /// test that is no more.
    pub fn close(&self, open: &Open, outcome: Outcome) {
        let less_one = |word: u64| (word >> COUNT_BITS == open.period).then(|| word - 1);
        let closed = (self.open).fetch_update(Ordering::Relaxed, Ordering::Relaxed, less_one);
        if closed.is_ok() {
            self.add(outcome, 1);
        }
    }

    /// The end of a run: what is still open will not be reported any more.
    pub fn settle(&self) {
        let open = self.next_period();
        self.add(Outcome::Unreported, open);
    }

    pub fn carry(&self) {
        self.carried.fetch_add(1, Ordering::Relaxed);
    }

    /// A call that a Python client carried is over. Nothing changes where it was settled before.
    pub fn put_down(&self) {
        let less_one = |count: u64| count.checked_sub(1);
        (self.carried)
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less_one)
            .ok();
    }

    /// How many Python clients carry; they are nobody's from now on.
    pub fn take_carried(&self) -> u64 {
        self.carried.swap(0, Ordering::Relaxed)
    }

    /// How many were open in the period that ends here.
    fn next_period(&self) -> u64 {
        let next = |word: u64| Some(((word >> COUNT_BITS) + 1) << COUNT_BITS);
        let last = (self.open).fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        last.unwrap_or_default() & COUNT
    }

    /// One that was counted in `from` belongs into `to`.
    pub fn reclassify(&self, from: Outcome, to: Outcome) {
        let less_one = |count: u64| count.checked_sub(1);
        let moved = self.classes[from as usize].fetch_update(
            Ordering::Relaxed,
            Ordering::Relaxed,
            less_one,
        );
        // Nothing to move: it was counted before the last `clear`, in a test that is over.
        if moved.is_ok() {
            self.add(to, 1);
        }
    }

    pub fn clear(&self) {
        self.next_period();
        let classes = self.classes.iter();
        classes.for_each(|n| n.store(0, Ordering::Relaxed));
    }

    pub fn read(&self) -> Accounting {
        let of = |outcome: Outcome| self.classes[outcome as usize].load(Ordering::Relaxed);
        Accounting {
            ok: of(Outcome::Ok),
            failed: of(Outcome::Failed),
            cut_not_sent: of(Outcome::CutNotSent),
            cut_sent: of(Outcome::CutSent),
            cut_answering: of(Outcome::CutAnswering),
            cut_unknown: of(Outcome::CutUnknown),
            unreported: of(Outcome::Unreported),
            failed_before_send: of(Outcome::FailedBeforeSend),
            python_timed: of(Outcome::PythonTimed),
            attempts_unknown: of(Outcome::AttemptsUnknown),
            fired_by_suite: of(Outcome::FiredBySuite),
            by_locust_workers: of(Outcome::ByLocustWorkers),
            answered: of(Outcome::Answered),
            failed_after_send: of(Outcome::FailedAfterSend),
            cut_after_send: of(Outcome::CutAfterSend),
            open: self.open.load(Ordering::Relaxed) & COUNT,
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

    pub fn merge(&self, more: &[Exact; 3]) {
        for (ours, theirs) in self.0.iter().zip(more) {
            ours.lock().merge(theirs);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_in_a_period_is_of_that_period_alone() {
        let counters = Counters::default();
        for _ in 0..3 {
            counters.settle();
        }
        assert_eq!(counters.open.load(Ordering::Relaxed) >> COUNT_BITS, 3);
    }
}
