//! The run itself: whoever runs the users makes one, writes its state, and takes what others have for it.
use std::sync::Arc;
use std::time::Duration;

use super::order::{Orders, TakenOrder};
use super::ticker::Ticker;
use super::{Notifications, RunHandle, Service, StatePublisher};
use rlocust_core::liveness::{Liveness, Wake};
use rlocust_core::model::{Conclusion, Tick};
use rlocust_stats::stats::Recorder;

/// Holds together what belongs to one run. Its end refuses the orders that still wait.
pub struct Run {
    handle: RunHandle,
    notifications: Arc<Notifications>,
}

impl Run {
    /// `wake` is called, from any thread, when there are orders, notifications or a question to be taken.
    pub fn new(recorder: Arc<Recorder>, wake: impl Fn() + Send + Sync + 'static) -> Self {
        let wake: Arc<Wake> = Arc::new(wake);
        Self {
            notifications: Arc::new(Notifications::new(Arc::clone(&wake))),
            handle: RunHandle {
                ticker: Arc::new(Ticker::new(recorder)),
                orders: Arc::new(Orders::new(Arc::clone(&wake))),
                liveness: Arc::new(Liveness::new(wake)),
            },
        }
    }

    pub fn handle(&self) -> RunHandle {
        self.handle.clone()
    }

    /// Where the runner writes its transitions.
    pub fn states(&self) -> &StatePublisher {
        self.handle.ticker.states()
    }

    /// Where outputs put what the owner should hear, and the owner takes it.
    pub fn notifications(&self) -> &Arc<Notifications> {
        &self.notifications
    }

    /// A service for this run, to be given outputs and started.
    pub fn service(&self) -> Service {
        Service::new(self.handle(), Arc::clone(&self.notifications))
    }

    /// A tick of now, published; after the end the last one.
    pub fn tick(&self) -> Arc<Tick> {
        self.handle.ticker.take()
    }

    /// The last tick, if it is no older than that; else one of now.
    pub fn recent_tick(&self, age: Duration) -> Arc<Tick> {
        self.handle.ticker.recent(age)
    }

    /// Whether this is a child that the script has forked: the run goes on in the parent.
    pub fn is_forked(&self) -> bool {
        self.handle.ticker.is_forked()
    }

    /// Makes these sums the last tick of the run.
    pub fn conclude(&self, sums: &Tick, conclusion: Conclusion) -> Arc<Tick> {
        self.handle.ticker.conclude(sums, conclusion)
    }

    /// On the script thread, after a wake-up: answers that it is alive, and takes the orders that wait.
    pub fn take_orders(&self) -> Vec<TakenOrder> {
        self.handle.liveness.answer();
        self.handle.orders.take()
    }

    /// Nobody carries out orders from now on.
    pub fn close(&self) {
        self.handle.orders.close();
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.close();
    }
}
