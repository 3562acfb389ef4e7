//! One setting of a file or the environment as the arguments that mean the same, by `ConfigArgParse`'s law.

use super::error::Error;
use crate::cli::option::{Kind, Opt, Takes};
use rlocust_core::config::Setting;
use rlocust_core::model::python_repr;

/// None, one or several: a switch that is off leaves nothing behind.
pub fn as_arguments(
    option: Option<&Opt>,
    key: &str,
    setting: &Setting,
) -> Result<Vec<String>, Error> {
    let flag = match option {
        Some(option) => option.flags.last().copied().unwrap_or_default().to_owned(),
        None => unknown_flag(key),
    };
    match (option, setting) {
        (
            Some(Opt {
                kind: Kind::Flag, ..
            }),
            Setting::Text(value),
        ) => {
            let is_on = truth(value).ok_or_else(|| Error::NotABoolean {
                key: key.to_owned(),
                value: value.clone(),
            })?;
            Ok(if is_on { vec![flag] } else { Vec::new() })
        }
        (_, Setting::Text(value)) => Ok(vec![format!("{flag}={value}")]),
        (option, Setting::List(words)) if option.is_none_or(Opt::is_repeatable) => {
            let arguments: Vec<String> =
                words.iter().map(|word| format!("{flag}={word}")).collect();
            Ok(arguments)
        }
        (Some(option), Setting::List(words)) if option.takes() == Takes::Any => {
            if words.iter().any(|word| word == "--") {
                return Err(Error::EndOfOptionsInList {
                    key: key.to_owned(),
                });
            }
            Ok(std::iter::once(flag).chain(words.iter().cloned()).collect())
        }
        (_, Setting::List(words)) => {
            let quoted: Vec<String> = words.iter().map(|word| python_repr(word)).collect();
            Err(Error::NotAList {
                key: key.to_owned(),
                list: format!("[{}]", quoted.join(", ")),
            })
        }
    }
}

fn truth(value: &str) -> Option<bool> {
    match value.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// An unknown key of a file meets the parser like any other option.
pub fn unknown_flag(key: &str) -> String {
    format!("--{}", key.trim_matches('-'))
}
