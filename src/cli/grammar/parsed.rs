//! What a command line came to: a value for every option, or the reason why reading it ended early.

use super::error::Error;
use crate::cli::option::{Kind, Opt};
use rlocust_core::config::Value;

/// Values by destination, in the order of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed(Vec<(&'static str, Value)>);

/// Why parsing ended early.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    Help,
    Version,
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Parsed {
    pub fn presets(table: &[Opt]) -> Self {
        let has_value = |option: &&Opt| !matches!(option.kind, Kind::Help | Kind::Version);
        Self(
            table
                .iter()
                .filter(has_value)
                .map(|option| (option.dest, option.preset.into()))
                .collect(),
        )
    }

    pub fn get(&self, dest: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(known, _)| *known == dest)
            .map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = &(&'static str, Value)> {
        self.0.iter()
    }

    pub fn set(&mut self, dest: &'static str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| *known == dest) {
            Some(place) => place.1 = value,
            None => self.0.push((dest, value)),
        }
    }

    /// One more word of an option that may be given several times.
    pub fn add(&mut self, dest: &'static str, value: Value) {
        let Value::Text(word) = value else { return };
        let known = self.0.iter_mut().find(|(known, _)| *known == dest);
        match known {
            Some((_, Value::Words(words))) => words.push(word),
            _ => self.set(dest, Value::Words(vec![word])),
        }
    }
}
