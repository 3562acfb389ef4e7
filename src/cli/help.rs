//! The help text, rendered by clap from the table.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};

use super::option::{Kind, Opt, Takes};
use super::rows::logging::LEVELS;
use super::table::{GROUPS, Group};
use rlocust_stats::verdict::metric_words;

const WIDTH: usize = 66;
const ABOUT: &str = "Runs Locust files unchanged, on a native engine.";

/// What `rlocust --help` prints.
pub fn help(program: &str) -> String {
    command(program).render_help().to_string()
}

fn command(program: &str) -> Command {
    let mut command = Command::new(program.to_owned())
        .about(ABOUT)
        .override_usage(format!(
            "{program} [options] [UserClass ...]\n       {program} demo [--port N] [--host H]\n       \
             {program} report FILE [options]\n       {program} compare A B [options]\n       \
             {program} run FILE [arguments]\n       {program} profile -f FILE [options]\n       \
             {program} completions bash|zsh|fish"
        ))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .after_help(examples(program));
    for group in GROUPS {
        command = command
            .next_help_heading(group.title)
            .args(shown(group).map(argument));
    }
    command
}

/// The options alone, for completions: the first word that is none may be a subcommand.
pub fn options(program: &str) -> Command {
    let options = GROUPS.iter().flat_map(shown);
    Command::new(program.to_owned())
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(
            options
                .filter(|option| !option.is_positional())
                .map(|option| offering(argument(option), option)),
        )
}

/// With the words that a value may be or begin with.
fn offering(argument: Arg, option: &Opt) -> Arg {
    match option.kind {
        Kind::Level => argument.value_parser(LEVELS),
        Kind::FailIf => argument.value_parser(PossibleValuesParser::new(metric_words())),
        _ => argument,
    }
}

fn shown(group: &Group) -> impl Iterator<Item = &Opt> {
    group.options.iter().filter(|option| !option.hidden)
}

fn argument(option: &Opt) -> Arg {
    let mut argument = Arg::new(option.dest).help(described(option));
    for flag in option.flags {
        argument = match flag.strip_prefix("--") {
            Some(long) => argument.long(long.to_owned()),
            None => argument.short(flag.chars().nth(1)),
        };
    }
    argument = match option.takes() {
        Takes::Nothing => argument.action(ArgAction::SetTrue),
        Takes::One if option.is_repeatable() => argument.action(ArgAction::Append),
        Takes::One => argument.action(ArgAction::Set),
        Takes::Any => argument.action(ArgAction::Set).num_args(0..),
    };
    match option.metavar.map(|name| name.trim_matches(['<', '>'])) {
        Some(name) if option.takes() != Takes::Nothing => argument.value_name(name.to_owned()),
        _ if option.kind == Kind::UserSettings => argument.value_name("JSON"),
        _ => argument,
    }
    .value_hint(if option.names_a_file() {
        ValueHint::FilePath
    } else {
        ValueHint::Unknown
    })
}

fn described(option: &Opt) -> String {
    let variable = option.env.map(|name| format!("[env: {name}]"));
    wrapped(option.help.split(' ').chain(variable.as_deref()), WIDTH)
}

/// Breaks between words: clap wraps only with a feature that would bring a crate of its own.
fn wrapped<'a>(words: impl Iterator<Item = &'a str>, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

fn examples(program: &str) -> String {
    format!(
        "Examples:\n  {program} -f my_test.py --headless -u 100 -r 10 -t 5m -H https://www.example.com\n  \
         {program} -f my_test.py --headless -u 20 -t 1m ShopUser AdminUser\n\n\
         Options may also stand in a configuration file, by their long names, and in the environment. The command line \
         wins\nover the environment, the environment over --config, then ./pyproject.toml, ./locust.conf, ~/.locust.conf."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_is_called_so() {
        let text = help("rlocust");
        assert!(text.contains("--config-users [<JSON>...]"), "{text}");
        assert_eq!(text.matches("JSON>").count(), 1, "{text}");
    }

    #[test]
    fn what_is_obeyed_is_not_marked() {
        let text = help("rlocust").replace('\n', " ");
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        let obeyed = "Port of the web interface [default: 8089] [env: LOCUST_WEB_PORT]";
        assert!(text.contains(obeyed), "{text}");
    }

    #[test]
    fn clap_accepts_the_table_and_shows_every_option() {
        command("rlocust").debug_assert();
        let text = help("rlocust");
        for option in GROUPS.iter().flat_map(|group| group.options) {
            let is_shown =
                option.flags.iter().all(|flag| text.contains(flag)) && text.contains(option.long());
            assert!(
                option.hidden || option.is_positional() || is_shown,
                "{}",
                option.name()
            );
        }
    }

    #[test]
    fn only_what_adds_up_may_be_given_twice() {
        let command = command("rlocust");
        for option in GROUPS.iter().flat_map(|group| group.options) {
            let argument = command
                .get_arguments()
                .find(|it| it.get_id() == option.dest);
            let is_added = argument.is_some_and(|it| matches!(it.get_action(), ArgAction::Append));
            assert_eq!(is_added, option.is_repeatable(), "{}", option.name());
        }
    }

    #[test]
    fn lines_are_broken_where_the_next_word_would_stand_out() {
        let wrap = |width: usize| wrapped(["one", "two", "three"].into_iter(), width);
        assert_eq!(wrap(13), "one two three");
        assert_eq!(wrap(12), "one two\nthree");
        assert_eq!(wrap(7), "one two\nthree");
        assert_eq!(wrap(6), "one\ntwo\nthree");
        assert_eq!(wrap(1), "one\ntwo\nthree");
    }
}
