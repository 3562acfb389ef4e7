//! Which proxy a URL takes, decided as `requests` decides it.

use std::sync::Arc;

use crate::urls::url::Url;

use super::proxy::Proxy;
use super::tunnel::Tunnel;

/// The proxies of a call, by the keys of `requests`: `http`, `https://host`, `all` …
#[derive(Clone, Debug)]
pub struct Proxies {
    /// Keys in lower case.
    pub by_key: Vec<(String, Arc<Proxy>)>,
    /// How tunnels are asked for.
    pub tunnel: Tunnel,
}

impl Proxies {
    /// The proxy for a URL, if there is one: the most specific key counts.
    pub fn for_url(&self, url: &Url) -> Option<Arc<Proxy>> {
        let scheme = url.scheme().as_str();
        let host = url.host().to_ascii_lowercase();
        let keys = [
            format!("{scheme}://{host}"),
            scheme.to_owned(),
            format!("all://{host}"),
            "all".to_owned(),
        ];
        keys.iter().find_map(|key| {
            let found = self.by_key.iter().find(|(own, _)| own == key);
            found.map(|(_, proxy)| Arc::clone(proxy))
        })
    }
}
