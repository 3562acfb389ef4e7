//! The grammar of `.conf` files: `ConfigArgParse`'s default one, which files written for Locust follow.
//! `key = v`, `key: v`, `key v`, bare `key` for true, `[a, b]` for a list; `#`, `;`, `---` and `[section]` lines are
//! skipped; a value may stand in quotes; a comment may follow after a space.

use indexmap::IndexMap;

/// A key as written and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub value: Setting,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    Text(String),
    List(Vec<String>),
}

/// A line that is no setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Unexpected line {index} in {file}: {line}")]
pub struct UnexpectedLine {
    pub index: usize,
    pub file: String,
    pub line: String,
}

/// Reads a file; a key that stands twice keeps its place and takes the later value.
///
/// # Errors
/// The first line that is no setting; `file` is its name in the message.
pub fn parse_conf(text: &str, file: &str) -> Result<Vec<Entry>, UnexpectedLine> {
    let mut entries = IndexMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';', '[']) || line.starts_with("---") {
            continue;
        }
        let (key, value) = parse_line(line).ok_or_else(|| UnexpectedLine {
            index,
            file: file.to_owned(),
            line: line.to_owned(),
        })?;
        entries.insert(key.to_owned(), value);
    }
    let entries = entries.into_iter();
    Ok(entries.map(|(key, value)| Entry { key, value }).collect())
}

fn parse_line(line: &str) -> Option<(&str, Setting)> {
    let is_key = |c: char| !matches!(c, ':' | '=' | ';' | '#') && !c.is_whitespace();
    let end = line.find(|c| !is_key(c)).unwrap_or(line.len());
    let (key, rest) = line.split_at(end);
    if key.is_empty() {
        return None;
    }
    let spaced = rest.trim_start();
    let value = if spaced.is_empty() {
        "true".to_owned()
    } else if let Some(after) = spaced.strip_prefix([':', '=']) {
        unquoted(without_comment(after)).to_owned()
    } else if rest.len() > spaced.len() {
        unquoted(without_comment(spaced)).to_owned()
    } else {
        return None;
    };
    Some((key, listed(value)))
}

/// Cuts a comment off: the first `#` or `;` after a value and a space, unless it stands in quotes that close.
fn without_comment(text: &str) -> &str {
    let value = text.trim();
    let from = quoted_length(value);
    let mut before = '\0';
    for (index, character) in value.char_indices().skip_while(|(index, _)| *index < from) {
        if matches!(character, '#' | ';') && before.is_whitespace() {
            return value[..index].trim_end();
        }
        before = character;
    }
    value
}

/// The length of a leading quoted part that is followed by the end or by a space.
fn quoted_length(value: &str) -> usize {
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return 0;
    };
    let closing = value.char_indices().skip(1).find(|(index, character)| {
        *character == quote
            && value[index + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace)
    });
    closing.map_or(0, |(index, _)| index + 1)
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if value.len() >= 2
            && let Some(inner) = value
                .strip_prefix(quote)
                .and_then(|v| v.strip_suffix(quote))
        {
            return inner;
        }
    }
    value
}

fn listed(value: String) -> Setting {
    match list(&value) {
        Some(words) => Setting::List(words),
        None => Setting::Text(value),
    }
}

/// The words of `[a, b]`: JSON if it is JSON, else split at commas. The same form serves environment variables.
pub fn list(value: &str) -> Option<Vec<String>> {
    let inner = value.strip_prefix('[')?.strip_suffix(']')?;
    if let Ok(words) = serde_json::from_str::<Vec<serde_json::Value>>(value) {
        return Some(words.iter().map(python_str).collect());
    }
    Some(
        inner
            .split(',')
            .map(|word| word.trim().to_owned())
            .collect(),
    )
}

/// What Python's `str` makes of a JSON value, as far as words need it.
fn python_str(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => "None".to_owned(),
        serde_json::Value::Bool(true) => "True".to_owned(),
        serde_json::Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_testing::cost_budget::{assert_linear, behind, numbered, repeated};

    fn one(line: &str) -> (String, Setting) {
        let mut entries = parse_conf(line, "f").expect(line);
        let entry = entries.remove(0);
        (entry.key, entry.value)
    }

    #[test]
    fn every_form_of_a_setting_is_read() {
        let text = |value: &str| Setting::Text(value.to_owned());
        for line in [
            "users = 5",
            "users: 5",
            "users 5",
            "users=5",
            "users = '5'",
            "users = \"5\"",
            "users = 5 # five",
        ] {
            assert_eq!(one(line), ("users".to_owned(), text("5")), "{line}");
        }
        assert_eq!(one("headless"), ("headless".to_owned(), text("true")));
        assert_eq!(one("--headless"), ("--headless".to_owned(), text("true")));
        assert_eq!(
            one("headless # x"),
            ("headless".to_owned(), text("# x")),
            "a comment needs a value before it"
        );
        assert_eq!(one("host ="), ("host".to_owned(), text("")));
        assert_eq!(
            one("host = http://a#b"),
            ("host".to_owned(), text("http://a#b"))
        );
    }

    #[test]
    fn lists_may_be_json_or_plain() {
        let words = Setting::List(vec!["a".to_owned(), "1".to_owned()]);
        assert_eq!(one("tags = [a, 1]").1, words);
        assert_eq!(one("tags = [\"a\", 1]").1, words);
    }

    #[test]
    fn comments_and_sections_are_skipped_and_nonsense_is_refused() {
        assert_eq!(parse_conf("# a\n; b\n[locust]\n---\n\n", "f"), Ok(vec![]));
        let wrong = parse_conf("users = 1\n= =", "locust.conf").expect_err("no key");
        assert_eq!(wrong.to_string(), "Unexpected line 1 in locust.conf: = =");
    }

    #[test]
    fn the_later_of_two_equal_keys_wins_at_the_place_of_the_first() {
        let entries = parse_conf("u = 1\nv = 2\nu = 3", "f").expect("lines");
        let keys: Vec<_> = entries.iter().map(|entry| &*entry.key).collect();
        assert_eq!(keys, ["u", "v"]);
        assert_eq!(entries[0].value, Setting::Text("3".to_owned()));
    }

    #[test]
    fn a_file_costs_what_its_bytes_cost() {
        let check = |name: &str, make: &dyn Fn(usize) -> Vec<u8>| {
            assert_linear(name, make, |input| {
                drop(parse_conf(&String::from_utf8_lossy(input), "f"));
            });
        };
        let value = "v".repeat(60);
        check("keys", &|size| {
            numbered(|n| format!("key{n} = {value}\n"), size)
        });
        check("one key", &|size| repeated(b"users = 1\n", size));
        check("a list", &|size| behind(b"tags = [", b"a,", size));
        check("what is no JSON", &|size| {
            behind(b"tags = [", b"[1,{},", size)
        });
        for part in ["'", "' ", "\" # ", "\\", " ;", "=", "["] {
            let make = |size| behind(b"host = '", part.as_bytes(), size);
            check(&format!("a value of {part:?}"), &make);
        }
    }

    #[test]
    fn a_comment_ends_a_value_unless_it_stands_in_quotes_as_under_configargparse() {
        for (line, value) in [
            ("a = 'x' # c", "x"),
            ("a: 'x' ; y", "x"),
            ("a = 'x'y # c", "'x'y"),
            ("a = 'x'#y", "'x'#y"),
            ("a = 'x' y", "'x' y"),
            ("a = 'a' 'b' # c", "a' 'b"),
            ("a = 'x # y'", "x # y"),
            ("a = 'x # y' # z", "x # y"),
            ("a = \"it's\"", "it's"),
            ("a = 'x\"", "'x\""),
            ("a = '", "'"),
            ("a = ''", ""),
            ("a = '''", "'"),
            ("a=#b", "#b"),
            ("a # b ; c", "# b"),
            ("a = x#y # z", "x#y"),
            ("a = x ; y", "x"),
            ("a = [a", "[a"),
        ] {
            assert_eq!(one(line).1, Setting::Text(value.to_owned()), "{line}");
        }
        assert!(parse_conf("a;b", "f").is_err());
    }

    #[test]
    fn words_of_a_json_list_are_written_as_python_writes_them() {
        let words = ["None", "True", "False", "1.5", "b"].map(str::to_owned);
        let line = "a = [null, true, false, 1.5, \"b\"]";
        assert_eq!(one(line).1, Setting::List(words.into()));
        assert_eq!(one("a [b, c]").1, one("a = [b, c ]").1);
    }
}
