//! What the rest of the process knows of a run: pages, nodes and outputs hold a handle, never the run itself.
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::order::{Order, Orders, PendingReceipt};
use super::ticker::Ticker;
use rlocust_core::liveness::Liveness;
use rlocust_core::model::{Exemplar, Loss, RunState, Tick, Worker};

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

    /// The last tick, if it is no older than that; else one of now, published to all.
    pub fn recent_tick(&self, age: Duration) -> Arc<Tick> {
        self.ticker.recent(age)
    }

    /// A request whose sample is in its row has a trace.
    pub fn note_exemplar(&self, method: &str, name: &str, exemplar: Exemplar) {
        self.ticker.recorder().note_exemplar(method, name, exemplar);
    }

    /// How long the script thread has not come round to its wake-ups; zero while it does.
    pub fn silence(&self) -> Duration {
        self.liveness.silence()
    }

    /// Publishes the workers of a master as they are now, and what was lost with others.
    pub fn set_workers(&self, workers: Vec<Worker>, losses: Vec<Loss>) {
        self.ticker.states().set_workers(workers, losses);
    }

    /// Hands the order to the script thread. Never waits; the receipt may be waited for.
    pub fn order(&self, order: Order) -> PendingReceipt {
        self.orders.place(order, Arc::clone(&self.liveness))
    }
}
