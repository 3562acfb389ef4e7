//! The way from every thread of the engine to the script thread: bounded, with one wake-up per batch. Events that find
//! it full are counted and thrown away: a thread that sends requests never waits for a log to be written.
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::Mutex;
use tracing::Level;

/// What happened, in words and figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub target: &'static str,
    pub level: Level,
    /// Unix seconds.
    pub at: f64,
    pub message: String,
    pub fields: Vec<(&'static str, String)>,
}

impl Record {
    /// The message and its fields: `connected peer=127.0.0.1:80 duration_ms=0.2`.
    pub fn line(&self) -> String {
        let mut line = self.message.clone();
        for (name, value) in &self.fields {
            let has_gaps = value.is_empty() || value.contains([' ', '"', '\n', '\r', '\t']);
            let written = if has_gaps {
                write!(line, " {name}={value:?}")
            } else {
                write!(line, " {name}={value}")
            };
            written.unwrap_or_default(); // a text takes everything
        }
        line
    }
}

/// Records on their way.
pub struct Queue {
    waiting: Mutex<Waiting>,
    /// Places taken, those of records that are being written included.
    taken: AtomicUsize,
    capacity: usize,
    dropped: AtomicU64,
    wake: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Waiting {
    records: VecDeque<Record>,
    /// Somebody was woken and has not come yet.
    is_announced: bool,
}

impl Queue {
    /// `wake` is called when something waits, from any thread, once until somebody has come.
    pub fn new(capacity: usize, wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            waiting: Mutex::default(),
            taken: AtomicUsize::new(0),
            capacity,
            dropped: AtomicU64::new(0),
            wake: Box::new(wake),
        }
    }

    /// Puts in what `write` makes, which is not asked for anything while there is no place.
    pub fn put(&self, write: impl FnOnce() -> Record) {
        if self.taken.fetch_add(1, Ordering::Relaxed) >= self.capacity {
            self.taken.fetch_sub(1, Ordering::Relaxed);
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let record = write();
        let mut waiting = self.waiting.lock();
        waiting.records.push_back(record);
        let is_first = !std::mem::replace(&mut waiting.is_announced, true);
        drop(waiting);
        if is_first {
            (self.wake)();
        }
    }

    /// The oldest, `most` at a time; wakes again if some are left.
    pub fn take(&self, most: usize) -> Vec<Record> {
        let mut waiting = self.waiting.lock();
        let count = waiting.records.len().min(most);
        let records: Vec<Record> = waiting.records.drain(..count).collect();
        let has_more = !waiting.records.is_empty();
        waiting.is_announced = has_more;
        drop(waiting);
        self.taken.fetch_sub(count, Ordering::Relaxed);
        if has_more {
            (self.wake)();
        }
        records
    }

    /// How many events found no place so far.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn record(number: usize) -> Record {
        Record {
            target: "rlocust::http::dns",
            level: Level::DEBUG,
            at: 0.0,
            message: number.to_string(),
            fields: Vec::new(),
        }
    }

    #[test]
    fn a_batch_wakes_once_and_what_is_left_wakes_again() {
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        let queue = Queue::new(10, move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        for number in 0..3 {
            queue.put(|| record(number));
        }
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        assert_eq!(queue.take(2), [record(0), record(1)]);
        assert_eq!(woken.load(Ordering::Relaxed), 2);
        assert_eq!(queue.take(2), [record(2)]);
        assert_eq!(woken.load(Ordering::Relaxed), 2);
        queue.put(|| record(3));
        assert_eq!(woken.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn what_finds_it_full_is_counted_and_not_even_written() {
        let queue = Queue::new(2, || ());
        for number in 0..5 {
            queue.put(|| {
                assert!(number < 2, "written for nobody");
                record(number)
            });
        }
        assert_eq!(queue.dropped(), 3);
        assert_eq!(queue.take(10), [record(0), record(1)]);
        queue.put(|| record(6));
        assert_eq!(queue.take(10), [record(6)]);
        assert_eq!(queue.dropped(), 3);
    }

    #[test]
    fn a_line_quotes_what_could_be_mistaken() {
        let mut record = record(1);
        record.message = "cannot connect".to_owned();
        record.fields = vec![
            ("peer", "[::1]:80".to_owned()),
            ("error", "no \"route\"".to_owned()),
            ("via", String::new()),
        ];
        assert_eq!(
            record.line(),
            r#"cannot connect peer=[::1]:80 error="no \"route\"" via="""#
        );
    }
}
