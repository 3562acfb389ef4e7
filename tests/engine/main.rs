//! Engine tests: one binary, a file per behaviour.

mod arrows;
mod http_plain;
mod support;
