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

/// RFC 3986 section 5.2.4 to the letter: what it puts back in front of the rest is the rest from an earlier place on.
fn remove_dot_segments(path: &str) -> String {
    let mut rest = path;
    let mut segments: Vec<&str> = Vec::new();
    while !rest.is_empty() {
        rest = match rest {
            "/." => "/",
            "/.." => {
                segments.pop();
                "/"
            }
            "." | ".." => "",
            _ if rest.starts_with("../") => &rest[3..],
            _ if rest.starts_with("./") || rest.starts_with("/./") => &rest[2..],
            _ if rest.starts_with("/../") => {
                segments.pop();
                &rest[3..]
            }
            _ => {
                let from = usize::from(rest.starts_with('/'));
                let end = rest[from..].find('/').map_or(rest.len(), |at| at + from);
                segments.push(&rest[..end]);
                &rest[end..]
            }
        };
    }
    segments.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_go_as_the_rfc_says() {
        for (path, without) in [
            ("/a/b/c/./../../g", "/a/g"),
            ("mid/content=5/../6", "mid/6"),
            ("../a", "a"),
            ("./a/.", "a/"),
            ("/..", "/"),
            ("/../../a/..", "/"),
            ("..", ""),
            ("/a/.b/..c/", "/a/.b/..c/"),
            ("//a/..", "//"),
        ] {
            assert_eq!(remove_dot_segments(path), without, "{path}");
        }
    }
}
