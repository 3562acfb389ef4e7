//! The house keeps its floors: a room names only rooms of lower floors, so that no knot of modules can form.
//!
//! The table below is the drawing in ARCHITECTURE.md. When a test here fails, move the code; changing the table
//! is a decision that needs its page in `docs/decisions/`.
mod circles;
mod graph;
mod sizes;
mod source;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use source::{Source, engine, root, text_of};

/// Rooms and the floor each stands on. Rooms that do not exist yet keep their place.
const FLOORS: [(&str, u8); 28] = [
    ("clock", 0),
    ("connections", 0),
    ("helpers", 0),
    ("histogram", 0),
    ("liveness", 1),
    ("logging", 1),
    ("model", 1),
    ("config", 2),
    ("stats", 2),
    ("plan", 2),
    ("report", 3),
    ("http", 3),
    ("store", 3),
    ("verdict", 3),
    ("monitor", 3),
    ("demo", 3),
    ("run", 4),
    ("compare", 4),
    ("grpc", 4),
    ("history", 4),
    ("sse", 4),
    ("websocket", 4),
    ("output", 5),
    ("web", 5),
    ("cluster", 5),
    ("terminal", 5),
    ("cli", 6),
    ("app", 7),
];

/// Pairs that are forbidden although the floors would allow them: a run does not care what its users do.
const NEVER: [(&str, &str); 1] = [("run", "http")];

#[test]
fn a_room_names_only_lower_floors() {
    let mut wrong = Vec::new();
    for file in engine() {
        let Some(room) = room_of(&file) else { continue };
        for named in rooms_named_in(&code_of(&file), file.module().len()) {
            if named != room && !is_allowed(&room, &named) {
                wrong.push(format!("{}: `{room}` names `{named}`", file.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows that point up or sideways:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_room_has_a_floor() {
    let rooms: BTreeSet<String> = engine().iter().filter_map(room_of).collect();
    let homeless: Vec<_> = rooms
        .iter()
        .filter(|room| floor_of(room).is_none())
        .collect();
    assert!(
        homeless.is_empty(),
        "rooms without a floor in the table: {homeless:?}"
    );
}

#[test]
fn the_drawings_agree_with_the_table() {
    let floors: BTreeMap<String, u8> = FLOORS.map(|(room, floor)| (room.to_owned(), floor)).into();
    let architecture = text_of(&root().join("ARCHITECTURE.md"));
    assert_eq!(drawn_in_table(&architecture), floors, "ARCHITECTURE.md");
    let rooms: BTreeSet<String> = engine().iter().filter_map(room_of).collect();
    let mut here = floors;
    here.retain(|room, _| rooms.contains(room));
    assert_eq!(
        drawn_in_list(&text_of(&root().join("src/lib.rs"))),
        here,
        "src/lib.rs"
    );
}

#[test]
fn rooms_and_floors_are_read_from_a_drawing() {
    let one_and_two = BTreeMap::from([
        ("a".to_owned(), 0),
        ("b".to_owned(), 0),
        ("c".to_owned(), 1),
    ]);
    let table = "| `x` | y | z |\n## Rooms of the engine\n| `a`, `b` | 0 | `no` |\n| `c` | 1 | |\n## Next\n| `d` | 2 | |";
    assert_eq!(drawn_in_table(table), one_and_two);
    let list =
        "//! Floors, lowest first (`it` holds it):\n//! 0 `a`, `b`\n//! · 1 `c`\n#![forbid(x)]";
    assert_eq!(drawn_in_list(list), one_and_two);
}

#[test]
fn the_engine_knows_no_python() {
    let manifest = text_of(&root().join("Cargo.toml"));
    let engine = manifest
        .split("[package]")
        .nth(1)
        .expect("the root manifest has a package");
    assert!(
        !engine.contains("pyo3"),
        "the engine crate must not depend on pyo3"
    );
}

#[test]
fn names_in_groups_paths_and_parents_are_found() {
    let found = |code: &str| rooms_named_in(code, 2).into_iter().collect::<Vec<_>>();
    assert_eq!(found("use crate::stats::Recorder;"), ["stats"]);
    assert_eq!(
        found("use crate::{\n    clock,\n    http::{Call, web::X},\n};"),
        ["clock", "http"]
    );
    assert_eq!(found("fn f() { crate::plan::dispatch() }"), ["plan"]);
    assert_eq!(found("use super::super::report::table;"), ["report"]);
    assert_eq!(
        found("use super::entry; let my_crate::web = 1;"),
        Vec::<String>::new()
    );
}

/// Rooms and floors of the table under "Rooms of the engine".
fn drawn_in_table(page: &str) -> BTreeMap<String, u8> {
    let part = page
        .split("## Rooms of the engine")
        .nth(1)
        .unwrap_or_default();
    let part = part.split("\n## ").next().unwrap_or_default();
    let mut drawn = BTreeMap::new();
    for row in part.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').collect();
        if let Ok(floor) = cells[2].trim().parse() {
            drawn.extend(in_backticks(cells[1]).map(|room| (room, floor)));
        }
    }
    drawn
}

/// Rooms and floors of the list at the top of the crate: `0 a, b · 1 c`.
fn drawn_in_list(text: &str) -> BTreeMap<String, u8> {
    let opening: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .collect();
    let opening = opening.join(" ");
    let list = opening.split("holds it):").nth(1).unwrap_or_default();
    let mut drawn = BTreeMap::new();
    for part in list.split('·') {
        let floor = part
            .split_whitespace()
            .next()
            .and_then(|floor| floor.parse().ok());
        drawn.extend(in_backticks(part).filter_map(|room| Some((room, floor?))));
    }
    drawn
}

fn in_backticks(text: &str) -> impl Iterator<Item = String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned)
}

fn is_allowed(room: &str, named: &str) -> bool {
    match (floor_of(room), floor_of(named)) {
        (Some(own), Some(other)) => other < own && !NEVER.contains(&(room, named)),
        _ => true, // not a room (a macro, the error type at the root), or reported by `every_room_has_a_floor`
    }
}

fn floor_of(room: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, floor)| *floor)
}

/// The file without its line comments: a comment may speak of any room.
fn code_of(file: &Source) -> String {
    file.text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn room_of(file: &Source) -> Option<String> {
    file.module().into_iter().next()
}

/// Names that follow `crate::`, alone or in a group, and those reached by climbing out of the room with `super::`.
fn rooms_named_in(code: &str, depth: usize) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let climb = "super::".repeat(depth);
    for start in ["crate::", climb.as_str()] {
        for (at, _) in code.match_indices(start) {
            let is_own_word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let after = &code[at + start.len()..];
            match after.strip_prefix('{') {
                Some(group) if is_own_word => names.extend(heads_of_group(group)),
                None if is_own_word => names.extend(head_of(after)),
                _ => {}
            }
        }
    }
    names.retain(|name| floor_of(name).is_some());
    names
}

fn head_of(path: &str) -> Option<String> {
    let head: String = path
        .trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!head.is_empty()).then_some(head)
}

/// The first words of the members of `{…}`, nested groups left out.
fn heads_of_group(group: &str) -> Vec<String> {
    let (mut heads, mut depth, mut member) = (Vec::new(), 1, String::new());
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => heads.extend(head_of(&std::mem::take(&mut member))),
            _ if depth == 1 => member.push(letter),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads.extend(head_of(&member));
    heads
}
