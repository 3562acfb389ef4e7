//! Which events are wanted: a level for each target, as Python's loggers have it.
use tracing::Level;
use tracing::level_filters::LevelFilter;

use super::targets::{TARGETS, place_of};

/// Python has no name for it; below `DEBUG`, as libraries with such a level have it.
pub const TRACE: u32 = 5;
/// Above every level of Python's.
pub const OFF: u32 = 100;

/// The number that Python's `logging` has for a level.
pub fn python_level(level: Level) -> u32 {
    match level {
        Level::TRACE => TRACE,
        Level::DEBUG => 10,
        Level::INFO => 20,
        Level::WARN => 30,
        Level::ERROR => 40,
    }
}

/// The least level that is wanted of each target.
#[derive(Debug, Clone)]
pub struct Levels([LevelFilter; TARGETS.len()]);

impl Levels {
    /// From the effective level of each target's logger.
    pub fn of_loggers(least: impl Fn(&'static str) -> u32) -> Self {
        Self(TARGETS.map(|target| filter_of(least(target))))
    }

    pub(super) fn wants(&self, target: &str, level: Level) -> bool {
        place_of(target).is_some_and(|at| level <= self.0[at])
    }

    /// The most verbose of all.
    pub fn most(&self) -> LevelFilter {
        self.0.into_iter().max().unwrap_or(LevelFilter::OFF)
    }
}

/// What a Python logger at that level lets through.
fn filter_of(least: u32) -> LevelFilter {
    let levels = [
        Level::TRACE,
        Level::DEBUG,
        Level::INFO,
        Level::WARN,
        Level::ERROR,
    ];
    let first = levels
        .into_iter()
        .find(|level| python_level(*level) >= least);
    first.map_or(LevelFilter::OFF, LevelFilter::from_level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_between_two_lets_the_upper_one_through() {
        for (least, filter) in [
            (0, LevelFilter::TRACE),
            (5, LevelFilter::TRACE),
            (6, LevelFilter::DEBUG),
            (10, LevelFilter::DEBUG),
            (20, LevelFilter::INFO),
            (25, LevelFilter::WARN),
            (50, LevelFilter::OFF),
            (OFF, LevelFilter::OFF),
        ] {
            assert_eq!(filter_of(least), filter, "{least}");
        }
    }

    #[test]
    fn each_target_has_a_level_of_its_own_and_others_have_none() {
        let is_tls = |target: &str| target.ends_with("tls");
        let levels = Levels::of_loggers(|target| if is_tls(target) { TRACE } else { 30 });
        assert!(levels.wants("rlocust::http::tls", Level::TRACE));
        assert!(!levels.wants("rlocust::http::dns", Level::DEBUG));
        assert!(levels.wants("rlocust::http::dns", Level::WARN));
        assert!(!levels.wants("h2::client", Level::ERROR));
        assert_eq!(levels.most(), LevelFilter::TRACE);
    }
}
