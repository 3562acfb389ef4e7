//! Engine tests: one binary, a file per behaviour.

mod arrows;
mod demo_client;
mod demo_counters;
mod demo_faults;
mod demo_routes;
mod http_plain;
mod support;
