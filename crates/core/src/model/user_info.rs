//! URLs without the user and the password in them: whatever a file, a page or a line shows of a URL goes through here.
use std::borrow::Cow;

/// Cuts the user info (RFC 3986, 3.2.1), up to the last `@` of the authority: a password may hold others.
///
/// A password with a slash, a question mark or a hash ends the authority for a parser; as long as what precedes it can
/// be no host and port, it is cut too.
pub fn without_user_info(url: &str) -> Cow<'_, str> {
    let start = url.find("//").map_or(0, |at| at + 2);
    let rest = &url[start..];
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    let searched = if authority.contains('@') || is_host(authority) {
        authority
    } else {
        rest
    };
    match searched.rfind('@') {
        Some(at) => Cow::Owned(format!("{}{}", &url[..start], &rest[at + 1..])),
        None => Cow::Borrowed(url),
    }
}

/// `host`, `host:80`, `[::1]:80`.
fn is_host(authority: &str) -> bool {
    let port = match authority.rsplit_once(']') {
        Some((_, port)) => port.strip_prefix(':').unwrap_or(port),
        None => authority.split_once(':').map_or("", |(_, port)| port),
    };
    port.chars().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_passwords_are_cut_and_nothing_else() {
        for (url, bare) in [
            ("http://user:secret@host/a", "http://host/a"),
            ("http://user:s@cr@t@host:80", "http://host:80"),
            ("https://user@[::1]:80/?a=b@c", "https://[::1]:80/?a=b@c"),
            ("user:secret@host/metrics", "host/metrics"),
            ("http://user:sec/ret@host/", "http://host/"),
            ("http://user:sec?r#e\\t@host", "http://host"),
            ("http://host/people/@me", "http://host/people/@me"),
            ("http://host:80/@me", "http://host:80/@me"),
            ("http://[::1]/@me", "http://[::1]/@me"),
            ("/people/@me", "/people/@me"),
            ("host", "host"),
            ("", ""),
        ] {
            assert_eq!(without_user_info(url), bare, "{url}");
        }
    }
}
