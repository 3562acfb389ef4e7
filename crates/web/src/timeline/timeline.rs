//! Follows the ticks of a run. A test that begins, and a reset of the statistics, begin a new course.
use std::collections::HashMap;
use std::sync::Arc;

use super::line::{Line, Retention};
use super::marks::Marks;
use super::point::{LoadPoint, Point, Sums, Times, quantiles};
use super::rings::{Fold as _, Rings};
use super::window::Window;
use rlocust_core::histogram::Exact;
use rlocust_core::model::{EntryRow, Tick};

/// Ticks that lie closer together are taken for tables, not for charts.
const SHORTEST: f64 = 0.9;

/// The run so far.
#[derive(Debug, Default)]
pub struct Timeline {
    pub tick: Arc<Tick>,
    pub load: Rings<LoadPoint>,
    pub total: Option<Line>,
    /// By the index that a page knows them by.
    pub endpoints: Vec<Endpoint>,
    pub marks: Marks,
    indices: HashMap<(Arc<str>, Arc<str>), usize>,
    window: Window,
    lags: [Arc<Exact>; 3],
    begun: Option<(Option<f64>, f64)>,
    started_at: Option<f64>,
    /// Counts the tests.
    pub number: u64,
    /// Whether somebody takes what has followed.
    is_streamed: bool,
    waiting: Option<Followed>,
    /// Of a kept run whose ticks do not name their workers.
    pub is_of_master: bool,
}

/// One of them. Its row is read where it stands in the tick: to hold it would count its owners up and down each second,
/// in memory that another core uses.
#[derive(Debug)]
pub struct Endpoint {
    name: Arc<str>,
    method: Arc<str>,
    pub line: Line,
    /// Of its row, in the snapshot of the course's tick.
    place: usize,
}

impl Endpoint {
    pub fn new(place: usize, row: &EntryRow) -> Self {
        Self {
            name: Arc::clone(&row.name),
            method: Arc::clone(&row.method),
            line: Line::default(),
            place,
        }
    }
}

/// An endpoint whose row has changed: its index, the place of the row before, and the row with its sums.
type ChangedRow<'a> = (usize, usize, (Sums, &'a EntryRow));

/// What a tick brought.
#[derive(Debug, Default)]
pub struct Followed {
    pub is_reset: bool,
    pub total: Point,
    /// Indices of the endpoints that had requests, with what came.
    pub changed: Vec<(usize, Point)>,
    /// The first index that was not there before.
    pub first_new: usize,
}

impl Followed {
    /// What a later tick brought, before anybody took this.
    fn add(&mut self, later: Self) {
        self.total.fold(&later.total);
        for (at, point) in later.changed {
            match self.changed.iter_mut().find(|(known, _)| *known == at) {
                Some((_, known)) => known.fold(&point),
                None => self.changed.push((at, point)),
            }
        }
    }
}

impl Timeline {
    /// From now on what is new is kept until it is taken.
    pub fn stream(&mut self) {
        self.is_streamed = true;
    }

    /// What came since it was taken last, whoever had the ticks followed.
    pub fn take_followed(&mut self) -> Option<Followed> {
        self.waiting.take()
    }

    /// Nothing new where the last tick is too near.
    pub fn follow(&mut self, tick: &Arc<Tick>) {
        if let Some(followed) = self.followed(tick).filter(|_| self.is_streamed) {
            self.waiting = Some(match self.waiting.take() {
                Some(mut earlier) if !followed.is_reset => {
                    earlier.add(followed);
                    earlier
                }
                _ => followed,
            });
        }
    }

    fn followed(&mut self, tick: &Arc<Tick>) -> Option<Followed> {
        let snapshot = &tick.snapshot;
        let begun = (tick.run.started_at, snapshot.total.start_time);
        let is_shorter = snapshot.entries.len() < self.endpoints.len();
        let is_reset = is_shorter || self.begun.is_some_and(|before| before != begun);
        let elapsed = tick.now - self.tick.now;
        if !is_reset && elapsed < SHORTEST && tick.conclusion.is_none() {
            return None;
        }
        if is_reset {
            self.restart();
        }
        let is_next = self.started_at != begun.0 && begun.0.is_some();
        self.number += u64::from(is_next);
        self.started_at = begun.0;
        self.begun = Some(begun);
        let is_first = self.total.is_none();
        let seconds = if is_first { 1.0 } else { elapsed.max(1e-3) };
        let span = (tick.now, seconds);
        let first_new = self.endpoints.len();
        let room = Retention::of(snapshot.entries.len());
        self.follow_load(tick);
        let total = self.total.get_or_insert_default();
        let mut added = Times::new();
        let sums = (Sums::of(&snapshot.total), &*snapshot.total);
        let earlier = &self.tick.snapshot;
        let total = total.follow(&earlier.total, sums, span, Retention::of(1), &mut added);
        let rows = self.changed_rows(&snapshot.entries, first_new);
        let earlier = &self.tick.snapshot.entries;
        let follow = |(at, before, row): ChangedRow<'_>| {
            let earlier = earlier.get(before).map_or(row.1, |earlier| earlier);
            let line = &mut self.endpoints[at].line;
            (at, line.follow(earlier, row, span, room, &mut added))
        };
        let changed = rows.into_iter().map(follow).collect();
        let is_of_master = self.is_of_master || !tick.run.workers.is_empty();
        let (total, changed) = self.window.points(is_of_master, (total, changed));
        self.keep(total, &changed, room);
        self.marks.follow(&self.tick, tick, is_reset);
        self.tick = Arc::clone(tick);
        Some(Followed {
            is_reset,
            total,
            changed,
            first_new,
        })
    }

    fn keep(&mut self, total: Point, changed: &[(usize, Point)], room: Retention) {
        self.total
            .get_or_insert_default()
            .keep(total, Retention::of(1));
        for (at, point) in changed {
            self.endpoints[*at].line.keep(*point, room);
        }
    }

    /// Those that are new or have new sums. Their sums are read in one go, for they lie where another core has written
    /// them: a loop that does nothing else waits for several at a time.
    fn changed_rows<'a>(
        &mut self,
        entries: &'a [Arc<EntryRow>],
        first_new: usize,
    ) -> Vec<ChangedRow<'a>> {
        let mut rows = Vec::with_capacity(entries.len());
        for (place, row) in entries.iter().enumerate() {
            let at = self.index_of(place, row);
            let before = std::mem::replace(&mut self.endpoints[at].place, place);
            let earlier = self.tick.snapshot.entries.get(before);
            let is_known =
                at < first_new && earlier.is_some_and(|earlier| Arc::ptr_eq(earlier, row));
            if !is_known {
                rows.push((at, before, (Sums::of(row), &**row)));
            }
        }
        rows
    }

    /// The line of an index; all requests below 0.
    pub fn line(&self, index: i64) -> Option<&Line> {
        match usize::try_from(index) {
            Ok(index) => self.endpoints.get(index).map(|endpoint| &endpoint.line),
            Err(_) => self.total.as_ref(),
        }
    }

    /// The sums of an index as of the last tick; those of all requests below 0.
    pub fn row(&self, index: i64) -> Option<&EntryRow> {
        match usize::try_from(index) {
            Ok(index) => self.rows().nth(index),
            Err(_) => self.total.as_ref().map(|_| &*self.tick.snapshot.total),
        }
    }

    /// Those of each endpoint, by its index.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &EntryRow> {
        let entries = &self.tick.snapshot.entries;
        self.endpoints
            .iter()
            .map(|endpoint| &*entries[endpoint.place])
    }

    /// Marks stay: they say why the curves begin anew.
    fn restart(&mut self) {
        let marks = std::mem::take(&mut self.marks);
        *self = Self {
            marks,
            tick: Arc::clone(&self.tick),
            number: self.number,
            started_at: self.started_at,
            is_streamed: self.is_streamed,
            is_of_master: self.is_of_master,
            ..Self::default()
        };
    }

    /// Rows keep their places in a snapshot, so that the first look nearly always finds them.
    fn index_of(&mut self, at: usize, row: &EntryRow) -> usize {
        let is_it = |endpoint: &Endpoint| {
            Arc::ptr_eq(&endpoint.name, &row.name) && Arc::ptr_eq(&endpoint.method, &row.method)
        };
        if self.endpoints.get(at).is_some_and(is_it) {
            return at;
        }
        let key = (Arc::clone(&row.name), Arc::clone(&row.method));
        *self.indices.entry(key).or_insert_with(|| {
            self.endpoints.push(Endpoint::new(at, row));
            self.endpoints.len() - 1
        })
    }

    fn follow_load(&mut self, tick: &Tick) {
        let p99 = |(now, before): (&Arc<Exact>, &Arc<Exact>)| p99_of_added(now, before);
        let ledgers = &tick.snapshot.lag_ledgers;
        let late = ledgers.iter().zip(&self.lags).map(p99).max().unwrap_or(0);
        let cpu = tick.machines.generator.and_then(|load| load.cpu);
        let point = LoadPoint {
            time: tick.now,
            users: tick.run.user_count,
            target_users: tick.run.target_user_count,
            lag_p99: (late as f64 / 1000.0) as f32,
            cpu: cpu.map_or(-1.0, |cpu| cpu.total() as f32),
        };
        self.load.push(point, Retention::of(1).points);
        self.lags.clone_from(ledgers);
    }
}

/// Microseconds. What was added to a ledger for calls that still stood is not in the next one: such two are compared whole.
fn p99_of_added(now: &Exact, before: &Exact) -> u64 {
    match now.rows_added_since(before) {
        Some(added) => quantiles(&added, [0.99])[0],
        None => now.since(before).quantile_us(0.99),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::clock::pause_at;
    use rlocust_stats::stats::{Recorder, ResponseTimesCache};

    #[test]
    fn endpoints_keep_their_index_and_only_those_with_requests_change() {
        let clock = pause_at(1000.0);
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let mut course = Timeline::default();
        course.stream();
        let tick = || Arc::new(Tick::of_sums(recorder.snapshot()));
        recorder.log_request("GET", "/a", Some(1.0), 1, None);
        recorder.log_request("GET", "/b", Some(1.0), 1, None);
        course.follow(&tick());
        let first = course.take_followed().expect("the first");
        assert_eq!(
            (first.changed.len(), first.first_new, first.is_reset),
            (2, 0, false)
        );
        clock.advance(0.3);
        course.follow(&tick());
        assert!(course.take_followed().is_none(), "too near");
        clock.advance(0.7);
        recorder.log_request("GET", "/b", Some(3.0), 1, None);
        course.follow(&tick());
        let second = course.take_followed().expect("a second later");
        let changed: Vec<_> = second
            .changed
            .iter()
            .map(|(at, point)| (*at, point.requests))
            .collect();
        assert_eq!((changed, second.total.requests), (vec![(1, 1)], 1));
        clock.advance(1.0);
        recorder.reset_all();
        recorder.log_request("GET", "/c", Some(3.0), 1, None);
        course.follow(&tick());
        let third = course.take_followed().expect("a reset");
        assert!(third.is_reset);
        assert_eq!(
            course.line(-1).map(|line| line.points.iter().count()),
            Some(1)
        );
        assert_eq!(course.endpoints.len(), 3, "a reset keeps the names");
        assert!(course.line(9).is_none());
    }
}
