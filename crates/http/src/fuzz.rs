//! The answer's readers, driven by bytes of a stranger: `fuzz/` feeds them for minutes, the tests below for a moment.
//! Each driver holds what must be true of every input, and panics where it is not.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;

use crate::coding::decode;
use crate::cookies::jar::CookieJar;
use crate::cookies::limits::MOST_OF_A_DOMAIN;
use crate::cookies::site::Site;
use crate::dialects::dialect::Dialect;
use crate::http1::progress::Progress;
use crate::http2::exchange::{Limits, exchange};
use crate::http2::wire::start;
use crate::types::method::Method;
use crate::urls::url::Url;
use crate::wire::chunks::Chunks;
use crate::wire::head::Head;
use crate::wire::head_end::EndFinder;
use crate::wire::sent::Sent;
use crate::wire::strict_body;

const DIALECTS: [Dialect; 2] = [Dialect::Requests, Dialect::Ghc];

/// Heads: found at the same place however the bytes are cut, and read within their bounds.
pub fn head(data: &[u8]) {
    let whole = EndFinder::default().find(data);
    let mut finder = EndFinder::default();
    let found = (0..=data.len()).find_map(|cut| finder.find(&data[..cut]));
    assert_eq!(found, whole, "the end depends on how the bytes are cut");
    for dialect in DIALECTS {
        let mut finder = EndFinder::default();
        let fault = finder
            .find(data)
            .map_or_else(|| finder.fault(data, dialect), |_| None);
        for method in [Method::Get, Method::Head] {
            read_head(data, whole.unwrap_or(data.len()), &method, dialect);
        }
        drop(fault);
    }
}

fn read_head(data: &[u8], length: usize, method: &Method, dialect: Dialect) {
    let Ok(head) = Head::parse(data, length, method, dialect) else {
        return;
    };
    let within = |span: (u32, u32)| span.0 <= span.1 && span.1 as usize <= length;
    assert!(within(head.reason), "the reason lies outside");
    for field in head.fields.iter() {
        assert!(
            within(field.name) && within(field.value),
            "a header lies outside"
        );
    }
    assert!(head.status < 1000);
    if dialect.parses_blocks() {
        drop(strict_body::check(&head, &data[length..], method));
        let _: bool = strict_body::is_whole(&head, &data[length..]);
    }
}

/// Chunked bodies: the same payload and the same fault however the bytes are cut.
pub fn chunked(data: &[u8]) {
    let (piece, data) = data.split_first().map_or((1, data), |(first, rest)| {
        (usize::from(*first).max(1), rest)
    });
    for dialect in DIALECTS {
        let whole = fed(data, data.len().max(1), dialect);
        let cut = fed(data, piece, dialect);
        assert_eq!(
            whole.0, cut.0,
            "the payload depends on how the bytes are cut"
        );
        assert_eq!(whole.1, cut.1, "the fault depends on how the bytes are cut");
    }
}

/// The payload of these bytes and then the end of the connection, and whether they were in order.
fn fed(data: &[u8], piece: usize, dialect: Dialect) -> (Vec<u8>, bool) {
    let mut chunks = Chunks::new(dialect);
    let (mut used, mut seen) = (0, 0);
    while seen < data.len() && !chunks.is_done() {
        seen = (seen + piece).min(data.len());
        match chunks.feed(&data[used..seen]) {
            Ok(more) => used += more,
            Err(_) => return (chunks.into_payload(), false),
        }
        assert!(used <= seen);
    }
    let is_fine = chunks.cut(&data[used..seen]).is_ok();
    (chunks.into_payload(), is_fine)
}

/// Decoders: every coding by name, stacks included, on any body.
pub fn decoders(data: &[u8]) {
    const CODINGS: [&str; 8] = [
        "gzip",
        "deflate",
        "br",
        "zstd",
        "x-gzip",
        "deflate, gzip",
        "br, odd, zstd",
        "identity",
    ];
    let Some((first, body)) = data.split_first() else {
        return;
    };
    let coding = CODINGS[usize::from(*first) % CODINGS.len()];
    decode::like_both_clients(coding, body);
}

/// Cookies, a line each: a jar never keeps more than its limits, and what it sends back is of its cookies.
pub fn cookies(data: &[u8]) {
    for dialect in DIALECTS {
        let Ok(url) = Url::parse("http://a.h.test:81/b/c") else {
            return;
        };
        let site = Site::of(&url, None, dialect);
        let now = UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let mut jar = CookieJar::new();
        for answer in data.split(|byte| *byte == 0) {
            let before = (jar.version(), jar.iter().count());
            let values = answer.split(|byte| *byte == b'\n');
            jar.extract(&site, values, now);
            let is_same = before == (jar.version(), jar.iter().count());
            assert!(is_same || jar.version() > before.0, "a change unseen");
        }
        let domains: HashSet<_> = jar.iter().map(|cookie| cookie.domain.clone()).collect();
        assert!(jar.iter().count() <= MOST_OF_A_DOMAIN * domains.len());
        let header = jar.header_for(&site, now);
        assert!(header.is_none() || !jar.is_empty(), "sent from nowhere");
    }
}

/// Redirects: where a `Location` leads is a URL that can be sent to, or none.
pub fn redirects(data: &[u8]) {
    let Ok(base) = Url::parse("http://user@h.test:81/a/b;c?d#e") else {
        return;
    };
    for dialect in DIALECTS {
        let mut fragment = "e".to_owned();
        let Ok(location) = dialect.location_text(data.to_vec()) else {
            continue;
        };
        if let Ok(url) = dialect.next_url(&base, &location, &mut fragment) {
            assert!(Url::parse(url.as_str()).is_ok(), "{url} is no URL");
            assert!(!url.host().is_empty() && url.wire_target().starts_with('/'));
            drop(Site::of(&url, None, dialect));
        }
    }
}

/// HTTP/2: whatever frames a peer sends and then the end of the connection, the exchange ends.
pub fn http2(data: &[u8]) {
    const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let (Ok(runtime), Ok(url)) = (runtime, Url::parse("http://h.test/")) else {
        return;
    };
    let sent = Sent {
        method: Method::Get,
        url,
        head: Bytes::from_static(b"GET / HTTP/1.1\r\nHost: h.test\r\n\r\n"),
        body: Bytes::new(),
    };
    runtime.block_on(async {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (mut read, mut write) = tokio::io::split(theirs);
        let speaking = async {
            drop(write.write_all(&[SETTINGS, data].concat()).await);
            drop(write.shutdown().await);
        };
        let mut nowhere = tokio::io::sink();
        let listening = tokio::io::copy(&mut read, &mut nowhere);
        let client = async {
            let Ok(wire) = start(ours).await else { return };
            let mut progress = Progress::default();
            let limits = Limits {
                read: None,
                budget: &Arc::default(),
            };
            if let Ok(answer) = exchange(limits, &sent, &wire, &mut progress).await {
                assert_eq!(answer.head.length, answer.raw_head.len());
                assert_eq!(answer.wire_length, answer.body.len() as u64);
            }
        };
        let ((), heard, ()) = tokio::join!(speaking, listening, client);
        drop(heard);
    });
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Bytes that look like an answer often enough to get past the first line.
    fn answer_like() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            Just(b"HTTP/1.1 200 OK\r\n".to_vec()),
            Just(b"HTTP/1.1 ".to_vec()),
            Just(b"Content-Length: ".to_vec()),
            Just(b"Transfer-Encoding: chunked\r\n".to_vec()),
            Just(b"\r\n".to_vec()),
            Just(b"\n ".to_vec()),
            Just(b"5\r\nhello\r\n".to_vec()),
            Just(b"0\r\n\r\n".to_vec()),
            Just(b"ffffffffffffffff".to_vec()),
            vec(any::<u8>(), 0..8),
        ];
        vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    /// A coded body with a few bytes spoilt.
    fn coded() -> impl Strategy<Value = Vec<u8>> {
        const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xcbH\xcd\xc9\xc9W\xc8 \x92\0\x92\xad\x1c\x8c\x17\0\0\0";
        (any::<u8>(), vec((0..GZIP.len(), any::<u8>()), 0..3)).prop_map(|(coding, spoilt)| {
            let mut body = GZIP.to_vec();
            for (at, byte) in spoilt {
                body[at] = byte;
            }
            [vec![coding], body].concat()
        })
    }

    /// Cookies, with what is special in them often enough.
    fn cookie_like() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            Just("a=b".to_owned()),
            "; (Max-Age|Expires|Domain|Path|Port|Version|Secure|a)",
            "=(-?[0-9]{1,20}|.h.test|/|\"81\"|Sun, 06-Nov-94 08:49:37 GMT)",
            Just("\n".to_owned()),
            Just("\0".to_owned()),
            ".{0,6}",
        ];
        vec(part, 0..24).prop_map(|parts| parts.concat().into_bytes())
    }

    fn location_like() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            "(https?|ftp|//|/|\\.\\./|\\./|:|@|#|\\?|;|%|%4[0-9a-f])",
            "(h.test|\\[::1\\]|:81|:0|:99999)",
            ".{0,4}",
        ];
        vec(part, 0..12).prop_map(|parts| parts.concat().into_bytes())
    }

    /// Frames of right length, mostly of the request's stream.
    fn frames() -> impl Strategy<Value = Vec<u8>> {
        let payload = prop_oneof![
            Just(b"\x88".to_vec()),
            Just(b"\0\x01a\x01b".to_vec()),
            vec(any::<u8>(), 0..12),
        ];
        let stream = prop_oneof![Just(1_u8), Just(0), 0..4_u8];
        let frame =
            (0..11_u8, any::<u8>(), stream, payload).prop_map(|(kind, flags, id, payload)| {
                let front = [0, 0, payload.len() as u8, kind, flags, 0, 0, 0, id];
                [&front[..], &payload].concat()
            });
        vec(frame, 0..12).prop_map(|frames| frames.concat())
    }

    proptest! {
        #[test]
        fn any_cookies_are_kept_within_their_limits(data in cookie_like()) {
            cookies(&data);
        }

        #[test]
        fn any_redirect_leads_to_a_url_or_nowhere(data in location_like()) {
            redirects(&data);
        }

        #[test]
        fn a_bracket_is_no_host(port in "(:8)?", host in "(\\]|\\[\\]|a\\])") {
            let location = format!("https://u:p@{host}{port}");
            prop_assert!(Url::parse(&location).is_err(), "{location}");
            redirects(location.as_bytes());
        }

        #[test]
        fn any_http2_peer_comes_to_an_end(data in frames()) {
            http2(&data);
        }

        #[test]
        fn any_head_is_read_within_its_bounds(data in answer_like()) {
            head(&data);
        }

        #[test]
        fn chunks_do_not_depend_on_how_they_are_cut(data in answer_like()) {
            chunked(&data);
        }

        #[test]
        fn any_body_is_decoded_or_refused(data in prop_oneof![coded(), vec(any::<u8>(), 0..64)]) {
            decoders(&data);
        }
    }
}
