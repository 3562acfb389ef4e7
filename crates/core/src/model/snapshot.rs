//! The sums of a run at one instant: what tables, files, pages and metrics read. Made once a tick from the
//! recorder; nobody recomputes. Rows that did not change since the last snapshot are the same `Arc`.
use std::sync::Arc;
use std::time::Duration;

use super::accounting::Accounting;
use super::entry::EntryRow;
use super::entry::Span;
use super::lag::{Lag, LagSummary, Standstill};
use super::stream::StreamRow;
use crate::histogram::Exact;

/// Everything known at one instant.
///
/// The aggregate is the sum of the rows and of what errors they report, also while samples arrive. Two things are
/// counted beside: the accounting and the lags can be a sample ahead or behind until the samples have stopped. A
/// suite that has patched recording writes the aggregate and the row one after the other; there they can be a
/// sample apart as well.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Unix seconds.
    pub taken_at: f64,
    /// In the order in which they appeared.
    pub entries: Vec<Arc<EntryRow>>,
    pub total: Arc<EntryRow>,
    /// In the order of their first occurrence.
    pub errors: Vec<Arc<ErrorRow>>,
    pub accounting: Accounting,
    /// Figures of streamed answers, in the order in which their names appeared.
    pub streams: Vec<Arc<StreamRow>>,
    /// By `Lag`.
    pub lags: [LagSummary; 3],
    /// The histograms behind `lags`.
    pub lag_ledgers: [Arc<Exact>; 3],
    /// In the order in which they began; at most one of a thread goes on.
    pub standstills: Vec<Standstill>,
}

impl Snapshot {
    /// The aggregate's clock, which the rates of every row follow.
    pub fn span(&self) -> Span {
        self.total.span()
    }

    /// The whole run: from its start to the moment of this snapshot, whether anything was answered at its end or not.
    pub fn whole_run(&self) -> Span {
        let span = self.span();
        let last = span.last.map(|last| last.max(self.taken_at));
        Span { last, ..span }
    }

    /// What a snapshot after the end of a test says of it: its time is the end, which Unix seconds name.
    #[must_use]
    pub fn of_test_that_ended(mut self, stopped_at: Option<f64>) -> Self {
        self.taken_at = stopped_at.map_or(self.taken_at, |end| end.min(self.taken_at));
        self
    }

    /// Entries by name, then method: the order of Locust's tables.
    pub fn sorted(&self) -> Vec<&Arc<EntryRow>> {
        let order = self.order().into_iter();
        order.map(|at| &self.entries[at]).collect()
    }

    /// Where the entries are in that order.
    pub fn order(&self) -> Vec<usize> {
        let named = |at: &usize| (&self.entries[*at].name, &self.entries[*at].method);
        let mut order: Vec<usize> = (0..self.entries.len()).collect();
        order.sort_by(|a, b| named(a).cmp(&named(b)));
        order
    }

    pub fn lag(&self, kind: Lag) -> &LagSummary {
        &self.lags[kind as usize]
    }

    /// Adds the standstills so far. Lag is booked when a call goes on, which those of a thread that stands still do
    /// not: each counts as late by as long as that.
    #[must_use]
    pub fn with_standstills(mut self, standstills: Vec<Standstill>) -> Self {
        for now in standstills.iter().filter(|one| !one.is_over) {
            self.add_lag(Lag::Submit, now.time, now.waiting);
            self.add_lag(Lag::Resume, now.time, now.under_way);
        }
        self.standstills = standstills;
        self
    }

    fn add_lag(&mut self, kind: Lag, time: Duration, times: usize) {
        if times == 0 {
            return;
        }
        let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let ledger = &mut self.lag_ledgers[kind as usize];
        Arc::make_mut(ledger).record_many_us(us, times as u64);
        self.lags[kind as usize] = LagSummary::from(&**ledger);
    }
}

/// One row of the error report.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorRow {
    pub key: Arc<str>,
    pub method: Arc<str>,
    pub name: Arc<str>,
    /// The full text, memory addresses masked.
    pub text: Arc<str>,
    /// The text as the console shows it: a `CatchResponseError` is unwrapped.
    pub shown: Arc<str>,
    pub occurrences: i64,
    pub first_seen: Option<f64>,
    pub last_seen: Option<f64>,
}

impl Default for ErrorRow {
    fn default() -> Self {
        let nothing: Arc<str> = "".into();
        Self {
            key: Arc::clone(&nothing),
            method: Arc::clone(&nothing),
            name: Arc::clone(&nothing),
            text: Arc::clone(&nothing),
            shown: nothing,
            occurrences: 0,
            first_seen: None,
            last_seen: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_a_thread_that_stands_still_are_late_until_it_goes_on() {
        let mut standstill = Standstill {
            time: Duration::from_secs(2),
            waiting: 3,
            under_way: 1,
            ..Standstill::default()
        };
        let snapshot = Snapshot::default().with_standstills(vec![standstill.clone()]);
        assert_eq!(snapshot.lag(Lag::Submit).count, 3);
        assert!(snapshot.lag(Lag::Submit).p99_us >= 1_990_000);
        assert_eq!(snapshot.lag(Lag::Resume).count, 1);
        standstill.is_over = true;
        let snapshot = Snapshot::default().with_standstills(vec![standstill]);
        assert_eq!(snapshot.lag(Lag::Submit).count, 0);
        assert_eq!(snapshot.standstills.len(), 1);
    }
}
