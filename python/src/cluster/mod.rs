//! The nodes of a cluster for Python: a master's socket and a worker's, each with its thread. What goes over the wire is
//! turned into Python's values (`message_values`), and only what the script asks for.
pub mod client;
mod incoming;
pub mod message;
pub mod server;
