//! A URL in parts, as text that is already quoted. Splitting is mechanical: nothing is decoded,
//! normalised or judged, so the target goes out byte for byte. Quoting lives in `quote`.

use std::fmt;
use std::sync::Arc;

use super::scheme::{Scheme, UrlError, split_scheme};

/// An absolute http or https URL. Cheap to clone.
#[derive(Clone, Eq, PartialEq)]
pub struct Url {
    text: Arc<str>,
    /// The target, where it is not the part of `text` that it would be.
    wire: Option<Arc<str>>,
    scheme: Scheme,
    port: u16,
    explicit_port: bool,
    host: (u32, u32),
    target: (u32, u32),
}

impl Url {
    /// Splits `scheme://[user@]host[:port][/path][?query][#fragment]`; all stays as it is.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        Self::from_text(Arc::<str>::from(text))
    }

    pub(crate) fn from_text(text: impl Into<Arc<str>>) -> Result<Self, UrlError> {
        let text = text.into();
        let (scheme, prefix) = split_scheme(&text)?;
        let rest = &text[prefix..];
        let authority_end = prefix + rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host_start = text[prefix..authority_end]
            .rfind('@')
            .map_or(prefix, |at| prefix + at + 1);
        let (host_len, port) = split_port(&text[host_start..authority_end])?;
        if host_len == 0 {
            return Err(UrlError::Host);
        }
        let target_end = text[authority_end..]
            .find('#')
            .map_or(text.len(), |at| authority_end + at);
        let query_alone = text[authority_end..target_end].starts_with('?');
        Ok(Self {
            wire: query_alone.then(|| Arc::from(format!("/{}", &text[authority_end..target_end]))),
            scheme,
            port: port.unwrap_or(scheme.default_port()),
            explicit_port: port.is_some(),
            host: (host_start as u32, (host_start + host_len) as u32),
            target: (authority_end as u32, target_end as u32),
            text,
        })
    }

    /// The same URL, sent with another spelling of its target.
    #[must_use]
    pub fn with_wire_target(mut self, target: String) -> Self {
        self.wire = (target != self.target()).then(|| Arc::from(target));
        self
    }

    /// The whole URL.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// http or https.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// What stands between `//` and the path: user information, host and port.
    pub fn authority(&self) -> &str {
        let start = self.scheme.as_str().len() + 3;
        &self.text[start..self.target.0 as usize]
    }

    /// Host and port as written, without user information.
    pub fn place(&self) -> &str {
        &self.text[self.host.0 as usize..self.target.0 as usize]
    }

    /// The host as written, brackets of an IPv6 address included.
    pub fn bracketed_host(&self) -> &str {
        &self.text[self.host.0 as usize..self.host.1 as usize]
    }

    /// The host to connect to, without brackets.
    pub fn host(&self) -> &str {
        self.bracketed_host()
            .trim_start_matches('[')
            .trim_end_matches(']')
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL names its port.
    pub fn has_explicit_port(&self) -> bool {
        self.explicit_port
    }

    /// The port is not the scheme's own.
    pub fn has_unusual_port(&self) -> bool {
        self.port != self.scheme.default_port()
    }

    /// Path and query as the text has them; `/` if it has none.
    pub fn target(&self) -> &str {
        match &self.text[self.target.0 as usize..self.target.1 as usize] {
            "" => "/",
            target => target,
        }
    }

    /// What stands in the request line.
    pub fn wire_target(&self) -> &str {
        self.wire.as_deref().unwrap_or_else(|| self.target())
    }

    /// The path alone; empty if the text has none.
    pub fn path(&self) -> &str {
        let target = &self.text[self.target.0 as usize..self.target.1 as usize];
        target.split_once('?').map_or(target, |(path, _)| path)
    }

    /// What follows `#`, or an empty text.
    pub fn fragment(&self) -> &str {
        self.text.get(self.target.1 as usize + 1..).unwrap_or("")
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, out)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// Length of the host and the port after it; an empty port counts as none.
fn split_port(authority: &str) -> Result<(usize, Option<u16>), UrlError> {
    let host_len = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']').ok_or(UrlError::Host)? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    // A bracket without its pair, one within two, or nothing between them: there is no host.
    let host = &authority[..host_len];
    let inside = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if inside == Some("") || inside.unwrap_or(host).contains(['[', ']']) {
        return Err(UrlError::Host);
    }
    let port = match authority[host_len..].strip_prefix(':') {
        None if host_len == authority.len() => None,
        None => return Err(UrlError::Host),
        Some("") => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse().map_err(|_| UrlError::Port)?)
        }
        Some(_) => return Err(UrlError::Port),
    };
    Ok((host_len, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_hold_a_host_and_no_other_brackets() {
        for bad in ["[]", "[[]", "[[::1]]", "[::1", "a]", "[a]b"] {
            let error = Url::parse(&format!("http://{bad}/")).err();
            assert_eq!(error, Some(UrlError::Host), "{bad}");
        }
        let url = Url::parse("http://[::1]:81/").expect("a host in brackets");
        assert_eq!((url.host(), url.port()), ("::1", 81));
    }
}
