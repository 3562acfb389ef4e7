//! Which request gets which answer, and the help page made from the same table.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use super::answer::{Answer, Page, Reply, has_body, reason_of};
use super::counters::Counters;
use super::faults::Fault;
use super::items::Items;
use super::request::{Head, Request, field, unquote};
use super::{echo, encodings, login};

/// What the help page lists. `{…}` stands for a value, the example beside it is a link.
pub const ROUTES: &[(&str, &str, &str)] = &[
    (
        "/text",
        "/text",
        "a short text, any method: the fastest route",
    ),
    ("/json", "/json", "a short JSON object, any method, as fast"),
    ("/bytes/{n}", "/bytes/1000", "a body of n bytes"),
    (
        "/echo…",
        "/echo/any/path?q=1",
        "what you sent: method, target, headers in order and spelling, body",
    ),
    (
        "/delay/{ms}",
        "/delay/100",
        "the short text after so many milliseconds",
    ),
    (
        "/trickle/{n}/{ms}",
        "/trickle/10/50",
        "n bytes, one by one, a pause before each",
    ),
    (
        "/status/{code}",
        "/status/404",
        "an answer with that status; /status/{code}/{reason} chooses its words",
    ),
    (
        "/redirect/{n}",
        "/redirect/2",
        "n relative redirects (302), then /text",
    ),
    (
        "/redirect/absolute/{n}",
        "/redirect/absolute/2",
        "the same with absolute addresses",
    ),
    (
        "/redirect-to?url=…",
        "/redirect-to?url=/text&status=307",
        "one redirect to anywhere; status= is optional",
    ),
    ("/chunked/{n}", "/chunked/3", "n lines, each a chunk"),
    ("/gzip, /deflate, /br, /zstd", "/gzip", "a compressed text"),
    (
        "POST /login",
        "/login",
        "username and password (form or JSON; the password is `secret`): sets a cookie",
    ),
    (
        "/me",
        "/me",
        "who is logged in, by cookie or bearer token; 401 without",
    ),
    ("POST /logout", "/logout", "the cookie expires"),
    (
        "/items",
        "/items?limit=5",
        "GET lists, POST creates (201), DELETE empties (204)",
    ),
    (
        "/items/{id}",
        "/items/1",
        "GET, PUT, PATCH, DELETE (204); 404 if there is none",
    ),
    ("/fault/{kind}", "/fault/short-body", "answers that break: "),
    (
        "/fault/flaky/{n}",
        "/fault/flaky/10",
        "every n-th request is reset, the others get the short text",
    ),
    (
        "/locustfile.py",
        "/locustfile.py",
        "a locustfile to run against this server; not counted",
    ),
    (
        "/counters",
        "/counters",
        "what was received so far, as JSON; not counted itself",
    ),
    (
        "/counters/reset",
        "/counters/reset",
        "all counters back to zero",
    ),
];

const LONGEST_PAUSE: u64 = 60 * 60 * 1000;
const MOST_BYTES: usize = 1 << 30;
const MOST_REDIRECTS: u32 = 1000;

static TEXT: LazyLock<Page> = LazyLock::new(|| {
    Reply::new(
        200,
        "text/plain; charset=utf-8",
        "Hello from the demo server\n",
    )
    .into()
});
static JSON: LazyLock<Page> = LazyLock::new(|| {
    Reply::new(
        200,
        "application/json",
        r#"{"message":"Hello from the demo server","ok":true}"#,
    )
    .into()
});
static LOCUSTFILE: LazyLock<Page> = LazyLock::new(|| {
    let text = include_str!("../../../locustfiles/quickstart.py");
    Reply::new(200, "text/x-python; charset=utf-8", text).into()
});
static HELP: LazyLock<Page> =
    LazyLock::new(|| Reply::new(200, "text/html; charset=utf-8", help()).into());

/// Everything the connections share.
#[derive(Debug, Default)]
pub struct Site {
    pub counters: Arc<Counters>,
    items: Items,
    flaky: AtomicU64,
}

impl Site {
    pub fn count(&self, head: &Head<'_>) {
        let path = head.path();
        if !matches!(&*path, "/counters" | "/counters/reset" | "/locustfile.py") {
            self.counters.received(head.method, &path);
        }
    }

    pub fn answer(&self, request: &Request<'_>) -> Answer {
        let path = request.head.path();
        match &*path {
            "/text" => Answer::Page(&TEXT),
            "/json" => Answer::Page(&JSON),
            "/" => Answer::Page(&HELP),
            "/locustfile.py" => Answer::Page(&LOCUSTFILE),
            "/login" if request.is("POST") => login::log_in(request),
            "/logout" if request.is("POST") => login::log_out(),
            "/login" | "/logout" => Answer::problem(405, "use POST"),
            "/me" => login::who(request),
            "/items" => self.items.all(request),
            "/redirect-to" => redirect_to(&request.head),
            "/counters" => Answer::json(200, self.counters.read().json()),
            "/counters/reset" => {
                self.counters.reset();
                Answer::empty(204)
            }
            other => self
                .by_segments(other, request)
                .unwrap_or_else(|| Answer::problem(404, "no such page")),
        }
    }

    fn by_segments(&self, path: &str, request: &Request<'_>) -> Option<Answer> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        Some(match segments[..] {
            ["items", id] => self.items.one(id, request),
            ["echo", ..] => echo::answer(request),
            ["bytes", count] => Answer::Bytes(at_most(count, MOST_BYTES)?),
            ["delay", pause] => Answer::After(milliseconds(pause)?, Box::new(Answer::Page(&TEXT))),
            ["trickle", bytes, pause] => Answer::Trickle {
                bytes: bytes.parse().ok()?,
                pause: milliseconds(pause)?,
            },
            ["status", code] => status(code, None)?,
            ["status", code, reason] => status(code, Some(unquote(reason)))?,
            ["redirect", left] => redirect(at_most(left, MOST_REDIRECTS)?, String::new()),
            ["redirect", "absolute", left] => {
                let host = request.head.header_text("host")?;
                redirect(at_most(left, MOST_REDIRECTS)?, format!("http://{host}"))
            }
            ["chunked", count] => Answer::Lines(count.parse().ok()?),
            ["fault", "flaky", each] => self.flaky(each.parse().ok()?),
            ["fault", kind] => Answer::Fault(Fault::named(kind)?),
            [encoding] => encodings::answer(encoding)?,
            _ => return None,
        })
    }

    fn flaky(&self, each: u64) -> Answer {
        let number = self.flaky.fetch_add(1, Ordering::Relaxed) + 1;
        if each > 0 && number.is_multiple_of(each) {
            Answer::Fault(Fault::Reset)
        } else {
            Answer::Page(&TEXT)
        }
    }
}

fn at_most<T: std::str::FromStr + PartialOrd + Copy>(text: &str, most: T) -> Option<T> {
    text.parse().ok().filter(|number| *number <= most)
}

fn milliseconds(text: &str) -> Option<Duration> {
    at_most(text, LONGEST_PAUSE).map(Duration::from_millis)
}

fn status(code: &str, reason: Option<String>) -> Option<Answer> {
    let code: u16 = code
        .parse()
        .ok()
        .filter(|code| (200..1000).contains(code))?;
    let words = reason.as_deref().unwrap_or(reason_of(code));
    let body = if has_body(code) {
        format!("{code} {words}\n")
    } else {
        String::new()
    };
    let mut reply = Reply::new(code, "text/plain; charset=utf-8", body);
    reply.reason = reason.map(|words| one_line(&words));
    if code == 401 {
        reply = reply.with("www-authenticate", "Basic realm=\"demo\"");
    }
    Some(Answer::Reply(reply))
}

fn redirect(left: u32, mut place: String) -> Answer {
    let middle = if place.is_empty() {
        "/redirect"
    } else {
        "/redirect/absolute"
    };
    match left {
        0 => return Answer::Page(&TEXT),
        1 => place.push_str("/text"),
        _ => place.extend([middle, "/", &(left - 1).to_string()]),
    }
    to(302, place)
}

fn redirect_to(head: &Head<'_>) -> Answer {
    let query = head.query();
    let status = field(&query, "status").and_then(|text| text.parse().ok());
    match (field(&query, "url"), status.unwrap_or(302)) {
        (Some(place), status @ 300..=399) => to(status, one_line(&place)),
        _ => Answer::problem(422, "url= is needed, status= is 300 to 399"),
    }
}

fn to(status: u16, place: String) -> Answer {
    Answer::Reply(
        Reply::new(status, "text/plain; charset=utf-8", "over there\n").with("location", place),
    )
}

/// What a client gave us to write into a head must not end the line.
fn one_line(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

fn help() -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>rlocust demo server</title>\
         <style>body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
         td{padding:.2rem 1rem .2rem 0;vertical-align:top}</style></head>\
         <body><h1>rlocust demo server</h1><p>A target for load tests. Every request is counted: \
         <a href=\"/counters\">counters</a>.</p><table>\n",
    );
    let faults: Vec<_> = Fault::ALL.iter().map(|(name, _)| *name).collect();
    for (route, example, words) in ROUTES {
        let more = if *route == "/fault/{kind}" {
            faults.join(", ")
        } else {
            String::new()
        };
        let example = example.replace('&', "&amp;");
        writeln!(
            page,
            "<tr><td><a href=\"{example}\"><code>{route}</code></a></td><td>{words}{more}</td></tr>"
        )
        .ok();
    }
    page.push_str("</table></body></html>\n");
    page
}
