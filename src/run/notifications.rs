//! What outputs and native threads have to say to the owner of the run: a full disk, a limit crossed, a dead thread.
//! They are pushed from any thread, the owner is woken and takes them; nobody else logs, prints or ends anything.
use std::sync::Arc;

use parking_lot::Mutex;

use crate::liveness::Wake;

/// Something the owner of the run should hear, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notification {
    /// An output cannot do what it should.
    Error(String),
    /// Worth a line, nothing is wrong.
    Info(String),
    /// The run should end now, for this reason.
    Stop(String),
    /// The service thread is dead, by this panic: outputs are frozen.
    Died(String),
}

/// Where notifications lie until they are taken.
pub struct Notifications {
    waiting: Mutex<Vec<Notification>>,
    wake: Arc<Wake>,
}

impl Notifications {
    /// `wake` is called after each notification, from any thread.
    pub fn new(wake: Arc<Wake>) -> Self {
        Self {
            waiting: Mutex::default(),
            wake,
        }
    }

    pub fn push(&self, notification: Notification) {
        self.waiting.lock().push(notification);
        (self.wake)();
    }

    pub fn take(&self) -> Vec<Notification> {
        std::mem::take(&mut *self.waiting.lock())
    }
}
