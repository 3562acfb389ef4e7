//! The result store: what is written reads back to the same sums, byte for byte in every output, whatever happened in
//! between; a torn end is left out, damage before the end is reported.
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use rlocust_engine::clock::{self, PausedClock, pause_at};
use rlocust_engine::model::{
    Bucket, ExceptionRow, Lag, Loss, Number, Outcome, Phases, StreamFigure, Tick,
};
use rlocust_engine::output::{self, CsvFiles, CsvSettings, StoreFile, SummaryFile};
use rlocust_engine::report::{RequestsSheet, csv, json, streams, summary};
use rlocust_engine::run::{Output, StatePublisher};
use rlocust_engine::stats::{Recorder, ResponseTimesCache};
use rlocust_engine::store::{Damage, Lacks, Reader, Record, Writer};
use serde_json::Map;

const PERCENTILES: [f64; 3] = [0.5, 0.95, 1.0];

/// What may happen between two ticks.
#[derive(Debug, Clone)]
enum Deed {
    Request(u8, f64),
    Untimed(u8),
    Failure(u8, u8),
    Exception(u8),
    Loss(u8),
    Stream(u8, f64),
    Wait(f64),
    Reset,
    Clear,
    Edit(u8, i64),
    Tick,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => (0_u8..5, 0.0_f64..20_000.0).prop_map(|(name, time)| Deed::Request(name, time)),
        1 => (0_u8..5).prop_map(Deed::Untimed),
        3 => (0_u8..5, 0_u8..4).prop_map(|(name, error)| Deed::Failure(name, error)),
        1 => (0_u8..3).prop_map(Deed::Exception),
        1 => (0_u8..3).prop_map(Deed::Loss),
        3 => (0_u8..3, 0.0_f64..20.0).prop_map(|(name, time)| Deed::Stream(name, time)),
        3 => (0.0_f64..30.0).prop_map(Deed::Wait),
        1 => Just(Deed::Reset),
        1 => Just(Deed::Clear),
        1 => (0_u8..5, 0_i64..9).prop_map(|(name, count)| Deed::Edit(name, count)),
        6 => Just(Deed::Tick),
    ]
}

struct Bench {
    clock: PausedClock,
    recorder: Arc<Recorder>,
    states: StatePublisher,
}

impl Bench {
    fn new() -> Self {
        let clock = pause_at(1_700_000_000.25);
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        Self {
            clock,
            recorder,
            states: StatePublisher::default(),
        }
    }

    fn tick(&self) -> Tick {
        let snapshot = self.recorder.snapshot();
        Tick {
            now: snapshot.taken_at,
            snapshot,
            run: self.states.read(),
            ..Tick::default()
        }
    }

    fn perform(&self, deed: &Deed) {
        let name = |number: u8| format!("/{number}");
        match *deed {
            Deed::Request(number, time) => {
                self.recorder
                    .log_request("GET", &name(number), Some(time), 7, None);
                self.recorder.count(Outcome::Ok);
                self.recorder
                    .log_lag(Lag::Wake, Duration::from_secs_f64(time / 1e3));
                let body = Some(Duration::from_secs_f64(time / 1e3));
                self.recorder.log_phases(
                    "GET",
                    &name(number),
                    &Phases {
                        body,
                        ..Phases::default()
                    },
                );
            }
            Deed::Untimed(number) => self
                .recorder
                .log_request("GET", &name(number), None, 0, None),
            Deed::Failure(number, error) => {
                self.recorder
                    .log_error("GET", &name(number), &format!("Error({error})"));
            }
            Deed::Exception(number) => {
                let row = ExceptionRow {
                    count: 1,
                    message: name(number),
                    ..ExceptionRow::default()
                };
                self.states.put_exception(&name(number), row);
                self.states.user_started("User");
            }
            Deed::Loss(number) => {
                let loss = Loss {
                    worker: name(number),
                    from: clock::unix_seconds(),
                    until: 0.5,
                    reports: number.into(),
                };
                self.states.set_workers(Vec::new(), vec![loss]);
            }
            Deed::Stream(number, seconds) => {
                let time = Duration::from_secs_f64(seconds);
                let ledger = self.recorder.stream_ledger("POST", &name(number));
                ledger.begin(time);
                ledger.event(Some((StreamFigure::FirstEvent, time * 2)));
                ledger.tokens(number.into(), time, time * 3);
            }
            Deed::Wait(seconds) => self.clock.advance(seconds),
            Deed::Reset => self.recorder.reset_all(),
            Deed::Clear => self.recorder.clear_all(),
            Deed::Edit(number, count) => self.recorder.entry(&name(number), "GET").with(|sums| {
                sums.num_requests = count;
                sums.total_response_time = Number::Whole(count);
                *sums.response_times.of(Bucket(Number::Real(0.5))) = count;
            }),
            Deed::Tick => {}
        }
    }
}

/// Everything that outputs would write of it.
fn bytes_of(tick: &Tick) -> Vec<Vec<u8>> {
    vec![
        RequestsSheet::new(&PERCENTILES).render(&tick.snapshot),
        csv::failures(&tick.snapshot),
        csv::exceptions(&tick.run),
        streams::csv(&tick.snapshot),
        csv::history_rows(tick, &PERCENTILES, csv::History::Aggregate),
        json::entries(&tick.snapshot).into_bytes(),
        summary::Collector::new(Map::new())
            .summary(tick)
            .into_bytes(),
    ]
}

fn read(file: &[u8]) -> (Vec<Tick>, Option<Damage>, bool) {
    let mut reader = Reader::new(file).expect("it is a store");
    let (mut ticks, mut damage) = (Vec::new(), None);
    for record in reader.by_ref() {
        match record {
            Ok(Record::Tick(tick)) => ticks.push(*tick),
            Ok(_) => {}
            Err(found) => damage = Some(found),
        }
    }
    let is_torn = reader.lacks() == Some(Lacks::Torn);
    (ticks, damage, is_torn)
}

fn texts(tick: &Tick) -> Vec<String> {
    bytes_of(tick)
        .into_iter()
        .map(|bytes| String::from_utf8(bytes).expect("text"))
        .collect()
}

/// What the outputs of each tick are made of, read back from a store and before it was written.
fn written_and_read(deeds: &[Deed]) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let bench = Bench::new();
    let mut writer = Writer::default();
    let mut file = writer.head(&Map::new());
    let mut written = Vec::new();
    for deed in deeds {
        bench.perform(deed);
        if matches!(deed, Deed::Tick) {
            let tick = bench.tick();
            file.extend(writer.tick(&tick));
            written.push(texts(&tick));
        }
    }
    file.extend(writer.end(&Map::new()));
    let (ticks, damage, is_torn) = read(&file);
    assert_eq!((damage, is_torn), (None, false));
    (ticks.iter().map(texts).collect(), written)
}

#[test]
fn a_reset_within_the_clocks_step_forgets_the_seconds_before_it() {
    let deeds = [
        Deed::Untimed(0),
        Deed::Tick,
        Deed::Reset,
        Deed::Wait(6.0),
        Deed::Request(1, 5.0),
        Deed::Tick,
    ];
    let (read, written) = written_and_read(&deeds);
    assert_eq!(read, written);
}

#[test]
fn a_row_that_was_reset_and_edited_has_none_of_its_old_seconds() {
    let deeds = [
        Deed::Untimed(4),
        Deed::Tick,
        Deed::Reset,
        Deed::Edit(4, 1),
        Deed::Tick,
    ];
    let (read, written) = written_and_read(&deeds);
    assert_eq!(read, written);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_is_written_reads_back_to_the_same_outputs(deeds in prop::collection::vec(deed(), 1..120)) {
        let (read, written) = written_and_read(&deeds);
        prop_assert_eq!(read, written);
    }

    #[test]
    fn what_the_stats_file_keeps_is_what_it_would_render_anew(deeds in prop::collection::vec(deed(), 1..120)) {
        let bench = Bench::new();
        let mut keeps = RequestsSheet::new(&PERCENTILES);
        for deed in deeds {
            bench.perform(&deed);
            if matches!(deed, Deed::Tick) {
                let snapshot = bench.tick().snapshot;
                let anew = RequestsSheet::new(&PERCENTILES).render(&snapshot);
                prop_assert_eq!(keeps.render(&snapshot), anew);
            }
        }
    }

    #[test]
    fn no_file_makes_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0_usize..400) {
        let bench = Bench::new();
        bench.perform(&Deed::Request(1, 5.0));
        let mut writer = Writer::default();
        let mut file = writer.head(&Map::new());
        file.extend(writer.tick(&bench.tick()));
        let at = at.min(file.len());
        file.splice(at.., bytes);
        if let Ok(reader) = Reader::new(&file) {
            reader.for_each(drop);
        }
    }
}

/// The record with other bytes in it, and the checksum that is right for them: nobody's accident, but somebody's file.
fn forged(record: &[u8], edits: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut content = record[12..].to_vec();
    for (at, byte) in edits {
        let at = 1 + at.index(content.len() - 1);
        content[at] = *byte;
    }
    framed(&content)
}

fn framed(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_le_bytes();
    let sum = crc32fast::hash(&[&length, content].concat());
    [b"\xf7rl\n", &length, &sum.to_le_bytes(), content].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_record_with_a_right_checksum_makes_a_report_panic(
        deeds in prop::collection::vec(deed(), 1..20),
        edits in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..4),
        then in prop::collection::vec(deed(), 0..6),
    ) {
        let bench = Bench::new();
        let mut writer = Writer::default();
        let mut file = writer.head(&Map::new());
        for deed in &deeds {
            bench.perform(deed);
        }
        file.extend(forged(&writer.tick(&bench.tick()), &edits));
        for deed in &then {
            bench.perform(deed);
        }
        file.extend(writer.tick(&bench.tick()));
        for tick in read(&file).0 {
            bytes_of(&tick);
        }
    }
}

#[test]
fn a_record_whose_least_time_is_above_its_longest_is_damage() {
    let bench = Bench::new();
    bench.perform(&Deed::Request(1, 5.0));
    let mut writer = Writer::default();
    let head = writer.head(&Map::new());
    let record = writer.tick(&bench.tick());
    let least_and_longest = [0x88, 0x27, 0x88, 0x27]; // 5 000 µs, twice
    let at = record
        .windows(4)
        .position(|bytes| bytes == least_and_longest);
    let mut content = record[12..].to_vec();
    content[at.expect("the extremes of the entry") - 12 + 2] = 0x87;
    let file = [head.as_slice(), &framed(&content)].concat();
    let (ticks, damage, _) = read(&file);
    assert_eq!(
        (ticks.len(), damage),
        (0, Some(Damage::Damaged { at: head.len() }))
    );
}

fn store_of(ticks: usize) -> (Vec<u8>, Vec<usize>) {
    let bench = Bench::new();
    let mut writer = Writer::default();
    let mut file = writer.head(&Map::new());
    let mut starts = Vec::new();
    for _ in 0..ticks {
        bench.perform(&Deed::Request(1, 5.0));
        bench.perform(&Deed::Wait(1.0));
        starts.push(file.len());
        file.extend(writer.tick(&bench.tick()));
    }
    (file, starts)
}

#[test]
fn a_torn_last_record_costs_that_record_alone() {
    let (file, starts) = store_of(4);
    for length in [starts[3] + 1, starts[3] + 13, file.len() - 1] {
        let (ticks, damage, is_torn) = read(&file[..length]);
        assert_eq!((ticks.len(), damage, is_torn), (3, None, true), "{length}");
        assert_eq!(ticks[2].snapshot.total.num_requests, 3);
    }
}

#[test]
fn damage_before_the_end_is_reported_with_its_place() {
    let (mut file, starts) = store_of(4);
    file[starts[1] + 20] ^= 1;
    let (ticks, damage, _) = read(&file);
    assert_eq!(
        (ticks.len(), damage),
        (1, Some(Damage::Damaged { at: starts[1] }))
    );
}

#[test]
fn a_replay_says_what_its_file_lacks() {
    let lacks = |file: &[u8]| output::replay(file, &mut []).expect("a store").0.lacks;
    let shown = |file: &[u8]| lacks(file).map(|why| why.to_string());
    let (mut file, starts) = store_of(4);
    let ended = [file.as_slice(), &Writer::default().end(&Map::new())].concat();
    assert_eq!(lacks(&ended), None);
    assert_eq!(
        shown(&file).as_deref(),
        Some("it has no end: the run was cut off")
    );
    assert_eq!(
        shown(&file[..file.len() - 1]).as_deref(),
        Some("its last record is torn: the run was cut off while it wrote")
    );
    let at = starts[1];
    file[at + 20] ^= 1;
    assert_eq!(lacks(&file), Some(Lacks::Damaged(Damage::Damaged { at })));
    assert_eq!(
        shown(&file),
        Some(format!(
            "it is damaged at byte {at}: what follows cannot be read"
        ))
    );
}

#[test]
fn other_files_and_later_versions_are_refused() {
    assert_eq!(Reader::new(b"Type,Name\r\n").err(), Some(Damage::Foreign));
    assert_eq!(Reader::new(b"").err(), Some(Damage::Foreign));
    assert_eq!(Reader::new(b"rlocust-store\x07").err(), Some(Damage::Later));
}

#[test]
fn a_quiet_second_costs_few_bytes() {
    let bench = Bench::new();
    for number in 0..5_000 {
        bench.recorder.log_request(
            "GET",
            &format!("/a/name/of/some/length/{number}"),
            Some(12.5),
            100,
            None,
        );
    }
    let mut writer = Writer::default();
    writer.tick(&bench.tick());
    bench.clock.advance(1.0);
    bench.perform(&Deed::Request(1, 5.0));
    let record = writer.tick(&bench.tick());
    assert!(record.len() < 500, "{}", record.len());
}

/// What one tick costs the service thread with everything on: 5 000 entries, 500 of them changed.
/// `cargo test --release --test engine tick_with_every_file -- --ignored --nocapture`
#[test]
#[ignore = "a measurement, printed on stderr"]
fn tick_with_every_file() {
    let folder = std::env::temp_dir().join(format!("rlocust-tick-{}", std::process::id()));
    let file = |name: &str| folder.join(name);
    let settings = CsvSettings {
        prefix: file("x").into_os_string(),
        percentiles: vec![
            0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0,
        ],
        history: csv::History::Aggregate,
        interval: Duration::from_secs(1),
        flush_interval: Duration::from_secs(5),
    };
    let mut csv = CsvFiles::create(settings).expect("a file");
    let mut store = StoreFile::create(file("x.store"), &Map::new()).expect("a file");
    let mut summary = SummaryFile::create(file("x.json"), Map::new()).expect("a file");
    let bench = Bench::new();
    let names: Vec<String> = (0..5_000)
        .map(|number| format!("/a/path/{number}"))
        .collect();
    for second in 0..40_u32 {
        for sample in 0..20_000_u32 {
            let name = if second < 20 {
                sample % 5_000
            } else {
                sample % 500
            };
            let time = f64::from((sample * 7919 + second * 131) % 5_000) / 10.0;
            bench
                .recorder
                .log_request("GET", &names[name as usize], Some(time), 100, None);
        }
        bench.clock.advance(1.0);
        let started = clock::instant();
        let tick = Arc::new(bench.tick());
        let taken = started.elapsed();
        let mut steps = Vec::new();
        for output in [&mut csv as &mut dyn Output, &mut store, &mut summary] {
            let began = clock::instant();
            output.tick(&tick).expect("there is space");
            steps.push(began.elapsed());
        }
        if second > 20 {
            let bytes = std::fs::metadata(file("x.store")).map_or(0, |file| file.len());
            eprintln!("snapshot {taken:?}, csv, store, summary {steps:?}, store {bytes} bytes");
        }
    }
    std::fs::remove_dir_all(folder).expect("it can be removed");
}
