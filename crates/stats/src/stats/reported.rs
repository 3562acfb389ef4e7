//! What a recorder has told its master already of the sums that it does not begin anew with each report.
use rlocust_core::histogram::Exact;
use rlocust_core::model::{Accounting, Outcome};

/// How far a recorder has reported what it does not begin anew: accounting and lag are of the whole test.
#[derive(Debug, Default)]
pub struct Reported {
    sequence: u64,
    accounting: Accounting,
    lags: [Exact; 3],
}

impl Reported {
    /// The test begins anew; its reports are counted on.
    pub fn forget_test(&mut self) {
        self.accounting = Accounting::default();
        self.forget_lags();
    }

    pub fn forget_lags(&mut self) {
        self.lags = <[Exact; 3]>::default();
    }

    pub fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub fn accounting_until(&mut self, now: Accounting) -> [i64; Outcome::CLASSES] {
        let (new, old) = (now.classes(), self.accounting.classes());
        self.accounting = now;
        std::array::from_fn(|at| new[at].1.cast_signed() - old[at].1.cast_signed())
    }

    /// With the extremes of the whole test, which merging them again and again does not change.
    pub fn lags_until(&mut self, now: [Exact; 3]) -> [Exact; 3] {
        let since = std::array::from_fn(|at| {
            let mut more = now[at].since(&self.lags[at]);
            if !more.is_empty() {
                more.set_limits(now[at].min_us(), now[at].max_us(), more.sum_us());
            }
            more
        });
        self.lags = now;
        since
    }
}
