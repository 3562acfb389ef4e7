//! The sums behind a selector: one row as it is, or several added up, as the rows of one name with different methods.
use std::sync::Arc;

use super::limit::{Limit, Selector};
use super::metric::{Metric, Statistic, StreamCount};
use crate::stats::OVERFLOW_NAME;
use rlocust_core::histogram::Exact;
use rlocust_core::model::{
    Accounting, EntryRow, Number, Snapshot, StreamFigure, StreamRow, held_exact,
};

/// What a limit is judged on.
pub struct Figures<'a> {
    snapshot: &'a Snapshot,
    rows: Rows<'a>,
    /// Reports of workers that never came.
    lost: u64,
    /// Some of what is meant may be in the row that names over the cap share.
    pub may_lack_some: bool,
}

/// Those that are meant: requests or streamed answers.
enum Rows<'a> {
    Requests(Vec<&'a Arc<EntryRow>>),
    Streams(Vec<&'a Arc<StreamRow>>),
}

impl<'a> Rows<'a> {
    /// And whether some have no row of their own.
    fn of(limit: &Limit, snapshot: &'a Snapshot) -> (Self, bool) {
        let selector = &limit.of;
        if limit.metric.is_of_streams() {
            let rows = snapshot.streams.iter();
            let rows = rows.filter(|row| selector.matches(&row.name, &row.method));
            let rows: Vec<_> = rows.collect();
            let is_folded = snapshot
                .streams
                .iter()
                .any(|row| &*row.name == OVERFLOW_NAME);
            let may_lack_some = is_folded && !is_known(selector, rows.len());
            return (Self::Streams(rows), may_lack_some);
        }
        let rows: Vec<_> = if selector.is_everything() {
            vec![&snapshot.total]
        } else {
            let rows = snapshot.entries.iter();
            rows.filter(|row| selector.matches(&row.name, &row.method))
                .collect()
        };
        let is_folded = snapshot.entries.iter().any(|row| is_overflow(row));
        let may_lack_some = is_folded && !is_known(selector, rows.len());
        (Self::Requests(rows), may_lack_some)
    }

    fn requests(&self) -> &[&'a Arc<EntryRow>] {
        match self {
            Self::Requests(rows) => rows,
            Self::Streams(_) => &[],
        }
    }

    fn streams(&self) -> &[&'a Arc<StreamRow>] {
        match self {
            Self::Requests(_) => &[],
            Self::Streams(rows) => rows,
        }
    }
}

fn is_overflow(row: &EntryRow) -> bool {
    &*row.name == OVERFLOW_NAME && row.num_requests > 0
}

/// Of one name and one method, once they have a row, nothing is elsewhere.
fn is_known(selector: &Selector, rows: usize) -> bool {
    let is_one = selector.name.is_some() && selector.method.is_some();
    selector.is_everything() || is_one && rows > 0
}

impl<'a> Figures<'a> {
    pub fn of(limit: &Limit, snapshot: &'a Snapshot, lost: u64) -> Self {
        let (rows, may_lack_some) = Rows::of(limit, snapshot);
        Self {
            snapshot,
            rows,
            lost,
            may_lack_some,
        }
    }

    /// How many requests there were, or streams that began.
    pub fn count(&self) -> i64 {
        match &self.rows {
            Rows::Requests(rows) => rows.iter().map(|row| row.num_requests).sum(),
            Rows::Streams(rows) => {
                let streams: u64 = rows.iter().map(|row| row.counts.streams).sum();
                i64::try_from(streams).unwrap_or(i64::MAX)
            }
        }
    }

    /// In the unit the metric is kept in; nothing where there is no sample to take it from.
    pub fn value(&self, metric: Metric) -> Option<f64> {
        if self.count() == 0 && (self.may_lack_some || !self.can_be_nothing(metric)) {
            return None;
        }
        let rows = || self.rows.requests().iter();
        let span = self.snapshot.whole_run();
        match metric {
            Metric::Response(statistic) => self.response(statistic),
            Metric::Stream(figure, statistic) => self.stream(figure, statistic),
            Metric::Streamed(count) => {
                let rows = self.rows.streams().iter();
                Some(rows.map(|row| count.of(row)).sum::<u64>() as f64)
            }
            Metric::FailRatio => Some(self.failures() as f64 / self.count() as f64),
            Metric::RequestRate => Some(rows().map(|row| row.total_rps(span)).sum()),
            Metric::FailureRate => Some(rows().map(|row| row.total_fail_per_sec(span)).sum()),
            Metric::Requests => Some(self.count() as f64),
            Metric::Failures => Some(self.failures() as f64),
            Metric::Cut => Some(self.snapshot.accounting.cut() as f64),
            Metric::Unreported => Some(self.snapshot.accounting.unreported as f64),
            Metric::Lost => Some(self.lost as f64),
        }
    }

    /// Zero is an answer: how many requests or streams there were is known also when there were none, and what became of
    /// those that came to no result.
    fn can_be_nothing(&self, metric: Metric) -> bool {
        match metric {
            Metric::Requests | Metric::Streamed(StreamCount::Streams) => true,
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
        let rows = self.rows.requests().iter();
        rows.map(|row| row.num_failures).sum()
    }

    /// Of response times, in milliseconds.
    fn response(&self, statistic: Statistic) -> Option<f64> {
        let rows = || self.rows.requests().iter();
        match statistic {
            Statistic::Percentile(percent) => self.percentile(percent),
            Statistic::Average => self.average(),
            Statistic::Shortest => rows()
                .filter_map(|row| row.min_response_time)
                .map(Number::as_f64)
                .reduce(f64::min),
            Statistic::Longest => rows()
                .filter(|row| row.timed_requests() > 0)
                .map(|row| row.max_response_time.as_f64())
                .reduce(f64::max),
        }
    }

    fn average(&self) -> Option<f64> {
        let rows = || self.rows.requests().iter();
        let timed: i64 = rows().map(|row| row.timed_requests()).sum();
        let sum: f64 = rows().map(|row| row.total_response_time.as_f64()).sum();
        (timed > 0).then(|| sum / timed as f64)
    }

    fn percentile(&self, percent: f64) -> Option<f64> {
        let rows = || self.rows.requests().iter();
        let ledger = together(rows().map(|row| &row.exact));
        let least = rows().filter_map(|row| row.min_response_time);
        let most = rows().map(|row| row.max_response_time);
        let milliseconds = held_exact(
            ledger.quantile_us(percent / 100.0),
            least.reduce(Number::least),
            most.reduce(Number::greatest).unwrap_or_default(),
        );
        (ledger.count() > 0).then_some(milliseconds)
    }

    /// In milliseconds, or tokens a second: either is a thousandth of what is kept.
    fn stream(&self, figure: StreamFigure, statistic: Statistic) -> Option<f64> {
        let rows = self.rows.streams().iter();
        let values = together(rows.map(|row| &row.figures[figure as usize]));
        let kept = match statistic {
            Statistic::Percentile(percent) => values.quantile_us(percent / 100.0) as f64,
            Statistic::Average => values.sum_us() as f64 / values.count() as f64,
            Statistic::Shortest => values.min_us() as f64,
            Statistic::Longest => values.max_us() as f64,
        };
        (!values.is_empty()).then_some(kept / 1000.0)
    }
}

fn together<'a>(mut ledgers: impl Iterator<Item = &'a Arc<Exact>>) -> Arc<Exact> {
    let mut all = ledgers.next().map_or_else(Arc::default, Arc::clone);
    for more in ledgers {
        Arc::make_mut(&mut all).merge(more);
    }
    all
}
