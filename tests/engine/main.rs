//! Engine tests: one binary, a file per behaviour.

mod http_plain;
mod support;
