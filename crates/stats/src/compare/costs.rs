//! Files of other runs at the worst that we know: to read and to compare them costs per byte what a small one costs
//! (`model::cost_budget`).
use std::sync::Arc;

use serde_json::Map;

use super::regression::Regression;
use super::{compare, json, load, markdown, table};
use crate::report::summary::Collector;
use rlocust_core::histogram::Exact;
use rlocust_core::model::{EntryRow, StreamRow, Tick};
use rlocust_testing::cost_budget::assert_linear;

/// What an entry is in a summary, more or less.
const ENTRY: usize = 2000;

fn compared(file: &[u8]) {
    let read = || load("run", file).expect("a run");
    let comparison = compare(&read(), &read());
    drop(table(&comparison));
    drop(markdown(&comparison));
    drop(json(&comparison, &Regression::NotAsked));
}

fn entry(name: String) -> Arc<EntryRow> {
    let mut exact = Exact::default();
    exact.record_many_us(1000, 5);
    Arc::new(EntryRow {
        name: name.into(),
        method: "GET".into(),
        num_requests: 5,
        exact: Arc::new(exact),
        ..EntryRow::default()
    })
}

fn summary(names: impl Iterator<Item = String>, ticks: usize) -> Vec<u8> {
    let mut tick = Tick::default();
    tick.snapshot.entries = names.map(entry).collect();
    let mut collector = Collector::new(Map::new());
    for second in 0..ticks {
        tick.now = second as f64;
        collector.tick(&tick);
    }
    collector.summary(&tick).into_bytes()
}

/// At least one entry, and smaller files: to read one makes all its histograms.
#[test]
fn entries_of_a_summary_cost_what_their_bytes_cost() {
    let names = |size: usize| (0..=size / 8 / ENTRY).map(|n| format!("/{n}"));
    assert_linear("entries", |size| summary(names(size), 1), compared);
    let and_a_long_one = |size: usize| {
        let long = "x".repeat(size / 8);
        summary(names(size).chain([long]), 1)
    };
    assert_linear("a long name", and_a_long_one, compared);
}

#[test]
fn streams_of_a_summary_cost_what_their_bytes_cost() {
    let streams = |size: usize| {
        let mut tick = Tick::default();
        let rows = (0..=size / 8 / ENTRY).map(|n| stream(format!("/{n}")));
        tick.snapshot.streams = rows.collect();
        let mut collector = Collector::new(Map::new());
        collector.tick(&tick);
        collector.summary(&tick).into_bytes()
    };
    assert_linear("streams", streams, compared);
}

fn stream(name: String) -> Arc<StreamRow> {
    let mut row = StreamRow {
        name: name.into(),
        ..StreamRow::default()
    };
    row.counts.streams = 5;
    for figure in &mut row.figures {
        Arc::make_mut(figure).record_many_us(1000, 5);
    }
    Arc::new(row)
}

#[test]
fn the_course_in_a_summary_costs_what_its_bytes_cost() {
    const POINT: usize = 100;
    let name = || ["/x".to_owned()].into_iter();
    assert_linear("points", |size| summary(name(), size / POINT), compared);
}
