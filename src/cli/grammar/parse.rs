//! argparse's law, for tables made of options and at most one positional list. Kept to the letter where suites can
//! tell: unique prefixes of long options, values glued to short options, lists that swallow what follows, a
//! positional list that is filled at most once, `--`, negative numbers. (`CPython` 3.11, `argparse.py`.)

use super::convert::{convert, convert_all};
use super::error::Error;
use super::parsed::{Parsed, Stop};
use super::parser_env::ParserEnv;
use super::words::{Word, classify, exact};
use crate::cli::option::{Kind, Opt, Takes};
use rlocust_core::config::Value;
use rlocust_core::model::python_repr;

/// Reads what the table knows; returns the rest in order.
pub fn parse_known(
    table: &[Opt],
    arguments: &[String],
    surroundings: &dyn ParserEnv,
) -> Result<(Parsed, Vec<String>), Stop> {
    let mut reader = Reader::new(table, arguments, surroundings)?;
    reader.read()?;
    Ok((reader.parsed, reader.unknown))
}

/// Reads what the table knows up to the first mistake, and keeps that.
pub fn parse_forgiving(
    table: &[Opt],
    arguments: &[String],
    surroundings: &dyn ParserEnv,
) -> Option<Parsed> {
    let mut reader = Reader::new(table, arguments, surroundings).ok()?;
    reader.read().ok();
    Some(reader.parsed)
}

struct Reader<'a> {
    table: &'a [Opt],
    arguments: &'a [String],
    words: Vec<Word<'a>>,
    /// Taken when filled: a second run of plain words is left over.
    positional: Option<&'a Opt>,
    parsed: Parsed,
    unknown: Vec<String>,
    surroundings: &'a dyn ParserEnv,
}

impl<'a> Reader<'a> {
    fn new(
        table: &'a [Opt],
        arguments: &'a [String],
        surroundings: &'a dyn ParserEnv,
    ) -> Result<Self, Error> {
        let words = classify(table, arguments)?;
        let positional = table.iter().find(|option| option.is_positional());
        let (parsed, unknown) = (Parsed::presets(table), Vec::new());
        Ok(Self {
            table,
            arguments,
            words,
            positional,
            parsed,
            unknown,
            surroundings,
        })
    }

    fn read(&mut self) -> Result<(), Stop> {
        let is_option = |word: &Word| matches!(word, Word::Option { .. } | Word::Unknown);
        let options: Vec<usize> = (0..self.words.len())
            .filter(|index| is_option(&self.words[*index]))
            .collect();
        let mut at = 0;
        while let Some(next) = options.get(options.partition_point(|index| *index < at)) {
            let next = *next;
            if at != next {
                let end = self.read_positional(at);
                if end > at {
                    at = end;
                    continue;
                }
                self.unknown.extend_from_slice(&self.arguments[at..next]);
                at = next;
            }
            at = self.read_option(at)?;
        }
        let end = self.read_positional(at);
        self.unknown.extend_from_slice(&self.arguments[end..]);
        Ok(())
    }

    /// Fills the positional list with the plain words from here, if it was not filled before.
    fn read_positional(&mut self, start: usize) -> usize {
        let Some(positional) = self.positional.take() else {
            return start;
        };
        let mut end = start;
        while matches!(self.words.get(end), Some(Word::Plain | Word::End)) {
            end += 1;
        }
        let mut words = self.arguments[start..end].to_vec();
        if let Some(separator) = words.iter().position(|word| word == "--") {
            words.remove(separator);
        }
        if !words.is_empty() {
            self.parsed.set(positional.dest, Value::Words(words));
        }
        end
    }

    /// Reads the option at `start` with its values; returns where they end.
    fn read_option(&mut self, start: usize) -> Result<usize, Stop> {
        let Word::Option {
            mut option,
            flag,
            mut glued,
        } = self.words[start].clone()
        else {
            self.unknown.push(self.arguments[start].clone());
            return Ok(start + 1);
        };
        let mut single_dash = !flag.starts_with("--");
        let mut switches: Vec<&'a Opt> = Vec::new();
        let (values, end) = loop {
            let Some(text) = glued else {
                break self.following(option, start + 1)?;
            };
            if option.takes() != Takes::Nothing {
                break (vec![text.to_owned()], start + 1);
            }
            let ignored = || {
                Error::argument(
                    option,
                    format!("ignored explicit argument {}", python_repr(text)),
                )
            };
            let first = text
                .chars()
                .next()
                .filter(|_| single_dash)
                .ok_or_else(ignored)?;
            let (next, _) = exact(self.table, &format!("-{first}")).ok_or_else(ignored)?;
            switches.push(option);
            option = next;
            single_dash = true;
            glued = Some(&text[first.len_utf8()..]).filter(|rest| !rest.is_empty());
        };
        for switch in switches {
            self.take(switch, &[])?;
        }
        self.take(option, &values)?;
        Ok(end)
    }

    /// The words after an option that belong to it.
    fn following(&self, option: &Opt, start: usize) -> Result<(Vec<String>, usize), Error> {
        let plain = self.words[start.min(self.words.len())..]
            .iter()
            .take_while(|word| **word == Word::Plain)
            .count();
        let count = match option.takes() {
            Takes::Nothing => 0,
            Takes::One if plain == 0 => {
                return Err(Error::argument(option, "expected one argument"));
            }
            Takes::One => 1,
            Takes::Any => plain,
        };
        Ok((self.arguments[start..start + count].to_vec(), start + count))
    }

    fn take(&mut self, option: &Opt, words: &[String]) -> Result<(), Stop> {
        let wrong = |problem: String| Error::argument(option, problem);
        let value = match option.kind {
            Kind::Help => return Err(Stop::Help),
            Kind::Version => return Err(Stop::Version),
            Kind::Flag => Value::Flag(true),
            Kind::Removed { hint, .. } => return Err(Error::gone(option, hint).into()),
            Kind::Words | Kind::UserSettings => {
                convert_all(option.kind, words, self.surroundings).map_err(wrong)?
            }
            kind => convert(kind, words.first().map_or("", String::as_str)).map_err(wrong)?,
        };
        if option.is_repeatable() {
            self.parsed.add(option.dest, value);
        } else {
            self.parsed.set(option.dest, value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::parser_env::tests::Nowhere;
    use super::*;
    use crate::cli::table::{options, preliminary_options};

    fn read(line: &str) -> Result<(Parsed, Vec<String>), Stop> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse_known(&options(), &arguments, &Nowhere)
    }

    fn value(line: &str, dest: &str) -> Value {
        read(line).expect(line).0.get(dest).expect(dest).clone()
    }

    fn problem(line: &str) -> String {
        match read(line) {
            Err(Stop::Error(error)) => error.to_string(),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn values_may_follow_be_glued_or_stand_after_an_equals_sign() {
        for line in [
            "-u 5",
            "-u5",
            "-u=5",
            "--users 5",
            "--users=5",
            "--user 5",
            "-lu5",
        ] {
            assert_eq!(value(line, "num_users"), Value::Integer(5), "{line}");
        }
        assert_eq!(value("-u -5", "num_users"), Value::Integer(-5));
    }

    #[test]
    fn a_list_swallows_what_follows_and_the_last_list_counts() {
        let words =
            |words: &[&str]| Value::Words(words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(value("-T a b OkUser", "tags"), words(&["a", "b", "OkUser"]));
        assert_eq!(value("-T a -- OkUser", "user_classes"), words(&["OkUser"]));
        assert_eq!(value("-T a -T b", "tags"), words(&["b"]));
        assert_eq!(value("-T", "tags"), words(&[]));
        assert_eq!(
            value(
                "--resolve a:1:::1 --resolve=b:2:127.0.0.1 OkUser",
                "resolve"
            ),
            words(&["a:1:::1", "b:2:127.0.0.1"])
        );
    }

    #[test]
    fn a_limit_may_be_given_several_times_and_is_refused_with_its_place() {
        let arguments = ["--fail-if", "p95 > 1s", "--fail-if=rps < 5"].map(str::to_owned);
        let (parsed, _) = parse_known(&options(), &arguments, &Nowhere).expect("two limits");
        let words = ["p95 > 1s", "rps < 5"].map(str::to_owned).to_vec();
        assert_eq!(parsed.get("fail_if"), Some(&Value::Words(words)));
        assert_eq!(
            problem("--fail-if p95=1"),
            "argument --fail-if: expected one of >= <= == != > < instead of `=1` at column 4 of `p95=1`\n  p95=1\n     ^"
        );
    }

    #[test]
    fn positionals_are_filled_once() {
        let (_, unknown) = read("A -u 5 B").expect("tolerated");
        assert_eq!(unknown, ["B"]);
    }

    #[test]
    fn messages_are_argparses() {
        assert_eq!(problem("-u"), "argument -u/--users: expected one argument");
        assert_eq!(
            problem("-u x"),
            "argument -u/--users: invalid int value: 'x'"
        );
        assert_eq!(
            problem("--head"),
            "ambiguous option: --head could match --headless, --headful"
        );
        assert_eq!(
            problem("--headless=3"),
            "argument --headless: ignored explicit argument '3'"
        );
        assert_eq!(
            problem("-lx"),
            "argument -l/--list: ignored explicit argument 'x'"
        );
        assert_eq!(
            problem("--slave"),
            "argument --slave: The --slave parameter has been renamed --worker"
        );
    }

    #[test]
    fn an_abbreviation_means_an_option_of_ours_only_where_none_of_locusts_is_meant() {
        let ours = Opt::text(&["--stop-when"], "stop_when", "", "");
        let more = Opt::text(&["--stop-why"], "stop_why", "", "");
        let table = [options(), vec![ours, more]].concat();
        let read = |word: &str| {
            let arguments = [word.to_owned(), "5".to_owned()];
            parse_known(&table, &arguments, &Nowhere)
        };
        let (parsed, _) = read("--stop").expect("Locust's alone");
        assert_eq!(parsed.get("stop_timeout"), Some(&Value::Integer(5)));
        let (parsed, _) = read("--stop-whe").expect("ours alone");
        assert_eq!(parsed.get("stop_when"), Some(&Value::Text("5".to_owned())));
        let (_, unknown) = read("--stop-wh").expect("unknown, as under Locust");
        assert_eq!(unknown, ["--stop-wh"]);
    }

    #[test]
    fn help_and_version_stop_where_they_stand() {
        assert_eq!(read("-h -u x"), Err(Stop::Help));
        assert_eq!(read("-V"), Err(Stop::Version));
    }

    #[test]
    fn the_preliminary_table_tolerates_the_rest() {
        let arguments: Vec<String> = ["-u", "5", "-f", "x.py", "--headless", "A"]
            .map(str::to_owned)
            .to_vec();
        let (parsed, unknown) =
            parse_known(&preliminary_options(), &arguments, &Nowhere).expect("tolerated");
        assert_eq!(
            parsed.get("locustfile"),
            Some(&Value::Text("x.py".to_owned()))
        );
        assert_eq!(unknown, ["-u", "5", "--headless", "A"]);
    }
}
