//! Source files as the checks of the house see them: without comments, texts and tests, cut into words.
use std::fs;
use std::path::{Path, PathBuf};

/// One file of a crate.
#[derive(Clone, Debug)]
pub struct Source {
    /// From the crate's `src`, `http/mod.rs` say.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// A file that only opens a folder.
    pub fn is_door(&self) -> bool {
        self.path.ends_with("mod.rs") || self.path == "lib.rs"
    }

    /// The modules that lead here: `http/wire/head.rs` is `http`, `wire`, `head`.
    pub fn module(&self) -> Vec<String> {
        let path = self.path.trim_end_matches(".rs");
        let parts = path.split('/').map(str::to_owned);
        parts
            .filter(|part| part != "mod" && part != "lib")
            .collect()
    }

    /// Its words and signs, tests left out.
    pub fn tokens(&self) -> Vec<String> {
        without_tests(&tokens(&scrubbed(&self.text)))
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn text_of(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Crates that are one room; the others hold several, each a folder.
const OF_ONE_ROOM: [&str; 4] = ["cluster", "demo", "http", "web"];

/// The engine's files, as if its crates were one: paths, and names in the code, begin with the room.
pub fn engine() -> Vec<Source> {
    let mut files = below("src");
    for name in crates() {
        let of_one_room = OF_ONE_ROOM.contains(&name.as_str());
        for mut file in below(&format!("crates/{name}/src")) {
            if of_one_room {
                file.path = format!("{name}/{}", file.path.replace("lib.rs", "mod.rs"));
                file.text = file.text.replace("crate::", &format!("crate::{name}::"));
            } else if file.path == "lib.rs" {
                continue;
            }
            files.push(file);
        }
    }
    for file in &mut files {
        file.text = as_one_crate(&file.text);
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Names of the crates below `crates` that the engine consists of.
pub fn crates() -> Vec<String> {
    let folders = fs::read_dir(root().join("crates")).expect("a folder of crates");
    let names = folders.map(|folder| folder.expect("a crate").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name != "testing").collect();
    names.sort();
    names
}

fn as_one_crate(text: &str) -> String {
    let mut text = text.to_owned();
    for name in crates() {
        let room = if OF_ONE_ROOM.contains(&name.as_str()) {
            format!("crate::{name}::")
        } else {
            "crate::".to_owned()
        };
        text = text.replace(&format!("rlocust_{name}::"), &room);
    }
    text
}

/// The bridge's files; its programs (`bin`) are crates of their own.
pub fn bridge() -> Vec<Source> {
    let mut files = below("python/src");
    files.retain(|file| !file.path.starts_with("bin/"));
    files
}

fn below(folder: &str) -> Vec<Source> {
    let top = root().join(folder);
    let mut found = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry that can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path
                    .strip_prefix(&top)
                    .expect("a file below")
                    .to_string_lossy();
                found.push(Source::new(&inside, &text_of(&path)));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// The code alone: comments and what stands in quotes become blanks.
pub fn scrubbed(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let end = skipped(&letters, at);
        if end == at {
            out.push(letters[at]);
            at += 1;
        } else {
            out.extend(
                letters[at..end]
                    .iter()
                    .map(|letter| if *letter == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    out
}

/// Where the comment or literal ends that begins here; here, if none does.
fn skipped(letters: &[char], at: usize) -> usize {
    let is_word = at > 0 && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_');
    match letters[at..] {
        ['/', '/', ..] => end_of(letters, at, |rest| rest.starts_with(&['\n'])),
        ['/', '*', ..] => end_of(letters, at, |rest| rest.starts_with(&['*', '/'])) + 2,
        ['b' | 'r', '"' | '#' | 'r', ..] if !is_word => raw_text(letters, at),
        ['"', ..] => quoted(letters, at, '"'),
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => quoted(letters, at, '\''),
        _ => at,
    }
}

fn end_of(letters: &[char], from: usize, is_end: impl Fn(&[char]) -> bool) -> usize {
    (from..letters.len())
        .find(|at| is_end(&letters[*at..]))
        .unwrap_or(letters.len())
}

fn quoted(letters: &[char], at: usize, quote: char) -> usize {
    let mut end = at + 1;
    while end < letters.len() && letters[end] != quote {
        end += if letters[end] == '\\' { 2 } else { 1 };
    }
    (end + 1).min(letters.len())
}

/// `r"…"`, `r#"…"#` and `b"…"`; anything else is a word.
fn raw_text(letters: &[char], at: usize) -> usize {
    let mut start = at;
    while matches!(letters.get(start), Some('b' | 'r')) {
        start += 1;
    }
    let is_raw = letters[start - 1] == 'r';
    let hashes = letters[start..]
        .iter()
        .take_while(|letter| **letter == '#')
        .count();
    match letters.get(start + hashes) {
        Some('"') if is_raw => {
            let end: Vec<char> = std::iter::once('"').chain(vec!['#'; hashes]).collect();
            end_of(letters, start + hashes + 1, |rest| rest.starts_with(&end)) + end.len()
        }
        Some('"') if hashes == 0 => quoted(letters, start, '"'),
        _ => at,
    }
}

/// Words, `::` and single signs.
pub fn tokens(code: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut is_word = false;
    for letter in code.chars() {
        let continues = letter.is_alphanumeric() || letter == '_';
        match found.last_mut() {
            Some(last) if continues && is_word => last.push(letter),
            Some(last) if letter == ':' && last == ":" => last.push(letter),
            _ if !letter.is_whitespace() => found.push(letter.to_string()),
            _ => {}
        }
        is_word = continues;
    }
    found
}

/// Leaves out modules that stand under `#[cfg(test)]` or the like.
fn without_tests(all: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let end = test_module(all, at);
        if end == at {
            kept.push(all[at].clone());
            at += 1;
        } else {
            at = end;
        }
    }
    kept
}

fn test_module(all: &[String], at: usize) -> usize {
    let is = |at: usize, word: &str| all.get(at).is_some_and(|own| own == word);
    if !(is(at, "#") && is(at + 1, "[") && is(at + 2, "cfg")) {
        return at;
    }
    let end = closing(all, at + 1);
    let is_test = all[at..end].iter().any(|word| word == "test");
    let keyword = (end + 1..all.len().min(end + 6)).find(|at| is(*at, "mod"));
    match keyword {
        Some(module) if is_test && is(module + 2, "{") => closing(all, module + 2) + 1,
        _ => at,
    }
}

/// Where the bracket closes that opens at `from`.
pub fn closing(all: &[String], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, word) in all.iter().enumerate().skip(from) {
        match word.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    all.len() - 1
}

#[test]
fn comments_texts_and_tests_are_left_out() {
    let code = |text: &str| Source::new("a.rs", text).tokens().join(" ");
    assert_eq!(code("a(); // crate::b\n/* crate::c */ d"), "a ( ) ; d");
    assert_eq!(
        code(r##"a("crate::b \" c", r#"x " y"#, b"z", '"', '\'')"##),
        "a ( , , , , )"
    );
    assert_eq!(
        code("fn f<'a>(x: &'a str) {}"),
        "fn f < ' a > ( x : & ' a str ) { }"
    );
    assert_eq!(
        code("a; #[cfg(test)] mod tests { use super::b; { } } c"),
        "a ; c"
    );
    assert_eq!(
        code("#[cfg(test)] mod oracle; c"),
        "# [ cfg ( test ) ] mod oracle ; c"
    );
}
