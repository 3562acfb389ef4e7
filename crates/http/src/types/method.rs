//! Request methods, spelt as they go out.

use std::sync::Arc;

use super::token::is_token;

/// A request method, spelt as it goes out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    /// Any other token, spelt as given.
    Other(Arc<str>),
}

impl Method {
    /// Takes the spelling as it is: callers give upper case where their client sends it.
    pub fn new(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            other => Self::Other(Arc::from(other)),
        }
    }

    /// The spelling on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other(name) => name,
        }
    }

    /// RFC 9110 section 5.6.2; both clients refuse methods that are none.
    pub fn is_token(&self) -> bool {
        is_token(self.as_str().as_bytes())
    }

    /// RFC 9110 section 9.2.2: may be sent twice without harm.
    pub fn is_idempotent(&self) -> bool {
        match self {
            Self::Get | Self::Head | Self::Put | Self::Delete | Self::Options => true,
            Self::Post | Self::Patch => false,
            Self::Other(name) => &**name == "TRACE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_sent_twice_is_what_changes_nothing_the_second_time() {
        for (name, is_idempotent) in [
            ("GET", true),
            ("HEAD", true),
            ("PUT", true),
            ("DELETE", true),
            ("OPTIONS", true),
            ("TRACE", true),
            ("POST", false),
            ("PATCH", false),
            ("PROPFIND", false),
        ] {
            assert_eq!(Method::new(name).is_idempotent(), is_idempotent, "{name}");
        }
    }
}
