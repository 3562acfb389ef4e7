//! The house keeps its order: cargo holds which crate names which, and here is held what it cannot see: the rooms inside a
//! crate stand in an order that the head of its `lib.rs` shows, and each names only those before it.
//!
//! When a test here fails, move the code; changing an order is a decision that needs its page in `docs/decisions/`.
mod circles;
mod graph;
mod sizes;
mod source;
mod uses;

use std::collections::BTreeSet;

use graph::{Graph, graph_of, inside};
use source::{crates, engine, root, text_of};

/// Crates whose rooms have an order, by folder; `http` is one room, whose parts have one.
const ORDERED: [(&str, &str); 6] = [
    ("", "src"),
    ("", "crates/core/src"),
    ("", "crates/run/src"),
    ("", "crates/stats/src"),
    ("", "crates/streams/src"),
    ("http", "crates/http/src"),
];

#[test]
fn a_room_names_only_rooms_below_it() {
    let engine = graph_of(engine());
    for (folder, path) in ORDERED {
        let rooms = rooms_of(path);
        let here: BTreeSet<String> = listed(path);
        let shown: BTreeSet<String> = rooms.iter().cloned().collect();
        assert_eq!(shown, here, "{path}/lib.rs lists its rooms");
        let graph = inside(&engine, folder);
        let place = |room: &str| {
            let room = room.trim_end_matches(".rs");
            rooms.iter().position(|own| own == room)
        };
        let wrong: Vec<_> = arrows(&graph)
            .filter(|(room, other)| {
                place(other).is_some_and(|other| place(room).is_some_and(|room| other >= room))
            })
            .collect();
        assert!(wrong.is_empty(), "rooms that name rooms above: {wrong:?}");
    }
}

#[test]
fn the_drawing_shows_every_crate_and_its_rooms() {
    let page = text_of(&root().join("ARCHITECTURE.md"));
    let part = page.split("\n## Crates of the engine\n").nth(1);
    let part = part.unwrap_or_default().split("\n## ").next();
    let rows: Vec<&str> = part.unwrap_or_default().lines().collect();
    for name in crates() {
        let row = rows
            .iter()
            .find(|row| row.contains(&format!("| `crates/{name}` |")));
        let row = row.unwrap_or_else(|| panic!("`crates/{name}` has no row in ARCHITECTURE.md"));
        let path = format!("crates/{name}/src");
        let is_ordered = ORDERED.contains(&("", &path));
        for room in rooms_of(&path).iter().filter(|_| is_ordered) {
            assert!(row.contains(&format!("`{room}`")), "`{room}` in: {row}");
        }
    }
}

#[test]
fn the_engine_knows_no_python() {
    let own = text_of(&root().join("Cargo.toml"));
    let own = own.split("[package]").nth(1).map(str::to_owned);
    let manifest = |name: &String| text_of(&root().join(format!("crates/{name}/Cargo.toml")));
    let all = crates().iter().map(manifest).chain(own).collect::<Vec<_>>();
    assert!(all.len() > 5, "the crates are not where they were");
    assert!(
        !all.concat().contains("pyo3"),
        "no crate of the engine depends on pyo3"
    );
}

#[test]
fn an_order_is_read_from_a_head() {
    let head = "//! Rooms, lowest first (`x` holds it):\n//! `a` · `b` ·\n//! `c`\n\n#![forbid(unsafe_code)] `d`";
    assert_eq!(order_in(head), ["a", "b", "c"]);
    assert_eq!(order_in("//! One room.\n"), Vec::<String>::new());
}

/// The rooms in the head of the `lib.rs` in this folder.
fn rooms_of(path: &str) -> Vec<String> {
    order_in(&text_of(&root().join(path).join("lib.rs")))
}

/// Files and folders beside the `lib.rs` in this folder.
fn listed(path: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(path)).expect("a folder of sources");
    let names = entries.map(|entry| entry.expect("an entry that can be read").file_name());
    let names = names.map(|name| name.to_string_lossy().trim_end_matches(".rs").to_owned());
    // Drivers of fuzzing name whatever they drive.
    names
        .filter(|name| name != "lib" && name != "fuzz")
        .collect()
}

/// The names in backticks behind "lowest first … holds it):".
fn order_in(head: &str) -> Vec<String> {
    let list = head.split("lowest first").nth(1).unwrap_or_default();
    let list = list.split("holds it):").nth(1).unwrap_or_default();
    let list = list.split("\n\n").next().unwrap_or_default();
    let names = list.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

fn arrows(graph: &Graph) -> impl Iterator<Item = (&String, &String)> {
    let all = graph.iter();
    all.flat_map(|(from, named)| named.iter().map(move |to| (from, to)))
}
