//! Files, folders and functions stay of a size that a reader can take in.
use std::collections::BTreeMap;

use super::source::{Source, bridge, engine};

const MOST_FILES: usize = 15;
const MOST_LINES: usize = 80;
const MEDIAN_LINES: usize = 120;

#[test]
fn every_file_opens_with_what_it_promises() {
    let silent: Vec<_> = both()
        .filter(|(_, file)| !file.text.starts_with("//! "))
        .map(named)
        .collect();
    assert!(
        silent.is_empty(),
        "files without an opening text: {silent:#?}"
    );
}

#[test]
fn no_folder_is_crowded() {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for (top, file) in both() {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        *folders.entry(format!("{top}/{folder}")).or_default() += 1;
    }
    folders.retain(|_, count| *count > MOST_FILES);
    assert!(
        folders.is_empty(),
        "folders with more than {MOST_FILES} files: {folders:#?}"
    );
}

#[test]
fn no_function_is_long() {
    let long: Vec<_> = both()
        .flat_map(|(top, file)| {
            let long = functions(&file.text)
                .into_iter()
                .filter(|(_, lines)| *lines > MOST_LINES);
            long.map(move |(name, lines)| {
                format!("{top}/{}: `{name}` has {lines} lines", file.path)
            })
            .collect::<Vec<_>>()
        })
        .collect();
    assert!(
        long.is_empty(),
        "functions of more than {MOST_LINES} lines: {long:#?}"
    );
}

#[test]
fn most_files_are_short() {
    for files in [engine(), bridge()] {
        let mut lines: Vec<usize> = files.iter().map(|file| file.text.lines().count()).collect();
        lines.sort_unstable();
        let median = lines[lines.len() / 2];
        assert!(
            median <= MEDIAN_LINES,
            "half of the files have more than {median} lines"
        );
    }
}

#[test]
fn the_lines_of_a_function_are_counted_from_its_name_to_its_end() {
    let text = "impl A {\n    pub(crate) async fn long(\n        &self,\n    ) {\n        if x {\n        }\n    }\n\n    fn short() {}\n}\n";
    assert_eq!(
        functions(text),
        [("long".to_owned(), 6), ("short".to_owned(), 1)]
    );
    assert_eq!(
        functions("trait A {\n    fn none(&self);\n}\nfn b() {\n}\n"),
        [("b".to_owned(), 2)]
    );
}

fn both() -> impl Iterator<Item = (&'static str, Source)> {
    let of = |top: &'static str, files: Vec<Source>| files.into_iter().map(move |file| (top, file));
    of("src", engine()).chain(of("python/src", bridge()))
}

fn named((top, file): (&str, Source)) -> String {
    format!("{top}/{}", file.path)
}

/// Functions with a body and how many lines they have; rustfmt puts the closing brace below the first word.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_named(line) else {
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        let is_end = |line: &&str| {
            **line == end || line.ends_with(';') && line.len() - line.trim_start().len() == indent
        };
        let length = if line.ends_with('}') || line.ends_with(';') {
            1
        } else {
            lines[start..]
                .iter()
                .position(is_end)
                .map_or(1, |at| at + 1)
        };
        if !lines[start + length - 1].ends_with(';') {
            found.push((name, length));
        }
    }
    found
}

fn function_named(line: &str) -> Option<String> {
    const BEFORE: [&str; 7] = [
        "pub",
        "pub(crate)",
        "pub(super)",
        "async",
        "const",
        "unsafe",
        "extern",
    ];
    let mut words = line
        .split_whitespace()
        .skip_while(|word| BEFORE.contains(word) || word.starts_with('"'));
    (words.next() == Some("fn")).then(|| {
        let rest = words.next().unwrap_or_default();
        rest.split(['(', '<']).next().unwrap_or_default().to_owned()
    })
}
