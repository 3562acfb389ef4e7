//! The last lines that were logged, here and on workers: what `/logs` shows. Python's logging hands them over.
use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// Lines of one node.
const MOST_LINES: usize = 500;
/// A line is cut here: a table of ten thousand names is one line.
const LONGEST: usize = 64 << 10;

/// One record, formatted.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    pub n: u64,
    pub t: f64,
    pub level: String,
    pub logger: String,
    pub text: String,
}

/// Lines by node.
#[derive(Debug, Default)]
pub struct Logs {
    own: VecDeque<Line>,
    next: u64,
    workers: BTreeMap<String, Vec<String>>,
}

impl Logs {
    pub fn push(&mut self, t: f64, level: String, logger: String, mut text: String) {
        if text.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at));
            text.truncate(end.unwrap_or(0));
            text.push_str(" …");
        }
        if self.own.len() >= MOST_LINES {
            self.own.pop_front();
        }
        let n = self.next;
        self.next += 1;
        self.own.push_back(Line {
            n,
            t,
            level,
            logger,
            text,
        });
    }

    /// What a worker has sent, all of it, or nothing any more. The script holds all of them within bounds.
    pub fn set_worker(&mut self, id: String, lines: Option<Vec<String>>) {
        match lines {
            Some(lines) => self.workers.insert(id, lines),
            None => self.workers.remove(&id),
        };
    }

    /// From this number on.
    pub fn since(&self, first: u64) -> impl Iterator<Item = &Line> {
        self.own.iter().filter(move |line| line.n >= first)
    }

    pub fn next(&self) -> u64 {
        self.next
    }

    pub fn workers(&self) -> &BTreeMap<String, Vec<String>> {
        &self.workers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_stay_and_a_long_one_is_cut_between_characters() {
        let mut logs = Logs::default();
        for _ in 0..600 {
            logs.push(1.0, "INFO".to_owned(), "x".to_owned(), "é".repeat(LONGEST));
        }
        let lines: Vec<_> = logs.since(0).collect();
        assert_eq!((lines.len(), lines[0].n, logs.next()), (500, 100, 600));
        assert!(lines[0].text.len() < LONGEST + 8 && lines[0].text.ends_with("é …"));
        assert_eq!(logs.since(598).count(), 2);
    }
}
