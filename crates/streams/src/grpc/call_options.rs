//! What is asked: a method of a service, and one call of it.
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue, TE, USER_AGENT};
use http::{HeaderMap, Method as Verb, Request, Uri, Version};
use thiserror::Error;

use super::message::{ACCEPTED, Outgoing};
use super::metadata::Metadata;
use super::target::Target;

/// A method of a service at a target, with what each call of it sends.
#[derive(Clone)]
pub struct Method {
    uri: Uri,
    headers: HeaderMap,
}

/// A path that no request can carry.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
#[error(
    "`{0}` is no path of a method: it begins with `/` and is followed by a service, `/` and a method"
)]
pub struct InvalidPath(String);

/// How many messages answer a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answers {
    One,
    Many,
}

/// One call.
pub struct CallOptions {
    pub metadata: Metadata,
    /// The first message; nothing where it is still to come.
    pub message: Option<Outgoing>,
    /// No other message comes after the first one.
    pub is_whole: bool,
    pub answers: Answers,
    /// Messages are packed by gzip.
    pub is_packed: bool,
    /// So long it may take.
    pub limit: Option<Duration>,
    /// It waits for a server that cannot be reached.
    pub waits_for_ready: bool,
}

/// The largest number of a `grpc-timeout`.
const MOST_DIGITS: u128 = 99_999_999;

impl Method {
    /// By its path, as `/greeter.Greeter/Greet`.
    pub fn new(target: &Target, path: &str) -> Result<Self, InvalidPath> {
        let wrong = || InvalidPath(path.to_owned());
        if !path.starts_with('/') {
            return Err(wrong());
        }
        let url = &target.url;
        let uri = Uri::builder()
            .scheme(url.scheme().as_str())
            .authority(url.place())
            .path_and_query(path);
        let uri = uri.build().map_err(|_| wrong())?;
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        let agent = concat!("rlocust-grpc/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        let accepted = HeaderValue::from_static(ACCEPTED);
        headers.insert("grpc-accept-encoding", accepted);
        Ok(Self { uri, headers })
    }
}

impl CallOptions {
    /// The head of the request; `left` is what is left of its time.
    pub(super) fn request(&self, method: &Method, left: Option<Duration>) -> Request<()> {
        let mut request = Request::new(());
        *request.method_mut() = Verb::POST;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = method.uri.clone();
        let headers = request.headers_mut();
        headers.clone_from(&method.headers);
        if self.is_packed {
            headers.insert("grpc-encoding", HeaderValue::from_static("gzip"));
        }
        if let Some(Ok(text)) = left.map(|left| HeaderValue::try_from(timeout(left))) {
            headers.insert("grpc-timeout", text);
        }
        for (name, value) in self.metadata.headers() {
            if name == USER_AGENT {
                headers.insert(name, value.clone());
            } else {
                headers.append(name, value.clone());
            }
        }
        request
    }
}

/// At most eight digits, and a unit in which they are enough.
fn timeout(left: Duration) -> String {
    let units = [
        (left.as_micros(), 'u'),
        (left.as_millis(), 'm'),
        (u128::from(left.as_secs()), 'S'),
    ];
    let fits = units.into_iter().find(|(number, _)| *number <= MOST_DIGITS);
    let (number, unit) = fits.unwrap_or((MOST_DIGITS, 'S'));
    format!("{number}{unit}")
}

#[cfg(test)]
mod tests {
    use rlocust_http::{TlsProfile, Url};

    use super::*;

    fn target() -> Target {
        let url = Url::parse("http://localhost:81").expect("a URL");
        Target::new(url, TlsProfile::none())
    }

    #[test]
    fn a_timeout_has_eight_digits_at_most() {
        for (left, text) in [
            (Duration::from_micros(1), "1u"),
            (Duration::from_millis(1500), "1500000u"),
            (Duration::from_secs(100), "100000m"),
            (Duration::from_secs(100_000), "100000S"),
            (Duration::from_secs(u64::MAX), "99999999S"),
        ] {
            assert_eq!(timeout(left), text);
        }
    }

    #[test]
    fn a_request_has_what_the_protocol_and_the_script_say() {
        let method = Method::new(&target(), "/a.B/C").expect("a path");
        let mut metadata = Metadata::default();
        for (key, value) in [("user-agent", "mine"), ("x", "1"), ("x", "2")] {
            metadata.add(key, value.as_bytes()).expect("fit to send");
        }
        let asked = CallOptions {
            metadata,
            message: None,
            is_whole: true,
            answers: Answers::One,
            is_packed: true,
            limit: None,
            waits_for_ready: false,
        };
        let request = asked.request(&method, Some(Duration::from_millis(1)));
        assert_eq!(request.uri(), "http://localhost:81/a.B/C");
        let headers = request.headers();
        assert_eq!(headers.get_all("user-agent").iter().count(), 1);
        assert_eq!(headers.get_all("x").iter().count(), 2);
        for (name, value) in [
            ("te", "trailers"),
            ("content-type", "application/grpc"),
            ("user-agent", "mine"),
            ("grpc-encoding", "gzip"),
            ("grpc-timeout", "1000u"),
        ] {
            assert_eq!(headers[name], value);
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in ["", "a.B/C", "/a b", "http://x/y"] {
            let refused = Method::new(&target(), path).err();
            assert_eq!(refused, Some(InvalidPath(path.to_owned())));
        }
    }
}
