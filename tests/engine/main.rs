//! Engine tests: one binary, a file per behaviour.

mod arrows;
mod cluster;
mod cluster_secret;
mod demo_client;
mod demo_counters;
mod demo_faults;
mod demo_routes;
mod events;
mod history;
mod http;
mod memory;
mod run;
mod store;
mod support;
mod web;
