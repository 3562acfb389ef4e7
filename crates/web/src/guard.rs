//! Whose requests may change something, and what a browser is told it may do with answers. Programs send neither
//! `Origin` nor `Sec-Fetch-Site`, and go on working.
use super::answer::{failure, header};
use rlocust_run::run::{HttpAnswer, HttpRequest};

/// Methods that change nothing.
pub fn only_reads(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// A refusal, where a page of another site makes a browser send this.
pub fn refuse_foreign(request: &HttpRequest) -> Option<HttpAnswer> {
    if only_reads(&request.method) || !is_foreign(request) {
        return None;
    }
    let why = "A page of another site may not change this run";
    Some(failure(403, why))
}

fn is_foreign(request: &HttpRequest) -> bool {
    match header(request, "sec-fetch-site") {
        Some("cross-site") => return true,
        Some("same-origin" | "none") => return false,
        _ => {}
    }
    let Some(origin) = header(request, "origin") else {
        return false;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_none() || host != header(request, "host")
}

/// Reading is open to every page, as under Locust.
pub fn open_for_reading(answer: &mut HttpAnswer) {
    let has_own = answer
        .headers
        .iter()
        .any(|(name, _)| name == "access-control-allow-origin");
    if !has_own {
        answer
            .headers
            .push(("access-control-allow-origin".to_owned(), "*".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_on_foreign_pages_are_refused_and_programs_are_not() {
        let refused = |method: &str, headers: &[(&str, &str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let request = HttpRequest {
                method: method.to_owned(),
                headers,
                ..HttpRequest::default()
            };
            refuse_foreign(&request).map(|answer| answer.status)
        };
        let host = ("Host", "load.test:8089");
        assert_eq!(refused("POST", &[host]), None);
        assert_eq!(
            refused("POST", &[host, ("Origin", "http://load.test:8089")]),
            None
        );
        assert_eq!(
            refused(
                "POST",
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "https://proxy.test")
                ]
            ),
            None
        );
        assert_eq!(
            refused("POST", &[host, ("Origin", "http://evil.test")]),
            Some(403)
        );
        assert_eq!(refused("POST", &[host, ("Origin", "null")]), Some(403));
        assert_eq!(
            refused("POST", &[host, ("Sec-Fetch-Site", "cross-site")]),
            Some(403)
        );
        assert_eq!(
            refused(
                "DELETE",
                &[
                    host,
                    ("Sec-Fetch-Site", "same-site"),
                    ("Origin", "http://a.load.test")
                ]
            ),
            Some(403)
        );
        assert_eq!(
            refused("GET", &[host, ("Sec-Fetch-Site", "cross-site")]),
            None
        );
    }
}
