//! What calls do, as events for the log: redirects and repetitions at debug, every call only at trace. While nobody
//! wants them they cost one relaxed load each. URLs are shown without user info and without their queries.
use tracing::{debug, trace};

use super::call::Call;
use super::reply::{Hop, Reply};
use crate::errors::error::HttpError;
use crate::urls::url::Url;
use rlocust_core::logging::milliseconds;
use rlocust_core::model::without_user_info;

/// The call goes on to where an answer points.
pub(super) fn followed(hop: &Hop, call: &Call) {
    debug!(
        target: "rlocust::http::redirect",
        status = hop.status,
        from = shown(&hop.sent.url),
        to = shown(&call.url),
        method = call.method.as_str(),
        "followed"
    );
}

/// A request is sent once more, on another connection.
pub(super) fn resent(call: &Call, fault: &HttpError) {
    debug!(
        target: "rlocust::http::request",
        method = call.method.as_str(),
        url = shown(&call.url),
        error = in_words(fault),
        "sent again"
    );
}

/// The call is over.
pub(super) fn finished(call: &Call, reply: &Reply) {
    let last = reply.hops.last();
    match &reply.error {
        None => trace!(
            target: "rlocust::http::request",
            method = call.method.as_str(),
            url = shown(&call.url),
            status = last.map_or(0, |hop| hop.status),
            bytes = last.map_or(0, |hop| hop.body.len()),
            hops = reply.hops.len(),
            reused = reply.timing.reused,
            duration_ms = milliseconds(reply.timing.elapsed),
            "answered"
        ),
        Some(error) => trace!(
            target: "rlocust::http::request",
            method = call.method.as_str(),
            url = shown(&call.url),
            hops = reply.hops.len(),
            error = in_words(error),
            duration_ms = milliseconds(reply.timing.elapsed),
            "failed"
        ),
    }
}

/// A URL as a log may show it: passwords stand in user info, tokens in queries and fragments.
fn shown(url: &Url) -> String {
    let query = if url.target().contains('?') {
        "?…"
    } else {
        ""
    };
    let scheme = url.scheme().as_str();
    let text = format!("{scheme}://{}{}", url.place(), url.path());
    without_user_info(&text).into_owned() + query
}

/// A fault without the URL that a server sent in it.
fn in_words(fault: &HttpError) -> String {
    match fault {
        HttpError::RedirectScheme { scheme, .. } => format!("redirect to scheme {scheme:?}"),
        HttpError::RedirectInvalid { reason, .. } => format!("redirect to no URL: {reason}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_what_may_be_secret() {
        for (url, bare) in [
            (
                "http://me:canary@host:81/a/b?token=canary#canary",
                "http://host:81/a/b?…",
            ),
            ("https://host", "https://host"),
            ("https://me:a@canary@[::1]/?canary", "https://[::1]/?…"),
        ] {
            assert_eq!(shown(&Url::parse(url).expect(url)), bare);
        }
    }

    #[test]
    fn a_fault_has_no_url_in_it() {
        let url = "ftp://me:canary@host/?canary".to_owned();
        let scheme = "ftp".to_owned();
        let faults = [
            HttpError::RedirectScheme {
                scheme,
                url: url.clone(),
            },
            HttpError::RedirectInvalid {
                url,
                reason: "no host",
            },
        ];
        for fault in faults {
            assert!(!in_words(&fault).contains("canary"));
        }
    }
}
