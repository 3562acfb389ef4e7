//! What a pool holds for one host.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::http2::line::Shared;

use super::connection_key::HostKey;
use super::idle::Idle;

pub(crate) struct Host {
    pub(crate) key: HostKey,
    pub(crate) idle: Vec<Idle>,
    pub(crate) limit: Option<Arc<Semaphore>>,
    pub(crate) http2: Option<Arc<Shared>>,
}

impl Host {
    pub(crate) fn new(key: HostKey, limit: Option<usize>) -> Self {
        Self {
            key,
            idle: Vec::new(),
            limit: limit.map(|limit| Arc::new(Semaphore::new(limit.max(1)))),
            http2: None,
        }
    }

    /// No request holds its limit, so that it can be forgotten without letting more in.
    pub(crate) fn is_unused(&self) -> bool {
        self.limit
            .as_ref()
            .is_none_or(|limit| Arc::strong_count(limit) == 1)
    }
}

/// Most users have one connection to one host: room for that, and not for the usual four.
pub(crate) fn reserve_one<T>(list: &mut Vec<T>) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
}
