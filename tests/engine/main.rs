//! Engine tests: one binary, a file per behaviour.

mod http_control;
mod http_faults;
mod http_plain;
mod http_redirects;
mod http_tls;
mod support;
