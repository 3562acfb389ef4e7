//! Python's `urllib.parse` splitting and joining, as far as redirects of both clients use it, and
//! geventhttpclient's own resolution of a reference.

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

fn split_scheme(url: &str) -> Option<(String, &str)> {
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

    /// geventhttpclient's `URL.redirect`: RFC 3986 section 5.2 from this base.
    pub(crate) fn redirect(&self, mut other: Self) -> Self {
        if other.scheme.is_empty() {
            other.scheme.clone_from(&self.scheme);
            if other.netloc.is_empty() {
                other.netloc.clone_from(&self.netloc);
                self.merge_path(&mut other);
            }
        }
        other.path = remove_dot_segments(&other.path);
        other
    }

    fn merge_path(&self, other: &mut Self) {
        if other.path.is_empty() && other.params.is_empty() {
            other.path.clone_from(&self.path);
            other.params.clone_from(&self.params);
            if other.query.is_empty() {
                other.query.clone_from(&self.query);
            }
        } else if !other.path.starts_with('/') {
            let folder = self.path.rfind('/').map_or("", |at| &self.path[..=at]);
            let folder = if self.path.is_empty() { "/" } else { folder };
            other.path = format!("{folder}{}", other.path);
        }
    }
}

/// RFC 3986 section 5.2.4 to the letter.
fn remove_dot_segments(path: &str) -> String {
    let mut rest = path.to_owned();
    let mut segments: Vec<String> = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("../").or_else(|| rest.strip_prefix("./")) {
            rest = after.to_owned();
        } else if let Some(after) = rest.strip_prefix("/./") {
            rest = format!("/{after}");
        } else if rest == "/." {
            "/".clone_into(&mut rest);
        } else if let Some(after) = rest.strip_prefix("/../") {
            segments.pop();
            rest = format!("/{after}");
        } else if rest == "/.." {
            segments.pop();
            "/".clone_into(&mut rest);
        } else if rest == "." || rest == ".." {
            rest.clear();
        } else {
            let from = usize::from(rest.starts_with('/'));
            let cut = rest[from..].find('/').map_or(rest.len(), |at| at + from);
            segments.push(rest.drain(..cut).collect());
        }
    }
    segments.concat()
}

/// `urljoin` of an absolute http or https URL and a reference.
pub(crate) fn join(base: &str, url: &str) -> String {
    if url.is_empty() {
        return base.to_owned();
    }
    let from = parse(base);
    let mut to = parse(url);
    if to.scheme.is_empty() {
        to.scheme.clone_from(&from.scheme);
    }
    if to.scheme != from.scheme {
        return url.to_owned();
    }
    if !to.netloc.is_empty() {
        return to.join();
    }
    to.netloc.clone_from(&from.netloc);
    if to.path.is_empty() && to.params.is_empty() {
        to.path = from.path;
        to.params = from.params;
        if to.query.is_empty() {
            to.query = from.query;
        }
        return to.join();
    }
    to.path = join_paths(&from.path, &to.path);
    to.join()
}

fn join_paths(base: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    if path.starts_with('/') {
        segments.extend(path.split('/'));
    } else {
        segments.extend(base.split('/'));
        if segments.last().is_some_and(|last| !last.is_empty()) {
            segments.pop();
        }
        segments.extend(path.split('/'));
        let last = segments.len() - 1;
        let mut index = 0;
        segments.retain(|segment| {
            let keep = index == 0 || index == last || !segment.is_empty();
            index += 1;
            keep
        });
    }
    let mut resolved: Vec<&str> = Vec::new();
    for segment in &segments {
        match *segment {
            ".." => drop(resolved.pop()),
            "." => {}
            other => resolved.push(other),
        }
    }
    if segments
        .last()
        .is_some_and(|last| matches!(*last, "." | ".."))
    {
        resolved.push("");
    }
    let joined = resolved.join("/");
    if joined.is_empty() {
        "/".to_owned()
    } else {
        joined
    }
}
