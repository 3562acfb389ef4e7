//! What the server received: in total, per method and per path. A request counts once, when its head is complete,
//! whatever becomes of its answer. Reading and resetting the counters (`/counters…`) does not count itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use parking_lot::Mutex;
use serde_json::json;

/// Paths counted by name; a scan with endless paths must not fill the memory.
const MOST_PATHS: usize = 10_000;
const OTHER_PATHS: &str = "(other paths)";

#[derive(Debug, Default)]
pub struct Counters {
    totals: Mutex<Totals>,
}

/// One reading of the counters.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Requests whose head came in complete.
    pub total: u64,
    /// Answers written out whole; broken and cut answers are not among them.
    pub answered: u64,
    /// Connections accepted, those that never sent a request included.
    pub connections: u64,
    pub methods: BTreeMap<String, u64>,
    /// By path, without the query.
    pub paths: BTreeMap<String, u64>,
}

impl Counters {
    pub fn read(&self) -> Totals {
        self.totals.lock().clone()
    }

    pub fn reset(&self) {
        *self.totals.lock() = Totals::default();
    }

    pub(super) fn connected(&self) {
        self.totals.lock().connections += 1;
    }

    pub(super) fn answered(&self, answers: u64) {
        self.totals.lock().answered += answers;
    }

    pub(super) fn received(&self, method: &str, path: &str) {
        let mut totals = self.totals.lock();
        totals.total += 1;
        add(&mut totals.methods, method, "(other methods)", 100);
        add(&mut totals.paths, path, OTHER_PATHS, MOST_PATHS);
    }
}

/// No allocation for a name that is known already: this is on the way of every request.
fn add(counts: &mut BTreeMap<String, u64>, name: &str, overflow: &str, most: usize) {
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
        return;
    }
    let name = if counts.len() < most { name } else { overflow };
    *counts.entry(name.to_owned()).or_default() += 1;
}

impl Totals {
    pub(super) fn json(&self) -> String {
        json!({
            "total": self.total,
            "answered": self.answered,
            "connections": self.connections,
            "methods": self.methods,
            "paths": self.paths,
        })
        .to_string()
    }

    /// Requests received for a path.
    pub fn of(&self, path: &str) -> u64 {
        self.paths.get(path).copied().unwrap_or_default()
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = format!("{} requests", self.total);
        for (path, count) in &self.paths {
            write!(text, ", {path}: {count}")?;
        }
        to.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_beyond_the_cap_share_one_row() {
        let counters = Counters::default();
        for number in 0..MOST_PATHS + 5 {
            counters.received("GET", &format!("/{number}"));
        }
        counters.received("GET", "/0");
        let totals = counters.read();
        assert_eq!(totals.total, MOST_PATHS as u64 + 6);
        assert_eq!((totals.of(OTHER_PATHS), totals.of("/0")), (5, 2));
        assert_eq!(totals.methods["GET"], totals.total);
    }
}
