//! How the clients differ once an answer is there: cookies, decoding, redirects.

use crate::errors::error::HttpError;
use crate::types::limits::Redirects;
use crate::types::method::Method;
use crate::urls::ghc_url::ghc_redirect;
use crate::urls::requests_url::requests_redirect;
use crate::urls::scheme::Scheme;
use crate::urls::url::Url;

use super::dialect::Dialect;

impl Dialect {
    /// requests' jar goes by the `Host` header that a script set, not by the URL.
    pub(crate) fn trusts_host_header(self) -> bool {
        self.is_requests()
    }

    /// requests' jar takes `\"` out of a quoted value.
    pub(crate) fn drops_escaped_quotes(self) -> bool {
        self.is_requests()
    }

    /// urllib3 undoes a stack of encodings, and passes over those it does not know; geventhttpclient undoes one, whole,
    /// and fails otherwise.
    pub(crate) fn undoes_stacks(self) -> bool {
        self.is_requests()
    }

    /// geventhttpclient never looks into the body of an answer that it follows.
    pub(crate) fn decodes_followed_answers(self) -> bool {
        self.is_requests()
    }

    /// requests passes over a broken body on the way to a redirect's target.
    pub(crate) fn passes_over_broken_bodies(self) -> bool {
        self.is_requests()
    }

    /// Whether an answer with these `Location` headers is followed: geventhttpclient takes 0 for "do not follow", and a
    /// repeated header for none.
    pub(crate) fn follows<'a>(
        self,
        redirects: Redirects,
        status: u16,
        mut locations: impl Iterator<Item = &'a [u8]>,
    ) -> bool {
        let Redirects::Follow { max } = redirects else {
            return false;
        };
        let Some(location) = locations.next() else {
            return false;
        };
        let is_wanted = match self {
            Self::Requests => true,
            Self::Ghc => max > 0 && locations.next().is_none(),
        };
        is_wanted && !location.is_empty() && matches!(status, 301 | 302 | 303 | 307 | 308)
    }

    /// A `Location` as text: requests decodes it as UTF-8, strictly, geventhttpclient as latin-1.
    pub(crate) fn location_text(self, location: Vec<u8>) -> Result<String, HttpError> {
        match self {
            Self::Requests => String::from_utf8(location).map_err(|error| {
                let location = error.into_bytes();
                HttpError::RedirectUndecodable { location }
            }),
            Self::Ghc => Ok(location.iter().map(|byte| char::from(*byte)).collect()),
        }
    }

    /// Where a `Location` leads, or the text that is no URL. requests hands the fragment on from hop to hop.
    pub(crate) fn next_url(
        self,
        from: &Url,
        location: &str,
        fragment: &mut String,
    ) -> Result<Url, String> {
        match self {
            Self::Requests => requests_redirect(from, location, fragment),
            Self::Ghc => ghc_redirect(from, location),
        }
    }

    /// The method of the next request. Only requests treats 301 apart from the others: it makes a GET of a POST alone.
    pub(crate) fn method_after(self, status: u16, method: &Method) -> Method {
        let becomes_get = match (self, status) {
            (Self::Requests, 301) => *method == Method::Post,
            (_, 301..=303) => *method != Method::Head,
            _ => false,
        };
        if becomes_get {
            Method::Get
        } else {
            method.clone()
        }
    }

    /// Headers that are not sent again.
    pub(crate) fn left_behind(self) -> &'static [&'static str] {
        match self {
            Self::Requests => &["Cookie", "Proxy-Authorization"],
            Self::Ghc => &["Cookie", "Cookie2"],
        }
    }

    /// Headers that go with a body that is not sent again.
    pub(crate) fn left_with_body(self) -> &'static [&'static str] {
        match self {
            Self::Requests => &["Content-Length", "Content-Type", "Transfer-Encoding"],
            Self::Ghc => &["Content-Length", "Content-Type", "Content-Encoding"],
        }
    }

    /// `Authorization` goes along: to the same place, for requests compared with the hop before and with a way from http
    /// to https at their usual ports, for geventhttpclient compared with where the call began.
    pub(crate) fn keeps_authorization(self, begun: &Url, from: &Url, to: &Url) -> bool {
        match self {
            Self::Requests => is_same_place(from, to) || is_usual_upgrade(from, to),
            Self::Ghc => is_same_place(begun, to),
        }
    }
}

fn is_same_place(one: &Url, other: &Url) -> bool {
    is_same_host(one, other) && one.scheme() == other.scheme() && one.port() == other.port()
}

fn is_usual_upgrade(from: &Url, to: &Url) -> bool {
    let is_upgrade = from.scheme() == Scheme::Http && to.scheme() == Scheme::Https;
    is_upgrade && is_same_host(from, to) && from.port() == 80 && to.port() == 443
}

fn is_same_host(one: &Url, other: &Url) -> bool {
    one.host().eq_ignore_ascii_case(other.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Dialect; 2] = [Dialect::Requests, Dialect::Ghc];

    #[test]
    fn authorization_goes_along_to_the_same_place_alone() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        for (from, to, is_kept) in [
            ("http://h/a", "http://H/b", [true, true]),
            ("http://h/a", "http://i/a", [false, false]),
            ("http://h/a", "http://h:81/a", [false, false]),
            ("http://h/a", "https://h/a", [true, false]),
            ("http://h/a", "https://i/a", [false, false]),
            ("https://h/a", "http://h/a", [false, false]),
            ("http://h:81/a", "https://h/a", [false, false]),
            ("http://h/a", "https://h:444/a", [false, false]),
            ("http://h:443/a", "https://h/a", [false, false]),
        ] {
            let (from, to) = (url(from), url(to));
            let kept = BOTH.map(|dialect| dialect.keeps_authorization(&from, &from, &to));
            assert_eq!(kept, is_kept, "{from} {to}");
        }
        let (begun, from) = (url("http://begun/"), url("http://from/"));
        let to = |to: &Url| BOTH.map(|dialect| dialect.keeps_authorization(&begun, &from, to));
        assert_eq!(to(&begun), [false, true]);
        assert_eq!(to(&from), [true, false]);
    }

    #[test]
    fn answers_are_followed_that_lead_somewhere() {
        let all = Redirects::Follow { max: 1 };
        let follows = |redirects, status, locations: &[&[u8]]| {
            BOTH.map(|dialect| dialect.follows(redirects, status, locations.iter().copied()))
        };
        let [one, two] = [b"/a".as_slice(), b"/b"];
        for status in [301, 302, 303, 307, 308] {
            assert_eq!(follows(all, status, &[one]), [true, true], "{status}");
        }
        for status in [200, 300, 304, 305, 306, 309] {
            assert_eq!(follows(all, status, &[one]), [false, false], "{status}");
        }
        assert_eq!(follows(all, 302, &[one, two]), [true, false]);
        assert_eq!(follows(all, 302, &[]), [false, false]);
        assert_eq!(follows(all, 302, &[b""]), [false, false]);
        assert_eq!(follows(Redirects::Never, 302, &[one]), [false, false]);
        let none = Redirects::Follow { max: 0 };
        assert_eq!(follows(none, 302, &[one]), [true, false]);
    }

    #[test]
    fn the_method_changes_as_each_client_changes_it() {
        for (status, method, after) in [
            (301, Method::Post, [Method::Get, Method::Get]),
            (301, Method::Put, [Method::Put, Method::Get]),
            (302, Method::Put, [Method::Get, Method::Get]),
            (303, Method::Delete, [Method::Get, Method::Get]),
            (303, Method::Head, [Method::Head, Method::Head]),
            (307, Method::Post, [Method::Post, Method::Post]),
            (308, Method::Post, [Method::Post, Method::Post]),
        ] {
            let found = BOTH.map(|dialect| dialect.method_after(status, &method));
            assert_eq!(found, after, "{status} {method:?}");
        }
    }
}
