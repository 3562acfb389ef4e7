//! Time limits: of single steps, and of all that it takes to answer one request after the other of a call.

use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::time::timeout;

use rlocust_core::clock;

/// Runs `work` within the limit, if there is one; no timer is armed for what is ready at once.
pub(crate) async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match limit {
        None => Some(work.await),
        Some(limit) => timeout(limit, work).await.ok(),
    }
}

/// When the answers to a call must be there. What the call waits for us is none of the server's time, and moves it on.
#[derive(Debug)]
pub(crate) struct Deadline {
    pub(crate) limit: Duration,
    due: Mutex<Due>,
}

#[derive(Debug)]
struct Due {
    at: Instant,
    /// The call waits for us since then.
    held_since: Option<Instant>,
}

impl Deadline {
    /// So long after now.
    pub(crate) fn after(limit: Duration) -> Self {
        let at = clock::instant() + limit;
        let held_since = None;
        Self {
            limit,
            due: Mutex::new(Due { at, held_since }),
        }
    }

    /// From now on the call waits for us.
    pub(crate) fn hold(&self) {
        self.due.lock().held_since = Some(clock::instant());
    }

    /// The call has waited for us so long, and goes on.
    pub(crate) fn push_out(&self, waited: Duration) {
        let mut due = self.due.lock();
        due.at += waited;
        due.held_since = None;
    }

    /// Runs `work`; nothing if it is not through when the time is over.
    pub(crate) async fn guard<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        loop {
            let done = timeout(until_next_look(self.left()), work.as_mut()).await;
            if done.is_ok() || self.left().is_zero() {
                return done.ok();
            }
        }
    }

    fn left(&self) -> Duration {
        let due = self.due.lock();
        let now = due.held_since.unwrap_or_else(clock::instant);
        due.at.saturating_duration_since(now)
    }
}

/// A test may move its clock, of which the timer learns nothing: it goes off soon.
fn until_next_look(left: Duration) -> Duration {
    if cfg!(test) {
        left.min(Duration::from_millis(1))
    } else {
        left
    }
}
