//! Engine tests: one binary, a file per behaviour.

mod arrows;
mod demo_client;
mod demo_counters;
mod demo_faults;
mod demo_routes;
mod events;
mod http_control;
mod http_faults;
mod http_phases;
mod http_plain;
mod http_redirects;
mod http_tls;
mod http_two;
mod http_wire;
mod memory;
mod run;
mod store;
mod support;
