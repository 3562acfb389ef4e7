//! Where a connection leads: two that agree in it can stand in for each other.

use std::sync::Arc;

use crate::proxies::proxy::Proxy;
use crate::tls::profile::TlsProfile;
use crate::urls::scheme::Scheme;
use crate::urls::url::Url;

pub(crate) struct HostKey {
    scheme: Scheme,
    port: u16,
    host: Box<str>,
    tls: Option<Arc<TlsProfile>>,
    via: Option<Arc<Proxy>>,
}

/// Where a connection leads: two that agree in it can stand in for each other.
pub(crate) struct ConnectionKey<'a> {
    pub url: &'a Url,
    pub tls: &'a Arc<TlsProfile>,
    pub via: Option<&'a Arc<Proxy>>,
}

impl ConnectionKey<'_> {
    /// The far end: the host, or the proxy that takes requests for any.
    fn end(&self) -> (&str, u16) {
        match self.via {
            Some(proxy) if proxy.takes_whole_urls(self.url) => (&proxy.host, proxy.port),
            _ => (self.url.host(), self.url.port()),
        }
    }
}

impl HostKey {
    pub(crate) fn of(place: &ConnectionKey<'_>) -> Self {
        let (host, port) = place.end();
        Self {
            scheme: place.url.scheme(),
            port,
            host: host.into(),
            tls: (place.url.scheme() == Scheme::Https).then(|| Arc::clone(place.tls)),
            via: place.via.cloned(),
        }
    }

    pub(crate) fn fits(&self, place: &ConnectionKey<'_>) -> bool {
        let (host, port) = place.end();
        self.port == port
            && self.scheme == place.url.scheme()
            && self
                .tls
                .as_ref()
                .is_none_or(|own| Arc::ptr_eq(own, place.tls))
            && self.host.eq_ignore_ascii_case(host)
            && self.via.as_ref() == place.via
    }
}
