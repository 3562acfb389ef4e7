//! Schemes, and why a text is not a URL.

use thiserror::Error;

#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// The port used when the URL names none.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Why a text is not a URL this engine can go to.
#[derive(Copy, Clone, Debug, Error, Eq, PartialEq)]
pub enum UrlError {
    /// Neither `http://` nor `https://`.
    #[error("scheme is not http or https")]
    Scheme,
    /// Nothing between `//` and the path.
    #[error("no host")]
    Host,
    /// Not a number, or above 65535.
    #[error("bad port")]
    Port,
}

pub(crate) fn split_scheme(text: &str) -> Result<(Scheme, usize), UrlError> {
    let starts = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(prefix))
    };
    if starts("http://") {
        Ok((Scheme::Http, 7))
    } else if starts("https://") {
        Ok((Scheme::Https, 8))
    } else {
        Err(UrlError::Scheme)
    }
}
