//! Sums on their way from a worker to its master. A worker hands over what it has and begins at zero again; the master
//! adds it up. Both happen at one moment under the recorder's lock: no sample is in two reports, and none in neither.
use std::sync::Arc;

use super::entry::Entry;
use super::recorder::Recorder;
use super::sums::Sums;
use rlocust_core::clock;
use rlocust_core::histogram::Exact;
use rlocust_core::model::{ErrorRow, Outcome, StreamRow};

/// What a recorder has taken up since the report before.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Counts the reports of one recorder.
    pub sequence: u64,
    /// Rows that have requests or failures.
    pub entries: Vec<ReportedEntry>,
    pub total: Sums,
    pub errors: Vec<ErrorRow>,
    /// By `Outcome`: a late word of the script moves a sample from one class to another.
    pub accounting: [i64; Outcome::CLASSES],
    /// By `Lag`.
    pub lags: [Exact; 3],
    /// Figures of streamed answers.
    pub streams: Vec<StreamRow>,
}

/// One row of it.
#[derive(Debug, Clone)]
pub struct ReportedEntry {
    pub name: Arc<str>,
    pub method: Arc<str>,
    pub sums: Sums,
}

impl Recorder {
    /// All since the report before. Rows begin at zero, errors are forgotten; accounting and lag go on.
    pub fn take_report(&self) -> Report {
        let now = clock::unix_seconds();
        let mut book = self.book.lock();
        let (window, last) = (self.window(), book.moment);
        let take = |entry: &Entry| entry.take(now, window, last);
        let rows = book
            .entries
            .values()
            .filter(|entry| entry.read(Sums::has_happened));
        let entries = rows.map(|entry| ReportedEntry {
            name: Arc::clone(&entry.name),
            method: Arc::clone(&entry.method),
            sums: take(entry),
        });
        let entries = entries.collect();
        let errors = book.errors.iter();
        let errors = errors.map(|(key, slot)| ErrorRow::clone(&slot.row(key, *slot.tally.lock())));
        let errors = errors.collect();
        let total = take(&book.total);
        book.clear_errors();
        let accounting = book.reported.accounting_until(self.counters.read());
        let lags = book.reported.lags_until(self.lags.ledgers());
        Report {
            sequence: book.reported.next(),
            entries,
            total,
            errors,
            accounting,
            lags,
            streams: self.streams.take(),
        }
    }

    /// Adds what a worker has reported: each row to the row of its name, its aggregate to ours.
    pub fn add_report(&self, report: &Report) {
        let now = clock::unix_seconds();
        let window = self.window();
        self.streams.add(&report.streams, self.most_names());
        let mut book = self.book.lock();
        let last = book.moment;
        for row in &report.entries {
            book.entry(&row.name, &row.method, now, self.entry_window())
                .with_after(last, |sums| sums.extend(&row.sums, window));
        }
        for error in &report.errors {
            book.errors.add(error);
        }
        book.total
            .with_after(last, |sums| sums.extend(&report.total, window));
        self.counters.add_signed(&report.accounting);
        self.lags.merge(&report.lags);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::stats::ResponseTimesCache;
    use rlocust_core::model::{Lag, Outcome, Phase, Phases, Snapshot};

    fn record(recorders: &[&Recorder], number: u32) {
        let phases = Phases {
            body: Some(Duration::from_micros(u64::from(number) * 37)),
            ..Phases::default()
        };
        for recorder in recorders {
            let name = format!("/{}", number % 3);
            let time = (!number.is_multiple_of(7)).then_some(f64::from(number) * 1.37);
            recorder.log_request("GET", &name, time, i64::from(number), None);
            recorder.log_phases("GET", &name, &phases);
            recorder.count(Outcome::Answered);
            recorder.count(Outcome::Ok);
            recorder.log_lag(Lag::Wake, Duration::from_micros(u64::from(number)));
            if number.is_multiple_of(5) {
                recorder.log_error("GET", &name, "bad");
                recorder.reclassify(Outcome::Ok, Outcome::Failed);
            }
        }
    }

    fn shown(snapshot: &Snapshot) -> String {
        let rows = snapshot.sorted().into_iter().chain([&snapshot.total]);
        let rows: Vec<_> = rows
            .map(|row| {
                let mut buckets = row.buckets.clone();
                buckets.sort_unstable();
                let body = row.phases[Phase::Body as usize].as_ref();
                let exact = [row.exact.min_us(), row.exact.max_us(), row.exact.sum_us()];
                format!(
                    "{} {} {} {} {:?} {:?} {buckets:?} {exact:?} {:?} {:?} {:?} {:.3}",
                    row.name,
                    row.num_requests,
                    row.num_none_requests,
                    row.num_failures,
                    row.min_response_time,
                    row.max_response_time,
                    row.exact.rows().collect::<Vec<_>>(),
                    row.num_reqs_per_sec.iter().collect::<Vec<_>>(),
                    body.map(|body| (body.rows().collect::<Vec<_>>(), body.max_us())),
                    row.total_response_time.as_f64(),
                )
            })
            .collect();
        let errors = snapshot.errors.iter();
        let mut errors: Vec<_> = errors.map(|row| (&row.key, row.occurrences)).collect();
        errors.sort_unstable();
        format!(
            "{rows:#?} {errors:?} {:?} {:?}",
            snapshot.accounting, snapshot.lags
        )
    }

    #[test]
    fn a_master_has_what_one_recorder_would_have_seen() {
        let _clock = clock::pause_at(1000.0);
        let new = || Recorder::new(ResponseTimesCache::Off);
        let (one, master, workers) = (new(), new(), [new(), new()]);
        for number in 1..200 {
            let worker = &workers[number as usize % 2];
            record(&[&one, worker], number);
            if number % 17 == 0 {
                master.add_report(&worker.take_report());
            }
        }
        for worker in &workers {
            master.add_report(&worker.take_report());
        }
        assert_eq!(shown(&master.snapshot()), shown(&one.snapshot()));
        let rest = workers[0].take_report();
        assert!(rest.entries.is_empty() && rest.errors.is_empty());
        assert_eq!(rest.accounting, [0; Outcome::CLASSES]);
        assert_eq!(rest.total.num_requests, 0);
        assert!(rest.sequence > 5);
    }

    #[test]
    fn a_new_test_is_reported_from_its_beginning() {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        record(&[&recorder], 1);
        recorder.take_report();
        record(&[&recorder], 2);
        recorder.clear_all();
        record(&[&recorder], 3);
        let report = recorder.take_report();
        assert_eq!(report.accounting[Outcome::Ok as usize], 1);
        assert_eq!(report.lags[0].count(), 1);
        assert_eq!((report.entries.len(), report.total.num_requests), (1, 1));
    }

    #[test]
    fn a_report_leaves_the_rows_of_the_last_snapshot_as_they_were() {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        record(&[&recorder], 1);
        let snapshot = recorder.snapshot();
        recorder.take_report();
        assert_eq!(snapshot.total.num_requests, 1);
        assert_eq!(recorder.snapshot().total.num_requests, 0);
    }

    #[test]
    fn what_takes_more_from_a_class_than_it_holds_leaves_it_empty() {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        let mut report = Report::default();
        report.accounting[Outcome::Ok as usize] = -5;
        report.accounting[Outcome::Failed as usize] = i64::MAX;
        recorder.add_report(&report);
        recorder.add_report(&report);
        recorder.add_report(&report);
        assert_eq!(recorder.accounting().ok, 0);
    }
}
