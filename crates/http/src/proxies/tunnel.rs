//! Asking an HTTP proxy for a tunnel.

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::errors::error::HttpError;
use crate::urls::url::Url;

use super::fault::fault;

/// Longer answers to `CONNECT` are not read.
const LONGEST_HEAD: usize = 64 * 1024;

/// Which HTTP a `CONNECT` speaks: `http.client` changed it with Python 3.12.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Tunnel {
    /// `HTTP/1.0`, without `Host`.
    Http10,
    /// `HTTP/1.1`, with `Host`.
    Http11,
}

pub(crate) fn connect_head(url: &Url, authorization: Option<&[u8]>, tunnel: Tunnel) -> Vec<u8> {
    let target = format!("{}:{}", url.bracketed_host(), url.port());
    let version = match tunnel {
        Tunnel::Http10 => "1.0",
        Tunnel::Http11 => "1.1",
    };
    let mut head = format!("CONNECT {target} HTTP/{version}\r\n").into_bytes();
    if let Some(authorization) = authorization {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(authorization);
        head.extend_from_slice(b"\r\n");
    }
    if tunnel == Tunnel::Http11 {
        head.extend_from_slice(format!("Host: {target}\r\n").as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// The answer's head and not a byte more: what follows belongs to the server behind.
pub(crate) async fn read_head(stream: &mut TcpStream) -> Result<Vec<u8>, HttpError> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        if head.len() >= LONGEST_HEAD {
            return Err(fault("the answer to CONNECT has no end"));
        }
        head.push(stream.read_u8().await.map_err(fault)?);
    }
    Ok(head)
}

pub(crate) fn judge(head: &[u8]) -> Result<(), HttpError> {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    match line.split_whitespace().nth(1) {
        Some("200") => Ok(()),
        _ => Err(fault(format!("tunnel connection failed: {}", line.trim()))),
    }
}
