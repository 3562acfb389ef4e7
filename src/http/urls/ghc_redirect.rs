//! geventhttpclient's own resolution of a reference.

use super::python_split::Parts;

impl Parts {
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
