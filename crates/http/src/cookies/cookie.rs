//! A cookie, with the attributes of Python's.

/// A cookie, with the attributes of `http.cookiejar.Cookie` (`version` is always 0).
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are those of Python's Cookie, one by one"
)]
pub struct Cookie {
    pub name: String,
    /// `None` if the server sent a name without `=`.
    pub value: Option<String>,
    /// The ports it is for, separated by commas; `None` for all.
    pub port: Option<String>,
    /// The `Port` attribute had a value.
    pub port_specified: bool,
    /// The host or, with a leading dot, the domain it is for; empty (set by a script) for all.
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
    /// The `CommentURL` attribute.
    pub comment_url: Option<String>,
    /// The server sent `Version=1`, which is taken for 0.
    pub rfc2109: bool,
    /// Attributes the jar has no field for (`HttpOnly`, `SameSite` …), as sent.
    pub rest: Vec<(String, Option<String>)>,
}
