//! Proxies, HTTP and SOCKS5. What goes over the wire to one is what urllib3 sends. Anything that fails on the way to an
//! HTTP proxy is one kind of error here, as the caller lets `requests` word it.

pub(crate) mod choice;
mod fault;
pub(crate) mod proxy;
mod socks;
pub(crate) mod tunnel;
