//! URLs compared with those of the real clients, on a list of odd ones (`tests/engine/data/http_urls.json`).

use serde_json::Value;

use super::escape::urlencode;
use super::ghc_url::{ghc_redirect, ghc_url};
use super::quote_error::QuoteError;
use super::requests_url::{requests_redirect, requests_url};
use super::url::Url;

/// Answers of requests 2.34.2 (with urllib3 2.8.0) and geventhttpclient 2.6.1.
fn oracle(part: &str) -> Vec<Value> {
    let all: Value =
        serde_json::from_str(include_str!("../../../../tests/engine/data/http_urls.json"))
            .expect("JSON");
    all[part].as_array().expect("rows").clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Compares what is ours with the oracle's row; collects differences to show them all.
fn differences(rows: &[Value], client: &str, ours: impl Fn(&Value) -> Option<Url>) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| {
        row.get(client)
            .is_some_and(|expected| !expected.is_string())
    }) {
        let own = ours(row).map(|url| (url.as_str().to_owned(), url.wire_target().to_owned()));
        let expected = row[client]
            .as_array()
            .map(|parts| (text(&parts[0]).to_owned(), text(&parts[1]).to_owned()));
        if own != expected {
            found.push(format!(
                "{row}\n    ours: {own:?}\n    {client}: {expected:?}"
            ));
        }
    }
    found
}

fn assert_none(found: &[String]) {
    assert!(
        found.is_empty(),
        "{} differ:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn urls_are_quoted_as_requests_and_urllib3_do() {
    let rows = oracle("urls");
    assert_none(&differences(&rows, "requests", |row| {
        requests_url(text(&row["url"]), text(&row["query"])).ok()
    }));
}

#[test]
fn urls_are_quoted_as_geventhttpclient_does() {
    let rows = oracle("urls");
    assert_none(&differences(&rows, "ghc", |row| {
        ghc_url(
            text(&row["url"]),
            Some(text(&row["query"])).filter(|query| !query.is_empty()),
        )
        .ok()
    }));
}

#[test]
fn redirects_lead_where_requests_goes() {
    let rows = oracle("redirects");
    let go = |row: &Value| {
        let base = Url::parse(text(&row["base"])).expect("a base");
        let mut fragment = base.fragment().to_owned();
        requests_redirect(&base, text(&row["location"]), &mut fragment).ok()
    };
    assert_none(&differences(&rows, "requests", go));
}

#[test]
fn redirects_lead_where_geventhttpclient_goes() {
    let rows = oracle("redirects");
    let go = |row: &Value| {
        ghc_redirect(
            &Url::parse(text(&row["base"])).expect("a base"),
            text(&row["location"]),
        )
        .ok()
    };
    assert_none(&differences(&rows, "ghc", go));
}

#[test]
fn parameters_are_encoded_as_urlencode_does() {
    assert_eq!(
        urlencode(&[(b"a b", "é&=/~".as_bytes()), (b"", b"x+y")]),
        "a+b=%C3%A9%26%3D%2F~&=x%2By"
    );
}

#[test]
fn what_stands_behind_an_address_is_a_port() {
    for url in [
        "http://[::1]x/",
        "http://[::1]80/",
        "http://h:8a/",
        "http://h:65536/",
    ] {
        assert_eq!(requests_url(url, ""), Err(QuoteError::InvalidUrl), "{url}");
    }
    let port = |url: &str| requests_url(url, "").map(|url| url.port());
    assert_eq!(port("http://[::1]:65535/"), Ok(65_535));
    assert_eq!(port("http://[::1]:/"), Ok(80));
}
