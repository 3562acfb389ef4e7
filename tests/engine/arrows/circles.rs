//! No circle of files, nor of the files and folders that stand together in a folder: who understands one part of a circle
//! has to understand them all. It holds for the engine and for the bridge.
use std::collections::BTreeSet;

use super::graph::{Graph, circles, graph_of, inside};
use super::source::{Source, bridge, engine};

#[test]
fn no_files_of_the_engine_stand_in_a_circle() {
    assert_no_circle(&graph_of(engine()));
}

#[test]
fn no_files_of_the_bridge_stand_in_a_circle() {
    assert_no_circle(&graph_of(bridge()));
}

#[test]
fn a_circle_is_found_through_groups_paths_and_aliases() {
    assert_eq!(
        found(&[("a.rs", "use crate::b::B;"), ("b.rs", "use super::a::A;")]),
        ["a.rs b.rs"]
    );
    let round = [
        ("a.rs", "use crate::{c, b::{self, B as Other}};"),
        ("b.rs", "fn f() { crate::c::g(); }"),
        ("c.rs", "use super::a; fn g() { a::h() }"),
    ];
    assert_eq!(found(&round), ["a.rs b.rs c.rs"]);
    assert_eq!(found(&round[..2]), Vec::<String>::new());
}

#[test]
fn a_name_counts_for_the_file_that_defines_it() {
    let door = ("r/mod.rs", "mod x; mod y; pub use x::X; pub use y::*;");
    let y = ("r/y.rs", "pub struct Y;");
    assert_eq!(
        found(&[door, ("r/x.rs", "use super::Y; pub struct X;"), y]),
        Vec::<String>::new(),
        "a neighbour through the door they share"
    );
    assert_eq!(
        found(&[
            door,
            ("r/x.rs", "use super::Y; pub struct X;"),
            ("r/y.rs", "use crate::r; pub struct Y(r::X);")
        ]),
        ["r/x.rs r/y.rs"],
        "the same, both ways"
    );
    assert_eq!(
        found(&[
            ("r/mod.rs", "mod x; use x::X; pub struct D(X);"),
            ("r/x.rs", "use super::D; pub struct X;")
        ]),
        ["r/mod.rs r/x.rs"],
        "a door with something of its own is a file like any other"
    );
}

#[test]
fn tests_comments_and_other_crates_are_no_arrows() {
    let a = (
        "a.rs",
        "use std::b::B; /* crate::b::B */ #[cfg(test)] mod tests { use crate::b::B; }",
    );
    assert_eq!(
        found(&[a, ("b.rs", "use crate::a::A;")]),
        Vec::<String>::new()
    );
}

#[test]
fn folders_stand_in_a_circle_where_their_files_do_not() {
    let files = [
        ("r/x/one.rs", "use crate::r::y::two::Two;"),
        ("r/y/two.rs", "pub struct Two;"),
        ("r/y/three.rs", "use super::super::x::four::Four;"),
        ("r/x/four.rs", "pub struct Four;"),
    ];
    let doors = [("r/mod.rs", ""), ("r/x/mod.rs", ""), ("r/y/mod.rs", "")];
    assert_eq!(found(&[&files[..], &doors].concat()), ["r: x y"]);
}

fn assert_no_circle(graph: &Graph) {
    assert!(graph.len() > 20, "the files are not where they were");
    let found = all_circles(graph);
    assert!(
        found.is_empty(),
        "parts that name each other in a circle: {found:#?}"
    );
}

/// Circles of the files given by path and code, below a `lib.rs`.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let mut sources = vec![Source::new("lib.rs", "")];
    sources.extend(files.iter().map(|(path, code)| Source::new(path, code)));
    all_circles(&graph_of(sources))
}

/// Circles of files; where there are none, those between the parts of each folder.
fn all_circles(graph: &Graph) -> Vec<String> {
    let mut found: Vec<String> = circles(graph)
        .iter()
        .map(|circle| circle.join(" "))
        .collect();
    if found.is_empty() {
        let folders = graph
            .keys()
            .filter_map(|file| Some(file.rsplit_once('/')?.0));
        let above = folders.flat_map(|folder| {
            folder
                .match_indices('/')
                .map(|(at, _)| &folder[..at])
                .chain([folder])
        });
        for folder in above.chain([""]).collect::<BTreeSet<_>>() {
            let between = circles(&inside(graph, folder));
            found.extend(
                between
                    .iter()
                    .map(|circle| format!("{folder}: {}", circle.join(" "))),
            );
        }
    }
    found
}
