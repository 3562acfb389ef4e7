//! Whole requests byte for byte, compared with what requests 2.34.2 and geventhttpclient 2.6.1 sent
//! for the same calls (`data/http_wire.json`).

use bytes::Bytes;
use rlocust_engine::http::{Cookie, Dialect, Headers, Method};
use serde_json::Value;

use crate::support::{Client, RawServer};

fn rows() -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../data/http_wire.json")).expect("JSON");
    all.as_array().expect("rows").clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|char| u8::try_from(char).expect("latin-1"))
        .collect()
}

/// A cookie as `client.cookies.set(name, value)` makes it: for every host and path.
fn cookie(name: &str, value: &str) -> Cookie {
    Cookie {
        name: name.to_owned(),
        value: Some(value.to_owned()),
        port: None,
        port_specified: false,
        domain: String::new(),
        domain_specified: false,
        domain_initial_dot: false,
        path: "/".to_owned(),
        path_specified: true,
        secure: false,
        expires: None,
        discard: true,
        comment: None,
        comment_url: None,
        rfc2109: false,
        rest: Vec::new(),
    }
}

/// The lines that a caller hands over: all but the cookies that the jar will add.
fn headers(row: &Value, jar: &str) -> Headers {
    let mut headers = Headers::new();
    for line in row["headers"].as_array().expect("lines") {
        let (name, value) = (text(&line[0]), text(&line[1]));
        if name == "Cookie" && value == jar {
            headers.cookies_go_here();
        } else {
            headers.push(name, latin1(value));
        }
    }
    headers
}

#[test]
fn requests_go_out_as_the_real_clients_send_them() {
    let server = RawServer::always(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let client = Client::start();
    let port = server.address.port().to_string();
    for row in rows() {
        let session = client.session();
        let mut jar = Vec::new();
        for (name, value) in row["cookies"].as_object().expect("cookies") {
            session.cookies().set(cookie(name, text(value)));
            jar.push(format!("{name}={}", text(value)));
        }
        let url = text(&row["url"]).replace("PORT", &port);
        let mut call = client.call(&session, text(&row["method"]), &url);
        call.method = Method::new(text(&row["method"]));
        call.headers = headers(&row, &jar.join("; "));
        call.body = Bytes::from(text(&row["body"]).to_owned());
        call.dialect = if row["dialect"] == "ghc" {
            Dialect::Ghc
        } else {
            Dialect::Requests
        };
        client.run(call);
        let own = server.requests().pop().unwrap_or_default();
        let expected = String::from_utf8_lossy(&latin1(text(&row["raw"]))).into_owned();
        assert_eq!(own, expected, "{row}");
    }
}
