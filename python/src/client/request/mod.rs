//! What a call is made of, whichever client asks for it: method and URL, headers, body, TLS, proxies.
pub mod body;
pub mod call;
pub mod credentials;
pub mod form;
pub mod header_lines;
pub mod proxies;
pub mod tls;
pub mod urls;
