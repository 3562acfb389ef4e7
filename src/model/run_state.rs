//! What a runner knows of its run beside the sums: the state, users by class, exceptions of the suite.
//! Plain values, written by whoever runs the users and read by outputs, metrics and pages.
use std::sync::Arc;

/// Where a test stands. The words are Locust's; they stand here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Ready,
    Spawning,
    Running,
    Cleanup,
    Stopping,
    Stopped,
    Missing,
}

impl State {
    /// In the order in which `locust.runners` names them.
    pub const ALL: [Self; 7] = [
        Self::Ready,
        Self::Spawning,
        Self::Running,
        Self::Cleanup,
        Self::Stopping,
        Self::Stopped,
        Self::Missing,
    ];

    /// The words, in the same order.
    pub const WORDS: [&str; 7] = {
        let mut words = [""; 7];
        let mut at = 0;
        while at < words.len() {
            words[at] = Self::ALL[at].word();
            at += 1;
        }
        words
    };

    pub const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Spawning => "spawning",
            Self::Running => "running",
            Self::Cleanup => "cleanup",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Missing => "missing",
        }
    }

    /// Nothing for a word that is not Locust's.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A run at one instant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunState {
    /// Nothing before there is a runner.
    pub state: Option<State>,
    /// Users that run now.
    pub user_count: i64,
    /// Users that were asked for.
    pub target_user_count: i64,
    /// In the order in which the classes first had a user or a target.
    pub classes: Vec<ClassCount>,
    /// Start of the test, Unix seconds.
    pub started_at: Option<f64>,
    /// End of the test, Unix seconds; nothing while it runs.
    pub stopped_at: Option<f64>,
    /// In the order of their first occurrence.
    pub exceptions: Vec<Arc<ExceptionRow>>,
}

impl RunState {
    /// Locust's word for the state; empty before there is a runner.
    pub fn word(&self) -> &'static str {
        self.state.map_or("", State::word)
    }
}

/// How many users of a class run, and how many should.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassCount {
    pub name: String,
    pub running: i64,
    pub target: i64,
}

/// An exception of the suite's own code; equal tracebacks are one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExceptionRow {
    pub count: i64,
    pub message: String,
    pub traceback: String,
    /// Where it was raised: `local`, or the names of workers, joined by a comma and a space.
    pub nodes: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_back_from_its_word_and_foreign_words_are_no_state() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
        }
        assert_eq!(State::from_word("Running"), None);
        assert_eq!(State::from_word(""), None);
    }
}
