//! Configuration files and environment variables become arguments that stand before the user's own options, by
//! `ConfigArgParse`'s law. Later wins: `~/.locust.conf`, `./locust.conf`, `./pyproject.toml`, `--config FILE`, the
//! environment, the command line. An unknown key of a file becomes `--key=value` and meets the parser like any other.

use std::collections::HashSet;

use super::error::Error;
use super::parse::parse_forgiving;
use super::parser_env::{ParserEnv, extension};
use super::setting::{as_arguments, unknown_flag};
use crate::cli::option::{Kind, Opt, Takes};
use crate::cli::rows::common;
use rlocust_core::config::{Entry, Setting, Value, list, parse_conf};

/// Whether `-h` means help (the full table) or is a mere switch (the preliminary one).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helpful {
    Yes,
    No,
}

/// The user's arguments with those from the environment and from files put in.
pub fn merge(
    table: &[Opt],
    arguments: &[String],
    surroundings: &dyn ParserEnv,
    helpful: Helpful,
) -> Result<Vec<String>, Error> {
    let mut merged = Merged {
        table,
        arguments: arguments.to_vec(),
        switches: Vec::new(),
    };
    merged.add_environment(surroundings)?;
    if helpful == Helpful::Yes
        && merged
            .arguments
            .iter()
            .any(|argument| argument == "-h" || argument == "--help")
    {
        return Ok(merged.arguments);
    }
    for (name, text) in files(&merged.arguments, surroundings)?.iter().rev() {
        merged.add_file(&entries(name, text, surroundings)?)?;
    }
    Ok(merged.arguments)
}

/// All files to read, the weakest first.
fn files(
    arguments: &[String],
    surroundings: &dyn ParserEnv,
) -> Result<Vec<(String, String)>, Error> {
    let mut files = surroundings.default_files();
    if let Some(path) = named_file(arguments, surroundings) {
        let text = surroundings.read(&path).map_err(|problem| {
            Error::ConfigFile(format!(
                "Unable to open config file: {path}. Error: {problem}"
            ))
        })?;
        files.push((path, text));
    }
    Ok(files)
}

/// The value of `--config`, read by a parser that knows nothing else and forgives everything.
fn named_file(arguments: &[String], surroundings: &dyn ParserEnv) -> Option<String> {
    let alone = [common::CONFIG];
    match parse_forgiving(&alone, arguments, surroundings)?.get("config") {
        Some(Value::Text(path)) if !path.is_empty() => Some(path.clone()),
        _ => None,
    }
}

fn entries(name: &str, text: &str, surroundings: &dyn ParserEnv) -> Result<Vec<Entry>, Error> {
    if extension(name) == Some("toml") {
        return surroundings.toml(text).map_err(Error::ConfigFile);
    }
    parse_conf(text, name).map_err(|problem| Error::ConfigFile(problem.to_string()))
}

struct Merged<'a> {
    table: &'a [Opt],
    arguments: Vec<String>,
    /// Switches set by a stronger source: a false one leaves no argument behind that could tell.
    switches: Vec<&'static str>,
}

impl Merged<'_> {
    fn add_environment(&mut self, surroundings: &dyn ParserEnv) -> Result<(), Error> {
        let mut added = Vec::new();
        let mut switches = Vec::new();
        let names = self.names();
        for option in self.table.iter().filter(|option| !option.is_positional()) {
            let Some((key, value)) = option
                .env
                .and_then(|name| Some((name, surroundings.variable(name)?)))
            else {
                continue;
            };
            if has_any(&names, option.flags) || (value.is_empty() && option.takes() == Takes::Any) {
                continue;
            }
            let listed = if option.takes_lists() {
                list(&value)
            } else {
                None
            };
            let setting = listed.map_or(Setting::Text(value), Setting::List);
            added.extend(as_arguments(Some(option), key, &setting)?);
            if option.kind == Kind::Flag {
                switches.push(option.dest);
            }
        }
        self.insert(added, switches);
        Ok(())
    }

    fn add_file(&mut self, entries: &[Entry]) -> Result<(), Error> {
        let mut added = Vec::new();
        let mut switches = Vec::new();
        let names = self.names();
        for Entry { key, value } in entries {
            let option = self.table.iter().find(|option| is_key_of(option, key));
            let is_set = match option {
                Some(option) => {
                    self.switches.contains(&option.dest) || has_any(&names, option.flags)
                }
                None => names.contains(unknown_flag(key).as_str()),
            };
            let is_empty_list = *value == Setting::Text(String::new())
                && option.is_some_and(|option| option.takes() == Takes::Any);
            if is_set || is_empty_list {
                continue;
            }
            added.extend(as_arguments(option, key, value)?);
            if let Some(option) = option.filter(|option| option.kind == Kind::Flag) {
                switches.push(option.dest);
            }
        }
        self.insert(added, switches);
        Ok(())
    }

    /// The flags that stand before any `--`, alone or with `=`.
    fn names(&self) -> HashSet<&str> {
        let before_end = self
            .arguments
            .iter()
            .take_while(|argument| *argument != "--");
        before_end.map(|argument| name_of(argument)).collect()
    }

    /// Before `--`, else before the first option, else at the end.
    fn insert(&mut self, added: Vec<String>, switches: Vec<&'static str>) {
        let end = self.arguments.iter().position(|argument| argument == "--");
        let option = || {
            self.arguments
                .iter()
                .position(|argument| argument.starts_with('-'))
        };
        let at = end.or_else(option).unwrap_or(self.arguments.len());
        self.arguments.splice(at..at, added);
        self.switches.extend(switches);
    }
}

fn has_any(names: &HashSet<&str>, flags: &[&str]) -> bool {
    flags.iter().any(|flag| names.contains(flag))
}

fn name_of(argument: &str) -> &str {
    if argument.starts_with('-') {
        argument.split_once('=').map_or(argument, |(name, _)| name)
    } else {
        argument
    }
}

/// Long names are keys, with or without their dashes.
fn is_key_of(option: &Opt, key: &str) -> bool {
    let long = option.flags.iter().filter(|flag| flag.starts_with("--"));
    long.into_iter()
        .any(|flag| *flag == key || &flag[2..] == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::grammar::parse::parse_known;
    use crate::cli::table::options;
    use rlocust_testing::cost_budget::{assert_linear, numbered};

    #[derive(Default)]
    struct Desk {
        variables: Vec<(&'static str, &'static str)>,
        files: Vec<(&'static str, &'static str)>,
        named: Option<&'static str>,
    }

    impl ParserEnv for Desk {
        fn variable(&self, name: &str) -> Option<String> {
            self.variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        }
        fn default_files(&self) -> Vec<(String, String)> {
            self.files
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect()
        }
        fn read(&self, _path: &str) -> Result<String, String> {
            self.named
                .map(str::to_owned)
                .ok_or_else(|| "no file".to_owned())
        }
        fn toml(&self, _text: &str) -> Result<Vec<Entry>, String> {
            Ok(vec![Entry {
                key: "users".to_owned(),
                value: Setting::Text("3".to_owned()),
            }])
        }
    }

    fn merged(line: &str, desk: &Desk) -> Result<String, Error> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        merge(&options(), &arguments, desk, Helpful::Yes).map(|arguments| arguments.join(" "))
    }

    #[test]
    fn stronger_sources_shut_out_weaker_ones() {
        let mut desk = Desk {
            files: vec![
                ("locust.conf", "users = 1\nhost = a"),
                ("pyproject.toml", ""),
            ],
            ..Desk::default()
        };
        assert_eq!(merged("", &desk).as_deref(), Ok("--host=a --users=3"));
        desk.named = Some("users = 4");
        assert_eq!(
            merged("--config x", &desk).as_deref(),
            Ok("--host=a --users=4 --config x")
        );
        desk.variables = vec![("LOCUST_USERS", "5")];
        assert_eq!(
            merged("A -l", &desk).as_deref(),
            Ok("A --host=a --users=5 -l")
        );
        assert_eq!(merged("-u 6", &desk).as_deref(), Ok("--host=a -u 6"));
    }

    /// Keys that no option has, in the file that `--config` names and in a weaker one.
    #[test]
    fn files_cost_what_their_bytes_cost() {
        struct Twice<'a>(&'a str);
        impl ParserEnv for Twice<'_> {
            fn variable(&self, _: &str) -> Option<String> {
                None
            }
            fn default_files(&self) -> Vec<(String, String)> {
                vec![("locust.conf".to_owned(), self.0.replace("key", "other"))]
            }
            fn read(&self, _: &str) -> Result<String, String> {
                Ok(self.0.to_owned())
            }
            fn toml(&self, _: &str) -> Result<Vec<Entry>, String> {
                Ok(Vec::new())
            }
        }
        let table = options();
        let value = "v".repeat(20);
        let keys = |size| numbered(|n| format!("key{n} = {value}\n"), size);
        assert_linear("configuration files", keys, |input| {
            let twice = Twice(std::str::from_utf8(input).expect("text"));
            let arguments = ["--config", "x"].map(str::to_owned);
            let merged = merge(&table, &arguments, &twice, Helpful::Yes).expect("settings");
            drop(parse_known(&table, &merged, &twice));
        });
    }

    #[test]
    fn switches_are_words_for_true_and_false() {
        let mut desk = Desk {
            files: vec![("locust.conf", "headless = yes")],
            ..Desk::default()
        };
        assert_eq!(merged("", &desk).as_deref(), Ok("--headless"));
        desk.variables = vec![("LOCUST_HEADLESS", "off")];
        assert_eq!(merged("", &desk).as_deref(), Ok(""));
        desk.variables = vec![("LOCUST_HEADLESS", "maybe")];
        let problem = merged("", &desk).expect_err("no boolean").to_string();
        assert!(
            problem.starts_with("Unexpected value for LOCUST_HEADLESS: 'maybe'."),
            "{problem}"
        );
    }

    #[test]
    fn limits_of_files_and_variables_are_lists_and_the_command_line_takes_their_place() {
        let desk = Desk {
            files: vec![("locust.conf", "fail-if = [\"p95 > 1s\", \"rps < 5\"]")],
            variables: vec![("LOCUST_MAX_LAG", "p99=50ms")],
            ..Desk::default()
        };
        assert_eq!(
            merged("", &desk).as_deref(),
            Ok("--fail-if=p95 > 1s --fail-if=rps < 5 --max-lag=p99=50ms")
        );
        assert_eq!(
            merged("--fail-if avg>1 --max-lag max=1", &desk).as_deref(),
            Ok("--fail-if avg>1 --max-lag max=1")
        );
    }

    #[test]
    fn lists_are_words_of_their_own_and_unknown_keys_become_options() {
        let desk = Desk {
            files: vec![("locust.conf", "tags = [a, b]\nu = 3")],
            ..Desk::default()
        };
        assert_eq!(merged("-l", &desk).as_deref(), Ok("--tags a b --u=3 -l"));
        let desk = Desk {
            variables: vec![("LOCUST_TAGS", "a,b")],
            ..Desk::default()
        };
        assert_eq!(merged("", &desk).as_deref(), Ok("--tags=a,b"));
    }
}
