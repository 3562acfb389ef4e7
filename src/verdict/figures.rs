//! The sums behind a selector: one row as it is, or several added up, as the rows of one name with different methods.
use std::sync::Arc;

use super::limit::Selector;
use super::metric::Metric;
use crate::histogram::Exact;
use crate::model::{Accounting, EntryRow, Number, Snapshot, held_exact};
use crate::stats::OVERFLOW_NAME;

fn is_overflow(row: &EntryRow) -> bool {
    &*row.name == OVERFLOW_NAME && row.num_requests > 0
}

/// What a limit is judged on.
pub struct Figures<'a> {
    snapshot: &'a Snapshot,
    rows: Vec<&'a Arc<EntryRow>>,
    /// Reports of workers that never came.
    lost: u64,
    /// Some of its requests may be in the row that names over the cap share.
    pub may_lack_some: bool,
}

impl<'a> Figures<'a> {
    pub fn of(selector: &Selector, snapshot: &'a Snapshot, lost: u64) -> Self {
        let rows = if selector.is_everything() {
            vec![&snapshot.total]
        } else {
            let rows = snapshot.entries.iter();
            rows.filter(|row| selector.matches(&row.name, &row.method))
                .collect()
        };
        let is_one = |selector: &Selector| selector.name.is_some() && selector.method.is_some();
        let is_known = selector.is_everything() || is_one(selector) && !rows.is_empty();
        let may_lack_some = !is_known && snapshot.entries.iter().any(|row| is_overflow(row));
        Self {
            snapshot,
            rows,
            lost,
            may_lack_some,
        }
    }

    pub fn requests(&self) -> i64 {
        self.rows.iter().map(|row| row.num_requests).sum()
    }

    /// In the unit the metric is kept in; nothing where there is no sample to take it from.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        if self.requests() == 0 && (self.may_lack_some || !self.can_be_nothing(metric)) {
            return None;
        }
        let rows = || self.rows.iter();
        let span = self.snapshot.whole_run();
        match metric {
            Metric::Percentile(percent) => self.percentile(percent),
            Metric::Average => self.average(),
            Metric::Shortest => rows()
                .filter_map(|row| row.min_response_time)
                .map(Number::as_f64)
                .reduce(f64::min),
            Metric::Longest => rows()
                .filter(|row| row.timed_requests() > 0)
                .map(|row| row.max_response_time.as_f64())
                .reduce(f64::max),
            Metric::FailRatio => Some(self.failures() as f64 / self.requests() as f64),
            Metric::RequestRate => Some(rows().map(|row| row.total_rps(span)).sum()),
            Metric::FailureRate => Some(rows().map(|row| row.total_fail_per_sec(span)).sum()),
            Metric::Requests => Some(self.requests() as f64),
            Metric::Failures => Some(self.failures() as f64),
            Metric::Cut => Some(self.snapshot.accounting.cut() as f64),
            Metric::Unreported => Some(self.snapshot.accounting.unreported as f64),
            Metric::Lost => Some(self.lost as f64),
        }
    }

    /// Zero is an answer: how many requests there were is known also when there were none, and what became of those that
    /// came to no result.
    fn can_be_nothing(&self, metric: Metric) -> bool {
        match metric {
            Metric::Requests => true,
            Metric::Cut | Metric::Unreported => self.snapshot.accounting.samples() > 0,
            Metric::Lost => self.lost > 0,
            _ => false,
        }
    }

    /// The account, where the figure is about what nobody sees of some samples.
    pub fn unseen(&self, metric: Metric) -> Option<&Accounting> {
        let accounting = &self.snapshot.accounting;
        let is_seen = match metric {
            Metric::Cut | Metric::Unreported => accounting.sees_every_end(),
            Metric::Lost => accounting.by_locust_workers == 0,
            _ => true,
        };
        (!is_seen).then_some(accounting)
    }

    fn failures(&self) -> i64 {
        self.rows.iter().map(|row| row.num_failures).sum()
    }

    fn average(&self) -> Option<f64> {
        let timed: i64 = self.rows.iter().map(|row| row.timed_requests()).sum();
        let sum: f64 = self
            .rows
            .iter()
            .map(|row| row.total_response_time.as_f64())
            .sum();
        (timed > 0).then(|| sum / timed as f64)
    }

    fn percentile(&self, percent: f64) -> Option<f64> {
        let ledger = match self.rows.as_slice() {
            [row] => Arc::clone(&row.exact),
            rows => {
                let mut merged = Exact::default();
                for row in rows {
                    merged.merge(&row.exact);
                }
                Arc::new(merged)
            }
        };
        let least = self.rows.iter().filter_map(|row| row.min_response_time);
        let most = self.rows.iter().map(|row| row.max_response_time);
        let milliseconds = held_exact(
            ledger.quantile_us(percent / 100.0),
            least.reduce(Number::least),
            most.reduce(Number::greatest).unwrap_or_default(),
        );
        (ledger.count() > 0).then_some(milliseconds)
    }
}
