//! One user's connections and cookies. A `Session` is a handle: clones share everything. Its
//! connections live in a `Pool`, its own or one shared with other users (a suite's
//! `pool_manager` or `client_pool`); either way all of them belong to one I/O thread.

use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use crate::cookies::jar::CookieJar;

use super::pool::PoolInner;

use super::options::PoolOptions;
use super::pool::Pool;

/// What a new session needs to know.
#[derive(Clone, Default)]
pub struct SessionOptions {
    /// How its own pool behaves; ignored if `pool` is given.
    pub own_pool: PoolOptions,
    /// Connections shared with other sessions.
    pub pool: Option<Pool>,
}

/// One user's connections and cookies. Cheap to clone; equal if it is the same session.
#[derive(Clone)]
pub struct Session {
    inner: Arc<SessionInner>,
}

struct SessionInner {
    pool: Pool,
    cookies: Mutex<CookieJar>,
}

impl Session {
    pub(crate) fn new(pool: Pool) -> Self {
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

    /// The jar, if nobody holds it: for a forked child, in which a holder may not exist any more.
    pub fn try_cookies(&self) -> Option<MutexGuard<'_, CookieJar>> {
        self.inner.cookies.try_lock()
    }

    /// Where this session's connections are.
    pub fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    /// Drops the connections that are idle now. Those in use are dropped when they come back.
    pub fn close_idle(&self) {
        self.inner.pool.close_idle();
    }

    /// The address its connections come from, if one was chosen.
    pub fn source(&self) -> Option<IpAddr> {
        self.pool_inner().source
    }

    pub(crate) fn lane(&self) -> usize {
        self.pool_inner().lane
    }

    pub(crate) fn pool_inner(&self) -> &PoolInner {
        &self.inner.pool.inner
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}
