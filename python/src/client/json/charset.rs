//! The encoding that `requests.utils.get_encoding_from_headers` finds in a content type.

/// How the bytes of an answer become text, as far as it is plain what Python would make of them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Encoding {
    Utf8,
    /// Each byte below 128 is its own character; what others are differs.
    Ascii,
}

impl Encoding {
    pub fn named(name: &str) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
        if is(&["utf-8", "utf8"]) {
            Some(Self::Utf8)
        } else {
            is(&["iso-8859-1", "latin-1", "us-ascii", "ascii"]).then_some(Self::Ascii)
        }
    }

    /// The text, where no byte had to be replaced or guessed.
    pub fn text_of(self, bytes: &[u8]) -> Option<&str> {
        if self == Self::Ascii && !bytes.is_ascii() {
            return None;
        }
        std::str::from_utf8(bytes).ok()
    }
}

/// The name of the encoding, if there is one.
pub fn charset(content_type: &str) -> Option<&str> {
    let mut parts = content_type.split(';');
    let media_type = parts.next().unwrap_or_default();
    let is_edge = |letter| matches!(letter, '"' | '\'' | ' ');
    let named = parts.filter_map(|part| part.trim().split_once('='));
    let mut charsets =
        named.filter(|(name, _)| name.trim_matches(is_edge).eq_ignore_ascii_case("charset"));
    if let Some((_, charset)) = charsets.next_back() {
        Some(charset.trim_matches(is_edge))
    } else if media_type.contains("text") {
        Some("ISO-8859-1")
    } else {
        media_type.contains("application/json").then_some("utf-8")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_are_found_as_requests_finds_them() {
        for (content_type, expected) in [
            ("application/json", Some("utf-8")),
            ("application/json; charset=UTF-8", Some("UTF-8")),
            (
                "application/json;Charset = 'latin-1' ; a=b",
                Some("latin-1"),
            ),
            ("application/json; charset=a; charset=\"b\"", Some("b")),
            ("application/json; charset", Some("utf-8")),
            ("text/html", Some("ISO-8859-1")),
            ("Application/JSON", None),
            ("application/problem+json", None),
            ("", None),
        ] {
            assert_eq!(charset(content_type), expected, "{content_type}");
        }
    }
}
