//! Stores at the worst that we know: the cost per byte does not grow with the file (`model::cost_budget`). Every tick is
//! handed out whole, so that a tick costs a little for each row there is: files here have many of one or of the other.
use std::sync::Arc;

use serde_json::{Map, Value};

use super::frame::{FRONT, HEAD, MARK, framed};
use super::{Reader, Writer};
use rlocust_core::histogram::Exact;
use rlocust_core::model::{EntryRow, ErrorRow, Tick};
use rlocust_testing::cost_budget::{assert_linear, behind, repeated};

fn read(file: &[u8]) {
    drop(Reader::new(file).expect("a store").last());
}

fn file_of(record: &[u8]) -> Vec<u8> {
    [HEAD, record].concat()
}

#[test]
fn marks_without_records_cost_what_their_bytes_cost() {
    assert_linear("marks", |size| behind(HEAD, &MARK, size), read);
    for promised in [0, 1, 1000, 200_000, u32::MAX] {
        let front = [&MARK[..], &u32::to_le_bytes(promised), &[0; 8]].concat();
        let name = format!("marks that promise {promised} bytes");
        assert_linear(&name, |size| behind(HEAD, &front, size), read);
    }
    let torn = |size| {
        let record = framed(&repeated(b"x", size));
        file_of(&record[..record.len() - 1])
    };
    assert_linear("a torn record", torn, read);
}

#[test]
fn facts_cost_what_their_bytes_cost() {
    let many = |size: usize| {
        let fact = |n| (format!("fact {n}"), Value::from("v".repeat(100)));
        Writer::default().head(&(0..size / 100).map(fact).collect())
    };
    assert_linear("facts", many, read);
    let long = |size| {
        let fact = ("fact".to_owned(), Value::from("v".repeat(size)));
        Writer::default().head(&Map::from_iter([fact]))
    };
    assert_linear("a long fact", long, read);
}

fn row(name: &str, requests: u32) -> Arc<EntryRow> {
    let mut exact = Exact::default();
    exact.record_many_us(1000, u64::from(requests));
    Arc::new(EntryRow {
        name: name.into(),
        method: "GET".into(),
        num_requests: i64::from(requests),
        exact: Arc::new(exact),
        ..EntryRow::default()
    })
}

#[test]
fn ticks_cost_what_their_bytes_cost() {
    let ticks = |size| {
        let mut writer = Writer::default();
        let mut file = HEAD.to_vec();
        for requests in 0.. {
            if file.len() >= size {
                break;
            }
            let mut tick = Tick::default();
            tick.snapshot.entries = vec![row("/x", requests)];
            file.extend(writer.tick(&tick));
        }
        file
    };
    assert_linear("ticks", ticks, read);
    let mut writer = Writer::default();
    writer.tick(&Tick::default());
    let same = writer.tick(&Tick::default());
    assert!(same.len() > FRONT);
    assert_linear("ticks of nothing", |size| behind(HEAD, &same, size), read);
}

#[test]
fn rows_cost_what_their_bytes_cost() {
    const LENGTH: usize = 200; // of a row, more or less
    let name = |n: usize| format!("/{n}/{}", "x".repeat(100));
    let entries = |size: usize| {
        let mut tick = Tick::default();
        let rows = (0..size / LENGTH).map(|n| row(&name(n), 7));
        tick.snapshot.entries = rows.collect();
        file_of(&Writer::default().tick(&tick))
    };
    assert_linear("entries", entries, read);
    let errors = |size: usize| {
        let mut tick = Tick::default();
        let error = |n| ErrorRow {
            text: name(n).into(),
            ..ErrorRow::default()
        };
        let rows = (0..size / LENGTH).map(|n| Arc::new(error(n)));
        tick.snapshot.errors = rows.collect();
        file_of(&Writer::default().tick(&tick))
    };
    assert_linear("errors", errors, read);
}
