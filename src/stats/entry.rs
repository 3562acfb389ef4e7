//! One row of the statistics: a name, a method and its sums behind a lock. The recorder and Python objects
//! share it, so a row that was cleared from the recorder stays readable for whoever still holds it.
use parking_lot::Mutex;

use super::rates::{Span, current_rate, total_rate};
use super::sums::Sums;
use crate::model::{Bucket, EntryRow, Number};

/// A named set of sums.
#[derive(Debug)]
pub struct Entry {
    pub name: String,
    pub method: String,
    sums: Mutex<Sums>,
}

/// One finished request, as the recorder hands it to its rows.
#[derive(Debug, Clone, Copy)]
pub struct Timed {
    pub now: f64,
    pub window: i64,
    pub response_time: Option<Number>,
    pub content_length: Number,
    pub bucket: Option<Bucket>,
}

impl Entry {
    /// `window` in seconds, for entries that tell current percentiles.
    pub fn new(name: &str, method: &str, now: f64, window: Option<i64>) -> Self {
        Self {
            name: name.to_owned(),
            method: method.to_owned(),
            sums: Mutex::new(Sums::new(now, window)),
        }
    }

    pub fn log(&self, timed: &Timed) {
        let mut sums = self.sums.lock();
        sums.count_request(timed.now, timed.window);
        sums.add_time(timed.response_time, timed.bucket);
        sums.add_length(timed.content_length);
    }

    pub fn log_error(&self, now: f64) {
        self.sums.lock().count_failure(now);
    }

    /// Zero in place; the clock of the entry starts again.
    pub fn reset(&self, now: f64, window: i64) {
        let mut sums = self.sums.lock();
        let keeps_window = sums.window.is_some();
        *sums = Sums::new(now, keeps_window.then_some(window));
    }

    /// Reads or changes the sums; the lock is held for the call.
    pub fn with<R>(&self, work: impl FnOnce(&mut Sums) -> R) -> R {
        work(&mut self.sums.lock())
    }

    pub fn row(&self, span: Span) -> EntryRow {
        let sums = self.sums.lock();
        EntryRow {
            name: self.name.clone(),
            method: self.method.clone(),
            num_requests: sums.num_requests,
            num_none_requests: sums.num_none_requests,
            num_failures: sums.num_failures,
            fail_ratio: sums.fail_ratio(),
            avg_response_time: sums.avg_response_time(),
            min_response_time: sums.min_response_time,
            max_response_time: sums.max_response_time,
            median_response_time: sums.median_response_time(),
            current_rps: current_rate(&sums.num_reqs_per_sec, span),
            current_fail_per_sec: current_rate(&sums.num_fail_per_sec, span),
            total_rps: total_rate(sums.num_requests, span),
            total_fail_per_sec: total_rate(sums.num_failures, span),
            avg_content_length: sums.avg_content_length(),
            buckets: sums.response_times.iter().map(|(b, n)| (*b, *n)).collect(),
        }
    }
}
