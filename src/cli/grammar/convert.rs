//! How texts become values, by Python's rules: what `int` and `float` accept, Locust accepts.

use super::parser_env::{ParserEnv, extension};
use crate::cli::option::Kind;
use crate::cli::rows::logging::LEVELS;
use rlocust_core::config::{Value, parse_size, parse_timespan, parse_user_settings};
use rlocust_core::model::python_repr;
use rlocust_stats::verdict::{Problem, parse_limits, parse_max_lag};

/// One word of an option that takes one.
///
/// # Errors
/// What is wrong with it, as argparse would say it after the option's name.
pub fn convert(kind: Kind, text: &str) -> Result<Value, String> {
    match kind {
        Kind::Integer => Ok(Value::Integer(integer(text)?)),
        Kind::PositiveInteger => match integer(text)? {
            number if number >= 1 => Ok(Value::Integer(number)),
            number => Err(format!("must be at least 1, not {number}")),
        },
        Kind::Rate => rate(text),
        Kind::Timespan => match parse_timespan(text) {
            Ok(span) => Ok(Value::Integer(
                i64::try_from(span.as_secs()).unwrap_or(i64::MAX),
            )),
            Err(problem) => Err(format!("{} is {problem}", python_repr(text))),
        },
        Kind::Size => match parse_size(text) {
            Ok(bytes) => Ok(Value::Integer(bytes)),
            Err(problem) => Err(format!("{} is {problem}", python_repr(text))),
        },
        Kind::Level => level(text),
        Kind::FailIf => checked(text, parse_limits(text).err().as_ref()),
        Kind::MaxLag => checked(text, parse_max_lag(text).err().as_ref()),
        _ => Ok(Value::Text(text.to_owned())),
    }
}

/// All words of an option that takes any number.
///
/// # Errors
/// What is wrong with the first wrong one.
pub fn convert_all(
    kind: Kind,
    words: &[String],
    surroundings: &dyn ParserEnv,
) -> Result<Value, String> {
    if kind != Kind::UserSettings {
        return Ok(Value::Words(words.to_vec()));
    }
    let read = |word: &String| user_settings(word, surroundings);
    words
        .iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map(Value::UserSettings)
}

/// One word of `--config-users`: a path when it ends in `.json`, else JSON itself.
///
/// # Errors
/// What is wrong with the file or the JSON.
pub fn user_settings(
    word: &str,
    surroundings: &dyn ParserEnv,
) -> Result<Vec<serde_json::Value>, String> {
    let text = if extension(word) == Some("json") {
        surroundings.read(word)?
    } else {
        word.to_owned()
    };
    parse_user_settings(&text).map_err(|problem| problem.to_string())
}

fn integer(text: &str) -> Result<i64, String> {
    let digits = without_underscores(text.trim());
    digits
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| format!("invalid int value: {}", python_repr(text)))
}

fn rate(text: &str) -> Result<Value, String> {
    let number = without_underscores(text.trim()).and_then(|digits| digits.parse::<f64>().ok());
    match number {
        None => Err(format!("invalid float value: {}", python_repr(text))),
        Some(number) if !number.is_finite() => Err("must be a finite number".to_owned()),
        Some(number) if number <= 0.0 => Err("must be > 0".to_owned()),
        Some(number) => Ok(Value::Float(number)),
    }
}

fn level(text: &str) -> Result<Value, String> {
    let upper = text.to_uppercase();
    if LEVELS.contains(&upper.as_str()) {
        return Ok(Value::Text(upper));
    }
    let choices: Vec<String> = LEVELS.iter().map(|level| python_repr(level)).collect();
    Err(format!(
        "invalid choice: {} (choose from {})",
        python_repr(&upper),
        choices.join(", ")
    ))
}

/// Kept as it was written; what is wrong is shown with a caret below the place.
fn checked(text: &str, problem: Option<&Problem>) -> Result<Value, String> {
    match problem {
        None => Ok(Value::Text(text.to_owned())),
        Some(problem) => Err(format!("{problem}\n{}", problem.pointer())),
    }
}

/// Python allows single underscores between digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |index: Option<usize>| {
        index
            .and_then(|i| bytes.get(i))
            .is_some_and(u8::is_ascii_digit)
    };
    let misplaced = |index: usize| !is_digit(index.checked_sub(1)) || !is_digit(Some(index + 1));
    let wrong = bytes
        .iter()
        .enumerate()
        .any(|(index, byte)| *byte == b'_' && misplaced(index));
    (!wrong).then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_follow_python() {
        for (text, number) in [
            ("5", 5),
            (" 5 ", 5),
            ("+5", 5),
            ("-5", -5),
            ("1_000", 1000),
            ("007", 7),
        ] {
            assert_eq!(
                convert(Kind::Integer, text),
                Ok(Value::Integer(number)),
                "{text}"
            );
        }
        for text in ["", "x", "1.5", "_1", "1__0", "1_"] {
            let problem = format!("invalid int value: '{text}'");
            assert_eq!(convert(Kind::Integer, text), Err(problem));
        }
    }

    #[test]
    fn rates_are_finite_and_above_zero() {
        assert_eq!(convert(Kind::Rate, "1e1"), Ok(Value::Float(10.0)));
        assert_eq!(
            convert(Kind::Rate, "nan"),
            Err("must be a finite number".to_owned())
        );
        assert_eq!(
            convert(Kind::Rate, "-inf"),
            Err("must be a finite number".to_owned())
        );
        assert_eq!(convert(Kind::Rate, "0"), Err("must be > 0".to_owned()));
        assert_eq!(
            convert(Kind::Rate, "x"),
            Err("invalid float value: 'x'".to_owned())
        );
    }

    #[test]
    fn levels_may_be_written_small() {
        assert_eq!(
            convert(Kind::Level, "debug"),
            Ok(Value::Text("DEBUG".to_owned()))
        );
        assert!(convert(Kind::Level, "loud").is_err());
    }
}
