//! Figures of streamed answers, a ledger for each name. I/O threads record the moment an event comes, so nothing waits for
//! the end of a stream; a snapshot copies what changed.
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use parking_lot::Mutex;

use super::kept::OVERFLOW_NAME;
use rlocust_core::histogram::Exact;
use rlocust_core::model::{StreamCounts, StreamFigure, StreamRow};

/// The streams of one name and method.
#[derive(Debug)]
pub struct StreamLedger(Mutex<Sums>);

#[derive(Debug)]
struct Sums {
    row: StreamRow,
    /// The row that the last snapshot has, as long as nothing came since.
    shown: Option<Arc<StreamRow>>,
}

impl StreamLedger {
    fn new(name: &str, method: &str) -> Self {
        let row = StreamRow {
            name: name.into(),
            method: method.into(),
            ..StreamRow::default()
        };
        Self(Mutex::new(Sums { row, shown: None }))
    }

    /// A stream began: its first byte came after so long.
    pub fn begin(&self, first_byte: Duration) {
        self.change(|row| {
            row.counts.streams += 1;
            record(row, StreamFigure::FirstByte, first_byte);
        });
    }

    /// An event came: the first of its stream after so long, or a later one so long after the one before. Without a
    /// time it is the first since the connection was made anew.
    pub fn event(&self, timed: Option<(StreamFigure, Duration)>) {
        self.change(|row| {
            row.counts.events += 1;
            if let Some((figure, time)) = timed {
                record(row, figure, time);
            }
        });
    }

    /// A stream goes on over another connection.
    pub fn reconnect(&self) {
        self.change(|row| row.counts.reconnections += 1);
    }

    /// The tokens of one stream: until the first, and from there until the last event that had one.
    pub fn tokens(&self, count: u64, first: Duration, last: Duration) {
        self.change(|row| {
            row.counts.tokens += count;
            record(row, StreamFigure::FirstToken, first);
            let generating = last.saturating_sub(first);
            if count > 1 && !generating.is_zero() {
                let nanos = generating.as_nanos() / u128::from(count - 1);
                record(row, StreamFigure::TokenTime, nanoseconds(nanos));
            }
            if !last.is_zero() {
                let rate = u128::from(count) * 1_000_000_000_000 / last.as_nanos();
                let rate = u64::try_from(rate).unwrap_or(u64::MAX);
                of(row, StreamFigure::TokenRate).record_us(rate);
            }
        });
    }

    fn merge(&self, more: &StreamRow) {
        self.change(|row| {
            row.counts.add(&more.counts);
            for (ours, theirs) in row.figures.iter_mut().zip(&more.figures) {
                Arc::make_mut(ours).merge(theirs);
            }
        });
    }

    fn clear(&self) {
        self.change(|row| {
            row.counts = StreamCounts::default();
            row.figures = Default::default();
        });
    }

    fn row(&self) -> Arc<StreamRow> {
        let mut sums = self.0.lock();
        let Sums { row, shown } = &mut *sums;
        Arc::clone(shown.get_or_insert_with(|| Arc::new(row.clone())))
    }

    fn take(&self) -> StreamRow {
        let mut sums = self.0.lock();
        sums.shown = None;
        let (name, method) = (Arc::clone(&sums.row.name), Arc::clone(&sums.row.method));
        let begun = StreamRow {
            name,
            method,
            ..StreamRow::default()
        };
        std::mem::replace(&mut sums.row, begun)
    }

    fn change(&self, by: impl FnOnce(&mut StreamRow)) {
        let mut sums = self.0.lock();
        // First, so that the figures are this row's alone and are not copied.
        sums.shown = None;
        by(&mut sums.row);
    }
}

fn record(row: &mut StreamRow, figure: StreamFigure, time: Duration) {
    let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    of(row, figure).record_us(us);
}

fn of(row: &mut StreamRow, figure: StreamFigure) -> &mut Exact {
    Arc::make_mut(&mut row.figures[figure as usize])
}

fn nanoseconds(count: u128) -> Duration {
    Duration::from_nanos(u64::try_from(count).unwrap_or(u64::MAX))
}

/// All of them, in the order in which they appeared.
#[derive(Debug, Default)]
pub(super) struct Streams(Mutex<IndexMap<(String, String), Arc<StreamLedger>>>);

impl Streams {
    /// The ledger of a name, made when it is missing; once there are `most`, one that all others share.
    pub fn ledger(&self, named: (&str, &str), most: usize) -> Arc<StreamLedger> {
        let mut ledgers = self.0.lock();
        let key = |(name, method): (&str, &str)| (name.to_owned(), method.to_owned());
        let mut key = key(named);
        if ledgers.len() >= most && !ledgers.contains_key(&key) {
            key = (OVERFLOW_NAME.to_owned(), String::new());
        }
        let made = || Arc::new(StreamLedger::new(&key.0, &key.1));
        let ledger = ledgers.get(&key).map_or_else(made, Arc::clone);
        ledgers.entry(key).or_insert_with(|| Arc::clone(&ledger));
        ledger
    }

    pub fn rows(&self) -> Vec<Arc<StreamRow>> {
        self.0.lock().values().map(|ledger| ledger.row()).collect()
    }

    /// What came since the last time, of those where something did.
    pub fn take(&self) -> Vec<StreamRow> {
        let ledgers = self.0.lock();
        let taken = ledgers.values().map(|ledger| ledger.take());
        let has_happened = |row: &StreamRow| row.counts != StreamCounts::default();
        taken.filter(has_happened).collect()
    }

    pub fn add(&self, rows: &[StreamRow], most: usize) {
        for row in rows {
            self.ledger((&row.name, &row.method), most).merge(row);
        }
    }

    /// Zeroes all of them in place: streams that are open go on recording into theirs.
    pub fn reset(&self) {
        self.0.lock().values().for_each(|ledger| ledger.clear());
    }

    /// Forgets them: what streams of an earlier test still bring belongs to nobody.
    pub fn clear(&self) {
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn values(row: &StreamRow) -> Vec<(StreamFigure, u64, u64)> {
        row.measured()
            .map(|(figure, values)| (figure, values.count(), values.max_us()))
            .collect()
    }

    #[test]
    fn a_stream_is_measured_from_its_request_and_its_tokens_from_the_first() {
        let streams = Streams::default();
        let ledger = streams.ledger(("/chat", "POST"), 10);
        ledger.begin(20 * MS);
        ledger.event(Some((StreamFigure::FirstEvent, 30 * MS)));
        ledger.event(Some((StreamFigure::Gap, 10 * MS)));
        ledger.tokens(11, 40 * MS, 140 * MS);
        let rows = streams.rows();
        let expected = [
            (StreamFigure::FirstByte, 1, 20_000),
            (StreamFigure::FirstEvent, 1, 30_000),
            (StreamFigure::Gap, 1, 10_000),
            (StreamFigure::FirstToken, 1, 40_000),
            (StreamFigure::TokenTime, 1, 10_000),
            (StreamFigure::TokenRate, 1, 78_571),
        ];
        assert_eq!(values(&rows[0]), expected);
        assert_eq!((rows[0].counts.events, rows[0].counts.tokens), (2, 11));
    }

    #[test]
    fn a_single_token_has_no_time_per_token() {
        let streams = Streams::default();
        streams.ledger(("/", "GET"), 10).tokens(1, 5 * MS, 5 * MS);
        let row = &streams.rows()[0];
        assert!(row.figure(StreamFigure::TokenTime).is_empty());
        assert_eq!(row.figure(StreamFigure::TokenRate).max_us(), 200_000);
    }

    #[test]
    fn a_row_that_did_not_change_is_the_same_in_the_next_snapshot() {
        let streams = Streams::default();
        let ledger = streams.ledger(("/", "GET"), 10);
        ledger.begin(MS);
        let first = streams.rows();
        assert!(Arc::ptr_eq(&first[0], &streams.rows()[0]));
        ledger.reconnect();
        let next = streams.rows();
        assert_eq!(first[0].counts.reconnections, 0);
        assert_eq!(next[0].counts.reconnections, 1);
    }

    #[test]
    fn what_is_taken_and_added_elsewhere_is_what_was_recorded() {
        let (here, there) = (Streams::default(), Streams::default());
        let ledger = here.ledger(("/", "GET"), 10);
        for times in [1_u32, 2] {
            ledger.begin(times * MS);
            ledger.event(None);
            there.add(&here.take(), 10);
        }
        assert!(here.take().is_empty());
        let row = &there.rows()[0];
        assert_eq!(values(row), [(StreamFigure::FirstByte, 2, 2_000)]);
        assert_eq!((row.counts.streams, row.counts.events), (2, 2));
    }

    #[test]
    fn a_reset_zeroes_what_open_streams_go_on_with_and_a_new_test_forgets_it() {
        let streams = Streams::default();
        let ledger = streams.ledger(("/", "GET"), 10);
        ledger.begin(MS);
        streams.reset();
        assert_eq!(streams.rows()[0].counts, StreamCounts::default());
        ledger.event(None);
        assert_eq!(streams.rows()[0].counts.events, 1);
        streams.clear();
        ledger.event(None);
        assert!(streams.rows().is_empty());
    }

    #[test]
    fn names_beyond_the_cap_share_a_row_that_says_so() {
        let streams = Streams::default();
        for name in ["/a", "/b", "/c", "/b", "/a"] {
            streams.ledger((name, "GET"), 1).begin(MS);
        }
        let rows = streams.rows();
        let shown = rows.iter().map(|row| (&*row.name, row.counts.streams));
        let shown: Vec<_> = shown.collect();
        assert_eq!(shown, [("/a", 2), (OVERFLOW_NAME, 3)]);
    }
}
