//! Hosts that a session's Python client serves, because rustls cannot: TLS below 1.2, an old key exchange, a
//! curve it does not have. Decided by the first handshake that fails so, and remembered per session and host.
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use rlocust_engine::http::{HttpError, Reply, Scheme, Url};

/// So many hosts of a session are remembered; redirects may lead to any number. Of a forgotten one the next handshake
/// tells again.
const MOST: usize = 100;

#[derive(Default)]
pub struct PythonHosts {
    /// Whether there is any: most sessions never look further.
    is_used: AtomicBool,
    hosts: Mutex<Vec<(Scheme, String, u16)>>,
}

impl PythonHosts {
    /// Whether the Python client serves any host.
    pub fn are_any(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// Calls to this host go to the Python client.
    pub fn serve(&self, url: &Url) -> bool {
        self.are_any() && self.hosts.lock().contains(&key(url))
    }

    /// Whether the Python client has to make this call anew: nothing of it was sent, or it may be sent twice.
    /// A host with such TLS is remembered, and the one that redirected there; a proxy that failed is not, as the
    /// Python client is only to say how.
    pub fn take_over(&self, reply: &Reply) -> bool {
        let first = reply.hops.first().map(|hop| &hop.sent);
        match &reply.error {
            Some(HttpError::Proxy {
                has_words: true, ..
            }) => {}
            Some(error) if error.wants_openssl() => {
                for sent in first.into_iter().chain(&reply.unanswered) {
                    self.remember(&sent.url);
                }
            }
            _ => return false,
        }
        first.is_none_or(|sent| sent.method.is_idempotent())
    }

    fn remember(&self, url: &Url) {
        let mut hosts = self.hosts.lock();
        if !hosts.contains(&key(url)) {
            if hosts.len() >= MOST {
                hosts.remove(0);
            }
            hosts.push(key(url));
        }
        self.is_used.store(true, Ordering::Relaxed);
    }
}

fn key(url: &Url) -> (Scheme, String, u16) {
    (url.scheme(), url.host().to_ascii_lowercase(), url.port())
}
