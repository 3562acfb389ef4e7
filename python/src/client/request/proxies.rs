//! Proxies of a call, as `requests_call.py` reads them out of what `requests` has merged.
use std::sync::Arc;

use pyo3::prelude::*;
use rlocust_engine::http::{Names, Proxies, Proxy, ProxyKind, Tunnel};

/// Key of `requests`, scheme, host, port, user and password, value of `Proxy-Authorization`.
pub type Row = (
    String,
    String,
    String,
    u16,
    Option<(String, String)>,
    Option<String>,
);

/// The proxies of a call, if there are any.
pub fn proxies(py: Python<'_>, rows: Vec<Row>) -> Option<Arc<Proxies>> {
    if rows.is_empty() {
        return None;
    }
    // `http.client` speaks HTTP/1.1 to proxies since then.
    let tunnel = if py.version_info() >= (3, 12) {
        Tunnel::Http11
    } else {
        Tunnel::Http10
    };
    let by_key = rows.into_iter().map(named).collect();
    Some(Arc::new(Proxies { by_key, tunnel }))
}

fn named((key, scheme, host, port, credentials, authorization): Row) -> (String, Arc<Proxy>) {
    let names = match &*scheme {
        "socks5" => Some(Names::Here),
        "socks5h" => Some(Names::There),
        _ => None,
    };
    let kind = match names {
        Some(names) => ProxyKind::Socks5 { names, credentials },
        None => ProxyKind::Http {
            authorization: authorization.map(String::into_bytes),
        },
    };
    (
        key.to_ascii_lowercase(),
        Arc::new(Proxy { kind, host, port }),
    )
}
