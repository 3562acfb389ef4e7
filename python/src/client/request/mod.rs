//! What a call is made of, whichever client asks for it: URL, encodings, TLS, proxies.
pub mod call;
pub mod encode;
pub mod proxies;
pub mod tls;
pub mod urls;
