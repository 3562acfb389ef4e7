//! Python's `urllib.parse.urljoin`, as far as redirects use it.

use super::python_split::parse;

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
