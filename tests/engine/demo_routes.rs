//! What the demo server's well-behaved routes answer.

use std::time::{Duration, Instant};

use rlocust_engine::demo::Background;
use serde_json::json;

use crate::demo_client::{Client, demo};

fn get(demo: &Background, target: &str) -> crate::demo_client::Answered {
    Client::new(demo).get(target)
}

#[test]
fn fast_routes_answer_any_method_on_one_connection() {
    let demo = demo();
    let mut client = Client::new(&demo);
    for method in ["GET", "POST", "PUT", "OPTIONS"] {
        let text = client.ask(method, "/text?q=1", "", "ignored");
        assert_eq!(
            (text.status, text.text().as_str()),
            (200, "Hello from the demo server\n")
        );
    }
    assert_eq!(client.get("/json").json()["ok"], true);
    let head = client.ask("HEAD", "/json", "", "");
    assert_eq!(head.header("content-length"), Some("50"));
    assert_eq!(demo.counters().read().connections, 1);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let demo = demo();
    let mut client = Client::new(&demo);
    client.send("GET /text HTTP/1.1\r\n\r\nGET /status/204 HTTP/1.1\r\n\r\nGET /json HTTP/1.1\r\nConnection: close\r\n\r\n");
    let statuses = [0; 3].map(|_| client.answer("GET").status);
    assert_eq!(statuses, [200, 204, 200]);
    assert!(matches!(client.rest(), (bytes, Ok(())) if bytes.is_empty()));
}

#[test]
fn an_old_client_gets_what_it_can_read() {
    let demo = demo();
    let mut client = Client::new(&demo);
    client.send("GET /text HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_eq!(
        client.answer("GET").header("connection"),
        Some("keep-alive")
    );
    client.send("GET /text HTTP/1.0\r\n\r\n");
    assert_eq!(client.answer("GET").header("connection"), Some("close"));
    assert!(client.rest().1.is_ok());
}

#[test]
fn echo_keeps_target_and_headers_as_they_came() {
    let demo = demo();
    let mut client = Client::new(&demo);
    client.send("PURGE /echo/a b/%2e%2E?q={\"x\"} HTTP/1.1\r\nX-oDD: 1\r\nhost: h\r\nX-oDD: 2\r\nContent-Length: 2\r\n\r\nhi");
    assert_eq!(
        client.answer("PURGE").json(),
        json!({
            "method": "PURGE",
            "target": "/echo/a b/%2e%2E?q={\"x\"}",
            "version": "HTTP/1.1",
            "headers": [["X-oDD", "1"], ["host", "h"], ["X-oDD", "2"], ["Content-Length", "2"]],
            "body": "hi",
            "body_length": 2,
        })
    );
}

#[test]
fn a_body_may_come_late_and_in_chunks() {
    let demo = demo();
    let mut client = Client::new(&demo);
    client
        .send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(client.answer("HEAD").status, 100);
    client.send("3\r\nabc\r\n");
    client.send("0\r\n\r\n");
    assert_eq!(client.answer("POST").json()["body"], "abc");
    assert_eq!(demo.counters().read().total, 1);
}

#[test]
fn login_sets_the_cookie_that_me_wants() {
    let demo = demo();
    let mut client = Client::new(&demo);
    assert_eq!(client.get("/me").status, 401);
    assert_eq!(
        client
            .ask("POST", "/login", "", "username=ann&password=no")
            .status,
        401
    );
    assert_eq!(client.ask("POST", "/login", "", "username=ann").status, 422);
    let form = client.ask("POST", "/login", "", "username=ann%40x&password=secret");
    assert_eq!(form.status, 200);
    let cookie = form
        .header("set-cookie")
        .and_then(|text| text.split(';').next());
    let cookie = format!("Cookie: other=1; {}\r\n", cookie.expect("a cookie"));
    assert_eq!(
        client.ask("GET", "/me", &cookie, "").json(),
        json!({"user": "ann@x"})
    );
    let by_json = client
        .ask(
            "POST",
            "/login",
            "",
            r#"{"username":"bob","password":"secret"}"#,
        )
        .json();
    let bearer = format!(
        "Authorization: Bearer {}\r\n",
        by_json["token"].as_str().expect("a token")
    );
    assert_eq!(
        client.ask("GET", "/me", &bearer, "").json(),
        json!({"user": "bob"})
    );
    let out = client.ask("POST", "/logout", "", "");
    assert_eq!(
        (out.status, out.header("set-cookie")),
        (204, Some("session=; Path=/; Max-Age=0"))
    );
}

#[test]
fn items_are_created_listed_read_updated_and_deleted() {
    let demo = demo();
    let mut client = Client::new(&demo);
    let made = client.ask("POST", "/items", "", r#"{"title":"milk","id":99}"#);
    assert_eq!(
        (made.status, made.header("location")),
        (201, Some("/items/1"))
    );
    assert_eq!(made.json(), json!({"id": 1, "title": "milk"}));
    assert_eq!(client.ask("POST", "/items", "", "[1]").status, 422);
    assert_eq!(
        client
            .ask("PATCH", "/items/1", "", r#"{"done":true}"#)
            .json(),
        json!({"id": 1, "title": "milk", "done": true})
    );
    assert_eq!(
        client
            .ask("PUT", "/items/1", "", r#"{"done":false}"#)
            .json(),
        json!({"id": 1, "done": false})
    );
    assert_eq!(
        client.ask("POST", "/items", "", "{}").json(),
        json!({"id": 2})
    );
    assert_eq!(client.get("/items?limit=1").json(), json!([{"id": 2}]));
    assert_eq!(client.ask("DELETE", "/items/1", "", "").status, 204);
    for method in ["GET", "PUT", "DELETE"] {
        assert_eq!(client.ask(method, "/items/1", "", "{}").status, 404);
    }
    assert_eq!(client.ask("DELETE", "/items", "", "").status, 204);
    assert_eq!(client.get("/items").json(), json!([]));
}

#[test]
fn redirects_lead_to_the_text_in_as_many_steps_as_asked() {
    let demo = demo();
    let mut client = Client::new(&demo);
    for (first, step) in [
        ("/redirect/3", "/redirect/2"),
        ("/redirect/absolute/3", "http://demo/redirect/absolute/2"),
    ] {
        let answer = client.get(first);
        assert_eq!(
            (answer.status, answer.header("location")),
            (302, Some(step))
        );
    }
    assert_eq!(client.get("/redirect/1").header("location"), Some("/text"));
    assert_eq!(
        client.get("/redirect/absolute/1").header("location"),
        Some("http://demo/text")
    );
    assert_eq!(client.get("/redirect/0").status, 200);
    let chosen = client.get("/redirect-to?url=http://x/%3Fa&status=308");
    assert_eq!(
        (chosen.status, chosen.header("location")),
        (308, Some("http://x/?a"))
    );
}

#[test]
fn a_chosen_reason_or_place_cannot_end_its_line() {
    let demo = demo();
    let status = get(&demo, "/status/503/My%0d%0aX-Evil:%20weird");
    assert!(
        status.head.starts_with("HTTP/1.1 503 MyX-Evil: weird\r\n"),
        "{}",
        status.head
    );
    let place = get(&demo, "/redirect-to?url=/a%0D%0AX-Evil:1");
    assert_eq!(place.header("location"), Some("/aX-Evil:1"));
}

#[test]
fn bodies_have_the_size_and_framing_asked_for() {
    let demo = demo();
    let mut client = Client::new(&demo);
    assert_eq!(client.get("/bytes/200000").body, vec![b'x'; 200_000]);
    let lines = client.get("/chunked/3");
    assert_eq!(
        (lines.header("content-length"), lines.text().as_str()),
        (None, "line 1\nline 2\nline 3\n")
    );
    assert_eq!(client.get("/trickle/3/1").text(), "xxx");
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let answer = client.get(&format!("/{encoding}"));
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        assert!(answer.body.len() < 200, "{encoding}: not compressed");
    }
}

#[test]
fn delay_waits_at_least_as_long_as_asked() {
    let demo = demo();
    #[expect(
        clippy::disallowed_methods,
        reason = "the server's own wait on the real clock is what is tested"
    )]
    let begun = Instant::now();
    assert_eq!(
        get(&demo, "/delay/30").text(),
        "Hello from the demo server\n"
    );
    assert!(begun.elapsed() >= Duration::from_millis(30));
}

#[test]
fn the_help_page_links_only_to_pages_that_exist() {
    let demo = demo();
    let help = get(&demo, "/").text();
    let links: Vec<_> = help
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(links.len() > 20, "{links:?}");
    for link in links
        .iter()
        .filter(|link| !link.starts_with("/fault/short"))
    {
        let target = link.replace("&amp;", "&");
        let expected = match target.as_str() {
            "/items/1" | "/status/404" => 404,
            "/login" | "/logout" => 405,
            "/me" => 401,
            redirect if redirect.starts_with("/redirect-to") => 307,
            redirect if redirect.starts_with("/redirect") => 302,
            "/counters/reset" => 204,
            _ => 200,
        };
        assert_eq!(get(&demo, &target).status, expected, "{target}");
    }
}

#[test]
fn what_nobody_serves_is_not_found() {
    let demo = demo();
    let mut client = Client::new(&demo);
    for target in [
        "/nothing",
        "/status/99",
        "/status/x",
        "/delay/-1",
        "/fault/none",
        "/bytes/9999999999999",
        "/items/x",
    ] {
        assert_eq!(client.get(target).status, 404, "{target}");
    }
}

#[test]
fn what_is_no_request_is_refused_and_the_connection_ends() {
    let demo = demo();
    let mut client = Client::new(&demo);
    client.send("nonsense\r\n\r\n");
    assert_eq!(client.answer("GET").status, 400);
    assert!(client.rest().1.is_ok());
    assert_eq!(demo.counters().read().total, 0);
}
