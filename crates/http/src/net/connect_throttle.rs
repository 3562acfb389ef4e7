//! Whose turn it is to open a connection. To open one costs the I/O thread more than everything else of a call, so one
//! is begun, then all that can go on goes on, then the next is begun: who waits here has no time running yet.

use std::time::Duration;

use tokio::sync::{Notify, Semaphore};

use rlocust_core::clock;

/// The turns of one I/O thread.
pub(crate) struct ConnectThrottle {
    turn: Semaphore,
    taken: Notify,
}

impl Default for ConnectThrottle {
    fn default() -> Self {
        Self {
            turn: Semaphore::const_new(1),
            taken: Notify::const_new(),
        }
    }
}

impl ConnectThrottle {
    /// Takes the turn if nobody waits for it.
    pub(crate) fn has_turn(&self) -> bool {
        let Ok(free) = self.turn.try_acquire() else {
            return false;
        };
        free.forget();
        self.taken.notify_one();
        true
    }

    /// Waits for a turn, in the order of asking; says how long that was.
    pub(crate) async fn turn(&self) -> Duration {
        if self.has_turn() {
            return Duration::ZERO;
        }
        let asked = clock::instant();
        if let Ok(own) = self.turn.acquire().await {
            own.forget();
        }
        self.taken.notify_one();
        clock::instant().saturating_duration_since(asked)
    }

    /// Gives the next turn when all that was ready has run and the network was asked what is ready now. A task of the
    /// lane, without an end.
    pub(crate) async fn give_turns(&self) {
        loop {
            self.taken.notified().await;
            tokio::task::yield_now().await;
            self.turn.add_permits(1);
        }
    }
}
