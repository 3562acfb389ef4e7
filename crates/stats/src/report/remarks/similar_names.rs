//! Names that differ in a number, a UUID or another key only: a suite that puts keys into its paths gets a row for each,
//! which says nothing. The lines below the tables name the pattern, which is what `name=` should say.
use std::collections::{BTreeMap, BTreeSet};

use super::super::brief::shortened;
use rlocust_core::model::Snapshot;

/// So many names of one pattern are one request with many rows.
const MANY: usize = 20;
/// Lines at most: who has more of them reads the first.
const MOST_LINES: usize = 3;
/// Hexadecimal digits that are a key and no word (`facade`): so many, a decimal one among them.
const KEY_OF_HEX: usize = 8;
/// The same for letters and digits of any kind.
const KEY_OF_ANY: usize = 16;
/// How many hexadecimal digits the parts of a UUID have.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];
/// What stands for a key in a pattern.
const KEY: &str = "{id}";

/// One line for each pattern that many names share, the most names first.
pub fn lines(snapshot: &Snapshot) -> Vec<String> {
    let names: BTreeSet<&str> = snapshot.entries.iter().map(|row| &*row.name).collect();
    let mut patterns: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *patterns.entry(pattern(name)).or_default() += 1;
    }
    let mut many: Vec<(String, usize)> = patterns.into_iter().collect();
    many.retain(|(_, count)| *count >= MANY);
    many.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let shown = many.iter().take(MOST_LINES);
    let others = many.len().saturating_sub(MOST_LINES);
    shown
        .map(|(pattern, count)| line(&shortened(pattern), *count))
        .chain((others > 0).then(|| format!("Further patterns of {MANY} names or more: {others}")))
        .collect()
}

fn line(pattern: &str, count: usize) -> String {
    format!(
        "{count} names look like {pattern}: use `name=` to give these requests one, as in name={pattern:?}"
    )
}

/// The name with its keys replaced.
fn pattern(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        let other = rest.find(is_of_word).unwrap_or(rest.len());
        pattern.push_str(&rest[..other]);
        rest = &rest[other..];
        let length = uuid(rest).unwrap_or_else(|| word(rest));
        push_word(&mut pattern, &rest[..length]);
        rest = &rest[length..];
    }
    pattern
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
}

/// How long the word is that the text begins with.
fn word(text: &str) -> usize {
    let end = text.find(|letter| !is_of_word(letter));
    end.unwrap_or(text.len())
}

/// How long the UUID is that the text begins with.
fn uuid(text: &str) -> Option<usize> {
    let mut length = 0;
    for (at, digits) in UUID.into_iter().enumerate() {
        length += usize::from(at > 0);
        let part = text.get(length..length + digits)?;
        let is_joined = at == 0 || text[..length].ends_with('-');
        if !is_joined || !part.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        length += digits;
    }
    (word(&text[length..]) == 0).then_some(length)
}

/// The word as it is, as a key, or with a key for each number in it.
fn push_word(pattern: &mut String, word: &str) {
    let has_number = word.bytes().any(|byte| byte.is_ascii_digit());
    let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_key = word.len() >= KEY_OF_ANY || is_hex && word.len() >= KEY_OF_HEX;
    if uuid(word).is_some() || has_number && is_key {
        pattern.push_str(KEY);
        return;
    }
    let mut is_in_number = false;
    for letter in word.chars() {
        if !letter.is_ascii_digit() {
            pattern.push(letter);
        } else if !is_in_number {
            pattern.push_str(KEY);
        }
        is_in_number = letter.is_ascii_digit();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use rlocust_core::model::EntryRow;

    fn of_names(names: impl IntoIterator<Item = (&'static str, String)>) -> Vec<String> {
        let entries = names.into_iter().map(|(method, name)| EntryRow {
            method: method.into(),
            name: name.into(),
            ..EntryRow::default()
        });
        lines(&Snapshot {
            entries: entries.map(Arc::new).collect(),
            ..Snapshot::default()
        })
    }

    #[test]
    fn keys_are_replaced_and_words_are_not() {
        let cases = [
            ("/todos/17", "/todos/{id}"),
            (
                "/todos/17/lines/4?page=2",
                "/todos/{id}/lines/{id}?page={id}",
            ),
            ("/u/user12/", "/u/user{id}/"),
            ("/o/0a1b2c3d4e5f", "/o/{id}"),
            ("/o/V1StGXR8Z5jdHi6BmyT", "/o/{id}"),
            (
                "/o/0f8fad5b-d9cb-469f-a165-70867728950e.json",
                "/o/{id}.json",
            ),
            ("/o/ABCDEFAB-abcd-abcd-abcd-abcdefabcdef", "/o/{id}"),
            ("/o/abcdefab-cafe", "/o/abcdefab-cafe"),
            ("/2024-11-23", "/{id}-{id}-{id}"),
            (
                "/facade/deadbeef/internationalization",
                "/facade/deadbeef/internationalization",
            ),
            ("/größe/٣/é1", "/größe/٣/é{id}"),
            ("", ""),
        ];
        for (name, wanted) in cases {
            assert_eq!(pattern(name), wanted);
        }
    }

    #[test]
    fn what_begins_like_a_uuid_is_none() {
        let whole = "0f8fad5b-d9cb-469f-a165-70867728950e";
        assert_eq!(uuid(whole), Some(36));
        for other in [
            &whole[..35],
            "0f8fad5b_d9cb-469f-a165-70867728950e",
            "0f8fad5g-d9cb-469f-a165-70867728950e",
            "0f8fad5b-d9cb-469f-a165-70867728950ef",
            "é",
        ] {
            assert_eq!(uuid(other), None, "{other}");
        }
    }

    #[test]
    fn a_pattern_of_many_names_is_pointed_out_whatever_their_methods() {
        let numbered = |count: usize| (0..count).map(|at| ("GET", format!("/todos/{at}")));
        assert_eq!(of_names(numbered(MANY - 1)), Vec::<String>::new());
        let put = (0..MANY).map(|at| ("PUT", format!("/todos/{at}")));
        insta::assert_snapshot!(of_names(numbered(MANY).chain(put)).join("\n"), @r#"20 names look like /todos/{id}: use `name=` to give these requests one, as in name="/todos/{id}""#);
    }

    #[test]
    fn the_patterns_of_the_most_names_come_first_and_the_rest_are_counted() {
        let of = |word: &'static str, count: usize| {
            (0..count).map(move |at| ("GET", format!("/{word}/{at}")))
        };
        let all = of("a", 21)
            .chain(of("b", 25))
            .chain(of("c", 20))
            .chain(of("d", 22));
        let lines = of_names(all);
        let begins: Vec<&str> = lines
            .iter()
            .filter_map(|line| line.split(':').next())
            .collect();
        let wanted = [
            "25 names look like /b/{id}",
            "22 names look like /d/{id}",
            "21 names look like /a/{id}",
            "Further patterns of 20 names or more",
        ];
        assert_eq!(begins, wanted);
    }
}
