//! Where the calls of a channel go, and what they may take.
use std::sync::Arc;
use std::time::Duration;

use rlocust_http::{TlsProfile, Url};

/// Where the calls of a channel go, and what they may take.
pub struct Target {
    pub(super) url: Url,
    pub(super) tls: Arc<TlsProfile>,
    /// From the first packet until calls can be sent.
    pub connect_limit: Duration,
    /// Bytes in one message that comes.
    pub max_receive: usize,
}

impl Target {
    /// With TLS where the URL says `https`.
    pub fn new(url: Url, tls: Arc<TlsProfile>) -> Self {
        Self {
            url,
            tls,
            connect_limit: Duration::from_secs(20),
            max_receive: 4 << 20,
        }
    }
}
