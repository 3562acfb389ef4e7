//! From a request of a stranger to its answer: the body within bounds, the base path, who may change something, who
//! answers, and what every answer has in its head.
mod body;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::{Bytes, Frame};
use tokio::sync::mpsc;

use crate::answer::{failure, header, number, text, with};
use crate::feed::{GZIP_HEAD, StreamCursor};
use crate::guard;
use crate::openapi::openapi;
use crate::page::{self, takes_gzip};
use crate::report;
use crate::routes::{Found, Handler, Route, find, wrong_method, wrong_parameter};
use crate::runs;
use crate::script::{LONG, SHORT};
use crate::site::Site;
use rlocust_run::run::{HttpAnswer, HttpRequest};

/// Smaller answers gain nothing by packing.
const WORTH_PACKING: usize = 1_000;
/// Of a file that is handed out.
const PIECE: u64 = 256 << 10;
/// Between two signs of life of a stream that has nothing to say.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Whose turn it is.
enum Next {
    Answer(HttpAnswer),
    Stream,
    /// What comes before the bytes, the bytes, and how many.
    File(HttpAnswer, File, u64),
}

pub async fn respond(site: Arc<Site>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let head = head_of(&head);
    let (body, _room) = match body::read(body, &site.bodies).await {
        Ok(read) => read,
        Err(refusal) => return response(refusal, None),
    };
    if let Some(refusal) = guard::refuse_foreign(&head) {
        return response(refusal, None);
    }
    let whole = HttpRequest {
        body,
        ..head.clone()
    };
    match next(&site, whole).await {
        Next::Answer(mut answer) => {
            if guard::only_reads(&head.method) {
                guard::open_for_reading(&mut answer);
            }
            response(answer, Some(&head))
        }
        Next::Stream => stream(Arc::clone(&site), &head),
        Next::File(head, file, bytes) => download(head, file, bytes),
    }
}

/// Answers here and now, for whoever is on the script thread: a view of Flask's asks for what is ours.
pub fn answer_here(site: &Site, request: &HttpRequest) -> HttpAnswer {
    match find(&request.method, &request.path) {
        Found::Route(Route {
            by: Handler::Us(answer) | Handler::Files(answer),
            ..
        }) => answer(site, request),
        Found::Route(Route {
            by: Handler::Report,
            ..
        }) => report::answer(site, request, b"null"),
        Found::Route(Route {
            by: Handler::Description,
            ..
        }) => openapi(),
        Found::Route(_) => text(501, "This route is the script's own"),
        Found::WrongMethod(allow) => wrong_method(&request.method, allow),
        Found::Nothing => text(404, "There is no such page"),
    }
}

/// Everything but its body.
fn head_of(request: &hyper::http::request::Parts) -> HttpRequest {
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| {
        (
            name.to_string(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    HttpRequest {
        method: request.method.to_string(),
        path: request.uri.path().to_owned(),
        query: request.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: Vec::new(),
        interface: 0,
    }
}

async fn next(site: &Arc<Site>, sent: HttpRequest) -> Next {
    let below = below(site, &sent.path);
    let is_through_python = site.said.read().is_through_python;
    if is_through_python && !below.is_some_and(|path| is_ours(site, path)) {
        return Next::Answer(site.script.ask(&site.run, sent).await);
    }
    let path = match below {
        Some(path) => path.to_owned(),
        None if sent.path == site.base_path => {
            let moved = text(308, "");
            return Next::Answer(with(moved, "location", format!("{}/", site.base_path)));
        }
        None => return Next::Answer(text(404, "There is nothing outside of the base path")),
    };
    let request = HttpRequest { path, ..sent };
    if let Some(refusal) = unknown_client(site, &request).await {
        return Next::Answer(refusal);
    }
    by(site, request).await
}

async fn by(site: &Arc<Site>, request: HttpRequest) -> Next {
    let route = match find(&request.method, &request.path) {
        Found::Route(route) => route,
        Found::WrongMethod(allow) => return Next::Answer(wrong_method(&request.method, allow)),
        Found::Nothing => return Next::Answer(text(404, "There is no such page")),
    };
    if let Some(name) = route.unknown_parameter(&request) {
        return Next::Answer(wrong_parameter(route, &name));
    }
    let (script, run) = (&site.script, &site.run);
    Next::Answer(match route.by {
        Handler::Us(answer) => answer(site, &request),
        Handler::Files(answer) => {
            let site = Arc::clone(site);
            beside(move || answer(&site, &request)).await
        }
        Handler::Download => {
            let site = Arc::clone(site);
            return beside(move || match runs::store_of_run(&site, &request) {
                Ok((head, file, bytes)) => Next::File(head, file, bytes),
                Err(refusal) => Next::Answer(refusal),
            })
            .await;
        }
        Handler::Script => script.ask(run, request).await,
        Handler::Question(name) => {
            let request = HttpRequest {
                path: name.to_owned(),
                ..request
            };
            script.ask(run, request).await
        }
        Handler::Recalled(name) => {
            script
                .ask_or_recall(run, name, &request.headers, LONG)
                .await
        }
        Handler::Index => page::index(&said_or_null(site, &request, "_page_args").await),
        Handler::Report => {
            let arguments = said_or_null(site, &request, "_report_args").await;
            report::answer(site, &request, &arguments)
        }
        Handler::Description => openapi(),
        Handler::Stream => return Next::Stream,
    })
}

/// On a thread that may wait for a disk.
async fn beside<T: From<HttpAnswer> + Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| {
        failure(500, "This answer failed: please report this bug of rlocust").into()
    })
}

impl From<HttpAnswer> for Next {
    fn from(answer: HttpAnswer) -> Self {
        Self::Answer(answer)
    }
}

/// What the script says to a question of our own, as JSON; `null` where it does not: the page can do without.
async fn said_or_null(site: &Site, request: &HttpRequest, name: &'static str) -> Vec<u8> {
    let asked = site
        .script
        .ask_or_recall(&site.run, name, &request.headers, SHORT);
    let answer = asked.await;
    if answer.status == 200 {
        answer.body
    } else {
        b"null".to_vec()
    }
}

/// The path below the base path; nothing outside of it.
fn below<'a>(site: &Site, path: &'a str) -> Option<&'a str> {
    let below = path.strip_prefix(site.base_path.as_str())?;
    below.starts_with('/').then_some(below)
}

/// Paths that stay ours when Flask answers: the page's own.
fn is_ours(site: &Site, path: &str) -> bool {
    const OURS: [&str; 5] = ["/api/v1/", "/assets/", "/healthz", "/icon.svg", "/metrics"];
    let said = site.said.read();
    let is_taken = said
        .taken
        .iter()
        .any(|taken| path.starts_with(taken.as_str()));
    !is_taken && OURS.iter().any(|ours| path.starts_with(ours))
}

/// With `--web-login` the script says who may read; nothing where he may.
async fn unknown_client(site: &Site, request: &HttpRequest) -> Option<HttpAnswer> {
    let is_kept = request.path.starts_with("/api/v1/") || request.path == "/metrics";
    if !is_kept || !site.said.read().needs_login {
        return None;
    }
    site.script.refuse_unknown(&site.run, request).await
}

fn response(mut answer: HttpAnswer, request: Option<&HttpRequest>) -> Response {
    if request.is_some_and(|request| is_worth_packing(&answer) && takes_gzip(request)) {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        // Into memory: it cannot fail.
        if gzip.write_all(&answer.body).is_ok()
            && let Ok(packed) = gzip.finish()
        {
            answer.body = packed;
            // What a script said of the plain body; hyper writes the length of the packed one.
            let is_length = |name: &str| name.eq_ignore_ascii_case("content-length");
            answer.headers.retain(|(name, _)| !is_length(name));
            answer = with(
                with(answer, "content-encoding", "gzip"),
                "vary",
                "accept-encoding",
            );
        }
    }
    let body = Body::from(std::mem::take(&mut answer.body));
    with_body(&answer, body)
}

fn with_body(head: &HttpAnswer, body: Body) -> Response {
    let mut response = Response::builder()
        .status(head.status)
        .header("x-content-type-options", "nosniff");
    for (name, value) in &head.headers {
        response = response.header(name, value);
    }
    response.body(body).unwrap_or_else(|_| broken())
}

/// So many bytes of a file that may be growing, as fast as they are read.
fn download(head: HttpAnswer, file: File, bytes: u64) -> Response {
    let (sender, receiver) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        let mut file = file.take(bytes);
        loop {
            let mut piece = Vec::new();
            let read = file.by_ref().take(PIECE).read_to_end(&mut piece);
            // A client that went, a disk that fails: the length says that something is missing.
            if !matches!(read, Ok(1..)) || sender.blocking_send(piece.into()).is_err() {
                return;
            }
        }
    });
    let head = with(head, "content-length", bytes.to_string());
    with_body(&head, Body::new(Pieces(receiver)))
}

fn broken() -> Response {
    let mut response = Response::new(Body::from("The script's answer is no HTTP"));
    *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn is_worth_packing(answer: &HttpAnswer) -> bool {
    let value = |name: &str| {
        answer
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    let is_text = value("content-type").is_some_and(|kind| {
        kind.starts_with("text/")
            || kind.starts_with("application/json")
            || kind.starts_with("application/openmetrics")
    });
    let is_part = answer.status == 206; // its range counts the bytes of the plain body
    let is_plain = value("content-encoding").is_none() && !is_part;
    answer.body.len() > WORTH_PACKING && is_text && is_plain
}

/// Events from now on, or from where the viewer stopped.
fn stream(site: Arc<Site>, request: &HttpRequest) -> Response {
    let known = header(request, "last-event-id").and_then(|id| id.parse().ok());
    let known = known.or_else(|| number(request, "last_event_id").ok().flatten());
    let Some(place) = site.feed.join(known) else {
        return response(failure(503, "There are too many viewers"), None);
    };
    let is_packed = takes_gzip(request);
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(feed(site, place, sender, is_packed));
    let mut response = Response::builder()
        .header("content-type", "text/event-stream; charset=utf-8")
        .header("cache-control", "no-cache")
        .header("x-accel-buffering", "no")
        .header("access-control-allow-origin", "*");
    if is_packed {
        response = response.header("content-encoding", "gzip");
    }
    response
        .body(Body::new(Pieces(receiver)))
        .unwrap_or_else(|_| broken())
}

/// One viewer, until he goes; one who does not read holds his own events up, not those of others.
async fn feed(
    site: Arc<Site>,
    mut place: StreamCursor,
    sender: mpsc::Sender<Bytes>,
    is_packed: bool,
) {
    let _leaving = Leaving(&site);
    let bytes = |event: &super::feed::Event| {
        if is_packed {
            event.packed(&site.feed.packer)
        } else {
            event.plain()
        }
    };
    let greeting = super::feed::Event::greeting();
    let head = if is_packed {
        Bytes::from_static(GZIP_HEAD)
    } else {
        Bytes::new()
    };
    let mut published = site.feed.watch();
    let mut waiting = vec![head, bytes(&greeting)];
    loop {
        for piece in waiting.drain(..).filter(|piece| !piece.is_empty()) {
            if sender.send(piece).await.is_err() {
                return;
            }
        }
        match site.feed.since(&mut place) {
            Some(new) => waiting.extend(new.iter().map(|event| bytes(event))),
            None => waiting.push(bytes(&super::api::reset_event())),
        }
        if !waiting.is_empty() {
            continue;
        }
        tokio::select! {
            () = sender.closed() => return,
            changed = published.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(SIGN_OF_LIFE) => waiting.push(bytes(&greeting)),
        }
    }
}

struct Leaving<'a>(&'a Site);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.feed.leave();
    }
}

struct Pieces(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let received = self.0.poll_recv(context);
        received.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}
