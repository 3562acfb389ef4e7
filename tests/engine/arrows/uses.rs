//! What a module names: its `use` lines and the paths in its code.
use std::collections::{BTreeMap, BTreeSet};

use super::source::closing;

/// The names in one module, a file or an inline `mod`.
#[derive(Debug, Default)]
pub struct Names {
    /// What `use` lines bring in, by the name it has here.
    pub bound: BTreeMap<String, Vec<String>>,
    /// Those of them that are handed on: `pub use`, and what a Python module exports.
    pub exported: BTreeSet<String>,
    /// Modules of which everything is brought in.
    pub globs: Vec<Vec<String>>,
    /// Paths in the code.
    pub paths: BTreeSet<Vec<String>>,
    /// What is defined here.
    pub defined: BTreeSet<String>,
    /// Modules that stand in braces inside of this one.
    pub inside: Vec<(String, Names)>,
}

const DEFINING: [&str; 10] = [
    "fn",
    "struct",
    "enum",
    "trait",
    "const",
    "static",
    "type",
    "union",
    "mod",
    "macro_rules",
];

impl Names {
    pub fn read(tokens: &[String]) -> Self {
        let mut names = Self::default();
        let mut at = 0;
        while at < tokens.len() {
            at = names.take(tokens, at);
        }
        names
    }

    /// Takes what begins here; returns where to go on.
    fn take(&mut self, tokens: &[String], at: usize) -> usize {
        let word = |at: usize| tokens.get(at).map_or("", String::as_str);
        match word(at) {
            "use" if word(at + 1) != "<" => {
                let end = (at..tokens.len())
                    .find(|at| word(*at) == ";")
                    .unwrap_or(tokens.len());
                let before = self.bound.clone();
                self.take_use(&[], &tokens[at + 1..end]);
                if at > 0 && matches!(word(at - 1), "pub" | ")")
                    || at > 1 && word(at - 2) == "pymodule_export"
                {
                    let new = self.bound.keys().filter(|name| !before.contains_key(*name));
                    self.exported.extend(new.cloned());
                }
                end + 1
            }
            "mod" if word(at + 2) == "{" => {
                let end = closing(tokens, at + 2);
                let inside = Self::read(&tokens[at + 3..end]);
                self.inside.push((word(at + 1).to_owned(), inside));
                end + 1
            }
            keyword if DEFINING.contains(&keyword) => {
                let name = if word(at + 1) == "!" { at + 2 } else { at + 1 };
                self.defined.insert(word(name).to_owned());
                at + 1
            }
            first if is_name(first) && word(at + 1) == "::" => {
                let mut path = vec![first.to_owned()];
                let mut end = at + 1;
                while word(end) == "::" && is_name(word(end + 1)) {
                    path.push(word(end + 1).to_owned());
                    end += 2;
                }
                if at == 0 || !matches!(word(at - 1), "." | "::") {
                    self.paths.insert(path);
                }
                end
            }
            _ => at + 1,
        }
    }

    /// One tree of a `use` line: `a::{b, c as d, e::*}`.
    fn take_use(&mut self, before: &[String], tree: &[String]) {
        let mut path = before.to_vec();
        let mut at = 0;
        while at < tree.len() {
            match tree[at].as_str() {
                "::" => {}
                "{" => {
                    let inner = &tree[at + 1..closing(tree, at)];
                    for member in members(inner) {
                        self.take_use(&path, member);
                    }
                    return;
                }
                "*" => return self.globs.push(path),
                "as" => return self.bind(tree[at + 1].clone(), path),
                "self" if !path.is_empty() => {}
                word => path.push(word.to_owned()),
            }
            at += 1;
        }
        if let Some(name) = path.last().cloned() {
            self.bind(name, path);
        }
    }

    fn bind(&mut self, name: String, path: Vec<String>) {
        if path.len() > 1 && name != "_" {
            self.bound.insert(name, path);
        } else {
            self.paths.insert(path);
        }
    }
}

/// The members of a group, groups within them whole.
fn members(group: &[String]) -> Vec<&[String]> {
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while at < group.len() {
        match group[at].as_str() {
            "{" => at = closing(group, at),
            "," => {
                found.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    found.push(&group[start..]);
    found.retain(|member| !member.is_empty());
    found
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

#[test]
fn groups_aliases_and_paths_are_read() {
    let tokens = super::source::tokens(
        "pub use crate::a::{self, b::C, d as e}; use super::f::*; fn g() { self::h::i(); j.k::<l>() }",
    );
    let names = Names::read(&tokens);
    let bound: Vec<String> = names
        .bound
        .iter()
        .map(|(name, path)| format!("{name} {}", path.join("::")))
        .collect();
    assert_eq!(bound, ["C crate::a::b::C", "a crate::a", "e crate::a::d"]);
    assert_eq!(names.exported.len(), 3);
    assert_eq!(names.globs, [["super", "f"]]);
    let paths: Vec<_> = names.paths.iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["self::h::i"]);
    assert!(names.defined.contains("g"));
}
