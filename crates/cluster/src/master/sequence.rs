//! The numbers of a worker's reports: each report counts once, and which of them never came is known. A connection that
//! broke may bring an older report after a later one.
use std::ops::RangeInclusive;

use tracing::{debug, info, warn};

use rlocust_core::model::Loss;

/// Gaps that a late report can still fill; those before are counted only.
const MOST_OPEN: usize = 64;

/// What a number says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    InOrder,
    /// These should have come before.
    After(RangeInclusive<u64>),
    /// It had been missing.
    Late,
    /// It has come before, and must not count twice.
    Repeated,
}

impl Arrival {
    /// Whether the report of this number must not be added up. Says what is odd about it.
    pub fn is_repeated(&self, worker: &str, number: u64) -> bool {
        match self {
            Self::InOrder => {}
            Self::After(numbers) => {
                let (first, last) = (numbers.start(), numbers.end());
                warn!(target: "rlocust::cluster", worker, "reports {first} to {last} have not come before report {number}: unless they still do, they are lost");
            }
            Self::Late => {
                info!(target: "rlocust::cluster", worker, "report {number}, which was missing, has come");
            }
            Self::Repeated => {
                debug!(target: "rlocust::cluster", worker, "report {number} came before, it is not added up again");
            }
        }
        *self == Self::Repeated
    }
}

/// Of one worker.
#[derive(Debug, Default)]
pub struct Sequence {
    last: Option<u64>,
    may_begin_anew: bool,
    /// In the order of their numbers.
    open: Vec<Gap>,
    closed: Option<Gaps>,
}

#[derive(Debug)]
struct Gap {
    numbers: RangeInclusive<u64>,
    /// Unix seconds of the report before and of the one after.
    from: f64,
    until: f64,
}

#[derive(Debug)]
struct Gaps {
    reports: u64,
    from: f64,
    until: f64,
}

impl Sequence {
    /// The worker has joined: it may be another process under the same name.
    pub fn joined(&mut self) {
        self.may_begin_anew = true;
    }

    /// A report of this number came at `now`, the one before at `from`.
    pub fn came(&mut self, number: u64, from: f64, now: f64) -> Arrival {
        let may_begin_anew = std::mem::take(&mut self.may_begin_anew);
        let Some(last) = self.last else {
            self.last = Some(number);
            return Arrival::InOrder;
        };
        if number > last {
            self.last = Some(number);
            return self.advanced(last.saturating_add(1), number, (from, now));
        }
        if may_begin_anew {
            self.last = Some(number);
            self.close(0);
            return Arrival::InOrder;
        }
        if self.fill(number) {
            Arrival::Late
        } else {
            Arrival::Repeated
        }
    }

    /// What has been lost so far, unless it still comes.
    pub fn losses(&self, worker: &str) -> impl Iterator<Item = Loss> {
        let open = self
            .open
            .iter()
            .map(|gap| (gap.length(), gap.from, gap.until));
        let closed = self
            .closed
            .iter()
            .map(|gaps| (gaps.reports, gaps.from, gaps.until));
        closed.chain(open).map(move |(reports, from, until)| Loss {
            worker: worker.to_owned(),
            from,
            until,
            reports,
        })
    }

    /// A report that came could not be kept.
    pub fn lose(&mut self, from: f64, until: f64) {
        let number = self.last.unwrap_or_default();
        let numbers = number..=number;
        self.count(&Gap {
            numbers,
            from,
            until,
        });
    }

    /// A test begins: what was lost before it is not missing in its sums.
    pub fn forget_gaps(&mut self) {
        self.open.clear();
        self.closed = None;
    }

    fn advanced(&mut self, next: u64, number: u64, (from, until): (f64, f64)) -> Arrival {
        if next == number {
            return Arrival::InOrder;
        }
        let numbers = next..=number - 1;
        self.open.push(Gap {
            numbers: numbers.clone(),
            from,
            until,
        });
        self.close(MOST_OPEN);
        Arrival::After(numbers)
    }

    /// Whether the number was missing.
    fn fill(&mut self, number: u64) -> bool {
        let Some(at) = self
            .open
            .iter()
            .position(|gap| gap.numbers.contains(&number))
        else {
            return false;
        };
        let gap = self.open.remove(at);
        let (first, last) = (*gap.numbers.start(), *gap.numbers.end());
        let rests = [
            first..=number.saturating_sub(1),
            number.saturating_add(1)..=last,
        ];
        let rests = rests.into_iter().enumerate();
        // A side has nothing where the number stands at that end, also at the ends of all numbers.
        let rests = rests.filter(|(side, _)| {
            if *side == 0 {
                number > first
            } else {
                number < last
            }
        });
        let rests = rests.map(|(_, numbers)| Gap { numbers, ..gap });
        self.open.splice(at..at, rests.collect::<Vec<_>>());
        true
    }

    /// All but the latest so many become one loss that nothing fills.
    fn close(&mut self, left_open: usize) {
        let count = self.open.len().saturating_sub(left_open);
        let gaps: Vec<Gap> = self.open.drain(..count).collect();
        for gap in &gaps {
            self.count(gap);
        }
    }

    fn count(&mut self, gap: &Gap) {
        let gaps = self.closed.get_or_insert(Gaps {
            reports: 0,
            from: gap.from,
            until: gap.until,
        });
        gaps.reports = gaps.reports.saturating_add(gap.length());
        gaps.until = gaps.until.max(gap.until);
    }
}

impl Gap {
    fn length(&self) -> u64 {
        (self.numbers.end() - self.numbers.start()).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(sequence: &mut Sequence, numbers: &[u64]) -> Vec<Arrival> {
        let numbers = numbers.iter();
        // Each at the second of its number, a second after the one before.
        numbers
            .map(|number| sequence.came(*number, *number as f64 - 1.0, *number as f64))
            .collect()
    }

    fn lost(sequence: &Sequence) -> Vec<(u64, f64, f64)> {
        let losses = sequence.losses("w");
        losses
            .map(|loss| (loss.reports, loss.from, loss.until))
            .collect()
    }

    #[test]
    fn what_is_missing_is_known_until_it_comes() {
        use Arrival::{After, InOrder, Late};
        let mut sequence = Sequence::default();
        assert_eq!(came(&mut sequence, &[7, 8]), [InOrder, InOrder]);
        assert_eq!(came(&mut sequence, &[12, 13]), [After(9..=11), InOrder]);
        assert_eq!(lost(&sequence), [(3, 11.0, 12.0)]);
        assert_eq!(came(&mut sequence, &[10]), [Late]);
        assert_eq!(lost(&sequence), [(1, 11.0, 12.0); 2]);
        assert_eq!(came(&mut sequence, &[9, 11]), [Late, Late]);
        assert_eq!(lost(&sequence), []);
        came(&mut sequence, &[15]);
        sequence.forget_gaps();
        assert_eq!(lost(&sequence), []);
    }

    #[test]
    fn a_repeat_is_one() {
        use Arrival::{After, InOrder, Late, Repeated};
        let mut sequence = Sequence::default();
        let arrivals = came(&mut sequence, &[1, 1, 2, 1, 4, 3, 3, 4]);
        let expected = [
            InOrder,
            Repeated,
            InOrder,
            Repeated,
            After(3..=3),
            Late,
            Repeated,
            Repeated,
        ];
        assert_eq!(arrivals, expected);
    }

    #[test]
    fn a_worker_that_joins_may_begin_anew_or_go_on() {
        let mut sequence = Sequence::default();
        came(&mut sequence, &[8, 10]);
        sequence.joined();
        assert_eq!(came(&mut sequence, &[12]), [Arrival::After(11..=11)]);
        sequence.joined();
        assert_eq!(
            came(&mut sequence, &[1, 2]),
            [Arrival::InOrder, Arrival::InOrder]
        );
        assert_eq!(came(&mut sequence, &[1]), [Arrival::Repeated]);
        assert_eq!(lost(&sequence), [(2, 9.0, 12.0)]);
    }

    #[test]
    fn numbers_at_will_cost_bounded_memory() {
        let mut sequence = Sequence::default();
        let odd: Vec<u64> = (0..1_000).map(|number| number * 2 + 1).collect();
        came(&mut sequence, &odd);
        assert_eq!(sequence.open.len(), MOST_OPEN);
        assert_eq!(
            sequence.losses("w").map(|loss| loss.reports).sum::<u64>(),
            999
        );
        assert_eq!(
            came(&mut sequence, &[2]),
            [Arrival::Repeated],
            "it is lost, as was said"
        );
        came(&mut sequence, &[u64::MAX, u64::MAX - 1, 0]);
    }
}
