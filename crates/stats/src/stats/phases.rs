//! Phase histograms of one entry; each exists from its first value.
use std::sync::Arc;

use rlocust_core::histogram::Coarse;
use rlocust_core::model::{Phase, PhaseRows, Phases};

/// By `Phase`.
#[derive(Debug, Clone, Default)]
pub struct PhaseLedgers([Option<Box<Coarse>>; Phase::COUNT]);

impl PhaseLedgers {
    pub fn record(&mut self, phases: &Phases) {
        for phase in Phase::ALL {
            if let Some(took) = phases.get(phase) {
                let ledger = self.0[phase as usize].get_or_insert_default();
                ledger.record_us(took.as_secs() * 1_000_000 + u64::from(took.subsec_micros()));
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (ours, theirs) in self.0.iter_mut().zip(&other.0) {
            if let Some(theirs) = theirs {
                ours.get_or_insert_default().merge(theirs);
            }
        }
    }

    pub fn get(&self, phase: Phase) -> Option<&Coarse> {
        self.0[phase as usize].as_deref()
    }

    pub fn rows(&self) -> PhaseRows {
        let copy = |ledger: &Coarse| Arc::new(ledger.clone());
        self.0.each_ref().map(|ledger| ledger.as_deref().map(copy))
    }
}

/// What a worker has reported.
impl From<PhaseRows> for PhaseLedgers {
    fn from(rows: PhaseRows) -> Self {
        Self(rows.map(|ledger| ledger.map(|ledger| Box::new(Arc::unwrap_or_clone(ledger)))))
    }
}
