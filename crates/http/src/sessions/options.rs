//! How many connections a pool keeps and allows.

use crate::types::protocol::Protocol;

/// How many connections a pool keeps and allows.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct PoolOptions {
    /// Idle connections kept per host; more are closed when they come back (urllib3: 10).
    pub idle_per_host: usize,
    /// Hosts for which idle connections are kept; the one unused longest goes (urllib3: 10).
    pub hosts: usize,
    /// Requests at a time per host; others wait in order, within their response time
    /// (geventhttpclient's `concurrency`, a urllib3 pool with `block=True`). `None`: no limit.
    pub limit_per_host: Option<usize>,
    /// The version of HTTP on its connections.
    pub protocol: Protocol,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            idle_per_host: 10,
            hosts: 10,
            limit_per_host: None,
            protocol: Protocol::Http1,
        }
    }
}
