//! The web interface over real connections: a script in Rust answers what only a script can.
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rlocust_engine::clock;
use rlocust_engine::config::{Place, RunFacts, RunSettings, Script};
use rlocust_engine::model::State;
use rlocust_engine::run::{HttpAnswer, Order, Run, Running};
use rlocust_engine::stats::{Recorder, ResponseTimesCache};
use rlocust_engine::verdict::LimitTracker;
use rlocust_engine::web::{ScriptInfo, Site, WebServer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

use rlocust_testing::waiting::{DEADLINE, wait_until};

/// A run with its web interface and somebody who carries out its orders.
struct Test {
    server: WebServer,
    recorder: Arc<Recorder>,
    run: Arc<Run>,
    running: Option<Running>,
    is_over: Arc<AtomicBool>,
    wake: Sender<()>,
    script: Option<JoinHandle<()>>,
}

impl Test {
    fn new() -> Self {
        Self::below("")
    }

    fn below(base_path: &str) -> Self {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let (wake, woken) = channel();
        let run = Run::new(Arc::clone(&recorder), {
            let wake = wake.clone();
            move || {
                wake.send(()).ok();
            }
        });
        let run = Arc::new(run);
        run.states().set_state(Some(State::Ready), 1.0);
        let site = Site::new(run.handle(), Arc::default(), base_path, said());
        let server = WebServer::new(Arc::new(site));
        server.bind("127.0.0.1", 0, None).expect("a port");
        server.start().expect("a thread");
        let running = run.service().start().expect("a thread");
        let is_over = Arc::new(AtomicBool::new(false));
        let script = std::thread::spawn({
            let (run, is_over) = (Arc::clone(&run), Arc::clone(&is_over));
            move || carry_out(&run, &woken, &is_over)
        });
        Self {
            server,
            recorder,
            run,
            running: Some(running),
            is_over,
            wake,
            script: Some(script),
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.server.address().expect("bound")).expect("it listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
        stream
    }

    /// Head and body.
    fn ask(&self, method: &str, path: &str, others: &str) -> (String, String) {
        let mut stream = self.connect();
        let ask =
            format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{others}\r\n");
        stream.write_all(ask.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        (head.to_owned(), body.to_owned())
    }

    fn json(&self, path: &str) -> Value {
        let (head, body) = self.ask("GET", path, "");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}\n{body}");
        serde_json::from_str(&body).expect(&body)
    }

    fn status(&self, method: &str, path: &str, others: &str) -> u16 {
        let (head, _) = self.ask(method, path, others);
        head[9..12].parse().expect("a status")
    }

    /// Reads a stream until it says this.
    fn hear(stream: &mut TcpStream, words: &str) -> String {
        let (mut heard, mut some) = (String::new(), [0; 4096]);
        let begun = clock::instant();
        while !heard.contains(words) {
            assert!(begun.elapsed() < DEADLINE, "never `{words}`: {heard}");
            let read = stream.read(&mut some).expect("events");
            assert!(read > 0, "closed: {heard}");
            heard.push_str(&String::from_utf8_lossy(&some[..read]));
        }
        heard
    }
}

impl Drop for Test {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        self.wake.send(()).ok();
        self.script.take().map(JoinHandle::join);
        self.server.stop();
        if let Some(mut running) = self.running.take() {
            running.finish(self.run.tick());
            running.wait(DEADLINE);
        }
    }
}

fn said() -> ScriptInfo {
    let place = Place {
        rlocust: "0.1".to_owned(),
        ..Place::default()
    };
    let script = Script {
        locustfile: Some("shop.py".to_owned()),
        host: Some("http://me:secret@shop.test".to_owned()),
        ..Script::default()
    };
    let settings = RunSettings::default();
    ScriptInfo {
        facts: RunFacts::new(place, script, &settings),
        percentiles: rlocust_engine::report::locust_web::ShownPercentiles::default(),
        utc_offset: 3600,
        is_master: false,
        full_history: None,
        is_through_python: false,
        taken: Vec::new(),
        needs_login: false,
        limits: Arc::new(LimitTracker::new(Vec::new(), Vec::new())),
    }
}

/// As a runner would: `/swarm` runs users, everything else says what was asked.
fn carry_out(run: &Run, woken: &Receiver<()>, is_over: &AtomicBool) {
    while woken.recv().is_ok() && !is_over.load(Ordering::Acquire) {
        for taken in run.take_orders() {
            let Order::Http(request) = taken.order.clone() else {
                taken.refuse("not by this script".to_owned());
                continue;
            };
            if request.path == "/swarm" {
                run.states().test_started(clock::unix_seconds());
                run.states().set_state(Some(State::Running), 1.0);
            }
            let body = format!(
                "{{\"path\": \"{}\", \"sent\": {}}}",
                request.path,
                request.body.len()
            );
            taken.answer(HttpAnswer {
                status: if request.path == "_authorized" {
                    401
                } else {
                    200
                },
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: body.into_bytes(),
            });
        }
    }
}

#[test]
fn locusts_routes_answer_from_the_sums_of_the_moment() {
    let test = Test::new();
    test.recorder.log_request("GET", "/a", Some(12.0), 10, None);
    // Sums are up to a quarter of a second old.
    wait_until("the request is in the sums", || {
        test.json("/stats/requests")["stats"][0]["name"] == "/a"
    });
    let stats = test.json("/stats/requests");
    assert_eq!(stats["state"], "ready");
    assert_eq!(stats["stats"][1]["name"], "Aggregated");
    assert_eq!(test.json("/worker-count")["worker_count"], 0);
    assert_eq!(
        test.json("/exceptions")["exceptions"],
        serde_json::json!([])
    );
    test.server
        .site()
        .log(1.0, "INFO".into(), "locust.main".into(), "a line".into());
    assert_eq!(
        test.json("/logs"),
        serde_json::json!({"master": ["a line"], "workers": {}})
    );
    let (head, body) = test.ask("GET", "/stats/requests/csv", "");
    assert!(body.starts_with("Type,Name,Request Count"), "{body}");
    assert!(
        head.contains("content-disposition: attachment;filename=Locust_"),
        "{head}"
    );
    assert!(
        head.contains("_shop.py_http://shop.test_requests.csv"),
        "no password: {head}"
    );
    assert_eq!(
        test.status("GET", "/stats/requests_full_history/csv", ""),
        404
    );
    let (_, page) = test.ask("GET", "/metrics", "");
    assert!(page.contains("rlocust_requests_total"), "{page}");
    assert_eq!(test.json("/healthz")["status"], "ok");
}

#[test]
fn the_script_gets_what_only_it_can_answer() {
    let test = Test::new();
    let (head, body) = test.ask("POST", "/swarm", "content-length: 3\r\n\r\na=b");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, r#"{"path": "/swarm", "sent": 3}"#);
    assert_eq!(test.json("/stats/requests")["state"], "running");
    assert_eq!(test.json("/api/v1/form")["path"], "_form");
    assert_eq!(test.json("/tasks")["path"], "/tasks");
    let (head, page) = test.ask("GET", "/", "");
    assert!(
        page.contains(r#"window.templateArgs = {"path": "_page_args""#),
        "{page}"
    );
    assert!(
        head.contains("content-security-policy: default-src 'self'"),
        "{head}"
    );
    assert_eq!(test.status("GET", "/stop", ""), 405);
    assert_eq!(test.status("GET", "/_form", ""), 404);
    assert_eq!(test.status("GET", "/nowhere", ""), 404);
}

#[test]
fn pages_of_other_sites_change_nothing_and_may_read() {
    let test = Test::new();
    assert_eq!(
        test.status("POST", "/stop", "sec-fetch-site: cross-site\r\n"),
        403
    );
    assert_eq!(
        test.status("POST", "/api/v1/stop", "origin: http://evil.test\r\n"),
        403
    );
    assert_eq!(test.status("POST", "/stop", "origin: http://x\r\n"), 200);
    let (head, _) = test.ask("GET", "/stats/requests", "origin: http://evil.test\r\n");
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
}

#[test]
fn with_flask_every_path_but_the_pages_own_goes_to_the_script_as_it_was_sent() {
    let test = Test::below("/base");
    assert_eq!(test.status("GET", "/base", ""), 308);
    assert_eq!(test.status("GET", "/stats/requests", ""), 404);
    assert_eq!(test.json("/base/stats/requests")["state"], "ready");
    test.server.site().say(|said| said.is_through_python = true);
    assert_eq!(
        test.json("/base/stats/requests")["path"],
        "/base/stats/requests"
    );
    assert_eq!(test.json("/own")["path"], "/own");
    assert_eq!(test.json("/base/api/v1/state")["state"], "ready");
    test.server
        .site()
        .say(|said| said.taken = vec!["/metrics".to_owned()]);
    assert_eq!(test.json("/base/metrics")["path"], "/base/metrics");
    test.server.site().say(|said| said.needs_login = true);
    assert_eq!(test.status("GET", "/base/api/v1/state", ""), 401);
}

#[test]
fn the_stream_says_what_each_second_brought_and_goes_on_where_it_stopped() {
    let test = Test::new();
    let mut stream = test.connect();
    let ask = b"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(ask).expect("it reads");
    let begun = Test::hear(&mut stream, "retry:");
    assert!(begun.contains("content-type: text/event-stream"), "{begun}");
    test.recorder.log_request("GET", "/a", Some(12.0), 10, None);
    let heard = Test::hear(&mut stream, "\"name\":\"/a\"");
    assert!(heard.contains("event: tick"), "{heard}");
    test.run.states().user_started("A");
    Test::hear(&mut stream, "event: state");
    let id = heard
        .split("id: ")
        .nth(1)
        .and_then(|rest| rest.split('\n').next())
        .expect("an id")
        .to_owned();
    drop(stream);
    let mut again = test.connect();
    let ask = format!("GET /api/v1/stream?last_event_id={id} HTTP/1.1\r\nhost: x\r\n\r\n");
    again.write_all(ask.as_bytes()).expect("it reads");
    let next = Test::hear(&mut again, "event: ");
    assert!(!next.contains("event: reset"), "{next}");
    let mut late = test.connect();
    late.write_all(b"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\nlast-event-id: 999999\r\n\r\n")
        .expect("it reads");
    Test::hear(&mut late, "event: reset");
}

#[test]
fn the_api_answers_and_describes_itself() {
    let test = Test::new();
    for time in [5.0, 10.0, 400.0] {
        test.recorder.log_request("GET", "/a", Some(time), 10, None);
    }
    test.recorder.log_error("GET", "/a", "bad");
    wait_until("a tick has all of it", || {
        test.json("/api/v1/endpoints")[1]["failures"] == 1
    });
    let endpoints = test.json("/api/v1/endpoints");
    assert_eq!(
        (&endpoints[0]["i"], &endpoints[1]["i"]),
        (&(-1).into(), &0.into())
    );
    assert_eq!(endpoints[1]["max"], 400.0);
    let series = test.json("/api/v1/series?endpoint=0");
    assert_eq!(
        series["t"].as_array().map(Vec::len),
        series["p95"].as_array().map(Vec::len)
    );
    let counts: Vec<u64> = test.json("/api/v1/heatmap")["counts"]
        .as_array()
        .expect("columns")
        .iter()
        .flat_map(|column| {
            column
                .as_array()
                .expect("rows")
                .iter()
                .filter_map(Value::as_u64)
        })
        .collect();
    assert_eq!(counts.iter().sum::<u64>(), 3);
    let histogram = test.json("/api/v1/histogram?endpoint=0");
    assert_eq!(
        (&histogram["count"], &histogram["distribution"][0][2]),
        (&3.into(), &1.into())
    );
    let bar = &histogram["distribution"][0];
    assert_eq!(bar[0], bar[1], "one request takes one time");
    let errors = test.json("/api/v1/errors");
    let id = errors[0]["id"].as_str().expect("an id");
    assert_eq!(test.json(&format!("/api/v1/errors/{id}"))["count"], 1);
    assert_eq!(test.json("/api/v1/state")["host"], "http://shop.test");
    assert_eq!(test.json("/api/v1/openapi.json")["openapi"], "3.1.0");
    for wrong in [
        "/api/v1/series?endpoint=9",
        "/api/v1/errors/x",
        "/api/v1/logs?node=w",
    ] {
        assert_eq!(test.status("GET", wrong, ""), 404, "{wrong}");
    }
    assert_eq!(test.status("GET", "/api/v1/series?step=nan", ""), 400);
    let (head, report) = test.ask("GET", "/stats/report", "");
    assert!(
        head.contains("content-security-policy: default-src 'none'")
            && head.contains("frame-ancestors 'self'"),
        "{head}"
    );
    let data = report
        .split("id=\"rlocust-data\">")
        .nth(1)
        .and_then(|rest| rest.split("</script>").next());
    let data: Value = serde_json::from_str(data.expect("a block")).expect("JSON");
    assert_eq!(
        (&data["version"], &data["endpoints"][1]["requests"]),
        (&1.into(), &3.into())
    );
}

#[test]
fn a_certificate_makes_it_https_and_one_that_is_none_is_named() {
    let test = Test::new();
    let file = |name: &str| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/engine/data/tls")
            .join(name)
    };
    let site = Arc::clone(test.server.site());
    let server = WebServer::new(site);
    let (certificate, key) = (file("server.pem"), file("server.key.pem"));
    let missing = file("missing.pem");
    let refused = server.bind("127.0.0.1", 0, Some((&missing, &key)));
    assert!(refused.is_err_and(|error| error.to_string().contains("missing.pem")));
    server
        .bind("127.0.0.1", 0, Some((&certificate, &key)))
        .expect("a port");
    server.start().expect("a thread");
    let mut known = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(file("ca.pem")).expect("a certificate");
    known.add(authority).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let client = client
        .expect("versions")
        .with_root_certificates(known)
        .with_no_client_auth();
    let name = "localhost".try_into().expect("a name");
    let connection = ClientConnection::new(Arc::new(client), name).expect("a client");
    let stream = TcpStream::connect(server.address().expect("bound")).expect("it listens");
    let mut stream = StreamOwned::new(connection, stream);
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok(); // how it closes is not the question
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}

#[test]
fn strangers_have_bounds_and_a_server_that_stops_lets_nobody_hang() {
    let test = Test::new();
    let long = (2 << 20).to_string();
    let head = format!("content-length: {long}\r\n\r\n{}", "x".repeat(2 << 20));
    let mut stream = test.connect();
    let ask = format!("POST /swarm HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{head}");
    stream.write_all(ask.as_bytes()).ok(); // it need not read all of it
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 413");
    let mut viewer = test.connect();
    viewer
        .write_all(b"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n")
        .expect("it reads");
    Test::hear(&mut viewer, "retry:");
    test.server.stop();
    let mut rest = Vec::new();
    viewer.read_to_end(&mut rest).ok(); // a reset is an end, too
}
