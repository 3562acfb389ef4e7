//! The rules of going where an answer points, as requests and as geventhttpclient have them:
//! which method and headers go along, and when to stop.

use super::call::{Call, Dialect, Method, Redirects};
use super::reply::Hop;
use crate::http::urls::quote;
use crate::http::urls::url::{Scheme, Url, UrlError};
use crate::http::wire::head::Head;
use crate::http::words::error::HttpError;

use bytes::Bytes;

/// A call's way from hop to hop.
pub(crate) struct Chain {
    followed: u32,
    total: u32,
    origin: Url,
    fragment: String,
}

/// What comes after a hop.
pub(crate) enum Next {
    /// It is the response.
    Stay,
    /// The call now holds the next request.
    Go,
}

impl Chain {
    pub(crate) fn new(call: &Call) -> Self {
        Self {
            followed: 0,
            total: 0,
            origin: call.url.clone(),
            fragment: call.url.fragment().to_owned(),
        }
    }

    /// Nothing has been followed yet.
    pub(crate) fn is_first(&self) -> bool {
        self.total == 0
    }

    /// geventhttpclient counts redirects per retry.
    pub(crate) fn start_counting_anew(&mut self) {
        self.followed = 0;
    }

    /// The answer is one that its client follows.
    pub(crate) fn would_follow(call: &Call, hop: &Hop) -> bool {
        let mut locations = hop.head.get_all("location");
        let Some(location) = locations.next() else {
            return false;
        };
        follows(call, hop.status, location, locations.next().is_some())
    }

    /// The same, for a head that has just been read.
    pub(crate) fn would_follow_head(call: &Call, head: &Head, buffer: &[u8]) -> bool {
        let part = |(start, end): (u32, u32)| &buffer[start as usize..end as usize];
        let mut locations = head
            .fields
            .iter()
            .filter(|field| part(field.name).eq_ignore_ascii_case(b"location"));
        let Some(location) = locations.next() else {
            return false;
        };
        follows(
            call,
            head.status,
            part(location.value),
            locations.next().is_some(),
        )
    }

    /// Turns the call into the next request, if the hop is to be followed.
    pub(crate) fn next(&mut self, call: &mut Call, hop: &Hop) -> Result<Next, HttpError> {
        let Redirects::Follow { max } = call.redirects else {
            return Ok(Next::Stay);
        };
        if !Self::would_follow(call, hop) {
            return Ok(Next::Stay);
        }
        if self.followed >= max {
            return Err(HttpError::TooManyRedirects { limit: max });
        }
        self.followed += 1;
        self.total += 1;
        let locations: Vec<&[u8]> = hop.head.get_all("location").collect();
        let location = locations.join(&b", "[..]);
        match call.dialect {
            Dialect::Requests => {
                let location = String::from_utf8(location).map_err(|error| {
                    let location = error.into_bytes();
                    HttpError::RedirectUndecodable { location }
                })?;
                self.like_requests(call, hop.status, &location)?;
            }
            Dialect::Ghc => {
                // The parser hands header values out as latin-1.
                let location: String = location.iter().map(|byte| char::from(*byte)).collect();
                self.like_geventhttpclient(call, hop.status, &location)?;
            }
        }
        Ok(Next::Go)
    }

    fn like_requests(
        &mut self,
        call: &mut Call,
        status: u16,
        location: &str,
    ) -> Result<(), HttpError> {
        let url = quote::requests_redirect(&call.url, location, &mut self.fragment)
            .map_err(not_a_target)?;
        let method = match (status, &call.method) {
            (302 | 303, method) if *method != Method::Head => Method::Get,
            (301, Method::Post) => Method::Get,
            (_, method) => method.clone(),
        };
        let mut gone = vec!["Cookie"];
        if !matches!(status, 307 | 308) {
            gone.extend(["Content-Length", "Content-Type", "Transfer-Encoding"]);
            call.body = Bytes::new();
        }
        if strips_authorization(&call.url, &url) {
            gone.push("Authorization");
        }
        gone.push("Proxy-Authorization");
        call.headers = call.headers.without(&gone);
        (call.method, call.url) = (method, url);
        Ok(())
    }

    fn like_geventhttpclient(
        &mut self,
        call: &mut Call,
        status: u16,
        location: &str,
    ) -> Result<(), HttpError> {
        let url = quote::ghc_redirect(&call.url, location).map_err(not_a_target)?;
        let mut gone = vec!["Cookie", "Cookie2"];
        if matches!(status, 301..=303) {
            gone.extend(["Content-Length", "Content-Type", "Content-Encoding"]);
            call.body = Bytes::new();
            if call.method != Method::Head {
                call.method = Method::Get;
            }
        }
        if !is_same_origin(&self.origin, &url) {
            gone.push("Authorization");
        }
        call.headers = call.headers.without(&gone);
        call.url = url;
        Ok(())
    }
}

fn follows(call: &Call, status: u16, location: &[u8], is_repeated: bool) -> bool {
    let is_wanted = match (call.redirects, call.dialect) {
        (Redirects::Never, _) => false,
        // geventhttpclient takes 0 for "do not follow", and a repeated header for none.
        (Redirects::Follow { max }, Dialect::Ghc) => max > 0 && !is_repeated,
        (Redirects::Follow { .. }, Dialect::Requests) => true,
    };
    is_wanted && !location.is_empty() && matches!(status, 301 | 302 | 303 | 307 | 308)
}

fn not_a_target(text: String) -> HttpError {
    let scheme = text
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    match Url::parse(&text) {
        Err(UrlError::Scheme) => HttpError::RedirectScheme { scheme, url: text },
        Err(UrlError::Port) => HttpError::RedirectInvalid {
            url: text,
            reason: "bad port",
        },
        _ => HttpError::RedirectInvalid {
            url: text,
            reason: "no host",
        },
    }
}

/// requests keeps `Authorization` on the same host and port, and on the way from http to https
/// at their usual ports.
fn strips_authorization(old: &Url, new: &Url) -> bool {
    if !old.host().eq_ignore_ascii_case(new.host()) {
        return true;
    }
    let upgrade = old.scheme() == Scheme::Http && new.scheme() == Scheme::Https;
    if upgrade && old.port() == 80 && new.port() == 443 {
        return false;
    }
    old.scheme() != new.scheme() || old.port() != new.port()
}

fn is_same_origin(old: &Url, new: &Url) -> bool {
    old.scheme() == new.scheme()
        && old.port() == new.port()
        && old.host().eq_ignore_ascii_case(new.host())
}
