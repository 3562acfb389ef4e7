//! What connections do, as events for the log. While nobody wants them nothing is read, formatted or allocated for them;
//! no secret is in them: hosts, addresses and faults only.
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tracing::debug;

use crate::errors::error::HttpError;
use rlocust_core::logging::milliseconds;

/// A name was looked up.
pub(super) fn resolved(
    host: &str,
    found: &Result<impl AsRef<[IpAddr]>, HttpError>,
    began: Instant,
) {
    match found {
        Ok(addresses) => debug!(
            target: "rlocust::http::dns",
            host,
            addresses = ?addresses.as_ref(),
            duration_ms = milliseconds(began.elapsed()),
            "resolved"
        ),
        Err(error) => debug!(
            target: "rlocust::http::dns",
            host,
            %error,
            duration_ms = milliseconds(began.elapsed()),
            "cannot resolve"
        ),
    }
}

/// One address was tried.
pub(super) fn reached(peer: SocketAddr, stream: &Result<TcpStream, HttpError>, began: Instant) {
    match stream {
        Ok(stream) => debug!(
            target: "rlocust::http::connect",
            %peer,
            local = address(stream.local_addr().ok()),
            duration_ms = milliseconds(began.elapsed()),
            "connected"
        ),
        Err(error) => debug!(
            target: "rlocust::http::connect",
            %peer,
            %error,
            duration_ms = milliseconds(began.elapsed()),
            "cannot connect"
        ),
    }
}

/// A connection is about to be closed, by whichever side.
pub(super) fn closed(stream: &TcpStream) {
    debug!(
        target: "rlocust::http::connect",
        peer = address(stream.peer_addr().ok()),
        local = address(stream.local_addr().ok()),
        "closed"
    );
}

/// A proxy was asked for the way to a host.
pub(super) fn led_on(
    (proxy, port): (&str, u16),
    host: &str,
    way: &Result<impl Debug, HttpError>,
    began: Instant,
) {
    match way {
        Ok(_) => debug!(
            target: "rlocust::http::proxy",
            proxy = format_args!("{proxy}:{port}"),
            host,
            duration_ms = milliseconds(began.elapsed()),
            "leads on"
        ),
        Err(error) => debug!(
            target: "rlocust::http::proxy",
            proxy = format_args!("{proxy}:{port}"),
            host,
            %error,
            duration_ms = milliseconds(began.elapsed()),
            "leads nowhere"
        ),
    }
}

/// A TLS handshake is over.
pub(super) fn agreed<S>(host: &str, stream: &Result<TlsStream<S>, HttpError>, began: Instant) {
    match stream {
        Ok(stream) => {
            let tls = stream.get_ref().1;
            debug!(
                target: "rlocust::http::tls",
                host,
                version = name(tls.protocol_version()),
                cipher = name(tls.negotiated_cipher_suite().map(|suite| suite.suite())),
                handshake = name(tls.handshake_kind()),
                alpn = %String::from_utf8_lossy(tls.alpn_protocol().unwrap_or(b"none")),
                duration_ms = milliseconds(began.elapsed()),
                "handshake done"
            );
        }
        Err(error) => debug!(
            target: "rlocust::http::tls",
            host,
            %error,
            duration_ms = milliseconds(began.elapsed()),
            "handshake failed"
        ),
    }
}

/// Gone once the other side has reset the connection.
fn address(address: Option<SocketAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

fn name(found: Option<impl Debug>) -> String {
    found.map_or_else(|| "unknown".to_owned(), |found| format!("{found:?}"))
}
