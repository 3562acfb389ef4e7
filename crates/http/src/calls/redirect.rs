//! Going where an answer points: which URL, method and headers come next, and when to stop. The rules in which the
//! clients differ are the dialect's.

use bytes::Bytes;

use crate::errors::error::HttpError;
use crate::types::limits::Redirects;
use crate::urls::scheme::UrlError;
use crate::urls::url::Url;

use super::call::Call;
use super::reply::Hop;

/// A call's way from hop to hop.
pub(crate) struct Chain {
    followed: u32,
    total: u32,
    begun: Url,
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
            begun: call.url.clone(),
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
        let locations = hop.head.get_all("location");
        call.dialect.follows(call.redirects, hop.status, locations)
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
        let location = call.dialect.location_text(locations.join(&b", "[..]))?;
        self.go(call, hop.status, &location)?;
        Ok(Next::Go)
    }

    fn go(&mut self, call: &mut Call, status: u16, location: &str) -> Result<(), HttpError> {
        let dialect = call.dialect;
        let url = dialect
            .next_url(&call.url, location, &mut self.fragment)
            .map_err(not_a_target)?;
        let mut gone = dialect.left_behind().to_vec();
        if matches!(status, 301..=303) {
            gone.extend(dialect.left_with_body());
            call.body = Bytes::new();
        }
        if !dialect.keeps_authorization(&self.begun, &call.url, &url) {
            gone.push("Authorization");
        }
        call.headers = call.headers.without(&gone);
        call.method = dialect.method_after(status, &call.method);
        call.url = url;
        Ok(())
    }
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
