//! The content of a record as a tick again, on top of the tick before.
use std::sync::Arc;

use super::codec::{Malformed, Take};
use super::machines::take_machines;
use super::row::{take_histogram, take_row};
use rlocust_core::model::{
    Accounting, ClassCount, DAY, EntryRow, ErrorRow, ExceptionRow, LagSummary, Loss, PerSecond,
    RunState, Snapshot, State, StreamCounts, StreamRow, Tick,
};

/// What the records so far add up to.
#[derive(Debug)]
pub struct LastTick {
    strings: Vec<Arc<str>>,
    tick: Tick,
}

impl Default for LastTick {
    fn default() -> Self {
        // The aggregate keeps its seconds for a day, every other entry for an hour.
        let total = EntryRow {
            num_reqs_per_sec: PerSecond::keeping(DAY),
            num_fail_per_sec: PerSecond::keeping(DAY),
            ..EntryRow::default()
        };
        let snapshot = Snapshot {
            total: Arc::new(total),
            ..Snapshot::default()
        };
        Self {
            strings: Vec::new(),
            tick: Tick {
                snapshot,
                ..Tick::default()
            },
        }
    }
}

impl LastTick {
    /// Applies one record and gives what the run looked like then.
    pub fn apply(&mut self, content: &[u8]) -> Result<Tick, Malformed> {
        let mut take = Take(content);
        self.strings.extend(take.list(Take::text)?);
        self.tick.now = take.float()?;
        self.tick.snapshot.taken_at = self.tick.now;
        let mut page = Page {
            take,
            strings: &self.strings,
        };
        page.run(Arc::make_mut(&mut self.tick.run))?;
        page.errors(&mut self.tick.snapshot.errors)?;
        page.entries(&mut self.tick.snapshot)?;
        page.rest(&mut self.tick.snapshot)?;
        self.tick.machines = take_machines(&mut page.take)?;
        Arc::make_mut(&mut self.tick.run).losses = page.losses()?;
        page.streams(&mut self.tick.snapshot.streams)?;
        Ok(self.tick.clone())
    }
}

/// A record while it is read.
struct Page<'a> {
    take: Take<'a>,
    strings: &'a [Arc<str>],
}

impl Page<'_> {
    fn text(&mut self) -> Result<Arc<str>, Malformed> {
        let number = self.take.count()?;
        let text = usize::try_from(number)
            .ok()
            .and_then(|at| self.strings.get(at));
        text.cloned().ok_or(Malformed)
    }

    fn run(&mut self, run: &mut RunState) -> Result<(), Malformed> {
        run.state = State::from_word(&self.text()?);
        run.user_count = self.take.signed()?;
        run.target_user_count = self.take.signed()?;
        run.started_at = self.take.optional(Take::float)?;
        run.stopped_at = self.take.optional(Take::float)?;
        run.classes = self.list(|page| {
            Ok(ClassCount {
                name: page.text()?.to_string(),
                running: page.take.signed()?,
                target: page.take.signed()?,
            })
        })?;
        if self.take.byte()? == 1 {
            run.exceptions = self.list(|page| {
                Ok(Arc::new(ExceptionRow {
                    count: page.take.signed()?,
                    message: page.text()?.to_string(),
                    traceback: page.text()?.to_string(),
                    nodes: page.text()?.to_string(),
                    ..ExceptionRow::default()
                }))
            })?;
        }
        Ok(())
    }

    /// Runs of the versions before have none.
    fn losses(&mut self) -> Result<Vec<Loss>, Malformed> {
        if self.take.0.is_empty() {
            return Ok(Vec::new());
        }
        self.list(|page| {
            Ok(Loss {
                worker: page.text()?.to_string(),
                from: page.take.float()?,
                until: page.take.float()?,
                reports: page.take.count()?,
            })
        })
    }

    /// Runs without streams have none, as those of the versions before.
    fn streams(&mut self, streams: &mut Vec<Arc<StreamRow>>) -> Result<(), Malformed> {
        if self.take.0.is_empty() {
            return Ok(());
        }
        self.keep(streams)?;
        let fresh = self.take.size()?.checked_sub(streams.len());
        for row in streams.iter_mut() {
            self.stream(Arc::make_mut(row))?;
        }
        for _ in 0..fresh.ok_or(Malformed)? {
            let mut row = StreamRow {
                name: self.text()?,
                method: self.text()?,
                ..StreamRow::default()
            };
            self.stream(&mut row)?;
            streams.push(Arc::new(row));
        }
        Ok(())
    }

    fn stream(&mut self, row: &mut StreamRow) -> Result<(), Malformed> {
        row.counts = StreamCounts {
            streams: self.take.count()?,
            events: self.take.count()?,
            reconnections: self.take.count()?,
            tokens: self.take.count()?,
        };
        for figure in &mut row.figures {
            take_histogram(&mut self.take, figure)?;
        }
        Ok(())
    }

    fn errors(&mut self, errors: &mut Vec<Arc<ErrorRow>>) -> Result<(), Malformed> {
        self.keep(errors)?;
        for _ in 0..self.take.size()? {
            let at = self.take.count()? as usize;
            let row = Arc::make_mut(errors.get_mut(at).ok_or(Malformed)?);
            self.tally(row)?;
        }
        let fresh = self.list(|page| {
            let mut row = ErrorRow {
                key: page.text()?,
                method: page.text()?,
                name: page.text()?,
                text: page.text()?,
                shown: page.text()?,
                ..ErrorRow::default()
            };
            page.tally(&mut row)?;
            Ok(Arc::new(row))
        })?;
        errors.extend(fresh);
        Ok(())
    }

    fn tally(&mut self, row: &mut ErrorRow) -> Result<(), Malformed> {
        row.occurrences = self.take.signed()?;
        row.first_seen = self.take.optional(Take::float)?;
        row.last_seen = self.take.optional(Take::float)?;
        Ok(())
    }

    fn entries(&mut self, snapshot: &mut Snapshot) -> Result<(), Malformed> {
        self.keep(&mut snapshot.entries)?;
        for _ in 0..self.take.size()? {
            let at = self.take.count()? as usize;
            let row = snapshot.entries.get_mut(at).ok_or(Malformed)?;
            take_row(&mut self.take, Arc::make_mut(row))?;
        }
        let fresh = self.list(|page| {
            let mut row = EntryRow {
                name: page.text()?,
                method: page.text()?,
                ..EntryRow::default()
            };
            take_row(&mut page.take, &mut row)?;
            Ok(Arc::new(row))
        })?;
        snapshot.entries.extend(fresh);
        let (name, method) = (self.text()?, self.text()?);
        let total = Arc::make_mut(&mut snapshot.total);
        (total.name, total.method) = (name, method);
        take_row(&mut self.take, total)
    }

    fn rest(&mut self, snapshot: &mut Snapshot) -> Result<(), Malformed> {
        snapshot.accounting = Accounting::default();
        for _ in 0..self.take.size()? {
            let (class, count) = (self.text()?, self.take.count()?);
            snapshot.accounting.set(&class, count);
        }
        for (ledger, summary) in snapshot.lag_ledgers.iter_mut().zip(&mut snapshot.lags) {
            take_histogram(&mut self.take, ledger)?;
            *summary = LagSummary::from(&**ledger);
        }
        Ok(())
    }

    /// The rows of the record before that stay: all or none.
    fn keep<T>(&mut self, rows: &mut Vec<T>) -> Result<(), Malformed> {
        let kept = self.take.count()? as usize;
        if kept > rows.len() {
            return Err(Malformed);
        }
        rows.truncate(kept);
        Ok(())
    }

    fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        (0..self.take.size()?).map(|_| read(self)).collect()
    }
}
