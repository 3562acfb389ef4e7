//! What the rest of the process knows of a run: pages, nodes and outputs hold a handle, never the run itself.
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::order::{Order, Orders, PendingReceipt};
use super::ticker::Ticker;
use crate::liveness::Liveness;
use crate::model::{RunState, Tick};

/// Of one run; each run of a process has its own. Clones are the same handle.
#[derive(Clone)]
pub struct RunHandle {
    pub(super) ticker: Arc<Ticker>,
    pub(super) orders: Arc<Orders>,
    pub(super) liveness: Arc<Liveness>,
}

impl RunHandle {
    /// The state as it is now and becomes later.
    pub fn state(&self) -> watch::Receiver<Arc<RunState>> {
        self.ticker.states().subscribe()
    }

    /// The last tick and those to come: one a second while the service runs, and one for each table.
    pub fn ticks(&self) -> watch::Receiver<Arc<Tick>> {
        self.ticker.subscribe()
    }

    /// How long the script thread has not come round to its wake-ups; zero while it does.
    pub fn silence(&self) -> Duration {
        self.liveness.silence()
    }

    /// Hands the order to the script thread. Never waits; the receipt may be waited for.
    pub fn order(&self, order: Order) -> PendingReceipt {
        self.orders.place(order, Arc::clone(&self.liveness))
    }
}
