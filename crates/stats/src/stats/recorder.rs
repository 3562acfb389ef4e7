//! The only door to the sums of a run. The aggregate is an entry of its own, kept beside the others as
//! Locust does (never summed at reading). One short lock orders everything. A snapshot is a moment under that lock,
//! though its rows are read after it: whoever changes a row first keeps what it was at that moment. So the
//! aggregate of every snapshot is the sum of its rows.
//!
//! Who calls: the script thread, once per finished sample. Lag and accounting may come from any thread.
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use indexmap::{Equivalent, IndexMap};
use parking_lot::Mutex;

use super::accounting::{Counters, Lags, Open};
use super::buckets::bucket_of;
use super::entry::{Entry, SnapshotId, Timed};
use super::errors::{ErrorKey, ErrorSlot, ErrorTable, Tally};
use super::kept::{OVERFLOW_NAME, kept_name};
use super::reported::Reported;
use super::snapshot_lock::SnapshotLock;
use super::streams::{StreamLedger, Streams};
use rlocust_core::clock;
use rlocust_core::histogram::Exact;
use rlocust_core::model::hashing::FastHash;
use rlocust_core::model::{
    Accounting, Bucket, DEFAULT_WINDOW, Exemplar, Lag, LagSummary, Number, Outcome, Phases, Sample,
    Snapshot, StreamRow,
};

/// Names kept in rows of their own unless set otherwise; the rest shares one row that says so (`OVERFLOW_NAME`).
pub const MOST_NAMES: usize = 10_000;

/// Whether entries keep percentiles of the last ten seconds; worker runners do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseTimesCache {
    Kept,
    Off,
}

/// The sums of a run.
#[derive(Debug)]
pub struct Recorder {
    pub(super) book: Mutex<RecorderState>,
    /// Held while a snapshot reads its rows: an entry keeps one moment only.
    turn: SnapshotLock,
    cache: ResponseTimesCache,
    window: AtomicI64,
    pub(super) counters: Counters,
    pub(super) lags: Lags,
    pub(super) streams: Streams,
}

#[derive(Debug)]
pub(super) struct RecorderState {
    pub total: Arc<Entry>,
    /// Of the last snapshot.
    pub moment: SnapshotId,
    most_names: usize,
    pub entries: IndexMap<EntryKey, Arc<Entry>, FastHash>,
    /// Grows when rows were removed or replaced: whoever mirrors the rows must read all of them again.
    entries_epoch: u64,
    pub errors: ErrorTable,
    errors_epoch: u64,
    /// To a master.
    pub reported: Reported,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct EntryKey {
    name: String,
    method: String,
}

struct EntryKeyRef<'a> {
    name: &'a str,
    method: &'a str,
}

/// The hasher knows where one text ends; `str` would hash it once more.
impl Hash for EntryKeyRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.name.as_bytes());
        state.write(self.method.as_bytes());
    }
}

impl Hash for EntryKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (name, method) = (&*self.name, &*self.method);
        EntryKeyRef { name, method }.hash(state);
    }
}

impl Equivalent<EntryKey> for EntryKeyRef<'_> {
    fn equivalent(&self, key: &EntryKey) -> bool {
        self.name == key.name && self.method == key.method
    }
}

/// What a mirror of rows has to add; when `afresh`, it has to begin anew.
#[derive(Debug)]
pub struct Changes<K, V> {
    pub epoch: u64,
    pub afresh: bool,
    pub rows: Vec<(K, Arc<V>)>,
}

impl Recorder {
    pub fn new(cache: ResponseTimesCache) -> Arc<Self> {
        Self::started_at(clock::unix_seconds(), cache)
    }

    /// The same by a clock of the caller's, for statistics whose time a suite holds still.
    pub fn started_at(now: f64, cache: ResponseTimesCache) -> Arc<Self> {
        let window = (cache == ResponseTimesCache::Kept).then_some(DEFAULT_WINDOW);
        let total = Arc::new(Entry::aggregate(now, window));
        Arc::new(Self {
            book: Mutex::new(RecorderState {
                total,
                moment: SnapshotId::last(),
                most_names: MOST_NAMES,
                entries: IndexMap::default(),
                entries_epoch: 0,
                errors: ErrorTable::default(),
                errors_epoch: 0,
                reported: Reported::default(),
            }),
            turn: SnapshotLock::default(),
            cache,
            window: AtomicI64::new(DEFAULT_WINDOW),
            counters: Counters::default(),
            lags: Lags::default(),
            streams: Streams::default(),
        })
    }

    /// One finished request: the aggregate first, then its row, which is made when it is new.
    /// `bucket` only where the suite replaced the bucketing function.
    pub fn log_request(
        &self,
        method: &str,
        name: &str,
        response_time_ms: Option<f64>,
        content_length: i64,
        bucket: Option<i64>,
    ) {
        let sample = Sample {
            method,
            name,
            response_time: response_time_ms.map(Number::Real),
            content_length: Number::Whole(content_length),
            bucket: bucket.map(Bucket::whole),
            phases: None,
        };
        self.log(&sample, clock::unix_seconds());
    }

    /// The same with everything given, for callers that hold Python's numbers, the phases or the time already.
    pub fn log(&self, sample: &Sample<'_>, now: f64) {
        let timed = Timed {
            now,
            window: self.window(),
            response_time: sample.response_time,
            content_length: sample.content_length,
            // Once for both rows.
            bucket: sample
                .bucket
                .or_else(|| sample.response_time.map(bucket_of)),
            phases: sample.phases,
        };
        let (name, method) = (kept_name(sample.name), kept_name(sample.method));
        let (name, method) = (&*name, &*method);
        let mut book = self.book.lock();
        let known = book.entries.get_index_of(&EntryKeyRef { name, method });
        let at = known.unwrap_or_else(|| book.add_entry(name, method, now, self.entry_window()));
        let entry = &book.entries[at];
        book.total.log_with(entry, &timed, book.moment);
    }

    /// Phases of an exchange whose sample is logged elsewhere (through the event's keywords). They make no row:
    /// a row stands for samples.
    pub fn log_phases(&self, method: &str, name: &str, phases: &Phases) {
        let (name, method) = (&*kept_name(name), &*kept_name(method));
        let book = self.book.lock();
        let overflow = EntryKeyRef {
            name: OVERFLOW_NAME,
            method: "",
        };
        let own = book.entries.get(&EntryKeyRef { name, method });
        let entry = own.or_else(|| book.entries.get(&overflow));
        for entry in std::iter::once(&book.total).chain(entry) {
            entry.with_after(book.moment, |sums| sums.phases.record(phases));
        }
    }

    /// A request whose sample is in its row has a trace.
    pub fn note_exemplar(&self, method: &str, name: &str, exemplar: Exemplar) {
        let (name, method) = (&*kept_name(name), &*kept_name(method));
        let book = self.book.lock();
        if let Some(entry) = book.entries.get(&EntryKeyRef { name, method }) {
            entry.with_after(book.moment, |sums| sums.exemplars.note(exemplar));
        }
    }

    /// One failure, in addition to its request. `text` is the error as Locust prints it, addresses masked.
    pub fn log_error(&self, method: &str, name: &str, text: &str) -> ErrorKey {
        self.log_failure((method, name, text), clock::unix_seconds())
            .0
    }

    /// The same by a clock of the caller's, with the row, so that a new one can be set up to show itself.
    pub fn log_failure(&self, named: (&str, &str, &str), now: f64) -> (ErrorKey, Arc<ErrorSlot>) {
        let (method, name) = (&*kept_name(named.0), &*kept_name(named.1));
        let mut book = self.book.lock();
        let last = book.moment;
        book.total.log_error_after(last, now);
        book.entry(name, method, now, self.entry_window())
            .log_error_after(last, now);
        book.errors.log(named, now)
    }

    pub fn log_lag(&self, kind: Lag, lag: Duration) {
        self.lags.record(kind, lag);
    }

    /// Where the figures of the streams of this name go.
    pub fn stream_ledger(&self, method: &str, name: &str) -> Arc<StreamLedger> {
        let most = self.most_names();
        self.streams
            .ledger((&kept_name(name), &kept_name(method)), most)
    }

    pub fn count(&self, outcome: Outcome) {
        self.counters.add(outcome, 1);
    }

    /// One that was counted in `from` belongs into `to`.
    pub(super) fn reclassify(&self, from: Outcome, to: Outcome) {
        self.counters.reclassify(from, to);
    }

    /// A sample is finished on the wire; its outcome follows with `close`.
    pub(super) fn open(&self) -> Open {
        self.counters.open()
    }

    pub(super) fn close(&self, open: &Open, outcome: Outcome) {
        self.counters.close(open, outcome);
    }

    /// The end of a run: samples that are still open count as unreported from now on.
    pub fn settle_open(&self) {
        self.counters.settle();
    }

    /// The counters, for rules that book a call in one go.
    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(super) fn count_many(&self, outcome: Outcome, count: u64) {
        self.counters.add(outcome, count);
    }

    pub fn accounting(&self) -> Accounting {
        self.counters.read()
    }

    pub fn lags(&self) -> [LagSummary; 3] {
        self.lags.read()
    }

    /// Zeroes every row in place and forgets the errors. The accounting goes on: it is of the whole test.
    pub fn reset_all(&self) {
        self.reset_all_at(clock::unix_seconds());
    }

    pub fn reset_all_at(&self, now: f64) {
        let mut book = self.book.lock();
        let (window, last) = (self.window(), book.moment);
        for entry in std::iter::once(&book.total).chain(book.entries.values()) {
            entry.reset(now, window, last);
        }
        book.clear_errors();
        self.lags.clear();
        self.streams.reset();
        book.reported.forget_lags();
        drop(book);
    }

    /// A new test: a new aggregate, no rows, no errors, accounting and lag from zero.
    pub fn clear_all(&self) {
        self.clear_all_at(clock::unix_seconds());
    }

    pub fn clear_all_at(&self, now: f64) {
        let mut book = self.book.lock();
        book.total = Arc::new(Entry::aggregate(now, self.entry_window()));
        book.clear_entries();
        book.clear_errors();
        self.counters.clear();
        self.lags.clear();
        self.streams.clear();
        book.reported.forget_test();
        drop(book);
    }

    pub fn total(&self) -> Arc<Entry> {
        Arc::clone(&self.book.lock().total)
    }

    pub fn set_total(&self, total: Arc<Entry>) {
        self.book.lock().total = total;
    }

    /// The row of a name and method, made when it is missing.
    pub fn entry(&self, name: &str, method: &str) -> Arc<Entry> {
        let now = clock::unix_seconds();
        let (name, method) = (&*kept_name(name), &*kept_name(method));
        let mut book = self.book.lock();
        Arc::clone(book.entry(name, method, now, self.entry_window()))
    }

    pub fn put_entry(&self, name: &str, method: &str, entry: Arc<Entry>) {
        let key = EntryKey {
            name: name.to_owned(),
            method: method.to_owned(),
        };
        self.book.lock().entries.insert(key, entry);
    }

    pub fn remove_entry(&self, name: &str, method: &str) {
        self.book
            .lock()
            .entries
            .shift_remove(&EntryKeyRef { name, method });
    }

    pub fn clear_entries(&self) {
        self.book.lock().clear_entries();
    }

    /// Rows that a mirror holding `seen` rows of `epoch` does not have yet.
    pub fn entries_since(&self, epoch: u64, seen: usize) -> Changes<(String, String), Entry> {
        let book = self.book.lock();
        let afresh = book.entries_epoch != epoch;
        let known = if afresh { 0 } else { seen };
        let rows = book.entries.iter().skip(known);
        Changes {
            epoch: book.entries_epoch,
            afresh,
            rows: rows
                .map(|(key, entry)| ((key.name.clone(), key.method.clone()), Arc::clone(entry)))
                .collect(),
        }
    }

    pub fn put_error(&self, key: ErrorKey, slot: Arc<ErrorSlot>) {
        self.book.lock().errors.put(key, slot);
    }

    pub fn remove_error(&self, key: &ErrorKey) {
        self.book.lock().errors.remove(key);
    }

    pub fn clear_errors(&self) {
        self.book.lock().clear_errors();
    }

    /// As `entries_since`, for error rows.
    pub fn errors_since(&self, epoch: u64, seen: usize) -> Changes<ErrorKey, ErrorSlot> {
        let book = self.book.lock();
        let afresh = book.errors_epoch != epoch;
        let known = if afresh { 0 } else { seen };
        let rows = book.errors.iter().skip(known);
        Changes {
            epoch: book.errors_epoch,
            afresh,
            rows: rows
                .map(|(key, slot)| (key.clone(), Arc::clone(slot)))
                .collect(),
        }
    }

    /// Name and method of the row of a name that has none, once there is no room for more rows.
    pub fn overflow_entry(&self) -> Option<(&'static str, &'static str)> {
        let book = self.book.lock();
        (book.entries.len() >= book.most_names).then_some((OVERFLOW_NAME, ""))
    }

    /// The text of the row of an error that has none, once there is no room for more rows.
    pub fn overflow_error(&self) -> Option<String> {
        self.book.lock().errors.overflow_text()
    }

    /// At most so many names get rows of their own from now on; rows that exist stay.
    pub fn set_most_names(&self, most: usize) {
        self.book.lock().most_names = most;
    }

    pub(super) fn most_names(&self) -> usize {
        self.book.lock().most_names
    }

    /// Seconds that *current* percentiles look back.
    pub fn window(&self) -> i64 {
        self.window.load(Ordering::Relaxed)
    }

    pub fn set_window(&self, seconds: i64) {
        self.window.store(seconds, Ordering::Relaxed);
    }

    pub fn cache(&self) -> ResponseTimesCache {
        self.cache
    }

    pub(super) fn entry_window(&self) -> Option<i64> {
        (self.cache == ResponseTimesCache::Kept).then(|| self.window())
    }

    /// The sums at this moment. Rows that did not change since the last one are shared with it.
    ///
    /// May run on any thread. Whoever records meanwhile waits for the list of rows to be copied, or for the
    /// rows it needs; never for all of them. What a suite writes into a row itself is in one snapshot or the next.
    pub fn snapshot(&self) -> Snapshot {
        let _turn = self.turn.hold();
        self.held().read()
    }

    /// Waits for the snapshot that is being taken, and holds others back until `release_snapshots`: for a fork, whose
    /// child would inherit locks that nobody opens.
    pub fn hold_snapshots(&self) {
        self.turn.take();
    }

    pub fn release_snapshots(&self) {
        self.turn.give_back();
    }

    fn held(&self) -> Held {
        let mut book = self.book.lock();
        book.moment = SnapshotId::next();
        let errors = book.errors.iter();
        Held {
            moment: book.moment,
            taken_at: clock::unix_seconds(),
            total: Arc::clone(&book.total),
            entries: book.entries.values().map(Arc::clone).collect(),
            errors: errors
                .map(|(key, slot)| (key.clone(), Arc::clone(slot), *slot.tally.lock()))
                .collect(),
            accounting: self.counters.read(),
            lags: self.lags.ledgers(),
            streams: self.streams.rows(),
        }
    }
}

/// What a snapshot takes under the lock of the book.
struct Held {
    moment: SnapshotId,
    taken_at: f64,
    total: Arc<Entry>,
    entries: Vec<Arc<Entry>>,
    errors: Vec<(ErrorKey, Arc<ErrorSlot>, Tally)>,
    accounting: Accounting,
    lags: [Exact; 3],
    streams: Vec<Arc<StreamRow>>,
}

impl Held {
    /// The rows as they were at the moment. The aggregate first: every sample needs it.
    fn read(self) -> Snapshot {
        let errors = self.errors.iter();
        Snapshot {
            taken_at: self.taken_at,
            total: self.total.row(self.moment),
            entries: (self.entries.iter())
                .map(|entry| entry.row(self.moment))
                .collect(),
            errors: errors
                .map(|(key, slot, tally)| slot.row(key, *tally))
                .collect(),
            accounting: self.accounting,
            lags: self.lags.each_ref().map(LagSummary::from),
            lag_ledgers: self.lags.map(Arc::new),
            streams: self.streams,
            ..Snapshot::default()
        }
    }
}

impl RecorderState {
    pub fn entry(
        &mut self,
        name: &str,
        method: &str,
        now: f64,
        window: Option<i64>,
    ) -> &Arc<Entry> {
        let known = self.entries.get_index_of(&EntryKeyRef { name, method });
        let at = known.unwrap_or_else(|| self.add_entry(name, method, now, window));
        &self.entries[at]
    }

    fn add_entry(&mut self, name: &str, method: &str, now: f64, window: Option<i64>) -> usize {
        let (name, method) = if self.entries.len() < self.most_names {
            (name, method)
        } else {
            (OVERFLOW_NAME, "")
        };
        let key = EntryKey {
            name: name.to_owned(),
            method: method.to_owned(),
        };
        let slot = self.entries.entry(key);
        let at = slot.index();
        slot.or_insert_with(|| Arc::new(Entry::new(name, method, now, window)));
        at
    }

    fn clear_entries(&mut self) {
        self.entries.clear();
        self.entries_epoch += 1;
    }

    pub fn clear_errors(&mut self) {
        self.errors.clear();
        self.errors_epoch += 1;
    }
}

#[cfg(test)]
mod tests {
    use rlocust_testing::waiting::DEADLINE;

    use super::*;
    use rlocust_core::clock::pause_at;
    use rlocust_core::model::{EntryRow, Phase};

    fn recorder() -> Arc<Recorder> {
        Recorder::new(ResponseTimesCache::Kept)
    }

    #[test]
    fn a_request_enters_the_aggregate_and_its_row() {
        let _clock = pause_at(1000.0);
        let recorder = recorder();
        recorder.log_request("GET", "/a", Some(154.0), 10, None);
        recorder.log_request("GET", "/a", None, 0, None);
        recorder.log_error("GET", "/a", "bad");
        let snapshot = recorder.snapshot();
        assert_eq!(snapshot.entries.len(), 1);
        for row in [&snapshot.total, &snapshot.entries[0]] {
            assert_eq!(
                (row.num_requests, row.num_none_requests, row.num_failures),
                (2, 1, 1)
            );
            assert_eq!(row.median_response_time(), Number::Real(154.0));
            assert_eq!(row.buckets, [(Bucket::whole(150), 1)]);
        }
        assert_eq!(snapshot.errors[0].occurrences, 1);
    }

    #[test]
    fn an_entry_that_a_suite_made_the_aggregate_too_counts_for_both() {
        let recorder = recorder();
        recorder.log_request("GET", "/a", Some(1.0), 0, None);
        recorder.set_total(recorder.entry("/a", "GET"));
        recorder.log_request("GET", "/a", Some(1.0), 0, None);
        assert_eq!(recorder.total().read(|sums| sums.num_requests), 3);
    }

    #[test]
    fn a_cleared_aggregate_is_another_one_and_a_reset_aggregate_the_same() {
        let recorder = recorder();
        let first = recorder.total();
        recorder.log_request("GET", "/", Some(1.0), 0, None);
        recorder.reset_all();
        assert!(Arc::ptr_eq(&first, &recorder.total()));
        assert_eq!(first.read(|sums| sums.num_requests), 0);
        recorder.log_request("GET", "/", Some(1.0), 0, None);
        recorder.clear_all();
        assert!(!Arc::ptr_eq(&first, &recorder.total()));
        assert_eq!(
            first.read(|sums| sums.num_requests),
            1,
            "whoever holds it can read it"
        );
    }

    #[test]
    fn mirrors_get_new_rows_and_start_anew_after_a_clear() {
        let recorder = recorder();
        recorder.log_request("GET", "/a", Some(1.0), 0, None);
        let first = recorder.entries_since(u64::MAX, 0);
        assert!(first.afresh);
        recorder.log_request("GET", "/b", Some(1.0), 0, None);
        let second = recorder.entries_since(first.epoch, first.rows.len());
        assert!(!second.afresh);
        assert_eq!(second.rows[0].0, ("/b".to_owned(), "GET".to_owned()));
        recorder.clear_all();
        assert!(recorder.entries_since(second.epoch, 2).afresh);
    }

    #[test]
    fn current_percentiles_cover_about_ten_seconds() {
        let clock = pause_at(1000.0);
        let recorder = recorder();
        for _ in 0..20 {
            recorder.log_request("GET", "/", Some(1000.0), 0, None);
            clock.advance(1.0);
        }
        for _ in 0..12 {
            recorder.log_request("GET", "/", Some(20.0), 0, None);
            clock.advance(1.0);
        }
        let total = recorder.total();
        let now = clock::unix_seconds();
        assert_eq!(
            total.read(|sums| sums.current_percentile(now, 10, 0.95)),
            Some(Number::Whole(20))
        );
        assert_eq!(
            total.read(|sums| sums.response_time_percentile(0.5)),
            Number::Whole(1000)
        );
    }

    #[test]
    fn beyond_the_cap_names_share_a_row_that_says_so() {
        let recorder = recorder();
        recorder.set_most_names(3);
        for number in 0..10 {
            recorder.log_request("GET", &format!("/{number}"), Some(1.0), 0, None);
            let phases = Phases {
                body: Some(Duration::from_millis(1)),
                ..Phases::default()
            };
            recorder.log_phases("GET", &format!("/{number}"), &phases);
        }
        let snapshot = recorder.snapshot();
        let counts: Vec<_> = snapshot
            .entries
            .iter()
            .map(|row| row.num_requests)
            .collect();
        assert_eq!(counts, [1, 1, 1, 7]);
        let overflow = &snapshot.entries[3];
        assert_eq!(&*overflow.name, OVERFLOW_NAME);
        let body = overflow.phases[Phase::Body as usize].as_ref();
        assert_eq!(body.map(|body| body.count()), Some(7));
        assert_eq!(snapshot.total.num_requests, 10);
    }

    #[test]
    fn unchanged_rows_are_shared_between_snapshots() {
        let recorder = recorder();
        recorder.log_request("GET", "/a", Some(1.0), 0, None);
        recorder.log_request("GET", "/b", Some(1.0), 0, None);
        recorder.log_error("GET", "/a", "bad");
        let first = recorder.snapshot();
        recorder.log_request("GET", "/b", Some(2.0), 0, None);
        let second = recorder.snapshot();
        assert!(Arc::ptr_eq(&first.entries[0], &second.entries[0]));
        assert!(Arc::ptr_eq(&first.errors[0], &second.errors[0]));
        assert!(!Arc::ptr_eq(&first.entries[1], &second.entries[1]));
        let requests = |snapshot: &Snapshot| snapshot.entries[1].num_requests;
        assert_eq!((requests(&first), requests(&second)), (1, 2));
    }

    #[test]
    fn what_is_recorded_while_rows_are_read_belongs_to_the_next_snapshot() {
        let recorder = recorder();
        let log = |name: &str| {
            recorder.log_request("GET", name, Some(1.0), 0, None);
            recorder.log_error("GET", name, "bad");
        };
        let body = Phases {
            body: Some(Duration::from_millis(1)),
            ..Phases::default()
        };
        ["/a", "/b", "/c"].into_iter().for_each(log);
        for _ in 0..2 {
            let held = recorder.held();
            ["/a", "/a", "/new", "/c"].into_iter().for_each(log);
            recorder.log_phases("GET", "/b", &body);
            let snapshot = held.read();
            assert!(is_sum_of_rows(&snapshot));
            let phases = |row: &EntryRow| {
                row.phases[Phase::Body as usize]
                    .as_ref()
                    .map_or(0, |body| body.count())
            };
            assert_eq!(phases(&snapshot.total), phases(&snapshot.entries[1]));
        }
        let last = recorder.snapshot();
        assert!(is_sum_of_rows(&last));
        assert_eq!((last.total.num_requests, last.entries.len()), (11, 4));
    }

    #[test]
    fn no_snapshot_is_taken_while_snapshots_are_held() {
        let recorder = recorder();
        recorder.hold_snapshots();
        let (ready, has_begun) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let taken = scope.spawn(|| {
                ready.send(()).expect("the test listens");
                recorder.snapshot()
            });
            has_begun.recv_timeout(DEADLINE).expect("a thread");
            for _ in 0..1000 {
                assert!(recorder.book.try_lock().is_some(), "the child would hang");
                recorder.log_request("GET", "/", Some(1.0), 0, None);
            }
            recorder.release_snapshots();
            let taken = taken.join().expect("no panic");
            assert_eq!(taken.total.num_requests, 1000, "taken after the release");
        });
    }

    #[test]
    fn the_aggregate_of_a_snapshot_is_the_sum_of_its_rows_while_samples_arrive() {
        const SAMPLES: i64 = 20_000;
        let recorder = recorder();
        let names: Vec<String> = (0..40).map(|number| format!("/{number}")).collect();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for name in names.iter().cycle().take(SAMPLES as usize) {
                    recorder.log_request("GET", name, Some(1.0), 0, None);
                    recorder.log_error("GET", name, "bad");
                }
            });
            loop {
                let snapshot = recorder.snapshot();
                assert!(is_sum_of_rows(&snapshot));
                if snapshot.total.num_failures == SAMPLES {
                    break;
                }
            }
        });
    }

    #[test]
    fn no_snapshot_mixes_what_was_before_a_reset_with_what_came_after() {
        let recorder = recorder();
        let names: Vec<String> = (0..40).map(|number| format!("/{number}")).collect();
        for name in &names {
            recorder.log_request("GET", name, Some(1.0), 0, None);
            recorder.log_error("GET", name, "bad");
        }
        recorder.log_lag(Lag::Submit, Duration::from_millis(1));
        let held = recorder.held();
        recorder.reset_all();
        recorder.log_request("GET", "/7", Some(1.0), 0, None);
        let before = held.read();
        assert!(is_sum_of_rows(&before));
        assert_eq!((before.total.num_requests, before.errors.len()), (40, 40));
        assert_eq!(before.lag(Lag::Submit).count, 1);
        let after = recorder.snapshot();
        assert!(is_sum_of_rows(&after));
        assert_eq!((after.total.num_requests, after.errors.len()), (1, 0));
        assert_eq!(after.lag(Lag::Submit).count, 0);
    }

    fn is_sum_of_rows(snapshot: &Snapshot) -> bool {
        let of = |row: &EntryRow| (row.num_requests, row.num_failures, row.exact.count());
        let rows = snapshot.entries.iter().map(|row| of(row));
        let sum = rows.fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
        let occurrences: i64 = snapshot.errors.iter().map(|row| row.occurrences).sum();
        of(&snapshot.total) == sum && occurrences == sum.1
    }

    #[test]
    fn accounting_counts_samples_and_attempts() {
        let recorder = recorder();
        recorder.count(Outcome::Ok);
        recorder.count(Outcome::CutSent);
        recorder.count_many(Outcome::Answered, 3);
        assert_eq!(recorder.accounting().samples(), 2);
        assert_eq!(recorder.accounting().attempts(), 3);
    }

    #[test]
    fn an_open_sample_is_in_no_class_until_it_is_closed() {
        let recorder = recorder();
        let [reported, forgotten] = [recorder.open(), recorder.open()];
        let open = recorder.accounting();
        assert_eq!((open.open, open.samples(), open.unreported), (2, 0, 0));
        recorder.close(&reported, Outcome::Ok);
        let one = recorder.accounting();
        assert_eq!((one.open, one.ok, one.unreported), (1, 1, 0));
        recorder.settle_open();
        recorder.close(&forgotten, Outcome::Ok);
        let settled = recorder.accounting();
        assert_eq!((settled.open, settled.ok, settled.unreported), (0, 1, 1));
    }

    #[test]
    fn a_sample_of_the_last_test_closes_nothing_in_the_next() {
        let recorder = recorder();
        let late = recorder.open();
        recorder.clear_all();
        let own = recorder.open();
        recorder.close(&late, Outcome::Failed);
        assert_eq!(recorder.accounting().samples(), 0);
        assert_eq!(recorder.accounting().open, 1);
        recorder.close(&own, Outcome::Ok);
        let now = recorder.accounting();
        assert_eq!((now.open, now.ok, now.failed), (0, 1, 0));
    }
}
