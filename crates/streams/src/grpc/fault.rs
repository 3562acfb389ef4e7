//! What went wrong below a call, as a status: the mappings of gRPC's page on HTTP/2.
use std::io;

use h2::Reason;
use http::{HeaderMap, StatusCode};

use rlocust_http::HttpError;

use super::status::{Code, Status};

/// What broke a call before the server's status came.
pub(super) struct Broken {
    pub status: Status,
    /// The server has promised not to have looked at it.
    pub is_untouched: bool,
}

impl From<Status> for Broken {
    fn from(status: Status) -> Self {
        Self {
            status,
            is_untouched: false,
        }
    }
}

impl From<h2::Error> for Broken {
    fn from(error: h2::Error) -> Self {
        let reason = error.reason().unwrap_or(Reason::INTERNAL_ERROR);
        let is_end = error.is_go_away() && reason == Reason::NO_ERROR;
        Self {
            is_untouched: error.is_remote() && (reason == Reason::REFUSED_STREAM || is_end),
            status: status_of(&error, reason),
        }
    }
}

fn status_of(error: &h2::Error, reason: Reason) -> Status {
    if let Some(lost) = error.get_io() {
        return Status::new(Code::UNAVAILABLE, lost_text(lost));
    }
    if error.is_go_away() && error.is_remote() {
        let text = format!("the server ended the connection: {}", reason.description());
        return Status::new(Code::UNAVAILABLE, text);
    }
    let code = match reason {
        Reason::CANCEL => Code::CANCELLED,
        Reason::REFUSED_STREAM => Code::UNAVAILABLE,
        Reason::ENHANCE_YOUR_CALM => Code::RESOURCE_EXHAUSTED,
        Reason::INADEQUATE_SECURITY => Code::PERMISSION_DENIED,
        _ => Code::INTERNAL,
    };
    if error.is_reset() && error.is_remote() {
        let number = u32::from(reason);
        let text = format!("the server reset the stream with error code {number}");
        return Status::new(code, text);
    }
    Status::new(code, format!("broken HTTP/2: {error}"))
}

fn lost_text(lost: &io::Error) -> String {
    let errno = lost.raw_os_error();
    let why = errno.map_or_else(|| "the server has closed it".to_owned(), text_of);
    format!("connection lost: {why}")
}

/// Why there is no connection.
pub(super) fn unreachable(error: &HttpError) -> Status {
    let text = match error {
        HttpError::Connect { errno } => format!("cannot connect: {}", text_of(*errno)),
        HttpError::Resolve { text, .. } => format!("cannot resolve the host: {text}"),
        HttpError::Tls { detail, .. } => format!("cannot connect: TLS: {detail}"),
        HttpError::ConnectTimeout { limit } | HttpError::HandshakeTimeout { limit } => {
            format!("not connected within {} s", limit.as_secs_f64())
        }
        other => other.to_string(),
    };
    Status::new(Code::UNAVAILABLE, text)
}

/// An answer that is none of gRPC.
pub(super) fn foreign(status: StatusCode, headers: &HeaderMap) -> Option<Status> {
    let kind = headers.get(http::header::CONTENT_TYPE);
    let kind = kind.map_or(&b""[..], |kind| kind.as_bytes());
    if status == StatusCode::OK && kind.starts_with(b"application/grpc") {
        return None;
    }
    let code = match status.as_u16() {
        400 => Code::INTERNAL,
        401 => Code::UNAUTHENTICATED,
        403 => Code::PERMISSION_DENIED,
        404 => Code::UNIMPLEMENTED,
        429 | 502..=504 => Code::UNAVAILABLE,
        _ => Code::UNKNOWN,
    };
    let kind = String::from_utf8_lossy(kind);
    let text = format!("an answer that is no gRPC: HTTP status {status}, content type `{kind}`");
    Some(Status::new(code, text))
}

/// The status that trailers say; nothing where they say none.
pub(super) fn said(trailers: &HeaderMap) -> Option<Status> {
    let code = Code::read(trailers.get("grpc-status")?.as_bytes());
    let message = trailers.get("grpc-message");
    let details = message.map(|message| decoded(message.as_bytes()));
    Some(Status::new(code, details.unwrap_or_default()))
}

/// `%XX` as bytes of UTF-8; what is neither stays as it is.
fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        let byte = match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let byte = hex(*high).zip(hex(*low)).map(|(high, low)| 16 * high + low);
                if byte.is_some() {
                    rest = after;
                }
                byte
            }
            _ => None,
        };
        bytes.push(byte.unwrap_or(*first));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// The system's words, as `Connection refused`.
fn text_of(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    let words = text.split(" (os error").next();
    words.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_sentence_is_decoded_where_it_is_encoded() {
        assert_eq!(decoded(b"a%20b%c3%bc%"), "a b\u{fc}%");
        assert_eq!(decoded(b"100%, %zz %4"), "100%, %zz %4");
        assert_eq!(decoded(b"%ff"), "\u{fffd}");
    }

    #[test]
    fn trailers_say_code_and_sentence() {
        let mut trailers = HeaderMap::new();
        assert_eq!(said(&trailers), None);
        trailers.insert("grpc-status", HeaderValue::from_static("14"));
        assert_eq!(said(&trailers), Some(Status::new(Code::UNAVAILABLE, "")));
        trailers.insert("grpc-message", HeaderValue::from_static("gone%0Aaway"));
        let status = Status::new(Code::UNAVAILABLE, "gone\naway");
        assert_eq!(said(&trailers), Some(status));
    }

    #[test]
    fn an_answer_of_another_protocol_has_the_code_of_its_status() {
        let mut headers = HeaderMap::new();
        let code = |status: u16, headers: &HeaderMap| {
            let status = StatusCode::from_u16(status).expect("a status");
            foreign(status, headers).map(|status| status.code)
        };
        for (status, wanted) in [
            (200, Code::UNKNOWN),
            (400, Code::INTERNAL),
            (401, Code::UNAUTHENTICATED),
            (403, Code::PERMISSION_DENIED),
            (404, Code::UNIMPLEMENTED),
            (429, Code::UNAVAILABLE),
            (503, Code::UNAVAILABLE),
            (500, Code::UNKNOWN),
        ] {
            assert_eq!(code(status, &headers), Some(wanted), "{status}");
        }
        let kind = HeaderValue::from_static("application/grpc+proto");
        headers.insert("content-type", kind);
        assert_eq!(code(200, &headers), None);
        assert_eq!(code(502, &headers), Some(Code::UNAVAILABLE));
    }
}
