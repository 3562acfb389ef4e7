//! Cookies: attributes, jars, and what is sent back.

use std::time::UNIX_EPOCH;

use crate::cookies::jar::CookieJar;
use crate::cookies::site::Site;
use crate::dialects::dialect::Dialect;
use crate::urls::url::Url;
use rlocust_testing::cost_budget::{assert_linear, numbered, repeated};

fn site() -> Site {
    let url = Url::parse("http://h.test/").expect("a URL");
    Site::of(&url, None, Dialect::Requests)
}

/// Takes what an answer set, a line each, and looks what goes back.
fn take(input: &[u8]) -> CookieJar {
    let mut jar = CookieJar::new();
    let values = input.split(|byte| *byte == b'\n');
    jar.extract(&site(), values, UNIX_EPOCH);
    drop(jar.header_for(&site(), UNIX_EPOCH));
    jar
}

#[test]
fn attributes_cost_what_their_bytes_cost() {
    let many = |size| numbered(|n| format!("a{n}=1;"), size);
    assert_linear("attributes", many, |input| drop(take(input)));
    let small = |size| numbered(|n| format!("c=1{}\n", many(3000 + n % 2).len()), size);
    assert_linear("cookies with attributes", small, |input| drop(take(input)));
    let dates = |size| [b"c=1; Expires=".to_vec(), repeated(b" 1-", size)].concat();
    assert_linear("a date", dates, |input| drop(take(input)));
}

#[test]
fn cookies_cost_what_their_bytes_cost() {
    for (name, end) in [("cookies", ""), ("ended cookies", "; Max-Age=0")] {
        let make = |size| numbered(|n| format!("c{n}=1{end}\n"), size);
        assert_linear(name, make, |input| drop(take(input)));
    }
    let paths = |size| numbered(|n| format!("c=1; Path=/{n}\n"), size);
    assert_linear("paths", paths, |input| drop(take(input)));
}

#[test]
fn cookies_of_a_script_cost_what_their_bytes_cost() {
    let own = take(b"c=1").iter().next().expect("a cookie").clone();
    let names = |size| numbered(|n| format!("c{n}\n"), size);
    let set = |input: &[u8]| {
        let mut jar = CookieJar::new();
        for name in String::from_utf8_lossy(input).lines() {
            let mut cookie = own.clone();
            name.clone_into(&mut cookie.name);
            jar.set(cookie);
        }
        assert!(jar.header_for(&site(), UNIX_EPOCH).is_some());
    };
    assert_linear("cookies of a script", names, set);
}
