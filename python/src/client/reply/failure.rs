//! The facts of a failed exchange, for `rlocust/_clients/*_errors.py`, which word them as each client does.
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use rlocust_engine::http::{CutPhase, HttpError, Proxy, ProxyKind, Sent, TlsFault};

use crate::client::reply::exchange::PyExchange;
use crate::client::reply::wire_text::{bytes, latin1};

/// A dict with `kind` (the error's name in snake case) and the facts of that kind.
pub fn facts<'py>(exchange: &Bound<'py, PyExchange>) -> PyResult<Bound<'py, PyDict>> {
    let py = exchange.py();
    let reply = &exchange.get().reply;
    let facts = PyDict::new(py);
    if let Some(sent) = exchange.get().last_sent() {
        facts.set_item("url", sent.url.as_str())?;
        facts.set_item("scheme", sent.url.scheme().as_str())?;
        facts.set_item("host", sent.url.host())?;
        facts.set_item("port", sent.url.port())?;
        facts.set_item("target", sent.url.target())?;
        let proxies = exchange.get().asked.proxies.as_ref();
        let proxy = proxies.and_then(|proxies| proxies.for_url(&sent.url));
        add_proxy(&facts, proxy.as_deref(), sent)?;
    }
    facts.set_item("timeout", &exchange.get().asked.timeout)?;
    facts.set_item("is_sent", reply.attempts.failed_after_send > 0)?;
    if let Some(error) = &reply.error {
        let is_in_head = reply.unanswered.is_some();
        facts.set_item("kind", kind(error, is_in_head))?;
        facts.set_item("in_words", error.to_string())?;
        fill(&facts, error)?;
        if matches!(
            error,
            HttpError::Decode { .. } | HttpError::TruncatedChunked { .. }
        ) {
            let body = reply.hops.last().map_or(&[][..], |hop| &hop.body);
            facts.set_item("partial", bytes(py, body)?)?;
        }
        if let HttpError::ShortBody { .. } = error {
            let head = reply.hops.last().map(|hop| &hop.head);
            let length = head.and_then(|head| head.get("content-length"));
            facts.set_item("length", latin1(py, length.unwrap_or_default()))?;
        }
    }
    Ok(facts)
}

/// urllib3 speaks to a proxy that takes whole URLs as if it were the server.
fn add_proxy(facts: &Bound<'_, PyDict>, proxy: Option<&Proxy>, sent: &Sent) -> PyResult<()> {
    let http = proxy.filter(|proxy| matches!(proxy.kind, ProxyKind::Http { .. }));
    facts.set_item("has_proxy", http.is_some())?;
    facts.set_item("has_socks", proxy.is_some() && http.is_none())?;
    if let Some(proxy) = http.filter(|proxy| proxy.takes_whole_urls(&sent.url)) {
        facts.set_item("host", &proxy.host)?;
        facts.set_item("port", proxy.port)?;
        let target = sent.head.split(|byte| *byte == b' ').nth(1);
        if let Some(target) = target {
            facts.set_item("target", latin1(facts.py(), target))?;
        }
    }
    Ok(())
}

fn kind(error: &HttpError, is_in_head: bool) -> &'static str {
    match error {
        HttpError::Connect { .. } => "connect",
        HttpError::Resolve { .. } => "resolve",
        HttpError::ConnectTimeout { .. } => "connect_timeout",
        HttpError::HandshakeTimeout { .. } => "handshake_timeout",
        HttpError::WriteTimeout => "write_timeout",
        HttpError::ReadTimeoutBeforeHeaders { .. } => "read_timeout",
        HttpError::ReadTimeoutInBody { .. } => "read_timeout_in_body",
        HttpError::ShortBody { .. } => "short_body",
        HttpError::TruncatedChunked { .. } => "truncated_chunked",
        HttpError::BadChunk { .. } => "bad_chunk",
        HttpError::NegativeChunk => "negative_chunk",
        HttpError::BadFraming { .. } => "bad_framing",
        HttpError::ClosedWithoutReply => "closed_without_reply",
        HttpError::Reset {
            during: CutPhase::Answering,
            ..
        } if is_in_head => "reset_in_head",
        HttpError::Reset {
            during: CutPhase::Answering,
            ..
        } => "reset_in_answer",
        HttpError::Reset { .. } => "reset",
        HttpError::BadStatusLine { .. } => "bad_status_line",
        HttpError::HeadersCutOff { .. } => "headers_cut_off",
        HttpError::UnknownProtocol { .. } => "unknown_protocol",
        HttpError::BadHeaders { .. } => "bad_headers",
        HttpError::OutOfMemory(_) => "out_of_memory",
        HttpError::TooSlow { .. } => "too_slow",
        HttpError::Decode { .. } => "decode",
        HttpError::TooManyEncodings { .. } => "too_many_encodings",
        HttpError::UnknownEncoding { .. } => "unknown_encoding",
        HttpError::TooManyRedirects { .. } => "too_many_redirects",
        HttpError::RedirectScheme { .. } => "redirect_scheme",
        HttpError::RedirectInvalid { .. } => "redirect_invalid",
        HttpError::RedirectUndecodable { .. } => "redirect_undecodable",
        HttpError::Tls { .. } => "tls",
        HttpError::Proxy { .. } => "proxy",
        HttpError::Http2 {
            during: CutPhase::Answering,
            ..
        } => "http2_in_answer",
        HttpError::Http2 { .. } => "http2",
        HttpError::Cut { .. } => "cut",
        HttpError::Panic => "panic",
    }
}

fn fill(facts: &Bound<'_, PyDict>, error: &HttpError) -> PyResult<()> {
    let py = facts.py();
    match error {
        HttpError::Connect { errno } | HttpError::Reset { errno, .. } => {
            facts.set_item("errno", errno)
        }
        HttpError::Resolve { code, text } => {
            facts.set_item("code", code)?;
            facts.set_item("text", text)
        }
        HttpError::ShortBody { read, missing } => {
            facts.set_item("read", read)?;
            facts.set_item("missing", missing)
        }
        HttpError::TruncatedChunked { piece, .. } => facts.set_item("piece", piece),
        HttpError::BadChunk { line, read } => {
            facts.set_item("line", latin1(py, line))?;
            facts.set_item("read", read)
        }
        HttpError::BadStatusLine { line } => facts.set_item("line", latin1(py, line)),
        HttpError::HeadersCutOff { is_incomplete } => {
            facts.set_item("is_incomplete", is_incomplete)
        }
        HttpError::UnknownProtocol { version } => facts.set_item("version", version),
        HttpError::TooManyEncodings { count } => facts.set_item("count", count),
        HttpError::BadHeaders { reason, code } | HttpError::BadFraming { reason, code } => {
            facts.set_item("reason", reason)?;
            facts.set_item("code", code)
        }
        HttpError::Decode {
            encoding,
            failed,
            detail,
        } => {
            facts.set_item("encoding", encoding)?;
            facts.set_item("failed", failed)?;
            facts.set_item("detail", detail)
        }
        HttpError::UnknownEncoding { encoding } => facts.set_item("encoding", encoding),
        HttpError::TooManyRedirects { limit } => facts.set_item("limit", limit),
        HttpError::RedirectScheme { scheme, url } => {
            facts.set_item("scheme", scheme)?;
            facts.set_item("target_url", url)
        }
        HttpError::RedirectInvalid { url, reason } => {
            facts.set_item("target_url", url)?;
            facts.set_item("reason", reason)
        }
        HttpError::RedirectUndecodable { location } => {
            facts.set_item("location", PyBytes::new(py, location))
        }
        HttpError::Tls { fault, detail } => {
            facts.set_item("fault", fault_name(fault))?;
            facts.set_item("detail", detail)?;
            match fault {
                TlsFault::HostMismatch { host, is_address } => {
                    facts.set_item("peer", host)?;
                    facts.set_item("is_address", is_address)
                }
                TlsFault::Alert { code } => facts.set_item("code", code),
                TlsFault::Lost { errno } => facts.set_item("errno", errno),
                _ => Ok(()),
            }
        }
        HttpError::Http2 { reason, .. } | HttpError::Proxy { reason, .. } => {
            facts.set_item("reason", reason)
        }
        HttpError::ConnectTimeout { .. }
        | HttpError::HandshakeTimeout { .. }
        | HttpError::ReadTimeoutBeforeHeaders { .. }
        | HttpError::ReadTimeoutInBody { .. }
        | HttpError::WriteTimeout
        | HttpError::OutOfMemory(_)
        | HttpError::TooSlow { .. }
        | HttpError::NegativeChunk
        | HttpError::ClosedWithoutReply
        | HttpError::Cut { .. }
        | HttpError::Panic => Ok(()),
    }
}

fn fault_name(fault: &TlsFault) -> &'static str {
    match fault {
        TlsFault::SelfSigned => "self_signed",
        TlsFault::SelfSignedInChain => "self_signed_in_chain",
        TlsFault::UnknownIssuer => "unknown_issuer",
        TlsFault::HostMismatch { .. } => "host_mismatch",
        TlsFault::Expired => "expired",
        TlsFault::NotYetValid => "not_yet_valid",
        TlsFault::NotTls => "not_tls",
        TlsFault::Alert { .. } => "alert",
        TlsFault::Unsupported => "unsupported",
        TlsFault::Lost { .. } => "lost",
        TlsFault::Other => "other",
    }
}
