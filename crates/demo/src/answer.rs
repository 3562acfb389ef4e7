//! What the server may answer. A `Page` is bytes made once and copied for each request; a `Reply` is built for one
//! request; the rest take time or break the rules on purpose. `connection` puts them on the wire.

use std::time::Duration;

use super::faults::Fault;

#[derive(Debug)]
pub enum Answer {
    Page(&'static Page),
    Reply(Reply),
    After(Duration, Box<Answer>),
    /// A chunked body of this many lines, one chunk each.
    Lines(u32),
    /// A body that comes byte by byte, with a pause before each.
    Trickle {
        bytes: u32,
        pause: Duration,
    },
    /// A body of this many bytes.
    Bytes(usize),
    Fault(Fault),
}

impl Answer {
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::Reply(Reply::new(status, "application/json", body))
    }

    /// An error the way a JSON API reports it.
    pub fn problem(status: u16, detail: &str) -> Self {
        Self::json(status, serde_json::json!({"detail": detail}).to_string())
    }

    pub fn empty(status: u16) -> Self {
        Self::Reply(Reply::new(status, "", ""))
    }
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Instead of the usual words for the status.
    pub reason: Option<String>,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// An empty content type writes none.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = match content_type {
            "" => Vec::new(),
            kind => vec![("content-type", kind.to_owned())],
        };
        Self {
            status,
            reason: None,
            headers,
            body: body.into(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The head without the empty line that ends it, so that the connection can add to it.
    pub fn head(&self) -> Vec<u8> {
        let mut head = self.head_without_length();
        if has_body(self.status) {
            head.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
        }
        head
    }

    /// The same for a body that is framed otherwise.
    pub fn head_without_length(&self) -> Vec<u8> {
        let reason = self.reason.as_deref().unwrap_or(reason_of(self.status));
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", self.status);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.into_bytes()
    }
}

/// An answer made once: its head (without the empty line) and its body.
#[derive(Debug)]
pub struct Page {
    pub head: Vec<u8>,
    pub body: Vec<u8>,
}

impl From<Reply> for Page {
    fn from(reply: Reply) -> Self {
        Self {
            head: reply.head(),
            body: reply.body,
        }
    }
}

pub fn has_body(status: u16) -> bool {
    status >= 200 && status != 204 && status != 304
}

pub fn reason_of(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        208 => "Already Reported",
        226 => "IM Used",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        305 => "Use Proxy",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        418 => "I'm a Teapot",
        422 => "Unprocessable Content",
        423 => "Locked",
        425 => "Too Early",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_names_its_length_unless_the_status_has_no_body() {
        let head = |reply: Reply| String::from_utf8(reply.head()).unwrap();
        let reply = Reply::new(200, "text/plain", "ab").with("x", "y");
        assert_eq!(
            head(reply),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx: y\r\ncontent-length: 2\r\n"
        );
        assert_eq!(head(Reply::new(204, "", "")), "HTTP/1.1 204 No Content\r\n");
        assert_eq!(
            head(Reply::new(500, "", "")),
            "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n"
        );
    }
}
