//! `RLOCUST_LOG`: which events to show whatever `--loglevel` says, as `http=trace,output=debug`. A name stands for all
//! names that begin with it; a level alone for all there are; a name alone asks for everything of it.
use std::fmt;

use super::levels::{OFF, TRACE};
use super::targets::{ROOT, TARGETS, logger_of};

/// What may be asked for; Python's words and those of `tracing`.
const LEVELS: [(&str, u32); 8] = [
    ("trace", TRACE),
    ("debug", 10),
    ("info", 20),
    ("warn", 30),
    ("warning", 30),
    ("error", 40),
    ("critical", 50),
    ("off", OFF),
];

/// A part of the text that means nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum BadDirective {
    Level(String),
    Name(String),
}

/// Names of loggers with the least level wanted of each. Empty parts are passed over.
pub fn directives(text: &str) -> Result<Vec<(String, u32)>, BadDirective> {
    let parts = text.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(directive)
        .collect()
}

fn directive(part: &str) -> Result<(String, u32), BadDirective> {
    if let Some((name, level)) = part.split_once('=') {
        let (name, level) = (name.trim(), level.trim());
        let level = level_of(level).ok_or_else(|| BadDirective::Level(level.to_owned()))?;
        return Ok((logger(name)?, level));
    }
    match level_of(part) {
        Some(level) => Ok((ROOT.to_owned(), level)),
        None => Ok((logger(part)?, TRACE)),
    }
}

fn level_of(word: &str) -> Option<u32> {
    let found = LEVELS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, level)| *level)
}

/// `rlocust.http` for `http`, `rlocust.http` and `rlocust::http`, if there are events under it.
fn logger(name: &str) -> Result<String, BadDirective> {
    let dotted = logger_of(name);
    let logger = if dotted == ROOT || dotted.starts_with("rlocust.") {
        dotted
    } else {
        format!("{ROOT}.{dotted}")
    };
    let has_events = TARGETS.iter().any(|target| {
        let own = logger_of(target);
        let rest = own.strip_prefix(&logger);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    has_events
        .then_some(logger)
        .ok_or_else(|| BadDirective::Name(name.to_owned()))
}

impl fmt::Display for BadDirective {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(word) => {
                let levels = LEVELS.map(|(name, _)| name).join(", ");
                write!(to, "`{word}` is no level: give one of {levels}")
            }
            Self::Name(word) => {
                let short = |target: &&str| logger_of(target)[ROOT.len() + 1..].to_owned();
                let names: Vec<String> = TARGETS.iter().map(short).collect();
                write!(
                    to,
                    "nothing is logged under `{word}`: give `http` or one of {}",
                    names.join(", ")
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_levels_are_read_in_each_form() {
        let read = |text: &str| directives(text).expect(text);
        let owned = |name: &str, level| (name.to_owned(), level);
        assert_eq!(
            read("http=trace, http.dns=Debug,"),
            [owned("rlocust.http", TRACE), owned("rlocust.http.dns", 10)]
        );
        assert_eq!(read("debug"), [owned("rlocust", 10)]);
        assert_eq!(
            read("rlocust::http::tls"),
            [owned("rlocust.http.tls", TRACE)]
        );
        assert_eq!(read("rlocust=off"), [owned("rlocust", OFF)]);
        assert_eq!(read(""), []);
    }

    #[test]
    fn what_means_nothing_is_named_with_what_would() {
        let refusal = |text: &str| directives(text).expect_err(text).to_string();
        assert_eq!(
            refusal("http=loud"),
            "`loud` is no level: give one of trace, debug, info, warn, warning, error, critical, off"
        );
        let line = refusal("info,htpp=debug");
        let start = "nothing is logged under `htpp`: give `http` or one of cluster, http.connect, http.cookies,";
        assert!(line.starts_with(start), "{line}");
        assert!(refusal("htt").starts_with("nothing is logged under `htt`"));
        assert!(refusal("=debug").starts_with("nothing is logged under ``"));
    }
}
