//! Python's `urllib.parse` splitting and joining, as far as redirects of both clients use it.

/// The six parts of `urlparse`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Parts {
    pub scheme: String,
    pub netloc: String,
    pub path: String,
    pub params: String,
    pub query: String,
    pub fragment: String,
}

/// `urlparse`; what Python refuses (brackets) is left to whoever uses the host.
pub(crate) fn parse(url: &str) -> Parts {
    let mut text = url.trim_start_matches(|char: char| char <= ' ').to_owned();
    text.retain(|char| !matches!(char, '\t' | '\r' | '\n'));
    let (scheme, mut rest) = split_scheme(&text).unwrap_or((String::new(), &text));
    let mut netloc = "";
    if let Some(after) = rest.strip_prefix("//") {
        (netloc, rest) = after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()));
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (path, params) = if uses_params(&scheme) {
        split_params(rest)
    } else {
        (rest, "")
    };
    Parts {
        netloc: netloc.to_owned(),
        path: path.to_owned(),
        params: params.to_owned(),
        query: query.to_owned(),
        fragment: fragment.to_owned(),
        scheme,
    }
}

/// What stands behind a `;` of the last segment.
fn split_params(path: &str) -> (&str, &str) {
    let last_segment = path.rfind('/').unwrap_or(0);
    match path[last_segment..].find(';') {
        Some(at) => (&path[..last_segment + at], &path[last_segment + at + 1..]),
        None => (path, ""),
    }
}

pub(crate) fn split_scheme(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

fn uses_params(scheme: &str) -> bool {
    matches!(
        scheme,
        "" | "ftp"
            | "hdl"
            | "prospero"
            | "http"
            | "imap"
            | "https"
            | "shttp"
            | "rtsp"
            | "rtsps"
            | "rtspu"
            | "sip"
            | "sips"
            | "mms"
            | "sftp"
            | "tel"
    )
}

/// Schemes with a `//` authority, among those a test or server may come up with.
fn uses_netloc(scheme: &str) -> bool {
    matches!(
        scheme,
        "" | "ftp"
            | "http"
            | "https"
            | "file"
            | "ws"
            | "wss"
            | "sftp"
            | "rtsp"
            | "svn"
            | "git"
            | "nfs"
    )
}

impl Parts {
    /// `urlunparse`.
    pub(crate) fn join(&self) -> String {
        let mut url = self.path_with_params();
        if !self.netloc.is_empty()
            || (!self.scheme.is_empty() && uses_netloc(&self.scheme) && !url.starts_with("//"))
        {
            if !url.is_empty() && !url.starts_with('/') {
                url.insert(0, '/');
            }
            url = format!("//{}{url}", self.netloc);
        }
        if !self.scheme.is_empty() {
            url = format!("{}:{url}", self.scheme);
        }
        if !self.query.is_empty() {
            url = format!("{url}?{}", self.query);
        }
        if !self.fragment.is_empty() {
            url = format!("{url}#{}", self.fragment);
        }
        url
    }

    /// geventhttpclient's `URL.request_uri`.
    pub(crate) fn request_uri(&self) -> String {
        let path = self.path_with_params();
        if self.query.is_empty() {
            path
        } else {
            format!("{path}?{}", self.query)
        }
    }

    fn path_with_params(&self) -> String {
        if self.params.is_empty() {
            self.path.clone()
        } else {
            format!("{};{}", self.path, self.params)
        }
    }
}
