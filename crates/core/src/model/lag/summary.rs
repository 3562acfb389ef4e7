//! Scheduling lag: what a user waited for beyond what the script and the server asked of it. It is never part
//! of a response time, so it is shown beside them.

use crate::histogram::Exact;

/// The three kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Lag {
    /// From the intended end of a wait to the user running again.
    Wake,
    /// From the call to its start on the I/O thread.
    Submit,
    /// From the complete response to the user running again.
    Resume,
}

impl Lag {
    pub const ALL: [Self; 3] = [Self::Wake, Self::Submit, Self::Resume];

    /// As files and metrics spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wake => "wake",
            Self::Submit => "submit",
            Self::Resume => "resume",
        }
    }
}

/// One kind of lag, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LagSummary {
    pub count: u64,
    pub p50_us: u64,
    pub p99_us: u64,
    pub max_us: u64,
}

impl From<&Exact> for LagSummary {
    fn from(ledger: &Exact) -> Self {
        let [p50_us, p99_us] = ledger.quantiles_us([0.5, 0.99]);
        Self {
            count: ledger.count(),
            p50_us,
            p99_us,
            max_us: ledger.max_us(),
        }
    }
}
