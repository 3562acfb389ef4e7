//! In which library a thread executes: by its instruction pointer, which a signal handler notes.
use std::collections::BTreeMap;

use crate::profile::system;

/// How often each library was seen, by the path it was loaded from; code that no file holds has the empty path.
#[derive(Default)]
pub struct Places {
    counts: BTreeMap<String, u64>,
    libraries: Vec<system::Library>,
}

impl Places {
    /// Counts what the handler has noted since the last time.
    pub fn count_noted(&mut self) {
        let Some(address) = system::noted_address() else {
            return;
        };
        let holds = |library: &&system::Library| library.range.contains(&address);
        if !self.libraries.iter().any(|library| holds(&library)) {
            self.libraries = system::libraries(); // one was loaded since
        }
        let found = self.libraries.iter().find(holds);
        let path = found.map_or(String::new(), |library| library.path.clone());
        *self.counts.entry(path).or_default() += 1;
    }

    pub fn rows(self) -> Vec<(String, u64)> {
        self.counts.into_iter().collect()
    }
}
