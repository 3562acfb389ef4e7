//! One user's connections and cookies. A `Session` is a handle: clones share everything. Its
//! connections live in a `Pool`, its own or one shared with other users (a suite's
//! `pool_manager` or `client_pool`); either way all of them belong to one I/O thread.

use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use super::cookies::CookieJar;

/// What a new session needs to know.
#[derive(Clone, Default)]
pub struct SessionOptions {
    /// How its own pool behaves; ignored if `pool` is given.
    pub own_pool: PoolOptions,
    /// Connections shared with other sessions.
    pub pool: Option<Pool>,
}

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
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            idle_per_host: 10,
            hosts: 10,
            limit_per_host: None,
        }
    }
}

/// Connections that may be shared by several sessions. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    pub(super) inner: Arc<PoolInner>,
}

pub(super) struct PoolInner {
    pub lane: usize,
    pub options: PoolOptions,
}

impl Pool {
    pub(super) fn new(lane: usize, options: PoolOptions) -> Self {
        Self {
            inner: Arc::new(PoolInner { lane, options }),
        }
    }

    /// Drops the connections that are idle now. Those in use are dropped when they come back.
    pub fn close_idle(&self) {}
}

/// One user's connections and cookies. Cheap to clone; equal if it is the same session.
#[derive(Clone)]
pub struct Session {
    pub(super) inner: Arc<SessionInner>,
}

pub(super) struct SessionInner {
    pub pool: Pool,
    cookies: Mutex<CookieJar>,
}

impl Session {
    pub(super) fn new(pool: Pool) -> Self {
        Self {
            inner: Arc::new(SessionInner {
                pool,
                cookies: Mutex::new(CookieJar::new()),
            }),
        }
    }

    /// The jar, locked. Hold it for lines only: I/O threads wait for it.
    pub fn cookies(&self) -> MutexGuard<'_, CookieJar> {
        self.inner.cookies.lock()
    }

    /// Where this session's connections are.
    pub fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    /// Drops the connections that are idle now. Those in use are dropped when they come back.
    pub fn close_idle(&self) {
        self.inner.pool.close_idle();
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}
