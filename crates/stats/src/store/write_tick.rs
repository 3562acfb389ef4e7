//! A tick as the content of a record. Texts stand once in a file: each record begins with those that are new, and
//! names them by number from then on.
use std::sync::Arc;

use indexmap::IndexMap;

use super::codec::Put;
use super::machines::put_machines;
use super::row::{put_histogram, put_row};
use rlocust_core::model::hashing::FastHash;
use rlocust_core::model::{EntryRow, ErrorRow, RunState, Snapshot, StreamRow, Tick};

/// Texts that are in the file already.
#[derive(Debug, Default)]
pub struct Strings(IndexMap<Arc<str>, u64, FastHash>);

/// A record while it is put together.
struct Page<'a> {
    body: Put,
    fresh: Vec<Arc<str>>,
    strings: &'a mut Strings,
}

pub fn put_tick(tick: &Tick, last: Option<&Tick>, strings: &mut Strings) -> Vec<u8> {
    let nothing = Tick::default();
    let last = last.unwrap_or(&nothing);
    let mut page = Page {
        body: Put::default(),
        fresh: Vec::new(),
        strings,
    };
    page.body.float(tick.now);
    page.run(&tick.run, &last.run);
    page.errors(&tick.snapshot, &last.snapshot);
    page.entries(&tick.snapshot, &last.snapshot);
    page.rest(&tick.snapshot, &last.snapshot);
    put_machines(&mut page.body, &tick.machines);
    page.losses(&tick.run);
    page.streams(&tick.snapshot, &last.snapshot);
    let mut whole = Put::default();
    whole.size(page.fresh.len());
    page.fresh.iter().for_each(|text| whole.text(text));
    whole.0.extend(page.body.0);
    whole.0
}

impl Page<'_> {
    fn text(&mut self, text: &str) {
        let known = self.strings.0.get(text).copied();
        let number = known.unwrap_or_else(|| {
            let (number, text): (u64, Arc<str>) = (self.strings.0.len() as u64, text.into());
            self.fresh.push(Arc::clone(&text));
            self.strings.0.insert(text, number);
            number
        });
        self.body.count(number);
    }

    fn run(&mut self, run: &RunState, last: &RunState) {
        self.text(run.word());
        self.body.signed(run.user_count);
        self.body.signed(run.target_user_count);
        self.body.optional(run.started_at, Put::float);
        self.body.optional(run.stopped_at, Put::float);
        self.body.size(run.classes.len());
        for class in &run.classes {
            self.text(&class.name);
            self.body.signed(class.running);
            self.body.signed(class.target);
        }
        let is_same = run.exceptions == last.exceptions;
        self.body.0.push(u8::from(!is_same));
        if is_same {
            return;
        }
        self.body.size(run.exceptions.len());
        for row in &run.exceptions {
            self.body.signed(row.count);
            self.text(&row.message);
            self.text(&row.traceback);
            self.text(&row.nodes);
        }
    }

    fn losses(&mut self, run: &RunState) {
        self.body.size(run.losses.len());
        for loss in &run.losses {
            self.text(&loss.worker);
            self.body.float(loss.from);
            self.body.float(loss.until);
            self.body.count(loss.reports);
        }
    }

    /// Nothing where nobody streams. A row goes on where the same one stood before.
    fn streams(&mut self, now: &Snapshot, last: &Snapshot) {
        if now.streams.is_empty() && last.streams.is_empty() {
            return;
        }
        let kept = kept(&now.streams, &last.streams, |a, b| {
            a.name == b.name && a.method == b.method
        });
        self.body.size(kept);
        self.body.size(now.streams.len());
        let nothing = StreamRow::default();
        for (at, row) in now.streams.iter().enumerate() {
            let old = last.streams[..kept].get(at);
            if old.is_none() {
                self.text(&row.name);
                self.text(&row.method);
            }
            self.stream(row, old.map_or(&nothing, |old| old));
        }
    }

    fn stream(&mut self, row: &StreamRow, old: &StreamRow) {
        for count in row.counts.all() {
            self.body.count(count);
        }
        for (new, old) in row.figures.iter().zip(&old.figures) {
            put_histogram(&mut self.body, new, old);
        }
    }

    fn errors(&mut self, now: &Snapshot, last: &Snapshot) {
        let kept = kept(&now.errors, &last.errors, |a, b| a.key == b.key);
        let pairs = now.errors.iter().zip(&last.errors[..kept]).enumerate();
        let changed: Vec<_> = pairs
            .filter(|(_, (new, old))| !Arc::ptr_eq(new, old) && new != old)
            .collect();
        self.body.size(kept);
        self.body.size(changed.len());
        for (at, (row, _)) in changed {
            self.body.size(at);
            self.tally(row);
        }
        let fresh = &now.errors[kept..];
        self.body.size(fresh.len());
        for row in fresh {
            for text in [&row.key, &row.method, &row.name, &row.text, &row.shown] {
                self.text(text);
            }
            self.tally(row);
        }
    }

    fn tally(&mut self, row: &ErrorRow) {
        self.body.signed(row.occurrences);
        self.body.optional(row.first_seen, Put::float);
        self.body.optional(row.last_seen, Put::float);
    }

    fn entries(&mut self, now: &Snapshot, last: &Snapshot) {
        let kept = kept(&now.entries, &last.entries, |a, b| {
            a.name == b.name && a.method == b.method
        });
        let pairs = now.entries.iter().zip(&last.entries[..kept]).enumerate();
        let changed: Vec<_> = pairs
            .filter(|(_, (new, old))| !Arc::ptr_eq(new, old))
            .collect();
        self.body.size(kept);
        self.body.size(changed.len());
        for (at, (row, old)) in changed {
            self.body.size(at);
            put_row(&mut self.body, row, Some(old));
        }
        let fresh: &[Arc<EntryRow>] = &now.entries[kept..];
        self.body.size(fresh.len());
        for row in fresh {
            self.text(&row.name);
            self.text(&row.method);
            put_row(&mut self.body, row, None);
        }
        self.text(&now.total.name);
        self.text(&now.total.method);
        put_row(&mut self.body, &now.total, Some(&last.total));
    }

    fn rest(&mut self, now: &Snapshot, last: &Snapshot) {
        let classes = now.accounting.classes();
        self.body.size(classes.len());
        for (name, count) in classes {
            self.text(name);
            self.body.count(count);
        }
        for (lag, old) in now.lag_ledgers.iter().zip(&last.lag_ledgers) {
            put_histogram(&mut self.body, lag, old);
        }
    }
}

/// How many leading rows are those of the record before: all of them, or none.
fn kept<T>(now: &[Arc<T>], last: &[Arc<T>], is_same: impl Fn(&T, &T) -> bool) -> usize {
    let begins_so = now.len() >= last.len()
        && now
            .iter()
            .zip(last)
            .all(|(new, old)| Arc::ptr_eq(new, old) || is_same(new, old));
    if begins_so { last.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    use rlocust_core::model::{Bucket, ClassCount, ExceptionRow};

    fn tick() -> Tick {
        let mut tick = Tick::default();
        let row = ErrorRow {
            key: "key".into(),
            text: "a long text of an error".into(),
            occurrences: 3,
            ..ErrorRow::default()
        };
        tick.snapshot.errors.push(Arc::new(row));
        let run = Arc::make_mut(&mut tick.run);
        run.classes.push(ClassCount {
            name: "User".to_owned(),
            ..ClassCount::default()
        });
        run.exceptions.push(Arc::new(ExceptionRow {
            message: "a message".to_owned(),
            ..ExceptionRow::default()
        }));
        tick
    }

    /// How long the record of `now` is behind that of `last`.
    fn length(now: &Tick, last: &Tick) -> usize {
        let mut strings = Strings::default();
        put_tick(last, None, &mut strings);
        put_tick(now, Some(last), &mut strings).len()
    }

    #[test]
    fn only_what_has_changed_is_written() {
        let last = tick();
        let idle = length(&last, &last);
        assert_eq!(length(&tick(), &last), idle, "other rows, the same figures");
        let mut counted = tick();
        Arc::make_mut(&mut counted.snapshot.errors[0]).occurrences = 4;
        // Its place and its figures: a count, and two times that are absent.
        assert_eq!(length(&counted, &last), idle + 4);
        let mut raised = tick();
        let exception = &mut Arc::make_mut(&mut raised.run).exceptions[0];
        Arc::make_mut(exception).count = 1;
        // How many, then a count and three numbers of texts.
        assert_eq!(length(&raised, &last), idle + 5);
    }

    /// With a row of many buckets, which are written only where nothing is known of it.
    fn entry(method: &str, name: &str) -> Tick {
        let mut tick = Tick::default();
        tick.snapshot.entries.push(Arc::new(EntryRow {
            name: name.into(),
            method: method.into(),
            buckets: (0..50).map(|at| (Bucket::whole(at), 1)).collect(),
            ..EntryRow::default()
        }));
        tick
    }

    #[test]
    fn an_entry_goes_on_where_name_and_method_are_the_same() {
        let last = entry("GET", "/");
        let whole = length(&last, &Tick::default());
        assert!(length(&entry("GET", "/"), &last) < whole / 2);
        assert!(length(&entry("POST", "/"), &last) > whole / 2);
        assert!(length(&entry("GET", "/other"), &last) > whole / 2);
    }

    #[test]
    fn streams_cost_nothing_where_there_are_none_and_little_where_they_rest() {
        let streams = |at: u64| {
            let mut row = StreamRow::default();
            row.counts.streams = at;
            (0..at).for_each(|at| Arc::make_mut(&mut row.figures[0]).record_us(at * 1_000));
            let mut tick = Tick::default();
            tick.snapshot.streams.push(Arc::new(row));
            tick
        };
        let none = length(&Tick::default(), &Tick::default());
        let resting = length(&streams(50), &streams(50));
        // How many, twice; four counts; a byte for each figure, and the extremes of the one that was measured.
        assert!(resting < none + 25, "{resting} {none}");
        assert!(length(&streams(50), &Tick::default()) > none + 100);
    }

    #[test]
    fn rows_are_kept_when_the_new_ones_begin_as_the_old_ones_did() {
        let rows = |numbers: &[u8]| numbers.iter().copied().map(Arc::new).collect::<Vec<_>>();
        let kept = |now: &[u8], last: &[u8]| kept(&rows(now), &rows(last), |a, b| a == b);
        assert_eq!(kept(&[1, 2], &[1, 2]), 2);
        assert_eq!(kept(&[1, 2, 3], &[1, 2]), 2);
        assert_eq!(kept(&[1], &[1, 2]), 0);
        assert_eq!(kept(&[1, 3], &[1, 2]), 0);
        assert_eq!(kept(&[1], &[]), 0);
        let (one, none) = (rows(&[1]), |_: &u8, _: &u8| false);
        assert_eq!(super::kept(&one, &one, none), 1, "the very same");
    }
}
