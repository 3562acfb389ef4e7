//! Why calls were sent by a Python library and not by the engine, for a line at the end of a run.
use std::cmp::Reverse;
use std::collections::BTreeMap;

use parking_lot::Mutex;

/// Reasons are words of ours and names that suites replace: more of them than this are counted as others.
const MOST: usize = 12;

/// How many calls each reason stands for.
#[derive(Default)]
pub struct Reasons(Mutex<BTreeMap<String, u64>>);

impl Reasons {
    pub fn note(&self, reason: &str) {
        let mut counts = self.0.lock();
        let is_full = counts.len() >= MOST && !counts.contains_key(reason);
        let reason = if is_full { "others" } else { reason };
        *counts.entry(reason.to_owned()).or_default() += 1;
    }

    /// The most frequent first.
    pub fn counted(&self) -> Vec<(String, u64)> {
        let counts = self.0.lock();
        let mut rows: Vec<_> = counts
            .iter()
            .map(|(reason, count)| (reason.clone(), *count))
            .collect();
        rows.sort_by_key(|(_, count)| Reverse(*count));
        rows
    }

    pub fn clear(&self) {
        self.0.lock().clear();
    }
}
