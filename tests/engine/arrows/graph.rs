//! Which file of a crate names which other one.
//!
//! A name counts for the file that defines it, by whatever doors it was reached, and what a door (`mod.rs`, `lib.rs`)
//! hands on is no arrow of its own: so a file may name a neighbour through the door they share. Methods count for
//! nothing: who calls one has the value from somebody, and that somebody is named. Tests are not looked at.
use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;
use super::uses::Names;

type Module = Vec<String>;

/// Files, and the files that each names.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

struct Crate {
    modules: BTreeMap<Module, (usize, Names)>,
    files: Vec<Source>,
}

/// What a path leads to.
#[derive(Clone, Copy)]
enum End {
    /// Something defined in this file.
    Item(usize),
    /// A module of this file.
    Module(usize),
}

/// No chain of doors is longer.
const MOST_DOORS: usize = 20;

pub fn graph_of(files: Vec<Source>) -> Graph {
    let mut all = Crate {
        modules: BTreeMap::new(),
        files: Vec::new(),
    };
    for (number, file) in files.iter().enumerate() {
        all.add(number, file.module(), Names::read(&file.tokens()));
    }
    all.files = files;
    let mut graph = Graph::new();
    for (module, (number, names)) in &all.modules {
        let named = graph.entry(all.files[*number].path.clone()).or_default();
        let is_door = all.files[*number].is_door();
        let bound = names
            .bound
            .iter()
            .filter(|(name, _)| !is_door || !names.exported.contains(*name));
        let globs = names.globs.iter().filter(|_| !is_door);
        for path in bound.map(|(_, path)| path).chain(globs).chain(&names.paths) {
            if let Some(other) = all.file_named(module, path).filter(|other| other != number) {
                named.insert(all.files[other].path.clone());
            }
        }
    }
    graph
}

impl Crate {
    fn add(&mut self, number: usize, module: Module, mut names: Names) {
        for (name, inside) in std::mem::take(&mut names.inside) {
            let mut below = module.clone();
            below.push(name);
            self.add(number, below, inside);
        }
        self.modules.insert(module, (number, names));
    }

    /// The file that a path in this module counts for.
    fn file_named(&self, module: &Module, path: &[String]) -> Option<usize> {
        match self.resolve(module, path, 0)? {
            End::Item(file) => Some(file),
            End::Module(file) => (!self.files[file].is_door()).then_some(file),
        }
    }

    fn resolve(&self, from: &Module, path: &[String], doors: usize) -> Option<End> {
        let mut module = from.clone();
        let mut rest = path;
        while let [first, after @ ..] = rest {
            match first.as_str() {
                "crate" => module.clear(),
                "self" => {}
                "super" => drop(module.pop()?),
                _ => break,
            }
            rest = after;
        }
        let is_own = rest.len() < path.len();
        let first = rest.first();
        let knows = |name: &String| {
            self.child(&module, name).is_some() || self.modules[&module].1.bound.contains_key(name)
        };
        if !is_own && !first.is_some_and(knows) {
            return None; // another crate's, or a local name
        }
        self.walk(&module, rest, doors)
    }

    fn walk(&self, module: &Module, rest: &[String], doors: usize) -> Option<End> {
        let (file, names) = self.modules.get(module)?;
        let [first, after @ ..] = rest else {
            return Some(End::Module(*file));
        };
        if let Some(below) = self.child(module, first) {
            return self.walk(&below, after, doors);
        }
        if doors > MOST_DOORS {
            return None;
        }
        if let Some(path) = names.bound.get(first) {
            let path = [path, after].concat();
            return self.resolve(module, &path, doors + 1);
        }
        if names.defined.contains(first) {
            return Some(End::Item(*file));
        }
        let through = names.globs.iter().find_map(|glob| {
            let path = [glob, rest].concat();
            self.resolve(module, &path, doors + 1)
        });
        through.or(Some(End::Item(*file)))
    }

    fn child(&self, module: &Module, name: &str) -> Option<Module> {
        let mut below = module.clone();
        below.push(name.to_owned());
        self.modules.contains_key(&below).then_some(below)
    }
}

/// Sets of files that name each other in a circle, each in order.
pub fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> = graph
        .keys()
        .map(|file| (file, reached_from(graph, file)))
        .collect();
    let together = |file: &String| -> Vec<String> {
        let mutual = reached[file]
            .iter()
            .filter(|other| reached[*other].contains(file));
        mutual.map(|other| (*other).clone()).collect()
    };
    let found: BTreeSet<Vec<String>> = graph
        .keys()
        .map(together)
        .filter(|circle| circle.len() > 1)
        .collect();
    found.into_iter().collect()
}

fn reached_from<'a>(graph: &'a Graph, start: &String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<&String> = graph[start].iter().collect();
    while let Some(file) = left.pop() {
        if reached.insert(file) {
            left.extend(&graph[file]);
        }
    }
    reached
}

/// The same graph between the files and folders directly inside `folder` (`""` is the top).
pub fn inside(graph: &Graph, folder: &str) -> Graph {
    let part = |file: &str| -> Option<String> {
        let below = match folder {
            "" => file,
            folder => file.strip_prefix(folder)?.strip_prefix('/')?,
        };
        Some(below.split('/').next().unwrap_or(below).to_owned())
    };
    let mut parts = Graph::new();
    for (file, named) in graph {
        let Some(own) = part(file) else { continue };
        let others = named.iter().filter_map(|other| part(other));
        let others = others
            .filter(|other| *other != own)
            .collect::<BTreeSet<_>>();
        parts.entry(own).or_default().extend(others);
    }
    parts
}
