//! Engine tests: one binary, a file per behaviour.

mod arrows;
mod demo_client;
mod demo_counters;
mod demo_faults;
mod demo_routes;
mod events;
mod http;
mod memory;
mod run;
mod store;
mod support;
