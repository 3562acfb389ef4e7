//! How often each stack was seen. Code objects are held, so that their addresses stay theirs.
use std::collections::HashMap;

use pyo3::prelude::*;

/// Different stacks that are told apart; of further ones only the number is known.
const MOST_STACKS: usize = 20_000;

/// A code object and the line that was executed.
type Frame = (usize, u32);

/// A stack as Python sees it: how often, and its frames from the outermost to the innermost.
pub type Row = (u64, Vec<(Py<PyAny>, u32)>);

#[derive(Default)]
pub struct Stacks {
    counts: HashMap<Vec<Frame>, u64>,
    codes: HashMap<usize, Py<PyAny>>,
    /// Samples of stacks past `MOST_STACKS`.
    pub others: u64,
}

impl Stacks {
    /// Counts a stack, given from the innermost frame.
    pub fn count(&mut self, frames: Vec<(Bound<'_, PyAny>, u32)>, weight: u64) {
        let key: Vec<Frame> = frames
            .iter()
            .rev()
            .map(|(code, line)| (code.as_ptr() as usize, *line))
            .collect();
        if let Some(count) = self.counts.get_mut(&key) {
            *count += weight;
        } else if self.counts.len() < MOST_STACKS {
            for (code, _) in frames {
                let address = code.as_ptr() as usize;
                self.codes.entry(address).or_insert_with(|| code.unbind());
            }
            self.counts.insert(key, weight);
        } else {
            self.others += weight;
        }
    }

    pub fn rows(&self, py: Python<'_>) -> Vec<Row> {
        let frame = |(address, line): &Frame| (self.codes[address].clone_ref(py), *line);
        let rows = self.counts.iter();
        rows.map(|(frames, count)| (*count, frames.iter().map(frame).collect()))
            .collect()
    }
}
