//! The folder of earlier runs: a store for each test of a process, whole or cut off; what is noted of it; what is refused.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use rlocust_engine::clock::{self, PausedClock, pause_at};
use rlocust_engine::history::{Folder, Refusal, RunState};
use rlocust_engine::model::{Conclusion, State, Tick};
use rlocust_engine::output::{HistoryOutput, replay};
use rlocust_engine::run::{Output, StatePublisher};
use rlocust_engine::stats::{Recorder, ResponseTimesCache};
use rlocust_engine::verdict::LimitTracker;
use serde_json::{Map, json};

/// A process that keeps its tests in a folder, removed with it.
struct Bench {
    path: PathBuf,
    folder: Arc<Folder>,
    output: HistoryOutput,
    clock: PausedClock,
    recorder: Arc<Recorder>,
    states: StatePublisher,
}

impl Drop for Bench {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.path).ok(); // a test's leftovers harm nobody
    }
}

fn place() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("rlocust-history-{}-{number}", std::process::id()))
}

impl Bench {
    fn new() -> Self {
        let path = place();
        let mut facts = Map::new();
        facts.insert("host".to_owned(), json!("http://shop.test"));
        let folder = Arc::new(Folder::open(path.join("deep"), facts).expect("it is made"));
        let limits = Arc::new(Mutex::new(LimitTracker::new(Vec::new(), Vec::new())));
        Self {
            output: HistoryOutput::new(Arc::clone(&folder), limits, 1),
            path,
            folder,
            clock: pause_at(1_700_000_000.25),
            recorder: Recorder::new(ResponseTimesCache::Kept),
            states: StatePublisher::default(),
        }
    }

    fn start(&self) {
        self.recorder.reset_all();
        self.states.test_started(clock::unix_seconds());
        self.states.set_state(Some(State::Running), 0.0);
    }

    fn stop(&self) {
        self.states
            .set_state(Some(State::Stopped), clock::unix_seconds());
    }

    fn request(&self) {
        self.recorder.log_request("GET", "/a", Some(10.0), 1, None);
    }

    fn now(&self) -> Tick {
        Tick {
            now: clock::unix_seconds(),
            snapshot: self.recorder.snapshot(),
            run: self.states.read(),
            ..Tick::default()
        }
    }

    /// Some seconds with a request each.
    fn run_for(&mut self, seconds: usize) {
        for _ in 0..seconds {
            self.request();
            self.pass();
        }
    }

    fn pass(&mut self) {
        let tick = Arc::new(self.now());
        self.output.tick(&tick).expect("there is space");
        self.clock.advance(1.0);
    }

    fn finish(&mut self, exit_code: i64) {
        let tick = Tick {
            conclusion: Some(Arc::new(Conclusion {
                exit_code,
                ..Conclusion::default()
            })),
            ..self.now()
        };
        self.output.finish(&Arc::new(tick)).expect("there is space");
    }

    /// Name, state and requests of each run, the newest first.
    fn runs(&self) -> Vec<(String, RunState, i64)> {
        let runs = self.folder.runs(100).expect("it can be read");
        let row = |run: rlocust_engine::history::KeptRun| {
            let requests = run.figures.map_or(-1, |figures| figures.requests);
            (run.id, run.state, requests)
        };
        runs.into_iter().map(row).collect()
    }

    /// Requests and exit code, by the store itself.
    fn stored(&self, id: &str) -> (i64, Option<i64>) {
        let read = self
            .folder
            .read(id, |file| replay(file, &mut []).expect("a store").0.last);
        let last = read.expect("it is there");
        let code = last.conclusion.map(|conclusion| conclusion.exit_code);
        (last.snapshot.total.num_requests, code)
    }
}

const FIRST: &str = "2023-11-14T22-13-20Z";

#[test]
fn each_test_of_a_process_is_a_run_from_its_start_to_its_stop() {
    let mut bench = Bench::new();
    bench.pass();
    assert_eq!(bench.runs(), []);
    bench.clock.advance(-1.0);
    bench.start();
    bench.run_for(3);
    assert_eq!(bench.runs(), [(FIRST.to_owned(), RunState::Current, 3)]);
    bench.stop();
    bench.pass();
    assert_eq!(bench.runs(), [(FIRST.to_owned(), RunState::Complete, 3)]);
    bench.request(); // a late word
    bench.pass();
    assert_eq!(bench.stored(FIRST), (4, Some(0)));
    bench.recorder.reset_all(); // of sums that nobody asks for any more
    bench.pass();
    bench.start();
    bench.run_for(2);
    bench.stop();
    bench.finish(7);
    let second = "2023-11-14T22-13-26Z".to_owned();
    let expected = [
        (second.clone(), RunState::Complete, 2),
        (FIRST.to_owned(), RunState::Complete, 4),
    ];
    assert_eq!(bench.runs(), expected);
    assert_eq!(bench.stored(&second), (2, Some(7)));
}

#[test]
fn figures_are_those_of_the_test() {
    let mut bench = Bench::new();
    bench.start();
    bench.states.user_started("A");
    bench.run_for(2);
    bench.states.user_ended("A");
    bench.stop();
    bench.clock.advance(100.0);
    bench.finish(0);
    let figures = bench
        .folder
        .run(FIRST)
        .expect("a run")
        .figures
        .expect("read");
    assert_eq!((figures.users, figures.duration_s), (1, Some(2.0)));
    assert_eq!(figures.host.as_deref(), Some("http://shop.test"));
    assert!(
        figures.p95.is_some_and(|p95| (p95 - 10.0).abs() < 0.1),
        "{figures:?}"
    );
    std::fs::remove_file(bench.path.join(format!("deep/{FIRST}.json"))).expect("the card");
    assert_eq!(
        bench.folder.run(FIRST).expect("a run").figures,
        Some(figures)
    );
}

#[test]
fn a_test_that_lasts_less_than_a_tick_is_kept() {
    let mut bench = Bench::new();
    bench.start();
    bench.request();
    bench.finish(0);
    assert_eq!(bench.runs(), [(FIRST.to_owned(), RunState::Complete, 1)]);
}

#[test]
fn what_its_process_did_not_end_is_cut_off_and_two_of_a_second_are_two() {
    let mut bench = Bench::new();
    bench.start();
    bench.run_for(2);
    let other = Folder::open(bench.path.join("deep"), Map::new()).expect("it is there");
    let of_other = |id: &str| other.run(id).expect("a run").state;
    assert_eq!(of_other(FIRST), RunState::Current);
    assert!(matches!(other.delete(FIRST), Err(Refusal::GoesOn(_))));
    let limits = Arc::new(Mutex::new(LimitTracker::new(Vec::new(), Vec::new())));
    bench.output = HistoryOutput::new(Arc::clone(&bench.folder), limits, 1); // the one before is gone, as if killed
    assert_eq!(of_other(FIRST), RunState::Cut);
    let lacks = other.run(FIRST).expect("a run").lacks;
    assert_eq!(lacks.as_deref(), Some("it has no end: the run was cut off"));
    bench.run_for(2);
    bench.finish(0);
    let second = format!("{FIRST}-2");
    assert_eq!(of_other(&second), RunState::Complete);
    other.delete(FIRST).expect("it is over");
    other.delete(&second).expect("it is over");
    assert_eq!(std::fs::read_dir(other.path()).expect("there").count(), 0);
}

#[test]
fn a_disk_that_is_full_for_a_while_costs_no_run() {
    let mut bench = Bench::new();
    let (there, gone) = (bench.path.join("deep"), bench.path.join("gone"));
    std::fs::rename(&there, &gone).expect("it can be renamed");
    bench.start();
    bench.run_for(1);
    for _ in 0..2 {
        let tick = Arc::new(bench.now());
        assert!(bench.output.tick(&tick).is_err());
        bench.clock.advance(1.0);
    }
    std::fs::rename(&gone, &there).expect("it can be renamed");
    bench.run_for(1);
    bench.finish(0);
    assert_eq!(bench.stored(FIRST), (2, Some(0)));
}

#[test]
fn notes_stay_beside_the_figures_and_no_name_leads_out_of_the_folder() {
    let mut bench = Bench::new();
    bench.start();
    bench.run_for(2);
    let note = |text: &'static str| {
        move |notes: &mut rlocust_engine::history::Notes| notes.note = text.to_owned()
    };
    bench
        .folder
        .note(FIRST, note("before"))
        .expect("there is space");
    bench.finish(0);
    let run = bench.folder.run(FIRST).expect("a run");
    assert_eq!(
        (run.notes.note.as_str(), run.state),
        ("before", RunState::Complete)
    );
    let secret = bench.path.join("secret.store");
    std::fs::write(&secret, "x").expect("there is space");
    std::os::unix::fs::symlink(&secret, bench.path.join("deep/link.store")).expect("a link");
    for id in [
        "../secret",
        "..",
        "",
        "link",
        "a/b",
        "a\\b",
        ".hidden",
        "x\0y",
        &"a".repeat(200),
    ] {
        assert!(
            matches!(bench.folder.run(id), Err(Refusal::Unknown(_))),
            "{id}"
        );
        assert!(
            bench.folder.delete(id).is_err() && bench.folder.file(id).is_err(),
            "{id}"
        );
        assert!(bench.folder.note(id, note("x")).is_err(), "{id}");
    }
    assert!(secret.exists());
}

#[test]
fn what_is_no_store_is_shown_as_such() {
    let bench = Bench::new();
    std::fs::write(bench.path.join("deep/odd.store"), "no store").expect("there is space");
    std::fs::write(bench.path.join("deep/other.txt"), "no store").expect("there is space");
    let runs = bench.folder.runs(9).expect("it can be read");
    assert_eq!((runs.len(), runs[0].state), (1, RunState::Unread));
    assert_eq!(
        runs[0].lacks.as_deref(),
        Some("it is not a result store of rlocust")
    );
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let path = place();
    std::fs::write(&path, "").expect("there is space");
    let why = Folder::open(path.clone(), Map::new())
        .expect_err("a file")
        .to_string();
    assert_eq!(why, "it is a file: `--history` names a folder");
    assert!(Folder::open(Path::new("/proc/none").to_owned(), Map::new()).is_err());
    std::fs::remove_file(path).expect("it can be removed");
}
