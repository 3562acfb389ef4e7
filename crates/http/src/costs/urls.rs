//! Where redirects lead, and what a script may write into a URL.

use crate::urls::escape::{escape_path, requote_uri};
use crate::urls::ghc_url::{ghc_redirect, ghc_url};
use crate::urls::requests_url::{requests_redirect, requests_url};
use crate::urls::url::Url;
use rlocust_testing::cost_budget::assert_linear;

const PARTS: [&str; 9] = [
    "/./", "/../", "/a/../", "a/", "%41", "%zz", "\u{fc}", "?a;b", "//",
];

fn text(input: &[u8]) -> &str {
    std::str::from_utf8(input).unwrap_or_default()
}

fn assert_linear_for_all(name: &str, read: impl Fn(&str)) {
    for part in PARTS {
        let name = format!("{name} of {part:?}");
        let make = |size: usize| part.repeat(size / part.len()).into_bytes();
        assert_linear(&name, make, |input| read(text(input)));
    }
}

#[test]
fn where_a_redirect_leads_costs_what_its_bytes_cost() {
    let base = Url::parse("http://h.test/a/b?c").expect("a URL");
    assert_linear_for_all("geventhttpclient's redirect", |location| {
        drop(ghc_redirect(&base, location));
    });
    assert_linear_for_all("requests' redirect", |location| {
        drop(requests_redirect(&base, location, &mut String::new()));
    });
}

#[test]
fn urls_cost_what_their_bytes_cost() {
    assert_linear_for_all("requests' URL", |rest| {
        drop(requests_url(&format!("http://h.test{rest}"), ""));
    });
    assert_linear_for_all("geventhttpclient's URL", |rest| {
        drop(ghc_url(&format!("http://h.test{rest}"), None));
    });
    assert_linear_for_all("quoting", |text| {
        drop(requote_uri(text));
        drop(escape_path(text));
    });
}
