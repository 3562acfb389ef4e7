//! What viewers of the page cost its thread: CPU time a tick of 500 endpoints with 4 and with 20 requests each, for nobody,
//! one viewer and ten. `cargo bench --bench page`; a number picks the viewers, to profile one kind.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rlocust_engine::config::{Place, RunFacts, RunSettings, Script};
use rlocust_engine::report::locust_web::ShownPercentiles;
use rlocust_engine::run::Run;
use rlocust_engine::stats::{Recorder, ResponseTimesCache};
use rlocust_engine::verdict::LimitTracker;
use rlocust_engine::web::{ScriptInfo, Site, WebServer};

const ENDPOINTS: usize = 500;
const TICKS: u32 = 12;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let is_picked = |viewers: usize| {
        let mut numbers = words.iter().filter_map(|word| word.parse::<usize>().ok());
        let first = numbers.next();
        first.is_none_or(|number| number == viewers)
    };
    for requests in [4, 20] {
        for viewers in [0, 1, 10].into_iter().filter(|number| is_picked(*number)) {
            measure(requests, viewers);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "ticks that lie closer together are no points of a chart"
)]
fn measure(requests: usize, viewers: usize) {
    let recorder = Recorder::new(ResponseTimesCache::Kept);
    let run = Run::new(Arc::clone(&recorder), || ());
    let site = Site::new(run.handle(), Arc::default(), "", said());
    let server = WebServer::new(Arc::new(site));
    server.bind("127.0.0.1", 0, None).expect("a port");
    server.start().expect("a thread");
    let mut load = Load { seed: 1 };
    // A minute's worth: histograms have the pages they need.
    load.second(&recorder, 60 * requests);
    run.tick();
    let address = server.address().expect("bound");
    let watching: Vec<Viewer> = (0..viewers).map(|_| Viewer::new(address)).collect();
    let mut ticks = Vec::new();
    for _ in 0..TICKS {
        let before = cpu_of_web();
        load.second(&recorder, requests);
        std::thread::sleep(Duration::from_secs(1));
        // As the service thread does it: rows are made, and given up, on another thread than the web's.
        run.tick();
        std::thread::sleep(Duration::from_millis(100));
        ticks.push(cpu_of_web().saturating_sub(before));
    }
    ticks.sort_unstable();
    let bytes = watching
        .first()
        .map_or(0, |viewer| viewer.bytes.load(Ordering::Relaxed));
    println!(
        "{requests} requests a second each, {viewers} viewers: median {:?}, best {:?}, {} bytes a tick",
        ticks[ticks.len() / 2],
        ticks[0],
        bytes / TICKS as usize
    );
}

struct Load {
    seed: u64,
}

impl Load {
    /// Between 0.3 and some milliseconds, with a tail.
    fn second(&mut self, recorder: &Recorder, requests: usize) {
        for at in 0..ENDPOINTS * requests {
            self.seed = self
                .seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let place = (self.seed >> 40) as f64 / f64::from(1 << 24);
            let time = 0.3 / (1.05 - place) + (at % ENDPOINTS) as f64 / 1000.0;
            let name = format!("/shop/items/{}", at % ENDPOINTS);
            recorder.log_request(
                "GET",
                &name,
                Some(time),
                900 + (self.seed % 300).cast_signed(),
                None,
            );
        }
    }
}

/// Reads the stream as a browser does, packed, and counts.
struct Viewer {
    line: TcpStream,
    bytes: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl Viewer {
    fn new(address: SocketAddr) -> Self {
        let mut line = TcpStream::connect(address).expect("it listens");
        line.write_all(b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
            .expect("it reads");
        let mut from = line.try_clone().expect("a handle");
        let bytes = Arc::new(AtomicUsize::default());
        let counted = Arc::clone(&bytes);
        let thread = std::thread::spawn(move || {
            let mut piece = vec![0; 1 << 16];
            while let Ok(length @ 1..) = from.read(&mut piece) {
                counted.fetch_add(length, Ordering::Relaxed);
            }
        });
        Self {
            line,
            bytes,
            thread: Some(thread),
        }
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.line.shutdown(Shutdown::Both).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

/// From the scheduler, which counts nanoseconds.
fn cpu_of_web() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
    let of = |folder: std::path::PathBuf| {
        let name = std::fs::read_to_string(folder.join("comm")).ok()?;
        let spent = std::fs::read_to_string(folder.join("schedstat")).ok()?;
        let spent = spent.split(' ').next()?.parse().ok()?;
        (name.trim() == "rlocust-web").then_some(Duration::from_nanos(spent))
    };
    tasks.flatten().filter_map(|task| of(task.path())).sum()
}

fn said() -> ScriptInfo {
    let settings = RunSettings::default();
    ScriptInfo {
        facts: RunFacts::new(Place::default(), Script::default(), &settings),
        percentiles: ShownPercentiles::default(),
        utc_offset: 0,
        is_master: false,
        full_history: None,
        is_through_python: false,
        taken: Vec::new(),
        needs_login: false,
        limits: Arc::new(LimitTracker::new(Vec::new(), Vec::new())),
    }
}
