//! The line of greenlets that let others run once.
use std::collections::VecDeque;

use pyo3::prelude::*;

/// Greenlets that let others run once, numbered in the order they are resumed in.
#[derive(Default)]
pub(in crate::hub) struct Yields {
    pub line: VecDeque<Option<Py<PyAny>>>,
    /// So many were resumed or skipped so far; the number of the first in line.
    pub served: u64,
    pub is_watching: bool,
}

impl Yields {
    /// The number of the greenlet, and whether the loop does not watch the line yet.
    pub fn join(&mut self, greenlet: Py<PyAny>) -> (u64, bool) {
        self.line.push_back(Some(greenlet));
        let number = self.served + self.line.len() as u64 - 1;
        (number, !std::mem::replace(&mut self.is_watching, true))
    }

    /// Where the line ends now: who joins later has this number or a higher one.
    pub fn end(&self) -> u64 {
        self.served + self.line.len() as u64
    }

    /// The next greenlet numbered below `end`; those who left are skipped.
    pub fn serve(&mut self, end: u64) -> Option<Py<PyAny>> {
        while self.served < end {
            let first = self.line.pop_front()?;
            self.served += 1;
            if first.is_some() {
                return first;
            }
        }
        None
    }

    /// Takes a greenlet out that an exception made leave.
    pub fn leave(&mut self, number: u64) {
        let place = number
            .checked_sub(self.served)
            .and_then(|place| self.line.get_mut(place as usize));
        if let Some(place) = place {
            *place = None;
        }
    }

    pub fn len(&self) -> usize {
        self.line.iter().flatten().count()
    }
}
