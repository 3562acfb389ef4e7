//! What HTTP/2 makes of a request's head and HTTP/1.1's reader of an answer's: the same lines, in
//! the other protocol's form.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Uri};

use crate::errors::error::HttpError;
use crate::types::header_block::Field;
use crate::types::version::Version;
use crate::wire::framing::Framing;
use crate::wire::head::Head;
use crate::wire::sent::Sent;
use rlocust_core::model::CutPhase;

/// Headers that belong to an HTTP/1.1 connection and may not be sent (RFC 9113 section 8.2.2);
/// `Host` travels as `:authority`.
const LEFT_OUT: [&[u8]; 6] = [
    b"host",
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"transfer-encoding",
    b"upgrade",
];

/// The request, from the head that HTTP/1.1 would have sent: names in lower case, without what
/// belongs to the connection.
pub(crate) fn request_of(sent: &Sent) -> Result<Request<()>, HttpError> {
    let url = &sent.url;
    let host = sent
        .headers()
        .find(|(name, _)| name.eq_ignore_ascii_case(b"host"))
        .map(|(_, value)| value.to_vec());
    let authority = host.unwrap_or_else(|| url.bracketed_host().as_bytes().to_vec());
    let uri = Uri::builder()
        .scheme(url.scheme().as_str())
        .authority(authority)
        .path_and_query(sendable(url.wire_target()))
        .build();
    let mut request = Request::builder().method(sent.method.as_str());
    request = match uri {
        Ok(uri) => request.uri(uri),
        Err(error) => return Err(unsendable(&error.to_string())),
    };
    for (name, value) in sent.headers() {
        if LEFT_OUT.iter().any(|gone| name.eq_ignore_ascii_case(gone)) {
            continue;
        }
        let name = HeaderName::from_bytes(name).map_err(|error| unsendable(&error.to_string()))?;
        let value =
            HeaderValue::from_bytes(value).map_err(|error| unsendable(&error.to_string()))?;
        request = request.header(name, value);
    }
    request
        .body(())
        .map_err(|error| unsendable(&error.to_string()))
}

/// A target may hold no space, control character or bracket of an angle here: they are quoted.
fn sendable(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    for character in target.chars() {
        match character {
            '<' | '>' | '`' | '\0'..=' ' | '\x7f' => {
                let code = u32::from(character);
                out.extend(['%', hex_digit(code >> 4), hex_digit(code)]);
            }
            other => out.push(other),
        }
    }
    out
}

fn hex_digit(code: u32) -> char {
    let digit = char::from_digit(code & 0xf, 16).unwrap_or('0');
    digit.to_ascii_uppercase()
}

/// The head as a block of lines, with the reason phrase that HTTP/1.1 servers usually send: HTTP/2
/// has none, and error rows shall be the same. Also the announced length of the body.
pub(crate) fn head_of(response: &Response<impl Sized>) -> (Head, Bytes, Option<u64>) {
    let status = response.status();
    let reason = reason_of(status);
    let mut raw = format!("HTTP/2 {} {reason}\r\n", status.as_u16()).into_bytes();
    let reason_at = (raw.len() - 2 - reason.len()) as u32;
    let mut fields = Vec::with_capacity(response.headers().len());
    let mut announced = None;
    for (name, value) in response.headers() {
        let name_at = raw.len() as u32;
        raw.extend_from_slice(name.as_str().as_bytes());
        let name_end = raw.len() as u32;
        raw.extend_from_slice(b": ");
        let value_at = raw.len() as u32;
        raw.extend_from_slice(value.as_bytes());
        fields.push(Field {
            name: (name_at, name_end),
            value: (value_at, raw.len() as u32),
        });
        raw.extend_from_slice(b"\r\n");
        if name == http::header::CONTENT_LENGTH {
            announced = value.to_str().ok().and_then(|text| text.parse().ok());
        }
    }
    raw.extend_from_slice(b"\r\n");
    let head = Head {
        status: status.as_u16(),
        version: Version::Http2,
        reason: (reason_at, reason_at + reason.len() as u32),
        fields: fields.into(),
        length: raw.len(),
        framing: Framing::Empty,
        keep_alive: true,
    };
    (head, Bytes::from(raw), announced)
}

fn reason_of(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("")
}

fn unsendable(reason: &str) -> HttpError {
    HttpError::Http2 {
        reason: format!("request cannot be sent: {reason}"),
        during: CutPhase::BeforeSend,
        is_untouched: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_quoted_only_where_http2_forbids_a_character() {
        assert_eq!(
            sendable("/a/%2e%2e/b?q={\"a\":'1'}|\\^"),
            "/a/%2e%2e/b?q={\"a\":'1'}|\\^"
        );
        assert_eq!(sendable("/a b<c>`"), "/a%20b%3Cc%3E%60");
    }
}
